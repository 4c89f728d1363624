"""What is being waited for: a line on the terminal once an answer takes longer than a moment."""

from __future__ import annotations

import sys
import threading
from datetime import datetime
from types import TracebackType
from typing import Self

from checker.http import Addresses, Http, Page, Request

PATIENCE = 2.0
"""Seconds without a word; what is quicker needs none."""
_BEAT = 0.25


class Progress:
    """A door that tells on stderr which service is asked for what, when that takes a while.

    Only at a terminal: a log needs no line that is taken back.
    """

    def __init__(self, door: Http) -> None:
        self._door = door
        self._lock = threading.Lock()
        self._waiting: dict[int, Request] = {}
        self._over = threading.Event()
        self._shown = ""
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        self._show("")

    @property
    def addresses(self) -> Addresses:
        """Where the services are."""
        return self._door.addresses

    @property
    def has_token(self) -> bool:
        """Whether GitHub is asked with a token."""
        return self._door.has_token

    @property
    def now(self) -> datetime:
        """The time by the services' own clocks."""
        return self._door.now

    def get(self, request: Request) -> Page:
        """Return what the door behind answers."""
        with self._lock:
            self._waiting[id(request)] = request
        try:
            return self._door.get(request)
        finally:
            with self._lock:
                self._waiting.pop(id(request), None)

    def _watch(self) -> None:
        if self._over.wait(PATIENCE):
            return
        while not self._over.wait(_BEAT):
            with self._lock:
                asked = next(iter(self._waiting.values()), None)
            self._show(f"asking {asked.service} for {asked.asked} …" if asked else "")

    def _show(self, text: str) -> None:
        """Write over the line that stands there."""
        from checker.report.escape import plain

        shown = plain(text, 70)
        if shown != self._shown:
            sys.stderr.write(f"\r{' ' * len(self._shown)}\r{shown}")
            sys.stderr.flush()
            self._shown = shown
