"""Other people's servers, started on a free port of 127.0.0.1 for the length of a `with` block."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

READY_SECONDS = 60


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def program(name: str, package: str) -> str:
    """Return the path of a program. Without it the test is skipped; on CI, where Linux has it, it fails."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is not installed; `sh .ci/debian` installs {package} as root on Debian"
        is_promised = os.environ.get("CI") and sys.platform == "linux"
        pytest.fail(reason) if is_promised else pytest.skip(reason)
    return found


@contextmanager
def started(words: Sequence[str], port: int, log: Path) -> Iterator[str]:
    """Start a server, wait until it takes connections, and yield its address; end it and only it afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        for _ in range(READY_SECONDS * 20):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
                pytest.fail(f"{words[0]} ended at once: {log.read_text()[-2000:]}")
        else:
            pytest.fail(f"{words[0]} did not get ready: {log.read_text()[-2000:]}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
