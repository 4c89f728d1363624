import pytest

from ripe import accuracy, is_ripe, learn


def test_the_border_lies_in_the_middle():
    assert learn([(12, True), (14, True), (6, False), (8, False)]) == 10


def test_a_berry_on_the_border_is_ripe():
    assert is_ripe(10, 10)


def test_it_fails_with_an_error_when_a_kind_is_missing():
    with pytest.raises(ValueError, match="error"):
        learn([(12, True)])


def test_accuracy_is_a_share():
    assert accuracy([(12, True), (8, True)], 10) == 0.5
