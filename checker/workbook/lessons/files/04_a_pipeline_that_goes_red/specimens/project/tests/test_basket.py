"""Tests of the basket."""

import pytest
from basket import most, weight


def test_a_basket_weighs_what_its_berries_weigh():
    assert weight({"cranberry": 300, "blueberry": 200}) == pytest.approx(0.5)


def test_most_is_the_most_frequent_label():
    assert most(["cranberry", "blueberry", "cranberry"]) == "cranberry"
