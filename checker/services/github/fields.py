"""Reading an answer of GitHub strictly: each field is checked for its type, cut to a length, and never trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from checker.http.page import Page

MAX_TEXT = 500
"""Characters of a name, an address or a title; git allows 255 for a branch."""
MAX_ITEMS = 1_000
"""Items of a list that are looked at."""
_LARGEST_ID = 2**63
_FULL_NAME = re.compile(r"[A-Za-z0-9][\w-]*/[\w.-]+", re.ASCII)


class Fields:
    """The fields of one JSON object of an answer.

    What is absent or null is empty: `""`, 0, False, None, no items. What has another type than expected is no answer:
    Unavailable is raised, which says where.
    """

    def __init__(self, value: object, page: Page, place: str = "its answer") -> None:
        if not isinstance(value, dict):
            raise page.unavailable(f"answered with something else than an object in {place}")
        self.page = page
        self.place = place
        self._value: dict[str, Any] = value

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def text(self, key: str, most: int = MAX_TEXT) -> str:
        """Return a text, cut to a length; half characters become U+FFFD."""
        value = self._value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.refuse(key, "a text")
        return value[:most].encode("utf-8", errors="replace").decode("utf-8")

    def full_name(self, key: str) -> str:
        """Return `owner/repo`, which goes into further addresses; anything else is no answer."""
        value = self.text(key)
        if _FULL_NAME.fullmatch(value) is None:
            raise self.refuse(key, "`owner/repo`")
        return value

    def word(self, key: str) -> str:
        """Return one of GitHub's own words in REST's lower case: `success`."""
        return self.text(key, 40).lower()

    def whole(self, key: str) -> int:
        """Return a number of things or an id."""
        value = self._value.get(key)
        if value is None:
            return 0
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST_ID:
            raise self.refuse(key, "a whole number")
        return value

    def flag(self, key: str) -> bool:
        """Return a truth value."""
        value = self._value.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.refuse(key, "true or false")
        return value

    def time(self, key: str) -> datetime | None:
        """Return a time in UTC: ISO 8601 with an offset, with or without parts of a second."""
        value = self._value.get(key)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(value)
            if found.tzinfo is None:
                raise self.refuse(key, "a time with an offset")
            return found.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise self.refuse(key, "a time") from None

    def sub(self, key: str) -> Fields | None:
        """Return the object in a field; None when there is none."""
        value = self._value.get(key)
        return None if value is None else Fields(value, self.page, f"`{key}`")

    def subs(self, key: str, most: int = MAX_ITEMS) -> Iterator[Fields]:
        """Return the objects of a list, without those that are null; no more than a number of them."""
        value = self._value.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.refuse(key, "a list")
        for item in value[:most]:
            if item is not None:
                yield Fields(item, self.page, f"`{key}`")

    def nodes(self, key: str, most: int = MAX_ITEMS) -> Iterator[Fields]:
        """Return the objects of a GraphQL connection."""
        connection = self.sub(key)
        return iter(()) if connection is None else connection.subs("nodes", most)

    def count(self, key: str) -> int:
        """Return how many there are behind a GraphQL connection, given or not."""
        connection = self.sub(key)
        return 0 if connection is None else connection.whole("totalCount")

    def path(self, key: str) -> tuple[str | int, ...]:
        """Return a path of names and numbers, such as an error's place in GraphQL's data."""
        value = self._value.get(key)
        steps = value[:20] if isinstance(value, list) else []
        return tuple(step for step in steps if isinstance(step, (str, int)))

    def refuse(self, key: str, expected: str) -> Exception:
        """Return the exception that says that a field is not what it should be."""
        return self.page.unavailable(
            f"answered with something else than {expected} in `{key}` of {self.place}"
        )


def objects(page: Page, most: int = MAX_ITEMS) -> Iterator[Fields]:
    """Return the objects of a page that is a list."""
    value = page.json()
    if not isinstance(value, list):
        raise page.unavailable("answered with something else than a list")
    for item in value[:most]:
        yield Fields(item, page)


def said(text: str, most: int = 200) -> str:
    """Return a sentence of GitHub's in one line, cut to a length and without control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"
