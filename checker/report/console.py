"""Text for a terminal: what rich makes of it, as wide as the window, and sentences in which nothing acts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import StringIO

from rich.console import Console, RenderableType
from rich.text import Text

from checker.report.escape import plain

WIDEST = 100
"""Longer lines are hard to read, however wide the window is."""

_CODE = re.compile(r"`([^`]+)`")
_BLANKS = re.compile(r"[ ]+$", re.MULTILINE)


def rendered(parts: Iterable[RenderableType], width: int, *, colour: bool) -> str:
    """Return what rich makes of some parts, a blank line after each and no blanks at line ends."""
    page = StringIO()
    console = Console(
        file=page,
        width=width,
        color_system="standard" if colour else None,
        force_terminal=colour,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )
    for part in parts:
        console.print(part, crop=False)
        console.print()
    return _BLANKS.sub("", page.getvalue()).rstrip("\n") + "\n"


def prose(text: str, style: str = "") -> Text:
    """Return a line of text in which nothing acts, with what stands between backticks in cyan."""
    shown = Text(plain(text, 1000), style=style)
    shown.highlight_regex(_CODE, "cyan")
    return shown
