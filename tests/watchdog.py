"""A test that would hang ends as failed, long after any machine would have been through."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 60


class TookTooLong(BaseException):
    """Raised in the midst of what hangs; nothing that catches exceptions catches this."""


@contextmanager
def watchdog(seconds: int = SECONDS) -> Iterator[None]:
    """Raise TookTooLong in the body once it has run for so long; systems without alarms just wait."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def bark(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, bark)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
