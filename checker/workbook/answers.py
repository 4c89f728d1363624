"""The starters and solutions of a lesson's exercises, generated from its source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True, slots=True)
class Answer:
    """The code of an exercise."""

    starter: str
    """Its cell without the region that a student is to write."""
    solution: str
    """What stands in that region."""


def answers(slug: str) -> dict[str, Answer] | None:
    """Return a lesson's answers by exercise; None when they were not generated."""
    file = FOLDER / f"{slug}.json"
    if not file.is_file():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {id: Answer(str(one["starter"]), str(one["solution"])) for id, one in found.items()}
