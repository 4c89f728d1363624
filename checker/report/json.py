"""A grade as JSON, for programs."""

from __future__ import annotations

import json

from checker.grading import SCHEMA_VERSION, Grade


def report(grade: Grade) -> str:
    """Return the grade as a JSON document; `schema_version` says by which rules to read it."""
    return dumped(grade.as_json(), indent=2) + "\n"


def dumped(value: object, indent: int | None = None) -> str:
    """Return JSON in which the characters a terminal acts on, and lone surrogates, are escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return json.dumps(value, ensure_ascii=True, indent=indent)


def schema() -> dict[str, object]:
    """Return the JSON Schema that describes `report`, for programs and for tests."""
    from importlib import resources

    text = resources.files("checker.report").joinpath(f"schema/grade-{SCHEMA_VERSION}.json")
    found: dict[str, object] = json.loads(text.read_text(encoding="utf-8"))
    return found
