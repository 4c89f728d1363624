"""Fields of answers: what is read from somebody else's JSON, and what is left out."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from checker.services.fields import like, mapping, moment, sequence, text, whole


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-05-01T12:00:05.123456Z", datetime(2026, 5, 1, 12, 0, 5, 123456, UTC)),
        ("2026-05-01T12:00:05Z", datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)),
        ("2026-05-01T12:00:05.5Z", datetime(2026, 5, 1, 12, 0, 5, 500000, UTC)),
        ("2026-05-01T12:00:05.123456789Z", datetime(2026, 5, 1, 12, 0, 5, 123456, UTC)),
        ("2026-05-01T12:00:05.000-08:00", datetime(2026, 5, 1, 20, 0, 5, tzinfo=UTC)),
        ("2026-05-01T12:00:05", datetime(2026, 5, 1, 12, 0, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("yesterday", None),
        ("2" * 1000, None),
        ("", None),
        (1777636805, None),
        (None, None),
        (["2026-05-01"], None),
    ],
)
def test_a_time_is_read_in_utc(value: object, expected: datetime | None) -> None:
    assert moment(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ivanova", "ivanova"),
        ("Иванова", "Иванова"),
        ("a\x00b\x1b[2Jc\r\n", "ab[2Jc"),
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("a\ud800b", "ab"),
        ("x" * 1000, "x" * 500),
        (5, ""),
        (None, ""),
        (["a"], ""),
    ],
)
def test_a_text_is_one_line_that_can_be_printed(value: object, expected: str) -> None:
    assert text(value) == expected
    text(value).encode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (7, 7), (-1, 0), (True, 0), (7.0, 0), ("7", 0), (2**80, 0), (None, 0)],
)
def test_a_number_counts_or_names_something(value: object, expected: int) -> None:
    assert whole(value) == expected


def test_a_word_is_wholly_of_its_pattern() -> None:
    word = re.compile(r"[a-z]+")
    assert [like(value, word) for value in ("ab", "ab\n", "a b", "", 5, None)] == ["ab", *[""] * 5]


def test_what_is_no_object_or_list_is_an_empty_one() -> None:
    assert (mapping({"a": 1}), mapping([1]), mapping(None)) == ({"a": 1}, {}, {})
    assert (sequence([1, 2, 3], 2), sequence({"a": 1}, 2), sequence("ab", 2)) == ([1, 2], [], [])
