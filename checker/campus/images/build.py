"""Building an image, saying which run built it, and pushing it: with buildah where it can, by hand elsewhere."""

from __future__ import annotations

import platform as machine
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from checker.actions.recipes.docker.dockerfile import instructions
from checker.campus.images import with_buildah, wording
from checker.campus.images.by_hand import ByHand
from checker.campus.images.layout import INDEX, Descriptor, Layout
from checker.campus.images.order import BuildError, Order, Run, Say
from checker.campus.images.provenance import attested
from checker.campus.images.reference import Reference, reference_of
from checker.campus.images.remote import Remote

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build."""

    digest: str
    """Of the image, or of the index over it."""
    image_id: str
    """Digest of the image's configuration."""
    by: str
    """`buildah` or `hand`."""
    notes: tuple[str, ...] = ()
    """What was not done as the Dockerfile says, a sentence part each."""
    tags: tuple[str, ...] = ()
    """What it was pushed as."""

    def __str__(self) -> str:
        """Return the digest."""
        return self.digest


def build(
    order: Order,
    *,
    registry: str,
    tags: Sequence[str] = (),
    push: bool = True,
    login: str = "",
    password: str = "",
    run: Run | None = None,
    index: str = "",
    layout: Layout | None = None,
    say: Say,
) -> Built:
    """Build an image and, when wanted, push it under all its tags.

    `registry` is the address of the campus' registry, `index` that of its packages, which pip uses inside. With a
    `run`, BuildKit's provenance names it. Raises BuildError, before anything is built when a tag is no name.
    """
    remote = Remote(registry, login, password)
    targets = [reference_of(one, remote.host) for one in tags]
    with tempfile.TemporaryDirectory(prefix="image-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        kept = layout or Layout(work / "layout")
        began = datetime.now(UTC)
        images, by, notes = _images(order, kept, remote, index, work, say)
        top = images[0]
        if run is not None:
            top = attested(kept, images, order, run, began)
        elif len(images) > 1:
            content = {"schemaVersion": 2, "mediaType": INDEX, "manifests": images}
            top = kept.put_json(content, INDEX)
        for target in targets:
            kept.name(str(target), _plain(top))
            if push:
                say(f"pushing {target} ({top['digest']})")
                remote.push(kept, top, target)
        identity = kept.json(images[0])["config"]["digest"]
    pushed = tuple(map(str, targets)) if push else ()
    return Built(top["digest"], identity, by, tuple(notes), pushed)


def _images(
    order: Order, layout: Layout, remote: Remote, index: str, work: Path, say: Say
) -> tuple[list[Descriptor], str, list[str]]:
    if not order.context.is_dir():
        raise BuildError(f"the context {order.context} is no folder")
    found: list[Descriptor] = []
    notes: list[str] = []
    by = "buildah" if _has_all(order, remote, layout) and with_buildah.is_usable() else "hand"
    platforms = tuple(order.platforms) or (_own(),)
    if by == "buildah" and _runs(order) and set(platforms) != {_own()}:
        note = f"the campus emulates no other machines: the image is for {_own()} alone"
        say(f"WARNING: {note}")
        notes.append(note)
        platforms = (_own(),)
    for platform in platforms:
        if by == "buildah":
            image = with_buildah.build(
                order, layout, platform, registry=remote.host, index=index, work=work, say=say
            )
        else:
            hand = ByHand(order, layout, lambda *what: _base(remote, layout, *what), say, platform)
            image = hand.build()
            notes += [one for one in hand.notes if one not in notes]
        found.append({**image, "platform": with_buildah.platform_of(layout, image)})
    return found, by, notes


def _runs(order: Order) -> bool:
    """Say whether building starts programs, which have to be this machine's."""
    return any(name == "RUN" for name, _, _ in instructions(order.text()))


def _has_all(order: Order, remote: Remote, layout: Layout) -> bool:
    """Say whether every base image can be had: buildah builds upon nothing else."""
    values: dict[str, str] = {}
    stages = {"scratch"}
    for name, written, _ in instructions(order.text()):
        text = wording.joined(written)
        if name == "ARG" and len(stages) == 1:
            key, _, default = text.partition("=")
            values[key] = order.build_args.get(key, wording.unquoted(default))
        if name == "FROM":
            words = wording.filled(wording.flags(text)[1], values).split()
            if not words:
                return False
            is_known = words[0].lower() in stages
            if (
                not is_known
                and _base(remote, layout, words[0], (order.platforms or (_own(),))[0]) is None
            ):
                return False
            stages.add(words[2].lower() if len(words) > 2 else words[0].lower())
    return True


def _base(remote: Remote, layout: Layout, name: str, platform: str) -> Descriptor | None:
    """Return a base image out of the campus' registry; None when it is not there."""
    try:
        what: Reference = reference_of(name, remote.host)
    except BuildError:
        return None
    return Remote(remote.url).pull(layout, what, platform)


def _own() -> str:
    return f"linux/{_MACHINES.get(machine.machine(), 'amd64')}"


def _plain(descriptor: Descriptor) -> Descriptor:
    return {key: value for key, value in descriptor.items() if key != "platform"}
