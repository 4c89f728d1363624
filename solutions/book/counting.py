"""Figures of the workbook, as the README quotes them: python -m solutions.book counts."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass

from solutions.book.building import editions, remembered
from solutions.book.catalogues import WORKBOOK
from solutions.book.checking import of
from solutions.book.languages import shape
from solutions.book.notebook import KINDS
from solutions.book.snippets import with_githubs
from solutions.book.source import LANGUAGES, Lesson

_HEADS = (
    "lesson",
    "exercises",
    "wrong answers",
    "outcomes proved",
    "snippets",
    "pictures",
    "words en",
    "words ru",
)


@dataclass(frozen=True)
class Counts:
    """What there is in a lesson."""

    lesson: str
    exercises: int
    wrong: int
    outcomes: int
    """Those of the proof: unsolved, each wrong answer, solved."""
    snippets: int
    """In both languages, messages and hints included."""
    pictures: int
    """Calls of `lab.figure`."""
    english: int
    russian: int


def counts(lesson: Lesson) -> Counts:
    """Count a lesson."""
    exercises = len(lesson.exercises)
    wrong = sum(len(one.wrongs) for one in lesson.exercises)
    words = [
        sum(
            len(" ".join(shape(cell.text).prose).split())
            for cell in lesson.cells
            if cell.language == language
        )
        for language in LANGUAGES
    ]
    return Counts(
        lesson.slug,
        exercises,
        wrong,
        2 * exercises + wrong,
        len(of(lesson)),
        _pictures(lesson),
        *words,
    )


def table(lessons: Sequence[Lesson]) -> Iterator[str]:
    """Yield the lines of a Markdown table of lessons, one of parsers, and one of seconds."""
    found = [counts(lesson) for lesson in lessons]
    total = Counts(
        "all", *(sum(column) for column in list(zip(*map(astuple, found), strict=True))[1:])
    )
    yield from _markdown(_HEADS, [astuple(one) for one in (*found, total)])
    yield ""
    parsed = Counter(
        (one.kind, name)
        for lesson in lessons
        for one in of(lesson)
        for name in with_githubs().get(one.kind, ())
    )
    yield from _markdown(
        ("snippet", "parsed by", "times"), [(*key, many) for key, many in sorted(parsed.items())]
    )
    yield ""
    yield from _seconds(lessons)


def _seconds(lessons: Sequence[Lesson]) -> Iterator[str]:
    known = remembered()
    heads = (
        "seconds, top to bottom",
        *(f"{kind} {language}" for kind in KINDS for language in LANGUAGES),
    )
    rows = []
    for lesson in lessons:
        times = [known.get(one.name) for one in editions([lesson])]
        rows.append(
            (lesson.slug, *("not run here" if one is None else f"{one:.1f}" for one in times))
        )
    yield from _markdown(heads, rows)


def _pictures(lesson: Lesson) -> int:
    """Count calls of `lab.figure`, in the cells and in the lesson's module."""
    texts = [cell.text for cell in lesson.cells if cell.kind == "code" and not cell.is_wrong]
    module = WORKBOOK / "lessons" / f"n{lesson.slug}.py"
    if module.is_file():
        texts.append(module.read_text(encoding="utf-8"))
    calls = (
        node for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)
    )
    return sum(isinstance(one.func, ast.Attribute) and one.func.attr == "figure" for one in calls)


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|---{'|---:' * (len(heads) - 1)}|"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"
