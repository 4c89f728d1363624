"""What nbval leaves out, as the conftest.py of its run: pictures, metadata and the order of outputs are compared too.

nbval's own comparison comes first; this one runs on the same outputs, so that nothing is executed twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_COMPARED = ("output_type", "name", "text", "data", "metadata")
_counts = dict.fromkeys(("passed", "failed", "skipped", "cells"), 0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count the cells there are."""
    _counts["cells"] = len(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Compare what a cell gave with what is stored, to the byte."""
    yield
    cell: Any = item
    given, stored = (list(map(_plain, one)) for one in (cell.test_outputs, cell.cell.outputs))
    if given != stored:
        pytest.fail(f"{cell.cell.id}: outputs differ from what is stored:\n{_first(stored, given)}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count outcomes; a cell that could not be set up has failed."""
    if report.when == "call" or report.outcome != "passed":
        _counts[report.outcome] += 1


def pytest_sessionfinish() -> None:
    """Leave the counts beside the notebook."""
    Path("counts.json").write_text(json.dumps(_counts), encoding="utf-8")


def _plain(output: Any) -> Any:
    return json.loads(json.dumps({key: output[key] for key in _COMPARED if key in output}))


def _first(stored: list[Any], given: list[Any]) -> str:
    for number in range(max(len(stored), len(given))):
        one, other = (listed[number : number + 1] for listed in (stored, given))
        if one != other:
            return f"  stored: {str(one)[:600]}\n  given:  {str(other)[:600]}"
    return ""
