"""Our reader and GitHub's own parser agree on which files are refused and on what the others hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.actions.syntax import read_workflow
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
