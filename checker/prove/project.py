"""One's own project: where a fault fits, which gates it has, and the copy of it that is run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from checker.actions.activities import activities_of
from checker.actions.activity import Activity
from checker.actions.workflows import FOLDER
from checker.prove.faults import Fault, Gate, Planted, functions
from checker.services.checkout import Tree
from checker.services.repository import Repository

_NOT_MODULES = re.compile(
    r"(^|/)(tests?|testing|docs?|examples?|scripts|notebooks|migrations|\.[^/]*)/|(^|/)(setup|conftest|noxfile|tasks|__main__)\.py$"
)
_TESTS = re.compile(r"(^|/)(test_[^/]*|[^/]*_test|tests)\.py$")
_FORMATTERS = frozenset(("black", "yapf", "autopep8", "blue", "docformatter", "pyink"))
_TYPE_CHECKERS = frozenset(("mypy", "pyright", "basedpyright", "pyre", "pytype", "ty", "pyrefly"))
Change = Literal["push", "pull-request"]
"""What brings a fault: a push to the default branch, or a pull request into it."""
_GOES_OUT = frozenset(("publish", "image-build", "image-push", "registry-login"))


@dataclass(frozen=True)
class Project:
    """A folder of one's own, seen but not touched."""

    root: Path
    files: Tree
    activities: tuple[Activity, ...]
    default_branch: str = "main"

    def gates(self, change: Change = "push") -> dict[Gate, tuple[str, ...]]:
        """Return what a push or a pull request has to get past, with the names of the steps."""
        events = ("push", "branch-push") if change == "push" else (change,)
        found: dict[Gate, dict[str, None]] = {}
        for one in self.activities:
            gate = gate_of(one)
            if gate and one.on(*events):
                found.setdefault(gate, {})[one.place.step] = None
        return {gate: tuple(steps) for gate, steps in found.items()}

    @property
    def going_out(self) -> dict[str, tuple[str, ...]]:
        """Ids of the jobs, by workflow file, that publish or push something: no proof runs them."""
        found: dict[str, dict[str, None]] = {}
        for one in self.activities:
            if one.kind in _GOES_OUT:
                found.setdefault(one.place.file, {})[one.place.job.split(" / ")[-1]] = None
        return {file: tuple(jobs) for file, jobs in found.items()}

    def place(self, fault: Fault) -> tuple[str, Planted] | None:
        """Return the file that a fault is planted in, and its text then; None when there is no place for it."""
        for path in self._tests() if fault.where == "tests" else self._modules():
            text = self.files.text(path)
            planted = fault.plant(text) if text is not None else None
            if planted is not None:
                return path, planted
        return None

    def _tests(self) -> list[str]:
        return [path for path in self.files.paths if _TESTS.search(path) and self.files.text(path)]

    def _modules(self) -> list[str]:
        """Return the project's own modules; first those of whose functions the tests speak most."""
        tests = "\n".join(self.files.text(path) or "" for path in self._tests())
        spoken = set(re.findall(r"\w+", tests))
        found = [
            (sum(name in spoken for name in functions(text)), path)
            for path in self.files.paths
            if path.endswith(".py") and not _NOT_MODULES.search(path) and not _TESTS.search(path)
            if (text := self.files.text(path)) and functions(text)
        ]
        return [path for _, path in sorted(found, key=lambda one: (-one[0], one[1]))]


def read(root: Path) -> Project:
    """Read a project. Raises ValueError, with one sentence, for a folder without workflows."""
    if not root.is_dir():
        raise ValueError(f"there is no folder {str(root)!r}; give the folder of your project")
    tree = Tree(root)
    if not tree.names(FOLDER):
        raise ValueError(
            f"{str(root)!r} has no workflows in {FOLDER}; there is nothing to prove yet"
        )
    branch = _branch(root)
    found = activities_of(Repository(root.resolve().name, tree, (branch,)))
    return Project(root.resolve(), tree, found.found, branch)


def copied(project: Project) -> Iterator[tuple[str, bytes]]:
    """Return the files of the copy that is run: what git would keep, jobs that go out switched off."""
    for path in _kept(project):
        source = project.root / path
        if source.is_symlink() or not source.is_file():
            continue
        data = source.read_bytes()
        if jobs := project.going_out.get(path):
            data = _switched_off(data.decode("utf-8"), jobs).encode()
        yield path, data


def _kept(project: Project) -> tuple[str, ...]:
    """Return what is tracked or new, without what is ignored; all files where there is no git repository."""
    words = [
        "git",
        "-C",
        str(project.root),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    done = subprocess.run(words, capture_output=True, check=False, env=_quiet())  # noqa: S603
    if done.returncode or not done.stdout:
        return project.files.paths
    return tuple(sorted(set(os.fsdecode(done.stdout).split("\0")[:-1])))


def _branch(root: Path) -> str:
    words = ["git", "-C", str(root), "symbolic-ref", "--short", "refs/remotes/origin/HEAD"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=_quiet())  # noqa: S603
    if found := done.stdout.strip().removeprefix("origin/"):
        return found
    words = [
        "git",
        "-C",
        str(root),
        "branch",
        "--list",
        "--format=%(refname:short)",
        "main",
        "master",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=_quiet())  # noqa: S603
    return next(iter(done.stdout.split()), "main")


def _quiet() -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "HOME": os.devnull,
    }


def _switched_off(text: str, jobs: tuple[str, ...]) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    fields = (
        {key.value: value for key, value in root.value}
        if isinstance(root, yaml.MappingNode)
        else {}
    )
    listed = fields.get("jobs")
    for key, job in listed.value if isinstance(listed, yaml.MappingNode) else ():
        if key.value in jobs and isinstance(job, yaml.MappingNode):
            job.value = [pair for pair in job.value if pair[0].value != "if"]
            job.value.append((_scalar("if", "str"), _scalar("false", "bool")))
    return yaml.serialize(root, width=1_000_000, allow_unicode=True)


def _scalar(text: str, kind: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(f"tag:yaml.org,2002:{kind}", text)


def gate_of(one: Activity) -> Gate | None:
    """Return what kind of gate an activity is; None when it is none."""
    if one.kind == "test":
        return "test"
    if one.kind != "lint":
        return None
    command = one.via[-1] if one.via else ""
    if one.tool in _FORMATTERS or re.search(r"\bruff\s+format\b", command):
        return "format"
    return "types" if one.tool in _TYPE_CHECKERS else "lint"
