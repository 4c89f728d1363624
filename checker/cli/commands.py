"""The command line as a whole: its commands, and what becomes of an error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from checker import __version__
from checker.cli.cache import cache
from checker.cli.campus import campus
from checker.cli.catalogue import catalogue
from checker.cli.completion import completion
from checker.cli.explain import explain
from checker.cli.feedback import feedback
from checker.cli.grade import grade
from checker.cli.init import init
from checker.cli.lab import lab
from checker.cli.output import INTERRUPTED, PIPE_CLOSED
from checker.cli.prove import prove
from checker.cli.rubric import rubric
from checker.cli.storage import storage


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; prints one line for whatever went wrong."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows pipe is not UTF-8, and a name may be no text
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        status = checker.main([*arguments], prog_name="checker", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        click.echo("stopped", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads the rest
        return PIPE_CLOSED
    return status if isinstance(status, int) else 0


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  checker grade .
  checker grade me/homework --output grade.html
  checker explain . --event tag
  checker rubric --format yaml > rubric.yaml""",
)
@click.version_option(__version__, message="checker %(version)s")
def checker() -> None:
    """Grade CI/CD homework.

    What would a repository's workflows do, what did they do, and what came out into the world? A
    folder shows the first; a repository on GitHub shows all three. Nothing of it is executed.
    """


for command in (
    grade,
    explain,
    feedback,
    init,
    campus,
    lab,
    prove,
    storage,
    rubric,
    catalogue,
    cache,
    completion,
):
    checker.add_command(command)
