"""A repository's past made by hand: its runs, jobs and steps, its releases and image tags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from checker.actions.activity import Kind
from checker.actions.activity import Target as Destination
from checker.chain import (
    Artefact,
    Execution,
    Executions,
    ImageNames,
    Library,
    LibraryNames,
    Listing,
    Pushed,
    Reference,
)
from checker.services.github.model import (
    Branch,
    Job,
    Project,
    PullRequest,
    Record,
    Run,
    Step,
    Tag,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
"""When most things here happen."""
URL = "https://github.com/me/hw"
HEAD, MERGED, TAGGED = "a" * 40, "b" * 40, "c" * 40


def minutes(number: float) -> datetime:
    """Return a moment so many minutes after noon."""
    return NOON + timedelta(minutes=number)


def project(**more: object) -> Project:
    """Return a repository with a merged pull request, a pushed tag, and nothing odd about it."""
    usual = {
        "id": 7,
        "full_name": "me/hw",
        "url": URL,
        "owner": "me",
        "default_branch": "main",
        "head": HEAD,
        "created": NOON - timedelta(days=30),
        "pushed": NOON,
        "branches": (Branch("main", HEAD), Branch("hw5", "d" * 40)),
        "tags": (Tag("v1.2.3", TAGGED),),
        "pull_requests": (pull(),),
    }
    return Project(**{**usual, **more})  # type: ignore[arg-type]


def pull(**more: object) -> PullRequest:
    """Return a pull request from hw5 to main, merged at noon."""
    usual = {
        "number": 5,
        "url": f"{URL}/pull/5",
        "state": "merged",
        "base": "main",
        "head": "hw5",
        "head_sha": "d" * 40,
        "created": NOON - timedelta(hours=1),
        "merged": NOON,
        "merge_sha": MERGED,
    }
    return PullRequest(**{**usual, **more})  # type: ignore[arg-type]


def run(
    id: int = 1, event: str = "push", branch: str = "main", sha: str = HEAD, **more: object
) -> Run:
    """Return a run that succeeded, started so many minutes after noon as its number says."""
    usual = {
        "id": id,
        "url": f"{URL}/actions/runs/{id}",
        "workflow": ".github/workflows/ci.yml",
        "event": event,
        "branch": branch,
        "sha": sha,
        "status": "completed",
        "conclusion": "success",
        "created": minutes(id),
        "started": minutes(id),
        "updated": minutes(id + 3),
        "name": "CI",
        "actor": "me",
        "head_repository": "me/hw",
    }
    return Run(**{**usual, **more})  # type: ignore[arg-type]


def step(number: int, name: str, conclusion: str = "success", start: float = 0) -> Step:
    """Return a step that takes a minute; one without a conclusion has not ended."""
    ended = minutes(start + 1) if conclusion not in {"", "skipped"} else None
    return Step(
        number,
        name,
        "completed" if conclusion else "in_progress",
        conclusion,
        minutes(start),
        ended,
    )


def job(name: str, *steps: str | Step, conclusion: str = "success", id: int = 11) -> Job:
    """Return a job with the runner's own steps around these."""
    shown: list[Step] = [step(1, "Set up job")]
    for one in steps:
        shown.append(
            replace(one, number=len(shown) + 1)
            if isinstance(one, Step)
            else step(len(shown) + 1, one)
        )
    shown.append(step(2 * len(shown) + 1, "Complete job"))
    url = f"{URL}/actions/runs/1/job/{id}"
    return Job(id, name, url, "completed", conclusion, NOON, minutes(3), 1, tuple(shown))


def record(run: Run, *jobs: Job, workflows: dict[str, str] | None = None) -> Record:
    """Return what one run did."""
    return Record(run, jobs, workflows)


def ran(
    kind: Kind,
    event: str,
    conclusion: str = "success",
    *,
    id: int = 1,
    target: Destination | None = None,
    **more: object,
) -> Execution:
    """Return a step of a run: it starts as many minutes after noon as the run's number says, and takes one."""
    usual = {
        "tool": "tool",
        "step": f"Run {kind}",
        "url": f"{URL}/actions/runs/{id}/job/{id}1",
        "id": id,
        "created": minutes(id),
        "started": minutes(id),
        "ended": minutes(id + 1) if conclusion else None,
    }
    return replace(
        Execution(kind, event, f"{URL}/actions/runs/{id}", conclusion, target),
        **{**usual, **more},  # type: ignore[arg-type]
    )


def executions(*found: Execution, **more: object) -> Executions:
    """Return what runs did, newest run first, a day later."""
    newest = sorted(found, key=lambda one: one.id, reverse=True)
    usual: dict[str, object] = {"now": NOON + timedelta(days=1)}
    return replace(Executions(tuple(newest)), **{**usual, **more})  # type: ignore[arg-type]


def library(*listings: Listing, names: Iterable[str] = ("hw",), **more: object) -> Library:
    """Return a library with these listings."""
    return replace(Library(LibraryNames(tuple(names)), listings), **more)  # type: ignore[arg-type]


def release(version: str = "1.2.3", **more: object) -> Artefact:
    """Return a release that came from run 2, of a merged pull request."""
    usual = {
        "run": f"{URL}/actions/runs/2",
        "event": "merge",
        "by": "its provenance names the run",
        "at": minutes(2.5),
    }
    return Artefact(f"hw {version}", f"https://index.example/hw/{version}/", **{**usual, **more})  # type: ignore[arg-type]


def on_pypi(*releases: Artefact, place: str = "PyPI", **more: object) -> Listing:
    """Return the library on an index, tied to the repository."""
    usual = {"tie": "its provenance names this repository"}
    return Listing("hw", place, "https://index.example/hw/", releases, **{**usual, **more})  # type: ignore[arg-type]


def image_tag(tag: str = "1.2.3", **more: object) -> Artefact:
    """Return an image's tag that came from run 3, of a pushed tag."""
    usual = {
        "run": f"{URL}/actions/runs/3",
        "event": "tag",
        "by": "its provenance names the run",
        "at": minutes(3.5),
    }
    return Artefact(f"me/hw:{tag}", "https://hub.example/me/hw", **{**usual, **more})  # type: ignore[arg-type]


def on_hub(*tags: Artefact, **more: object) -> Listing:
    """Return the image on Docker Hub, tied to the repository."""
    usual = {"tie": "it names this repository as its source"}
    return Listing("me/hw", "Docker Hub", "https://hub.example/me/hw", tags, **{**usual, **more})  # type: ignore[arg-type]


def image_names(**more: object) -> ImageNames:
    """Return that the workflows push me/hw under the git tag's version."""
    usual: dict[str, object] = {
        "expected": {"v1.2.3": (Reference("me/hw", "1.2.3"),)},
        "owner": "me",
    }
    return ImageNames(**{**usual, **more})  # type: ignore[arg-type]


def pushed(*listings: Listing, names: ImageNames | None = None, **more: object) -> Pushed:
    """Return an image with these listings."""
    return replace(Pushed(names or image_names(), listings), **more)  # type: ignore[arg-type]


def all_of_it() -> dict[str, object]:
    """Return the evidence of a homework whose runs and artefacts are all as they should be."""
    ci = (ran("lint", "push"), ran("test", "push"))
    history = executions(
        *ci,
        ran("publish", "merge", id=2, target="pypi"),
        ran("image-push", "tag", id=3, target="dockerhub"),
    )
    return {
        "project": project(),
        "executions": executions(*ci),
        "history": history,
        "library": library(on_pypi(release())),
        "pushed": pushed(on_hub(image_tag())),
    }
