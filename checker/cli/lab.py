"""`checker lab`: the workbook in JupyterLab, with a campus to practise on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from checker.cli.output import BadInput, say, show

if TYPE_CHECKING:
    from checker.campus.place import Place
    from checker.campus.supervisor import Supervisor
    from checker.workbook.classroom import Server

READY_WITHIN = 90.0
"""Seconds in which JupyterLab has to answer."""


@click.command(
    epilog="""\b
Examples:
  checker lab
  checker lab --name "Петров Иван" --language ru
  checker lab --folder class --port 8888 --no-browser"""
)
@click.option("--name", metavar='"SURNAME NAME"', default="", help="Who you are, in any script.")
@click.option(
    "--language",
    type=click.Choice(["en", "ru"]),
    default=None,
    help="Of the notebooks; the system's.",
)
@click.option(
    "--folder",
    metavar="FOLDER",
    default="",
    help="Of your work; CHECKER_WORK, else ~/ml-cicd-workbook.",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=0,
    help="Of JupyterLab; a free one.",
)
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help="JupyterLab listens there; 0.0.0.0 is for containers only.",
)
@click.option("--browser/--no-browser", default=True, help="Open it in a browser.")
def lab(
    name: str, language: str | None, folder: str, port: int, address: str, *, browser: bool
) -> None:
    """Work through the workbook; Ctrl-C ends it.

    Copies of the notebooks are laid into your folder, and what you wrote there is never overwritten. A campus is
    started for the time, unless one is running already.
    """
    try:
        from checker.campus import campus as _  # noqa: F401 - says where no campus runs
        from checker.campus.place import CampusError
        from checker.workbook.refusal import WorkbookError
    except ImportError as error:
        raise BadInput(_lacking(error)) from None
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: _interrupt())
    try:
        _open(name, language or _spoken(), folder, port, address, browser=browser)
    except (CampusError, WorkbookError) as error:
        raise BadInput(str(error)) from None
    except KeyboardInterrupt:
        say("ended; your work is kept")


def _open(name: str, language: str, folder: str, port: int, address: str, *, browser: bool) -> None:
    from checker.campus import campus
    from checker.campus.place import Place
    from checker.workbook import classroom
    from checker.workbook.connecting import without_tracking
    from checker.workbook.student import Student
    from checker.workbook.work import Work

    if lacking := classroom.missing():
        raise BadInput(
            f"{lacking} is not installed; pip install 'ml-cicd-workbook[campus,workbook]'"
        )
    work = Work.of({"CHECKER_WORK": folder} if folder else os.environ)
    laid = classroom.lay_out(work, classroom.source())
    say(f"your folder is {work.root}" + (f"; new in it: {len(laid.new)} files" if laid.new else ""))
    for path in laid.kept:
        say(
            f"there is a newer {path}; yours, in which you worked, stays: rename it to get the new one"
        )
    student = Student(work)
    if name:
        student.become(name)
    place = Place.open(campus.folder(os.environ))
    person = campus.join(place, student.name)
    say(f"you are {student.name}: {person.login}")
    server = classroom.Server(
        work,
        language,
        classroom.write_overview(work, language),
        {
            **without_tracking(campus.variables(place, person), os.environ),
            "CHECKER_CAMPUS": str(place.root),
        },
        port or _free_port(),
        address,
        classroom.token(),
    )
    with _jupyter(server) as process, _campus(place):
        _await(server, process)
        show(server.url)
        say("that is the workbook")
        say(f"the campus's own pages: {server.variables['CAMPUS_FORGE']}")
        say("Ctrl-C ends both")
        if browser:
            webbrowser.open(server.url)
        status = process.wait()
    raise BadInput(f"JupyterLab ended by itself with status {status}: {_last_line(server.log)}")


@contextlib.contextmanager
def _campus(place: Place) -> Iterator[None]:
    """Keep a campus up for the time; one that runs already is used and left running."""
    from checker.campus import campus
    from checker.campus.supervisor import Supervisor, running

    if running(place).get(""):
        say("the campus that runs already is used")
        yield
        return
    campus.lay_in(place, say)
    say("starting JupyterLab and the campus (about 15 s)")
    made = Supervisor(place, campus.parts(), _progress)
    with made:
        made.up()
        watcher = threading.Thread(target=_watch, args=(made,), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            say("ending the campus; what it holds is kept")
            made.stop()
            watcher.join()


def _watch(made: Supervisor) -> None:
    from checker.campus.place import CampusError

    try:
        made.watch()
    except CampusError as error:
        say(f"{error}; end this with Ctrl-C and begin again")


@contextlib.contextmanager
def _jupyter(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """Start JupyterLab, which needs as long as the campus, and end it."""
    server.log.parent.mkdir(parents=True, exist_ok=True)
    with server.log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - it is our own Python
            [*server.command],
            cwd=server.work.root,
            env=server.environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end things in order
        )
    try:
        yield process
    finally:
        _end(process)


def _await(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise BadInput(
                f"JupyterLab could not start: {_last_line(server.log)} (all of it: {server.log})"
            )
        with contextlib.suppress(OSError):
            request = urllib.request.Request(
                f"http://127.0.0.1:{server.port}/api/status",
                headers={"Authorization": f"token {server.token}"},
            )
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        time.sleep(0.1)
    raise BadInput(f"JupyterLab did not answer within {READY_WITHIN:.0f} s (its log: {server.log})")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End JupyterLab and its kernels."""
    import psutil

    with contextlib.suppress(psutil.Error):
        whole = psutil.Process(process.pid)
        everything = [whole, *whole.children(recursive=True)]
        process.terminate()
        _, alive = psutil.wait_procs(everything, timeout=10)
        for one in alive:
            with contextlib.suppress(psutil.Error):
                one.kill()
    process.wait()


def _spoken() -> str:
    """Return the language of the system, where the notebooks speak it; else English."""
    said = next(
        (os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), ""
    )
    return "ru" if said.lower().startswith("ru") else "en"


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    return next((line[:300] for line in reversed(lines) if line), "it printed nothing")


def _progress(name: str, state: str, seconds: float) -> None:
    if state in {"ready", "failed"}:
        say(f"  {name} is ready after {seconds:.1f} s" if state == "ready" else f"  {name} failed")


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def _lacking(error: ImportError) -> str:
    if error.name:
        return f"{error.name} is not installed; pip install 'ml-cicd-workbook[campus,workbook]'"
    return str(error)
