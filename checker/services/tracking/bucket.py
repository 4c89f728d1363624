"""What lies under a student's prefix of a bucket, as any S3 lists it.

Amazon S3 API Reference, ListObjectsV2, read November 2026; checked with SeaweedFS 4.48 and moto 5.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
    prefix = f"{student}/"
    address = http.addresses.s3
    parts = urlsplit(address)
    bucket = unquote(parts.path.strip("/")) or (parts.hostname or "").partition(".")[0]
    # Signed as it is sent: every character of a value that is not plain is escaped, the slash too.
    query = f"list-type=2&encoding-type=url&max-keys=1000&prefix={quote(prefix, safe='')}"
    keys: list[str] = []
    token = ""
    for _ in range(MAX_PAGES):
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
        keys += (key for key in found if key.startswith(prefix))
        if not token:
            return Objects(bucket, prefix, tuple(keys))
    return Objects(bucket, prefix, tuple(keys), complete=False)


def _listed(page: Page) -> tuple[list[str], str]:
    """Return the keys of a page, and the token of the next; empty for none."""
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
    keys = [one.findtext(f"{space}Key", "") for one in root.iter(f"{space}Contents")]
    more = root.findtext(f"{space}IsTruncated", "").strip() == "true"
    token = root.findtext(f"{space}NextContinuationToken", "") if more else ""
    return [unquote(key) if is_escaped else key for key in keys], token


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
