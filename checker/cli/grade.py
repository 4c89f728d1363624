"""`checker grade`: what a repository earned, as a report for people or machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.output import INCOMPLETE, NOT_MET, colour, refuse, show, width, write
from checker.cli.rubric import chosen
from checker.cli.targets import named

if TYPE_CHECKING:
    from checker.grading import Grade

FORMATS = ("text", "markdown", "json", "html", "github")
ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json", ".txt": "text"}

_STATUS = """\b
Exit status:
  0  everything is met
  1  something is not met
  2  bad input: no such folder, a malformed rubric file …
  3  nothing is unmet, and something could not be graded
     (a folder shows no runs, so a perfect folder ends here)"""


@click.command(
    epilog=f"""{_STATUS}

\b
Examples:
  checker grade .
  checker grade hw5 --only CI --only LIB1
  checker grade hw5 --ref develop --rubric rubric.yaml --format markdown
  checker grade . --output grade.html --output grade.json"""
)
@click.argument("path", type=click.Path())
@click.option("--ref", metavar="BRANCH", default="", help="The branch to grade, read from git.")
@click.option("--rubric", "file", metavar="FILE", type=click.Path(), help="A teacher's rubric.")
@click.option("--only", metavar="ID", multiple=True, help="An item (CI) or criterion (LIB1).")
@click.option("--default-branch", metavar="NAME", default="", help="The branch homework goes to.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text")
@click.option(
    "--output",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(),
    help="Write the report to a file too, in the form of its ending (.html, .md, .json, .txt).",
)
@click.pass_context
def grade(
    context: click.Context,
    path: str,
    ref: str,
    file: str | None,
    only: tuple[str, ...],
    default_branch: str,
    form: str,
    files: tuple[str, ...],
) -> None:
    """Grade a folder: a checkout of a student's repository."""
    from checker import grading

    try:
        rubric = chosen(file).only(only)
        found = grading.grade(named(path, ref, default_branch), rubric)
    except ValueError as error:
        refuse(error)
    forms = {file: ENDINGS.get(Path(file).suffix.lower(), form) for file in files}
    for output, its in forms.items():
        write(_report(found, its, coloured=False), output)
    if form not in forms.values():
        show(_report(found, form, coloured=colour()))
    context.exit(status(found))


def status(found: Grade) -> int:
    """Return the exit status that tells a grade's outcome."""
    from checker.rubric.verdict import Outcome

    return {Outcome.MET: 0, Outcome.NOT_MET: NOT_MET}.get(found.outcome, INCOMPLETE)


def _report(found: Grade, form: str, *, coloured: bool) -> str:
    if form == "json":
        from checker.report import json

        return json.report(found)
    if form == "markdown":
        from checker.report import markdown

        return markdown.report(found)
    if form == "html":
        from checker.report import html

        return html.report(found)
    if form == "github":
        from checker.report import annotations

        return annotations.report(found)
    from checker.report.terminal import terminal

    return terminal(found, width=width(), colour=coloured)
