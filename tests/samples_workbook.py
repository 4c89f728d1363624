"""A lesson of three exercises, laid where the Lab looks for lessons, for tests."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.workbook import Lab, answers, lessons, texts, work

SLUG = "00_sample"

TEXTS = {
    "en": """
title = "A sample"
minutes = 5
edition = 2
[q1]
title = "The sum"
star = true
hint1 = "Look at `+`."
hint2 = "Two numbers."
hint3 = "It is `a + b`."
correct = "{count} sums are right."
[q1.wrong]
no_function = "`{name}` is no function."
not_the_sum = "`add(1, 2)` gave `{value}`."
broke = "Your function ended with {error}."
slow = "Your function does not end."
[q2]
title = "The file"
hint1 = "a"
hint2 = "b"
hint3 = "c"
files = ["given/app.py"]
correct = "Right: `${{ matrix.python }}` stays."
[q2.wrong]
empty = "It is empty."
[q2.skipped]
no_act = "Without act nothing runs; the file was read instead."
[q3]
title = "Anything"
hint1 = "a"
hint2 = "b"
hint3 = "c"
correct = "Right."
[q3.wrong]
no = "No."
[say]
hello = "**Hello**, {name}: `a`"
[text]
axis = "days to *{what}*"
[figure]
bars = "{count} bars, the highest {high:.1f}"
""",
}
TEXTS["ru"] = TEXTS["en"].replace("A sample", "Образец")

MODULE = '''
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.outcome import Outcome, correct, skipped, unattempted, wrong


@exercise("q1")
def the_sum(at: Attempt, add: object) -> Outcome:
    """It adds."""
    if add is None:
        return unattempted()
    if not callable(add):
        return wrong("no_function", name=add)
    called = at.call(add, 1, 2, seconds=0.3)
    if called.timed_out:
        return wrong("slow")
    if called.error:
        return wrong("broke", error=called.error)
    return correct(count=1) if called.value == 3 else wrong("not_the_sum", value=called.value)


@exercise("q2")
def the_file(at: Attempt, how: object = "") -> Outcome:
    """It is there."""
    if how == "skip":
        return skipped("no_act")
    return correct() if at.file("notes.md") else wrong("empty")


@exercise("q3")
def anything(at: Attempt, value: int) -> Outcome:
    """It is below three."""
    return correct() if value < 3 else wrong("no")
'''

ANSWERS = {
    "q1": {
        "starter": "add = None\nlab.check('q1', add)",
        "solution": "def add(a, b):\n    return a + b",
    },
    "q2": {
        "starter": "lab.write('notes.md', '')\nlab.check('q2')",
        "solution": "lab.write('notes.md', 'x')",
    },
}


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lay the sample lesson out, with a folder of work of its own; returns that folder."""
    lay_out(tmp_path)
    for module, name in (
        (texts, "FOLDER"),
        (work, "FILES"),
        (answers, "FOLDER"),
        (lessons, "__path__"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back afterwards
    open_in(str(tmp_path))
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("CHECKER_WORKBOOK", "build")
    yield tmp_path / "work"
    texts.catalogue.cache_clear()
    sys.modules.pop(f"checker.workbook.lessons.n{SLUG}", None)


def lay_out(root: Path) -> None:
    """Write the lesson's files."""
    for language, text in TEXTS.items():
        folder = root / "texts" / language
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.toml").write_text(text, encoding="utf-8")
        shutil.copy(texts.FOLDER / language / "lab.toml", folder)
    (root / "lessons").mkdir()
    (root / "lessons" / f"n{SLUG}.py").write_text(MODULE, encoding="utf-8")
    (root / f"{SLUG}.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    given = root / "files" / SLUG / "given"
    given.mkdir(parents=True)
    (given / "app.py").write_text("print(1)\n", encoding="utf-8")


def open_in(root: str) -> None:
    """Have the Lab look for lessons in a folder."""
    texts.FOLDER, work.FILES, answers.FOLDER = Path(root, "texts"), Path(root, "files"), Path(root)
    lessons.__path__ = [*lessons.__path__, str(Path(root, "lessons"))]
    texts.catalogue.cache_clear()


def lab(language: str = "en") -> Lab:
    """Open the sample lesson."""
    return Lab(SLUG, language, edition=2)
