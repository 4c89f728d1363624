"""An image's tags as Docker Hub's own API tells them: names, digests, who pushed them and when.

Of the API's description the fields' names; `digest` and `tag_last_pushed` are real though it leaves them out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from checker.http import Addresses, Http, Page, Request
from checker.services.fields import like, mapping, moment, sequence, text
from checker.services.images import Image, Tag

SERVICE = "Docker Hub"
PAGE = 100
"""Tags a page; the API gives no more."""
MAX_PAGES = 5
"""Pages that are read; the newest tags come first."""
PREFIXES = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "registry.hub.docker.com/")

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = re.compile(rf"{_PART}/{_PART}")
"""A user and a repository, as the registry's grammar has them."""
TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_DAWN = datetime.min.replace(tzinfo=UTC)


def address(addresses: Addresses) -> str:
    """Return the base address of the API, without a slash at the end."""
    return addresses.dockerhub or "https://hub.docker.com"


def normal(name: str) -> str:
    """Return `user/repository` as Docker Hub writes it; empty when no image can have that name.

    Docker Hub's host, a tag or digest behind it and upper case are taken off; one word is an official image.
    """
    name = name.strip().lower().removeprefix("https://").partition("@")[0]
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    name = name.partition(":")[0]
    if name and "/" not in name:
        name = f"library/{name}"
    return name if len(name) <= 255 and _NAME.fullmatch(name) else ""


def image_of(name: str, http: Http) -> Image:
    """Ask Docker Hub for an image's tags, newest first.

    An image that does not exist, that only its owner sees, or whose name no image can have has no tags and
    `exists=False`. Raises Unavailable when Docker Hub does not answer, or answers with something else than tags.
    """
    base = address(http.addresses)
    whole = normal(name)
    if not whole:
        short = text(name, 80)
        remark = f"{short!r} is no name an image can have; expected user/repository"
        return Image(short, SERVICE, f"{base}/", exists=False, remarks=(remark,))
    url = f"{base}/r/{whole}"
    user, _, repository = whole.partition("/")
    listing = f"{base}/v2/namespaces/{user}/repositories/{repository}/tags?page_size={PAGE}"
    found: dict[str, Tag] = {}
    remarks: tuple[str, ...] = ()
    for number in range(1, MAX_PAGES + 1):
        # The address of a further page is ours: `next` is somebody else's text.
        turned = listing if number == 1 else f"{listing}&page={number}"
        page = http.get(Request(SERVICE, turned, f"the tags of {whole}"))
        if page.status == 404 and number == 1:
            return Image(whole, SERVICE, url, exists=False)
        if page.status == 404:
            break
        if not page.ok:
            raise page.unavailable(f"answered {page.status}")
        data = _listed(page)
        for tag in map(_tag, sequence(data["results"], PAGE)):
            if tag is not None:
                found.setdefault(tag.name, tag)
        if not data.get("next"):
            break
    else:
        remarks = (f"only the newest {MAX_PAGES * PAGE} of its tags were read",)
    tags = sorted(found.values(), key=lambda tag: tag.pushed or _DAWN, reverse=True)
    return Image(whole, SERVICE, url, tuple(tags), remarks=remarks)


def _listed(page: Page) -> dict[str, Any]:
    data = page.json()
    if not isinstance(data, dict) or not isinstance(data.get("results"), list):
        raise page.unavailable("answered with something else than a list of tags")
    return data


def _tag(entry: Any) -> Tag | None:
    """Read one tag; None for what is none."""
    fields = mapping(entry)
    name = like(fields.get("name"), TAG)
    if not name:
        return None
    images = [mapping(image) for image in sequence(fields.get("images"), 50)]
    digest = like(fields.get("digest"), DIGEST)
    if not digest and len(images) == 1:
        digest = like(images[0].get("digest"), DIGEST)
    return Tag(
        name,
        digest,
        moment(fields.get("tag_last_pushed")) or moment(fields.get("last_updated")),
        text(fields.get("last_updater_username"), 100),
    )
