"""Lesson 03 takes whatever is right, however it is written, and answers everything else with the message that helps."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest

from checker.workbook import Lab, composite, leaks, lessons, telling, told
from checker.workbook.exercise import Attempt, checks
from checker.workbook.lessons import n03_anatomy_of_a_workflow as lesson
from checker.workbook.runs import Job, Run, Runs, Step
from checker.workbook.situations import SITUATIONS, running
from checker.workbook.workflows import Reading
from solutions.book.source import read as read_source

SOURCE = read_source(Path(__file__).parents[1] / "solutions" / "src" / f"{lesson.SLUG}.py")
CI = ".github/workflows/ci.yml"
PREPARE = ".github/actions/prepare/action.yml"
RIGHT = {"workflow": 1, "event": 4, "job": 20, "runner": 22, "step": 29, "action": 16}


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    return Lab(lesson.SLUG, "en", edition=1)


def judged(lab, id, *answers, files=None):
    """Judge an answer, and see that both languages have words for what came of it; return its name and its facts."""
    for path, text in (files or {}).items():
        target = lab.homework / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
    found = checks(lesson.SLUG)[id](Attempt(lab), *answers)
    for language in ("en", "ru"):
        one = Lab(lesson.SLUG, language, edition=1)
        assert telling.outcome(one.texts, one.words, id, found).text
    return found.reason or found.kind, found.facts


def name(lab, id, *answers, files=None):
    return judged(lab, id, *answers, files=files)[0]


def answered(id, variable):
    """Return a text that the lesson's own solution gives a variable."""
    cell = next(one for one in SOURCE.cells if one.key == id)
    inside = cell.text.partition("### BEGIN SOLUTION\n")[2].partition("### END")[0]
    made = {}
    exec(inside, made)  # noqa: S102 - the lesson's own source
    return made[variable]


class Odd:
    def __str__(self):
        raise RuntimeError("never")

    __repr__ = __str__

    def __eq__(self, other):
        raise RuntimeError("never")

    __hash__ = None


ODD = [
    pytest.param(5, id="a number"),
    pytest.param("", id="nothing"),
    pytest.param("x" * 1_000_000, id="a megabyte"),
    pytest.param([], id="a list"),
    pytest.param({}, id="a dictionary"),
    pytest.param(
        {"workflow": Odd(), "job": Odd(), "ci.yml": Odd()}, id="values that refuse everything"
    ),
    pytest.param(object(), id="an object"),
    pytest.param(lambda: None, id="a function"),
    pytest.param({"ci.yml": [Odd()], "job": [1, 2], "step": {"a": 1}}, id="lists inside"),
    pytest.param(b"\xff", id="bytes"),
    pytest.param("`${{ secrets }}` <script>alert(1)</script> {lines}", id="hostile text"),
    pytest.param({"job": float("nan"), "step": float("inf"), "workflow": 10**400}, id="no numbers"),
]


@pytest.mark.parametrize("answer", ODD)
@pytest.mark.parametrize("id", ["q1", "q3", "q4", "q6", "q7"])
def test_no_answer_is_so_odd_that_a_check_stumbles(lab, id, answer):
    extra = (answer,) if id in {"q4", "q7"} else ()
    assert checks(lesson.SLUG)[id](Attempt(lab), answer, *extra).kind in {"wrong", "unattempted"}


@pytest.mark.parametrize("id", ["q1", "q3", "q4"])
def test_what_should_be_a_dictionary_and_is_none_is_told_so(lab, id):
    assert name(lab, id, ["push"]) == "not_a_dict"


# 1


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(RIGHT, id="other lines than the solution's"),
        pytest.param({**RIGHT, "step": 18, "job": 13, "event": 6}, id="a line inside of a step"),
        pytest.param({word: str(number) for word, number in RIGHT.items()}, id="as texts"),
        pytest.param({word: [number] for word, number in RIGHT.items()}, id="each in a list"),
        pytest.param({**RIGHT, "step": 16}, id="a step that is an action"),
    ],
)
def test_any_line_that_shows_the_word_will_do(lab, lines):
    assert name(lab, "q1", lines) == "correct"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"job": 12}, "heading", id="jobs:"),
        pytest.param({"event": 3}, "heading", id="on:"),
        pytest.param({"step": 15}, "heading", id="steps:"),
        pytest.param({"action": 18}, "run_is_no_action", id="a command"),
        pytest.param({"action": 17}, "run_is_no_action", id="a name"),
        pytest.param({"event": 5}, "filter_is_no_event", id="the cron line"),
        pytest.param({"event": 7}, "filter_is_no_event", id="the branches"),
        pytest.param({"job": 14}, "other_word", id="the runner"),
        pytest.param({"runner": 19}, "empty_line", id="an empty line"),
        pytest.param({"runner": 99}, "no_such_line", id="behind the end"),
        pytest.param({"runner": -1}, "no_such_line", id="before the beginning"),
        pytest.param({"runner": None}, "missing", id="not given"),
        pytest.param({"runner": True}, "missing", id="no number"),
        pytest.param({"runner": "14.5"}, "missing", id="half a line"),
    ],
)
def test_a_wrong_line_is_answered_for_what_it_is(lab, changed, reason):
    assert name(lab, "q1", {**RIGHT, **changed}) == reason


def test_who_counts_from_zero_is_told_so(lab):
    assert (
        name(
            lab,
            "q1",
            {word: number - 1 for word, number in RIGHT.items() if word != "step"} | {"step": 15},
        )
        == "from_zero"
    )


def test_nothing_said_is_not_attempted(lab):
    assert name(lab, "q1", dict.fromkeys(RIGHT)) == "unattempted"
    assert name(lab, "q1", None) == "unattempted"


# 2

JOB = """
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
"""
BOTH = "on: [push, pull_request]\njobs:\n  check:" + JOB

OTHER_WAYS = {
    "make": {
        CI: BOTH + "      - run: make check\n",
        "Makefile": "check: style\n\tpython -m pytest\nstyle:\n\truff check .\n",
    },
    "tox": {
        CI: BOTH + "      - run: pip install tox\n      - run: tox\n",
        "tox.ini": "[tox]\nenv_list = lint, py\n[testenv]\ndeps = pytest\ncommands = pytest\n"
        "[testenv:lint]\ndeps = ruff\ncommands = ruff check .\n",
    },
    "nox": {
        CI: BOTH + "      - run: pipx run nox\n",
        "noxfile.py": """\
        import nox

        @nox.session
        def lint(session):
            session.install("ruff")
            session.run("ruff", "check", ".")

        @nox.session
        def tests(session):
            session.install(".", "pytest")
            session.run("pytest")
        """,
    },
    "two files": {
        ".github/workflows/lint.yaml": BOTH + "      - run: pipx run ruff check .\n",
        ".github/workflows/tests.yml": BOTH + "      - run: pip install . pytest && pytest -q\n",
    },
    "two jobs": {
        CI: BOTH + "      - run: ruff check .\n  test:" + JOB + "      - run: python -m pytest tests\n"
    },
    "pre-commit": {
        CI: BOTH + "      - uses: pre-commit/action@v3.0.1\n      - run: pytest\n",
        ".pre-commit-config.yaml": """\
        repos:
          - repo: https://github.com/astral-sh/ruff-pre-commit
            rev: v0.17.6
            hooks: [{id: ruff-check}]
        """,
    },
    "uv": {
        CI: BOTH
        + "      - uses: astral-sh/setup-uv@v7\n      - run: uv run ruff check\n      - run: uv run pytest\n"
    },
    "other tools": {
        CI: BOTH + "      - run: flake8 campfire\n      - run: python -m unittest discover\n"
    },
    "one script": {
        CI: BOTH + "      - run: bash ci/check.sh\n",
        "ci/check.sh": "set -e\nruff check .\npython -m pytest\n",
    },
    "two events, long": {
        CI: "on:\n  push:\n    branches: ['**']\n  pull_request:\n    branches: [main]\n"
        + BOTH.partition("\n")[2] + "      - run: |\n          pylint campfire\n          pytest\n"
    },
    "pull requests alone, and merges by them": {
        CI: BOTH.replace("[push, pull_request]", "pull_request") + "      - run: ruff check . && pytest\n"
    },
    "an action of the repository": {
        CI: BOTH + "      - uses: ./.github/actions/check\n",
        ".github/actions/check/action.yml": """\
        name: Check
        runs:
          using: composite
          steps:
            - {run: ruff check ., shell: bash}
            - {run: pytest, shell: bash}
        """,
    },
    "a called workflow": {
        CI: "on: [push, pull_request]\njobs:\n  all:\n    uses: ./.github/workflows/all.yml\n",
        ".github/workflows/all.yml": BOTH.replace("[push, pull_request]", "workflow_call")
        + "      - run: ruff check .\n      - run: pytest\n",
    },
    "git fetches the code": {
        CI: BOTH.replace("uses: actions/checkout@v7", "run: git clone $URL .")
        + "      - run: ruff check .\n      - run: pytest\n"
    },
    "a matrix": {
        CI: BOTH.replace("    steps", "    strategy: {matrix: {python: ['3.12', '3.13']}}\n    steps")
        + "      - run: ruff check .\n      - run: pytest\n"
    },
}  # fmt: skip


@pytest.mark.parametrize("files", OTHER_WAYS.values(), ids=OTHER_WAYS)
def test_other_ways_to_lint_and_test_are_as_right(lab, files):
    assert name(lab, "q2", files=files) == "correct"


CHECKS = "      - run: ruff check .\n      - run: pytest\n"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        pytest.param({}, "unattempted", id="no file"),
        pytest.param({"workflows/ci.yml": BOTH + CHECKS}, "wrong_folder", id="no .github"),
        pytest.param({".github/workflow/ci.yml": BOTH + CHECKS}, "wrong_folder", id="a letter too few"),
        pytest.param({".github/ci.yml": BOTH + CHECKS}, "wrong_folder", id="a folder too high"),
        pytest.param({CI: BOTH + "\t- run: pytest\n"}, "not_yaml", id="a tab"),
        pytest.param({CI: ""}, "not_yaml", id="an empty file"),
        pytest.param({CI: "ruff check . && pytest\n"}, "refused", id="no mapping"),
        pytest.param({CI: BOTH + "      - name: Lint\n      - run: ruff check .\n"}, "refused", id="a dash too many"),
        pytest.param({CI: BOTH.replace("on:", "onn:") + CHECKS}, "refused", id="no such key"),
        pytest.param({CI: BOTH.replace("[push, pull_request]", "[push, pullrequest]") + CHECKS}, "refused", id="no such event"),
        pytest.param({CI: BOTH.replace("[push, pull_request]", "push") + CHECKS}, "no_pull_request", id="pushes alone"),
        pytest.param({CI: BOTH.replace("[push, pull_request]", "{schedule: [{cron: '0 6 * * 1'}]}") + CHECKS}, "never_on_change", id="by the clock"),
        pytest.param({CI: BOTH.replace("[push, pull_request]", "{push: {tags: ['v*']}}") + CHECKS}, "never_on_change", id="tags alone"),
        pytest.param({CI: BOTH + "      - run: ruff check .\n"}, "no_test", id="no test"),
        pytest.param({CI: BOTH + "      - run: pytest\n"}, "no_lint", id="no linter"),
        pytest.param({CI: BOTH + "      - run: ruff check .\n      - run: echo pytest\n"}, "only_looks_so", id="announced"),
        pytest.param({CI: "on: [push, pull_request]\njobs:\n  a:\n    uses: o/r/.github/workflows/ci.yml@v1\n"}, "elsewhere", id="another's workflow"),
        pytest.param({CI: BOTH.replace("- uses: actions/checkout@v7", "- uses: actions/setup-python@v7") + CHECKS}, "no_checkout", id="an empty runner"),
        pytest.param({CI: "\0" * 100}, "refused", id="a binary file"),
        pytest.param({CI: "a: &a [1]\nb: " + "[*a, " * 50 + "1" + "]" * 50}, "refused", id="not about anything"),
    ],
)  # fmt: skip
def test_what_does_not_check_changes_is_told_why(lab, files, reason):
    found, facts = judged(lab, "q2", files=files)
    assert (found == reason) or (reason == "refused" and found == "not_yaml"), facts


def test_a_second_broken_file_does_not_spoil_what_works(lab):
    files = {CI: BOTH + CHECKS, ".github/workflows/notes.yml": "remember: the milk\n"}
    assert name(lab, "q2", files=files) == "correct"


# 3

TRUE = {file: sorted(words) for file, words in lesson._truth().items()}


def test_the_twelve_situations_are_what_github_would_start():
    assert len(SITUATIONS) == 12
    assert TRUE == {
        "ci.yml": ["pull request merged", "pull request opened", "push feature-7", "push main"],
        "image.yml": ["by hand", "tag v1.2.0"],
        "publish.yml": ["pull request merged"],
    }


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param("push", {"push main", "push feature-7", "push feature/7", "push master", "pull request merged", "tag v1.2.0", "tag nightly"}, id="unfiltered, tags too"),
        pytest.param("{push: {branches: ['feature**']}}", {"push feature-7", "push feature/7"}, id="two stars"),
        pytest.param("{push: {branches-ignore: ['feature*']}}", {"push main", "push feature/7", "push master", "pull request merged"}, id="ignored"),
        pytest.param("{push: {tags-ignore: ['v*']}}", {"tag nightly"}, id="tags ignored"),
        pytest.param("{pull_request: {types: [closed]}}", {"pull request merged", "pull request closed"}, id="closed either way"),
        pytest.param("{pull_request: {branches: [develop]}}", set(), id="into another branch"),
        pytest.param("release", {"release published"}, id="a release"),
        pytest.param("{schedule: [{cron: '0 6 * * 1'}]}", {"on schedule"}, id="by the clock"),
        pytest.param("[create]", {"tag v1.2.0", "tag nightly"}, id="made"),
    ],
)  # fmt: skip
def test_situations_know_every_name(on, expected):
    from checker.actions.workflows import workflows_of
    from checker.services.repository import Folder, Repository

    text = f"on: {on}\njobs:\n  a:\n    runs-on: x\n    steps: [{{run: echo}}]\n"
    found = running(workflows_of(Repository("r", Folder({CI: text}), ("main",))))
    assert found["ci.yml"] == expected


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(lambda words: words, id="lists"),
        pytest.param(lambda words: tuple(reversed(words)), id="tuples"),
        pytest.param(set, id="sets"),
        pytest.param(", ".join, id="one text"),
        pytest.param(lambda words: {one: one in words for one in SITUATIONS}, id="yes and no"),
        pytest.param(lambda words: [f" {one.upper()}  " for one in words], id="in capitals"),
        pytest.param(iter, id="an iterator"),
    ],
)
def test_a_prediction_may_be_written_in_many_ways(lab, written):
    assert name(lab, "q3", {file: written(words) for file, words in TRUE.items()}) == "correct"


@pytest.mark.parametrize("file", TRUE)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_cell_that_is_wrong_is_named_with_its_file(lab, file, situation):
    words = set(TRUE[file]) ^ {situation}
    found, facts = judged(lab, "q3", {**TRUE, file: words})
    assert found not in {"correct", "unattempted"}
    assert (facts["file"], facts["situation"], facts["wrong"]) == (file, situation, 1)


def test_a_cell_without_a_name_of_its_own_is_answered_all_the_same(lab):
    assert (
        name(lab, "q3", {**TRUE, "publish.yml": [*TRUE["publish.yml"], "by hand"]})
        == "does_not_run"
    )
    assert name(lab, "q3", {**TRUE, "ci.yml": ["push main"]}) == "runs_too"


def test_every_named_misconception_is_one():
    for (file, situation), reason in lesson._LESSONS.items():
        assert situation in SITUATIONS
        is_run = situation in TRUE[file]
        assert is_run == (reason in {"merge_is_a_push", "button"}), (file, situation)


def test_a_part_of_the_table_is_judged_and_the_rest_asked_for(lab):
    assert name(lab, "q3", {"image.yml": TRUE["image.yml"]}) == "rest_open"
    assert name(lab, "q3", {"image.yml": []}) == "runs_too"
    assert name(lab, "q3", {"image.yml": ["tag v1.2.0"]}) == "button"
    assert name(lab, "q3", {"image.yml": ["Tuesday"]}) == "unknown_words"
    assert name(lab, "q3", dict.fromkeys(TRUE)) == "unattempted"


# 4


def runs(*jobs, run="CI", event="pull_request", logs=None):
    """Make runs as the Lab hands them over: jobs as `name: {step: conclusion}`."""
    made = []
    for job, steps in jobs:
        bad = "failure" if "failure" in steps.values() else "success"
        told = tuple(
            Step(step, how, (logs or {}).get((job, step), "")) for step, how in steps.items()
        )
        made.append(Job(job, bad, told, id=job.partition(" (")[0]))
    whole = "failure" if any(job.conclusion == "failure" for job in made) else "success"
    return Runs((Run(run, event, whole, tuple(made)),))


RED = ("check", {"Set up job": "success", "Lint": "success", "Test": "failure", "Later": "skipped"})
FAILED = {
    (
        "check",
        "Test",
    ): f"FAILED tests/test_ties.py::{lesson._TIES} - AssertionError: assert ['left'] == ['right']"
}
READ = {"job": "check", "step": "Test", "test": lesson._TIES, "got": "left"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({}, "correct", id="as it is"),
        pytest.param({"job": "CHECK", "step": "test", "got": "['left']", "test": f"tests/test_ties.py::{lesson._TIES}"}, "correct", id="written otherwise"),
        pytest.param({"job": "CI"}, "workflow_is_no_job", id="the workflow"),
        pytest.param({"job": "Lint"}, "step_is_no_job", id="a step"),
        pytest.param({"job": "build"}, "other_job", id="no job"),
        pytest.param({"step": "Later"}, "step_was_skipped", id="a skipped step"),
        pytest.param({"step": "Lint"}, "other_step", id="a green step"),
        pytest.param({"test": "test_ties.py"}, "file_is_no_test", id="the file"),
        pytest.param({"test": "test_x"}, "other_test", id="no such test"),
        pytest.param({"got": "right"}, "expected_not_got", id="what was expected"),
        pytest.param({"got": "3"}, "other_value", id="neither"),
        pytest.param({"got": ""}, "missing", id="not said"),
    ],
)  # fmt: skip
def test_a_red_run_is_read_from_the_run_itself(lab, changed, reason):
    proposal = SimpleNamespace(runs=runs(RED, logs=FAILED))
    assert name(lab, "q4", {**READ, **changed}, proposal) == reason


def test_any_of_several_red_jobs_will_do(lab):
    steps = {"Run pytest": "failure"}
    logs = {(f"test ({v})", "Run pytest"): FAILED["check", "Test"] for v in ("3.12", "3.13")}
    proposal = SimpleNamespace(runs=runs(("test (3.12)", steps), ("test (3.13)", steps), logs=logs))
    for job in ("test (3.13)", "test", "test (3.12)"):
        assert name(lab, "q4", {**READ, "job": job, "step": "pytest"}, proposal) == "correct"


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        pytest.param(Runs(()), "nothing_ran", id="no run"),
        pytest.param(runs(("check", {"Test": "success"})), "stayed_green", id="green"),
        pytest.param(runs(("check", {"Run pip install": "failure"})), "other_failure", id="red for another reason"),
        pytest.param(Runs((Run(CI, "pull_request", "failure"),)), "other_failure", id="a refused file"),
    ],
)  # fmt: skip
def test_a_run_that_shows_something_else_is_told_so(lab, found, reason):
    assert name(lab, "q4", READ, SimpleNamespace(runs=found)) == reason


# 5

ORDERED = answered("q5", "ci")
MATRIX = "    strategy: {matrix: {python: ['3.12', '3.13']}}\n"
TESTS = "      - uses: actions/setup-python@v7\n        with: {python-version: '${{ matrix.python }}'}\n      - run: pytest\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(ORDERED, "correct", id="the solution"),
        pytest.param(ORDERED.replace("needs: lint", "needs: [lint]"), "correct", id="a list of one"),
        pytest.param(ORDERED.replace("python:", "version:").replace("matrix.python", "matrix.version"), "correct", id="another name"),
        pytest.param(ORDERED.replace('python: ["3.12", "3.13"]', 'include: [{python: "3.12"}, {python: "3.13"}]'), "correct", id="include"),
        pytest.param(ORDERED.replace('["3.12", "3.13"]', '["3.11", "3.12", "3.13"]'), "correct", id="three"),
        pytest.param(ORDERED.replace('["3.12", "3.13"]', '["3.10", "3.11"]'), "correct", id="3.10 in quotes"),
        pytest.param(ORDERED.replace('["3.12", "3.13"]', "[3.12, 3.13]"), "correct", id="numbers that are no harm"),
        pytest.param(ORDERED.replace("needs: lint", "needs: between").replace("jobs:", "jobs:\n  between: {needs: lint, runs-on: x, steps: [{run: echo}]}"), "correct", id="a job between"),
        pytest.param(ORDERED.replace('["3.12", "3.13"]', "[3.10, 3.13]"), "three_point_one", id="3.10 without quotes"),
        pytest.param(ORDERED.replace("    needs: lint\n", ""), "no_needs", id="side by side"),
        pytest.param(ORDERED.replace('["3.12", "3.13"]', '["3.13"]'), "one_version", id="one version"),
        pytest.param(ORDERED.replace("${{ matrix.python }}", '"3.13"'), "matrix_unused", id="nobody looks at it"),
        pytest.param(ORDERED.replace("needs: lint", "needs: linter"), "refused", id="no such job"),
        pytest.param(ORDERED.replace("  pull_request:\n", ""), "lost", id="no pull requests any more"),
        pytest.param(BOTH + CHECKS, "unattempted", id="exercise 2"),
        pytest.param(BOTH.replace("    steps", MATRIX + "    steps") + "      - run: ruff check .\n" + TESTS, "one_job", id="one job for both"),
        pytest.param("on: [push, pull_request]\njobs:\n  test:" + JOB.replace("    steps", MATRIX + "    steps") + TESTS
                     + "  lint:\n    needs: test" + JOB + "      - run: ruff check .\n", "needs_backwards", id="the wrong way round"),
        pytest.param(BOTH + "      - run: ruff check .\n  test:\n    needs: check" + JOB + "      - run: pytest\n", "no_matrix", id="no matrix"),
        pytest.param(ORDERED.replace("strategy:\n      matrix:", "strategy:\n\tmatrix:"), "not_yaml", id="a tab"),
        pytest.param(ORDERED.replace("needs: lint", "needs: test"), "refused", id="waits for itself"),
    ],
)  # fmt: skip
def test_the_order_is_judged_by_the_expanded_graph(lab, text, reason):
    assert name(lab, "q5", files={CI: text}) == reason


def test_tests_on_two_pythons_in_a_file_without_a_linter_have_nobody_to_wait_for(lab):
    tests = (
        "on: [push, pull_request]\njobs:\n  test:"
        + JOB.replace("    steps", MATRIX + "    steps")
        + TESTS
    )
    files = {".github/workflows/tests.yml": tests, CI: BOTH + "      - run: ruff check .\n"}
    assert name(lab, "q5", files=files) == "linter_elsewhere"


def test_the_answer_names_the_jobs_as_github_does(lab):
    _, facts = judged(lab, "q5", files={CI: ORDERED})
    assert facts == {"order": "lint → test (3.12), test (3.13)", "jobs": 3}


# 6

ACTION, SHORT = answered("q6", "action"), answered("q6", "ci")
SAID = {
    (
        f"test ({v})",
        "Say what is tested",
    ): "##[group]Run echo\necho\n##[endgroup]\nThis is campfire 1.0.0"
    for v in ("3.12", "3.13")
}
STEPS = {"Run ./.github/actions/prepare": "success", "Say what is tested": "success"}


def ran(logs=SAID):
    return runs(
        ("lint", STEPS), ("test (3.12)", STEPS), ("test (3.13)", STEPS), logs=logs, event="push"
    )


def test_the_solution_and_its_run_are_right(lab):
    found, facts = judged(lab, "q6", ran(), files={PREPARE: ACTION, CI: SHORT})
    assert (found, facts["version"]) == ("correct", "1.0.0")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param('python -m pip install ".[dev]"\n      shell: bash', 'python -m pip install ".[dev]"', "no_shell", id="no shell"),
        pytest.param("using: composite", "using: node24", "not_composite", id="another kind"),
        pytest.param(ACTION[ACTION.index("inputs:") : ACTION.index("outputs:")], "", "no_input", id="no input"),
        pytest.param(ACTION[ACTION.index("outputs:") : ACTION.index("runs:")], "", "no_output", id="no output"),
        pytest.param("inputs.python", "inputs.pithon", "input_unused", id="a slip of the pen"),
        pytest.param("steps.library.outputs", "steps.lib.outputs", "output_of_no_step", id="no such step"),
        pytest.param(' >> "$GITHUB_OUTPUT"', "", "not_handed_on", id="printed"),
        pytest.param("    value: ${{ steps.library.outputs.version }}\n", "", "output_empty", id="no value"),
        pytest.param("  using: composite\n", "", "action_refused", id="no using"),
        pytest.param("runs:", "\truns:", "not_yaml", id="a tab"),
    ],
)  # fmt: skip
def test_what_an_action_lacks_is_named(lab, old, new, reason):
    assert old in ACTION
    assert name(lab, "q6", ran(), files={PREPARE: ACTION.replace(old, new), CI: SHORT}) == reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("uses: ./.github/actions/prepare", "uses: .github/actions/prepare", "wrong_path", id="no dot"),
        pytest.param("uses: ./.github/actions/prepare", "uses: ./.github/actions/prepare/action.yml", "wrong_path", id="the file"),
        pytest.param("uses: ./.github/actions/prepare", "uses: ./.github/actions/prepares", "not_used", id="another folder"),
        pytest.param("- uses: actions/checkout@v7\n", "- run: echo\n", "checkout_first", id="no code yet"),
        pytest.param("python: ${{ matrix.python }}", "pithon: ${{ matrix.python }}", "input_unknown", id="no such input"),
        pytest.param("      - id: prepare\n        uses", "      - uses", "output_unread", id="no id"),
        pytest.param("        with:\n          python: ${{ matrix.python }}\n", "", "input_not_given", id="nothing handed in"),
        pytest.param("  pull_request:\n", "", "lost", id="no pull requests any more"),
        pytest.param("jobs:", "job:", "refused", id="no jobs"),
    ],
)  # fmt: skip
def test_how_an_action_is_misused_is_named(lab, old, new, reason):
    assert old in SHORT
    assert name(lab, "q6", ran(), files={PREPARE: ACTION, CI: SHORT.replace(old, new)}) == reason


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        pytest.param(None, "not_run", id="nothing"),
        pytest.param(runs(("other", STEPS)), "not_run", id="another job"),
        pytest.param(ran({}), "came_empty", id="an empty log"),
        pytest.param(ran(dict.fromkeys(SAID, "##[group]Run echo 1.0.0\n##[endgroup]\nThis is campfire")), "came_empty", id="only in the command"),
        pytest.param(runs(("test (3.12)", {**STEPS, "Test": "failure"})), "run_failed", id="red"),
    ],
)  # fmt: skip
def test_only_a_run_that_printed_the_version_is_right(lab, found, reason):
    assert name(lab, "q6", found, files={PREPARE: ACTION, CI: SHORT}) == reason


def test_no_action_is_not_attempted(lab):
    assert name(lab, "q6", ran(), files={CI: ORDERED}) == "unattempted"


def test_an_action_of_another_name_and_folder_is_as_right(lab):
    files = {
        "actions/set-up/action.yaml": ACTION,
        CI: SHORT.replace("./.github/actions/prepare", "./actions/set-up"),
    }
    assert name(lab, "q6", ran(), files=files) == "correct"


def test_an_output_may_be_read_through_env(lab):
    text = SHORT.replace(
        'run: echo "This is campfire ${{ steps.prepare.outputs.version }}"',
        'env: {V: "${{ steps.prepare.outputs.version }}"}\n        run: echo "This is campfire $V"',
    )
    assert name(lab, "q6", ran(), files={PREPARE: ACTION, CI: text}) == "correct"


# 7

DELIVER = ".github/workflows/deliver.yml"
MENDED = answered("q7", "deliver")
GIVEN = lesson._given("leak", "deliver.yml").text + "\n"
QUIET = {
    ("deliver", "Log in to the store"): "robot logs in with ***",
    ("deliver", "Deliver the report"): "delivered with a password of 19 letters",
}
DONE = ("deliver", {"Log in to the store": "success", "Deliver the report": "success"})


def delivered(logs=QUIET, run="Deliver"):
    return runs(DONE, run=run, event="push", logs=logs)


def loud(said):
    return delivered({**QUIET, ("deliver", "Log in to the store"): said})


@pytest.mark.parametrize(
    ("found", "text", "made", "reason"),
    [
        pytest.param(lesson.PASSWORD, MENDED, delivered(), "correct", id="the solution"),
        pytest.param(f'"{lesson.PASSWORD}"', MENDED, delivered(), "correct", id="in quotes"),
        pytest.param(lesson.PASSWORD, MENDED.replace("robot logs in with $password", "robot logs in"), delivered(), "correct", id="not printed at all"),
        pytest.param("", GIVEN, None, "unattempted", id="untouched"),
        pytest.param("", MENDED, delivered(), "not_found", id="not found"),
        pytest.param("***", GIVEN, None, "stars", id="stars"),
        pytest.param("robot", GIVEN, None, "other_text", id="the user"),
        pytest.param(lesson.PASSWORD, GIVEN, delivered(), "inline", id="inline still"),
        pytest.param(lesson.PASSWORD, MENDED, loud(f"logs in with {lesson.PASSWORD}"), "masked_too_late", id="too late"),
        pytest.param(lesson.PASSWORD, MENDED.replace('echo "::add-mask::$password"', "true"), loud(lesson.PASSWORD), "still_told", id="told"),
        pytest.param(lesson.PASSWORD, MENDED.replace("${{ secrets.STORE_KEY }}", lesson.PASSWORD), delivered(), "hard_coded", id="in the file"),
        pytest.param(lesson.PASSWORD, MENDED.replace("${{ secrets.STORE_KEY }}", "nothing"), delivered(), "gone", id="no secret"),
        pytest.param(lesson.PASSWORD, MENDED, delivered({}), "work_undone", id="no work"),
        pytest.param(lesson.PASSWORD, MENDED, None, "not_run", id="not run"),
        pytest.param(lesson.PASSWORD, MENDED, delivered(run="CI"), "not_run", id="another workflow"),
        pytest.param(lesson.PASSWORD, MENDED.replace("jobs:", "job:"), delivered(), "refused", id="no workflow"),
        pytest.param(lesson.PASSWORD, MENDED, runs(("deliver", {"Log in to the store": "failure"}), run="Deliver"), "run_failed", id="red"),
    ],
)  # fmt: skip
def test_a_secret_is_found_and_kept_and_the_work_done(lab, found, text, made, reason):
    assert name(lab, "q7", found, made, files={DELIVER: text}) == reason


@pytest.mark.parametrize(
    ("log", "form"),
    [
        pytest.param("x gooseberry-jam-1912 y", "plain", id="plain"),
        pytest.param("GOOSEBERRY-JAM-1912", "plain", id="capitals"),
        pytest.param("2191-maj-yrrebesoog", "reversed", id="reversed"),
        pytest.param("g o o s e b e r r y - j a m - 1 9 1 2", "spaced", id="spaced"),
        pytest.param("Z29vc2ViZXJyeS1qYW0tMTkxMg==", "base64", id="base64"),
        pytest.param("cm9ib3Q6Z29vc2ViZXJyeS1qYW0tMTkxMg", "base64", id="base64 behind a user"),
        pytest.param("676f6f736562657272792d6a616d2d31393132", "hex", id="hex"),
        pytest.param("67 6f 6f 73 65 62 65 72 72 79 2d 6a 61 6d 2d 31 39 31 32", "hex", id="hex dump"),
        pytest.param("gooseberry%2Djam%2D1912", "escaped", id="as a web address"),
        pytest.param("robot logs in with ***", "", id="kept"),
        pytest.param("", "", id="empty"),
        pytest.param("gooseberry jam, 1912 g", "", id="only the words"),
        pytest.param("A" * 100_000 + "=" * 1000, "", id="long"),
    ],
)  # fmt: skip
def test_a_secret_is_known_in_any_dress(log, form):
    assert leaks.form(log, lesson.PASSWORD) == form


# Without act


@pytest.mark.parametrize(
    ("id", "answers", "files"),
    [
        pytest.param("q4", (READ, None), {}, id="q4"),
        pytest.param("q6", (None,), {PREPARE: ACTION, CI: SHORT}, id="q6"),
        pytest.param("q7", (lesson.PASSWORD, None), {DELIVER: MENDED}, id="q7"),
    ],
)
def test_what_could_not_run_is_skipped_and_never_correct(lab, monkeypatch, id, answers, files):
    monkeypatch.setattr(Lab, "has", lambda _, name: name != "act")
    assert name(lab, id, *answers, files=files) == "no_act"


def test_without_act_the_files_are_judged_all_the_same(lab, monkeypatch):
    monkeypatch.setattr(Lab, "has", lambda _, name: name != "act")
    assert (
        name(lab, "q6", None, files={PREPARE: ACTION.replace("composite", "docker"), CI: SHORT})
        == "not_composite"
    )
    assert name(lab, "q7", lesson.PASSWORD, None, files={DELIVER: GIVEN}) == "inline"


# Texts, pictures and files


def test_pictures_show_the_largest_run_and_the_steps_that_somebody_wrote():
    steps = (
        Step("Set up job", "success", started=10.0, seconds=1.0),
        Step("Run pip install", "success", started=11.0, seconds=3.0),
        Step("Test", "failure", started=14.0, seconds=1.0),
        Step("Later", "skipped", started=15.0),
        Step("Complete job", "success", started=15.0),
    )
    run = Run(
        "CI",
        "push",
        "failure",
        (
            Job("test (3.12)", "failure", steps, ("lint",), "test"),
            Job("lint", "success", id="lint"),
        ),
    )
    largest = told.largest(Runs((Run("Small", "push", "success"), run)))
    assert largest is run
    assert [(node.name, node.id, node.needs, node.state) for node in told.nodes(run)] == [
        ("test (3.12)", "test", ("lint",), "failure"),
        ("lint", "lint", (), "success"),
    ]
    bars = told.rows(run)[0].bars
    assert [(bar.name, bar.start, bar.end) for bar in bars] == [
        ("Run pip install", 1.0, 4.0),
        ("Test", 4.0, 5.0),
    ]


def test_pictures_of_nothing_are_a_sentence(lab, capsys):
    lesson.graph(lab, Runs(()))
    lesson.times(lab, "nothing")
    assert capsys.readouterr().out.count("Nothing has run yet") == 2


def test_the_table_draws_what_was_said_and_no_more(lab, capsys):
    lesson.table(lab, {"image.yml": TRUE["image.yml"], "ci.yml": Odd()})
    assert "36 cells: 24 predicted" in capsys.readouterr().out
    lesson.table(lab, None)
    assert "36 cells: 0 predicted, 0 right, 0 wrong. Runs: –." in capsys.readouterr().out


def test_every_message_is_reached_by_some_test_or_proof():
    here = Path(__file__).read_text(encoding="utf-8")
    proved = {cell.expect for cell in SOURCE.cells if cell.expect}
    proved |= {f"q3.{reason}" for reason in lesson._LESSONS.values()}
    texts = Lab(lesson.SLUG, "en", edition=1).texts
    for id in texts.exercises:
        for reason in texts.content[id]["wrong"]:
            assert f"{id}.{reason}" in proved or re.search(rf'"{reason}"', here), f"{id}.{reason}"


def test_a_log_without_its_commands_is_what_was_printed():
    log = "##[group]Run echo 1\necho 1\n##[endgroup]\n1\n"
    assert told.printed(log).strip() == "1"
    assert (
        told.complaint("a\nE assert 1 == 2\n##[error]Process completed with exit code 1.")
        == "E assert 1 == 2"
    )


def test_the_given_files_are_workflows_that_github_takes():
    for folder in ("specimen", "triggers", "leak"):
        reading = Reading.of(lesson.FILES / lesson.SLUG / folder)
        assert reading.files
        assert reading.refusal is None
    assert len(lessons.LESSONS) == 10
    assert composite.actions(reading.explanation.workflows) == ()
