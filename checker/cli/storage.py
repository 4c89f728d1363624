"""`checker storage`: what lies in the class's bucket, whose it is, and what a student's key should open."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from checker.cli.campus import visited
from checker.cli.doors import addresses, host, live, tracking
from checker.cli.output import INCOMPLETE, Unanswered, colour, refuse, safe, say, show, width

STUDENT_PAGES, CLASS_PAGES = 20, 100
"""Pages of 1000 objects that are read."""

_FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")


class _ListByDefault(click.Group):
    """A group in which a student's name alone asks for the list."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before what is no command's name."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_ListByDefault,
    epilog="""\b
Examples:
  checker storage ivanova_anna --campus
  checker storage "Иванова Анна" --bucket class --s3 https://s3.example.edu
  checker storage policy ivanova_anna --bucket class
  checker storage audit --roster class.csv --format json""",
)
def storage() -> None:
    """Look into the class's bucket: any S3 with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

    The bucket is named by --bucket, or by CHECKER_S3_URL (https://s3.example.edu/bucket). Nothing is written.
    """


def _somewhere(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the bucket is."""
    for option in (
        click.option("--campus", is_flag=True, help="The bucket of this machine's campus."),
        click.option("--s3", metavar="URL", default="", help="Where it is, if not at AWS."),
        click.option("--bucket", metavar="NAME", default="", help="The class's bucket."),
    ):
        command = option(command)
    return command


@storage.command("list", epilog="Exit status 3: S3 did not answer, or there is more than was read.")
@click.argument("student", metavar="SURNAME_NAME")
@_somewhere
@click.option(
    "--limit", metavar="N", type=click.IntRange(1), default=100, show_default=True, help="So many."
)
@_FORMAT
@click.pass_context
def list_(
    context: click.Context,
    student: str,
    bucket: str,
    s3: str,
    limit: int,
    form: str,
    *,
    campus: bool,
) -> None:
    """List what lies under a student's prefix, the newest first."""
    from checker.evidence import Unavailable
    from checker.report import storage as report
    from checker.services.names import surname_name
    from checker.services.tracking import listing

    try:
        name = surname_name(student)
        with live(_where(bucket, s3, campus=campus)) as door:
            found = listing(f"{name}/", door, STUDENT_PAGES)
    except ValueError as error:
        refuse(error)
    except Unavailable as gap:
        raise Unanswered(safe(ValueError(f"{gap.asked}: {gap}"))) from None
    if form == "json":
        show(report.listing_json(found, name))
    else:
        show(report.listing(found, name, limit, width(), colour=colour()))
    _end(context, len(found.entries), complete=found.complete)


@storage.command()
@click.argument("student", metavar="SURNAME_NAME")
@click.option("--bucket", metavar="NAME", required=True, help="The class's bucket.")
@click.option("--format", "form", type=click.Choice(["iam", "seaweedfs"]), default="iam")
@click.option(
    "--principal",
    metavar="ID",
    default="",
    help="Make it a bucket's policy, for this ARN (AWS) or account (Yandex).",
)
def policy(student: str, bucket: str, form: str, principal: str) -> None:
    """Print the policy with which a student's key opens their prefix and nothing else, as JSON.

    iam is a user's policy at AWS and MinIO. Yandex takes it as a bucket's: add --principal. A bucket has
    one policy, and a new one replaces it: put all students' statements, and the teacher's, into one.
    seaweedfs is what stands as `actions` of an identity.
    """
    from checker.services.names import surname_name
    from checker.services.tracking import policy as rights

    try:
        if principal and form != "iam":
            refuse(ValueError("--principal belongs to --format iam; leave it out"))
        name = surname_name(student)
        tracking("", "", bucket)  # refuses what is no bucket's name, such as one with a wildcard
        made: object = (
            rights.iam(bucket, name, principal)
            if form == "iam"
            else list(rights.seaweedfs(bucket, name))
        )
    except ValueError as error:
        refuse(error)
    show(json.dumps(made, indent=2))


@storage.command(epilog="Exit status 3: S3 did not answer, or there is more than was read.")
@click.option("--roster", metavar="FILE", type=click.Path(), required=True, help="The class list.")
@_somewhere
@_FORMAT
@click.pass_context
def audit(
    context: click.Context, roster: str, bucket: str, s3: str, form: str, *, campus: bool
) -> None:
    """Tell what each student of a class has in the bucket, and what belongs to nobody.

    The key has to be one that may list the whole bucket: the teacher's.
    """
    from checker.evidence import Unavailable
    from checker.report import storage as report
    from checker.services import roster as lists
    from checker.services.tracking import listing
    from checker.services.tracking.audit import audit as sort

    try:
        known = lists.load(roster, host())
        names = {row.student: row.name for row in known.rows if row.student}
        if not names:
            refuse(ValueError(f"{roster} names nobody; expected a column student, or surname"))
        for problem in known.problems:
            say(f"note: {roster}, {problem}")
        with live(_where(bucket, s3, campus=campus)) as door:
            whole = listing("", door, CLASS_PAGES)
    except ValueError as error:
        refuse(error)
    except Unavailable as gap:
        raise Unanswered(safe(ValueError(f"{gap.asked}: {gap}"))) from None
    found = sort(whole, names)
    if form == "json":
        show(report.audit_json(found, whole.place))
    else:
        show(report.audit(found, whole.place, width(), colour=colour()))
    _end(context, len(whole.entries), complete=found.complete)


def _where(bucket: str, s3: str, *, campus: bool) -> dict[str, str]:
    """Return the variables that lead to the bucket. Raises ValueError when nothing names one."""
    if campus and (bucket or s3):
        raise ValueError("--campus has one bucket, which it knows; leave --bucket and --s3 out")
    # A session belongs to a key at AWS; the campus has keys without.
    given = {"AWS_SESSION_TOKEN": "", **visited()} if campus else tracking("", s3, bucket)
    if not addresses(given).s3:
        raise ValueError(
            "no bucket is named; give --bucket NAME (and --s3 URL when it is not at AWS), or set CHECKER_S3_URL to"
            " an address such as https://s3.example.edu/bucket"
        )
    return given


def _end(context: click.Context, count: int, *, complete: bool) -> None:
    if not complete:
        say(f"note: the first {count:,} objects were read, and there are more")
        context.exit(INCOMPLETE)
