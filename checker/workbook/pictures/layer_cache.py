"""Layers of an image against edits: which a builder takes from its cache, and which it makes anew."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.workbook.pictures.style import (
    COLOURS,
    FONT,
    INK,
    LINE,
    MARKS,
    QUIET,
    TINTS,
    card,
    fitted,
    listed,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LAYERS = 12
_MONO = ("DejaVu Sans Mono",)
_EDGE, _TOP, _FOOT, _HEAD = 0.28, 0.62, 0.55, 0.62
_ROW, _CELL, _TEXT, _GAP = 0.34, 0.98, 3.9, 0.42
_STATES = {True: "failure", False: "success"}


@dataclass(frozen=True, slots=True)
class Stack:
    """The layers of one Dockerfile, and what edits do to them."""

    title: str
    layers: tuple[str, ...]
    """The first below all others."""
    edits: tuple[tuple[str, tuple[bool, ...]], ...]
    """An edit's name, and of each layer whether it is made anew."""

    def anew(self, edit: str) -> int:
        """Return how many layers an edit makes anew."""
        return sum(next((row for name, row in self.edits if name == edit), ()))


def in_words(stacks: Iterable[Stack]) -> dict[str, object]:
    """Return what the text twin tells: of each stack, how many layers each edit makes anew."""
    shown = tuple(stacks)
    names = [name for name, _ in shown[0].edits] if shown else []
    facts: dict[str, object] = {"edits": listed(names)}
    for number, one in enumerate(shown, 1):
        facts[f"layers_{number}"] = len(one.layers)
        facts[f"anew_{number}"] = listed([str(one.anew(name)) for name in names])
    return facts


def layer_cache(stacks: Sequence[Stack], words: Mapping[str, str]) -> Figure:
    """Draw stacks one below the other, a row a layer and a column an edit; `words` are `cached`, `anew` and `edits`."""
    shown = tuple(stacks)[:3]
    columns = max((len(one.edits) for one in shown), default=1)
    rows = sum(min(len(one.layers), MOST_LAYERS) for one in shown)
    width = 2 * _EDGE + _TEXT + columns * _CELL
    height = len(shown) * (_TOP + _HEAD) + rows * _ROW + (len(shown) - 1) * _GAP + _FOOT + 0.1
    figure, axes = card(width, height)
    top = height
    for one in shown:
        top = _stack(axes, top, width, one, words) - _GAP
    _legend(axes, words)
    return figure


def _stack(axes: Axes, top: float, width: float, one: Stack, words: Mapping[str, str]) -> float:
    axes.text(
        _EDGE, top - 0.36, fitted(one.title, 70), fontsize=11, fontweight="bold", color=INK,
        va="center", family=FONT, gid="title",
    )  # fmt: skip
    axes.text(
        _EDGE, top - _TOP - _HEAD / 2, words.get("edits", ""), fontsize=8.5, color=QUIET,
        va="center", family=FONT,
    )  # fmt: skip
    for column, (name, _) in enumerate(one.edits):
        x = _EDGE + _TEXT + (column + 0.5) * _CELL
        axes.text(
            x, top - _TOP - _HEAD / 2, textwrap.fill(fitted(name, 34), 12), fontsize=8.5,
            color=INK, ha="center", va="center", family=FONT, gid="edit",
        )  # fmt: skip
    y = top - _TOP - _HEAD
    axes.plot([_EDGE, width - _EDGE], [y, y], color=LINE, linewidth=1.0)
    for row, text in enumerate(one.layers[:MOST_LAYERS]):
        middle = y - (row + 0.5) * _ROW
        axes.text(
            _EDGE, middle, fitted(text, 48), fontsize=8, color=INK, va="center", family=_MONO,
            gid="layer",
        )  # fmt: skip
        for column, (_, anew) in enumerate(one.edits):
            _cell(axes, _EDGE + _TEXT + column * _CELL, middle, anew=anew[row])
    return y - min(len(one.layers), MOST_LAYERS) * _ROW


def _cell(axes: Axes, x: float, y: float, *, anew: bool) -> None:
    from matplotlib.patches import FancyBboxPatch

    state = _STATES[anew]
    axes.add_patch(
        FancyBboxPatch(
            (x + 0.05, y - _ROW / 2 + 0.03), _CELL - 0.1, _ROW - 0.06,
            boxstyle="round,pad=0,rounding_size=0.06", facecolor=TINTS[state],
            edgecolor=TINTS[state], linewidth=1.0, gid="anew" if anew else "cached",
        )
    )  # fmt: skip
    axes.text(
        x + _CELL / 2, y, MARKS[state], fontsize=8.5, fontweight="bold", color=COLOURS[state],
        ha="center", va="center", family=FONT,
    )  # fmt: skip


def _legend(axes: Axes, words: Mapping[str, str]) -> None:
    for number, name in enumerate(("cached", "anew")):
        state = _STATES[name == "anew"]
        x = _EDGE + number * 3.0
        axes.text(
            x, _FOOT / 2, MARKS[state], fontsize=9, fontweight="bold", color=COLOURS[state],
            va="center", family=FONT,
        )  # fmt: skip
        axes.text(
            x + 0.25, _FOOT / 2, words.get(name, name), fontsize=8.5, color=QUIET, va="center",
            family=FONT,
        )  # fmt: skip
