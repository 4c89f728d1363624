"""The chain of evidence, level by level: what a repository would do, what it did, what came out.

For a folder only the first level can be seen; the other two are `Unavailable`, and the criteria that
need them are unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from checker.actions.activities import activities_of
from checker.actions.activity import Activities, Kind
from checker.actions.activity import Target as Destination
from checker.actions.events import Names
from checker.actions.redaction import Redaction, redaction_of
from checker.actions.workflows import Workflows, workflows_of
from checker.evidence import Unavailable, provides
from checker.services.checkout import checkout
from checker.services.repository import Repository
from checker.target import Target

_FOLDER = "a folder shows no runs"


@dataclass(frozen=True, slots=True)
class Execution:
    """A step of a past run that did one of the repository's activities."""

    kind: Kind
    event: str
    """The event that started the run, by the names of `checker.actions.events`."""
    run: str
    """Address of the run."""
    conclusion: str
    """GitHub's word (`success`, `failure`, `skipped` …); empty while the step has not ended."""
    target: Destination | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """What the graded branch's runs did, newest run first."""

    executions: tuple[Execution, ...] = ()


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file or an image that came out."""

    name: str
    """`homework 1.2.3`."""
    url: str
    run: str = ""
    """Address of the run it came from; empty when it came from none that is known."""


@dataclass(frozen=True, slots=True)
class Package:
    """The library on the index, newest artefact first; never published means no artefacts."""

    name: str
    artefacts: tuple[Artefact, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """The image in the registry, newest artefact first; never pushed means no artefacts."""

    name: str
    artefacts: tuple[Artefact, ...] = ()


@dataclass(frozen=True, slots=True)
class Quoted:
    """Activities that may quote a credential: nothing prints them."""

    activities: Activities


@provides
def repository(target: Target) -> Repository:
    """Return the files to grade. Raises ValueError when there is no such folder or branch."""
    return checkout(Path(target.folder), ref=target.ref, default_branch=target.default_branch)


@provides
def workflows(repository: Repository) -> Workflows:
    """Return the workflow files, and those that GitHub never reads."""
    return workflows_of(repository)


@provides
def names() -> Names:
    """Return what branches and tags are called when nobody says otherwise."""
    return Names()


@provides
def quoted(repository: Repository, workflows: Workflows, names: Names) -> Quoted:
    """Return what the workflows would do, quoted from the files as it stands there."""
    return Quoted(activities_of(repository, names, workflows))


@provides
def redaction(quoted: Quoted) -> Redaction:
    """Return what must not be printed."""
    return redaction_of(quoted.activities)


@provides
def activities(quoted: Quoted, redaction: Redaction) -> Activities:
    """Return what the workflows would do on each event, without credentials written into them."""
    return redaction.activities(quoted.activities)


@provides
def runs(target: Target) -> Runs:
    """Return what past runs did."""
    raise Unavailable(f"the runs of {target}", _FOLDER)


@provides
def package(target: Target) -> Package:
    """Return what is on the index."""
    raise Unavailable(f"the package of {target}", _FOLDER)


@provides
def image(target: Target) -> Image:
    """Return what is in the registry."""
    raise Unavailable(f"the image of {target}", _FOLDER)
