"""Starting the parts of a campus side by side, starting again what died, and ending all of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import psutil

from checker.campus import people
from checker.campus.part import Part, Untidy, Welcoming
from checker.campus.place import CampusError, Place, is_free

READY_WITHIN = 120.0
"""Seconds after which a part that does not answer has failed.

On a quiet machine they all take less than 15; the first start of a busy one, which has to compile MLflow, took 55.
"""
ENDS_WITHIN = 10.0
"""Seconds that a part has to end by itself, unless its own `ends_within` says otherwise."""
_RESTARTS = 5
"""So often within a minute a part that dies is started again."""
_FILE = "running.json"

State = Literal["starting", "ready", "ended", "failed"]
Progress = Callable[[str, State, float], None]
"""Called with a part's name, its new state, and the seconds since its start."""


@dataclass
class _Child:
    part: Part
    process: subprocess.Popen[bytes]
    started: float
    starts: deque[float] = field(default_factory=deque)


def quiet(name: str, state: State, seconds: float) -> None:
    """Show no progress."""


class Supervisor:
    """The running parts of one place.

    `up` returns when all answer; `watch` keeps them up until `stop` is called from another thread or a signal
    handler; `down` ends them. Use it as a context manager so that nothing outlives it.
    """

    def __init__(self, place: Place, parts: Sequence[Part], progress: Progress = quiet) -> None:
        self.place = place
        self.parts = tuple(parts)
        self.progress = progress
        self._children: dict[str, _Child] = {}
        self._ready = {part.name: threading.Event() for part in parts}
        self._failed = threading.Event()
        self._stopping = threading.Event()
        self._file = threading.Lock()
        self._people = people.edition(place)

    def __enter__(self) -> Self:
        """Return itself; nothing is started yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all parts."""
        self.down()

    def up(self) -> None:
        """Start all parts, each as soon as those it comes after answer.

        Raises CampusError, with one sentence, when a part is missing, its port is taken, or it does not come up; the
        others are ended then.
        """
        for part in self.parts:
            if problem := part.missing():
                raise CampusError(f"the {part.title} cannot start: {problem}")
        end(self.place)  # what an earlier campus left behind
        self._choose_ports()
        with ThreadPoolExecutor(len(self.parts) or 1) as pool:
            waiting = [pool.submit(self._bring_up, part) for part in self.parts]
            problems = [found for one in waiting if (found := one.exception())]
        if problems:
            self.down()
            raise problems[0]

    def watch(self, *, seconds: float = 0.2) -> None:
        """Start again what dies and let in who joins, until `stop`.

        Raises CampusError for a part that dies over and over.
        """
        while not self._stopping.wait(seconds):
            for child in list(self._children.values()):
                if child.process.poll() is not None and not self._stopping.is_set():
                    self._revive(child)
            self._welcome()

    def stop(self) -> None:
        """Make `watch` return; safe in a signal handler."""
        self._stopping.set()

    def down(self) -> None:
        """End all parts and what they started."""
        self._stopping.set()
        children = self._children.values()
        _end({one.process.pid: getattr(one.part, "ends_within", ENDS_WITHIN) for one in children})
        for name, child in self._children.items():
            child.process.wait()
            if isinstance(child.part, Untidy):
                child.part.tidy(self.place)
            self.progress(name, "ended", time.monotonic() - child.started)
        self._children.clear()
        self._write()

    def _choose_ports(self) -> None:
        for part in self.parts:
            for name in part.ports:
                port = self.place.port(name)
                if not is_free(port):
                    raise CampusError(
                        f"port {port} of the {part.title} is taken{_taker(port)}; end that, or let the campus"
                        " have other ports, which changes its addresses: checker campus up --new-ports"
                    )

    def _bring_up(self, part: Part) -> None:
        for name in part.after:
            ready = self._ready.get(name)
            while ready is not None and not ready.wait(0.05):
                if self._failed.is_set():
                    return
        try:
            self._start(part, deque())
        except BaseException:
            self._failed.set()
            raise

    def _start(self, part: Part, starts: deque[float]) -> None:
        started = time.monotonic()
        starts.append(started)
        self.progress(part.name, "starting", 0.0)
        log = self.place.log / f"{part.name}.log"
        with log.open("ab") as file:
            process = subprocess.Popen(
                part.command(self.place),
                cwd=self.place.folder(part.name),
                env={**_environment(), **part.environment(self.place)},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends the parts in order
            )
        self._children[part.name] = _Child(part, process, started, starts)
        self._write()
        while not part.answers(self.place):
            seconds = time.monotonic() - started
            if process.poll() is not None:
                raise self._broken(part, f"ended with status {process.returncode}")
            if seconds > READY_WITHIN:
                raise self._broken(part, f"did not answer within {READY_WITHIN:.0f} s")
            if self._stopping.wait(0.05) or self._failed.is_set():
                return
        part.settle(self.place)
        self._ready[part.name].set()
        self.progress(part.name, "ready", time.monotonic() - started)

    def _revive(self, child: _Child) -> None:
        now = time.monotonic()
        while child.starts and now - child.starts[0] > 60:
            child.starts.popleft()
        if len(child.starts) >= _RESTARTS:
            raise self._broken(child.part, f"ended {_RESTARTS} times within a minute")
        _end_group(child.process.pid)
        self._start(child.part, child.starts)

    def _welcome(self) -> None:
        """Tell the parts when somebody joined; one that cannot let them in says so in its log and goes on."""
        now = people.edition(self.place)
        if now == self._people:
            return
        self._people = now
        for child in list(self._children.values()):
            if isinstance(child.part, Welcoming):
                try:
                    child.part.welcome(self.place)
                except CampusError as error:
                    with (self.place.log / f"{child.part.name}.log").open(
                        "a", encoding="utf-8"
                    ) as log:
                        log.write(f"{error}\n")

    def _broken(self, part: Part, what: str) -> CampusError:
        log = self.place.log / f"{part.name}.log"
        self.progress(part.name, "failed", 0.0)
        return CampusError(
            f"the {part.title} {what}: {_last_line(log.read_bytes())} (all of it: {log})"
        )

    def _write(self) -> None:
        with self._file:
            found: dict[str, object] = {
                name: [child.process.pid, _created(child.process.pid)]
                for name, child in list(self._children.items())
            }
            if found:
                found[""] = [os.getpid(), _created(os.getpid())]
            self.place.write(_FILE, found)


def running(place: Place) -> dict[str, int]:
    """Return the parts that run, by name, with their process ids; the supervisor's own name is empty."""
    noted: Mapping[str, Any] = place.read(_FILE)
    return {
        name: int(pid)
        for name, (pid, created) in noted.items()
        if created and _created(pid) == created
    }


def end(place: Place) -> bool:
    """End a campus from outside: its supervisor, or what a killed one left. Says whether there was one."""
    found = running(place)
    supervisor = found.pop("", 0)
    if supervisor and supervisor != os.getpid():
        with contextlib.suppress(ProcessLookupError):
            os.kill(supervisor, signal.SIGTERM)
        with contextlib.suppress(psutil.Error):
            psutil.Process(supervisor).wait(2 * ENDS_WITHIN)
        found = {name: pid for name, pid in running(place).items() if name}
    _end(dict.fromkeys(found.values(), ENDS_WITHIN))
    return bool(supervisor or found)


def _end(limits: Mapping[int, float]) -> None:
    """Ask process groups to end, and kill what is left after so many seconds."""
    processes = []
    for pid, seconds in limits.items():
        with contextlib.suppress(psutil.Error):
            one = psutil.Process(pid)
            processes += [(each, seconds) for each in (one, *one.children(recursive=True))]
            _signal(pid, signal.SIGTERM)
    begun = time.monotonic()
    for limit in sorted(set(limits.values())):
        asked = [one for one, seconds in processes if seconds == limit]
        _, alive = psutil.wait_procs(asked, timeout=max(0.0, begun + limit - time.monotonic()))
        for one in alive:
            with contextlib.suppress(psutil.Error):
                one.kill()
    for pid in limits:
        _end_group(pid)


def _end_group(pid: int) -> None:
    if os.name == "posix":
        _signal(pid, signal.SIGKILL)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(pid, number)
        else:
            os.kill(pid, number)


def _created(pid: int) -> float:
    """Return when a process was started, which tells it from a later one of the same number; 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        return 0.0 if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return 0.0


def _taker(port: int) -> str:
    with contextlib.suppress(psutil.Error):
        for one in psutil.net_connections("tcp4"):
            if one.laddr and one.laddr.port == port and one.pid:
                return f" by process {one.pid} ({psutil.Process(one.pid).name()})"
    return ""


def _environment() -> Mapping[str, str]:
    """Return the variables a part gets: enough to run, and no token of whoever started the campus."""
    kept = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV"}
    chosen = {name: value for name, value in os.environ.items() if name.upper() in kept}
    return {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **chosen}


def _last_line(log: bytes) -> str:
    lines = [line.strip() for line in log[-4000:].decode("utf-8", "replace").splitlines()]
    return next((line[:200] for line in reversed(lines) if line), "it printed nothing")
