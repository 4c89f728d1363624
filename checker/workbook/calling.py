"""Calling a student's function: for so long, with so much output, whatever it raises or returns."""

from __future__ import annotations

import contextlib
import ctypes
import dis
import io
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from types import FrameType
from typing import Any

from checker.report.escape import plain

MAX_PRINTED = 1_000_000
"""Characters after which a function that prints is stopped."""
_SHOWN = 10_000
_MAX_ITEMS = 100_000
_AGAIN = 0.05
"""Seconds after which a function that catches everything is stopped again."""
_SWALLOWED = 4
"""So often it may catch what stops it, before it is stopped where it catches nothing."""


@dataclass(frozen=True, slots=True)
class Called:
    """What came of calling a function."""

    value: Any = None
    error: str = ""
    """`ValueError: no rows`; empty when it returned."""
    timed_out: bool = False
    printed: str = ""
    """What it printed, the beginning."""


class _Stopped(BaseException):
    """Ends a student's function; no `except Exception` of theirs catches it."""


class _TooLong(_Stopped):
    pass


class _TooMuch(_Stopped):
    pass


class _Paper(io.TextIOBase):
    """Takes what is printed, up to a limit."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.length = 0

    @property
    def text(self) -> str:
        return "".join(self.begun)

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.length < _SHOWN:
            self.begun.append(text[: _SHOWN - self.length])
        self.length += len(text)
        if self.length > MAX_PRINTED:
            raise _TooMuch
        return len(text)


def call(function: object, *args: object, seconds: float = 5.0) -> Called:
    """Call a function with a limit of time and of output.

    What it returns lazily is made within the limits too. Only code that runs in C without looking up, such as
    `sum(range(10**12))`, outlasts the limit.
    """
    if not callable(function):
        return Called(error=f"{plain(repr(type(function).__name__), 60)} is not a function")
    paper = _Paper()
    try:
        with (
            _limited(seconds),
            contextlib.redirect_stdout(paper),
            contextlib.redirect_stderr(paper),
        ):
            value = function(*args)
            if isinstance(value, Iterator):
                value = list(islice(value, _MAX_ITEMS))
        return Called(value, printed=paper.text)
    except _TooLong:
        return Called(
            error=f"it did not end within {seconds:g} s", timed_out=True, printed=paper.text
        )
    except _TooMuch:
        return Called(error=f"it printed more than {MAX_PRINTED:,} characters", printed=paper.text)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a student's function may raise anything
        return Called(error=described(error), printed=paper.text)


def described(error: BaseException) -> str:
    """Return an exception's kind and message on one line."""
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - an exception of the student's own class
        said = ""
    kind = plain(type(error).__name__, 60)
    return f"{kind}: {plain(said, 300)}" if said else kind


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        with _by_signal(seconds):
            yield
    else:
        with _by_thread(seconds):
            yield


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    """Raise in the code below, again and again, until it lets go."""
    raised = 0

    def raise_it(_number: int, frame: FrameType | None) -> None:
        nonlocal raised
        if raised < 0:
            return
        raised += 1
        if raised < _SWALLOWED:
            raise _TooLong
        _raise_at_a_loop(frame, anywhere=raised > 2 * _SWALLOWED)

    before = signal.signal(signal.SIGALRM, raise_it)
    tracing = sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        raised = -1
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.settrace(tracing)


def _raise_at_a_loop(frame: FrameType | None, *, anywhere: bool) -> None:
    """Raise where a loop begins again: outside of the `try` in which a function catches everything.

    With `anywhere` also where that is inside of another `try` or `with`.
    """

    def look(frame: FrameType, event: str, _: Any) -> Any:
        code, at = frame.f_code, frame.f_lasti
        if event == "opcode" and "JUMP_BACKWARD" in dis.opname[code.co_code[at]]:
            tried = getattr(dis.Bytecode(code), "exception_entries", ())
            if anywhere or not any(one.start <= at < one.end for one in tried):
                raise _TooLong
        return look

    while frame is not None and frame.f_code.co_filename != __file__:
        frame.f_trace, frame.f_trace_opcodes = look, True
        frame = frame.f_back
    sys.settrace(look)


@contextlib.contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    """Where there is no such signal, have another thread raise in this one."""
    over = threading.Event()
    here = ctypes.c_ulong(threading.get_ident())

    def watch() -> None:
        pause = seconds
        while not over.wait(pause):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(here, ctypes.py_object(_TooLong))
            pause = _AGAIN

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(here, None)
