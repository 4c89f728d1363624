"""Image references: what a workflow's references come to for one git tag, as far as anybody can tell."""

from __future__ import annotations

import re
from dataclasses import dataclass

from checker.actions.command import has_hole, holes

_HOSTS = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "registry.hub.docker.com/")
_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
_NAME = re.compile(rf"{_PART}/{_PART}")
"""`user/name` as Docker Hub has it; a name without a user is one of its own images."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An image on Docker Hub that a workflow pushes."""

    name: str
    """`user/name`."""
    tag: str
    """Empty when only a run can tell."""
    guess: str = ""
    """What of it is a guess, in one sentence part; empty when nothing is."""


def reference(text: str, stated: str, owner: str) -> Reference | None:
    """Read a reference that a workflow gives, unknown parts as holes; None for one whose name nobody can tell.

    `stated` is the image as the student or the teacher states it: it stands for a name with an unknown part. Without
    it, an unknown user is guessed to have the name of the repository's owner on GitHub.
    """
    written = text.strip().partition("@")[0]
    for host in _HOSTS:
        written = written.removeprefix(host)
    head, slash, last = written.rpartition("/")
    last, _, tag = last.partition(":")
    tag = tag or "latest"
    name = f"{head}{slash}{last}"
    guess = ""
    if has_hole(name):
        unknown = holes(name)[0]
        user, _, rest = name.partition("/")
        if stated:
            name = stated
        elif has_hole(rest) or not rest or user != f"⟦{unknown}⟧":
            return None
        else:
            name = f"{owner}/{rest}"
            guess = f"`{unknown}` is not known here, and the user `{owner.lower()}` is a guess"
    name = name.lower()
    if _NAME.fullmatch(name) is None or len(name) > 300:
        return None
    return Reference(name, "" if has_hole(tag) else tag, guess)


def follows(tag: str, git_tag: str) -> bool:
    """Say whether an image's tag tells of the git tag: it holds its version, with or without the `v`."""
    version = git_tag.rpartition("/")[2]
    version = version[1:] if version[:1] in {"v", "V"} and version[1:2].isdigit() else version
    return bool(version) and version.replace("+", "-") in tag
