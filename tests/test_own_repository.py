"""This repository earns every point from its own checker that files can earn."""

from pathlib import Path

import pytest

from checker import grade
from checker.rubric.verdict import Outcome

JUDGED = {line.criterion.id: line.verdict for line in grade(Path(__file__).parent.parent).lines}


@pytest.mark.parametrize(
    "id", ["CI1", "CI2", "CI3", "CI4", "LIB1", "LIB2", "LIB3", "IMG1", "IMG2", "IMG3"]
)
def test_it_meets(id):
    assert JUDGED[id].outcome is Outcome.MET, JUDGED[id].reason
