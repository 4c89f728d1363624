"""What is asked of GitHub, as requests: REST pages and GraphQL queries, of github.com or of an Enterprise server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, urlencode

from checker.http.page import LARGEST, Http, Page, Request

SERVICE = "GitHub"
PUBLIC = "https://api.github.com"
JSON = "application/vnd.github+json"
RAW = "application/vnd.github.raw"
"""A file's own bytes; `+json` may be left out (docs.github.com, Media types), and no JSON comes."""
NOTHING: Mapping[str, object] = MappingProxyType({})
HEADERS = {"X-GitHub-Api-Version": "2022-11-28"}
"""The version whose fields are read; GitHub keeps it until March 2028 at least (its changelog, 2026-03-12)."""


def rest(
    http: Http,
    path: str,
    asked: str,
    parameters: Mapping[str, object] = NOTHING,
    *,
    keep: str = "fresh",
    accept: str = JSON,
    largest: int = LARGEST,
    redirects: tuple[str, ...] = (),
) -> Page:
    """Ask for a page of the REST API; `path` is whatever follows `/repos/`, quoted here."""
    base = http.addresses.github or PUBLIC
    tail = f"?{urlencode(parameters)}" if parameters else ""
    url = f"{base}/repos/{quote(path)}{tail}"
    return http.get(
        Request(
            SERVICE,
            url,
            asked,
            accept=accept,
            headers=HEADERS,
            keep=keep,
            largest=largest,
            redirects=redirects,
        )
    )


def query(http: Http, text: str, variables: Mapping[str, object], asked: str, *, keep: str) -> Page:
    """Ask a GraphQL query. The door keeps no answer with errors, though they come with status 200 as well."""
    body = json.dumps({"query": text, "variables": variables}, sort_keys=True)
    return http.get(
        Request(
            SERVICE,
            graphql_url(http),
            asked,
            body=body.encode(),
            headers=HEADERS,
            keep=keep,
        )
    )


def graphql_url(http: Http) -> str:
    """Return where GraphQL is: beside `/api/v3` on an Enterprise server, under the base elsewhere."""
    base = http.addresses.github or PUBLIC
    return f"{base.removesuffix('/v3')}/graphql" if base.endswith("/api/v3") else f"{base}/graphql"
