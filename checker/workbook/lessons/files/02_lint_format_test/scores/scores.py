"""How good a model is, and whether that is enough."""


def accuracy(truth, guesses):
    """Return the share of guesses, from 0 to 1, that are right; 0 when there are none.

    Raises ValueError when there is not one guess for each truth.
    """
    if len(truth) != len(guesses):
        raise ValueError("one guess for each truth")
    if not truth:
        return 0.0
    return sum(one == other for one, other in zip(truth, guesses)) / len(truth)


def verdict(share, needed=0.8):
    """Return "good" for a share of at least what is needed, and "weak" for a lower one."""
    return "good" if share >= needed else "weak"
