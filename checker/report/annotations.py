"""A grade as annotations: lines that a GitHub Actions runner shows beside the lines of the files they are about.

The form is that of workflow commands, `::error file=…,line=…,title=…::message`, and so are the escapes (GitHub Docs,
"Workflow commands for GitHub Actions", and `escapeData`, `escapeProperty` of actions/toolkit; read November 2026).
"""

from __future__ import annotations

from collections.abc import Iterable

from checker.grading import Grade, Line
from checker.report.escape import plain
from checker.rubric.verdict import Seen

MOST = 10
"""Annotations of one kind that GitHub shows for a step; it drops the rest in silence (actions/toolkit#734)."""
_LONGEST = 1000


def report(grade: Grade, folder: str = "") -> str:
    """Return errors for unmet criteria, warnings for notices, notices for notes and gaps, and the total last.

    Criteria that were seen on the same line share an annotation; past the tenth, the tenth holds the rest. `folder` is
    where the graded folder lies in the checkout: GitHub looks for files from the checkout's root.
    """
    return _Annotations(f"{folder}/" if folder else "").of(grade)


class _Annotations:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def of(self, grade: Grade) -> str:
        warnings = [
            self.command("warning", f"{one.text} {one.advice}", "Workflows", _first(one.seen))
            for one in grade.notices[:MOST]
        ]
        notes = [(line, note) for line in grade.lines for note in line.verdict.notes]
        notices = [
            self.command("notice", note, line.criterion.id, _first(line.verdict.seen))
            for line, note in notes[: MOST - 2]
        ]
        if grade.gaps:
            open_ = "; ".join(f"{', '.join(gap.ids)}: {gap.reason}" for gap in grade.gaps)
            notices.append(self.command("notice", open_, "Could not be graded", None))
        notices.append(self.command("notice", grade.summary, grade.name, None))
        unmet = [line for line in grade.unmet if line in grade.counted]
        return "\n".join([*warnings, *self.errors(unmet), *notices]) + "\n"

    def errors(self, unmet: Iterable[Line]) -> list[str]:
        places: dict[tuple[str, int], list[Line]] = {}
        for line in unmet:
            seen = _first(line.verdict.seen)
            place = (seen.file, seen.line) if seen else ("", 0)
            places.setdefault(place, []).append(line)
        groups = list(places.items())
        kept = groups[:MOST]
        if len(groups) > MOST:
            rest = [line for _, lines in groups[MOST - 1 :] for line in lines]
            kept = [*groups[: MOST - 1], (("", 0), rest)]
        return [
            self.command(
                "error",
                "\n".join(f"{line.criterion.statement}: {line.verdict.reason}" for line in lines),
                ", ".join(line.criterion.id for line in lines),
                Seen("", file, number),
            )
            for (file, number), lines in kept
        ]

    def command(self, kind: str, message: str, title: str, seen: Seen | None) -> str:
        """Return one workflow command; a line's end in the message stays one for who reads it."""
        properties = {"title": title}
        if seen is not None and seen.file:
            properties = {
                "file": f"{self.prefix}{seen.file}",
                "line": str(max(1, seen.line)),
                **properties,
            }
        words = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        lines = (_data(plain(line, _LONGEST)) for line in message.split("\n"))
        return f"::{kind} {words}::{'%0A'.join(lines)}"


def _first(seen: Iterable[Seen]) -> Seen | None:
    """Return the first thing that stands in a file of the repository; None where nothing does."""
    return next((one for one in seen if one.file), None)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text, 300)).replace(":", "%3A").replace(",", "%2C")
