"""Every exercise: unsolved it is not attempted, each wrong answer is told so by its message, solved it is correct."""

from __future__ import annotations

import pytest

from solutions.book.proving import prove
from solutions.book.source import read, sources
from tests.stored import NEEDS

LESSONS = sources()
pytestmark = NEEDS


@pytest.mark.parametrize("path", LESSONS, ids=[path.stem for path in LESSONS])
def test_every_answer_comes_out_as_it_should(path):
    lesson = read(path)
    came = prove(lesson)
    answers = sum(2 + len(one.wrongs) for one in lesson.exercises)
    assert [
        f"{one.where}: {one.answer}: expected {one.expected}, came {one.seen}"
        for one in came
        if not one.holds
    ] == []
    assert len(came) == answers
