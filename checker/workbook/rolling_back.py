"""Nights on which a bad version serves, tried on a real registry with a student's rollback."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Any

from checker.report.escape import plain
from checker.workbook import model_versions as models
from checker.workbook.berries import TEST
from checker.workbook.calling import Called

GOOD, BAD, NEWER = 1, 2, 3
REASON = "accuracy fell to 0.725"
Said = tuple[str, dict[str, object]] | None


def objection(function: object, name: str, call: Callable[..., Called]) -> Said:
    """Try a student's rollback; return the first objection, by its message and facts, or None."""
    source = _sources()
    for serving in (BAD, NEWER):
        models.replica(name, source)
        models.point(models.CHAMPION, serving, name)
        client: Any = models.registry()
        called = call(function, client, name, BAD, GOOD, REASON, seconds=30.0)
        if called.timed_out:
            return "never_ends", {}
        if called.error:
            return "raises", {"error": called.error}
        if said := _after(name, serving, called.value):
            return said
    return None


def _after(name: str, serving: int, value: object) -> Said:
    """Return what is wrong with the registry after a rollback while a version served."""
    there = {one.number: one for one in models.versions(name)}
    if BAD not in there:
        return "deleted", {"number": BAD}
    if len(there) > NEWER:
        return "made_anew", {"number": max(there)}
    now = models.number_at(models.CHAMPION, name)
    if not now:
        return "nobody_serves", {}
    if serving == NEWER:
        if now != NEWER:
            return "undoes_newer", {"newer": NEWER, "number": now}
        return None if value is False else ("says_otherwise", {"said": plain(repr(value), 60)})
    if now != GOOD:
        return "still_bad", {"number": now}
    if not any(REASON in text for _, text in there[BAD].tags):
        return "no_reason", {"number": BAD}
    rows = [list(row) for row in TEST.rows]
    good, served = (models.load(f"models:/{name}{one}") for one in ("/1", f"@{models.CHAMPION}"))
    if served.predict(rows) != good.predict(rows):
        return "serves_other", {}
    return None if value is True else ("says_otherwise", {"said": plain(repr(value), 60)})


def _sources() -> tuple[int, int, int]:
    """Return versions of the student's model to take the files of: a good one, a bad one, and a newer one."""
    found = models.versions()
    measured = [one for one in found if not isnan(one.accuracy)] or found
    by_value = sorted(measured, key=lambda one: one.accuracy)
    return by_value[-1].number, by_value[0].number, found[-1].number
