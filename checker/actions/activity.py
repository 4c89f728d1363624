"""What a step does, in the grader's seven words, and on which events it does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from checker.actions.answer import Answer

Kind = Literal["lint", "test", "build", "publish", "image-build", "image-push", "registry-login"]
KINDS: tuple[Kind, ...] = (
    "lint",
    "test",
    "build",
    "publish",
    "image-build",
    "image-push",
    "registry-login",
)

Target = Literal["pypi", "testpypi", "dockerhub", "ghcr", "other"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one command or action does: the catalogue's reading of it, before anybody asks when it runs."""

    kind: Kind
    tool: str
    """Name in the catalogue: `ruff`, `docker/build-push-action`."""
    target: Target | None = None
    """Where it goes, for publish, image-push and registry-login."""
    destinations: tuple[str, ...] = ()
    """Image references or the index's address, as written; unknown parts are holes."""
    credential: str = ""
    """The password or token as written (`⟦secrets.PYPI_TOKEN⟧`); empty when none is given."""
    masked: str = ""
    """The option that swallows its failure (`--exit-zero`); empty when a failure counts."""
    note: str = ""
    """What a teacher should know: `checks two files only`, `leaves existing files (skip-existing)`."""
    depends: str = ""
    """What unknown value decides whether it happens (`vars.PUSH`); empty when it surely does."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Something that looks like an activity and is none: an `echo "twine upload"`, `push: false`."""

    kind: Kind
    why: str
    """In one sentence, quoting the words: `echo prints "docker push …" and starts nothing`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line from 1, job id, and the step as a person would call it."""

    file: str
    line: int
    job: str
    step: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing a workflow does at one place, with the answer for each event."""

    kind: Kind
    tool: str
    target: Target | None
    place: Place
    seen: str
    """The line of the workflow that says so, as written."""
    events: Mapping[str, Answer]
    """Event name -> would it run."""
    via: tuple[str, ...] = ()
    """The commands that lead to the tool, outermost first, the tool's own command last."""
    masked: str = ""
    """What swallows its failure; empty when a failure stops the job."""
    credential: str = ""
    """The password or token as written; empty when none is given."""
    id_token: bool = False
    """Whether the job may ask GitHub for an identity token (trusted publishing)."""
    destinations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Event name -> image references or index address on that event."""
    notes: tuple[str, ...] = ()
    workflow: str = ""
    """Path of the workflow that a run of it belongs to: the caller's, for a reusable one."""
    step: int = 0
    """Number of the job's own step that it is part of; 0 for a job that calls another repository's workflow."""

    def on(self, *events: str) -> Answer:
        """Return the most favourable answer over these events."""
        from checker.actions.answer import best, no

        return best(self.events.get(event, no("not asked")) for event in events)


@dataclass(frozen=True, slots=True)
class Missed:
    """A near miss and its place."""

    near: NearMiss
    place: Place
    seen: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A step or job whose work nobody can know from this repository's files."""

    uses: str
    """The action or workflow; empty where the repository's own files are too much to be followed."""
    place: Place
    why: str


@dataclass(frozen=True)
class Activities:
    """All that a repository's workflows do, what only looks so, and what could not be read."""

    found: tuple[Activity, ...] = ()
    missed: tuple[Missed, ...] = ()
    unread: tuple[Unread, ...] = ()

    def of(self, kind: Kind) -> tuple[Activity, ...]:
        """Return the activities of one kind, in the order of files and lines."""
        return tuple(activity for activity in self.found if activity.kind == kind)
