"""Leaks: no line of a solution is found in what students get before they asked for it."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from solutions.book import notebook
from solutions.book.source import LANGUAGES, ROOT, Lesson

_SHORT = 12
"""Characters up to which a line gives nothing away: `else:`, `import json`."""


def leaked(lesson: Lesson, root: Path = ROOT) -> Iterator[str]:
    """Yield lines of solutions that stand in a lesson's notebooks for students: sources, outputs, metadata."""
    for language in LANGUAGES:
        path = notebook.place(lesson.slug, language, "student", root)
        if path.is_file():
            found = json.loads(path.read_text(encoding="utf-8"))
            for line in leaked_into(lesson, found, _given(lesson, root)):
                yield f"{path.relative_to(root).as_posix()}: shows of a solution: {line}"


def leaked_into(lesson: Lesson, found: Any, given: str = "") -> Iterator[str]:
    """Yield lines of solutions that stand anywhere in a notebook, as its file holds it."""
    whole = _plain("\n".join(_texts(found)))
    yield from (line for line in secret_lines(lesson, given) if line in whole)


def secret_lines(lesson: Lesson, given: str = "") -> tuple[str, ...]:
    """Return the lines of solutions that nothing else says: no visible cell, and no file that students are given."""
    shown = [cell for cell in lesson.cells if not cell.is_wrong]
    visible = _plain(
        "\n".join(notebook.starter(cell.text) if cell.has_region else cell.text for cell in shown)
    )
    visible += _plain(given)
    lines = (
        _plain(line)
        for one in lesson.exercises
        for line in notebook.solution(one.answer.text).splitlines()
    )
    return tuple(
        dict.fromkeys(line for line in lines if len(line) > _SHORT and line not in visible)
    )


def _given(lesson: Lesson, root: Path) -> str:
    """Return the text of the files that a lesson gives to students, which a solution may leave as they are."""
    folder = root / "checker" / "workbook" / "lessons" / "files" / lesson.slug
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(found, list):
        if all(isinstance(one, str) for one in found):
            yield "".join(found)  # lines of one text
        else:
            for one in found:
                yield from _texts(one)
    elif isinstance(found, str):
        yield found


def _plain(text: str) -> str:
    """Return a text with every space alike, and HTML's entities as what they stand for."""
    return " ".join(html.unescape(text).split())
