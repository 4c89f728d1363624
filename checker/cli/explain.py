"""`checker explain`: what the workflows would do, and why not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from checker.cli.output import BAD_INPUT, BadInput, Unanswered, colour, safe, show, width
from checker.cli.targets import named

if TYPE_CHECKING:
    from checker.actions.events import Names
    from checker.grading import Json

EVENTS = ("push", "branch-push", "pull-request", "merge", "tag", "release", "manual", "schedule")


@click.command(
    epilog="""\b
Examples:
  checker explain .                       which activity runs on which event
  checker explain . --event tag           what would happen if I pushed a tag, and why not
  checker explain . --event tag --tag 2.0
  checker explain me/homework             the same for a repository on GitHub
  checker explain */ --format jsonl       a line for each of many folders"""
)
@click.argument("paths", metavar="FOLDER|OWNER/REPO...", nargs=-1, required=True, type=click.Path())
@click.option("--event", type=click.Choice(EVENTS), help="Explain this event in full.")
@click.option("--default-branch", metavar="NAME", default="", help="The branch homework goes to.")
@click.option("--tag", metavar="NAME", default="v1.2.3", show_default=True, help="The tag's name.")
@click.option(
    "--branch", metavar="NAME", default="feature", show_default=True, help="The other branch."
)
@click.option("--actor", metavar="NAME", default="", help="Who pushes; anybody by default.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "jsonl", "mermaid"]), default="text"
)
@click.pass_context
def explain(
    context: click.Context,
    paths: tuple[str, ...],
    event: str | None,
    default_branch: str,
    tag: str,
    branch: str,
    actor: str,
    form: str,
) -> None:
    """Tell what the workflows of a folder or repository would do, and for what not, why not."""
    from checker import explanation  # noqa: F401 - loaded before processes are forked
    from checker.actions.events import Names
    from checker.cli.many import answers

    if form == "mermaid" and not event:
        raise click.UsageError("a flowchart shows one event; add --event, such as --event tag")
    names = Names(branch=branch, tag=tag, actor=actor)
    ask = partial(
        _explained, default_branch=default_branch, names=names, event=event or "", form=form
    )
    status = 0
    objects = []
    for shown in answers(ask, paths):
        if isinstance(shown, BadInput):
            shown.show()
            status = status if status == BAD_INPUT else shown.exit_code
        elif isinstance(shown, str):
            show(shown)
        else:
            objects.append(shown)
    if form == "json":
        from checker.report import jsonl

        show(jsonl.document(objects))
    context.exit(status)


def _explained(
    path: str, default_branch: str, names: Names, event: str, form: str
) -> str | dict[str, Json] | BadInput:
    """Return what to print of one repository: text, an object of a document to come, or what is wrong."""
    from checker import explanation
    from checker.cli.doors import live
    from checker.evidence import Unavailable

    try:
        target = named(path, "", default_branch)
        if target.folder:
            one = explanation.explain(target, names, event)
        else:
            with live() as door:
                one = explanation.explain(target, names, event, door)
    except ValueError as error:
        return BadInput(safe(error))
    except Unavailable as gap:
        return Unanswered(safe(ValueError(f"{target}: {gap}")))
    if form in {"json", "jsonl"}:
        from checker.report import jsonl

        return jsonl.line(one) if form == "jsonl" else jsonl.whole(one)
    if form == "mermaid":
        from checker.report import mermaid

        return mermaid.flowchart(one)
    from checker.report import tree

    draw = tree.on_event if event else tree.on_all_events
    return draw(one, width=width(), colour=colour())
