"""A text to its commands, once for each text: scripts differ in their variables more than in their words."""

from __future__ import annotations

from functools import lru_cache

from checker.actions.shell.grammar import Grammar
from checker.actions.shell.limits import TEXT_LIMIT, Budget
from checker.actions.shell.tree import Sequence

_SHORT = 16 * 1024
"""Characters of a text that is remembered; longer ones are parsed each time, so that little is kept."""


def parse(text: str, budget: Budget, line: int = 1) -> Sequence:
    """Return the commands of a script; complaints go to the budget."""
    if budget.depth or len(text) > _SHORT:
        return _parsed(text, budget, line)
    commands, complaints, cut = _remembered(text, line)
    for sentence in complaints:
        budget.complain(sentence, cut=cut)
    return commands


@lru_cache(maxsize=512)
def _remembered(text: str, line: int) -> tuple[Sequence, tuple[str, ...], bool]:
    """Parse a text once, whatever the variables it is followed with."""
    budget = Budget()
    return _parsed(text, budget, line), tuple(budget.problems), budget.cut


def _parsed(text: str, budget: Budget, line: int) -> Sequence:
    if len(text) > TEXT_LIMIT:
        said = f"only the first {TEXT_LIMIT // 1024} KiB of the script are read"
        budget.complain(said, cut=True)
        text = text[: text.rfind("\n", 0, TEXT_LIMIT) + 1 or TEXT_LIMIT]
    return Grammar(text.replace("\r", "").replace("\0", ""), budget, line).script()
