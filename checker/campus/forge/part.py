"""The forge as a part of a campus."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checker.campus.part import lacks, python, reaches
from checker.campus.place import Place

OLDEST = (2, 38)
"""The first git that merges without a working tree."""


@dataclass(frozen=True)
class Forge:
    """Git over HTTP, GitHub's API, and pages, on one port."""

    name: str = "forge"
    title: str = "forge (git, GitHub's API)"
    ports: Sequence[str] = ("forge",)
    after: Sequence[str] = ()

    def missing(self) -> str:
        """Return what keeps it from running on this machine, and what to install; empty when nothing does."""
        packages = {"starlette": "", "uvicorn": "", "graphql": "graphql-core", "nacl": "PyNaCl"}
        found = (lacks(module, package) for module, package in packages.items())
        return next((problem for problem in found if problem), "") or _git_problem()

    def command(self, place: Place) -> Sequence[str]:
        """Return the command that serves the forge in the foreground."""
        return python("-m", "checker.campus.forge", "--place", str(place.root))

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return no variables: all it reads lies in the place."""
        del place
        return {}

    def answers(self, place: Place) -> bool:
        """Say whether it is ready to serve."""
        return reaches(f"{place.url(self.name)}/-/health")

    def settle(self, place: Place) -> None:
        """Do nothing more: it is ready when it answers."""


def _git_problem() -> str:
    program = shutil.which("git")
    if program is None:
        return "git is not installed; apt-get install git, or brew install git"
    told = subprocess.run([program, "--version"], capture_output=True, check=False, text=True)
    numbers = told.stdout.split()[2:3] or ["0"]
    version = tuple(int(part) for part in numbers[0].split(".")[:2] if part.isdecimal())
    if version < OLDEST:
        return f"git {numbers[0]} is too old; install git {'.'.join(map(str, OLDEST))} or newer"
    return ""
