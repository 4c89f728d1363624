"""`checker grade`: what a repository earned, as a report for people or machines."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.campus import visited
from checker.cli.doors import addresses, links, live, tracking
from checker.cli.output import INCOMPLETE, NOT_MET, colour, refuse, show, width, write
from checker.cli.rubric import chosen
from checker.cli.targets import listed, moment, named

if TYPE_CHECKING:
    from checker.grading import Grade
    from checker.rubric.scheme import Rubric
    from checker.target import Target

FORMATS = ("text", "markdown", "json", "html", "github")
ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json", ".txt": "text"}

_STATUS = """\b
Exit status:
  0  everything is met
  1  something is not met
  2  bad input: no such folder, a malformed rubric file …
  3  nothing is unmet, and something could not be graded: a service did not answer
     (a folder shows no runs, so a perfect folder ends here)"""


@click.command(
    epilog=f"""{_STATUS}

\b
Examples:
  checker grade .
  checker grade me/homework
  checker grade me/homework@hw5 --output grade.html
  checker grade me/homework --save case.json
  checker grade --from case.json --only LIB
  checker grade --campus ivanova_anna/homework
  checker grade hw5 --ref develop --rubric rubric.yaml --format markdown"""
)
@click.argument("target", metavar="FOLDER|OWNER/REPO", required=False, default="")
@click.option("--ref", metavar="BRANCH", default="", help="The branch to grade.")
@click.option("--rubric", "file", metavar="FILE", type=click.Path(), help="A teacher's rubric.")
@click.option("--only", metavar="ID", multiple=True, help="An item (CI) or criterion (LIB1).")
@click.option("--default-branch", metavar="NAME", default="", help="The branch homework goes to.")
@click.option("--pypi", metavar="NAME", default="", help="The library's name on PyPI.")
@click.option("--image", metavar="USER/NAME", default="", help="The image on Docker Hub.")
@click.option(
    "--student", metavar="NAME", default="", help='Who did it: "Surname Name" or surname_name.'
)
@click.option(
    "--roster", metavar="FILE", type=click.Path(), help="A class list that says these three."
)
@click.option("--mlflow", metavar="URL", default="", help="An MLflow server, for the bonus.")
@click.option("--bucket", metavar="NAME", default="", help="The bucket its artefacts lie in.")
@click.option("--s3", metavar="URL", default="", help="Where the bucket is, if not at AWS.")
@click.option("--campus", is_flag=True, help="Grade on this machine's campus: checker campus.")
@click.option(
    "--as-of", metavar="TIME", default="", help="Pass over what came later: 2026-11-30T23:59+03:00."
)
@click.option(
    "--save", metavar="FILE", type=click.Path(), help="Keep every answer, to grade again from."
)
@click.option(
    "--from", "case", metavar="FILE", type=click.Path(), help="Grade from answers that were kept."
)
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
    target: str,
    ref: str,
    file: str | None,
    only: tuple[str, ...],
    default_branch: str,
    pypi: str,
    image: str,
    student: str,
    roster: str | None,
    mlflow: str,
    bucket: str,
    s3: str,
    campus: bool,
    as_of: str,
    save: str | None,
    case: str | None,
    form: str,
    files: tuple[str, ...],
) -> None:
    """Grade a repository on GitHub, or a folder: a checkout of one.

    A repository's runs and what it published are looked at too. A folder shows only its files.
    """
    stated = (ref, default_branch, pypi, image, student, roster, save, mlflow, bucket, s3, campus)
    if case and (target or any(stated)):
        raise click.UsageError("--from knows what it was made for: leave out which repository")
    try:
        rubric, at = chosen(file).only(only), moment(as_of)
        given = {**(visited() if campus else {}), **tracking(mlflow, s3, bucket)}
        if case:
            found = replayed(case, rubric, at)
        else:
            wanted = named(
                target, ref, default_branch, package=pypi, image=image, student=_spelled(student)
            )
            if campus and not student:  # there, whoever owns a repository is called surname_name
                wanted = replace(wanted, student=wanted.repository.partition("/")[0])
            wanted = listed(wanted, roster) if roster else wanted
            found = graded(wanted, rubric, at, save, given)
    except ValueError as error:
        refuse(error)
    forms = {file: ENDINGS.get(Path(file).suffix.lower(), form) for file in files}
    for output, its in forms.items():
        write(_report(found, its, target, given, coloured=False), output)
    if form not in forms.values():
        show(_report(found, form, target, given, coloured=colour()))
    context.exit(status(found))


def graded(
    wanted: Target,
    rubric: Rubric,
    as_of: datetime | None = None,
    save: str | None = None,
    given: Mapping[str, str] | None = None,
) -> Grade:
    """Grade a folder or, over the network, a repository. Raises ValueError.

    `given` are variables that go before the environment's.
    """
    from checker import grading

    if wanted.folder:
        if save:
            raise ValueError("--save keeps what services answered, and for a folder none is asked")
        if not addresses(given).mlflow:
            return grading.grade(wanted, rubric, as_of=as_of)
    if save and not Path(save).absolute().parent.is_dir():
        raise ValueError(f"{save}: there is no such folder to write into")
    from checker.http.replay import Recorder

    with live(given) as door:
        recorder = Recorder(door) if save else None
        found = grading.grade(wanted, rubric, http=recorder or door, as_of=as_of)
    if recorder and save:
        try:
            recorder.write(Path(save), wanted)
        except OSError as error:
            raise ValueError(
                f"{save}: {error.strerror}; expected a file that can be written"
            ) from None
    return found


def replayed(file: str, rubric: Rubric, as_of: datetime | None) -> Grade:
    """Grade from a saved case alone. Raises ValueError."""
    from checker import grading
    from checker.http import case
    from checker.http.replay import Replay

    try:
        found = case.read(Path(file))
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror}; expected a case that --save wrote") from None
    return grading.grade(found.target, rubric, http=Replay(found), as_of=as_of)


def status(found: Grade) -> int:
    """Return the exit status that tells a grade's outcome."""
    from checker.rubric.verdict import Outcome

    return {Outcome.MET: 0, Outcome.NOT_MET: NOT_MET}.get(found.outcome, INCOMPLETE)


def _spelled(name: str) -> str:
    if not name:
        return ""
    from checker.services.names import surname_name

    return surname_name(name)


def _inside(folder: str) -> str:
    """Return where a folder lies below the present one; nothing for this one and for those elsewhere."""
    try:
        place = os.path.relpath(folder or ".").replace(os.sep, "/")
    except ValueError:  # another drive
        return ""
    return "" if place == "." or place.startswith("../") else place


def _report(
    found: Grade, form: str, target: str, given: Mapping[str, str], *, coloured: bool
) -> str:
    if form == "json":
        from checker.report import json

        return json.report(found)
    if form == "markdown":
        from checker.report import markdown

        return markdown.report(found, links(given))
    if form == "html":
        from checker.report import html

        return html.report(found, links(given))
    if form == "github":
        from checker.report import annotations

        return annotations.report(found, "" if found.page else _inside(target))
    from checker.report.terminal import terminal

    return terminal(found, width=width(), colour=coloured)
