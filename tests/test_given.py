"""Events share a run exactly when the workflow cannot tell them apart."""

from __future__ import annotations

import itertools
import random
import textwrap

import pytest

from checker.actions.activities import activities_of, simulations
from checker.actions.events import EVENTS, Names, event
from checker.actions.given import Given, Memory
from checker.actions.simulate import JobOutcome, simulate
from checker.actions.workflows import Workflows, workflows_of
from checker.services.repository import Folder, Repository

ON = "on: [push, pull_request, release, workflow_dispatch, schedule]\n"
REFERENCES = [
    "github.ref", "github.ref_name", "github.event_name", "github.actor", "github.head_ref", "github.base_ref",
    "github.event.action", "github.event.ref", "github.event.pull_request", "github.event.pull_request.merged",
    "github.event.pull_request.title", "github.event.pull_request.head.repo.full_name", "github.event.inputs",
    "github.event.head_commit.message", "github.event.commits.*.message", "github.event.release.tag_name",
    "github.event.repository.default_branch", "github['REF_TYPE']", "github[env.KEY]", "github.nothing",
    "github.event['a name that is so long that a message would shorten it']", "github.event.commits[0]",
    "inputs.level", "env.REF", "github.sha", "github.event.created", "toJSON(github.event)", "toJSON(inputs)",
]  # fmt: skip
TEXTS = [
    "'push'", "'refs/heads/main'", "'main'", "'refs/tags/'", "'opened'", "'v1.2.3'", "''", "true", "null", "'tag'",
]  # fmt: skip


def read(files: dict[str, str]) -> Workflows:
    texts = {path: textwrap.dedent(text) for path, text in files.items()}
    return workflows_of(Repository("homework", Folder(texts)))


def one(text: str) -> Workflows:
    return read({".github/workflows/ci.yml": text})


def shared(workflows: Workflows) -> list[tuple[JobOutcome, ...]]:
    """Return the jobs of every run, on all events."""
    return [run.jobs for found in simulations(workflows) for run in found.workflows]


def alone(workflows: Workflows, branches: tuple[str, ...]) -> list[tuple[JobOutcome, ...]]:
    """Return the same, each event simulated as if there were no other."""
    return [
        run.jobs
        for name, branch in itertools.product(EVENTS, branches)
        for run in simulate(workflows, event(name, Names(branch))).workflows
    ]


def expression(dice: random.Random, depth: int = 2) -> str:
    if not depth:
        return dice.choice(REFERENCES)
    left, right = expression(dice, depth - 1), dice.choice([*TEXTS, expression(dice, depth - 1)])
    form = dice.choice(
        ["{} == {}", "{} != {}", "{} && {}", "{} || {}", "!({} == {})", "contains({}, {})",
         "startsWith({}, {})", "endsWith({}, {})", "format('{{0}}{{1}}', {}, {})"]
    )  # fmt: skip
    return form.format(left, right)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_workflow_reads_sharing_runs_changes_no_answer(seed: int) -> None:
    dice = random.Random(f"given {seed}")
    steps = "".join(
        f"      - {{id: s{number}, if: \"{expression(dice)}\", run: 'echo $GITHUB_REF_NAME',"
        f" env: {{X: '${{{{ github.ref }}}}-${{{{ steps.s{number - 1}.outcome }}}}'}}}}\n"
        for number in range(1, dice.randint(2, 5))
    )
    planning = expression(dice).replace("env.", "github.")  # a job's condition has no `env`
    workflows = one(
        f"{ON}env: {{KEY: ref, REF: '${{{{ github.base_ref }}}}', MAIN: main, OTHER: master}}\njobs:\n"
        f'  a:\n    runs-on: x\n    if: "{planning}"\n    steps:\n{steps}'
        f"  b:\n    needs: a\n    runs-on: x\n    steps:\n{steps}"
    )
    assert not workflows.all[0].errors, workflows.all[0].errors
    assert shared(workflows) == alone(workflows, ("main", "master"))


@pytest.mark.parametrize(
    ("reads", "distinct"),
    [
        ("- run: pytest", 1),
        ("- run: pytest # main", 1),
        ("- {run: pytest, if: github.event_name == 'push'}", 5),
        ("- run: echo ${{ github.actor }} $GITHUB_RUN_ID", 1),
        ("- run: echo $GITHUB_EVENT_NAME", 5),
        ("- run: echo $GITHUB_REF_TYPE", 4),
        ("- run: echo '${{ toJSON(github) }}'", 8),
        ("- run: echo '${{ github.event['a name too long to be a word of an expression'] }}'", 8),
        ("- {run: echo, env: {X: '${{ inputs.level }}'}}", 2),
        ("- {uses: docker/metadata-action@v5, with: {images: me/app}}", 1),
        ("- {id: meta, uses: docker/metadata-action@v5, with: {images: me/app}}", 7),
        ("- {id: setup, uses: actions/setup-python@v5, with: {python-version: 3.12}}", 1),
    ],
)
def test_a_run_is_made_once_for_all_events_that_agree_on_what_it_reads(
    reads: str, distinct: int
) -> None:
    workflows = one(f"{ON}jobs:\n  a:\n    runs-on: x\n    steps:\n      {reads}\n")
    found = [jobs for jobs in shared(workflows) if jobs]
    assert len({id(jobs) for jobs in found}) == distinct
    branch = "main"
    assert found == [jobs for jobs in alone(workflows, (branch,)) if jobs]


def test_a_called_workflow_is_said_to_be_started_by_the_event_it_is_started_by() -> None:
    workflows = read(
        {
            ".github/workflows/ci.yml": f"{ON}jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n",
            ".github/workflows/b.yml": """
                on: workflow_call
                jobs:
                  b:
                    runs-on: x
                    steps:
                      - run: pytest
                """,
        }
    )
    by = {
        found.event.name: outcome.jobs[0].called.occurrence.event
        for found in simulations(workflows)
        for outcome in found.workflows
        if outcome.jobs and outcome.jobs[0].called and outcome.jobs[0].called.occurrence
    }
    assert by["tag"] == "push"
    assert by["pull-request"] == "pull_request"
    assert by["schedule"] == "schedule"


@pytest.mark.parametrize(
    ("step", "files"),
    [
        (
            "run: make",
            {"Makefile": "all:\n\ttest $(GITHUB_REF_TYPE) = tag && twine upload dist/*\n"},
        ),
        (
            "run: ./go.sh",
            {"go.sh": "if [ $GITHUB_REF_TYPE = tag ]; then twine upload dist/*; fi\n"},
        ),
        (
            "{uses: nick-fields/retry@v3, with: {command: 'test $GITHUB_REF_TYPE = tag && twine upload dist/*'}}",
            {},
        ),
    ],
    ids=["Makefile", "script", "an action's input"],
)
def test_what_only_a_file_or_an_input_asks_of_the_event_still_tells_events_apart(
    step: str, files: dict[str, str]
) -> None:
    text = f"{ON}jobs:\n  a:\n    runs-on: x\n    steps:\n      - {step}\n"
    folder = Folder({".github/workflows/ci.yml": text, **files})
    (publish,) = activities_of(Repository("homework", folder)).of("publish")
    assert publish.events["tag"].value == "yes"
    assert publish.events["push"].value == "no"


def test_a_memory_asks_again_only_when_a_fact_that_was_read_differs() -> None:
    memory: Memory[str] = Memory()
    asked: list[str] = []

    def upper(given: Given) -> str:
        def make() -> str:
            asked.append("")
            return "-".join(given.mentioned("$GITHUB_REF").values()).upper()

        return memory.get("key", given, make)

    def runs(ref: str, other: str) -> Given:
        return Given({}, {}, {"GITHUB_REF": ref, "GITHUB_SHA": other})

    assert [upper(runs("a", "1")), upper(runs("a", "2")), upper(runs("b", "1"))] == ["A", "A", "B"]
    assert len(asked) == 2


def test_what_is_taken_from_a_memory_counts_as_read() -> None:
    memory: Memory[str] = Memory()
    first, second = (Given({}, {}, {"GITHUB_REF": "a"}) for _ in range(2))
    for given in (first, second):
        given.look(["inputs.level"])
        memory.get("key", given, lambda given=given: str(given.mentioned("GITHUB_REF")))
    assert first.read == second.read == {"$GITHUB_REF", "inputs.level"}
