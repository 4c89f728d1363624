import pytest
from scores import accuracy, verdict


def test_accuracy():
    assert accuracy(["a", "b"], ["a", "b"])
    assert accuracy([], []) is not None


def test_lengths():
    with pytest.raises(Exception):
        accuracy(["a"], [])


def test_verdict():
    assert verdict(1.0) == "good"
    assert verdict(0.0) in ("good", "weak")
