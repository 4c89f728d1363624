"""The English notebooks run top to bottom and give what is stored in them: nbval, strictly, none skipped."""

from __future__ import annotations

import pytest

from tests.stored import NEEDS, hold, stored

NOTEBOOKS = stored("en")
pytestmark = NEEDS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=["-".join(path.parts[-3:]) for path in NOTEBOOKS])
def test_every_cell_gives_what_is_stored(path):
    hold(path)
