"""The image on Docker Hub: its versioned tags, the runs they came from, and whether it is the student's at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from checker.chain.artefacts import Artefact, Awaited, Listing, awaited, by_time, nearest
from checker.chain.executions import Execution, Executions
from checker.chain.references import reference
from checker.chain.registry import TAG, Hub, ImageNames, expected_of
from checker.chain.times import NEVER, SKEW, Moments
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.github.model import Project
from checker.services.images import Image, Origin, Tag


@dataclass(frozen=True, slots=True)
class Pushed:
    """The image wherever it was found, with what ties it to the repository."""

    names: ImageNames
    listings: tuple[Listing, ...] = ()
    """One for each image that was asked for; its artefacts are the tags that follow a git tag."""
    missing: tuple[str, ...] = ()
    """References that a pushed git tag should have given and that are not there, the newest git tag's first."""
    gaps: tuple[Unavailable, ...] = ()
    """What the registry did not answer."""
    blind: tuple[Unavailable, ...] = ()
    """Why no run could be looked at; empty when they were."""
    awaited: Awaited | None = None
    moved: tuple[str, ...] = ()
    """Git tags that point elsewhere now than when their run was started, a sentence part each."""
    unseen: str = ""
    """Why there may be runs that pushed and that nobody can see; empty when there are none."""


@provides
def pushed(
    project: Project,
    image_names: ImageNames,
    hub: Hub | Unavailable,
    history: Executions | Unavailable,
    moments: Moments,
    http: Http,
) -> Pushed:
    """Return what came out as images; what the registry or GitHub could not tell is left open."""
    there = hub if isinstance(hub, Hub) else Hub()
    ran = history if isinstance(history, Executions) else Executions()
    return replace(
        pushed_of(image_names, there, ran, project, moments.now(http)),
        gaps=(hub,) if isinstance(hub, Unavailable) else there.gaps,
        blind=(history,) if isinstance(history, Unavailable) else (),
    )


def pushed_of(
    names: ImageNames, hub: Hub, history: Executions, project: Project, now: datetime | None
) -> Pushed:
    """Put image tags beside the runs that may have pushed them.

    Only tags that follow a git tag are looked at, since `latest` moves with every push. One came from a run that its
    provenance names, else from the one whose pushing step was running when it was pushed last, else from the one at
    whose commit its labels say that it was built. An image is the student's when one of its tags came from a run of the
    repository, when it names the repository as its source, when a run's pushing step sent it there, or when all of it
    is younger than the repository; it is somebody else's when it names another repository or is older than this one.
    """
    pushes = history.of("image-push", TAG)
    expected = expected_of(names, pushes)
    images = {image.name: image for image in hub.images}
    found: dict[str, list[Artefact]] = {name: [] for name in images}
    missing: dict[str, None] = {}
    for git_tag, refs in expected.items():
        for ref in refs:
            image = images.get(ref.name)
            if image is None:
                continue
            tag = next((one for one in image.tags if one.name == ref.tag), None)
            if tag is None:
                missing[f"{ref.name}:{ref.tag}"] = None
                continue
            origin = hub.origins.get((ref.name, ref.tag))
            ours = [one for one in pushes if one.ref == git_tag]
            found[ref.name].append(_artefact(image, tag, git_tag, ours, origin, history, project))
    listings = tuple(
        _listing(image, tuple(found[name]), hub, pushes, names, project)
        for name, image in images.items()
    )
    newest = max((a.at or NEVER for one in listings for a in one.artefacts), default=NEVER)
    late = [
        one for one in pushes if not one.conclusion or (one.ended and one.ended > newest + SKEW)
    ]
    what = next(iter(missing), "the image")
    moved = tuple(dict.fromkeys(one.remark for one in pushes if "pointed at" in one.remark))
    return Pushed(
        names,
        listings,
        tuple(missing),
        awaited=awaited(late, now, what, "Docker Hub"),
        moved=moved,
        unseen=history.why_unseen("image-push"),
    )


def _artefact(
    image: Image,
    tag: Tag,
    git_tag: str,
    pushes: list[Execution],
    origin: Origin | None,
    history: Executions,
    project: Project,
) -> Artefact:
    artefact = Artefact(f"{image.name}:{tag.name}", image.url, at=tag.pushed)
    is_own = origin is not None and _is_own(origin, project)
    if origin and is_own and origin.run:
        event = next((one.event for one in history.found if one.id == origin.run), None)
        if event is None:
            event = TAG if origin.ref == f"refs/tags/{git_tag}" else ""
        url = f"{project.url}/actions/runs/{origin.run}"
        return replace(artefact, run=url, event=event, by="its provenance names the run")
    if origin and origin.source and not is_own:  # it came from elsewhere, whatever was running then
        return artefact
    if push := nearest(pushes, tag.pushed):
        return replace(artefact, run=push.run, event=push.event, by=by_time(push))
    if origin and is_own and origin.commit:
        for push in pushes:
            if push.sha == origin.commit and push.conclusion == "success":
                how = f"its labels name the run's commit {origin.commit[:7]}"
                return replace(artefact, run=push.run, event=push.event, by=how)
    return artefact


def _listing(
    image: Image,
    artefacts: tuple[Artefact, ...],
    hub: Hub,
    pushes: Iterable[Execution],
    names: ImageNames,
    project: Project,
) -> Listing:
    origins = [origin for (name, _), origin in hub.origins.items() if name == image.name]
    tie = _tie(image, artefacts, origins, pushes, names, project)
    foreign = "" if tie else _foreign(image, origins, project)
    return Listing(
        image.name, image.registry, image.url, artefacts, tie, foreign, notes=image.remarks
    )


def _tie(
    image: Image,
    artefacts: tuple[Artefact, ...],
    origins: list[Origin],
    pushes: Iterable[Execution],
    names: ImageNames,
    project: Project,
) -> str:
    if any(_is_own(origin, project) for origin in origins):
        return "it names this repository as its source"
    if any(artefact.run for artefact in artefacts):
        return "it was pushed while a pushing step of this repository was running"
    for push in pushes:
        refs = (reference(text, names.stated, names.owner) for text in push.destinations)
        certain = {ref.name for ref in refs if ref and not ref.guess}
        if push.conclusion == "success" and not push.doubt and image.name in certain:
            return "a pushing step of this repository sent it there"
    elsewhere = any(origin.source for origin in origins)
    if image.name != names.stated and names.guess:  # somebody else may have that name there
        return ""
    times = [tag.pushed for tag in image.tags]
    if elsewhere or not project.created or not times or not artefacts:
        return ""
    if all(one is not None and one >= project.created - SKEW for one in times):
        return "all of it was pushed after the repository was made"
    return ""


def _foreign(image: Image, origins: list[Origin], project: Project) -> str:
    for origin in origins:
        if origin.source and not _is_own(origin, project):
            return f"it names another repository as its source, {origin.source}"
    times = [tag.pushed for tag in image.tags]
    if project.created and times and all(one and one < project.created - SKEW for one in times):
        return (
            f"all of it is older than this repository, which was made on {project.created:%Y-%m-%d}"
        )
    return ""


def _is_own(origin: Origin, project: Project) -> bool:
    return bool(origin.source) and origin.source.lower() == project.full_name.lower()
