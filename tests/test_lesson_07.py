"""Lesson 07 beyond its proofs: right answers that look otherwise, wrong ones that students give, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.workbook import Lab, systems
from checker.workbook.exercise import Attempt
from checker.workbook.lessons import n07_one_pipeline_four_systems as lesson
from checker.workbook.outcome import Outcome
from checker.workbook.texts import LANGUAGES, catalogue
from tests.samples_systems import GITLAB, JENKINS, SLUG, TASKS, TEKTON, solved

RIGHT = {
    "q1": {**GITLAB, "the lesson's": solved("q1", "gitlab")},
    "q2": {**JENKINS, "the lesson's": solved("q2", "jenkins")},
    "q3": {**TEKTON, "the lesson's": solved("q3", "tekton")},
}
CHECKS = {"q1": lesson.gitlab, "q2": lesson.jenkins, "q3": lesson.tekton}


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    return Attempt(Lab(SLUG))


def judged(at: Attempt, id: str, text: object) -> Outcome:
    return lesson.tekton(at, text, TASKS) if id == "q3" else CHECKS[id](at, text)


def told(id: str, outcome: Outcome) -> str:
    """Return an outcome's words, which both languages have."""
    said = ""
    keys = (id, "correct") if outcome.kind == "correct" else (id, outcome.kind, outcome.reason)
    for language in LANGUAGES if outcome.kind != "unattempted" else ():
        said = catalogue(SLUG, language).message(*keys, **outcome.facts).text
        assert said
    return said


@pytest.mark.parametrize(
    ("id", "text"),
    [
        pytest.param(id, text, id=f"{id} {name}")
        for id, each in RIGHT.items()
        for name, text in each.items()
    ],
)
def test_right_files_that_look_otherwise_are_right(at, id, text):
    outcome = judged(at, id, text)
    assert (outcome.kind, outcome.reason) == ("correct", ""), outcome.facts
    told(id, outcome)


def swapped(id: str, name: str, *pairs: tuple[str, str]) -> str:
    text = RIGHT[id][name]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


MINE = "the lesson's"
WRONG = [
    ("q1", (("    - if: $CI_COMMIT_TAG =~ /^v/\n\nstages", "    - if: $CI_COMMIT_TAG\n\nstages"),), "runs_too_often"),
    ("q1", (('=~ /^v/\n  variables', '=~ /^v/\n      when: never\n  variables'),), "never_publishes"),
    ("q1", (('"3.12", "3.13"', '"3.13"'),), "pythons"),
    ("q1", (("  needs: [lint, test]\n", "  needs: [lint]\n"),), "order"),
    ("q1", (("- pytest", "- pytest || true"),), "masked"),
    ("q1", (("build:\n", "build:\n  allow_failure: true\n"),), "masked"),
    ("q1", (("$PYPI_TOKEN", "$PIP_TOKEN_"), ), "secret"),
    ("q1", (("ruff check .", "echo ruff check ."),), "commands"),
    ("q1", (("ruff check .", "flake8"),), "commands"),
    ("q1", (("- twine upload", "- echo $TWINE_PASSWORD | base64\n    - twine upload"),), "leaks"),
    ("q1", (("paths: [dist/]", "paths: [wheels/]"),), "no_artifacts"),
    ("q1", (("stage: build", "stage: built"),), "refused"),
    ("q1", (("merge_request_event", "merge_request"),), "does_not_run"),
    ("q2", (("when { tag 'v*' }", "when { buildingTag() }"),), "any_tag"),
    ("q2", (("when { tag 'v*' }", "when { branch 'v*' }"),), "publishes_too_often"),
    ("q2", (("when { tag 'v*' }", "when { branch 'main' }"),), "publishes_too_often"),
    ("q2", (("when { tag 'v*' }", "when { tag 'release-*' }"),), "never_publishes"),
    ("q2", (("changeRequest target: 'main'", "changeRequest()"),), "runs_too_often"),
    ("q2", (("branch 'main'", "branch 'master'"),), "does_not_run"),
    ("q2", (("    stages {\n        stage('library')", "    environment { T = credentials('PYPI_TOKEN') }\n    stages {\n        stage('library')"),), "secret_everywhere"),
    ("q2", (("sh 'pip install twine && twine upload dist/*'", 'sh "twine upload -p ${TWINE_PASSWORD} dist/*"'),), "leaks"),
    ("q2", (("python:3.12", "python:3.13"),), "pythons"),
    ("q2", (("agent { docker { image 'python:3.13' } }\n    stages", "stages"),), "refused"),
    ("q2", (("steps { sh 'pip install build && python -m build' }", "catchError { sh 'python -m build' }"),), "refused"),
    ("q3", (("[refs/tags/v*]", "[refs/tags/*]"),), "runs_too_often"),
    ("q3", (("[refs/tags/v*]", "[v*]"),), "runs_too_often"),
    ("q3", (('value: "true"', 'value: "yes"'),), "never_publishes"),
    ("q3", (("runAfter: [build]", "runAfter: [lint]"),), "order"),
    ("q3", (("persistentVolumeClaim: {claimName: campfire}", "emptyDir: {}"),), "empty_dir"),
    ("q3", (("[push, pull_request]", "[push]"),), "does_not_run"),
    ("q3", (("runAfter: [lint, test]", "runAfter: [lint, publish]"),), "refused"),
    ("q3", (("workspace: code", "workspace: cod"),), "refused"),
    ("q3", (("pipelineRef: {name: campfire}", "pipelineRef: {name: fire}"),), "refused"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("id", "pairs", "reason"), WRONG, ids=[f"{a} {c} {n}" for n, (a, _, c) in enumerate(WRONG)]
)
def test_wrong_files_are_told_what_is_wrong(at, id, pairs, reason):
    outcome = judged(at, id, swapped(id, MINE, *pairs))
    assert (outcome.kind, outcome.reason) == ("wrong", reason), outcome.facts
    told(id, outcome)


@pytest.mark.parametrize(
    ("id", "pairs"),
    [
        ("q1", (("if: $CI_COMMIT_TAG =~ /^v/\n  variables", "if: $RELEASE == \"1\"\n  variables"),)),
        ("q2", (("when { tag 'v*' }", "when { expression { isRelease() } }"),)),
    ],
)  # fmt: skip
def test_what_only_the_system_can_tell_is_not_judged(at, id, pairs):
    outcome = judged(at, id, swapped(id, MINE, *pairs))
    assert (outcome.kind, outcome.reason) == ("skipped", "cannot_tell")
    told(id, outcome)


ODD = [
    3,
    [],
    {},
    object(),
    b"a",
    "\0",
    "{{{",
    "- a\n- b\n",
    "a: &a [*a]\n",
    "pipeline",
    "---\n---\n",
    "kind: Pipeline\n",
    "x" * 70_000,
]


@pytest.mark.parametrize("id", CHECKS)
@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_answers_are_told_that_they_are_none(at, id, text):
    outcome = judged(at, id, text)
    assert (outcome.kind, outcome.reason) in {("wrong", "no_text"), ("wrong", "refused")}
    assert len(told(id, outcome)) < 1_000


@pytest.mark.parametrize("id", CHECKS)
@pytest.mark.parametrize("text", [None, "", "  \n"])
def test_nothing_is_not_attempted(at, id, text):
    assert judged(at, id, text).kind == "unattempted"


# Provers


def by_equality(one, other):
    return {job for job in {**one, **other} if one.get(job) != other.get(job)}


def by_words(one, other):
    return ", ".join(
        sorted(job for job in one.keys() | other.keys() if one.get(job) != other.get(job))
    )


class Prover:
    def __call__(self, one, other):
        return [*by_equality(one, other)]


@pytest.mark.parametrize(
    "function", [by_equality, by_words, Prover(), lambda a, b: dict.fromkeys(by_equality(a, b))]
)
def test_provers_of_any_kind_are_right(at, function):
    assert lesson.prover(at, function).kind == "correct"


def forever(_one, _other):
    while True:
        pass


class Rude:
    def __bool__(self):
        raise ValueError

    def __str__(self):
        raise ValueError


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param("text", "no_function", id="a text"),
        pytest.param(lambda one: [], "raises", id="one argument"),
        pytest.param(lambda a, b: a["x"], "raises", id="a key that is none"),
        pytest.param(forever, "never_ends", id="forever"),
        pytest.param(lambda a, b: [], "misses_order", id="never anything"),
        pytest.param(lambda a, b: None, "returns_nothing", id="nothing"),
        pytest.param(lambda a, b: a.clear(), "returns_nothing", id="changes what it gets"),
        pytest.param(lambda a, b: ["x"], "false_alarm", id="always something"),
        pytest.param(lambda a, b: Rude(), "false_alarm", id="a rude object"),
        pytest.param(lambda a, b: [a != b] if a != b else [], "names_nothing", id="no names"),
        pytest.param(lambda a, b: [j for j in a if j not in b or a[j]["runs"] != b[j]["runs"]], "misses_order", id="runs alone"),
        pytest.param(lambda a, b: [j for j in a if j in b and a[j] != b[j]], "misses_job", id="both alone"),
    ],
)  # fmt: skip
def test_wrong_provers_are_told_what_they_miss(at, function, reason):
    outcome = lesson.prover(at, function)
    assert (outcome.kind, outcome.reason) == ("wrong", reason), outcome.facts
    told("q4", outcome)


# Leaks and triggers

LINES = {"github": 16, "gitlab": 11, "jenkins": 13, "tekton": 0}
EVENTS = {name: set(lesson.otherwise(name)) for name in ("gitlab", "jenkins", "tekton")}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        pytest.param([], "no_table", id="a list"),
        pytest.param({**LINES, "gitlab": None}, "row_open", id="a row"),
        pytest.param({**LINES, "gitlab": "11"}, "no_line", id="a text"),
        pytest.param({**LINES, "gitlab": True}, "no_line", id="true"),
        pytest.param({**LINES, "gitlab": 10**30}, "other_line", id="far away"),
        pytest.param({**LINES, "gitlab": -3}, "other_line", id="before the file"),
        pytest.param({**LINES, "github": 0}, "missed_github", id="GitHub"),
        pytest.param({**LINES, "gitlab": 0}, "missed_gitlab", id="GitLab"),
        pytest.param({**LINES, "jenkins": 0}, "missed_jenkins", id="Jenkins"),
        pytest.param({**LINES, "tekton": 19}, "clean_one", id="Tekton"),
        pytest.param(LINES, "", id="right"),
    ],
)
def test_the_lines_of_leaks(at, lines, reason):
    outcome = lesson.leaks(at, lines)
    assert outcome.reason == reason
    told("q5", outcome)


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        pytest.param("all", "no_table", id="a text"),
        pytest.param({**EVENTS, "jenkins": None}, "row_open", id="a row"),
        pytest.param({**EVENTS, "jenkins": 3}, "no_set", id="a number"),
        pytest.param({**EVENTS, "jenkins": [[]]}, "no_set", id="lists"),
        pytest.param({**EVENTS, "jenkins": {"push"}}, "no_event", id="no event"),
        pytest.param({**EVENTS, "jenkins": ()}, "missed_jenkins", id="too few"),
        pytest.param(
            {**EVENTS, "gitlab": EVENTS["gitlab"] | {"push to main"}}, "same_there", id="too many"
        ),
        pytest.param({**EVENTS, "jenkins": "push to a branch named v2"}, "", id="one as a text"),
        pytest.param(
            {name: sorted(each) for name, each in EVENTS.items()}, "", id="lists that are right"
        ),
    ],
)
def test_the_events_of_the_colleague(at, events, reason):
    outcome = lesson.triggers(at, events)
    assert outcome.reason == reason
    told("q6", outcome)


def test_the_given_files_are_read_and_the_original_leaks_nothing():
    for folder in ("leaky", "almost"):
        for system in systems.SYSTEMS:
            if (lesson.FILES / folder / lesson.NAMES[system]).is_file():
                assert systems.read(system, lesson.given(folder, system)).jobs
    assert lesson.wanted().leaks == ()
    assert sum(map(len, EVENTS.values())) == 5
