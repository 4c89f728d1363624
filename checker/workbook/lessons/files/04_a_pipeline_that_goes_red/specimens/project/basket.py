"""A basket of berries: what it weighs, and what most of it is."""

from collections import Counter

GRAMS = 0.001


def weight(berries: dict[str, float]) -> float:
    """Return what a basket weighs, in kilograms."""
    return sum(berries.values()) * GRAMS


def most(labels: list[str]) -> str:
    """Return the label that occurs most often."""
    return Counter(labels).most_common(1)[0][0]
