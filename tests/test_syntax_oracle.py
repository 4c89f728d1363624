"""Our reader and GitHub's own parser agree on which files are refused and on what the others hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from checker.actions.syntax import read_workflow
from tests.generated_workflows import generated
from tests.oracles import parse_workflows

pytestmark = pytest.mark.oracle

JOB = "jobs: {a: {runs-on: x, steps: [{run: make}]}}\n"

GOOD = (
    f"on: push\n{JOB}",
    f"on: [push, pull_request]\n{JOB}",
    f"on: {{push: {{branches: [main], tags: 'v*'}}, schedule: [{{cron: '0 0 * * *'}}]}}\n{JOB}",
    f"on: {{workflow_dispatch: {{inputs: {{a: {{type: boolean, default: true}}}}}}}}\n{JOB}",
    "on: push\njobs: {a: {runs-on: [self-hosted, x], needs: [], steps: [{uses: a/b@v1, with: {c: 1}}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: a}]}, b: {runs-on: x, needs: a, if: always(), steps: [{run: b}]}}\n",
    "on: push\njobs: {a: {uses: ./.github/workflows/b.yml, with: {x: 1}, secrets: inherit}}\n",
    "on: push\nenv: {A: 3.10, B: yes, C: ~}\njobs: {a: {runs-on: x, steps: [{run: 'echo ${{ env.A }}'}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: a, continue-on-error: '${{ matrix.x }}'}], strategy: {matrix: {x: [1]}}}}\n",
    "on: push\njobs:\n  a: &a {runs-on: x, steps: [{run: a}]}\n  b: *a\n",
    "on: push\npermissions: read-all\nconcurrency: x\ndefaults: {run: {shell: bash}}\n" + JOB,
    "on: push\njobs: {a: {runs-on: x, environment: {name: pypi, url: 'https://example.org'}, steps: [{run: a}]}}\n",
    "on: {workflow_run: {workflows: [CI], types: [completed]}}\n" + JOB,
)
BAD = (
    "on: push\n",
    JOB,
    f"on: push\non: push\n{JOB}",
    f"on: push\nstages: 1\n{JOB}",
    f"on: pull-request\n{JOB}",
    "on: push\njobs: {a: {steps: [{run: a}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{name: nothing}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: a, uses: b/c@v1}]}}\n",
    "on: push\njobs: {a: {runs-on: x, needs: b, steps: [{run: a}]}}\n",
    "on: push\njobs: {a: {runs-on: x, needs: b, steps: [{run: a}]}, b: {runs-on: x, needs: a, steps: [{run: a}]}}\n",
    "on: push\njobs: {a: {runs-on: x, if: secrets.A == '', steps: [{run: a}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: '${{ nothing.x }}'}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: '${{ github.ref'}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: a, if: 'contains(github.ref)'}]}}\n",
    "on: push\njobs: {a: {runs-on: x, timeout-minutes: soon, steps: [{run: a}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: a, continue-on-error: yes}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: {run: a}}}\n",
    "on: push\njobs:\n  a: &a {runs-on: x, steps: [{run: a}]}\n  b: {<<: *a}\n",
    "on: push\njobs: {1a: {runs-on: x, steps: [{run: a}]}}\n",
    "on: push\njobs: {a: {runs-on: x, steps: [{run: a, id: s}, {run: b, id: s}]}}\n",
    "on: push\njobs: [a]\n",
    "on: push\njobs:\n\ta: 1\n",
    "on: push\njobs: {a: {runs-on: x, permissions: everything, steps: [{run: a}]}}\n",
    "on: push\njobs: {a: {uses: ./.github/workflows/b.yml, runs-on: x}}\n",
)


def test_files_are_refused_or_read_as_githubs_parser_does(tmp_path: Path) -> None:
    paths = []
    for number, text in enumerate((*GOOD, *BAD)):
        path = tmp_path / f"{number}.yml"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    differences = []
    for path, theirs in zip(paths, parse_workflows(paths), strict=True):
        ours = read_workflow(path.name, path.read_text("utf-8"))
        if bool(ours.errors) != bool(theirs["errors"]):
            said = [str(error) for error in ours.errors]
            differences.append(f"{path.read_text('utf-8')}theirs {theirs['errors']}, ours {said}")
        elif not ours.errors:
            assert sorted(ours.triggers) == sorted(theirs["events"])
            assert {id: list(job.needs) for id, job in ours.jobs.items()} == {
                id: list(job["needs"] or []) for id, job in theirs["jobs"].items()
            }
            assert {
                id: [str(step.uses) or None for step in job.steps] for id, job in ours.jobs.items()
            } == {
                id: [step["uses"] for step in job["steps"] or []]
                for id, job in theirs["jobs"].items()
            }
    assert not differences, "\n".join(differences)
    refused = [bool(read_workflow("x.yml", text).errors) for text in (*GOOD, *BAD)]
    assert refused == [False] * len(GOOD) + [True] * len(BAD)


def passed_over(text: str, error: str) -> bool:
    """Say whether GitHub's strict parser refuses what GitHub itself lets pass.

    The parser is that of editors. GitHub reads `on` with a description that knows `workflow_call` alone and
    takes the filters of other events as they come; and it knows scopes of permissions that are newer than the parser.
    """
    line = int(re.search(r"Line: (\d+)", error)[1])  # type: ignore[index]
    if "Unexpected value" in error and _section(text, line) == "permissions":
        return True
    root = yaml.compose(text)
    ((start, stop),) = [
        (key.start_mark.line, value.end_mark.line) for key, value in root.value if key.value == "on"
    ]
    return start < line - 1 < stop


def _section(text: str, line: int) -> str:
    """Return the key around a line, the nearest that is indented less."""
    lines = text.split("\n")
    depth = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for before in reversed(lines[: line - 1]):
        if len(before) - len(before.lstrip()) < depth:
            return before.strip().rstrip(":")
    return ""


@pytest.mark.parametrize("batch", range(2))
def test_generated_files_are_refused_where_githubs_parser_refuses_them(
    tmp_path: Path, batch: int
) -> None:
    paths = []
    for seed in range(batch * 150, batch * 150 + 150):
        path = tmp_path / f"{seed}.yml"
        path.write_text(generated(seed), encoding="utf-8")
        paths.append(path)
    refused = 0
    for path, theirs in zip(paths, parse_workflows(paths), strict=True):
        text = path.read_text("utf-8")
        ours = read_workflow(path.name, text).errors
        refused += bool(ours)
        if bool(ours) != bool(theirs["errors"]):
            assert not ours, f"seed {path.stem}: only we refuse it: {ours[0]}"
            assert all(passed_over(text, error) for error in theirs["errors"]), (
                path.stem,
                theirs["errors"],
            )
    assert 75 < refused < 135
