"""The whole harvest: needs the data."""

import pytest

from harvest.rows import KINDS, read


@pytest.fixture
def rows():
    return read()


def test_there_is_a_harvest(rows):
    assert rows


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_was_picked(rows, kind):
    assert any(row[2] == kind for row in rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_a_mean_weight(rows, kind):
    weights = [row[1] for row in rows if row[2] == kind]
    assert 0 < sum(weights) / len(weights) < 40


def test_no_row_is_there_twice(rows):
    assert len(set(rows)) == len(rows)


def test_no_kind_outweighs_all_others():
    rows = read()
    heaviest = max(sum(row[1] for row in rows if row[2] == kind) for kind in KINDS)
    assert heaviest < sum(row[1] for row in rows) / 2
