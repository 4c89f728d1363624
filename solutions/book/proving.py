"""The proof of each exercise: unsolved not attempted, each wrong answer told by its message, solved correct."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solutions.book import notebook
from solutions.book.execution import executed
from solutions.book.source import Lesson
from solutions.book.world import told

_CHECKED = {"correct", "wrong", "skipped", "unattempted"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Proved:
    """What came of one answer to one exercise."""

    lesson: str
    where: str
    """File and line of the answer."""
    exercise: str
    answer: str
    """`unsolved`, `q3.wrong1`, `solved`."""
    expected: str
    """`unattempted`, `wrong: q3.tag_runs`, `correct`."""
    seen: str
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether it came as expected."""
        return self.seen == self.expected


def prove(lesson: Lesson) -> tuple[Proved, ...]:
    """Answer every exercise in each way, in one kernel in a world of its own. Raises RunFailed when it ends early."""
    return tuple(judged(lesson, executed(notebook.proof(lesson), proof=True)))


def judged(lesson: Lesson, made: Any) -> Iterator[Proved]:
    """Read from an executed proof what came of each answer."""
    reasons = {cell.key: cell.expect for one in lesson.exercises for cell in one.wrongs}
    groups: dict[tuple[str, str], list[Any]] = {}
    for cell in made.cells:
        about = cell.metadata
        if "exercise" in about:
            groups.setdefault((about["exercise"], about["answer"]), []).append(cell)
        elif error := _error(cell):
            where = f"{lesson.path.name}:{about['line']}"
            yield Proved(lesson.slug, where, "", cell.id, "nothing of the kind", error)
    plain = {"unsolved": "unattempted", "solved": "correct"}
    for (exercise, answer), cells in groups.items():
        yield Proved(
            lesson.slug,
            f"{lesson.path.name}:{cells[0].metadata['line']}",
            exercise,
            answer,
            plain.get(answer) or f"wrong: {reasons[answer]}",
            _seen(exercise, cells),
            sum(cell.metadata.get("seconds", 0.0) for cell in cells),
        )


def _seen(exercise: str, cells: Sequence[Any]) -> str:
    for cell in cells:
        if error := _error(cell):
            return error
    lines = [
        line
        for cell in cells
        for line in cell.metadata.get("journal", ())
        if line["exercise"] == exercise and line["outcome"] in _CHECKED
    ]
    return _outcome(exercise, lines[-1]) if lines else "nothing was checked"


def _outcome(exercise: str, line: Mapping[str, str]) -> str:
    reason = line["reason"].removeprefix(f"{exercise}.")
    return f"{line['outcome']}: {exercise}.{reason}" if reason else line["outcome"]


def _error(cell: Any) -> str:
    """Return the exception that a cell ended with, or whom it spoke with; empty when it is neither."""
    if spoken := told(cell.metadata.get("network", "")):
        return spoken
    for output in cell.get("outputs", ()):
        if output.output_type == "error":
            frames = _COLOUR.sub("", "\n".join(output.traceback))
            return f"{output.ename}: {output.evalue}\n{frames[-3000:]}"
    return ""
