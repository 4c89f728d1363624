"""Jobs and steps are answered yes, no with the reason, or depends, without running any of them."""

from __future__ import annotations

import textwrap

import pytest

from checker.actions.events import EVENTS, Names, event
from checker.actions.simulate import JobOutcome, Simulation, simulate
from checker.actions.workflows import workflows_of
from checker.services.repository import Folder, Repository


def simulation(files: dict[str, str], on: str = "push", names: Names | None = None) -> Simulation:
    texts = {
        path if path.startswith((".", "/")) else f".github/workflows/{path}": textwrap.dedent(text)
        for path, text in files.items()
    }
    workflows = workflows_of(Repository("homework", Folder(texts)))
    for workflow in workflows.all:
        assert not workflow.errors, workflow.errors
    return simulate(workflows, event(on, names))


def jobs(text: str, on: str = "push", names: Names | None = None) -> dict[str, JobOutcome]:
    (outcome,) = simulation({"ci.yml": text}, on, names).workflows
    return {job.job.id: job for job in outcome.jobs}


def condition(text: str, on: str) -> tuple[str, str]:
    """Return the answer for one step with this `if`, and why."""
    found = jobs(
        "on: [push, pull_request, release, workflow_dispatch, schedule]\n".replace(
            "schedule]", "merge_group]"
        )
        + f"jobs:\n  a:\n    runs-on: x\n    env: {{TOKEN: '${{{{ secrets.TOKEN }}}}', EMPTY: ''}}\n"
        f"    steps:\n      - if: {text}\n        run: echo\n",
        on,
    )
    outcome = found["a"].steps[0].answer
    return outcome.value, outcome.why


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (
            "github.ref == 'refs/heads/main'",
            {"push": "yes", "branch-push": "no", "tag": "no", "merge": "yes"},
        ),
        ("startsWith(github.ref, 'refs/tags/')", {"push": "no", "tag": "yes", "release": "yes"}),
        ("github.ref_type == 'tag'", {"push": "no", "tag": "yes"}),
        (
            "github.event_name == 'push' && github.ref_name == 'main'",
            {"push": "yes", "tag": "no", "merge": "yes"},
        ),
        ("github.event_name != 'pull_request'", {"push": "yes", "pull-request": "no"}),
        ("GitHub.Event_Name == 'PUSH'", {"push": "yes"}),
        ("contains(github.ref, 'TAGS')", {"tag": "yes", "push": "no"}),
        (
            "github.event.pull_request.head.repo.full_name == github.repository",
            {"pull-request": "yes"},
        ),
        ("github.event.pull_request.merged == true", {"pull-request": "no", "push": "no"}),
        ("github.actor != 'dependabot[bot]'", {"push": "yes", "pull-request": "yes"}),
        ("github.actor == 'teacher'", {"push": "depends"}),
        ("github.repository == 'owner/repo'", {"push": "depends"}),
        (
            "\"!contains(github.event.head_commit.message, '[skip ci]')\"",
            {"push": "yes", "tag": "yes"},
        ),
        ("contains(github.event.head_commit.message, 'release')", {"push": "depends"}),
        ("env.TOKEN != ''", {"push": "yes"}),
        ("env.EMPTY != ''", {"push": "no"}),
        ("vars.PUBLISH == 'true'", {"push": "depends"}),
        ("github.event.inputs.publish == 'true'", {"manual": "depends", "push": "no"}),
        ("steps.nothing.outputs.x == 'y'", {"push": "no"}),
        ("failure()", {"push": "no"}),
        ("always()", {"push": "yes"}),
        ("success() || failure()", {"push": "yes"}),
        ("'!cancelled()'", {"push": "yes"}),
        ("false", {"push": "no", "tag": "no"}),
        ("'false && github.ref == 1'", {"push": "no"}),
        ("${{ github.ref_type == 'tag' }}", {"push": "no", "tag": "yes"}),
        ("${{ github.ref_type == 'tag' }} and more", {"push": "yes"}),
        ("hashFiles('setup.py') != ''", {"push": "depends"}),
    ],
)
def test_conditions_are_answered_with_what_github_would_tell(
    text: str, answers: dict[str, str]
) -> None:
    assert {on: condition(text, on)[0] for on in answers} == answers


def test_a_false_condition_is_quoted_with_the_values_that_make_it_false() -> None:
    assert condition("github.ref_type == 'tag'", "push")[1] == (
        "`if: github.ref_type == 'tag'` is false (github.ref_type is branch)"
    )


def test_a_condition_that_only_a_run_can_decide_names_what_it_depends_on() -> None:
    assert condition("vars.PUBLISH == 'true'", "push")[1] == (
        "`if: vars.PUBLISH == 'true'` depends on `vars.PUBLISH`"
    )


NEEDS = """\
on: push
jobs:
  lint: {{runs-on: x, if: {condition}, steps: [{{run: ruff check}}]}}
  test: {{runs-on: x, needs: lint, steps: [{{run: pytest}}]}}
  report: {{runs-on: x, needs: [test], if: always(), steps: [{{run: echo}}]}}
  tidy: {{runs-on: x, needs: [test], if: "!cancelled()", steps: [{{run: echo}}]}}
  after: {{runs-on: x, needs: [report], steps: [{{run: echo}}]}}
  repair: {{runs-on: x, needs: [lint], if: failure(), steps: [{{run: echo}}]}}
"""


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (
            "true",
            {
                "lint": "yes",
                "test": "yes",
                "report": "yes",
                "tidy": "yes",
                "after": "yes",
                "repair": "no",
            },
        ),
        (
            "false",
            {
                "lint": "no",
                "test": "no",
                "report": "yes",
                "tidy": "yes",
                "after": "no",
                "repair": "no",
            },
        ),
        (
            "vars.LINT == 'yes'",
            {
                "lint": "depends",
                "test": "depends",
                "report": "yes",
                "tidy": "yes",
                "after": "depends",
                "repair": "no",
            },
        ),
    ],
)
def test_a_skipped_job_skips_those_that_need_it_unless_they_ask_for_always(
    state: str, expected: dict[str, str]
) -> None:
    found = {id: job.answer.value for id, job in jobs(NEEDS.format(condition=state)).items()}
    assert {id: found[id] for id in expected} == expected


def test_a_job_skipped_upstream_says_which_and_why() -> None:
    why = jobs(NEEDS.format(condition="github.ref_type == 'tag'"))["test"].answer.why
    assert why.startswith(
        "it needs `lint`, which does not run: `if: github.ref_type == 'tag'` is false"
    )


def test_outputs_of_steps_and_jobs_are_followed() -> None:
    found = jobs(
        """\
        on: push
        jobs:
          plan:
            runs-on: x
            outputs: {tag: "${{ steps.v.outputs.tag }}", release: "${{ steps.v.outputs.release }}"}
            steps:
              - id: v
                run: |
                  echo "tag=${GITHUB_REF#refs/tags/}" >> $GITHUB_OUTPUT
                  echo "release=yes" >> "$GITHUB_OUTPUT"
          image:
            needs: plan
            if: needs.plan.outputs.release == 'yes'
            runs-on: x
            env: {IMAGE: "me/app:${{ needs.plan.outputs.tag }}"}
            steps:
              - {uses: docker/build-push-action@v6, with: {push: true, tags: "${{ env.IMAGE }}"}}
        """,
        "tag",
    )
    assert found["image"].answer.value == "yes"
    assert found["image"].steps[0].inputs["tags"] == "me/app:v1.2.3"


def test_variables_written_to_the_environment_reach_later_steps() -> None:
    found = jobs(
        """\
        on: push
        env: {A: 1}
        jobs:
          a:
            runs-on: x
            env: {B: 12}
            steps:
              - run: echo "C=${B}3" >> "$GITHUB_ENV"
              - {run: "echo $C", if: env.C == '123'}
              - {run: "echo $C", if: env.C == '12'}
        """
    )
    assert [step.answer.value for step in found["a"].steps] == ["yes", "yes", "no"]
    assert found["a"].steps[1].env["C"] == "123"


def test_what_a_skipped_step_would_have_written_is_not_there() -> None:
    found = jobs(
        """\
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - {id: v, if: github.ref_type == 'tag', run: 'echo "go=yes" >> $GITHUB_OUTPUT'}
              - {if: steps.v.outputs.go == 'yes', run: echo}
        """
    )
    assert [step.answer.value for step in found["a"].steps] == ["no", "no"]


def test_a_matrix_value_decides_a_step_and_the_best_of_the_jobs_counts() -> None:
    text = """\
        on: push
        jobs:
          a:
            runs-on: x
            strategy: {matrix: {task: [{name: Lint, run: ruff check}, {name: Test, run: pytest}]}}
            steps:
              - {name: only lint, if: matrix.task.name == 'Lint', run: "${{ matrix.task.run }}"}
              - {run: "${{ matrix.task.run }}"}
    """
    job = jobs(text)["a"]
    assert job.runs == 2
    assert [step.answer.value for step in job.steps] == ["yes", "yes"]
    scripts = [
        [c.text for c in step.script.commands]
        for steps in job.instances
        for step in steps
        if step.script
    ]
    assert scripts == [["ruff check"], ["ruff check"], ["pytest"], ["pytest"]]


CALLER = {
    "release.yml": """\
        on: {push: {tags: [v*]}}
        jobs:
          publish:
            uses: ./.github/workflows/publish.yml
            with: {index: pypi, dry: false}
            secrets: inherit
          report: {needs: publish, runs-on: x, steps: [{run: echo}]}
    """,
    "publish.yml": """\
        on:
          workflow_call:
            inputs: {index: {type: string}, dry: {type: boolean, default: true}, level: {type: number, default: 3}}
        jobs:
          upload:
            runs-on: x
            steps:
              - {if: inputs.index == 'pypi' && !inputs.dry, run: twine upload dist/*}
              - {if: inputs.level > 3, run: echo}
    """,
}


def test_a_reusable_workflow_of_the_repository_is_read_with_its_inputs() -> None:
    outcome = next(
        found for found in simulation(CALLER, "tag").workflows if "release" in found.workflow.path
    )
    called = outcome.jobs[0].called
    assert called is not None
    assert called.workflow.path == ".github/workflows/publish.yml"
    assert [step.answer.value for step in called.jobs[0].steps] == ["yes", "no"]


def test_a_reusable_workflow_that_calls_itself_ends() -> None:
    loop = "on: [push, workflow_call]\njobs: {a: {uses: ./.github/workflows/ci.yml}}\n"
    assert jobs(loop)["a"].answer.value == "yes"
    other = loop.replace("ci.yml", "other.yml")
    assert simulation({"ci.yml": other, "other.yml": loop}).workflows[0].jobs[0].called is not None


def test_a_workflow_of_another_repository_is_not_guessed() -> None:
    job = jobs("on: push\njobs: {a: {uses: other/repo/.github/workflows/ci.yml@v1}}\n")["a"]
    assert (job.answer.value, job.called) == ("yes", None)


def test_the_steps_of_a_local_composite_action_are_simulated_with_its_inputs() -> None:
    found = simulation(
        {
            "ci.yml": """\
                on: push
                jobs:
                  a:
                    runs-on: x
                    steps:
                      - {id: check, uses: ./.github/actions/check, with: {lint: "yes"}}
                      - {if: steps.check.outputs.done == 'true', run: echo}
            """,
            ".github/actions/check/action.yml": """\
                inputs: {lint: {default: "no"}, test: {default: "no"}}
                outputs: {done: {value: "${{ steps.mark.outputs.done }}"}}
                runs:
                  using: composite
                  steps:
                    - {if: inputs.lint == 'yes', run: ruff check, shell: bash}
                    - {if: inputs.test == 'yes', run: pytest, shell: bash}
                    - {id: mark, run: echo "done=true" >> $GITHUB_OUTPUT, shell: bash}
            """,
        }
    )
    first, second = found.workflows[0].jobs[0].steps
    assert [child.answer.value for child in first.children] == ["yes", "no", "yes"]
    assert second.answer.value == "yes"


def test_a_composite_action_that_uses_itself_ends() -> None:
    found = simulation(
        {
            "ci.yml": "on: push\njobs: {a: {runs-on: x, steps: [{uses: ./loop}]}}\n",
            "./loop/action.yml": "runs: {using: composite, steps: [{uses: ./loop}, {uses: ./loop}]}\n",
        }
    )
    assert found.workflows[0].answer.value == "yes"


CHAIN = {
    "ci.yml": "name: CI\non: [push, pull_request]\njobs: {a: {runs-on: x, steps: [{run: pytest}]}}\n",
    "image.yml": """\
        on: {workflow_run: {workflows: [CI], types: [completed], branches: [main]}}
        jobs:
          push:
            if: github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.event == 'push'
            runs-on: x
            steps: [{run: docker push me/app}]
    """,
}


@pytest.mark.parametrize(
    ("on", "expected"),
    [("push", "yes"), ("merge", "yes"), ("branch-push", "no"), ("schedule", "no")],
)
def test_a_workflow_that_follows_another_runs_when_that_one_did(on: str, expected: str) -> None:
    outcomes = [
        found for found in simulation(CHAIN, on).workflows if "image" in found.workflow.path
    ]
    values = [job.answer.value for found in outcomes for job in found.jobs] or [
        outcomes[0].answer.value
    ]
    assert ("yes" in values) is (expected == "yes")


def test_workflows_that_follow_each_other_for_ever_end() -> None:
    one = "name: {}\non: {{push: , workflow_run: {{workflows: [{}]}}}}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n"
    assert simulation({"a.yml": one.format("A", "B"), "b.yml": one.format("B", "A")}).workflows


def test_windows_runners_start_powershell_unless_told_otherwise() -> None:
    text = "on: push\njobs: {{a: {{runs-on: windows-latest, steps: [{{run: pytest{}}}]}}}}\n"
    assert jobs(text.format(""))["a"].steps[0].script is not None
    assert jobs(text.format(", shell: bash"))["a"].steps[0].script is not None


def test_defaults_decide_the_folder_a_script_starts_in() -> None:
    found = jobs(
        """\
        on: push
        defaults: {run: {working-directory: hw1}}
        jobs:
          a: {runs-on: x, defaults: {run: {working-directory: hw2}}, steps: [{run: pytest}, {run: pytest, working-directory: hw3}]}
          b: {runs-on: x, steps: [{run: pytest}]}
        """
    )
    assert [step.cwd for step in (*found["a"].steps, *found["b"].steps)] == ["hw2", "hw3", "hw1"]


@pytest.mark.parametrize("on", EVENTS)
def test_a_workflow_of_a_hundred_thousand_steps_ends_on_every_event(on: str) -> None:
    values = ", ".join(map(str, range(16)))
    steps = ", ".join("{run: 'echo ${{ matrix.a }} ${{ matrix.b }}'}" for _ in range(60))
    jobs_text = "\n".join(
        f"  j{i}: {{runs-on: x, strategy: {{matrix: {{a: [{values}], b: [{values}]}}}}, steps: [{steps}]}}"
        for i in range(20)
    )
    text = f"on: [push, pull_request, release, workflow_dispatch]\njobs:\n{jobs_text}\n"
    assert simulation({"ci.yml": text}, on).workflows
