"""Jobs and steps as GitHub shows them are found in the workflow's text again."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from checker.actions.syntax import read_workflow
from checker.actions.workflows import Workflows
from checker.chain.alignment import align, align_steps
from checker.chain.labels import pattern
from checker.services.github.model import Job, Step
from checker.services.repository import Folder, Repository
from tests.past import NOON, job, step

CI = ".github/workflows/ci.yml"


def flows(*texts: str) -> Workflows:
    paths = (CI, ".github/workflows/called.yml", ".github/workflows/deeper.yml")
    read = tuple(
        read_workflow(path, textwrap.dedent(text)) for path, text in zip(paths, texts, strict=False)
    )
    return Workflows(Repository("hw", Folder({}), full_name="me/hw"), read)


def jobs(text: str) -> str:
    return f"on: push\njobs:\n{textwrap.indent(textwrap.dedent(text), '  ')}"


def found(workflows: Workflows, *shown: Job) -> dict[str, list[str]]:
    made = align(workflows.all[0], workflows, shown)
    return {id: [one.job.name for one in many] for id, many in made.items()}


STEPS = "runs-on: ubuntu-latest\n  steps: [{run: make}]"


@pytest.mark.parametrize(
    ("text", "shown", "ids"),
    [
        (f"build:\n  {STEPS}", ["build"], ["build"]),
        (f"build:\n  name: Сборка\n  {STEPS}", ["Сборка"], ["build"]),
        (f"build:\n  name: Test ${{{{ matrix.py }}}}\n  {STEPS}", ["Test 3.12"], ["build"]),
        (f"build:\n  name: Test ${{{{ matrix.py }}}}\n  {STEPS}", ["Test ${{ matrix.py }}"], ["build"]),
        (f"test:\n  strategy: {{matrix: {{py: [1, 2]}}}}\n  {STEPS}", ["test (1)", "test (2)"], ["test", "test"]),
        (f"test:\n  name: Tests\n  strategy: {{matrix: {{py: [1, 2]}}}}\n  {STEPS}", ["Tests (1)", "Tests (2)"], ["test", "test"]),
        (f"test:\n  strategy: {{matrix: {{py: [1]}}}}\n  {STEPS}\nother:\n  name: test (1)\n  {STEPS}", ["test (1)"], ["other"]),
        (f"test:\n  {STEPS}\ntest-all:\n  {STEPS}", ["test-all", "test"], ["test-all", "test"]),
        (f"test:\n  name: ${{{{ matrix.a }}}}\n  {STEPS}\nlint:\n  {STEPS}", ["lint", "anything"], ["lint", "test"]),
        (f"test:\n  {STEPS}", ["another"], []),
        (f"test:\n  {STEPS}", ["test (1)"], []),
    ],
    ids=[
        "by its id", "by its name", "a name with an expression", "never filled", "a matrix", "a named matrix",
        "a name that looks like a matrix", "one name inside another", "a name of which nothing is known", "of no job",
        "no matrix",
    ],
)  # fmt: skip
def test_a_job_is_found_by_its_name(text: str, shown: list[str], ids: list[str]) -> None:
    made = align(
        flows(jobs(text)).all[0], flows(jobs(text)), [job(name, "Run make") for name in shown]
    )
    by_name = {one.job.name: id for id, many in made.items() for one in many}
    assert [by_name[name] for name in shown if name in by_name] == ids


CALLING = jobs("""
    call:
      uses: ./.github/workflows/called.yml
    own:
      needs: call
      runs-on: ubuntu-latest
      steps: [{run: make}]
""")
CALLED = (
    "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: pytest}]\n"
)


def test_the_jobs_of_a_called_workflow_stand_behind_their_callers_name() -> None:
    both = flows(CALLING, CALLED)
    assert found(both, job("call / test", "Run pytest"), job("own", "Run make")) == {
        "call / test": ["call / test"],
        "own": ["own"],
    }


def test_a_call_in_a_matrix_of_a_call_is_found() -> None:
    outer = jobs("""
        call:
          name: Проверка
          strategy: {matrix: {py: [1, 2]}}
          uses: me/hw/.github/workflows/called.yml@main
    """)
    middle = "on: workflow_call\njobs:\n  inner:\n    uses: ./.github/workflows/deeper.yml\n"
    three = flows(outer, middle, CALLED)
    shown = job("Проверка (2) / inner / test", "Run pytest")
    assert found(three, shown) == {"call / inner / test": [shown.name]}


def test_a_call_that_was_skipped_stands_for_all_it_would_have_called() -> None:
    skipped = Job(1, "call", "", "completed", "skipped")
    assert found(flows(CALLING, CALLED), skipped) == {"call / test": ["call"]}


def test_a_call_of_another_repositorys_workflow_is_one_job_with_all_that_it_makes() -> None:
    away = flows(jobs("call:\n  uses: org/ci/.github/workflows/py.yml@v1"))
    assert found(away, job("call / test"), job("call / lint")) == {
        "call": ["call / test", "call / lint"]
    }


def test_workflows_that_call_each_other_in_a_circle_come_to_an_end() -> None:
    circle = flows(
        jobs("a:\n  uses: ./.github/workflows/called.yml"),
        "on: workflow_call\njobs:\n  b:\n    uses: ./.github/workflows/ci.yml\n",
    )
    assert found(circle, job("a / b / a / x")) == {"a / b": ["a / b / a / x"]}


def test_of_two_jobs_of_one_name_the_steps_decide() -> None:
    text = jobs("""
        one: {name: check, runs-on: ubuntu-latest, steps: [{run: ruff check .}]}
        two: {name: check, runs-on: ubuntu-latest, steps: [{run: pytest}]}
    """)
    assert list(found(flows(text), job("check", "Run pytest"))) == ["two"]


def steps(text: str) -> Mapping[int, Step] | tuple[object, ...]:
    (job,) = read_workflow(
        CI, jobs(f"job:\n  runs-on: x\n  steps:\n{textwrap.indent(textwrap.dedent(text), '    ')}")
    ).jobs.values()
    return job.steps


def aligned(text: str, *shown: str | Step) -> list[tuple[int, str]]:
    by_number = align_steps(steps(text), job("job", *shown).steps)  # type: ignore[arg-type]
    return [(number, one.name) for number, one in sorted(by_number.items())]


ORDINARY = """
    - uses: actions/checkout@v7
    - run: |
        python -m build
        twine check dist/*
    - name: Publish ${{ github.ref_name }}
      run: twine upload dist/*
"""


@pytest.mark.parametrize(
    ("shown", "numbers"),
    [
        (["Run actions/checkout@v7", "Run python -m build", "Publish v1.2.3"], [1, 2, 3]),
        (["Pre Run me/x@v1", "Run actions/checkout@v7", "Run python -m build", "Publish v1", "Post Run actions/checkout@v7"], [1, 2, 3]),
        (["Run actions/checkout@v7", "Run python -m build", "Publish ${{ github.ref_name }}"], [1, 2, 3]),
        (["Run actions/checkout@v7", "Publish v1.2.3"], [1, 3]),
        (["Initialize containers", "Run actions/checkout@v7", "Run python3 -m build", "Publish v1", "Stop containers"], [1, 2, 3]),
        (["Run actions/checkout@v6", "Run make", "Upload"], [1, 2, 3]),
        (["Upload", "Run make"], []),
        (["Run python -m build"], [2]),
        ([], []),
    ],
    ids=[
        "all", "the runner's own between them", "a name never filled", "one is not told of", "renamed since, in its place",
        "all renamed, as many as there are", "all renamed, not as many", "the middle one", "no steps",
    ],
)  # fmt: skip
def test_steps_are_found_in_order_by_name_and_then_by_position(
    shown: list[str], numbers: list[int]
) -> None:
    assert [number for number, _ in aligned(ORDINARY, *shown)] == numbers


def test_equal_names_keep_their_order() -> None:
    text = "- run: pytest a\n- run: pytest\n- run: pytest\n"
    shown = [
        step(2, "Run pytest a"),
        step(3, "Run pytest", "failure"),
        step(4, "Run pytest", "skipped"),
    ]
    by_number = align_steps(steps(text), job("job", *shown).steps)  # type: ignore[arg-type]
    assert [by_number[n].conclusion for n in (1, 2, 3)] == ["success", "failure", "skipped"]


def test_a_composite_action_is_one_step() -> None:
    assert aligned(
        "- uses: ./.github/actions/publish\n- run: make",
        "Run ./.github/actions/publish",
        "Run make",
    ) == [
        (1, "Run ./.github/actions/publish"),
        (2, "Run make"),
    ]


def test_numbers_with_gaps_and_any_order_are_put_into_order() -> None:
    shown = [
        Step(9, "Run b", "completed", "success", NOON),
        Step(4, "Run a", "completed", "success", NOON),
    ]
    assert list(align_steps(steps("- run: a\n- run: b"), shown)) == [1, 2]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "name", "fits"),
    [
        ("Test", "Test", True),
        ("Test", "Tests", False),
        ("Test ${{ matrix.os }} on ${{ matrix.py }}", "Test linux on 3.12", True),
        ("Test ${{ matrix.os }} on ${{ matrix.py }}", "Test linux 3.12", False),
        ("${{ a }}${{ b }}", "", True),
        ("a${{ x }}a", "a", False),
        ("${{ never closed", "${{ never closed", True),
        ("${{ '}}' }} x", "anything x", True),
    ],
)
def test_a_name_with_expressions_fits_what_they_may_have_come_to(
    template: str, name: str, fits: bool
) -> None:
    assert pattern(template).fits(name) is fits


def test_a_hostile_name_takes_no_time() -> None:
    assert not pattern("${{ a }}x" * 2000 + "!").fits("x" * 20_000)


def test_a_hostile_run_takes_little_time_and_leaves_the_rest_untold() -> None:
    steps_ = "".join(f"      - run: make {n}\n" for n in range(150))
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps_}"
    many = [job("a", *(f"Run make {n}" for n in range(150)), id=n) for n in range(300)]
    made = align(flows(text).all[0], flows(text), many)["a"]
    assert len(made[0].steps) == 100
    assert len(made) < 300
