"""What is said of an expression that GitHub refuses."""

from __future__ import annotations


class ExpressionError(ValueError):
    """An expression that GitHub refuses, with the reason and the place in its text."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"{reason} (at character {position + 1})")
        self.reason = reason
        """The sentence without the place."""
        self.position = position
        """Offset in the source, from 0."""
