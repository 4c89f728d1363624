"""The JSON of a grade is what its schema says, field by field."""

from __future__ import annotations

import json
from copy import deepcopy
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checker.actions.activity import Activities
from checker.grading import SCHEMA_VERSION, Grade
from checker.report.json import report, schema
from tests.samples import everything, graded, mixed, no_workflows
from tests.test_report_html import HOSTILE, hostile, live

GRADES = {
    "everything": graded(everything()),
    "mixed": graded(mixed()),
    "live": live(),
    "nothing": graded(Activities(), flows=no_workflows()),
    **{f"hostile {number}": hostile(text) for number, text in enumerate(HOSTILE)},
}


def closed(part: Any) -> Any:
    """Return a schema that takes no field it does not name: so none stays undescribed."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {key: closed(value) for key, value in part.items()}
    return {**made, "additionalProperties": False} if "properties" in part else made


def document(grade: Grade) -> Any:
    return json.loads(report(grade))


@pytest.mark.parametrize("name", GRADES)
def test_every_field_of_a_grade_is_described(name: str) -> None:
    Draft202012Validator(closed(schema())).validate(document(GRADES[name]))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["properties"]["schema_version"] == {"const": SCHEMA_VERSION}
    assert (
        resources.files("checker.report").joinpath(f"schema/grade-{SCHEMA_VERSION}.json").is_file()
    )


def test_every_described_field_is_there() -> None:
    described = schema()
    assert set(described["properties"]) == set(described["required"])
    for part in (described["properties"]["items"]["items"], described["$defs"]["criterion"]):
        assert set(part["properties"]) == set(part["required"])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("points",), "17"),
        (("outcome",), "failed"),
        (("items", 0, "criteria", 0, "outcome"), None),
        (("items", 0, "criteria", 0, "id"), "ci1"),
        (("gaps", 0, "criteria"), []),
        (("schema_version",), 2),
    ],
    ids=str,
)
def test_another_value_is_refused(path: tuple[str | int, ...], value: object) -> None:
    found = deepcopy(document(live()))
    part = found
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert not Draft202012Validator(schema()).is_valid(found)


def test_a_reader_of_today_takes_the_fields_of_tomorrow() -> None:
    assert Draft202012Validator(schema()).is_valid({**document(live()), "tomorrow": 1})
