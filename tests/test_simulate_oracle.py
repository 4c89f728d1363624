"""The simulator says what act, which really runs workflows, then does: the same jobs, matrices and steps."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from checker.actions.events import event
from checker.actions.simulate import JobOutcome, simulate
from checker.actions.workflows import workflows_of
from checker.services.repository import Folder, Repository

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not shutil.which("act"), reason="act is not installed"),
]

STEP_CONDITIONS = (
    "github.event_name == 'push'",
    "github.event_name != 'pull_request'",
    "startsWith(github.ref, 'refs/tags/v')",
    "github.ref == 'refs/heads/main' || github.ref_type == 'tag'",
    "github.ref_name == 'main'",
    "matrix.a == 1",
    "matrix.b",
    "matrix.a == 2 && matrix.b != 'x'",
    "env.MODE == 'fast'",
    "env.MODE != 'fast' || matrix.a > 1",
    "always()",
    "failure()",
    "'!cancelled()'",
    "success() && github.event_name == 'push'",
    "steps.first.outputs.go == 'yes'",
    "steps.first.outputs.kind == 'tag'",
    "steps.first.conclusion == 'success'",
    'contains(fromJSON(\'["push", "release"]\'), github.event_name)',
    "github.event.pull_request.merged",
    "github.event.action == 'closed'",
    "${{ github.event.release.tag_name == 'v1.2.3' }}",
    "format('{0}-{1}', github.event_name, env.MODE) == 'push-slow'",
    "github.base_ref == 'main'",
    "false",
    "0",
    "github.nothing",
)
JOB_CONDITIONS = (
    "",
    "",
    "",
    "github.event_name == 'push'",
    "github.ref_type == 'tag'",
    "always()",
    "'!failure()'",
    "failure()",
    "needs.j0.outputs.go == 'yes'",
    "needs.j0.result == 'success'",
    "always() && needs.j0.result == 'skipped'",
    "github.event.pull_request.merged == true",
)
PAYLOADS = {
    "push": ("push", {"ref": "refs/heads/main"}),
    "tag": ("push", {"ref": "refs/tags/v1.2.3"}),
    "pull-request": (
        "pull_request",
        {
            "action": "opened",
            "number": 1,
            "pull_request": {
                "number": 1,
                "merged": False,
                "head": {"ref": "feature"},
                "base": {"ref": "main"},
            },
        },
    ),
    "release": (
        "release",
        {"action": "published", "release": {"tag_name": "v1.2.3", "draft": False}},
    ),
}


def generated(seed: int) -> str:
    """Return a workflow of a few jobs: conditions, needs, matrices, outputs, environment."""
    pick = random.Random(seed)
    jobs: dict[str, object] = {}
    for number in range(pick.randint(2, 4)):
        needs = [f"j{other}" for other in range(number) if pick.random() < 0.6]
        matrix: dict[str, object] = {}
        if pick.random() < 0.7:
            matrix = {
                "a": pick.choice([[1], [1, 2], [1, 2, 3]]),
                "b": ["x", "y"][: pick.randint(1, 2)],
            }
            if pick.random() < 0.4:
                matrix["include"] = [
                    pick.choice([{"a": 2, "c": "new"}, {"a": 9}, {"b": "x", "c": 1}, {"c": "all"}])
                ]
            if pick.random() < 0.4:
                left_out = pick.choice([{"a": 1, "b": "x"}, {"a": 3}])
                # Of a matrix with nothing left GitHub makes no job; act makes one without values.
                if (matrix["a"], matrix["b"]) != ([1], ["x"]):
                    matrix["exclude"] = [left_out]
        steps: list[dict[str, object]] = [
            {
                "id": "first",
                **({"if": pick.choice(STEP_CONDITIONS[:10])} if pick.random() < 0.4 else {}),
                "run": f'echo "j{number} 0 ${{{{ matrix.a }}}} ${{{{ matrix.b }}}} ${{{{ matrix.c }}}}" >> "$LOG"\n'
                'echo "go=yes" >> "$GITHUB_OUTPUT"\necho "kind=${{ github.ref_type }}" >> "$GITHUB_OUTPUT"\n',
            }
        ]
        for step in range(1, pick.randint(2, 4)):
            line = f'echo "j{number} {step} ${{{{ matrix.a }}}} ${{{{ matrix.b }}}} ${{{{ matrix.c }}}}" >> "$LOG"\n'
            if pick.random() < 0.2:
                line += 'echo "MODE=fast" >> "$GITHUB_ENV"\n'
            steps.append(
                {"run": line}
                | ({"if": pick.choice(STEP_CONDITIONS)} if pick.random() < 0.7 else {})
            )
        condition = pick.choice(JOB_CONDITIONS)
        if "needs.j0" in condition and "j0" not in needs:
            condition = ""
        jobs[f"j{number}"] = {
            "runs-on": "ubuntu-latest",
            **({"needs": needs} if needs else {}),
            **({"if": condition} if condition else {}),
            **({"strategy": {"matrix": matrix}} if matrix else {}),
            "env": {"MODE": pick.choice(["fast", "slow"])},
            "outputs": {"go": "${{ steps.first.outputs.go }}"},
            "steps": steps,
        }
    for job in jobs.values():
        assert isinstance(job, dict)
        for part in (
            job,
            *job["steps"],
        ):  # The table quotes what YAML would misread; the dumper quotes by itself.
            if str(part.get("if", "")).startswith("'!"):
                part["if"] = part["if"].strip("'")
    triggers = {"push": None, "pull_request": None, "release": None}
    return yaml.safe_dump({"on": triggers, "jobs": jobs}, sort_keys=False, width=1000)


CI = ".github/workflows/ci.yml"
CALLED = ".github/workflows/called.yml"
CALL_CONDITIONS = (
    "",
    "",
    "github.event_name == 'push'",
    "needs.first.outputs.go == 'yes'",
    "needs.first.result == 'success'",
    "always()",
    "false",
)
CALLED_CONDITIONS = (
    "inputs.level == 'high'",
    "inputs.level != 'high'",
    "inputs.flag",
    "!inputs.flag",
    "inputs.flag == true",
    "inputs.number > 2",
    "inputs.number == 3",
    "inputs.other == 'fallback'",
    "github.event_name == 'push'",
    "github.event_name == 'workflow_call'",
    "env.OUTER == 'set'",
    "always()",
    "contains(inputs.level, 'o')",
)


def generated_calls(seed: int) -> dict[str, str]:
    """Return a workflow that calls another, with inputs, outputs and conditions on both sides."""
    pick = random.Random(seed)

    def step(*words: object, condition: str = "") -> dict[str, object]:
        line = {"run": f'echo "{" ".join(map(str, words))} $" >> "$LOG"\n'}
        return line | ({"if": condition} if condition else {})

    inner: dict[str, object] = {
        "one": {
            "runs-on": "ubuntu-latest",
            "outputs": {"go": "${{ steps.s.outputs.go }}"},
            "steps": [
                {"id": "s", "run": 'echo "one 0 $" >> "$LOG"\necho "go=yes" >> "$GITHUB_OUTPUT"\n'},
                *(step("one", n, condition=pick.choice(CALLED_CONDITIONS)) for n in range(1, 4)),
            ],
        },
        "two": {
            "runs-on": "ubuntu-latest",
            "needs": ["one"],
            "if": pick.choice([each for each in CALLED_CONDITIONS if "env." not in each]),
            "steps": [step("two", 0), step("two", 1, condition="needs.one.outputs.go == 'yes'")],
        },
    }
    inputs = {
        "level": {"type": "string", "required": True},
        "flag": {"type": "boolean", "default": pick.random() < 0.5},
        "number": {"type": "number", "default": pick.randint(1, 4)},
        "other": {"type": "string", "default": "fallback"},
    }
    called = {
        "on": {
            "workflow_call": {
                "inputs": inputs,
                "outputs": {"done": {"value": "${{ jobs.one.outputs.go }}"}},
            }
        },
        "jobs": inner,
    }
    given: dict[str, object] = {"level": pick.choice(["high", "low", "${{ github.event_name }}"])}
    if pick.random() < 0.5:
        given["flag"] = pick.choice([True, False, "${{ github.event_name == 'push' }}"])
    if pick.random() < 0.5:
        given["number"] = pick.choice([3, 1])
    condition = pick.choice(CALL_CONDITIONS)
    caller = {
        "on": {"push": None, "pull_request": None, "release": None},
        "env": {"OUTER": "set"},
        "jobs": {
            "first": {
                "runs-on": "ubuntu-latest",
                "outputs": {"go": "${{ steps.s.outputs.go }}"},
                "steps": [
                    {
                        "id": "s",
                        "run": 'echo "first 0 $" >> "$LOG"\necho "go=yes" >> "$GITHUB_OUTPUT"\n',
                    }
                ],
            },
            "call": {
                "needs": ["first"],
                "uses": f"./{CALLED}",
                "with": given,
                **({"if": condition} if condition else {}),
            },
            "last": {
                "runs-on": "ubuntu-latest",
                "needs": ["call"],
                **({"if": "always()"} if pick.random() < 0.5 else {}),
                "steps": [
                    step("last", 0),
                    step("last", 1, condition="needs.call.result == 'success'"),
                ],
            },
        },
    }
    return {
        path: yaml.safe_dump(tree, sort_keys=False, width=1000).replace("'on':", "on:", 1)
        for path, tree in ((CI, caller), (CALLED, called))
    }


def told(jobs: Iterable[JobOutcome]) -> Iterator[str]:
    """Yield the line that each step writes that would run."""
    for job in jobs:
        if job.called is not None:
            yield from told(job.called.jobs)
        for steps in job.instances:
            for step in steps:
                assert step.answer.value != "depends", step.answer.why
                if step.answer and step.script is not None:
                    yield str(step.step.run).splitlines()[0].split('"')[1].split(" $")[0]


def simulated(files: Mapping[str, str], name: str) -> Counter[str]:
    """Return what the simulator says is written to the log, a line a step."""
    workflows = workflows_of(Repository("x", Folder(files)))
    assert not [workflow.errors for workflow in workflows.all if workflow.errors]
    lines: Counter[str] = Counter()
    for outcome in simulate(workflows, event(name)).workflows:
        if outcome.occurrence is None or outcome.occurrence.activity not in {
            "",
            "opened",
            "published",
        }:
            continue  # act is told of one occurrence: the pull request opened, the release published.
        lines.update(told(outcome.jobs))
    return lines


def executed(files: Mapping[str, str], name: str, folder: Path, home: Path) -> Counter[str]:
    """Return what act really ran, a line a step."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    identity = ["-c", "user.name=s", "-c", "user.email=s@example.org"]
    subprocess.run(
        ["git", *identity, "commit", "-q", "--allow-empty", "-m", "x"], cwd=folder, check=True
    )
    github_event, payload = PAYLOADS[name]
    log = folder / "log.txt"
    log.touch()
    (folder / "event.json").write_text(
        json.dumps(payload | {"repository": {"default_branch": "main"}})
    )
    command = ["act", github_event, "-P", "ubuntu-latest=-self-hosted", "--rm", "--no-cache-server"]
    command += ["-W", CI, "-e", "event.json", "--env", f"LOG={log}", "--concurrent-jobs", "1"]
    environment = {
        "HOME": str(home),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "XDG_CACHE_HOME": str(home / "cache"),
    }
    act = shutil.which("act")
    assert act
    done = subprocess.run(
        [act, *command[1:]],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        env=environment,
        timeout=120,
    )
    assert "Error" not in done.stderr or done.returncode == 0, done.stderr[-2000:]
    return Counter(" ".join(line.split()[:2]) for line in log.read_text().splitlines())


@pytest.mark.parametrize("seed", range(40))
def test_the_simulator_and_act_agree_on_what_runs(
    seed: int, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = list(PAYLOADS)[seed % len(PAYLOADS)]
    files = {CI: generated(seed)}
    assert simulated(files, name) == executed(
        files, name, tmp_path, tmp_path_factory.mktemp("home")
    ), files[CI]


@pytest.mark.parametrize("seed", range(20))
def test_the_simulator_and_act_agree_on_called_workflows(
    seed: int, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = list(PAYLOADS)[seed % len(PAYLOADS)]
    files = generated_calls(seed)
    assert simulated(files, name) == executed(
        files, name, tmp_path, tmp_path_factory.mktemp("home")
    ), "\n".join(files.values())
