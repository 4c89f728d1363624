"""How the commands write: to the terminal, a pipe or a file, and what they say when something is wrong."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import click

NOT_MET, BAD_INPUT, INCOMPLETE, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 130, 141


class BadInput(click.ClickException):
    """What was given cannot be used; the message is one sentence that says why."""

    exit_code = BAD_INPUT


class Unanswered(BadInput):
    """A service did not answer, and without its answer there is nothing to show."""

    exit_code = INCOMPLETE


def refuse(error: ValueError) -> NoReturn:
    """End the command with status 2 and the error's sentence."""
    raise BadInput(safe(error)) from None


def safe(error: ValueError) -> str:
    """Return an error's sentence in which nothing acts."""
    from checker.report.escape import plain

    return plain(str(error), 1000)


def say(text: str) -> None:
    """Tell the user something on stderr, beside the report, in one line in which nothing acts."""
    from checker.report.escape import plain

    click.echo(plain(text, 1000), err=True)


def show(text: str) -> None:
    """Write a report to stdout."""
    click.echo(text, nl=not text.endswith("\n"), color=colour() or None)


def write(text: str, file: str) -> None:
    """Write a report to a file. Ends the command when it cannot be written."""
    try:
        Path(file).write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        refuse(ValueError(f"{file}: {error.strerror}; expected a file that can be written"))


def width() -> int:
    """Return how many characters go into a line."""
    return shutil.get_terminal_size((80, 24)).columns


def colour() -> bool:
    """Say whether colours are wanted: at a terminal, unless NO_COLOR (no-color.org) is set."""
    is_dumb = os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and not is_dumb
