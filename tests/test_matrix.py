"""A matrix makes the jobs that GitHub's documentation says it makes."""

from __future__ import annotations

import textwrap

import pytest

from checker.actions.expressions import Partial
from checker.actions.matrix import MAX_JOBS, combinations, distinct
from checker.actions.scope import Scope
from checker.actions.syntax import Job, read_workflow

SCOPE = Scope(
    {"github": Partial(ref="refs/heads/main"), "vars": Partial(), "needs": {}, "inputs": {}}
)


def job(matrix: str, steps: str = "[{run: 'echo ${{ matrix.a }}'}]") -> Job:
    strategy = textwrap.indent(textwrap.dedent(matrix), " " * 8)
    text = f"on: push\njobs:\n  j:\n    runs-on: x\n    strategy:\n      matrix:\n{strategy}\n    steps: {steps}\n"
    found = read_workflow("ci.yml", text)
    assert not found.errors, found.errors
    return found.jobs["j"]


def rows(matrix: str) -> list[dict[str, object]]:
    return [dict(row) for row in combinations(job(matrix).matrix, SCOPE)]


def test_vectors_are_multiplied_in_their_order() -> None:
    assert rows("a: [1, 2]\nb: [x, y]") == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "x"},
        {"a": 2, "b": "y"},
    ]


def test_no_matrix_is_one_job() -> None:
    text = "on: push\njobs: {j: {runs-on: x, steps: []}}"
    assert combinations(read_workflow("ci.yml", text).jobs["j"].matrix, SCOPE) == ({},)


def test_an_exclusion_needs_only_a_partial_match() -> None:
    found = rows("a: [1, 2]\nb: [x, y]\nexclude: [{a: 1, b: y}, {a: 2}]")
    assert found == [{"a": 1, "b": "x"}]


def test_inclusions_extend_what_they_agree_with_and_add_what_they_do_not() -> None:
    found = rows(
        """\
        fruit: [apple, pear]
        animal: [cat, dog]
        include:
          - color: green
          - {color: pink, animal: cat}
          - {fruit: apple, shape: circle}
          - {fruit: banana}
          - {fruit: banana, animal: cat}
        """
    )
    assert found == [
        {"fruit": "apple", "animal": "cat", "color": "pink", "shape": "circle"},
        {"fruit": "apple", "animal": "dog", "color": "green", "shape": "circle"},
        {"fruit": "pear", "animal": "cat", "color": "pink"},
        {"fruit": "pear", "animal": "dog", "color": "green"},
        {"fruit": "banana"},
        {"fruit": "banana", "animal": "cat"},
    ]


def test_inclusions_alone_make_the_jobs() -> None:
    assert rows("include: [{a: 1}, {a: 2}]") == [{"a": 1}, {"a": 2}]


def test_a_vector_may_be_an_expression_that_is_known() -> None:
    assert rows("a: ${{ fromJSON('[1, 2]') }}") == [{"a": 1}, {"a": 2}]


def test_what_only_a_run_can_tell_is_unknown_in_the_combinations() -> None:
    (row,) = combinations(job("a: ${{ fromJSON(needs.plan.outputs.list) }}\nb: [1]").matrix, SCOPE)
    assert isinstance(row, Partial)
    assert row["b"] == 1


def test_jobs_that_the_steps_cannot_tell_apart_are_simulated_once() -> None:
    found = job("a: [1, 2]\nb: [x, y, z]")
    assert len(distinct(found, combinations(found.matrix, SCOPE), lambda _: "unix")) == 2
    whole = job("a: [1, 2]\nb: [x, y, z]", "[{run: 'echo ${{ toJSON(matrix) }}'}]")
    assert len(distinct(whole, combinations(whole.matrix, SCOPE), lambda _: "unix")) == 6


@pytest.mark.parametrize("size", [10, 30])
def test_a_huge_matrix_stops_where_github_stops(size: int) -> None:
    values = ", ".join(map(str, range(size)))
    assert len(rows("".join(f"{name}: [{values}]\n" for name in "abcdefgh"))) == MAX_JOBS
