"""Catalogues of messages: equal in both languages, complete, used; and what the Lab itself says."""

from __future__ import annotations

import pytest

from solutions.book.catalogues import snippets, unequal, unfit
from solutions.book.source import read
from tests.lessons import lesson_file

ENGLISH = """\
title = "Tiny"
minutes = 5
[q1]
minutes = 5
title = "One"
hint1 = "First."
hint2 = "Second."
hint3 = "Third."
correct = "All {rows} rows."
[q1.wrong]
no_push = "Nothing of a push."
says_no = "A push says {said}."
[say]
done = "Done."
"""
RUSSIAN = """\
title = "Урок"
minutes = 5
[q1]
minutes = 5
title = "Раз"
hint1 = "Первая."
hint2 = "Вторая."
hint3 = "Третья."
correct = "Все строки: {rows}."
[q1.wrong]
no_push = "Ничего о событии."
says_no = "Здесь сказано {said}."
[say]
done = "Готово."
"""
CHECKS = """\
@exercise("q1")
def table(at, table):
    if not table:
        return wrong("no_push")
    at.lab.say("done")
    return wrong("says_no", said="no") if table["push"] == "no" else correct(rows=1)
"""


@pytest.fixture
def workbook(tmp_path):
    for path, text in (
        ("texts/en/01_tiny.toml", ENGLISH),
        ("texts/ru/01_tiny.toml", RUSSIAN),
        ("lessons/n01_tiny.py", CHECKS),
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def problems(workbook):
    lesson = read(lesson_file(workbook))
    return [*unequal("01_tiny", workbook / "texts"), *unfit(lesson, workbook)]


def test_a_catalogue_in_order_is_taken(workbook):
    assert problems(workbook) == []


CHANGES = [
    ("a lost key", "texts/ru/01_tiny.toml", 'done = "Готово."', "", "en/01_tiny.toml: say.done is in this one alone"),
    ("another placeholder", "texts/ru/01_tiny.toml", "{rows}", "{row}", "q1.correct has the placeholders rows in English and row"),
    ("a hint with a hole", "texts/en/01_tiny.toml", "First.", "First {name: x}.", "q1.hint1 is shown without facts and wants name"),
    ("another setting", "texts/ru/01_tiny.toml", "minutes = 5", "minutes = 6", "minutes is 5 in English and 6"),
    ("an empty text", "texts/ru/01_tiny.toml", "Готово.", " ", "ru/01_tiny.toml: say.done is empty"),
    ("no TOML", "texts/ru/01_tiny.toml", '"Урок"', "Урок", "ru/01_tiny.toml: "),
    ("no translation", "texts/ru/01_tiny.toml", "Здесь сказано", "A push that says and says", "letters in"),
    ("a message nobody gives", "lessons/n01_tiny.py", 'wrong("no_push")', "unattempted()", "q1.wrong.no_push is used nowhere"),
    ("a line nobody says", "lessons/n01_tiny.py", 'at.lab.say("done")', "pass", "say.done is used nowhere"),
    ("a reason without message", "lessons/n01_tiny.py", '"no_push"', '"no_push_at_all"', "wrong('no_push_at_all') has no message"),
    ("a line that is missing", "lessons/n01_tiny.py", '"done"', '"gone"', "lab.say('gone') has no line"),
    ("no check", "lessons/n01_tiny.py", '"q1"', '"q2"', "q1 has no check"),
    ("a check of nothing", "lessons/n01_tiny.py", '"q1"', '"q2"', "q2 has a check or texts, and no cell"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "was", "now", "said"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_each_fault_is_named(workbook, path, was, now, said):
    text = (workbook / path).read_text("utf-8")
    assert was in text
    (workbook / path).write_text(text.replace(was, now), encoding="utf-8")
    found = problems(workbook)
    assert any(said in one for one in found), found


@pytest.mark.parametrize("key", ["q1.hint2", "q1.wrong.says_no", "q1.correct"])
def test_what_is_missing_in_both_languages_is_named(workbook, key):
    line = key.rpartition(".")[2] + " = "
    for language in ("en", "ru"):
        path = workbook / "texts" / language / "01_tiny.toml"
        lines = path.read_text("utf-8").splitlines()
        kept = [one for one in lines if not one.startswith(line)]
        path.write_text("\n".join(kept), encoding="utf-8")
    assert any(
        "says_no" in one if "wrong" in key else f"{key} is missing" in one
        for one in problems(workbook)
    )


def test_a_name_that_is_put_together_counts_as_used(workbook):
    path = workbook / "lessons" / "n01_tiny.py"
    path.write_text(CHECKS.replace('wrong("no_push")', 'wrong(f"no_{event}")'), encoding="utf-8")
    assert problems(workbook) == []


def test_blocks_in_messages_are_snippets_too(workbook):
    path = workbook / "texts" / "en" / "01_tiny.toml"
    text = path.read_text("utf-8").replace('"First."', "'''\nWrite:\n\n```yaml\non: push\n```\n'''")
    path.write_text(text, encoding="utf-8")
    (one,) = snippets("01_tiny", workbook / "texts")
    assert (one.where, one.text) == ("en/01_tiny.toml:q1.hint1:3", "on: push\n")


def test_what_the_lab_itself_says_is_the_same_in_both_languages():
    assert list(unequal("lab")) == []
