"""Services that a lesson runs: each a process of its own on loopback, and requests that go on while it changes."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlencode

from checker.report.escape import plain
from checker.workbook.refusal import WorkbookError
from checker.workbook.served import HOST, serve

State = Literal["starting", "alive", "ready", "ended"]
"""No answer yet · answers, but not yet with a model · ready for requests · its process is gone."""

_ANSWERS_WITHIN = 10.0
_STARTS_WITHIN = 60.0
_STOPS_WITHIN = 5.0
_LARGEST = 100_000
_REQUESTS = 4000
"""After so many no more are sent, whatever happens."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one request; times are seconds on the machine's monotonic clock."""

    begun: float
    ended: float
    status: int = 0
    """0 when nobody answered."""
    version: str = ""
    berry: str = ""

    @property
    def is_error(self) -> bool:
        """Whether whoever asked got no answer."""
        return self.status != 200


class Service:
    """A service in a process of its own, started from a file with an ASGI application `app`."""

    def __init__(self, file: Path, variables: Mapping[str, str]) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["checker.workbook.preloaded"])
        handle, self._log = tempfile.mkstemp(prefix="service-", suffix=".log")
        os.close(handle)
        hears, says = context.Pipe(duplex=False)
        chosen = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", **variables}
        self._process: ForkServerProcess = context.Process(
            target=serve, args=(str(file), chosen, says, self._log), daemon=True
        )
        self._process.start()
        says.close()
        with hears:
            if not hears.poll(_STARTS_WITHIN):
                self.stop()
                raise WorkbookError("a service does not start on this machine")
            try:
                self.port = int(hears.recv())
            except EOFError:
                self.port = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        with suppress(OSError):
            Path(self._log).unlink()

    @property
    def state(self) -> State:
        """How far it is, asked now."""
        if not self._process.is_alive():
            return "ended"
        status, _ = ask(self.port, "/ready", seconds=2)
        if status == 200:
            return "ready"
        return "alive" if status else "starting"

    @property
    def said(self) -> str:
        """The last line that it printed: of one that ended, why."""
        with suppress(OSError):
            text = Path(self._log).read_text(encoding="utf-8", errors="replace")[-4000:]
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            return plain(lines[-1], 300) if lines else "–"
        return "–"

    def await_ready(self, seconds: float = _STARTS_WITHIN) -> State:
        """Wait until it is ready or has ended; returns how far it is then."""
        end = time.monotonic() + seconds
        while (state := self.state) not in {"ready", "ended"} and time.monotonic() < end:
            time.sleep(0.02)
        return state

    def stop(self) -> None:
        """End it: requests that it has begun it may answer."""
        self._process.terminate()
        self._process.join(_STOPS_WITHIN)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def ask(
    port: int,
    path: str,
    *,
    verb: str = "GET",
    token: str = "",
    seconds: float = _ANSWERS_WITHIN,
) -> tuple[int, object]:
    """Return the status and the JSON that a service answers with; 0 when it does not answer."""
    door = http.client.HTTPConnection(HOST, port, timeout=seconds)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        door.request(verb, path, headers=headers)
        answer = door.getresponse()
        text = answer.read(_LARGEST)
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        door.close()
    try:
        return answer.status, json.loads(text)
    except (ValueError, RecursionError):
        return answer.status, None


Route = Callable[[], AbstractContextManager[int]]
"""Returns the port of whoever serves now, for the time of one request."""


@dataclass
class Traffic:
    """People who ask one thing after the other, from entering until leaving it."""

    route: Route
    row: tuple[float, float]
    people: int = 3
    pause: float = 0.02
    """Seconds between an answer and the next question."""
    replies: list[Reply] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _asking: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def to(cls, port: int, row: tuple[float, float]) -> Traffic:
        """Return traffic to one port."""
        return cls(lambda: nullcontext(port), row)

    def __enter__(self) -> Self:
        self._asking = [threading.Thread(target=self._ask, daemon=True) for _ in range(self.people)]
        for one in self._asking:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for one in self._asking:
            one.join(_ANSWERS_WITHIN + 1)

    def go_on(self, more: int) -> None:
        """Wait until so many more have been answered."""
        target = len(self.replies) + more
        end = time.monotonic() + _STARTS_WITHIN
        while len(self.replies) < min(target, _REQUESTS) and time.monotonic() < end:
            time.sleep(0.005)

    def _ask(self) -> None:
        path = "/predict?" + urlencode({"diameter": self.row[0], "weight": self.row[1]})
        while not self._over.wait(self.pause) and len(self.replies) < _REQUESTS:
            begun = time.monotonic()
            with self.route() as port:
                status, told = ask(port, path)
            answer = told if isinstance(told, dict) else {}
            version, berry = (plain(str(answer.get(one, "")), 40) for one in ("version", "berry"))
            self.replies.append(Reply(begun, time.monotonic(), status, version, berry))
