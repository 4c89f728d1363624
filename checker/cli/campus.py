"""`checker campus`: the outside world in miniature, for practice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from checker.cli.output import BadInput, colour, say, show

if TYPE_CHECKING:
    from checker.campus.place import Place

Command = TypeVar("Command", bound=Callable[..., Any])

_STATE = click.option(
    "--state",
    metavar="FOLDER",
    default="",
    help="Where all of it lies; CHECKER_CAMPUS, else a folder of yours.",
)
_MARKS = {"ready": "✓", "silent": "…", "ended": "✗"}


@click.group(
    epilog="""\b
Examples:
  checker campus up                        until Ctrl-C
  checker campus up --background
  checker campus join "Иванова Анна"
  eval "$(checker campus env ivanova_anna)"
  checker campus status"""
)
def campus() -> None:
    """Practise CI/CD on this machine: no account, no Docker engine, no internet.

    Everything listens on this machine alone, and all it keeps lies in one folder. It runs the
    workflows of whoever pushes to it, so give it nobody's code but your own.
    """


def _plainly(command: Command) -> Command:
    """Give a command its place, and let what keeps a campus from working end it with one sentence."""

    @wraps(command)
    def run(state: str, **given: Any) -> Any:
        try:
            from checker.campus import campus as whole
            from checker.campus.place import CampusError, Place
        except ImportError as error:
            raise BadInput(_lacking(error)) from None
        root = Path(state).expanduser() if state else whole.folder(os.environ)
        try:
            return command(place=Place.open(root), **given)
        except CampusError as error:
            raise BadInput(str(error)) from None

    return run  # type: ignore[return-value]


@campus.command()
@click.option("--background", is_flag=True, help="Return when it is ready, and leave it running.")
@click.option("--new-ports", is_flag=True, help="Choose other ports; addresses change.")
@click.option(
    "--part",
    "names",
    metavar="NAME",
    multiple=True,
    help="Only this part, and what it needs: forge …",
)
@_STATE
@_plainly
def up(place: Place, *, background: bool, new_ports: bool, names: tuple[str, ...]) -> None:
    """Start everything; Ctrl-C ends it."""
    from checker.campus import campus as whole
    from checker.campus.supervisor import Supervisor, running

    if running(place).get("") not in {None, os.getpid()}:
        say("the campus is running already")
        show(_table(place))
        return
    if new_ports:
        whole.new_ports(place)
    parts = whole.chosen(names)
    if background:
        _leave_running(place, names)
        return
    if any(part.name == "index" for part in parts):
        whole.lay_in(place, say)
    made = Supervisor(place, parts, _progress)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: _interrupt())
    with made:
        try:
            made.up()
            show(_table(place))
            say('ready; checker campus join "Surname Name" lets somebody in, and Ctrl-C ends it')
            made.watch()
        except KeyboardInterrupt:
            say("ending the campus; what it holds is kept")


@campus.command()
@_STATE
@_plainly
def prepare(place: Place) -> None:
    """Download what workflows install, once, so that later days need no internet.

    `up` does it too; this is for the evening before a class, and for the making of images.
    """
    from checker.campus import campus as whole

    gaps = whole.lay_in(place, say)
    if gaps:
        raise BadInput(f"not everything is laid in: {'; '.join(gaps)}")
    say("workflows find what they install on this machine now")


@campus.command()
@_STATE
@_plainly
def down(place: Place) -> None:
    """End it; what it holds is kept."""
    from checker.campus.supervisor import end

    say("the campus has ended" if end(place) else "no campus is running")


@campus.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@_STATE
@_plainly
def status(place: Place, form: str) -> None:
    """Tell how each part is doing, and where it is."""
    from dataclasses import asdict

    from checker.campus import campus as whole

    if form == "json":
        parts = [asdict(one) for one in whole.standings(place)]
        people = [{"login": one.login, "name": one.name} for one in whole.students(place)]
        show(json.dumps({"parts": parts, "students": people}, ensure_ascii=False, indent=2))
    else:
        show(_table(place))


@campus.command()
@click.argument("name", metavar='"SURNAME NAME"')
@_STATE
@_plainly
def join(place: Place, name: str) -> None:
    """Let a student in: a login, a token, a key, and a prefix in the bucket."""
    from checker.campus import campus as whole

    person = whole.join(place, name)
    show(f"{person.login} has joined")
    say(f'their programs need: eval "$(checker campus env {person.login})"')


@campus.command()
@click.argument("login", default="")
@click.option("--format", "form", type=click.Choice(["sh", "dotenv", "json"]), default="sh")
@_STATE
@_plainly
def env(place: Place, login: str, form: str) -> None:
    """Print the variables with which a student works on the campus; they hold secrets of it."""
    import shlex

    from checker.campus import campus as whole
    from checker.campus.people import People

    joined = whole.students(place)
    if not login and len(joined) == 1:
        login = joined[0].login
    if not login:
        known = ", ".join(one.login for one in joined) or "nobody joined yet"
        raise BadInput(f"say whose: checker campus env LOGIN ({known})")
    found = whole.variables(place, People(place)[login])
    if form == "json":
        show(json.dumps(found, indent=2))
        return
    start = "export " if form == "sh" else ""
    show("\n".join(f"{start}{name}={shlex.quote(value)}" for name, value in found.items()))


@campus.command()
@click.argument("part", default="")
@click.option("--lines", metavar="N", default=40, show_default=True, help="So many, the newest.")
@click.option("--follow", "-f", is_flag=True, help="Go on with what is added.")
@_STATE
@_plainly
def logs(place: Place, part: str, lines: int, *, follow: bool) -> None:
    """Print the end of a part's log; without a part, of all."""
    from checker.report.escape import plain

    there = sorted(place.log.glob("*.log"))
    chosen = [one for one in there if part in {"", one.stem}]
    if not chosen:
        known = ", ".join(one.stem for one in there) or "none yet"
        raise BadInput(f"there is no log of {part or 'anything'!r}; there is: {known}")
    ends = {}
    for file in chosen:
        data = file.read_bytes()
        ends[file] = len(data)
        for line in data.decode("utf-8", "replace").splitlines()[-lines:]:
            show(f"{file.stem}: {plain(line, 2000)}")
    while follow:
        time.sleep(0.3)
        for file, start in ends.items():
            with file.open("rb") as opened:
                opened.seek(start)
                added = opened.read()
            ends[file] = start + len(added)
            for line in added.decode("utf-8", "replace").splitlines():
                show(f"{file.stem}: {plain(line, 2000)}")


@campus.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@_STATE
@_plainly
def reset(place: Place, *, yes: bool) -> None:
    """Forget everybody and everything on it."""
    from checker.campus import campus as whole

    if not yes:
        click.confirm(f"Everything in {place.root} is deleted. Go on?", abort=True)
    whole.reset(place)
    say("the campus is as new")


def visited() -> dict[str, str]:
    """Return the variables with which the teacher grades on the campus. Ends the command when none is running."""
    try:
        from checker.campus import campus as whole
        from checker.campus.people import People
        from checker.campus.place import CampusError, Place
        from checker.campus.supervisor import running
    except ImportError as error:
        raise BadInput(_lacking(error)) from None
    try:
        place = Place.open(whole.folder(os.environ))
        is_running = bool(running(place))
        found = whole.variables(place, People(place).teacher) if is_running else {}
    except CampusError as error:
        raise BadInput(str(error)) from None
    if not is_running:
        raise BadInput("no campus is running; start it: checker campus up --background")
    return found


def _leave_running(place: Place, names: tuple[str, ...]) -> None:
    from checker.campus import campus as whole

    log = place.log / "campus.log"
    only = [word for name in names for word in ("--part", name)]
    with log.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603 - it starts itself
            [
                sys.executable,
                "-P",
                "-m",
                "checker",
                "campus",
                "up",
                "--state",
                str(place.root),
                *only,
            ],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    say("starting the campus")
    while process.poll() is None:
        if whole.is_ready(place, names):
            show(_table(place))
            say("it goes on running; checker campus down ends it")
            return
        time.sleep(0.1)
    last = log.read_text("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    raise BadInput(last[-1].removeprefix("Error: "))


def _interrupt() -> NoReturn:
    raise KeyboardInterrupt


def _progress(name: str, state: str, seconds: float) -> None:
    if state == "ready":
        say(f"  {name} is ready after {seconds:.1f} s")
    elif state == "failed":
        say(f"  {name} failed")


def _table(place: Place) -> str:
    from rich.table import Table
    from rich.text import Text

    from checker.campus import campus as whole
    from checker.report.console import rendered

    table = Table.grid(padding=(0, 2))
    found = whole.standings(place)
    for one in found:
        mark = Text(_MARKS[one.state], "green" if one.state == "ready" else "red")
        memory = f"{one.megabytes} MB" if one.megabytes else ""
        table.add_row(mark, one.title, one.url, memory)
        if one.caveat:
            table.add_row("", Text(f"  {one.caveat}", "yellow"))
    people = ", ".join(one.login for one in whole.students(place)) or "nobody yet"
    return rendered([table, Text(f"students: {people}", "dim")], 100, colour=colour())


def _lacking(error: ImportError) -> str:
    if error.name:
        return f"{error.name} is not installed; pip install 'ml-cicd-workbook[campus]'"
    return str(error)
