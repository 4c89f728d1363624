"""The runner: it really executes the workflows that events of the forge start, with act, on this machine."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checker.campus.part import lacks, python
from checker.campus.place import CampusError, Place

_ALIVE = 60.0
"""Seconds after which a heartbeat is too old: making a run of a large repository takes a while."""


@dataclass(frozen=True)
class RunnerPart:
    """The part that executes workflows."""

    name: str = "runner"
    title: str = "runner (act)"
    ports: Sequence[str] = ()
    after: Sequence[str] = ("forge",)

    def missing(self) -> str:
        """Return what to install when there is no act."""
        from checker.campus.runner import act

        try:
            act.program()
        except CampusError as error:
            return str(error)
        return lacks("psutil")

    def command(self, place: Place) -> Sequence[str]:
        """Forget the last heartbeat, and return the command that works off events."""
        (place.folder(self.name) / "heartbeat").unlink(missing_ok=True)
        return python("-m", "checker.campus.runner", "--place", str(place.root))

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return nothing: what it needs is in the place."""
        del place
        return {}

    def answers(self, place: Place) -> bool:
        """Say whether it looked at the store a moment ago."""
        try:
            text = (place.root / self.name / "heartbeat").read_text(encoding="ascii")
        except OSError:
            return False
        return time.time() - float(text.split()[1]) < _ALIVE

    def settle(self, place: Place) -> None:
        """Leave nothing to do."""
        del place
