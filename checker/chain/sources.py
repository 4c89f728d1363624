"""Where evidence comes from: a folder or a repository on GitHub, its workflows, and the list of its runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from checker.actions.activities import activities_of
from checker.actions.activity import Activities
from checker.actions.events import Names
from checker.actions.redaction import Redaction, redaction_of
from checker.actions.tokens import tokens_in
from checker.actions.workflows import Workflows, workflows_of
from checker.chain.times import Moments, seen_project, seen_runs
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.checkout import checkout
from checker.services.github.model import Project, Runs
from checker.services.repository import Repository
from checker.target import Target

_FOLDER = "a folder shows no runs"


@dataclass(frozen=True, slots=True)
class Source:
    """What is graded, as its own service describes it."""

    repository: Repository
    """At the newest commit."""
    project: Project | None = None
    """None for a folder."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Activities that may quote a credential: nothing prints them."""

    activities: Activities


@provides
def source(target: Target, http: Http) -> Source:
    """Return what is graded. Raises ValueError when there is no such folder, repository or branch."""
    if target.folder:
        folder = Path(target.folder)
        found = checkout(folder, ref=target.ref, default_branch=target.default_branch)
        return Source(found)
    from checker.services import github

    snapshot = github.snapshot(target, http)
    return Source(snapshot.repository, snapshot.project)


@provides
def project(target: Target, source: Source, earlier: Earlier, moments: Moments) -> Project:
    """Return the repository on GitHub as it was at the moment asked for."""
    if source.project is None:
        raise Unavailable(f"the runs of {target}", _FOLDER)
    return replace(seen_project(source.project, moments), head=earlier.sha or source.project.head)


@provides
def runs(target: Target, moments: Moments, http: Http) -> Runs:
    """Return the repository's runs, newest first."""
    if target.folder:
        raise Unavailable(f"the runs of {target}", _FOLDER)
    from checker.services import github

    return seen_runs(github.runs_of(target.repository, http), moments)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier commit that is graded instead of the newest; empty for the newest."""

    sha: str = ""
    why: str = ""


@provides
def earlier(source: Source, moments: Moments, http: Http) -> Earlier:
    """Return the commit to grade: the newest one at the moment asked for."""
    if moments.as_of is None or source.project is None:
        return Earlier()
    from checker.services import github

    try:
        found = github.runs_of(source.project.full_name, http)
    except Unavailable:
        found = Runs()
    return newest_before(source, seen_runs(found, moments), moments.as_of)


def newest_before(source: Source, runs: Runs, moment: datetime) -> Earlier:
    """Return the newest commit of the graded branch that a server had seen at a moment.

    A run tells when GitHub saw a commit. Where no run does, the branch's newest commit has to do when its committer's
    clock says that it is old enough. Raises Unavailable when nobody can tell which commit was the newest.
    """
    project = source.project
    if project is None:
        return Earlier()
    when = f"{moment:%Y-%m-%d %H:%M %Z}"
    ref = source.repository.ref or project.default_branch
    tags = {tag.name for tag in project.tags}
    for run in runs.all:
        home = run.head_repository or project.full_name
        if run.branch == ref and home.lower() == project.full_name.lower() and ref not in tags:
            if run.sha == project.head:
                return Earlier()
            return Earlier(
                run.sha, f"the commit {run.sha[:7]} was the newest on {when}: a run saw it"
            )
    head = next((branch for branch in project.branches if branch.name == ref), None)
    if head is not None and head.committed is not None and head.committed <= moment:
        return Earlier(
            "", f"no run tells when {head.sha[:7]} was pushed; its committer's clock does"
        )
    raise Unavailable(
        f"the commits of {project.full_name}",
        f"nobody can tell what `{ref}` held on {when}: no run of it is as old, and the newest commit is newer",
        "grade a commit or branch of that time",
    )


@provides
def repository(source: Source, earlier: Earlier, http: Http) -> Repository:
    """Return the files to grade."""
    if not earlier.why or source.project is None:
        return source.repository
    chosen = "; ".join(filter(None, (source.repository.chosen, earlier.why)))
    if not earlier.sha:
        return replace(source.repository, chosen=chosen)
    from checker.services import github

    files = github.files_at(source.project, earlier.sha, http)
    return replace(source.repository, files=files, chosen=chosen)


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
def redaction(quoted: Quoted, workflows: Workflows) -> Redaction:
    """Return what must not be printed: credentials that activities take from files, and what looks like a token."""
    tokens = {token.value for flow in workflows.all for token in tokens_in(flow.lines)}
    return Redaction(redaction_of(quoted.activities).secrets | tokens)


@provides
def activities(quoted: Quoted, redaction: Redaction) -> Activities:
    """Return what the workflows would do on each event, without credentials written into them."""
    return redaction.activities(quoted.activities)
