"""Sources of lessons: what is read, and what is said of one that is not in order."""

from __future__ import annotations

import pytest

from solutions.book.source import SourceError, digest, read, sources
from solutions.book.stamping import stale, stamp
from tests.lessons import EXERCISE, OPENING, lesson_file


def test_a_lesson_is_read_with_its_pairs_and_exercises(tmp_path):
    lesson = read(lesson_file(tmp_path))
    assert lesson.slug == "01_tiny"
    assert [(en.key, ru.language) for en, ru in lesson.pairs] == [("intro", "ru")]
    (one,) = lesson.exercises
    assert [cell.key for cell in one.cells] == ["q1"]
    assert [cell.expect for cell in one.wrongs] == ["q1.no_push", "q1.says_no"]
    assert lesson.at(one.answer) == "01_tiny.py:19"


def test_an_exercise_goes_on_to_the_cell_that_checks(tmp_path):
    text = OPENING + EXERCISE.replace(
        'lab.check("q1", table)\n',
        '# %% key="q1.more"\nlab.check("q1", table)\n\n# %% key="after"\ntable\n',
        1,
    )
    (one,) = read(lesson_file(tmp_path, text)).exercises
    assert [cell.key for cell in one.cells] == ["q1", "q1.more"]
    assert one.answer.key == "q1"


WHOLE = OPENING + EXERCISE
FAULTY = [
    ("no cell", "x = 1\n", "1: there is no cell"),
    ("text before", f"x = 1\n{WHOLE}", "1: text before the first cell"),
    ("no key", WHOLE.replace('key="open"', ""), "14: a key is missing"),
    ("taken key", WHOLE.replace('"open"', '"q1"'), '19: key="q1" is taken by the cell in line 14'),
    ("unknown word", WHOLE.replace('key="open"', 'key="open" level="2"'), "14: `level` is not known"),
    ("unknown tag", WHOLE.replace('["exercise"]', '["exercise", "stars"]'), "19: the tag 'stars'"),
    ("no language", WHOLE.replace('lang="ru" ', ""), "6: lang is missing"),
    ("no Russian", WHOLE.replace('lang="ru"', 'lang="en"'), "right after it its Russian cell"),
    ("another key", WHOLE.replace('lang="ru" key="intro"', 'lang="ru" key="other"'), "6: expected right before"),
    ("no parameters", WHOLE.replace('tags=["parameters"]', 'key="p"'), "1: expected one cell"),
    ("another parameter", WHOLE.replace('LANG = "en"', "LANG = 'en'"), "11: expected one cell"),
    ("a magic", WHOLE.replace("lab = ", "%time lab = "), "17: no Python"),
    ("a mark of nbval", WHOLE.replace("lab = ", "# NBVAL_SKIP\nlab = "), "17: marks for nbval"),
    ("no end", WHOLE.replace("### END SOLUTION\n", ""), "21: expected one region"),
    ("no region", WHOLE.replace("### BEGIN SOLUTION\n", "").replace("### END SOLUTION\n", ""), "q1 has 0 regions"),
    ("no check", WHOLE.replace("lab.check(", "print("), "19: no cell of q1 calls"),
    ("check in a comment", WHOLE.replace("lab.check(", "# lab.check("), "19: no cell of q1 calls"),
    ("odd number", WHOLE.replace("q1", "q2"), "19: exercises are numbered in their order; expected q1"),
    ("no tag", WHOLE.replace(' tags=["exercise"]', ""), '19: expected tags=["exercise"]'),
    ("one reason", WHOLE.replace("says_no", "no_push"), "q1 has 1 wrong answers with messages"),
    ("no expectation", WHOLE.replace(' expect="q1.no_push"', ""), "26: expected the message"),
    ("another's reason", WHOLE.replace("q1.no_push", "q2.no_push"), "26: expected the message"),
    ("another's key", WHOLE.replace("q1.wrong1", "q7.wrong1"), "26: a wrong answer has a key"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"), [row[1:] for row in FAULTY], ids=[row[0] for row in FAULTY]
)
def test_what_is_wrong_is_said_with_its_line(tmp_path, text, said):
    with pytest.raises(SourceError) as caught:
        read(lesson_file(tmp_path, text))
    assert any(
        line.startswith("01_tiny.py:") and said in line for line in str(caught.value).splitlines()
    )


def test_lessons_are_asked_for_by_number_or_name(tmp_path):
    first, second = lesson_file(tmp_path), lesson_file(tmp_path, name="02_other")
    (tmp_path / "notes.py").touch()
    assert sources((), tmp_path) == (first, second)
    assert sources(["02"], tmp_path) == sources(["02_other"], tmp_path) == (second,)
    with pytest.raises(SourceError, match=r"no lesson '03'.*01_tiny, 02_other"):
        sources(["03"], tmp_path)


def test_a_translation_is_stale_once_the_english_text_changes(tmp_path):
    path = lesson_file(tmp_path)
    assert stamp(read(path), {"intro"}) == ("intro",)
    assert stale(read(path)) == ()
    path.write_text(path.read_text("utf-8").replace("It is", "It was"), encoding="utf-8")
    assert stale(read(path)) == ("intro",)


def test_only_what_is_named_is_stamped_and_only_its_head_changes(tmp_path):
    path = lesson_file(tmp_path)
    assert stamp(read(path), ()) == ()
    before = path.read_text("utf-8")
    stamp(read(path), {"intro"})
    assert path.read_text("utf-8") == before.replace(
        "1a5bf5c0", digest("# A lesson\n\nIt is `short`.")
    )
