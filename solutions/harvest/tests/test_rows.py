"""One row at a time: needs no data."""

import pytest

from harvest.rows import KINDS, checked

ERRORS = {
    "no_cells": ([], "expected 3"),
    "two_cells": (["1", "2"], "expected 3"),
    "four_cells": (["1", "2", "blueberry", ""], "expected 3"),
    "no_number": (["wide", "2", "blueberry"], "could not convert"),
    "no_weight": (["1", "", "blueberry"], "could not convert"),
    "negative": (["-1", "2", "blueberry"], "no berry"),
    "nothing": (["0", "0", "blueberry"], "no berry"),
    "a_melon": (["220", "900", "blueberry"], "no berry"),
    "no_kind": (["1", "2", ""], "no kind"),
    "a_capital": (["1", "2", "Blueberry"], "no kind"),
    "another_kind": (["1", "2", "strawberry"], "no kind"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weight", ["0.5", "1", "2.5", "7"])
@pytest.mark.parametrize("diameter", ["4", "12.5", "20"])
def test_a_good_row_becomes_numbers(diameter, weight, kind):
    assert checked([diameter, weight, kind]) == (float(diameter), float(weight), kind)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_what_is_wrong(name):
    cells, words = ERRORS[name]
    with pytest.raises(ValueError, match=words):
        checked(cells)
