"""A pre-commit configuration, tried: with this machine's ruff in place of hooks that come from the network."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.documents import listed, mapping, text_of
from checker.prove.faults import FAULTS
from checker.workbook.programs import run
from checker.workbook.shell import Ended

CONFIG = ".pre-commit-config.yaml"
SOUND = ""
"""The project as it is, in `tried`."""
_RUFF = re.compile(r"https?://github\.com/(?:astral-sh|charliermarsh)/ruff-pre-commit(?:\.git)?/?")
_ENTRIES = {
    "ruff": "ruff check --force-exclude",
    "ruff-check": "ruff check --force-exclude",
    "ruff-format": "ruff format --force-exclude",
}
"""What the hooks of ruff-pre-commit start (its .pre-commit-hooks.yaml; November 2026)."""
_TYPES = ["python", "pyi", "jupyter"]
_LINTERS = frozenset("flake8 pylint pyflakes pycodestyle nbqa-flake8 nbqa-ruff prospector".split())
_FORMATTERS = frozenset("black black-jupyter yapf autopep8 blue nbqa-black".split())
_MOVING = re.compile(r"(?i)(?:main|master|head|latest|stable|develop)")


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook of a configuration."""

    id: str
    repo: str
    rev: str
    content: Mapping[str, Any]

    @property
    def gates(self) -> tuple[str, ...]:
        """What it is there for: "lint", "format", both or neither."""
        words = f"{self.id} {text_of(self.content.get('entry'))}"
        is_format = self.id in _FORMATTERS | {"ruff-format"} or re.search(
            r"\b(ruff\s+format|black|yapf)\b", words
        )
        is_lint = self.id in _LINTERS | {"ruff", "ruff-check"} or re.search(
            r"\b(ruff\s+check|flake8|pylint)\b", words
        )
        return ("lint",) * bool(is_lint) + ("format",) * bool(is_format)

    @property
    def runs_here(self) -> bool:
        """Whether this machine can run it: ruff's hooks, and those of the repository itself."""
        return self.repo == "local" or (
            _RUFF.fullmatch(self.repo) is not None and self.id in _ENTRIES
        )

    @property
    def is_moving(self) -> bool:
        """Whether its version is a branch's, so that it changes without anybody's doing."""
        return _MOVING.fullmatch(self.rev) is not None

    def standing_in(self) -> dict[str, Any]:
        """Return it as a hook that needs no network."""
        unwanted = "additional_dependencies"
        content = {name: value for name, value in self.content.items() if name != unwanted}
        if self.repo == "local":
            return {**content, "language": "system"}
        fixed = {"name": self.id, "entry": _ENTRIES[self.id], "language": "system"}
        return {"types_or": _TYPES, "require_serial": True, **content, **fixed}


def hooks(document: object) -> tuple[Hook, ...]:
    """Return the hooks of a configuration, in their order."""
    return tuple(_hooks(document))


def _hooks(document: object) -> Iterator[Hook]:
    for repo in listed(mapping(document).get("repos"))[:50]:
        source = mapping(repo)
        for one in listed(source.get("hooks"))[:50]:
            content = mapping(one)
            yield Hook(
                text_of(content.get("id")),
                text_of(source.get("repo")),
                text_of(source.get("rev")),
                content,
            )


def refused(text: str) -> str:
    """Return what pre-commit itself finds wrong about a configuration; empty when it takes it."""
    with tempfile.TemporaryDirectory(prefix="workbook-") as made:
        (Path(made) / CONFIG).write_text(text, encoding="utf-8")
        ran = run(["python", "-m", "pre_commit", "validate-config", CONFIG], Path(made), seconds=60)
    if ran.status == 0:
        return ""
    said = [line.strip("=> ") for line in ran.text.splitlines() if line.startswith("=")]
    return ": ".join(said[-2:]) or ran.text.strip()[-300:]


def tried(document: Mapping[str, Any], project: Path) -> Mapping[str, Ended]:
    """Run a configuration on a copy of a project, as it is and with a fault that each of two gates has to see.

    The result's keys are `SOUND`, "lint" and "format".
    """
    import yaml

    here = [one.standing_in() for one in hooks(document) if one.runs_here]
    general = ("exclude", "files", "default_stages")
    settings = {name: document[name] for name in general if name in document}
    config = {**settings, "repos": [{"repo": "local", "hooks": here}]}
    found: dict[str, Ended] = {}
    with tempfile.TemporaryDirectory(prefix="workbook-") as made:
        copy = Path(made) / "project"
        unwanted = shutil.ignore_patterns(".git", ".venv", "*.kept*", ".*_cache", "__pycache__")
        shutil.copytree(project, copy, ignore=unwanted)
        (copy / CONFIG).write_text(yaml.safe_dump(config), encoding="utf-8")
        variables = {"PRE_COMMIT_HOME": str(Path(made) / "home"), "GIT_CONFIG_GLOBAL": "/dev/null"}
        run(["git", "init", "--quiet", "."], copy, variables=variables)
        sound = {path: path.read_bytes() for path in sorted(copy.glob("campfire/*.py"))}
        for gate in (SOUND, *_faults()):
            for path, content in sound.items():
                path.write_bytes(content)
            if gate:
                _plant(copy / "campfire" / "centroids.py", gate)
            run(["git", "add", "--all"], copy, variables=variables)
            words = ["python", "-m", "pre_commit", "run", "--all-files", "--color=never"]
            found[gate] = run(words, copy, seconds=60, variables=variables)
    return found


def _faults() -> Mapping[str, Any]:
    return {one.gate: one for one in FAULTS if one.id in {"unused-import", "format"}}


def _plant(file: Path, gate: str) -> None:
    """Plant a fault in a module of the student's. Raises ValueError where it has no place for it."""
    planted = _faults()[gate].plant(file.read_text(encoding="utf-8"))
    if planted is None:
        raise ValueError(f"{file.name} has no place for a fault of {gate}")
    file.write_text(planted.text, encoding="utf-8")
