"""What came out of a repository's owner's work: packages on the campus' index, images in its registry.

An index and a registry know who a thing belongs to, not which repository it came from, so a repository shows its
owner's. Importing this module lets the pages show them.
"""

from __future__ import annotations

from collections.abc import Sequence

from checker.campus.forge.pages.providers import Item, provides
from checker.campus.place import Place
from checker.campus.store import Repository

_MOST = 50


@provides("Packages")
def packages_of(place: Place, repository: Repository) -> Sequence[Item]:
    """Return the packages of a repository's owner, the newest first."""
    from checker.campus.index import packages

    return [
        Item(
            one.name,
            _address(
                place, "index", f"{'/test' if one.index == 'TestPyPI' else ''}/simple/{one.name}/"
            ),
            f"{one.versions[0].version} on {one.index}",
        )
        for one in packages(place)
        if one.owner == repository.owner
    ][:_MOST]


@provides("Images")
def images_of(place: Place, repository: Repository) -> Sequence[Item]:
    """Return the images of a repository's owner, the newest first."""
    from checker.campus.registry import images

    return [
        Item(
            one.name,
            _address(place, "registry", f"/v2/{one.name}/tags/list"),
            ", ".join(tag.name for tag in one.tags[:5]),
        )
        for one in images(place)
        if one.name.partition("/")[0] == repository.owner
    ][:_MOST]


def _address(place: Place, port: str, path: str) -> str:
    """Return where a thing is; nothing on a campus that has no such part."""
    return place.url(port) + path if port in place.read("ports.json") else ""
