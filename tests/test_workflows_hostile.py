"""Hostile workflows: following them is bounded, and what was left for it is said and never counted as missing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from checker.actions.activities import activities_of
from checker.actions.activity import Activities
from checker.actions.workflows import MAX_TEXT, workflows_of
from checker.grading import grade
from checker.rubric.scheme import default
from checker.rubric.verdict import Outcome
from checker.services.repository import Folder, Repository
from checker.target import Target
from tests.test_recipes_hostile import COSTLY
from tests.watchdog import watchdog

ON = "on: {push: , pull_request: , release: , workflow_dispatch: , schedule: [{cron: '1 1 * * *'}]}\n"
CALLED = "on: {push: , workflow_call: }\njobs:\n"
PLACE = ".github/workflows"
Files = Mapping[str, str]


def workflow(jobs: str) -> Files:
    return {f"{PLACE}/ci.yml": f"{ON}jobs:\n{jobs}"}


def job(steps: str, more: str = "", name: str = "a") -> str:
    return f" {name}:\n  runs-on: x\n{more}  steps:\n{steps}"


def matrix(width: int, *names: str) -> str:
    values = ",".join(map(str, range(width)))
    return "  strategy:\n   matrix:\n" + "".join(f"    {name}: [{values}]\n" for name in names)


def needing(number: int, needs: str, steps: str = "[{run: p}]") -> str:
    return f" j{number}:\n  runs-on: x\n  needs: [{needs}]\n  steps: {steps}\n"


TOO_MUCH = {
    "costly scripts": workflow(job("".join(f"  - run: ': {n}; {COSTLY}'\n" for n in range(4_000)))),
    "scripts that differ by event": workflow(
        job("".join(f"  - run: ': {n} $GITHUB_REF; {COSTLY}'\n" for n in range(2_000)))
    ),
    "many steps": workflow(job("".join(f"  - run: p {n}\n" for n in range(20_000)))),
    "many outputs": workflow(
        job("".join(f"  - {{run: p, id: i{n}, env: {{A: '${{{{ steps.i{n - 1}.outputs.a }}}}'}}}}\n" for n in range(4_000)))
    ),
    "many variables": workflow(job("".join(f"  - run: echo A{n}=b >> $GITHUB_ENV\n" for n in range(5_000)))),
    "a matrix of steps": workflow(
        job("".join(f"  - run: p ${{{{ matrix.v }}}} ${{{{ matrix.w }}}} {n}\n" for n in range(3_000)), matrix(16, "v", "w"))
    ),
    "many launchers": workflow(job("".join(f"  - run: make a X={n}\n" for n in range(3_000))))
    | {"Makefile": "a:\n" + "".join(f"\tp {n}\n\tq {n}\n" for n in range(190))},
    "a costly Makefile": workflow(job("  - run: make a\n"))
    | {"Makefile": "a:\n" + "".join(f"\t: {n}; {COSTLY}\n" for n in range(300))},
    "calls of calls": {
        f"{PLACE}/a{n}.yml": CALLED + "".join(f" j{m}:\n  uses: ./{PLACE}/a{n + 1}.yml\n" for m in range(20)) for n in range(9)
    }
    | {f"{PLACE}/a9.yml": CALLED + job("  - run: p\n")},
    "calls in a ring": {
        f"{PLACE}/a{n}.yml": CALLED + "".join(f" j{m}:\n  uses: ./{PLACE}/a{m}.yml\n" for m in range(9)) for n in range(9)
    },
    "actions of actions": workflow(job("  - uses: ./a0\n" * 20))
    | {f"a{n}/action.yml": "runs:\n using: composite\n steps:\n" + f" - uses: ./a{n + 1}\n" * 20 for n in range(12)},
    "an action in itself": workflow(job("  - uses: ./a\n")) | {"a/action.yml": "runs:\n using: composite\n steps:\n" + " - uses: ./a\n" * 20},
    "many files": {f"{PLACE}/a{n}.yml": f"{ON}jobs:\n" + job("  - run: p\n") for n in range(300)},
    "long files": {
        f"{PLACE}/a{n}.yml": f"{ON}jobs:\n" + job("  - run: |\n" + "     # nothing\n" * 40_000) for n in range(8)
    },
}  # fmt: skip

BOUNDED = {
    "a workflow that calls itself": {f"{PLACE}/ci.yml": CALLED + "".join(f" j{n}:\n  uses: ./{PLACE}/ci.yml\n" for n in range(50))},
    "workflows that follow each other": {
        f"{PLACE}/a{n}.yml": f"name: w{n}\non: {{push: , workflow_run: {{workflows: [{','.join(f'w{m}' for m in range(40))}]}}}}\njobs:\n"
        + job("  - run: p\n")
        for n in range(40)
    },
    "needs of all by all": workflow(
        "".join(needing(n, ",".join(f"j{m}" for m in range(max(0, n - 200), n))) for n in range(400))
    ),
    "needs in a long chain": workflow("".join(needing(n, f"j{n + 1}") for n in range(1_500)) + needing(1_500, "")),
    "needs in a circle": workflow("".join(needing(n, f"j{(n + 1) % 1_500}") for n in range(1_500))),
    "outputs that double": workflow(
        "".join(
            f" j{n}:\n  runs-on: x\n  needs: [j{n - 1}]\n  steps: [{{run: p}}]\n"
            f"  outputs: {{a: '${{{{ needs.j{n - 1}.outputs.a }}}}${{{{ needs.j{n - 1}.outputs.a }}}}'}}\n" if n else
            " j0:\n  runs-on: x\n  steps: [{run: p}]\n  outputs: {a: xxxxxxxxxx}\n"
            for n in range(100)
        )
    ),
    "10 000 jobs": workflow("".join(f" j{n}:\n  runs-on: x\n  steps: [{{run: p}}]\n" for n in range(10_000))),
    "a matrix of ten": workflow(job("  - run: p ${{ matrix.v }}\n", matrix(30, *"vwabcdefgh"))),
    "exclusions": workflow(job("  - run: p\n", matrix(2_000, "v", "w") + "    exclude:\n" + "".join(f"    - {{v: {n}}}\n" for n in range(3_000)))),
    "an expression 20 000 levels deep": workflow(job("  - run: p\n    if: " + "(" * 20_000 + "true" + ")" * 20_000 + "\n")),
    "20 000 times not": workflow(job("  - run: p\n    if: ${{ " + "!" * 20_000 + "true }}\n")),
    "20 000 properties": workflow(job("  - run: p ${{ github" + ".event" * 20_000 + " }}\n")),
    "long conditions": workflow(job("".join("  - run: p\n    if: " + "github.ref == 'x' || " * 900 + "true\n" for _ in range(5)))),
    "formats that grow": workflow(job("  - run: p ${{ format('" + "{0}" * 5_000 + "', '" + "x" * 5_000 + "') }}\n")),
    "all of the event": workflow(job("  - run: echo '${{ toJSON(github) }}'\n" * 1_000)),
    "patterns": {f"{PLACE}/ci.yml": "on:\n push:\n  branches: [" + ",".join(f"'**/{n}*'" for n in range(9_000)) + "]\njobs:\n" + job("  - run: p\n")},
    "a pattern of stars": {f"{PLACE}/ci.yml": "on:\n push:\n  branches: ['" + "*a" * 9_000 + "', '" + "**/" * 9_000 + "']\njobs:\n" + job("  - run: p\n")},
}  # fmt: skip


def read(files: Files) -> Activities:
    repository = Repository("student", Folder(files))
    with watchdog():
        return activities_of(repository, workflows=workflows_of(repository))


@pytest.mark.parametrize("files", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_is_said(files: Files) -> None:
    assert [one for one in read(files).unread if not one.uses]


@pytest.mark.parametrize("files", BOUNDED.values(), ids=BOUNDED.keys())
def test_hostile_workflows_are_followed_within_bounds(files: Files) -> None:
    found = read(files)
    assert not found.found
    assert not [one for one in found.unread if not one.uses]


def test_a_large_repository_is_read_whole() -> None:
    files = {
        f"{PLACE}/a{n}.yml": f"{ON}jobs:\n"
        + job(
            "  - uses: actions/checkout@v4\n" + f"  - run: make test N={n}\n" * 20, matrix(5, "v")
        )
        for n in range(60)
    } | {"Makefile": "test:\n\truff check .\n\tpytest\n"}
    found = read(files)
    assert not found.unread
    assert len(found.of("test")) == len(found.of("lint")) == 1_200


@pytest.mark.parametrize("name", ["costly scripts", "a costly Makefile", "many files"])
def test_what_was_not_read_is_unknown_and_not_a_zero(name: str) -> None:
    repository = Repository("student", Folder(TOO_MUCH[name]))
    with watchdog():
        found = grade(Target(folder="."), default(), repository=repository)
    verdicts = {line.criterion.id: line.verdict for line in found.lines}
    assert {verdicts[id].outcome for id in ("CI1", "CI2", "LIB1", "IMG1")} == {Outcome.UNKNOWN}
    assert "as far as can be read" in verdicts["CI1"].reason


def test_the_files_that_are_not_read_are_named() -> None:
    text = f"{ON}jobs:\n" + job("  - run: p\n") + "#" * (MAX_TEXT // 3)
    files = {f"{PLACE}/a{number}.yml": text for number in range(4)}
    workflows = workflows_of(Repository("student", Folder(files)))
    assert [flow.path for flow in workflows.all] == [f"{PLACE}/a0.yml", f"{PLACE}/a1.yml"]
    assert workflows.unread == (f"{PLACE}/a2.yml", f"{PLACE}/a3.yml")
