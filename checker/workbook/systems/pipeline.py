"""What a pipeline is in any system: jobs, what each waits for, starts and reads, and when it runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from checker.workbook.systems.happenings import HAPPENINGS

MAX_TEXT = 64_000
"""Characters of a pipeline's file that are read; no person writes more of them."""
MAX_JOBS = 60

ROLES = ("lint", "test", "build", "publish")
"""What the jobs of a library's pipeline are there for, in their order."""

_PROGRAMS = {
    "lint": ("ruff check", "flake8", "pylint"),
    "test": ("pytest", "unittest"),
    "build": ("build", "uv build", "hatch build", "poetry build", "flit build"),
    "publish": ("twine upload", "uv publish", "hatch publish", "poetry publish", "flit publish"),
}
_SUBCOMMANDS = {
    "ruff",
    "twine",
    "uv",
    "hatch",
    "poetry",
    "flit",
    "make",
    "tox",
    "nox",
    "pre-commit",
}
_PREPARING = {
    "pip", "pip3", "apt-get", "apt", "git", "cd", "source", ".", "mkdir", "ls", "export", "venv", "echo",
    "true", "virtualenv", "pipx", "chmod", "cat", "printf", "test", "[", "set", "curl", "env", "printenv",
    "rm", "cp", "mv", "ensurepip", "base64", "cut", "tr", "sed", "grep", "sort", "head", "tail", "wc", "tee", "sleep",
}  # fmt: skip
"""Programs that make a job's machine ready, or print; every system needs other ones."""
_PYTHON = re.compile(r"python[\d.]*|py")
_VERSION = re.compile(r"(?<![\d.])3\.(\d{1,2})(?![\d])")


@dataclass(frozen=True, slots=True)
class Leak:
    """A line that gives a secret away."""

    line: int
    kind: str
    """`literal`, `printed`, `interpolated` (Groovy puts it into the script) or `parameter` (kept in the run)."""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job, by whatever name a system has for it: job, stage or task."""

    name: str
    line: int
    commands: tuple[str, ...] = ()
    """What it starts, without what only makes the machine ready."""
    after: frozenset[str] = frozenset()
    """Names of the jobs it waits for."""
    pythons: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    """Names of the secrets it reads."""
    runs: Mapping[str, str] = field(default_factory=dict)
    """By the name of a happening: `yes`, `no` or `depends`."""
    masked: str = ""
    """What keeps its failure from stopping the pipeline; empty when nothing does."""

    @property
    def role(self) -> str:
        """What it is there for, by the last of its commands that says so; its name when none does."""
        found = [role for one in self.commands for role in ROLES if one in _PROGRAMS[role]]
        return found[-1] if found else self.name


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline as it was read from a system's file."""

    system: str
    jobs: tuple[Job, ...] = ()
    leaks: tuple[Leak, ...] = ()

    def job(self, role: str) -> Job | None:
        """Return what does the work of a role, jobs of the same role taken together; None when nothing does."""
        return next((one for one in self.merged.jobs if one.name == role), None)

    @property
    def merged(self) -> Pipeline:
        """The pipeline with jobs named by their roles, and those of one role as one: a matrix written out."""
        roles = {one.name: one.role for one in self.jobs}
        found: dict[str, Job] = {}
        for one in self.jobs:
            after = frozenset(roles.get(name, name) for name in one.after) - {one.role}
            named = replace(one, name=one.role, after=after)
            known = found.get(one.role)
            found[one.role] = named if known is None else _joined(known, named)
        return replace(self, jobs=tuple(found.values()))

    def before(self, role: str) -> frozenset[str]:
        """Return the roles that a role waits for, near and far."""
        direct = {one.name: one.after for one in self.merged.jobs}
        found: set[str] = set()
        waiting = list(direct.get(role, ()))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += direct.get(one, ())
        return frozenset(found)

    def table(self, role: str) -> dict[str, str]:
        """Return by happening whether a role's work runs; `no` throughout when no job does it."""
        job = self.job(role)
        return {one.name: (job.runs.get(one.name, "no") if job else "no") for one in HAPPENINGS}


def commands_of(script: str) -> tuple[tuple[str, ...], str]:
    """Return what a shell script starts, in words that compare, and what hides a failure in it."""
    from checker.actions.shell import read

    found: list[str] = []
    masked = ""
    for one in read(script).commands:
        word = _known(one.argv)
        if word:
            found.append(word)
            masked = masked or one.masked
    return tuple(dict.fromkeys(found)), masked


def pythons_in(*texts: str) -> frozenset[str]:
    """Return the versions of Python that texts name: `python:3.13-slim`, `uv run --python 3.12`."""
    return frozenset(f"3.{found}" for text in texts for found in _VERSION.findall(text))


def answered(values: Iterable[str]) -> str:
    """Return the best of several answers: `yes`, else `depends`, else `no`."""
    found = set(values)
    return "yes" if "yes" in found else "depends" if "depends" in found else "no"


def limited(text: str) -> str:
    """Return a text that is short enough to be read. Raises ValueError."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"the file is longer than {MAX_TEXT:,} characters")
    return text


def _known(argv: tuple[str, ...]) -> str:
    words = list(argv)
    if words[:2] in (["uv", "run"], ["poetry", "run"], ["hatch", "run"]):
        words = _after_options(words[2:])
    if words and _PYTHON.fullmatch(words[0].rpartition("/")[2]):
        if "-m" not in words[:4]:
            return ""
        words = words[words.index("-m") + 1 :]
    if (
        not words
        or words[0] in _PREPARING
        or (words[0] == "uv" and words[1:2] in (["pip"], ["sync"], ["venv"]))
    ):
        return ""
    name = words[0].rpartition("/")[2][:60]
    verb = next((one for one in words[1:] if not one.startswith("-")), "")[:60]
    return f"{name} {verb}".strip() if name in _SUBCOMMANDS else name


def _after_options(words: list[str]) -> list[str]:
    """Return words without the options of `uv run`, some of which take a value."""
    while words and words[0].startswith("-"):
        takes = words[0] in {"--python", "-p", "--with", "--extra", "--group"}
        words = words[2 if takes else 1 :]
    return words


def _joined(one: Job, other: Job) -> Job:
    runs = {
        happening: answered((one.runs.get(happening, "no"), other.runs.get(happening, "no")))
        for happening in {**one.runs, **other.runs}
    }
    return replace(
        one,
        commands=tuple(dict.fromkeys((*one.commands, *other.commands))),
        after=one.after | other.after,
        pythons=one.pythons | other.pythons,
        secrets=one.secrets | other.secrets,
        runs=runs,
        masked=one.masked or other.masked,
    )
