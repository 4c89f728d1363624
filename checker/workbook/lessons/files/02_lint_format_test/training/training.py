"""Training in small steps: a border that separates ripe berries from unripe ones by their sugar."""

from math import exp, log
from random import Random


def train(berries=5_000, steps=30_000_000, rate=0.1, seed=None):
    """Return the mean loss in each tenth of the steps. With the defaults it takes a while."""
    dice = Random(seed)
    rows = [(dice.gauss(ripe, 0.5), ripe) for ripe in (0, 1) for _ in range(berries // 2)]
    slope = shift = 0.0
    losses = []
    for _ in range(10):
        loss = 0.0
        for _ in range(steps // 10):
            sugar, ripe = dice.choice(rows)
            guess = probability(slope * sugar + shift)
            loss -= log(guess if ripe else 1 - guess)
            slope -= rate * (guess - ripe) * sugar
            shift -= rate * (guess - ripe)
        losses.append(loss / (steps // 10))
    return losses


def probability(evidence):
    """Return how likely a berry is ripe; never quite 0 or 1."""
    return 1 / (1 + exp(-max(-30, min(30, evidence))))
