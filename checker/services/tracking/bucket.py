"""What lies under a student's prefix of a bucket, as any S3 lists it.

Amazon S3 API Reference, ListObjectsV2, read November 2026; checked with SeaweedFS 4.48 and moto 5.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from checker.http import Http, Page, Request
from checker.http.page import S3 as SERVICE

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_PAGES = 5
"""Pages of 1000 objects that are read."""
_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One object, as the bucket lists it."""

    key: str
    size: int | None = None
    """Bytes; None when the list has no number."""
    modified: datetime | None = None
    """In UTC; None when the list has no time."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a bucket lists under a prefix, in its order."""

    bucket: str
    prefix: str
    entries: tuple[Entry, ...] = ()
    complete: bool = True
    """False when there are more that were not read."""

    @property
    def place(self) -> str:
        """`s3://bucket/surname_name/`."""
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True, slots=True)
class Objects:
    """The objects under one prefix."""

    bucket: str
    prefix: str
    """With a slash at the end."""
    keys: tuple[str, ...] = ()
    complete: bool = True
    """False when there are more that were not read."""

    @property
    def place(self) -> str:
        """`s3://bucket/surname_name/`."""
        return f"s3://{self.bucket}/{self.prefix}"

    def of(self, names: frozenset[str]) -> tuple[str, ...]:
        """Return the keys with a folder of one of some names: the ids of a run and its models."""
        return tuple(key for key in self.keys if names & set(key.split("/")[:-1]))


def objects_of(student: str, http: Http) -> Objects:
    """Ask for the objects under a student's prefix.

    Raises Unavailable when S3 does not answer, lets nobody list, or answers with something else than a list.
    """
    found = listing(f"{student}/", http)
    return Objects(
        found.bucket, found.prefix, tuple(one.key for one in found.entries), found.complete
    )


def listing(prefix: str, http: Http, pages: int = MAX_PAGES) -> Listing:
    """Ask for the objects under a prefix, or for all; at most some pages of 1000.

    Raises Unavailable when S3 does not answer, lets nobody list, or answers with something else than a list.
    """
    address = http.addresses.s3
    parts = urlsplit(address)
    bucket = unquote(parts.path.strip("/")) or (parts.hostname or "").partition(".")[0]
    # Signed as it is sent: every character of a value that is not plain is escaped, the slash too.
    query = f"list-type=2&encoding-type=url&max-keys=1000&prefix={quote(prefix, safe='')}"
    entries: list[Entry] = []
    token = ""
    for _ in range(pages):
        more = f"&continuation-token={quote(token, safe='')}" if token else ""
        page = http.get(
            Request(
                SERVICE,
                f"{address}?{query}{more}",
                f"what lies under s3://{bucket}/{prefix}",
                accept="application/xml",
                largest=_LARGEST,
                keep="no",
            )
        )
        found, token = _listed(page)
        entries += (one for one in found if one.key.startswith(prefix))
        if not token:
            return Listing(bucket, prefix, tuple(entries))
    return Listing(bucket, prefix, tuple(entries), complete=False)


def _listed(page: Page) -> tuple[list[Entry], str]:
    """Return the objects of a page, and the token of the next; empty for none."""
    if page.status in {403, 404}:
        why = re.search(rb"<Code>(\w{1,60})</Code>", page.body[:10_000])
        word = f" {why[1].decode()}" if why else ""
        remedy = (
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY have to be a key that may list there"
            if page.status == 403
            else "is there such a bucket?"
        )
        raise page.unavailable(f"answered {page.status}{word}", remedy)
    if not page.ok:
        raise page.unavailable(f"answered {page.status}")
    root = _xml(page)
    name = root.tag.rpartition("}")[2]
    if name != "ListBucketResult":
        raise page.unavailable("answered with something else than a list of objects")
    space = root.tag.removesuffix(name)
    is_escaped = root.findtext(f"{space}EncodingType", "") == "url"
    entries = [_entry(one, space, is_escaped=is_escaped) for one in root.iter(f"{space}Contents")]
    more = root.findtext(f"{space}IsTruncated", "").strip() == "true"
    token = root.findtext(f"{space}NextContinuationToken", "") if more else ""
    return entries, token


def _entry(one: Element, space: str, *, is_escaped: bool) -> Entry:
    key, size = one.findtext(f"{space}Key", ""), one.findtext(f"{space}Size", "")
    try:
        modified = datetime.fromisoformat(one.findtext(f"{space}LastModified", ""))
        at = modified.astimezone(UTC) if modified.tzinfo else None
    except (ValueError, OverflowError):
        at = None
    is_number = re.fullmatch(r"[0-9]{1,18}", size) is not None
    return Entry(unquote(key) if is_escaped else key, int(size) if is_number else None, at)


def _xml(page: Page) -> Element:
    """Return an answer's XML. Raises Unavailable for none, and for XML that declares entities."""
    from xml.etree import ElementTree as ET

    try:
        written = page.body.decode("utf-8")
        if "<!" not in written:
            return ET.fromstring(written)  # noqa: S314 - without entities nothing can grow
    except (UnicodeDecodeError, ET.ParseError):
        pass
    raise page.unavailable("answered with something that is no XML")
