"""Our reader and act's agree on which workflow files are right; where they don't, it is said who is, and why."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from checker.actions.syntax import read_workflow
from tests.generated_workflows import generated

ROOT = Path(__file__).parent.parent
pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not shutil.which("act"), reason="act is not installed"),
]


class Case(NamedTuple):
    """A workflow that only one of the two refuses."""

    text: str
    who: str
    """Who refuses it: `we` or `act`."""
    why: str


JOB = "jobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
DIFFERENCES = {
    "no on": Case(JOB, "we", "act does not ask for the keys that a workflow must have"),
    "no jobs": Case("on: push\n", "we", "as above"),
    "an empty jobs": Case("on: push\njobs: {}\n", "we", "as above"),
    "no runs-on": Case("on: push\njobs: {a: {steps: [{run: x}]}}\n", "we", "as above"),
    "a step that does nothing": Case("on: push\njobs: {a: {runs-on: x, steps: [{name: x}]}}\n", "we", "as above"),
    "a group without a name": Case(f"on: push\nconcurrency: {{cancel-in-progress: true}}\n{JOB}", "we", "as above"),
    "a container without an image": Case(
        "on: push\njobs: {a: {runs-on: x, container: {options: x}, steps: [{run: x}]}}\n", "we", "as above"
    ),
    "needs of nothing": Case(
        "on: push\njobs: {a: {runs-on: x, needs: b, steps: [{run: x}]}}\n", "we", "act looks at needs when it runs"
    ),
    "needs in a circle": Case(
        "on: push\njobs: {a: {runs-on: x, needs: b, steps: [{run: x}]}, b: {runs-on: x, needs: a, steps: [{run: x}]}}\n",
        "we",
        "as above",
    ),
    "two steps of one id": Case(
        "on: push\njobs: {a: {runs-on: x, steps: [{run: x, id: s}, {run: y, id: s}]}}\n", "we", "act keeps the last one's outputs"
    ),
    "an id that is no id": Case(
        "on: push\njobs: {a: {runs-on: x, steps: [{run: x, id: 1 2}]}}\n", "we", "act takes any text for a step's id"
    ),
    "yes for a boolean": Case(
        "on: push\njobs: {a: {runs-on: x, steps: [{run: x, continue-on-error: yes}]}}\n",
        "we",
        "act reads YAML 1.1, in which `yes` is true; GitHub reads 1.2, in which it is a word",
    ),
    "a filter that an event does not have": Case(
        f"on: {{release: {{types: [published], branches: [main]}}}}\n{JOB}",
        "act",
        "GitHub passes over it: seen in repositories whose releases run",
    ),
    "a scope of permissions that is new": Case(
        f"on: push\npermissions: {{something-new: read}}\n{JOB}", "act", "GitHub adds scopes; act knows those of its day"
    ),
    "an expression for a mapping": Case(
        "on: push\njobs: {a: {runs-on: x, services: '${{ fromJSON(vars.S) }}', steps: [{run: x}]}}\n",
        "act",
        "GitHub fills expressions in for whole mappings and lists; act reads them into fixed types first",
    ),
    "an expression for an action's inputs": Case(
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: a/b@v1, with: '${{ fromJSON(vars.W) }}'}]}}\n",
        "act",
        "as above",
    ),
}  # fmt: skip
LEFT_OUT_BY_ACT = re.compile(
    r" needs | must not be empty|cannot be a step's id|a key of .* is empty|two steps have the id|circle"
)
"""What only we refuse in generated files: the first half of the table."""
LEFT_OUT_BY_US = re.compile(r"unmarshal errors|Failed to match|Unknown Property|Expected a \w+ got")
"""How act says what only it refuses."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def refused_by_act(path: Path, home: Path) -> str:
    """Return why act refuses a file; empty when it does not."""
    done = subprocess.run(
        ["act", "--validate", "--strict", "-W", str(path)],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={"HOME": str(home), "XDG_CACHE_HOME": str(home), "PATH": os.environ["PATH"]},
        timeout=60,
    )
    return done.stderr.partition("Error: ")[2].strip() if done.returncode else ""


def refused_by_us(path: Path) -> str:
    errors = read_workflow(path.name, path.read_text("utf-8")).errors
    return str(errors[0]) if errors else ""


OWN = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (".github", "solutions")
    for path in (ROOT / folder).rglob("workflows/*.yml")
)


@pytest.mark.parametrize("path", OWN)
def test_our_own_workflows_are_right_for_both(path: str, home: Path) -> None:
    assert (refused_by_us(ROOT / path), refused_by_act(ROOT / path, home)) == ("", "")


@pytest.mark.parametrize("case", DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_a_known_difference_is_one(case: Case, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "ci.yml"
    path.write_text(case.text, encoding="utf-8")
    refusals = {"we": refused_by_us(path), "act": refused_by_act(path, home)}
    assert [who for who, said in refusals.items() if said] == [case.who], case.why


@pytest.mark.parametrize("batch", range(4))
def test_generated_workflows_differ_only_where_it_is_known(
    batch: int, home: Path, tmp_path: Path
) -> None:
    agreed = 0
    for seed in range(batch * 30, batch * 30 + 30):
        path = tmp_path / f"{seed}.yml"
        path.write_text(generated(seed), encoding="utf-8")
        ours, theirs = refused_by_us(path), refused_by_act(path, home)
        if bool(ours) == bool(theirs):
            agreed += 1
        elif ours:
            assert LEFT_OUT_BY_ACT.search(ours), (seed, ours)
        else:
            assert _is_passed_over(path.read_text("utf-8"), theirs), (seed, theirs)
    assert agreed >= 24


def _is_passed_over(text: str, said: str) -> bool:
    """Say whether act refuses only a filter in `on`, a scope of permissions, or an expression for a mapping."""
    if "unmarshal errors" in said:
        return True
    lines = [int(number) for number in re.findall(r"Line: (\d+)", said)]
    rows = text.split("\n")
    stop = next(
        number
        for number, row in enumerate(rows, 1)
        if number > 2 and re.match(r"\w", row) and "on:" not in row
    )
    scopes = [
        number
        for number, row in enumerate(rows, 1)
        if re.match(r"\s+[\w -]*: (read|write|none)$", row)
    ]
    return bool(lines) and all(number < stop or number in scopes for number in lines)
