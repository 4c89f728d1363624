"""A student's tests run with pytest against a program, and against copies of it with a change in each."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from checker.workbook.programs import run
from checker.workbook.shell import Ended

SECONDS = 30
"""For one run of the tests."""
_ARGUMENTS = ("-v", "--no-header", "--tb=line", "-p", "no:cacheprovider", "--override-ini=addopts=")
_TEST = re.compile(
    r"^[^\s:]+\.py::(?P<name>.+?) (?P<result>PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b",
    re.MULTILINE,
)
_FIRST = re.compile(r"^(?:E  +|[^\n]*?\.py:\d+: )(?P<said>[^\n]+)", re.MULTILINE)
_NO_TESTS = 5

State = Literal["passed", "failed", "empty", "broken", "endless"]


@dataclass(frozen=True, slots=True)
class Suite:
    """What came of running tests against one variant of a program."""

    state: State
    passed: Mapping[str, bool]
    """By test, in their order: whether it passed."""
    said: str = ""
    """The first error, on one line."""

    @property
    def red(self) -> str:
        """The first test that failed; empty when none did."""
        return next((name for name, is_passed in self.passed.items() if not is_passed), "")


@dataclass(frozen=True, slots=True)
class Change:
    """A change in a program: a mutant, a bug, or another right way."""

    id: str
    old: str
    new: str

    def applied(self, source: str) -> str:
        """Return the changed program. Raises ValueError when its place is not there once."""
        if source.count(self.old) != 1:
            raise ValueError(f"{self.id}: {self.old!r} stands there {source.count(self.old)} times")
        return source.replace(self.old, self.new)


def suites(module: str, variants: Mapping[str, str], tests: str) -> Mapping[str, Suite]:
    """Run tests against each variant of a module, two at a time; both are texts."""
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda source: _suite(module, source, tests), variants.values())
        return dict(zip(variants, found, strict=True))


@lru_cache(maxsize=64)
def _suite(module: str, source: str, tests: str) -> Suite:
    with tempfile.TemporaryDirectory(prefix="workbook-") as made:
        folder = Path(made)
        (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\n", encoding="utf-8")
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
        (folder / f"test_{module}.py").write_text(tests, encoding="utf-8")
        words = ["python", "-m", "pytest", *_ARGUMENTS, f"test_{module}.py"]
        return _read(run(words, folder, seconds=SECONDS))


def _read(ran: Ended) -> Suite:
    passed: dict[str, bool] = {}
    for test in _TEST.finditer(ran.text):
        passed[test["name"]] = test["result"] not in {"FAILED", "ERROR"} and passed.get(test["name"], True)  # fmt: skip
    error = _FIRST.search(ran.text)
    said = error["said"] if error else ran.text.strip().rpartition("\n")[2]
    if ran.timed_out:
        return Suite("endless", passed, said)
    if ran.status == _NO_TESTS or (ran.status == 0 and not passed):
        return Suite("empty", passed, said)
    if ran.status == 0:
        return Suite("passed", passed)
    return Suite("failed" if ran.status == 1 else "broken", passed, said)
