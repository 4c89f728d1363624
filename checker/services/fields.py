"""Fields of answers, checked: a service's JSON is somebody else's text, of any type and length."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves a cursor, hides text or turns its direction, and halves of characters, which nobody can print."""


def text(value: Any, largest: int = 500) -> str:
    """Return a text of one line, cut to `largest` characters; empty for anything that is no text."""
    return _CONTROL.sub("", value[:largest]) if isinstance(value, str) else ""


def like(value: Any, pattern: re.Pattern[str]) -> str:
    """Return a text that is wholly of this pattern; empty for anything else."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def whole(value: Any) -> int:
    """Return a number that counts or names something; 0 for anything else."""
    return value if type(value) is int and 0 <= value < 2**63 else 0


def moment(value: Any) -> datetime | None:
    """Return a time written as ISO 8601, in UTC; None for anything else, and for a service's zero (`0001-01-01`)."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= 1970 else None


def mapping(value: Any) -> dict[str, Any]:
    """Return an object of JSON; empty for anything else."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any, most: int) -> list[Any]:
    """Return the first entries of a list of JSON; empty for anything else."""
    return value[:most] if isinstance(value, list) else []
