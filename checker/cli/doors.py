"""The doors to the services as the command line opens them: with the environment's token, addresses and cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checker.cli.output import say

if TYPE_CHECKING:
    from checker.http import Addresses, Http
    from checker.http.live import Live, Quota
    from checker.report.links import Links


@contextmanager
def live() -> Iterator[Http]:
    """Open the services of the environment; tell afterwards what the user should know. Raises ValueError."""
    from checker.cli.progress import Progress
    from checker.http import cache
    from checker.http.credentials import token
    from checker.http.live import Live

    with Live(addresses(), token(os.environ), cache=cache.folder(os.environ)) as door:
        with Progress(door) as told:
            yield told
        _tell(door)


def addresses() -> Addresses:
    """Return where the environment says the services are. Raises ValueError."""
    from checker.http import Addresses

    return Addresses.of(os.environ)


def host() -> str:
    """Return the host of GitHub's pages: github.com, or a GitHub of one's own. Raises ValueError."""
    from checker.target import GITHUB

    url = addresses().github
    return urlsplit(url).netloc.lower().removeprefix("api.") if url else GITHUB


def links() -> Links:
    """Return which addresses a report may link to: the services of the environment."""
    from dataclasses import astuple

    from checker.report.links import Links

    return Links(host(), *(urlsplit(url).netloc.lower() for url in astuple(addresses()) if url))


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
