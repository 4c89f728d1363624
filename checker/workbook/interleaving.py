"""Two processes that run a student's function at the same time, in every order that could make a difference.

The first runs here and is stopped after each call that the function makes; there the second, a fork of this process
from before the first began, runs it from beginning to end. What goes wrong once in a thousand nights goes wrong here
each time.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from checker.workbook.calling import Called

MOST = 60
"""Calls of a function after which it is stopped; later ones are left alone."""
_ALONE = 0.3
"""Seconds for the second before the first goes on: it may wait for a lock that the first holds."""
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Both:
    """What two calls at the same time returned, with the first stopped after so many calls."""

    after: int
    first: Called
    second: object
    """Its value as JSON can tell it; a text that begins with `Error:` when it raised, `None` when it never ended."""
    overlapped: bool
    """False when the first ended before it was stopped."""


def interleaved(
    function: Callable[..., object],
    fresh: Callable[[int], tuple[object, ...]],
    call: Callable[..., Called],
) -> list[Both]:
    """Return what came of each order; `fresh` makes the arguments for the n-th, `call` calls with limits."""
    found = []
    for number in range(1, MOST + 1):
        both = _pair(function, fresh(number), call, number)
        if not both.overlapped:
            break
        found.append(both)
    return found


def _pair(
    function: Callable[..., object],
    arguments: tuple[object, ...],
    call: Callable[..., Called],
    after: int,
) -> Both:
    code = getattr(function, "__code__", None)
    second = _Second(function, arguments)
    calls = 0

    def watch(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        made = (event in {"c_return", "c_exception"} and _is_of(frame, code)) or (
            event == "return" and frame.f_back is not None and _is_of(frame.f_back, code)
        )
        if made:
            calls += 1
            if calls == after:
                sys.setprofile(None)
                second.begin()
                second.wait(_ALONE)
                sys.setprofile(watch)

    def run() -> object:
        sys.setprofile(watch)
        try:
            return function(*arguments)
        finally:
            sys.setprofile(None)

    first = call(run)
    return Both(after, first, second.ended(), overlapped=calls >= after)


def _is_of(frame: FrameType, code: CodeType | None) -> bool:
    """Say whether a frame runs the student's function, or another function of the same cell."""
    return code is not None and frame.f_code.co_filename == code.co_filename


class _Second:
    """A fork of this process that waits for its beginning, runs the function and tells what it returned."""

    def __init__(self, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
        self._out, into = os.pipe()
        go, self._go = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other threads of a kernel hold nothing that it needs
            self._pid = os.fork()
        if not self._pid:
            os.close(self._go)
            if os.read(go, 1):
                _answer(function, arguments, into)
            os._exit(0)
        os.close(into)
        os.close(go)
        self._said = b""
        self._is_open, self._has_begun = True, False

    def begin(self) -> None:
        """Let it run."""
        self._has_begun = True
        os.write(self._go, b"!")

    def wait(self, seconds: float) -> None:
        """Wait for its end, so long."""
        while self._is_open and select.select([self._out], [], [], seconds)[0]:
            piece = os.read(self._out, 65536)
            self._said += piece
            self._is_open = bool(piece)

    def ended(self) -> object:
        """Return what it returned; it is ended when it does not end, or never began."""
        os.close(self._go)
        if self._has_begun:
            self.wait(_PATIENCE)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._out)
        return json.loads(self._said) if self._said else None


def _answer(function: Callable[..., object], arguments: tuple[object, ...], into: int) -> None:
    """Run the function in the fork and tell; nothing else of the process may run there."""
    try:
        signal.setitimer(signal.ITIMER_REAL, 0)
        silence = os.open(os.devnull, os.O_WRONLY)
        sys.stdout = sys.stderr = open(silence, "w", encoding="utf-8")  # noqa: SIM115, PTH123
        value = function(*arguments)
        os.write(into, json.dumps(value if isinstance(value, bool) else repr(value)[:200]).encode())
    except BaseException as error:  # noqa: BLE001 - it ends here, whatever it is
        os.write(into, json.dumps(f"Error: {error!r}"[:300]).encode())
    finally:
        os._exit(0)
