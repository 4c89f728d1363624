"""The image on Docker Hub: its versioned tags, the runs they came from, and whether it is the student's at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from checker.actions.activities import activities_of
from checker.actions.activity import Activities
from checker.actions.events import Names
from checker.actions.redaction import Redaction
from checker.actions.workflows import Workflows
from checker.chain.artefacts import Artefact, Awaited, Listing, awaited, by_time, nearest
from checker.chain.executions import Execution, Executions
from checker.chain.references import Reference, follows, reference
from checker.chain.times import NEVER, SKEW, Moments
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.github.model import Project
from checker.services.homework import Homework
from checker.services.images import Image, Origin, Tag
from checker.services.repository import Repository

MOST_NAMES = 3
"""Images that are asked for."""
MOST_TAGS = 2
"""Git tags whose image tags are worked out from today's workflows, the newest; and images whose origin is read."""

_TAG = "tag"


@dataclass(frozen=True, slots=True)
class ImageNames:
    """What images the workflows push, and under which tags for the newest git tags."""

    expected: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)
    """Git tag -> references, the newest tag first; `v1.2.3` where no tag was ever pushed."""
    stated: str = ""
    """The image as the student or the teacher states it."""
    owner: str = ""
    unread: tuple[str, ...] = ()
    """Sources of names that nobody can tell: `secrets.IMAGE`."""
    is_pushed: bool = True
    """Whether any workflow pushes an image."""
    is_tagged: bool = True
    """Whether the repository has a git tag that an image could follow."""

    @property
    def names(self) -> tuple[str, ...]:
        """The images to ask for."""
        found = dict.fromkeys(one.name for refs in self.expected.values() for one in refs)
        return tuple(dict.fromkeys((*found, *filter(None, (self.stated,)))))[:MOST_NAMES]

    @property
    def guess(self) -> str:
        """What of the names is a guess; empty when nothing is."""
        return next((one.guess for refs in self.expected.values() for one in refs if one.guess), "")


@dataclass(frozen=True, slots=True)
class Images:
    """The images that Docker Hub lists under the names that the image may have."""

    all: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Hub:
    """What Docker Hub has under the names that the image may have."""

    images: tuple[Image, ...] = ()
    origins: Mapping[tuple[str, str], Origin] = field(default_factory=dict)
    """Image and tag -> what it says of the run that built it."""
    gaps: tuple[Unavailable, ...] = ()
    """What the registry did not tell of the images: origins."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """The image wherever it was found, with what ties it to the repository."""

    names: ImageNames = ImageNames()
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
def image_names(
    project: Project,
    homework: Homework,
    repository: Repository,
    workflows: Workflows,
    activities: Activities,
    redaction: Redaction,
) -> ImageNames:
    """Return the images that the workflows push to Docker Hub, for the newest git tags."""
    owner = project.owner or project.full_name.partition("/")[0]
    if not activities.of("image-push"):
        return ImageNames(stated=homework.image, owner=owner, is_pushed=False)
    expected: dict[str, tuple[Reference, ...]] = {}
    unread: dict[str, None] = {}
    for tag in [tag.name for tag in project.tags[:MOST_TAGS]] or [Names().tag]:
        names = Names(
            default_branch=next(iter(repository.default_branches), "main"),
            tag=tag,
            repository=repository.full_name or project.full_name,
        )
        found = redaction.activities(activities_of(repository, names, workflows, (_TAG,)))
        texts = [
            text
            for one in found.of("image-push")
            if one.target in {"dockerhub", None}
            for text in one.destinations.get(_TAG, ())
        ]
        read = [(text, reference(text, homework.image, owner)) for text in texts]
        expected[tag] = tuple(dict.fromkeys(one for _, one in read if one))
        unread |= dict.fromkeys(text for text, one in read if one is None)
    is_tagged = bool(project.tags)
    return ImageNames(expected, homework.image, owner, tuple(unread), is_tagged=is_tagged)


@provides
def images(image_names: ImageNames, moments: Moments, http: Http) -> Images:
    """Ask Docker Hub for the images and their tags."""
    from checker.services import dockerhub as service

    found = [service.image_of(name, http) for name in image_names.names]
    return Images(
        tuple(
            replace(image, tags=tuple(tag for tag in image.tags if moments.sees(tag.pushed)))
            for image in found
        )
    )


@provides
def hub(
    image_names: ImageNames, images: Images, executions: Executions | Unavailable, http: Http
) -> Hub:
    """Ask the registry where the newest images came from that arrived while no run that is known was pushing.

    That costs up to five requests an image, so it is not asked of those whose time tells their run.
    """
    from checker.services import dockerhub as service

    ran = executions if isinstance(executions, Executions) else Executions()
    pushes = ran.of("image-push", _TAG)
    origins: dict[tuple[str, str], Origin] = {}
    gaps: list[Unavailable] = []
    for image, tag in _unexplained(image_names, images, pushes):
        if len(origins) + len(gaps) < MOST_TAGS:
            try:
                origin = service.origin_of(image, tag, http)
            except Unavailable as gap:  # the tags are known all the same
                gaps.append(gap)
            else:
                origins |= {(image.name, tag.name): origin} if origin else {}
    return Hub(images.all, origins, tuple(gaps))


def _unexplained(
    names: ImageNames, images: Images, pushes: Iterable[Execution]
) -> Iterator[tuple[Image, Tag]]:
    """Give the tags that follow a git tag and whose time lies in no step that pushed it with success."""
    pushes = [one for one in pushes if one.conclusion == "success"]
    by_name = {image.name: image for image in images.all}
    for git_tag, refs in _expected(names, pushes).items():
        ours = [one for one in pushes if one.ref == git_tag]
        for ref in refs:
            image = by_name.get(ref.name)
            for tag in image.tags if image else ():
                if image and tag.name == ref.tag and nearest(ours, tag.pushed) is None:
                    yield image, tag


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
    pushes = history.of("image-push", _TAG)
    expected = _expected(names, pushes)
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


def _expected(
    names: ImageNames, pushes: Iterable[Execution]
) -> Mapping[str, tuple[Reference, ...]]:
    """Return the versioned references for each git tag: as runs pushed them, and as today's workflow would."""
    found: dict[str, dict[Reference, None]] = {}
    for one in pushes:
        for text in one.destinations:
            ref = reference(text, names.stated, names.owner)
            if ref and follows(ref.tag, one.ref):
                found.setdefault(one.ref, {})[ref] = None
    for git_tag, refs in names.expected.items():
        for ref in refs:
            if follows(ref.tag, git_tag):
                found.setdefault(git_tag, {})[ref] = None
    return {git_tag: tuple(refs) for git_tag, refs in found.items()}


def _artefact(
    image: Image,
    tag: Tag,
    git_tag: str,
    pushes: list[Execution],
    origin: Origin | None,
    history: Executions,
    project: Project,
) -> Artefact:
    artefact = Artefact(f"{image.name}:{tag.name}", image.url, at=tag.pushed, git_tag=git_tag)
    is_own = origin is not None and _is_own(origin, project)
    if origin and is_own and origin.run:
        event = next((one.event for one in history.found if one.id == origin.run), None)
        if event is None:
            event = _TAG if origin.ref == f"refs/tags/{git_tag}" else ""
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
