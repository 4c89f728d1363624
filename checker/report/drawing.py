"""The chain of a grade for the terminal: a line for each item, from what was configured to what came out."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from checker.report.chain import LEVELS, Chain, Link
from checker.report.escape import plain
from checker.report.marks import COLOURS, MARKS
from checker.rubric.verdict import Outcome

_NARROW = 72
"""Below this many characters a reason has no room."""


def drawn(chains: Iterable[Chain], width: int) -> RenderableType:
    """Return a mark for each level of each item and, where there is room, what was seen where the chain ends."""
    table = Table.grid(padding=(0, 1))
    for _ in range(2 * len(LEVELS)):
        table.add_column(no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.width = width
    for chain in chains:
        found = {link.level: link for link in chain.links}
        cells: list[RenderableType] = [Text(chain.id, "bold")]
        for number, level in enumerate(LEVELS):
            link = found.get(level)
            if number:
                cells.append(Text("→" if link else "", "dim"))
            cells.append(_mark(link) if link else "")
        table.add_row(*cells, "" if width < _NARROW else Text(_seen(chain), "dim"))
    return table


def _mark(link: Link) -> Text:
    colour = COLOURS[link.outcome]
    return Text().append(f"{MARKS[link.outcome]} ", f"bold {colour}").append(link.level)


def _seen(chain: Chain) -> str:
    """Return why the chain ends where it does: at its first link that is not met, else at its last."""
    broken = next((link for link in chain.links if link.outcome is not Outcome.MET), None)
    link = broken or chain.links[-1]
    return plain(link.telling.verdict.reason.replace("`", ""), 100)
