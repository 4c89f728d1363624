"""How pages say things: times, sizes, states, Markdown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markupsafe import Markup

_MARKS = {
    "success": "✓",
    "failure": "✗",
    "timed_out": "✗",
    "startup_failure": "✗",
    "cancelled": "⊘",
    "skipped": "–",
    "neutral": "–",
    "in_progress": "●",
}
_LINE = re.compile(r"(\d{4}-\d\d-\d\dT[\d:]{8})(?:\.\d+)?Z ?(.*)", re.DOTALL)


def state(status: str, conclusion: str) -> str:
    """Return the one word that says how a run, a job or a step stands."""
    return conclusion if status == "completed" and conclusion else status


def mark(word: str) -> str:
    """Return the sign of a state."""
    return _MARKS.get(word, "○")


def said(word: str) -> str:
    """Return a state in words."""
    return word.replace("_", " ")


def moment(seconds: float) -> str:
    """Return a time for people; empty for never."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}" if seconds else ""


def stamp(seconds: float) -> str:
    """Return a time for programs."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def took(started: float, ended: float) -> str:
    """Return how long something took; empty while nobody knows."""
    if not started or ended < started:
        return ""
    seconds = ended - started
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def size(count: int) -> str:
    """Return a number of bytes for people."""
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1e3:.1f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def log_lines(text: str, most: int = 2_000) -> list[tuple[str, str]]:
    """Return the last lines of a log: the time of day and the text of each."""
    found = []
    for line in text.splitlines()[-most:]:
        timed = _LINE.fullmatch(line)
        found.append((timed[1][11:], timed[2]) if timed else ("", line))
    return found


def markdown(text: str) -> Markup:
    """Return a student's Markdown as HTML: no markup of its own, and no picture, which would be fetched."""
    from markupsafe import Markup

    return Markup(_reader().render(text))  # noqa: S704 - the reader escapes all that is not Markdown


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    reader.options["maxNesting"] = 20
    return reader
