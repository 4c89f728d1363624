"""The checks by exercise, and what a check is given besides the answers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from checker.workbook import calling
from checker.workbook.calling import Called
from checker.workbook.outcome import Outcome

if TYPE_CHECKING:
    from checker.workbook.lab import Lab

Check = Callable[..., Outcome]
Function = TypeVar("Function", bound=Check)

MAX_FILE = 1_000_000
"""Bytes of a student's file that a check reads."""

_checks: dict[tuple[str, str], Check] = {}


def exercise(id: str) -> Callable[[Function], Function]:
    """Register a function of a lesson's module as the check of an exercise, such as `q3`."""

    def register(function: Function) -> Function:
        _checks[function.__module__, id] = function
        return function

    return register


def checks(slug: str) -> dict[str, Check]:
    """Return a lesson's checks by exercise. Raises ModuleNotFoundError for a lesson that has none."""
    module = importlib.import_module(f"checker.workbook.lessons.n{slug}").__name__
    return {id: check for (where, id), check in _checks.items() if where == module}


@dataclass(frozen=True)
class Attempt:
    """One call of `lab.check`: the Lab, the student's files, and a safe way to call their functions."""

    lab: Lab

    def file(self, path: str) -> str:
        """Return a file of the homework, at most a megabyte of it; empty when there is none."""
        return read(self.lab.homework, path)

    def call(self, function: object, *args: object, seconds: float = 5.0) -> Called:
        """Call a student's function with a limit of time and of output; never raises what it raises."""
        return calling.call(function, *args, seconds=seconds)


def read(folder: Path, path: str) -> str:
    """Return a file below a folder as text, at most a megabyte of it; empty for what is none or lies elsewhere."""
    try:
        file = (folder / path).resolve()
        if not file.is_relative_to(folder.resolve()) or not file.is_file():
            return ""
        with file.open("rb") as opened:
            return opened.read(MAX_FILE).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
