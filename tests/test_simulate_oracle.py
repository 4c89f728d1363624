"""The simulator says what act, which really runs workflows, then does: the same jobs, matrices and steps."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from checker.actions.events import event
from checker.actions.simulate import simulate
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
                matrix["exclude"] = [pick.choice([{"a": 1, "b": "x"}, {"a": 3}])]
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


def simulated(text: str, name: str) -> Counter[str]:
    """Return what the simulator says is written to the log, a line a step."""
    workflows = workflows_of(Repository("x", Folder({".github/workflows/ci.yml": text})))
    assert not workflows.all[0].errors, workflows.all[0].errors
    lines: Counter[str] = Counter()
    for outcome in simulate(workflows, event(name)).workflows:
        if outcome.occurrence is None or outcome.occurrence.activity not in {
            "",
            "opened",
            "published",
        }:
            continue  # act is told of one occurrence: the pull request opened, the release published.
        for job in outcome.jobs:
            for steps in job.instances:
                for step in steps:
                    assert step.answer.value != "depends", step.answer.why
                    if step.answer and step.script is not None:
                        lines[str(step.step.run).splitlines()[0].split('"')[1].split(" $")[0]] += 1
    return lines


def executed(text: str, name: str, folder: Path, home: Path) -> Counter[str]:
    """Return what act really ran, a line a step."""
    path = folder / ".github/workflows/ci.yml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
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
    command += ["-e", "event.json", "--env", f"LOG={log}", "--concurrent-jobs", "1"]
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
    text = generated(seed)
    assert simulated(text, name) == executed(
        text, name, tmp_path, tmp_path_factory.mktemp("home")
    ), text
