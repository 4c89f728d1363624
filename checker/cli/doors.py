"""The doors to the services as the command line opens them: with the environment's token, addresses and cache."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checker.cli.output import say

if TYPE_CHECKING:
    from checker.http import Addresses, Http
    from checker.http.live import Live, Quota
    from checker.report.links import Links


@contextmanager
def live(given: Mapping[str, str] | None = None) -> Iterator[Http]:
    """Open the services of the environment; tell afterwards what the user should know. Raises ValueError.

    `given` are variables that go before the environment's.
    """
    from checker.cli.progress import Progress
    from checker.http import cache
    from checker.http.credentials import token
    from checker.http.live import Live
    from checker.http.logins import logins

    environment = {**os.environ, **(given or {})}
    found = addresses(given)
    keys = logins(environment, found)
    with Live(found, token(environment), cache=cache.folder(environment), logins=keys) as door:
        with Progress(door) as told:
            yield told
        _tell(door)


def addresses(given: Mapping[str, str] | None = None) -> Addresses:
    """Return where the environment says the services are. Raises ValueError."""
    from checker.http import Addresses

    return Addresses.of({**os.environ, **(given or {})})


def tracking(mlflow: str, s3: str, bucket: str) -> dict[str, str]:
    """Return the variables that name an MLflow server and a bucket. Raises ValueError for half a bucket."""
    found = {"CHECKER_MLFLOW_URL": mlflow} if mlflow else {}
    if s3 and not bucket:
        raise ValueError("--s3 says where a bucket is, not which; add --bucket NAME")
    if not bucket:
        return found
    if re.fullmatch(r"[A-Za-z0-9._-]{1,255}", bucket) is None:
        raise ValueError(f"{bucket[:80]!r} is no bucket's name: letters, digits and `. _ -`")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    named = (os.environ.get(name) for name in ("AWS_ENDPOINT_URL_S3", "MLFLOW_S3_ENDPOINT_URL"))
    place = s3 or next(filter(None, named), f"https://s3.{region}.amazonaws.com")
    return {**found, "CHECKER_S3_URL": f"{place.strip().rstrip('/')}/{bucket}"}


def host() -> str:
    """Return the host of GitHub's pages: github.com, or a GitHub of one's own. Raises ValueError."""
    from checker.target import GITHUB

    url = addresses().github
    return urlsplit(url).netloc.lower().removeprefix("api.") if url else GITHUB


def links(given: Mapping[str, str] | None = None) -> Links:
    """Return which addresses a report may link to: the services of the environment."""
    from dataclasses import astuple

    from checker.report.links import Links

    return Links(
        host(), *(urlsplit(url).netloc.lower() for url in astuple(addresses(given)) if url)
    )


def _tell(door: Live) -> None:
    for note in door.notes:
        say(f"note: {note}")
    if not door.has_token and door.counts.get("GitHub"):
        say(f"note: GitHub was asked without a token{_left(door.quota)}; {_advice(door)}")


def _left(quota: Quota | None) -> str:
    if quota is None:
        return ""
    return (
        f", which it answers {quota.limit} times an hour: {quota.remaining} are left"
        f" until {quota.reset:%H:%M} UTC"
    )


def _advice(door: Live) -> str:
    if door.addresses.github:
        return "set CHECKER_GITHUB_TOKEN to a token of that server"
    return (
        "set GITHUB_TOKEN to a token that may read public repositories (github.com/settings/tokens), or log in"
        " with `gh auth login`"
    )
