"""What a repository holds besides its files: tags, pull requests, releases; and the tokens it is read with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.standins.github.git import AnnotatedTag

Moment = datetime | str | None
"""A time, such as `2026-11-02T09:00:00Z`; None for a minute after the last thing that happened."""


@dataclass
class Token:
    """A token and what it may do."""

    value: str
    login: str = "teacher"
    reads: tuple[str, ...] = ()
    """Private repositories that it may read, `owner/name`."""
    checks: bool = True
    """Whether it may read checks; fine-grained personal tokens may not."""
    actions: bool = True
    """Whether it may read runs and jobs of private repositories."""
    limit: int = 5000
    used: int = 0


@dataclass
class Pull:
    """A pull request."""

    number: int
    title: str
    base: str
    head: str
    head_sha: str
    author: str
    created: datetime
    updated: datetime
    head_repository: str
    """`owner/name`; empty when it was deleted."""
    state: str = "open"
    merged: datetime | None = None
    merge_sha: str = ""
    draft: bool = False


@dataclass
class GitTag:
    """A tag: the commit it leads to, and the annotated tag in between, if any."""

    name: str
    sha: str
    annotated: AnnotatedTag | None = None


@dataclass
class Release:
    """A release."""

    id: int
    tag: str
    sha: str
    created: datetime
    published: datetime | None
    author: str
    draft: bool = False
    prerelease: bool = False
