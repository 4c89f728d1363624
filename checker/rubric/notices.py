"""What a student should hear before any verdict: no workflows, or workflows GitHub does not run."""

from __future__ import annotations

from dataclasses import dataclass

from checker.actions.syntax import Workflow
from checker.actions.workflows import FOLDER, MAX_FILES, MAX_TEXT, Workflows
from checker.rubric.verdict import Seen

_MOST = 20


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing about the repository as a whole, and what to do about it."""

    text: str
    advice: str
    seen: tuple[Seen, ...] = ()
    is_flag: bool = False
    """Whether it is for the teacher to look at, rather than for the student to mend."""


def notices(workflows: Workflows) -> tuple[Notice, ...]:
    """Return the notices, the weightiest first; the first twenty of a kind."""
    found = []
    if not workflows.all and not workflows.stray:
        found.append(
            Notice(
                "There are no workflows yet.",
                f"That is where everybody starts. The first step is one file, `{FOLDER}/ci.yml`,"
                " that runs your tests at each push; commit it, push, and open the *Actions* tab.",
            )
        )
    found += (
        Notice(
            f"GitHub never reads `{stray.path}`.",
            f"Workflows lie in `{FOLDER}/` at the repository's root. Move it: `{stray.command}`",
            (Seen("", stray.path),),
        )
        for stray in workflows.stray[:_MOST]
    )
    broken = [workflow for workflow in workflows.all if workflow.errors]
    found += (
        Notice(
            f"GitHub refuses `{workflow.path}`: {workflow.errors[0].reason}.",
            _mend(workflow),
            tuple(Seen(error.reason, workflow.path, error.line) for error in workflow.errors[:3]),
        )
        for workflow in broken[:_MOST]
    )
    if workflows.unread:
        paths = workflows.unread
        found.append(
            Notice(
                f"{len(paths):,} workflow files are not read, `{paths[0]}` the first of them.",
                f"More than {MAX_FILES} files, or {MAX_TEXT:,} characters, are more than a grade looks at.",
                tuple(Seen("", path) for path in paths[:3]),
                is_flag=True,
            )
        )
    return tuple(found)


def _mend(workflow: Workflow) -> str:
    """Return what to do about a file that GitHub refuses."""
    until = "until then nothing in the file runs."
    if workflow.lines:
        return f"Mend that line; {until}"
    if "empty" in workflow.errors[0].reason:
        return f"Write it or delete it; {until}"
    return f"Save it as text (UTF-8), as a file of the repository itself; {until}"
