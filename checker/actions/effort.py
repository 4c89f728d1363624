"""How much work a stranger's files may cause, counted and never timed: the same files always go the same way."""

from __future__ import annotations

FOR_COMMAND = 1_000_000
"""Units for all that one command of a step leads to."""
FOR_REPOSITORY = 6_000_000
"""Units for all steps of all workflows, on all events; large repositories of real people take a sixth."""


class Effort:
    """Work that may still be done, in units of about a microsecond.

    What is done within one effort also counts for the one `within` which it is made. Nothing is interrupted: whoever
    works asks `exhausted` and leaves the rest.
    """

    __slots__ = ("_left", "_within")

    def __init__(self, limit: int = FOR_COMMAND, within: Effort | None = None) -> None:
        self._left = limit
        self._within = within

    def spend(self, units: int) -> None:
        """Note work that was done."""
        self._left -= units
        if self._within is not None:
            self._within.spend(units)

    @property
    def exhausted(self) -> bool:
        """Whether nothing more is to be done."""
        return self._left < 0 or (self._within is not None and self._within.exhausted)
