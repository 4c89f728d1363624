"""Which branch is graded when none was asked for, by stated rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from checker.services.github.fields import said
from checker.services.github.model import Branch

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open pull request that may be graded."""

    number: int
    head: str
    sha: str
    base: str
    has_workflows: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """The branch that is graded."""

    ref: str
    sha: str
    why: str = ""
    """One sentence; empty for the default branch."""


def choose(default: Branch, branches: Sequence[Branch], pulls: Sequence[Candidate]) -> Choice:
    """Choose the default branch if it has workflows, else an open pull request's, else another one that has.

    Of the open pull requests into the default branch (`pulls`, the one updated last coming first) the first with
    workflows is taken; of the branches with workflows the one with the newest commit.
    """
    if default.has_workflows:
        return Choice(default.name, default.sha)
    for pull in pulls:
        if pull.has_workflows and pull.base == default.name:
            why = (
                f"the default branch `{said(default.name)}` has no workflows; the open pull request #{pull.number}"
                f" into it has, so its branch `{said(pull.head)}` is graded"
            )
            return Choice(pull.head, pull.sha, why)
    others = [branch for branch in branches if branch.has_workflows]
    if not others:
        return Choice(default.name, default.sha)
    newest = max(others, key=lambda branch: (branch.committed or _LONG_AGO, branch.name))
    only = (
        "is the only one that has"
        if len(others) == 1
        else "has the newest commit of those that have"
    )
    why = (
        f"the default branch `{said(default.name)}` has no workflows; the branch `{said(newest.name)}` {only}, so it is"
        " graded"
    )
    return Choice(newest.name, newest.sha, why)
