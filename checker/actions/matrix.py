"""The jobs that a matrix makes: product, exclude, include, as GitHub does it.

Source: GitHub Docs, "Running variations of jobs in a workflow", read November 2026.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping

from checker.actions.expressions import UNKNOWN, Partial
from checker.actions.scope import Scope
from checker.actions.syntax import Job, Matrix

MAX_JOBS = 256
"""GitHub makes at most so many jobs of one matrix."""

_REFERENCE = re.compile(
    r"\bmatrix\s*(?:\.\s*([A-Za-z_][\w-]*)|\[\s*'([^']*)'\s*\]|)", re.IGNORECASE
)

Combination = Mapping[str, object]


def combinations(matrix: Matrix, scope: Scope) -> tuple[Combination, ...]:
    """Return the combinations of a matrix, one empty for none; what only a run can tell is unknown in them."""
    if not matrix:
        return ({},)
    if matrix.expression:
        whole = scope.value(str(matrix.expression))
        if not isinstance(whole, dict):
            return (Partial(),)
        vectors = {key: item for key, item in whole.items() if key not in {"include", "exclude"}}
        include, exclude = whole.get("include"), whole.get("exclude")
    else:
        vectors = {key: scope.value(item) for key, item in matrix.vectors.items()}
        include, exclude = scope.value(matrix.include), scope.value(matrix.exclude)
    known = {key: item for key, item in vectors.items() if isinstance(item, list)}
    product = itertools.islice(itertools.product(*known.values()), 4 * MAX_JOBS)
    every = [dict(zip(known, values, strict=True)) for values in product] if known else []
    excluded = [row for row in _rows(exclude) if row]
    rows = [row for row in every if not any(_agrees(out, row) for out in excluded)]
    originals = [dict(row) for row in rows]
    extra: list[dict[str, object]] = []
    for addition in _rows(include):
        fits = [
            row
            for row, original in zip(rows, originals, strict=True)
            if all(original[key] == item for key, item in addition.items() if key in original)
        ]
        if fits and known:
            for row in fits:
                row.update(addition)
        else:
            extra.append(dict(addition))
    found = (rows + extra)[:MAX_JOBS]
    unknown = len(known) < len(vectors) or _unread(include)
    if unknown:
        return tuple(Partial(row) for row in found) or (Partial(),)
    return tuple(found)


def distinct(
    job: Job, rows: tuple[Combination, ...], family: Callable[[Combination], str]
) -> tuple[Combination, ...]:
    """Return one combination of each set that the job's steps cannot tell apart on the same family of runners."""
    if len(rows) < 2:
        return rows
    keys = _keys(job)
    if keys is None:
        return rows
    seen: dict[str, Combination] = {}
    for row in rows:
        seen.setdefault(repr([family(row), *(row.get(key) for key in keys)]), row)
    return tuple(seen.values())


def _keys(job: Job) -> tuple[str, ...] | None:
    """Return the matrix keys that a job's work names; None when it takes the matrix as a whole."""
    texts: list[str] = [
        *job.env.values(),
        *job.outputs.values(),
        job.continue_on_error,
        job.container,
    ]
    texts += [
        job.defaults.shell,
        job.defaults.working_directory,
        repr(job.inputs),
        *job.secrets.values(),
        job.uses,
    ]
    for step in job.steps:
        texts += [
            step.condition,
            step.uses,
            step.run,
            step.shell,
            step.working_directory,
            step.continue_on_error,
        ]
        texts += [*step.inputs.values(), *step.env.values()]
    keys: dict[str, None] = {}
    for text in texts:
        if "matrix" in text:
            for found in _REFERENCE.finditer(text):
                key = found[1] or found[2]
                if not key:
                    return None
                keys[key] = None
    return tuple(keys)


def _rows(value: object) -> list[dict[str, object]]:
    return (
        [row for row in value if isinstance(row, dict)][:MAX_JOBS]
        if isinstance(value, list)
        else []
    )


def _unread(value: object) -> bool:
    return value is UNKNOWN or isinstance(value, str)


def _agrees(wanted: Mapping[str, object], row: Mapping[str, object]) -> bool:
    return all(key in row and row[key] == item for key, item in wanted.items())
