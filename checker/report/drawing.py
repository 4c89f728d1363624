"""The chain of a grade for the terminal: a line for each item, from what was configured to what came out."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from checker.report.chain import LEVELS, Chain, Link
from checker.report.escape import plain
from checker.report.marks import COLOURS, MARKS

_NARROW = 72
"""Below this many characters a reason has no room."""


def drawn(chains: Iterable[Chain], width: int) -> RenderableType:
    """Return the items with a mark for each level and, where there is room, what was seen there."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    for number, _ in enumerate(LEVELS):
        if number:
            table.add_column(width=1)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.width = width
    for chain in chains:
        found = {link.level: link for link in chain.links}
        cells: list[RenderableType] = [Text(chain.id, "bold")]
        for number, level in enumerate(LEVELS):
            link = found.get(level)
            if number:
                cells.append(Text("→" if link else "", "dim"))
            cells.append(_cell(link, brief=width < _NARROW) if link else "")
        table.add_row(*cells)
    return table


def _cell(link: Link, *, brief: bool) -> Text:
    colour = COLOURS[link.outcome]
    text = Text().append(f"{MARKS[link.outcome]} ", f"bold {colour}").append(link.level)
    if not brief:
        text.append(f" {plain(link.telling.verdict.reason.replace('`', ''), 100)}", "dim")
    return text
