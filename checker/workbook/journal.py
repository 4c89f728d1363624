"""What was tried and what came of it: JSON lines beside the student's work, which nobody else is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_MAX = 20_000_000
"""Bytes that are read, the newest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was tried."""

    lesson: str
    exercise: str
    outcome: str
    """That of a check, or `hint`, `solution`, `reset`."""
    reason: str = ""


@dataclass(frozen=True)
class Journal:
    """The journal in a file; damaged lines are passed over."""

    file: Path

    def write(self, entry: Entry) -> None:
        """Add a line. A disk that takes none is no reason to stop a lesson."""
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "lesson": entry.lesson,
            "exercise": entry.exercise,
            "outcome": entry.outcome,
            "reason": entry.reason,
        }
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as opened:
                opened.write(json.dumps(line, ensure_ascii=False) + "\n")

    def __iter__(self) -> Iterator[Entry]:
        """Iterate over what was tried, the oldest first."""
        with suppress(OSError), self.file.open("rb") as opened:
            opened.seek(max(0, self.file.stat().st_size - _MAX))
            for line in opened:
                with suppress(ValueError, KeyError, TypeError):
                    found = json.loads(line)
                    yield Entry(
                        str(found["lesson"]),
                        str(found["exercise"]),
                        str(found["outcome"]),
                        str(found.get("reason", "")),
                    )

    def standing(self) -> dict[tuple[str, str], str]:
        """Return how each exercise stands, by lesson and exercise: correct once it was, else as at the last check."""
        found: dict[tuple[str, str], str] = {}
        for entry in self:
            if entry.outcome not in {"correct", "wrong", "skipped", "unattempted"}:
                continue
            key = (entry.lesson, entry.exercise)
            known = found.get(key)
            if known != "correct" and not (known and entry.outcome == "unattempted"):
                found[key] = entry.outcome
        return found
