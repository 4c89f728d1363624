"""The data of lessons 09 and 10: berries, measured and named, the same everywhere; and what is learned from them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import dist
from random import Random
from statistics import fmean, pstdev

COLUMNS = ("diameter_mm", "weight_g", "berry")
_BERRIES = {
    "blueberry": ((12.5, 1.5), (1.2, 0.3)),
    "cranberry": ((15.5, 1.1), (1.3, 0.25)),
    "gooseberry": ((18.5, 2.6), (1.8, 0.6)),
}
"""By name: mean and standard deviation of diameter (mm) and weight (g)."""


@dataclass(frozen=True, slots=True)
class Harvest:
    """Berries: what was measured of each, and what it is."""

    rows: tuple[tuple[float, float], ...]
    """Diameter in mm, weight in g."""
    labels: tuple[str, ...]

    @property
    def text(self) -> str:
        """The berries as a CSV file."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*row, label) for row, label in zip(self.rows, self.labels, strict=True))
        return file.getvalue()

    @property
    def digest(self) -> str:
        """The SHA-256 of that file: another one for another berry, or for other numbers."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def head(self, count: int) -> Harvest:
        """Return the first berries of it."""
        return Harvest(self.rows[:count], self.labels[:count])

    def confused(self, share: float) -> Harvest:
        """Return it with the names of some berries exchanged, as by a picker who is tired: `share` from 0 to 1."""
        names = sorted(_BERRIES)
        random = Random(5)  # noqa: S311 - a seed makes it repeatable; it keeps no secret
        labels = tuple(
            names[names.index(one) - 1] if random.random() < share else one for one in self.labels
        )
        return Harvest(self.rows, labels)


def harvest(seed: int, count: int, *, larger: float = 0.0) -> Harvest:
    """Pick berries: the same for the same seed; `larger` adds to each diameter, in mm, as a wet summer does."""
    random = Random(seed)  # noqa: S311 - a seed makes it repeatable; it keeps no secret
    rows, labels = [], []
    for _ in range(count):
        label = random.choice(sorted(_BERRIES))
        (diameter, weight), (wide, heavy) = _BERRIES[label]
        row = (random.gauss(diameter, wide) + larger, max(0.1, random.gauss(weight, heavy)))
        rows.append((round(row[0], 2), round(row[1], 2)))
        labels.append(label)
    return Harvest(tuple(rows), tuple(labels))


TRAIN = harvest(seed=7, count=150)
"""What models learn from."""
TEST = harvest(seed=11, count=120)
"""The frozen test set: no model has seen a berry of it, and it never changes."""


def train(berries: Harvest) -> dict[str, object]:
    """Learn the centre of each berry; returns `centroids` by name, and `scales`, the columns' standard deviations."""
    scales = [pstdev(column) or 1.0 for column in zip(*berries.rows, strict=True)]
    centroids = {}
    for label in sorted(set(berries.labels)):
        own = [row for row, name in zip(berries.rows, berries.labels, strict=True) if name == label]
        means = (fmean(column) for column in zip(*own, strict=True))
        centroids[label] = [mean / scale for mean, scale in zip(means, scales, strict=True)]
    return {"centroids": centroids, "scales": scales}


def packed(weights: dict[str, object]) -> str:
    """Return what was learned as the text of the file that a model is published with."""
    return json.dumps(weights, indent=1, sort_keys=True) + "\n"


def predict(weights: dict[str, object], rows: Sequence[Sequence[float]]) -> list[str]:
    """Name each row's nearest berry, as the published model does."""
    centroids, scales = weights["centroids"], weights["scales"]
    assert isinstance(centroids, dict)
    assert isinstance(scales, list)
    points = ([value / scale for value, scale in zip(row, scales, strict=True)] for row in rows)
    return [min(centroids, key=lambda name: dist(point, centroids[name])) for point in points]


def accuracy(guesses: Sequence[str], labels: Sequence[str]) -> float:
    """Return the share of right guesses, from 0 to 1."""
    return fmean(guess == label for guess, label in zip(guesses, labels, strict=True))
