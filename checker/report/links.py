"""Addresses that a report may link to, and the pages on GitHub where quoted lines stand."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from checker.grading import Grade
from checker.rubric.verdict import Seen

_PLAIN = re.compile(r"https?://[\x21\x23-\x26\x28-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+")
"""Printable ASCII without quotes, angle brackets, backslash, backtick, braces and blanks."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_KNOWN = frozenset(("github.com", "hub.docker.com"))


class Links:
    """Tells which addresses lead to a service that the grade was made from; no other is ever a link.

    `hosts` are those of services of one's own, with their ports: a GitHub Enterprise, a test index.
    """

    def __init__(self, *hosts: str) -> None:
        from pypi_simple import PYPI_SIMPLE_ENDPOINT

        index = urlsplit(PYPI_SIMPLE_ENDPOINT).netloc
        self.hosts = {*_KNOWN, index, f"test.{index}", *hosts}

    def safe(self, url: str) -> str:
        """Return the address when it may be followed, else nothing."""
        if len(url) > 2000 or _PLAIN.fullmatch(url) is None:
            return ""
        try:
            host = urlsplit(url).netloc.lower()
        except ValueError:
            return ""
        return url if host in self.hosts else ""

    def of(self, seen: Seen, grade: Grade) -> str:
        """Return where a thing that was seen can be looked at; nothing where that is not known."""
        return self.safe(seen.url) if seen.url else self.safe(line(grade, seen.file, seen.line))


def line(grade: Grade, file: str, number: int) -> str:
    """Return the page of a file's line at the graded commit; nothing where the commit is not known."""
    if not grade.page or _COMMIT.fullmatch(grade.commit) is None or not file:
        return ""
    place = f"#L{number}" if number else ""
    return f"{grade.page.rstrip('/')}/blob/{grade.commit}/{quote(file)}{place}"
