"""The commands of `checker`, their options, and the exit status of each."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from checker import __version__

if TYPE_CHECKING:
    from checker.actions.events import Names
    from checker.grading import Json
    from checker.rubric.scheme import Rubric
    from checker.target import Target

NOT_MET, BAD_INPUT, INCOMPLETE, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 130, 141

_EVENTS = ("push", "branch-push", "pull-request", "merge", "tag", "release", "manual", "schedule")

_STATUS = """\b
Exit status:
  0  everything is met
  1  something is not met
  2  bad input: no such folder, a malformed rubric file …
  3  nothing is unmet, and something could not be graded
     (a folder shows no runs, so a perfect folder ends here)"""


class BadInput(click.ClickException):
    """What was given cannot be used; the message is one sentence that says why."""

    exit_code = BAD_INPUT


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
        return BAD_INPUT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads the rest
        return PIPE_CLOSED
    return status if isinstance(status, int) else 0


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  checker grade .
  checker explain . --event tag
  checker rubric --format yaml > rubric.yaml""",
)
@click.version_option(__version__, message="checker %(version)s")
def checker() -> None:
    """Grade CI/CD homework.

    What would a repository's workflows do, and on which event? Nothing of it is executed.
    """


@checker.command(
    epilog=f"""{_STATUS}

\b
Examples:
  checker grade .
  checker grade hw5 --only CI --only LIB1
  checker grade hw5 --ref develop --rubric rubric.yaml --format markdown"""
)
@click.argument("path", type=click.Path())
@click.option("--ref", metavar="BRANCH", default="", help="The branch to grade, read from git.")
@click.option("--rubric", "file", metavar="FILE", type=click.Path(), help="A teacher's rubric.")
@click.option("--only", metavar="ID", multiple=True, help="An item (CI) or criterion (LIB1).")
@click.option("--default-branch", metavar="NAME", default="", help="The branch homework goes to.")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
@click.pass_context
def grade(
    context: click.Context,
    path: str,
    ref: str,
    file: str | None,
    only: tuple[str, ...],
    default_branch: str,
    form: str,
) -> None:
    """Grade a folder: a checkout of a student's repository."""
    from checker import grading
    from checker.rubric.verdict import Outcome

    try:
        rubric = _rubric(file).only(only)
        found = grading.grade(_target(path, ref, default_branch), rubric)
    except ValueError as error:
        _refuse(error)
    if form == "json":
        from checker.report import json

        _print(json.report(found))
    elif form == "markdown":
        from checker.report import markdown

        _print(markdown.report(found))
    else:
        from checker.report.terminal import terminal

        _print(terminal(found, width=_width(), colour=_colour()))
    context.exit({Outcome.MET: 0, Outcome.NOT_MET: NOT_MET}.get(found.outcome, INCOMPLETE))


@checker.command(
    epilog="""\b
Examples:
  checker explain .                       which activity runs on which event
  checker explain . --event tag           what would happen if I pushed a tag, and why not
  checker explain . --event tag --tag 2.0
  checker explain */ --format jsonl       a line for each of many repositories"""
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option("--event", type=click.Choice(_EVENTS), help="Explain this event in full.")
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
    """Tell what the workflows of a folder would do, and for what they would not, why not."""
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
            status = BAD_INPUT
        elif isinstance(shown, str):
            _print(shown)
        else:
            objects.append(shown)
    if form == "json":
        from checker.report import jsonl

        _print(jsonl.document(objects))
    context.exit(status)


@checker.command()
@click.option("--rubric", "file", metavar="FILE", type=click.Path(), help="A teacher's rubric.")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "json", "yaml"]), default="text"
)
def rubric(file: str | None, form: str) -> None:
    """Print the rubric; `--format yaml` prints a file to edit and give to --rubric."""
    from checker.report import rubric as report

    try:
        shown = _rubric(file)
    except ValueError as error:
        _refuse(error)
    if form == "text":
        _print(report.as_text(shown, width=_width(), colour=_colour()))
    else:
        forms: dict[str, Callable[[Rubric], str]] = {
            "markdown": report.as_markdown,
            "json": report.as_json,
            "yaml": report.as_yaml,
        }
        _print(forms[form](shown))


@checker.command()
@click.argument("name", default="")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def catalogue(name: str, form: str) -> None:
    """Tell what is known of a tool or action, such as ruff or docker/build-push-action."""
    from checker.actions.catalogue import entries, lookup, suggest
    from checker.report import catalogue as report
    from checker.report.json import dumped

    if not name:
        known = entries()
        if form == "json":
            _print(dumped(report.counts(known), indent=2) + "\n")
        else:
            _print(report.counts_as_text(known, width=_width(), colour=_colour()))
        return
    found = lookup(name)
    if not found:
        close = " or ".join(suggest(name))
        hint = f"did you mean {close}?" if close else "`checker catalogue` lists what there is"
        _refuse(ValueError(f"nothing is known of {name!r}; {hint}"))
    _print(
        report.as_json(found)
        if form == "json"
        else report.as_text(found, width=_width(), colour=_colour())
    )


@checker.command(
    epilog="""\b
Examples:
  eval "$(checker completion bash)"
  checker completion fish > ~/.config/fish/completions/checker.fish"""
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what completes the command's words in your shell."""
    from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

    kinds = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
    made = kinds[shell](checker, {}, "checker", "_CHECKER_COMPLETE")
    _print(ShellComplete.source(made))  # BashComplete's own starts bash to ask for its version


def _explained(
    path: str, default_branch: str, names: Names, event: str, form: str
) -> str | dict[str, Json] | BadInput:
    """Return what to print about one folder: text, an object of a document to come, or what is wrong."""
    from checker import explanation

    try:
        one = explanation.explain(_target(path, "", default_branch), names, event)
    except ValueError as error:
        return BadInput(_safe(error))
    if form in {"json", "jsonl"}:
        from checker.report import jsonl

        return jsonl.line(one) if form == "jsonl" else jsonl.whole(one)
    if form == "mermaid":
        from checker.report import mermaid

        return mermaid.flowchart(one)
    from checker.report import tree

    draw = tree.on_event if event else tree.on_all_events
    return draw(one, width=_width(), colour=_colour())


def _target(path: str, ref: str, default_branch: str) -> Target:
    """Return the folder to read; a repository's name gets a sentence on how to make it a folder."""
    from checker.target import Target, target

    if Path(path).exists():
        return Target(folder=path, ref=ref, default_branch=default_branch)
    found = target(path, ref=ref, default_branch=default_branch)
    if found.repository:
        folder = found.repository.partition("/")[2]
        branch = f" --ref {found.ref}" if found.ref else ""
        raise ValueError(
            f"there is no folder {path!r}, and this version grades folders only:"
            f" git clone https://github.com/{found.repository} && checker grade {folder}{branch}"
        )
    return found


def _rubric(file: str | None) -> Rubric:
    from checker.rubric import scheme, settings

    return settings.load(file) if file else scheme.default()


def _refuse(error: ValueError) -> NoReturn:
    raise BadInput(_safe(error)) from None


def _safe(error: ValueError) -> str:
    from checker.report.escape import plain

    return plain(str(error), 1000)


def _print(text: str) -> None:
    click.echo(text, nl=not text.endswith("\n"), color=_colour() or None)


def _width() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def _colour() -> bool:
    """Say whether colours are wanted: at a terminal, unless NO_COLOR (no-color.org) is set."""
    is_dumb = os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and not is_dumb
