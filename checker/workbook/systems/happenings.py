"""The twelve things that happen to a repository, which all systems are asked about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, without any system's own words for it."""

    name: str
    kind: str
    """`push` of a branch, `pull` request opened, `closed` without a merge, `tag` pushed, or the `clock`."""
    branch: str = ""
    """The branch that was pushed, or that a pull request wants to change."""
    tag: str = ""


HAPPENINGS = (
    Happening("push to main", "push", "main"),
    Happening("push to feature/login", "push", "feature/login"),
    Happening("push to release/1.0", "push", "release/1.0"),
    Happening("push to a branch named v2", "push", "v2"),
    Happening("pull request to main", "pull", "main"),
    Happening("pull request to release/1.0", "pull", "release/1.0"),
    Happening("pull request closed, not merged", "closed", "main"),
    Happening("pull request merged into main", "push", "main"),
    Happening("tag v1.2.3", "tag", tag="v1.2.3"),
    Happening("tag v2.0.0-rc1", "tag", tag="v2.0.0-rc1"),
    Happening("tag nightly-0412", "tag", tag="nightly-0412"),
    Happening("the nightly clock", "clock", "main"),
)
"""A merge is a push to main in every system; a schedule that somebody made runs on main."""

SOURCE_BRANCH = "feature/login"
"""The branch that pull requests come from."""
