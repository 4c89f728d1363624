"""`checker feedback`: a grade as an issue in the student's repository."""

from __future__ import annotations

import click

from checker.cli.grade import graded
from checker.cli.output import Unanswered, refuse, safe, say, show
from checker.cli.rubric import chosen
from checker.cli.targets import listed, named


@click.command(
    epilog="""\b
Examples:
  checker feedback me/homework --dry-run      print what would be written
  checker feedback me/homework
  checker feedback me/homework@hw5 --rubric rubric.yaml --roster class.csv"""
)
@click.argument("target", metavar="OWNER/REPO")
@click.option("--ref", metavar="BRANCH", default="", help="The branch to grade.")
@click.option("--rubric", "file", metavar="FILE", type=click.Path(), help="A teacher's rubric.")
@click.option("--roster", metavar="FILE", type=click.Path(), help="A class list.")
@click.option("--dry-run", is_flag=True, help="Print the issue; write nothing.")
def feedback(
    target: str,
    ref: str,
    file: str | None,
    roster: str | None,
    dry_run: bool,
) -> None:
    """Grade a repository, and write the report into an issue of it.

    There is one such issue: grading again brings it up to date. Whoever can see the repository sees
    it; what is for the teacher alone is left out. Needs a token that may write issues there.
    """
    from checker.cli.doors import links, live
    from checker.evidence import Unavailable
    from checker.report.feedback import MARK, body, title
    from checker.report.marks import is_blank
    from checker.services.github.issues import publish

    try:
        wanted = named(target, ref)
        if wanted.folder:
            refuse(ValueError("a folder has no issues; name the repository, such as owner/repo"))
        found = graded(listed(wanted, roster) if roster else wanted, chosen(file))
        head, text = title(found), body(found, links())
        if dry_run:
            show(f"{head}\n\n{text}")
            return
        if is_blank(found):
            raise Unanswered(safe(ValueError(f"nothing was written: {found.summary}")))
        with live() as door:
            issue, done = publish(found.name, MARK, head, text, door)
    except ValueError as error:
        refuse(error)
    except Unavailable as gap:
        raise Unanswered(safe(ValueError(str(gap)))) from None
    say(f"{done}: {issue.url}")
