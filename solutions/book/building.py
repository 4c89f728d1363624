"""Building: the four notebooks of a lesson and its answers, written or compared with what is there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from solutions.book import notebook
from solutions.book.execution import RunFailed, executed, objections, settled, stored
from solutions.book.notebook import KINDS, Kind
from solutions.book.source import LANGUAGES, ROOT, Lesson

ANSWERS = ROOT / "checker" / "workbook" / "answers"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Edition:
    """One of a lesson's notebooks."""

    lesson: Lesson
    language: str
    kind: Kind

    @property
    def name(self) -> str:
        """Such as `03_anatomy_of_a_workflow en solved`."""
        return f"{self.lesson.slug} {self.language} {self.kind}"

    @property
    def place(self) -> Path:
        """Where it lies."""
        return notebook.place(self.lesson.slug, self.language, self.kind)


@dataclass(frozen=True)
class Built:
    """What came of building one."""

    edition: Edition
    text: str = ""
    seconds: float = 0.0
    problems: tuple[str, ...] = ()


def editions(
    lessons: Iterable[Lesson], languages: Sequence[str] = LANGUAGES, kinds: Sequence[Kind] = KINDS
) -> tuple[Edition, ...]:
    """Return the notebooks to build."""
    return tuple(
        Edition(lesson, language, kind)
        for lesson in lessons
        for kind in kinds
        for language in languages
    )


def build(wanted: Sequence[Edition], *, execute: bool = True, jobs: int = 2) -> Iterator[Built]:
    """Build notebooks, some side by side, each in a world of its own; nothing is written."""
    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(lambda one: built(one, execute=execute), wanted)


def built(edition: Edition, *, execute: bool = True) -> Built:
    """Build a notebook."""
    begun = time.monotonic()
    made = notebook.notebook(edition.lesson, edition.language, edition.kind)
    problems: list[str] = []
    if execute:
        try:
            made = settled(executed(made))
        except RunFailed as error:
            return Built(edition, "", time.monotonic() - begun, (f"{edition.name}: {error}",))
        problems = objections(edition.lesson, made)
    return Built(edition, stored(made), time.monotonic() - begun, tuple(problems))


def write(one: Built) -> bool:
    """Write a notebook; say whether that changed anything."""
    return _write(one.edition.place, one.text)


def write_answers(lesson: Lesson) -> bool:
    """Write what `lab.reset` and `lab.solution` show; say whether that changed anything."""
    return _write(ANSWERS / f"{lesson.slug}.json", answers_text(lesson))


def answers_text(lesson: Lesson) -> str:
    """Return the file of a lesson's answers."""
    return json.dumps(notebook.answers(lesson), ensure_ascii=False, indent=1) + "\n"


def _write(path: Path, text: str) -> bool:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return True
