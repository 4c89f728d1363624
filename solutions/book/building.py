"""Building: the four notebooks of a lesson and its answers, written or compared with what is there."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from solutions.book import notebook
from solutions.book.execution import RunFailed, executed, objections, settled, stored
from solutions.book.notebook import KINDS, Kind
from solutions.book.source import LANGUAGES, ROOT, Lesson
from solutions.book.world import CACHE

ANSWERS = ROOT / "checker" / "workbook" / "answers"
_TIMES = CACHE / "seconds.json"
_remembering = threading.Lock()


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
            made = executed(made)
            seconds = float(made.metadata["seconds"])
            made = settled(made)
        except RunFailed as error:
            said = f"{_where(edition, str(error))}: {error}"
            return Built(edition, "", time.monotonic() - begun, (said,))
        problems = objections(edition.lesson, made)
        _remember(edition, seconds)
    return Built(edition, stored(made), time.monotonic() - begun, tuple(problems))


def _where(edition: Edition, said: str) -> str:
    """Return the line of the cell that a failed run names; the notebook's name when it names none."""
    named = re.search(r"^the cell (\S+) ", said, re.MULTILINE)
    lines = {
        cell.key.replace(".", "-"): edition.lesson.at(cell)
        for cell in edition.lesson.cells
        if cell.kind == "code"
    }
    return lines.get(named[1], edition.name) if named else edition.name


def remembered() -> dict[str, float]:
    """Return the seconds that each notebook took from top to bottom when it was last executed here."""
    with contextlib.suppress(OSError, ValueError):
        found: dict[str, float] = json.loads(_TIMES.read_text(encoding="utf-8"))
        return found
    return {}


def _remember(edition: Edition, seconds: float) -> None:
    with _remembering:
        _TIMES.parent.mkdir(parents=True, exist_ok=True)
        _TIMES.write_text(json.dumps({**remembered(), edition.name: seconds}, indent=1), "utf-8")


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
