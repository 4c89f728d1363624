"""LIB: the library is built and published when a pull request reaches the default branch."""

from __future__ import annotations

from checker.actions.activity import Activities, Activity
from checker.actions.workflows import Workflows
from checker.chain import Executions, Library, Listing, Moments
from checker.evidence import Unavailable
from checker.rubric.accepted import Accepted
from checker.rubric.authority import authorised
from checker.rubric.criterion import criterion
from checker.rubric.delivery import arrived, came_from
from checker.rubric.findings import (
    PROPOSAL,
    absent,
    events_of,
    more,
    name,
    none,
    quote,
    remarks,
    running,
)
from checker.rubric.runs import ran
from checker.rubric.verdict import Seen, Verdict, met, not_met, unknown

_WANTED = "a pull request to master"
_INDEX = {"pypi": "PyPI", "testpypi": "TestPyPI"}


@criterion("LIB1", points=3)
def publishing_runs_on_a_pull_request_to_master(
    activities: Activities, workflows: Workflows, accepted: Accepted
) -> Verdict:
    """Publishing runs on a pull request to master (opened or merged).

    Write `.github/workflows/publish.yml`; a merged pull request pushes to the default branch, and
    that push publishes. Raise the version in `pyproject.toml` in each pull request: PyPI takes a
    version once. On PyPI add the repository and this file as a *trusted publisher* first.

    ```yaml
    name: Publish
    on:
      push:
        branches: [main, master]
    permissions:
      contents: read
    jobs:
      publish:
        runs-on: ubuntu-latest
        environment: pypi
        permissions:
          contents: read
          id-token: write
        steps:
          - uses: actions/checkout@v7
            with:
              persist-credentials: false
          - uses: actions/setup-python@v7
            with:
              python-version: "3.14"
          - run: python -m pip install build
          - run: python -m build
          - uses: pypa/gh-action-pypi-publish@release/v1
    ```
    """
    everything = activities.of("publish")
    found = running(filter(accepted.index, everything), *PROPOSAL)
    if found:
        best = found[0]
        notes = remarks(best, *PROPOSAL)
        if best.target != "pypi":
            notes = (f"{_index(best)} is accepted by this rubric", *notes)
        if best.masked:
            notes = (f"a failed upload stays unseen: `{best.masked}`", *notes)
        reason = f"{name(best)} uploads to {_index(best)} on {events_of(best, PROPOSAL)}"
        return met(reason + more(found), quote(best), notes)
    if refused := running((one for one in everything if not accepted.index(one)), *PROPOSAL):
        return not_met(_refusal(refused[0]), quote(refused[0]))
    return absent(
        "publish", "nothing is published", PROPOSAL, activities, workflows, accepted.index
    )


@criterion("LIB2", points=1)
def library_is_built_before_it_is_published(
    activities: Activities, workflows: Workflows, accepted: Accepted
) -> Verdict:
    """The library is built in that workflow before it is published.

    Build in the same job, before the upload, so that what was tested is what is published:

    ```yaml
    - run: python -m pip install build
    - run: python -m build
    - uses: pypa/gh-action-pypi-publish@release/v1
    ```
    """
    builds = activities.of("build")
    published = _published(activities, accepted)
    if not published:
        if able := running(builds, *PROPOSAL):
            reason = f"{name(able[0])} builds on {events_of(able[0], PROPOSAL)}"
            return met(reason, quote(able[0]), ("nothing is published after it",))
        return none("nothing is published", activities, workflows)
    for upload in published:
        for build in builds:
            if _precedes(build, upload, workflows):
                seen = quote(build, upload)
                return met(f"{name(build)} builds before {name(upload)} uploads", seen)
    upload = published[0]
    if builds:
        other = builds[0].place
        reason = f"what {name(upload)} uploads is not built before it; {other.file}:{other.line} is"
        return not_met(f"{reason} another job or comes later", quote(upload))
    return not_met(f"no step builds what {name(upload)} uploads", quote(upload))


@criterion("LIB3", points=1)
def upload_is_authorised_by_a_secret(
    activities: Activities, workflows: Workflows, accepted: Accepted
) -> Verdict:
    """The upload is authorised by a secret or trusted publishing, never by a literal.

    Trusted publishing needs no password at all: give the publishing job the right to identify
    itself, and add the repository as a trusted publisher on PyPI. With a token instead, store it
    under *Settings → Secrets and variables → Actions* and pass `password: ${{ secrets.PYPI_TOKEN }}`.
    A token that was ever written into a file is public: revoke it.

    ```yaml
    permissions:
      contents: read
      id-token: write
    ```
    """
    published = _published(activities, accepted)
    if not published:
        return none("nothing is published", activities, workflows)
    return authorised(published, identity=True)


@criterion("LIB4", points=2, level="ran")
def publishing_ran_and_succeeded(
    library: Library, history: Executions | Unavailable, accepted: Accepted, moments: Moments
) -> Verdict:
    """A run for a pull request to master published, and its publishing step succeeded.

    Open a pull request to the default branch and merge it; then look at the publishing step's log
    in the *Actions* tab. `File already exists` means that the version was not raised. A push to the
    default branch without a pull request is not what the homework asks for.
    """
    there = [one for listing in _accepted(library, accepted) for one in listing.artefacts]
    return ran(
        "publish",
        "publishing",
        PROPOSAL,
        _WANTED,
        history,
        accepted.index,
        there,
        moments,
        awaits=library.awaited is not None,
    )


@criterion("LIB5", points=1, level="delivered")
def package_is_on_the_index(
    library: Library, activities: Activities, accepted: Accepted, moments: Moments
) -> Verdict:
    """The package is on PyPI (or TestPyPI, where the rubric accepts it).

    The project's page appears with the first upload that succeeds. The name in `pyproject.toml`
    must be free: put your own name into it. A name proves nothing, so let the package say whose it
    is: publish from the workflow, or link to the repository with `[project.urls]`.
    """
    remedy = "publish from a workflow, or link to the repository under `[project.urls]`"
    return arrived(
        _accepted(library, accepted),
        (*library.gaps, *library.blind),
        library.awaited,
        moments,
        _nowhere(library, activities, accepted),
        remedy,
    )


@criterion("LIB6", points=2, level="delivered")
def release_came_from_such_a_run(
    library: Library, activities: Activities, accepted: Accepted, moments: Moments
) -> Verdict:
    """A release there came from such a run.

    Let the workflow upload, not your own machine. With trusted publishing PyPI records which run
    a file came from; without it the time of the upload has to lie inside the publishing step.
    """
    return came_from(
        _accepted(library, accepted),
        PROPOSAL,
        _WANTED,
        (*library.gaps, *library.blind),
        library.awaited,
        moments,
        library.unseen,
        _nowhere(library, activities, accepted),
    )


def _accepted(library: Library, accepted: Accepted) -> list[Listing]:
    """Return the library's listings on the indexes that count."""
    return [one for one in library.listings if accepted.testpypi or one.place != "TestPyPI"]


def _nowhere(library: Library, activities: Activities, accepted: Accepted) -> Verdict:
    """Return what it means that no index shows the library."""
    elsewhere = [
        one for one in activities.of("publish") if accepted.index(one) and one.target not in _INDEX
    ]
    if elsewhere:
        reason = f"this rubric accepts {_index(elsewhere[0])}, which cannot be asked from here"
        return unknown(reason, quote(elsewhere[0]))
    names = library.names.names
    if not names:
        if library.names.can_be:
            return unknown(f"{library.names.why}; write `package: NAME` into homework.yml")
        return not_met(library.names.why)
    places = " or ".join(dict.fromkeys(one.place for one in _accepted(library, accepted))) or "PyPI"
    seen = tuple(Seen(one.name, url=one.url) for one in _accepted(library, accepted))
    return not_met(f"there is no release of {names[0]} on {places}", seen)


def _published(activities: Activities, accepted: Accepted) -> tuple[Activity, ...]:
    """Return the uploads to judge: those on a pull request, else those on any event."""
    there = [one for one in activities.of("publish") if accepted.index(one)]
    return running(there, *PROPOSAL) or tuple(one for one in there if one.on(*one.events))


def _precedes(build: Activity, upload: Activity, workflows: Workflows) -> bool:
    """Say whether a build comes first in the same workflow and runs whenever the upload does."""
    before, after = build.place, upload.place
    if before.file != after.file:
        return False
    if before.job == after.job:
        if before.line > after.line:
            return False
    elif before.job not in _upstream(workflows, after.file, after.job):
        return False
    return any(build.on(event) and upload.on(event) for event in upload.events)


def _upstream(workflows: Workflows, file: str, job: str) -> set[str]:
    """Return the jobs that end before a job starts."""
    jobs = next((one.jobs for one in workflows.all if one.path == file), {})
    found: set[str] = set()
    waiting = [job]
    while waiting:
        here = jobs.get(waiting.pop())
        new = set(here.needs) - found if here else set()
        found |= new
        waiting += new
    return found


def _index(activity: Activity) -> str:
    if activity.target in _INDEX:
        return _INDEX[activity.target]
    written = [word for words in activity.destinations.values() for word in words]
    return f"another index ({written[0]})" if written else "another index"


def _refusal(activity: Activity) -> str:
    if any("pkg.github" in word for words in activity.destinations.values() for word in words):
        return "the upload goes to GitHub Packages, which takes no Python packages: it always fails"
    return f"{name(activity)} uploads to {_index(activity)}, which this rubric does not accept"
