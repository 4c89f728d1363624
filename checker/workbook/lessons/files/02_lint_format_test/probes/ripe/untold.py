"""A function that does not say what it does."""


def sweeten(berry):
    return berry + 1
