"""Events against workflows: what starts, what was predicted, and where the two differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.workbook.pictures.style import COLOURS, FONT, INK, LINE, QUIET, card, fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW, _COLUMN, _LEFT, _EDGE = 0.36, 1.5, 3.5, 0.28
_TOP, _FOOT = 1.1, 0.52
RIGHT, WRONG, OPEN = "right", "wrong", "open"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the picture, in the reader's language."""

    title: str
    runs: str
    """What a full dot means, in the legend."""
    rests: str
    """What a ring means."""
    wrong: str
    """What a square around either means."""
    open: str
    """What a question mark means."""


@dataclass(frozen=True, slots=True)
class Table:
    """Answers and predictions by column and row; a column that was not predicted shows no answer."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    actual: Mapping[str, frozenset[str]]
    """Column -> the rows in which it runs."""
    predicted: Mapping[str, frozenset[str]]
    """Column -> the rows in which somebody says it runs; a column is absent until they say."""

    def judged(self, column: str, row: str) -> str:
        """Return whether the prediction of a cell is right, wrong or still open."""
        if column not in self.predicted:
            return OPEN
        agrees = (row in self.predicted[column]) == (row in self.actual[column])
        return RIGHT if agrees else WRONG


def facts(table: Table) -> dict[str, Any]:
    """Return what the text twin tells: how many cells, predicted, right, wrong, and which columns run how often."""
    judged = [table.judged(column, row) for column in table.columns for row in table.rows]
    shown = [column for column in table.columns if column in table.predicted]
    counts = [f"{column} {len(table.actual[column] & set(table.rows))}" for column in shown]
    return {
        "cells": len(judged),
        "predicted": len(judged) - judged.count(OPEN),
        "right": judged.count(RIGHT),
        "wrong": judged.count(WRONG),
        "runs": ", ".join(counts) or "–",
    }


def truth_table(table: Table, labels: Mapping[str, str], words: Words) -> Figure:
    """Draw the table; `labels` are the rows' names for people."""
    width = 2 * _EDGE + _LEFT + _COLUMN * len(table.columns)
    height = _TOP + _FOOT + _ROW * len(table.rows)
    figure, axes = card(width, height)
    axes.text(
        _EDGE, height - 0.4, fitted(words.title, 80), fontsize=11, fontweight="bold", color=INK,
        family=FONT,
    )  # fmt: skip
    top = height - _TOP
    for number, column in enumerate(table.columns):
        axes.text(
            _x(number), top + 0.16, fitted(column, 20), fontsize=9, color=INK, ha="center",
            family=["DejaVu Sans Mono"],
        )  # fmt: skip
    for place, row in enumerate(table.rows):
        y = top - _ROW * (place + 0.5)
        axes.plot([_EDGE, width - _EDGE], [y + _ROW / 2] * 2, color=LINE, linewidth=0.7)
        axes.text(
            _EDGE, y, fitted(labels.get(row, row), 44), fontsize=9, color=INK, va="center",
            family=FONT,
        )  # fmt: skip
        for number, column in enumerate(table.columns):
            _cell(axes, _x(number), y, table, column, row)
    _legend(axes, width, words)
    return figure


def _x(number: int) -> float:
    return _EDGE + _LEFT + _COLUMN * (number + 0.5)


def _cell(axes: Axes, x: float, y: float, table: Table, column: str, row: str) -> None:
    judged = table.judged(column, row)
    if judged == OPEN:
        _question(axes, x, y)
        return
    if judged == WRONG:
        _square(axes, x, y)
    _dot(axes, x, y, runs=row in table.actual[column])


def _dot(axes: Axes, x: float, y: float, *, runs: bool) -> None:
    axes.plot(
        [x], [y], "o", markersize=10 if runs else 7, markeredgewidth=1.4,
        markerfacecolor=COLOURS["success"] if runs else "none",
        markeredgecolor=COLOURS["success"] if runs else COLOURS["skipped"],
        gid="runs" if runs else "rests",
    )  # fmt: skip


def _square(axes: Axes, x: float, y: float) -> None:
    axes.plot(
        [x], [y], "s", markersize=18, markeredgewidth=2.0, markerfacecolor="none",
        markeredgecolor=COLOURS["failure"], gid="wrong",
    )  # fmt: skip


def _question(axes: Axes, x: float, y: float) -> None:
    axes.text(
        x, y, "?", fontsize=10, color=QUIET, ha="center", va="center", family=FONT, gid="open"
    )


def _legend(axes: Axes, width: float, words: Words) -> None:
    """Say under the table what its marks mean."""
    y, step = _FOOT / 2, (width - 2 * _EDGE) / 4
    for number, text in enumerate((words.runs, words.rests, words.wrong, words.open)):
        x = _EDGE + 0.12 + number * step
        if number < 2:
            _dot(axes, x, y, runs=number == 0)
        elif number == 2:
            _square(axes, x, y)
        else:
            _question(axes, x, y)
        made = axes.texts[-1] if number == 3 else axes.lines[-1]
        made.set_gid("legend")
        axes.text(
            x + 0.24, y, fitted(text, 26), fontsize=8.5, color=QUIET, va="center", family=FONT
        )
