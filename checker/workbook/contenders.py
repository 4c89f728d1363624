"""Versions of lesson 10 in the student's registry: a first, a better one, a broken one; and what tells them apart."""

from __future__ import annotations

import contextlib
import io
from contextlib import AbstractContextManager

from checker.workbook import model_versions as models
from checker.workbook.berries import TEST, predict, train

ROWS = TEST.rows
"""What batches are asked: enough rows to tell any two versions apart."""
_BROKEN: dict[str, object] = {
    "centroids": {"blueberry": [5.4, 4.1, 1.0], "gooseberry": [8.0, 6.0, 2.0]},
    "scales": [2.6, 0.7, 1.0],
}
"""Learned from a table with a third column, which no request has."""


def learned(quality: str) -> dict[str, object]:
    """Return the weights of a recipe, learned now."""
    return train(models.RECIPES[quality]())


def contender(quality: str) -> models.Version:
    """Return the version of a recipe; published when there is none yet."""
    found = models.holding(learned(quality))
    if found is None:
        with quietly():
            found = models.publish(quality)
    return found


def broken() -> models.Version:
    """Return a version that loads and cannot answer; published when there is none yet."""
    found = models.holding(_BROKEN)
    if found is None:
        with quietly():
            found = models.publish_weights(_BROKEN)
    return found


def quietly() -> AbstractContextManager[object]:
    """Keep MLflow from saying where a run is to be seen that no student began."""
    return contextlib.redirect_stdout(io.StringIO())


def answers(quality: str, rows: tuple[tuple[float, float], ...] = ROWS) -> list[str]:
    """Return what a recipe's version answers."""
    return predict(learned(quality), rows)


def telling_row() -> tuple[tuple[float, float], tuple[str, str]]:
    """Return a row to which the first and the better version answer differently, and both answers."""
    pairs = zip(ROWS, answers("first"), answers("better"), strict=True)
    return next((row, (first, better)) for row, first, better in pairs if first != better)
