"""A default that all calls share."""


def collect(berry, basket=[]):
    """Put a berry into a basket, and return it."""
    basket.append(berry)
    return basket
