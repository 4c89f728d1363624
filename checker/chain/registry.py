"""What the image may be called, and what Docker Hub has under these names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from checker.actions.activities import activities_of
from checker.actions.activity import Activities
from checker.actions.events import Names
from checker.actions.redaction import Redaction
from checker.actions.workflows import Workflows
from checker.chain.artefacts import nearest
from checker.chain.executions import Execution, Executions
from checker.chain.references import Reference, follows, reference
from checker.chain.times import Moments
from checker.evidence import Unavailable, provides
from checker.http import Http
from checker.services.github.model import Project
from checker.services.homework import Homework
from checker.services.images import Image, Origin, Tag
from checker.services.repository import Repository

MOST_NAMES = 3
"""Images that are asked for."""
MOSTTAGS = 2
"""Git tags whose image tags are worked out from today's workflows, the newest; and images whose origin is read."""

TAG = "tag"
"""The event whose images are looked at."""


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
    for tag in [tag.name for tag in project.tags[:MOSTTAGS]] or [Names().tag]:
        names = Names(
            default_branch=next(iter(repository.default_branches), "main"),
            tag=tag,
            repository=repository.full_name or project.full_name,
        )
        found = redaction.activities(activities_of(repository, names, workflows, (TAG,)))
        texts = [
            text
            for one in found.of("image-push")
            if one.target in {"dockerhub", None}
            for text in one.destinations.get(TAG, ())
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
    pushes = ran.of("image-push", TAG)
    origins: dict[tuple[str, str], Origin] = {}
    gaps: list[Unavailable] = []
    for image, tag in _unexplained(image_names, images, pushes):
        if len(origins) + len(gaps) < MOSTTAGS:
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
    for git_tag, refs in expected_of(names, pushes).items():
        ours = [one for one in pushes if one.ref == git_tag]
        for ref in refs:
            image = by_name.get(ref.name)
            for tag in image.tags if image else ():
                if image and tag.name == ref.tag and nearest(ours, tag.pushed) is None:
                    yield image, tag


def expected_of(
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
