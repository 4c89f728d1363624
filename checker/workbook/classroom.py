"""JupyterLab set up for the workbook: a student's own copies of the notebooks, their overview, and calm settings."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.workbook.overview import overview
from checker.workbook.refusal import WorkbookError
from checker.workbook.work import Work

FOLDER = "notebooks"
_GIVEN = ".given.json"
"""Beside the copies: what each was when it was given, so that a student's own work is told from it."""
_RUSSIAN = "jupyterlab_language_pack_ru_RU"


@dataclass(frozen=True, slots=True)
class Laid:
    """What laying out the notebooks did, as paths in the student's folder."""

    new: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Newer ones exist, but the student has worked in these."""


def source() -> Path:
    """Return the folder of the notebooks: in the package, or in the checkout it is installed from."""
    package = Path(__file__).parent
    for folder in (package / FOLDER, package.parents[1] / FOLDER):
        if any(folder.glob("en/*.ipynb")):
            return folder
    raise WorkbookError(
        "the notebooks are not in this installation; install ml-cicd-workbook again"
    )


def lay_out(work: Work, given: Path) -> Laid:
    """Copy the notebooks, and the pages they link to, into a student's folder.

    A copy that the student has not touched is brought up to date; one they worked in is never overwritten.
    """
    record = work.root / FOLDER / _GIVEN
    known = _known(record)
    new, kept = [], []
    for path, file in _files(given):
        target = work.root / path
        fresh = file.read_bytes()
        if not target.exists():
            new.append(path)
        elif (now := target.read_bytes()) == fresh:
            known[path] = _digest(fresh)
            continue
        elif known.get(path) != _digest(now):
            if known.get(path) != _digest(fresh):
                kept.append(path)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(fresh)
        known[path] = _digest(fresh)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return Laid(tuple(new), tuple(kept))


def write_overview(work: Work, language: str) -> str:
    """Write the overview with the student's progress; return its path in their folder."""
    path = f"{FOLDER}/{language}/README.md"
    file = work.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(overview(language, work.journal.standing()), encoding="utf-8", newline="")
    return path


def settings(work: Work, language: str) -> Path:
    """Write how JupyterLab looks and behaves here; return the folder, for JUPYTER_CONFIG_DIR.

    No news, no update checks, no buttons of tools that only the makers of notebooks use; Markdown files open as pages.
    """
    folder = work.root / ".jupyter" / "config"
    overrides: dict[str, object] = {
        "@jupyterlab/apputils-extension:notification": {
            "checkForUpdates": False,
            "fetchNews": "false",
            "doNotDisturbMode": True,
        },
        "@jupyterlab/docmanager-extension:plugin": {
            "defaultViewers": {"markdown": "Markdown Preview"}
        },
    }
    if language == "ru" and importlib.util.find_spec(_RUSSIAN):
        overrides["@jupyterlab/translation-extension:plugin"] = {"locale": "ru_RU"}
    makers = ("@jupyter/nbgrader", "jupyterlab-jupytext")
    servers = (
        "jupyterlab_jupytext",
        "nbgrader.server_extensions.assignment_list",
        "nbgrader.server_extensions.course_list",
        "nbgrader.server_extensions.formgrader",
        "nbgrader.server_extensions.validate_assignment",
    )
    files: dict[str, object] = {
        "labconfig/default_setting_overrides.json": overrides,
        "labconfig/page_config.json": {"disabledExtensions": dict.fromkeys(makers, True)},
        "jupyter_server_config.json": {
            "ServerApp": {"jpserver_extensions": dict.fromkeys(servers, False)}
        },
    }
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Server:
    """A JupyterLab for one student: its command, its environment, and where it is reached."""

    work: Work
    language: str
    page: str
    """What it opens, as a path in the student's folder."""
    variables: Mapping[str, str]
    """What the student's programs find in their environment."""
    port: int
    address: str = "127.0.0.1"
    token: str = ""

    @property
    def url(self) -> str:
        """Where a browser opens it; the token in it lets whoever has it in."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{self.page}?token={self.token}"

    @property
    def log(self) -> Path:
        """What it says of itself."""
        return self.work.root / ".jupyter" / "jupyterlab.log"

    @property
    def command(self) -> Sequence[str]:
        """What starts it; the token is not in it, since others may read the commands of a machine."""
        return (
            *(sys.executable, "-P", "-m", "jupyter", "lab", "--no-browser"),
            f"--ServerApp.ip={self.address}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.work.root}",
            f"--LabApp.default_url=/lab/tree/{self.page}",
            *(("--allow-root",) if _is_root() else ()),
        )

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of it and of its kernels."""
        programs = os.pathsep.join((str(Path(sys.executable).parent), inherited.get("PATH", "")))
        private = self.work.root / ".jupyter"
        return {
            **inherited,
            **self.variables,
            "PATH": programs,
            "CHECKER_WORK": str(self.work.root),
            "JUPYTER_TOKEN": self.token,
            "JUPYTER_CONFIG_DIR": str(settings(self.work, self.language)),
            "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        }


def token() -> str:
    """Return a new token for a server."""
    return secrets.token_hex(24)


def missing() -> str:
    """Return what is not installed that JupyterLab needs; empty for nothing."""
    return "" if importlib.util.find_spec("jupyterlab") and shutil.which("git") else "jupyterlab"


def _files(given: Path) -> list[tuple[str, Path]]:
    """Return the files to lay out: their path in the student's folder, and where they are."""
    found = [
        (f"{FOLDER}/{file.parent.name}/{file.name}", file)
        for file in sorted(given.glob("??/*.ipynb"))
    ]
    docs = next((one for one in (given / "docs", given.parent / "docs") if one.is_dir()), None)
    if docs is not None:
        found += [(f"docs/{file.name}", file) for file in sorted(docs.glob("online.*.md"))]
    return found


def _known(record: Path) -> dict[str, str]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {str(path): str(digest) for path, digest in found.items()}
        if isinstance(found, dict)
        else {}
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
