"""A criterion: a function that judges, with an id, points, a statement and advice."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from checker.evidence import Evidence, Unavailable
from checker.rubric.verdict import Verdict, unknown

Function = TypeVar("Function", bound=Callable[..., Verdict])

_ID = re.compile(r"(?P<item>[A-Z]+)(?P<number>[1-9][0-9]*)")

Level = Literal["configured", "ran", "delivered"]
"""What a criterion asks: what would happen, what did happen, what came out."""

RESERVED: tuple[str, ...] = ()
"""Ids of criteria that are planned or gone; an id is never used for two things."""

_criteria: dict[str, Criterion] = {}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the rubric, and the function that judges it."""

    id: str
    points: float
    statement: str
    """A present-tense sentence that is true of good work."""
    advice: str
    """What to do when it is not met, in Markdown, with the YAML to write."""
    function: Callable[..., Verdict]
    level: Level = "configured"
    bonus: bool = False
    """Whether its points come on top: they are shown beside the total, and nothing is lost without them."""

    @property
    def item(self) -> str:
        """The homework item it belongs to: the letters of its id."""
        return self.id.rstrip("0123456789")

    def judge(self, evidence: Evidence) -> Verdict:
        """Judge with the evidence the function asks for; evidence that cannot be had is unknown."""
        try:
            return evidence.call(self.function)
        except Unavailable as gap:
            return unknown(str(gap))


def criterion(
    id: str, *, points: float, level: Level = "configured", bonus: bool = False
) -> Callable[[Function], Function]:
    """Register a function as a criterion of the rubric.

    The first line of its docstring is the statement, the rest the advice. Raises TypeError for a
    malformed, reserved or used id and for a docstring without both parts.
    """

    def register(function: Function) -> Function:
        statement, _, advice = inspect.cleandoc(function.__doc__ or "").partition("\n")
        where = f"{function.__module__}.{function.__qualname__}"
        if _ID.fullmatch(id) is None:
            raise TypeError(f"{where}: {id!r} is no id; one is letters and a number, such as CI1")
        if id in RESERVED or id in _criteria:
            raise TypeError(f"{where}: the id {id} is taken; ids are never used twice")
        if not statement or not advice.strip():
            raise TypeError(f"{where}: its docstring needs a first line (statement) and advice")
        _criteria[id] = Criterion(
            id, points, statement.rstrip("."), advice.strip(), function, level, bonus
        )
        return function

    return register


def criteria() -> tuple[Criterion, ...]:
    """Return all registered criteria in the order of their definition."""
    return tuple(_criteria.values())
