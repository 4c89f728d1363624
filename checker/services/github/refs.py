"""Branches, tags, commits and pull requests that are asked for by name, and what to say when there are none."""

from __future__ import annotations

import re

from checker.services.github.fields import said
from checker.services.github.model import Project
from checker.target import Target

SHA = re.compile(r"[0-9a-f]{7,64}")
"""A commit's id or its beginning."""


def default_branches(target: Target, project: Project) -> tuple[str, ...]:
    """Return the branch that homework is merged into; two when nobody can tell which of them it is."""
    name = target.default_branch or project.default_branch
    return (name,) if name else ("main", "master")


def unknown_ref(target: Target, project: Project) -> ValueError:
    """Return the exception for a branch that does not exist, with those that do."""
    names = [said(branch.name, 60) for branch in project.branches[:10]]
    more = len(project.branches) - len(names)
    known = ", ".join(names) + (f" and {more} more" if more else "") if names else "none yet"
    tags = ", ".join(said(tag.name, 60) for tag in project.tags[:5])
    return ValueError(
        f"{project.full_name} has no branch, tag or commit {target.ref!r}; its branches are: {known}"
        + (f"; its tags: {tags}" if tags else "")
    )


def unknown_pull(target: Target, project: Project) -> ValueError:
    """Return the exception for a pull request that does not exist, with those that do."""
    numbers = ", ".join(f"#{pull.number}" for pull in project.pull_requests[:10])
    return ValueError(
        f"{project.full_name} has no pull request #{target.pull_request}; it has: {numbers or 'none yet'}"
    )
