"""Yes, no, or it depends: the three answers to "would it run?", with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Value = Literal["yes", "no", "depends"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something would run; for anything but yes, `reasons` say why not or on what it depends."""

    value: Value
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return true unless it certainly does not run."""
        return self.value != "no"

    @property
    def why(self) -> str:
        """The reasons as one sentence part."""
        return "; ".join(self.reasons)

    def then(self, other: Answer) -> Answer:
        """Return the answer for two conditions that must both hold: the first no wins, reasons of depends add up."""
        if self.value == "no" or other.value == "yes":
            return self
        if other.value == "no" or self.value == "yes":
            return other
        return Answer("depends", tuple(dict.fromkeys(self.reasons + other.reasons)))


YES = Answer("yes")


def no(reason: str) -> Answer:
    """Return a no with its reason."""
    return Answer("no", (reason,))


def depends(reason: str) -> Answer:
    """Return a depends with what it depends on."""
    return Answer("depends", (reason,))


def best(answers: Iterable[Answer]) -> Answer:
    """Return the most favourable of several ways to run: yes, else depends, else the no (with all its reasons)."""
    found = list(answers)
    for value in ("yes", "depends"):
        for answer in found:
            if answer.value == value:
                return answer
    reasons = tuple(dict.fromkeys(reason for answer in found for reason in answer.reasons))
    return Answer("no", reasons or ("nothing starts it",))
