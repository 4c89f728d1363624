"""What is to be graded: a folder, or a repository on GitHub, and which branch of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?"
_NAME = r"[A-Za-z0-9._-]{1,100}"
_REPOSITORY = re.compile(
    rf"(?:https?://(?:www\.)?github\.com/|git@github\.com:|ssh://git@github\.com/)?"
    rf"(?P<owner>{_OWNER})/(?P<name>{_NAME}?)(?:\.git)?/?(?:@(?P<ref>\S+))?"
)
_BRANCH_REFUSED = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$")
"""What git refuses in a branch name (git-check-ref-format), and a leading dash or dot."""


@dataclass(frozen=True, slots=True)
class Target:
    """A folder or a repository; exactly one of the two is not empty."""

    folder: str = ""
    repository: str = ""
    """`owner/repo` on GitHub."""
    ref: str = ""
    """The branch to grade; empty for a folder's working tree and for a repository's own choice."""
    default_branch: str = ""
    """The branch homework is merged into; empty when git or GitHub should say."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not self.folder and not self.repository:
            raise ValueError("there is nothing to grade: name a folder, such as `.`")
        if "\0" in self.folder:
            raise ValueError("a folder's name cannot hold a zero byte")
        for branch in (self.ref, self.default_branch):
            if branch and (len(branch) > 255 or _BRANCH_REFUSED.search(branch)):
                raise ValueError(
                    f"{branch[:80]!r} is no branch name: git refuses blanks, `..`, `~ ^ : ? * [ \\`"
                    " and a dash or dot in front"
                )

    def __str__(self) -> str:
        """Return it as a person would write it."""
        name = self.folder or self.repository
        return f"{name}@{self.ref}" if self.ref else name


def target(text: str, *, ref: str = "", default_branch: str = "") -> Target:
    """Read `owner/repo`, `owner/repo@branch` or the repository's address on GitHub.

    Anything else is taken for a folder. Nothing is looked up: whoever knows that a folder of that
    name exists makes `Target(folder=...)`. Raises ValueError for an empty or malformed text.
    """
    found = _REPOSITORY.fullmatch(text.strip())
    if found is None or found["name"] in {"", ".", ".."}:
        return Target(folder=text, ref=ref, default_branch=default_branch)
    return Target(
        repository=f"{found['owner']}/{found['name']}",
        ref=ref or found["ref"] or "",
        default_branch=default_branch,
    )
