"""Names as GitHub shows them: templates whose expressions nobody can fill any more, matched against what is shown."""

from __future__ import annotations

from dataclasses import dataclass

from checker.actions.expressions import ExpressionError
from checker.actions.expressions.interpolate import pieces
from checker.actions.syntax import Step


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name whose unknown parts may be anything: `Publish ${{ github.ref_name }}`."""

    parts: tuple[str, ...]
    """What is known, in order; between two parts stands something unknown."""

    @property
    def weight(self) -> int:
        """How much of it is known: a name without unknown parts outweighs any other."""
        known = sum(map(len, self.parts))
        return known + (10_000 if len(self.parts) == 1 else 0)

    def fits(self, name: str) -> bool:
        """Say whether a shown name may be this one. Takes time in proportion to the name's length."""
        first, *rest = self.parts
        if not rest:
            return name == first
        *middle, last = rest
        if not name.startswith(first) or len(name) < len(first) + len(last):
            return False
        if not name.endswith(last):
            return False
        at, end = len(first), len(name) - len(last)
        for part in middle:
            at = name.find(part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    def then(self, other: Pattern) -> Pattern:
        """Return the pattern of two names written one after the other."""
        *start, last = self.parts
        first, *rest = other.parts
        return Pattern((*start, last + first, *rest))


def pattern(template: str) -> Pattern:
    """Return the pattern of a name with `${{ }}` in it."""
    try:
        found = pieces(template)
    except ExpressionError:  # never closed: shown as it stands
        return Pattern((template,))
    parts = [""]
    for piece in found:
        if isinstance(piece, str):
            parts[-1] += piece
        else:
            parts.append("")
    return Pattern(tuple(parts))


def step_patterns(step: Step) -> tuple[Pattern, ...]:
    """Return what GitHub may call a step: with its expressions filled, or as written when it did not come to that.

    A script is `Run` and its first line, an action `Run` and its address (actions/runner, ActionRunner.cs, November
    2026).
    """
    label = str(step.name) or step.label
    label = (
        "\n".join(label.splitlines()[:1]).strip() if step.run and not step.name else label.strip()
    )
    return tuple(dict.fromkeys((Pattern((label,)), pattern(label))))
