"""Workflow files are read as GitHub reads them, and whatever GitHub refuses is said in one sentence."""

from __future__ import annotations

import textwrap

import pytest

from checker.actions.syntax import Workflow, read_action, read_workflow

JOB = "jobs: {a: {runs-on: x, steps: [{run: echo}]}}\n"


def workflow(text: str) -> Workflow:
    return read_workflow(".github/workflows/ci.yml", textwrap.dedent(text))


def reasons(text: str) -> list[str]:
    return [str(problem) for problem in workflow(text).errors]


@pytest.mark.parametrize(
    ("on", "events"),
    [
        pytest.param("push", ["push"], id="a name"),
        pytest.param("[push, pull_request]", ["push", "pull_request"], id="a list"),
        pytest.param(
            "{push: , pull_request: {types: [closed]}}", ["push", "pull_request"], id="a mapping"
        ),
        pytest.param("{schedule: [{cron: '0 3 * * 1'}]}", ["schedule"], id="a schedule"),
    ],
)
def test_every_form_of_on_is_read(on: str, events: list[str]) -> None:
    found = workflow(f"on: {on}\n{JOB}")
    assert not found.errors
    assert list(found.triggers) == events


def test_words_that_yaml_1_1_takes_for_booleans_stay_words() -> None:
    found = workflow(f"on: push\nenv: {{A: yes, B: on, C: off, D: 'true'}}\n{JOB}")
    assert found.env == {"A": "yes", "B": "on", "C": "off", "D": "true"}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("3.10", "3.1"),
        ("'3.10'", "3.10"),
        ("1e3", "1000"),
        ("0x10", "16"),
        ("true", "true"),
        ("", ""),
        ("~", ""),
    ],
)
def test_scalars_become_the_text_that_github_makes_of_them(written: str, text: str) -> None:
    assert workflow(f"on: push\nenv:\n  A: {written}\n{JOB}").env["A"] == text


def test_a_push_trigger_keeps_its_filters() -> None:
    push = workflow(
        f"on: {{push: {{branches: [main, 'rel/**'], tags-ignore: [v0*], paths: src/**}}}}\n{JOB}"
    ).triggers["push"]
    assert push.branches == ("main", "rel/**")
    assert push.tags_ignore == ("v0*",)
    assert push.paths == ("src/**",)


def test_lines_lead_to_the_step_and_to_the_first_line_of_its_script() -> None:
    found = workflow(
        """\
        on: push
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v6
              - name: Test
                run: |
                  pytest -q
              - run: ruff check
        """
    )
    steps = found.jobs["test"].steps
    assert [(step.line, step.run_line) for step in steps] == [(6, 0), (7, 9), (10, 10)]
    assert [step.label for step in steps] == ["Run actions/checkout@v6", "Test", "Run ruff check"]
    assert found.line(9) == "pytest -q"


def test_a_job_keeps_all_that_decides_what_it_does() -> None:
    job = workflow(
        """\
        on: push
        jobs:
          build: {runs-on: x, steps: [{run: make}]}
          publish:
            needs: build
            if: github.ref_type == 'tag'
            runs-on: ${{ matrix.os }}
            strategy:
              matrix:
                os: [ubuntu-latest, windows-latest]
                include: [{os: macos-latest, extra: 1}]
            permissions: {id-token: write}
            environment: {name: pypi, url: https://example.org}
            concurrency: {group: publish, cancel-in-progress: true}
            continue-on-error: true
            defaults: {run: {working-directory: hw2, shell: bash}}
            env: {A: 1}
            outputs: {version: "${{ steps.v.outputs.version }}"}
            steps:
              - {id: v, run: echo, env: {B: 2}, continue-on-error: "${{ matrix.extra }}"}
        """
    ).jobs["publish"]
    assert job.needs == ("build",)
    assert job.condition == "github.ref_type == 'tag'"
    assert job.matrix.vectors == {"os": ["ubuntu-latest", "windows-latest"]}
    assert job.matrix.include == [{"os": "macos-latest", "extra": 1}]
    assert job.permissions.id_token
    assert (job.environment, job.concurrency) == ("pypi", "publish")
    assert (job.defaults.working_directory, job.defaults.shell) == ("hw2", "bash")
    assert job.env == {"A": "1"}
    assert job.steps[0].continue_on_error == "${{ matrix.extra }}"


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        ("write-all", True),
        ("{id-token: write}", True),
        ("{id-token: read}", False),
        ("read-all", False),
        ("{}", False),
    ],
)
def test_an_identity_token_needs_the_write_permission(permissions: str, allowed: bool) -> None:
    assert workflow(f"on: push\npermissions: {permissions}\n{JOB}").permissions.id_token is allowed


def test_a_call_of_a_reusable_workflow_keeps_inputs_and_secrets() -> None:
    found = workflow(
        """\
        on: push
        jobs:
          call:
            uses: ./.github/workflows/test.yml
            with: {python: 3.12, fast: true}
            secrets: inherit
        """
    )
    job = found.jobs["call"]
    assert (job.uses, job.inputs, job.inherits_secrets) == (
        "./.github/workflows/test.yml",
        {"python": 3.12, "fast": True},
        True,
    )
    assert not found.errors


def test_anchors_are_followed_and_merge_keys_are_refused() -> None:
    shared = "on: push\njobs:\n  a: &job {runs-on: x, steps: [{run: make}]}\n  b: *job\n"
    assert workflow(shared).jobs["b"].steps[0].run == "make"
    merged = "on: push\njobs:\n  a: &job {runs-on: x, steps: [{run: make}]}\n  b:\n    <<: *job\n"
    assert any(
        "line 5: GitHub does not support the merge key" in reason for reason in reasons(merged)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "line 1: the file is empty", id="empty"),
        pytest.param("on: push\n", "line 1: a workflow needs `jobs`", id="no jobs"),
        pytest.param(JOB, "line 1: a workflow needs `on`", id="no on"),
        pytest.param(f"on: push\non: pull_request\n{JOB}", "line 2: `on` stands twice", id="duplicate key"),
        pytest.param(f"on: pull-request\n{JOB}", "GitHub knows no event `pull-request`", id="unknown event"),
        pytest.param(f"on: push\nstages: x\n{JOB}", "line 2: a workflow has no key `stages`", id="unknown key"),
        pytest.param("on: push\njobs:\n\ta: 1\n", "indented with spaces, not tabs", id="tab"),
        pytest.param("on: push\njobs: [a\n", "not valid YAML", id="unclosed"),
        pytest.param("on: push\njobs: {a: {runs-on: x, steps: [{name: y}]}}", "a step needs `run` or `uses`", id="bare step"),
        pytest.param("on: push\njobs: {a: {steps: [{run: x}]}}", "job `a` needs `runs-on`", id="no runner"),
        pytest.param("on: push\njobs: {1a: {runs-on: x, steps: []}}", "cannot be a job's id", id="bad id"),
        pytest.param("on: push\njobs: {a: {runs-on: x, needs: b, steps: []}}", "there is no such job", id="needs nobody"),
        pytest.param(
            "on: push\njobs: {a: {runs-on: x, needs: b}, b: {runs-on: x, needs: a}}", "in a circle", id="cyclic needs"
        ),
        pytest.param(
            f"on: {{push: {{branches: [a], branches-ignore: [b]}}}}\n{JOB}", "cannot be used together", id="both filters"
        ),
        pytest.param(
            "on: push\njobs: {a: {runs-on: x, if: secrets.A != '', steps: []}}", "secrets", id="secrets in if"
        ),
        pytest.param("on: push\njobs: {a: {runs-on: x, if: 'a ==', steps: []}}", "is refused", id="broken expression"),
        pytest.param("on: push\njobs: {a: {runs-on: x, steps: [{run: '${{ x'}]}}", "is not closed", id="open expression"),
        pytest.param(
            "on: push\njobs: {a: {runs-on: x, continue-on-error: yes, steps: []}}", "must be true or false", id="yes"
        ),
        pytest.param("on: push\njobs: {a: {runs-on: x, steps: {run: x}}}", "`steps` must be a list", id="steps no list"),
        pytest.param("- 1\n", "a workflow must be a mapping", id="a list"),
        pytest.param("\0\1\2", "binary", id="binary"),
    ],
)  # fmt: skip
def test_what_github_refuses_is_said_with_its_line(text: str, said: str) -> None:
    assert said in "\n".join(reasons(text))


def test_a_filter_that_an_event_does_not_have_is_passed_over_as_github_does() -> None:
    found = workflow(f"on: {{release: {{types: [published], branches: [main]}}}}\n{JOB}")
    assert not found.errors
    assert "`release` knows no filter `branches`" in str(found.warnings[0])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(12)
        ), id="alias bomb"),
        pytest.param("on: " + "[" * 50_000, id="deep lists"),
        pytest.param("on: " + "{a: " * 50_000, id="deep mappings"),
        pytest.param("- " * 50_000, id="deep dashes"),
        pytest.param("? " * 50_000, id="deep keys"),
        pytest.param("\n".join(" " * i + "a:" for i in range(3_000)), id="deep blocks"),
        pytest.param("on: push\njobs:\n" + "".join(f"  j{i}: {{runs-on: x, steps: [{{run: x}}]}}\n" for i in range(10_000)), id="10 000 jobs"),
        pytest.param("x" * 2_000_000, id="large"),
        pytest.param("on: push\njobs: {a: {runs-on: x, if: '" + "(" * 20_000 + "', steps: []}}", id="deep expression"),
        pytest.param("a: *a\n", id="unknown alias"),
        pytest.param("a: &a [*a]\n", id="alias of itself"),
        pytest.param("%YAML 9.9\n---\n!!python/object:os.system x\n", id="tags"),
        pytest.param("---\na: 1\n---\nb: 2\n", id="two documents"),
        pytest.param("on: push\njobs: 5\n", id="jobs is a number"),
        pytest.param("on:\n  push: 7\njobs: {a: null, b: [], c: {steps: 3, needs: {}}}\n", id="wrong types"),
        pytest.param("\x1b[31mon\x1b[0m: push\n", id="control characters"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_without_an_exception(text: str) -> None:
    assert read_workflow("x.yml", text).errors
    read_action("action.yml", text)


def test_a_composite_action_keeps_inputs_outputs_and_steps() -> None:
    action = read_action(
        ".github/actions/check/action.yml",
        textwrap.dedent(
            """\
            name: Check
            inputs: {python: {default: 3.12, required: true}}
            outputs: {version: {value: "${{ steps.v.outputs.version }}"}}
            runs:
              using: composite
              steps:
                - {id: v, run: echo, shell: bash}
            """
        ),
    )
    assert not action.errors
    assert action.using == "composite"
    assert action.inputs["python"].default == 3.12
    assert action.outputs["version"] == "${{ steps.v.outputs.version }}"
    assert action.steps[0].shell == "bash"
