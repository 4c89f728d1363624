"""A student's batch, run three times: before a promotion, after it, and with one in its midst."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module

from checker.workbook import model_versions as models
from checker.workbook.calling import Called, call
from checker.workbook.contenders import ROWS, answers, contender
from checker.workbook.outcome import Outcome, correct, wrong

_BATCH_SECONDS = 60.0
_LARGEST = 1_000_000


def three_batches(batch: object) -> Outcome:
    """Judge a batch by what it leaves in the bucket; the better version is the champion in the end."""
    number = {"first": contender("first").number, "better": contender("better").number}
    right = {name: answers(name) for name in number}
    keys: list[str] = []
    try:
        for champion, then in (("first", ""), ("better", ""), ("first", "better")):
            models.point(models.CHAMPION, number[champion])
            promoted = (lambda: models.point(models.CHAMPION, number["better"])) if then else None
            called = call(batch, _pieces(promoted), seconds=_BATCH_SECONDS)
            found = _written(called)
            if isinstance(found, Outcome):
                return found
            key, version, berries = found
            made_by = next((name for name, one in right.items() if one == berries), "")
            if not made_by:
                if len(berries) != len(right["first"]):
                    return wrong("rows", given=len(right["first"]), answered=len(berries))
                return wrong("two_versions" if then else "other_answers")
            if made_by != champion and not then:
                return wrong("kept" if keys else "not_champion")
            if version != str(number[made_by]):
                return wrong("named_another")
            if key in keys and not then:
                return wrong("overwrites", key=key.partition("/")[2])
            keys.append(key)
    finally:
        models.point(models.CHAMPION, number["better"])
    return correct(rows=len(right["first"]))


def _pieces(promoted: Callable[[], None] | None) -> Iterator[list[list[float]]]:
    """Yield the rows in three pieces; between the first and the second something may happen."""
    third = -(-len(ROWS) // 3)
    for number in range(3):
        if number == 1 and promoted is not None:
            promoted()
        yield [list(row) for row in ROWS[number * third : (number + 1) * third]]


def _written(called: Called) -> tuple[str, str, list[str]] | Outcome:
    """Return the key that a batch returned, and what lies there: the version's number and the berries."""
    if called.timed_out:
        return wrong("too_long")
    if called.error:
        denied = "AccessDenied" in called.error or "Access Denied" in called.error
        return wrong("denied" if denied else "raised", error=called.error)
    key, prefix = called.value, os.environ["S3_PREFIX"]
    if not isinstance(key, str) or not key:
        return wrong("no_key", kind=type(key).__name__)
    if not key.startswith(f"{prefix}/"):
        return wrong("not_your_prefix", key=key, prefix=prefix)
    client = import_module("boto3").client("s3")
    text = b""
    with suppress(import_module("botocore.exceptions").ClientError):
        answer = client.get_object(Bucket=os.environ["S3_BUCKET"], Key=key)
        text = answer["Body"].read(_LARGEST)
    if not text:
        return wrong("nothing_written", key=key)
    try:
        found = json.loads(text)
        version, berries = found["version"], found["berries"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return wrong("no_fields", key=key)
    if not isinstance(berries, list):
        return wrong("no_fields", key=key)
    return key, str(version), [str(one) for one in berries]
