"""A grade as JSON, for programs."""

from __future__ import annotations

import json

from checker.grading import Grade


def report(grade: Grade) -> str:
    """Return the grade as a JSON document; `schema_version` says by which rules to read it."""
    return dumped(grade.as_json(), indent=2) + "\n"


def dumped(value: object, indent: int | None = None) -> str:
    """Return JSON in which the characters a terminal acts on, and lone surrogates, are escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return json.dumps(value, ensure_ascii=True, indent=indent)
