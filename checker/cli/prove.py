"""`checker prove`: what the pipeline of one's own project lets through."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.output import BadInput, safe, say, show

if TYPE_CHECKING:
    from checker.prove import Change, Outcome, Proof

PASSES = 1
RED = 3
"""Exit statuses: something got through a gate; the project's own run is red, or a run was cut off."""


@click.command(
    epilog="""\b
Examples:
  checker prove .                 asks before it runs anything
  checker prove . --yes --format json
  checker prove . --fault unused-import --fault failing-test
  checker prove . --event pull-request"""
)
@click.argument("path", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Run the project's code without asking.")
@click.option(
    "--fault", "chosen", metavar="NAME", multiple=True, help="Only this fault; all by default."
)
@click.option("--event", "change", type=click.Choice(["push", "pull-request"]), default="push", show_default=True,
              help="What brings the faults: a push to the default branch, or a pull request into it.")  # fmt: skip
@click.option("--limit", metavar="SECONDS", type=click.IntRange(5, 7200), default=600, show_default=True,
              help="Time that one run may take.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def prove(
    context: click.Context,
    path: Path,
    *,
    yes: bool,
    chosen: tuple[str, ...],
    change: Change,
    limit: int,
    form: str,
) -> None:
    """Plant faults in a copy of your own project and see which its workflows let through.

    Each fault (a forgotten colon, an unused import, a failing test …) is planted alone, and the
    workflows that a push or a pull request starts are really run with act, on this machine. So this
    is for your own code only. The project itself is not touched, jobs that publish are left out. Exit
    status 1 says that a fault got through a gate that is there for it, 3 that the project fails as it is.
    """
    try:
        from checker.campus.place import CampusError
        from checker.campus.runner import act
        from checker.prove import FAULTS
        from checker.prove import prove as run
        from checker.prove.project import read
    except ImportError as error:
        raise BadInput(
            f"{error.name} is not installed; pip install 'ml-cicd-workbook[campus]'"
        ) from None
    unknown = sorted(set(chosen) - {one.id for one in FAULTS})
    if unknown:
        known = ", ".join(one.id for one in FAULTS)
        raise BadInput(f"there is no fault {unknown[0][:60]!r}; the faults are: {known}")
    try:
        project = read(path)
        act.program()
        _ask(path, yes=yes)
        faults = [one for one in FAULTS if not chosen or one.id in chosen]
        proof = run(project, _progress, seconds=float(limit), faults=faults, change=change)
    except ValueError as error:
        raise BadInput(safe(error)) from None
    except CampusError as error:
        raise BadInput(str(error)) from None
    show(_as_json(proof) if form == "json" else _as_text(proof, change))
    if proof.baseline or not proof.ran or any(one.unfinished for one in proof.outcomes):
        context.exit(RED)
    context.exit(PASSES if any(one.passes for one in proof.outcomes) else 0)


def _ask(path: Path, *, yes: bool) -> None:
    if yes:
        return
    what = f"this runs the code of {str(path)!r} on this machine, as you; do it with your own projects only"
    if not sys.stdin.isatty():
        raise BadInput(f"{what}. Nobody can be asked here: add --yes")
    if not click.confirm(f"{what}. Run it?", err=True):
        raise click.Abort


def _progress(what: str, seconds: float) -> None:
    say(f"{seconds:5.0f} s  {what}")


def _as_json(proof: Proof) -> str:
    return json.dumps(
        {
            "baseline": {"workflows": proof.ran, "failing": list(proof.baseline)},
            "left_out": list(proof.left_out),
            "faults": [
                {
                    "fault": one.fault.id,
                    "title": one.fault.title,
                    "gate": one.fault.gate,
                    "file": one.path,
                    "line": one.line,
                    "state": one.state,
                    "caught_by": list(one.caught),
                    "seconds": round(one.seconds, 1),
                }
                for one in proof.outcomes
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _as_text(proof: Proof, change: Change) -> str:
    if not proof.ran:
        what = {
            "push": "A push to the default branch",
            "pull-request": "A pull request into the default branch",
        }
        return f"{what[change]} starts no workflow: every fault gets through."
    if proof.baseline:
        from checker.report.escape import plain

        steps = "\n".join(f"  {plain(step, 200)}" for step in proof.baseline)
        return f"The project fails as it is, so nothing can be proved. Mend first:\n{steps}"
    wide = max((len(one.fault.title) for one in proof.outcomes), default=0)
    lines = [f"{one.fault.title.ljust(wide)}  {_told(one)}" for one in proof.outcomes]
    passing = sum(one.passes for one in proof.outcomes)
    planted = sum(bool(one.path) for one in proof.outcomes)
    lines.append("")
    lines.append(
        f"{passing} of {planted} faults got through a gate that is there for them."
        if passing
        else f"{planted} faults were planted, and none got through a gate that is there for it."
    )
    if proof.left_out:
        lines.append(f"Not run, because it publishes: {', '.join(proof.left_out)}.")
    return "\n".join(lines)


def _told(one: Outcome) -> str:
    from checker.prove.faults import GATES
    from checker.report.escape import plain

    where = plain(f"{one.path}:{one.line}", 200)
    return {
        "no place": "·  no file has a place for it",
        "unfinished": f"?  the run took too long ({where})",
        "caught": f"✓  {plain(_steps(one.caught), 300)} ({where})",
        "passes": f"✗  got through ({where})",
        "no gate": f"–  got through; the project has no gate for it: {GATES[one.fault.gate]} ({where})",
    }[one.state]


def _steps(caught: tuple[str, ...]) -> str:
    """Return steps by their names, with how many jobs each of them failed in."""
    names = Counter(one.partition(": ")[2] for one in caught)
    return ", ".join(
        f"{name} (in {count} jobs)" if count > 1 else name for name, count in names.items()
    )
