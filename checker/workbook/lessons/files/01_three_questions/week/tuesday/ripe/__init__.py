"""Tells ripe berries from unripe ones by their sugar."""

import warnings
from statistics import fmean


def learn(berries):
    """Return the border: the middle between the mean sugar of ripe berries and of unripe ones."""
    ripe = [sugar for sugar, is_ripe in berries if is_ripe]
    unripe = [sugar for sugar, is_ripe in berries if not is_ripe]
    if not ripe or not unripe:
        raise ValueError("error: both kinds of berries are needed")
    if len(berries) < 5:
        warnings.warn("few berries: the error may be large", stacklevel=2)
    return (fmean(ripe) + fmean(unripe)) / 2


def is_ripe(sugar, border):
    """Say whether a berry is ripe; one on the border is."""
    return sugar >= border


def accuracy(berries, border):
    """Return the share of berries, from 0 to 1, that are told right."""
    return fmean(is_ripe(sugar, border) == truth for sugar, truth in berries)
