"""The classifier: one centre per class, distances in standard deviations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import dist
from statistics import fmean, pstdev
from typing import Self

Row = Sequence[float]
Point = tuple[float, ...]


class NearestCentroid:
    """Remember the mean row of each class; give a new row the class whose mean is nearest.

    Each column is divided by its standard deviation first, so that grams do not outweigh metres.
    A column that never changes says nothing and is left as it is.
    """

    def __init__(self) -> None:
        self.centroids: dict[str, Point] = {}
        """Class -> its centre, in standard deviations; empty before `fit`."""
        self._scales: Point = ()

    def fit(self, rows: Sequence[Row], labels: Sequence[str]) -> Self:
        """Learn the centre of every class.

        Raises ValueError when there are no rows, or not one label per row.
        """
        if not rows:
            raise ValueError("there is nothing to learn from: no rows were given")
        if len(rows) != len(labels):
            raise ValueError(f"every row needs one label: {len(rows)} rows, {len(labels)} labels")
        self._scales = tuple(pstdev(column) or 1.0 for column in zip(*rows, strict=True))
        classes: dict[str, list[Point]] = defaultdict(list)
        for row, label in zip(rows, labels, strict=True):
            classes[label].append(self._scaled(row))
        self.centroids = {label: _centre(points) for label, points in sorted(classes.items())}
        return self

    def predict(self, rows: Iterable[Row]) -> list[str]:
        """Name the nearest class of each row; of two equally near, the first in the alphabet.

        Raises ValueError before `fit`, and for a row of another length than those learned from.
        """
        if not self.centroids:
            raise ValueError("fit the classifier before it predicts")
        return [self._nearest(self._scaled(row)) for row in rows]

    def score(self, rows: Sequence[Row], labels: Sequence[str]) -> float:
        """Return the share of rows, from 0 to 1, whose class is predicted rightly."""
        if not rows:
            raise ValueError("there is nothing to score: no rows were given")
        guesses = self.predict(rows)
        return fmean(guess == label for guess, label in zip(guesses, labels, strict=True))

    def _scaled(self, row: Row) -> Point:
        return tuple(value / scale for value, scale in zip(row, self._scales, strict=True))

    def _nearest(self, point: Point) -> str:
        return min(self.centroids, key=lambda label: dist(point, self.centroids[label]))


def _centre(points: Iterable[Point]) -> Point:
    return tuple(fmean(column) for column in zip(*points, strict=True))
