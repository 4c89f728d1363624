"""Weights of berries, from tables as scales write them."""

import csv
import os
from io import StringIO


def read_weights(text, unit="g", known=["g", "kg"]):
    """Return all weights of a table in grams, and how many lines were unusable."""
    if not unit in known:
        raise ValueError(f"a scale in {unit}? expected one of {known}")
    rows = csv.reader(StringIO(text))
    header = next(rows, None)
    weights, unusable = [], 0
    for row in rows:
        try:
            weights.append(float(row[1]) * (1000 if unit == "kg" else 1))
        except:
            unusable += 1
    return weights, unusable
