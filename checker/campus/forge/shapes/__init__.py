"""Rows and git objects in the words of GitHub's REST API, version 2022-11-28, for its pages and for events.

The fields are those that GitHub's published description requires; tests hold them to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})


def time(seconds: float) -> str | None:
    """Return a time as GitHub writes it; None for never."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}" if seconds else None


def precise(seconds: float) -> str | None:
    """Return a time with milliseconds, as steps have it."""
    if not seconds:
        return None
    moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
