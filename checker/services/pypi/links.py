"""Where a library's metadata leads: addresses of its source and home page, and the accounts that own it.

PyPI's JSON API tells both; an index without it may hand out a file's core metadata alone (PEP 658).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from checker.http import Http, Request
from checker.services.fields import like, mapping, sequence
from checker.services.packages import Package
from checker.services.pypi.index import address

MAX_LINKS = 50
MAX_OWNERS = 50
LARGEST = 5_000_000
"""Bytes of an answer; the JSON API repeats all releases of a project."""
METADATA = 500_000
"""Bytes of a file's metadata; most of it is the README."""

_LINK = re.compile(r"https?://[!-~]{1,500}")
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def with_links(package: Package, http: Http) -> Package:
    """Return the package with the links of its newest metadata, and its owners where the index tells them.

    A library without files has no metadata and nobody is asked. Raises Unavailable when the index does not answer.
    """
    if not package.files:
        return package
    base = address(package.index, http.addresses)
    asked = f"the metadata of {package.name}"
    page = http.get(
        Request(package.index, f"{base}/pypi/{package.name}/json", asked, largest=LARGEST)
    )
    if page.status == 404:
        return _from_metadata(package, http)
    if not page.ok:
        raise page.unavailable(f"answered {page.status}")
    data = page.json()
    if not isinstance(data, dict) or not isinstance(data.get("info"), dict):
        raise page.unavailable("answered with something else than a library's metadata")
    info = data["info"]
    named = [*mapping(info.get("project_urls")).values(), info.get("home_page")]
    roles = sequence(mapping(data.get("ownership")).get("roles"), MAX_OWNERS)
    users = (like(mapping(role).get("user"), _USER) for role in roles)
    owners = tuple(dict.fromkeys(user for user in users if user))
    return replace(package, links=_links(named), owners=owners)


def _from_metadata(package: Package, http: Http) -> Package:
    """Read the links from the newest file whose metadata the index hands out."""
    where = next((file.metadata for file in package.files if file.metadata), "")
    if not where:
        return package
    asked = f"the metadata of {package.name}"
    page = http.get(
        Request(package.index, where, asked, accept="*/*", largest=METADATA, keep="forever")
    )
    if page.status == 404:
        return package
    if not page.ok:
        raise page.unavailable(f"answered {page.status}")
    from packaging.metadata import parse_email

    raw, _ = parse_email(page.text)
    return replace(
        package, links=_links([*raw.get("project_urls", {}).values(), raw.get("home_page")])
    )


def _links(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_whole(values)))[:MAX_LINKS]


def _whole(values: Iterable[Any]) -> Iterator[str]:
    """Return what is an address of the web, and nothing that only looks like one."""
    for value in values:
        link = like(value.strip() if isinstance(value, str) else "", _LINK)
        try:
            named = bool(urlsplit(link).hostname)
        except ValueError:
            continue
        if named:
            yield link
