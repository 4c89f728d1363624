"""Commands as a student types them, with what they print in words that never change."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.workbook.refusal import WorkbookError

MAX_PRINTED = 200_000
"""Bytes of output that are kept, the beginning; what comes after is thrown away."""
_COLOURING = frozenset({"FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS"})
"""Kernels of notebooks set such; tools warn of it beside NO_COLOR."""
_PLAIN = {
    "TERM": "dumb",
    "NO_COLOR": "1",
    "COLUMNS": "100",
    "PAGER": "cat",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",  # what is the newest pip differs from day to day
}


@dataclass(frozen=True, slots=True)
class Shell:
    """What a command did."""

    status: int
    text: str
    """What it printed, on both of its outputs, as it was shown."""

    def _ipython_display_(self) -> None:
        """Show nothing: it was shown when it ran."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it printed."""

    status: int
    text: str
    timed_out: bool = False
    left: int = 0
    """Bytes that were thrown away."""


def run(command: str, folder: Path, variables: Mapping[str, str], seconds: float) -> Ended:
    """Run a command with bash; one that takes too long ends, with whatever it started, and has the status 124."""
    outside = {name: value for name, value in os.environ.items() if name not in _COLOURING}
    try:
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=folder,
            env={**outside, **variables, **_PLAIN},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise WorkbookError(f"bash is not installed, or there is no folder {folder.name}") from None
    with process:
        return _ended(process, seconds)


def _ended(process: subprocess.Popen[bytes], seconds: float) -> Ended:
    kept = bytearray()
    left = 0

    def read() -> None:
        nonlocal left
        assert process.stdout is not None
        while piece := process.stdout.read1(65536):  # type: ignore[attr-defined]
            room = MAX_PRINTED - len(kept)
            kept.extend(piece[:room])
            left += max(0, len(piece) - room)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        status = 124
    except BaseException:  # the student interrupts the cell
        _end(process)
        raise
    reader.join(1.0)
    if reader.is_alive():  # something it left behind keeps the output open
        _end(process)
        reader.join(1.0)
    return Ended(status, kept.decode("utf-8", "replace"), status == 124, left)


def _end(process: subprocess.Popen[bytes]) -> None:
    end: Callable[[int, int], None] = os.killpg
    try:
        end(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
