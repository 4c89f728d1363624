"""English and Russian in step: the same shape, the agreed words, each in its own language."""

from __future__ import annotations

import pytest

from solutions.book.languages import differences, out_of_step, wandering
from solutions.book.source import read
from solutions.book.stamping import stamp
from tests.lessons import lesson_file

ENGLISH = """\
## A heading

Some *words* with `code` and [a link](https://docs.github.com/x).

- one
- two

| a | b |
|---|---|
| 1 | 2 |

```sh
make
```
"""
RUSSIAN = """\
## Заголовок

Несколько слов с `code` и [ссылкой](https://docs.github.com/x).

- один
- два

| а | б |
|---|---|
| 1 | 2 |

```sh
make
```
"""


def test_a_faithful_translation_is_taken():
    assert list(differences(ENGLISH, RUSSIAN)) == []


DRIFTS = [
    ("a heading's level", "## Заг", "# Заг", "headings differ"),
    ("a lost item", "- два\n", "", "items of lists differ"),
    ("a lost row", "| 1 | 2 |\n", "", "rows of tables"),
    ("other code", "`code`", "`codes`", "the Russian lacks `code`"),
    ("code twice", "`code`", "`code` и `code`", "only the Russian has `code`"),
    ("another link", "docs.github.com/x", "docs.github.com/y", "the Russian lacks `https://docs.github.com/x`"),
    ("another block", "make", "make test", "blocks of code differ"),
    ("another language of a block", "```sh", "```text", "blocks of code differ"),
    ("no translation", "Несколько слов с", "Some words that nobody at all has translated so far, and nobody will, with", "of the letters in 'Some words"),
    ("a synonym", "Несколько слов", "Деплой слов", "'Деплой' was not agreed on"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("was", "now", "said"), [row[1:] for row in DRIFTS], ids=[row[0] for row in DRIFTS]
)
def test_each_drift_is_named(was, now, said):
    changed = RUSSIAN.replace(was, now, 1)
    assert changed != RUSSIAN
    assert any(said in one for one in differences(ENGLISH, changed)), list(
        differences(ENGLISH, changed)
    )


def test_words_for_the_reader_to_replace_may_be_translated():
    assert list(differences("Run `pip install NAME`.", "Запустите `pip install ИМЯ`.")) == []
    assert (
        list(differences("Run `pip install NAME`.", "Запустите `pip install имя` в `.venv`.")) != []
    )


def test_a_russian_name_in_an_english_text_is_no_translation():
    english, russian = "«Петров Иван», or «Юлия».", "«Петров Иван» или «Юлия»."
    assert list(differences(english, russian)) == []


def test_an_english_text_in_russian_is_named():
    assert "the English text is in Russian" in list(differences(RUSSIAN, RUSSIAN))


def test_documents_of_each_language_count_as_the_same():
    english, russian = (
        "See [it](../../docs/online.en.md).",
        "Смотрите [сюда](../../docs/online.ru.md).",
    )
    assert list(differences(english, russian)) == []


def test_a_translation_that_was_not_read_again_is_named(tmp_path):
    path = lesson_file(tmp_path)
    stamp(read(path), {"intro"})
    assert list(out_of_step(read(path))) == []
    path.write_text(path.read_text("utf-8").replace("It is", "It was"), encoding="utf-8")
    (said,) = out_of_step(read(path))
    assert said.startswith("01_tiny.py:6: intro translates an English text that has changed since")


WORDS = [
    ("the agreed word", "A runner waits.", "Раннер ждёт.", True),
    ("another word", "A runner waits.", "Исполнитель ждёт.", False),
    ("none at all", "Drift is measured.", "Это измеряется.", False),
    ("a term in its first form", "A workflow.", "Рабочий процесс (workflow).", True),
    ("a synonym beside", "Open a pull request.", "Откройте пул-реквест (пулл реквест).", False),
    ("its English name", "Open a pull request.", "Откройте pull request.", False),
    ("another spelling", "A deployment.", "Развертывание.", False),
    ("inflected", "Two branches, a commit.", "Две ветки, один коммит.", True),
    ("a longer word", "A degree.", "Степень.", True),
    ("slang", "A job.", "Джоба.", False),
]


@pytest.mark.parametrize(
    ("english", "russian", "is_right"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS]
)
def test_words_are_those_agreed_on(english, russian, is_right):
    assert (not list(wandering(english, russian))) == is_right
