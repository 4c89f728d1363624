"""From a table of berries to probabilities of three kinds: split, fit, predict."""

import numpy as np

KINDS = ("bilberry", "cranberry", "gooseberry")


def table(berries=90, seed=7):
    """Return a row of four measures a berry, and its kind as 0, 1 or 2; no two rows are the same."""
    dice = np.random.default_rng(seed)
    kinds = np.arange(berries) % len(KINDS)
    rows = dice.normal(size=(berries, 4)) + 3 * np.eye(len(KINDS), 4)[kinds]
    return rows, kinds


def split(rows, kinds, share=0.2, seed=0):
    """Return rows and kinds to train on, then rows and kinds to test on; the same seed splits the same way."""
    order = np.random.default_rng(seed).permutation(len(rows))
    tested = int(share * len(rows))
    test, train = order[:tested], order[tested:]
    return rows[train], kinds[train], rows[test], kinds[test]


def fit(rows, kinds):
    """Return the centre of each kind: an array of kinds by measures."""
    return np.array([rows[kinds == kind].mean(axis=0) for kind in range(len(KINDS))])


def predict(centres, rows):
    """Return probabilities, an array of rows by kinds: the nearer a centre, the likelier its kind."""
    distances = np.linalg.norm(rows[:, None, :] - centres[None, :, :], axis=2)
    nearness = np.exp(-distances)
    return nearness / nearness.sum(axis=1, keepdims=True)
