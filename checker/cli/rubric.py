"""`checker rubric`: what is graded, with points; and the rubric that a command's `--rubric` names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from checker.cli.output import colour, refuse, show, width

if TYPE_CHECKING:
    from checker.rubric.scheme import Rubric


@click.command()
@click.option("--rubric", "file", metavar="FILE", type=click.Path(), help="A teacher's rubric.")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json", "yaml"]), default="text"
)
def rubric(file: str | None, form: str) -> None:
    """Print the rubric; `--format yaml` prints a file to edit and give to --rubric."""
    from checker.report import rubric as report

    try:
        shown = chosen(file)
    except ValueError as error:
        refuse(error)
    if form == "text":
        show(report.as_text(shown, width=width(), colour=colour()))
    else:
        forms: dict[str, Callable[[Rubric], str]] = {
            "markdown": report.as_markdown,
            "json": report.as_json,
            "yaml": report.as_yaml,
        }
        show(forms[form](shown))


def chosen(file: str | None) -> Rubric:
    """Return the rubric of a file, the default one without. Raises ValueError."""
    from checker.rubric import scheme, settings

    return settings.load(file) if file else scheme.default()
