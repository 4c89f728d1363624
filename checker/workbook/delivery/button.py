"""The workflow that delivers DAGs when somebody presses its button: read first, then pressed once on the campus."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checker.actions.syntax.model import Job, Step, Workflow
from checker.workbook.judging import Complaint
from checker.workbook.outcome import Outcome, wrong
from checker.workbook.refusal import WorkbookError
from checker.workbook.runs import Runs
from checker.workbook.work import FILES
from checker.workbook.workflows import Reading

if TYPE_CHECKING:
    from checker.workbook.desk import Desk
    from checker.workbook.lab import Lab

SLUG = "08_dag_code_to_airflow"
FILE = ".github/workflows/deliver.yml"
INPUTS = ("environment", "ref")
FIRST = "dags-1"
"""The tag of the first version of the DAGs."""
BROKEN = "broken-dag"
"""The branch with a DAG that must not arrive."""
QUIET = "[skip ci]"
"""In a commit's message it has GitHub start nothing for the push."""
_OTHERS = ("push", "branch-push", "pull-request", "merge", "tag", "schedule")
_PASTED = re.compile(r"\$\{\{[^}]*\b(?:inputs|github\.event\.inputs)\b[^}]*\}\}")
_HIDES = re.compile(r"\|\|\s*(?:true|:|exit 0)\b|\bset \+e\b")
GATE = "gate.py"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What pressing the button did."""

    runs: Runs
    environment: str
    is_moved: bool
    """Whether `deploy/ENVIRONMENT` is another commit than before."""
    others: tuple[str, ...]
    """Branches under `deploy/` that moved and should not have."""
    wanted: Mapping[str, str]
    """The DAGs of the ref that was asked for: by path what git calls the content."""
    there: Mapping[str, str]
    """What `deploy/ENVIRONMENT` holds."""

    def _ipython_display_(self) -> None:
        """Show nothing: the run was shown."""


def complaint(lab: Lab) -> Complaint | None:
    """Return what is wrong with the button as it is written; None when it is worth pressing."""
    reading = Reading.of(lab.homework)
    flow = next((one for one in reading.files if one.path == FILE), None)
    if flow is None:
        return "no_file", {"file": FILE}
    if flow.errors:
        problem = flow.errors[0]
        return "not_yaml", {"where": f"{flow.path}, {problem.line}", "what": problem.reason}
    trigger = flow.triggers.get("workflow_dispatch")
    if trigger is None:
        return "no_button", {"events": ", ".join(flow.triggers) or "–"}
    for event in _OTHERS:
        jobs = lab.would(event).answers.get(FILE, {})
        if any(answer != "no" for answer in jobs.values()):
            return "by_itself", {"event": event}
    for name in INPUTS:
        if name not in trigger.inputs:
            return "no_input", {"input": name}
    for _, step in _steps(flow):
        if pasted := _PASTED.search(step.run):
            return "pasted", {"line": step.run_line or step.line, "text": pasted.group()}
    for _, step in _steps(flow):
        if _HIDES.search(step.run) or step.continue_on_error not in {"", "false"}:
            return "hidden_failure", {"line": step.line}
    for job, step in _steps(flow):
        if "git push" in step.run and not _may_write(flow, job):
            return "may_not_write", {"line": step.line, "job": job.id}
    return None


def ungated(lab: Lab) -> Complaint | None:
    """Return why the gate would not keep a broken DAG from being delivered; None when it would."""
    flow = next((one for one in Reading.of(lab.homework).files if one.path == FILE), None)
    if flow is None or flow.errors:
        return complaint(lab)
    gates = [(job, step) for job, step in _steps(flow) if GATE in step.run]
    pushes = [(job, step) for job, step in _steps(flow) if "git push" in step.run]
    if not gates:
        return "no_gate", {}
    for job, step in pushes:
        before = _before(flow, job)
        if not any(
            one.id in before or (one.id == job.id and _is_before(gate, step)) for one, gate in gates
        ):
            return "gate_behind", {"line": step.line}
        if step.condition and re.search(r"\b(?:always|failure|cancelled)\s*\(", step.condition):
            return "gate_ignored", {"line": step.line, "text": str(step.condition)}
    return None


def press(lab: Lab, *, environment: str = "production", ref: str = FIRST) -> Pressed | None:
    """Push the homework and press the button once; nothing happens for a workflow that is not worth it.

    The homework's DAGs are laid in when there are none, and `dags-1` is the tag of the first version pushed.
    """
    if complaint(lab) is not None or (ref == BROKEN and ungated(lab) is not None):
        return None
    lay_dags(lab)
    desk = lab.practice.campus.desk(lab.student)
    desk.turn_to("main")
    desk.commit(f"DAGs and a button {QUIET}")
    desk.push("main")
    if not desk.commit_of(FIRST):
        desk.git("tag", FIRST)
        desk.git("push", "--quiet", "origin", f"refs/tags/{FIRST}")
        _change(lab.homework / "dags" / "score.py", "# since the second version\n")
        desk.commit(f"Another version of the DAGs {QUIET}")
        desk.push("main")
    if ref == BROKEN:
        _break(lab)
    before = _deployed(desk)
    runs = lab.dispatch("deliver.yml", {"environment": environment, "ref": ref})
    after = _deployed(desk)
    name = f"deploy/{environment}"
    wanted = _files(desk, f"{ref}:dags")
    there = _files(desk, after[name]) if name in after else {}
    if there and all(path.startswith("dags/") for path in there):
        there = {path.removeprefix("dags/"): blob for path, blob in there.items()}
    return Pressed(
        runs,
        environment,
        after.get(name) != before.get(name),
        tuple(sorted(one for one in after if one != name and after[one] != before.get(one))),
        wanted,
        there,
    )


def arrived(pressed: object, ref: str = FIRST) -> Outcome | None:
    """Judge what pressing the button did; None when the DAGs that were asked for arrived, and nothing else did."""
    if not isinstance(pressed, Pressed):
        return wrong("not_pressed")
    if not pressed.runs.succeeded:
        step, said = _red(pressed.runs)
        return wrong("red", step=step, said=said)
    if pressed.others:
        return wrong("elsewhere", branch=pressed.others[0])
    branch = f"deploy/{pressed.environment}"
    if not pressed.there:
        return wrong("nothing_arrived", branch=branch)
    more = sorted(pressed.there.keys() - pressed.wanted.keys())
    if more:
        return wrong("too_much", branch=branch, path=more[0], files=len(pressed.there))
    if pressed.there != pressed.wanted:
        return wrong("other_ref", branch=branch, ref=ref)
    return None


def kept_out(pressed: object) -> Outcome | None:
    """Judge what pressing the button for a broken DAG did; None when the run is red and nothing moved."""
    if not isinstance(pressed, Pressed):
        return wrong("not_pressed")
    if pressed.is_moved or pressed.others:
        return wrong("arrived", branch=f"deploy/{pressed.environment}")
    if pressed.runs.succeeded:
        return wrong("stayed_green")
    _, said = _red(pressed.runs)
    steps = [step for run in pressed.runs for job in run.jobs for step in job.steps]
    if not any("retrain.py" in step.log for step in steps):
        return wrong("red_elsewhere", said=said)
    return None


def lay_dags(lab: Lab) -> Path:
    """Return the homework's folder of DAGs, with the lesson's in it where they are not there."""
    folder = lab.homework / "dags"
    given = FILES / SLUG / "dags"
    for file in sorted(given.rglob("*.py")):
        target = folder / file.relative_to(given)
        if "__pycache__" not in file.parts and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return folder


def _steps(flow: Workflow) -> list[tuple[Job, Step]]:
    return [(job, step) for job in flow.jobs.values() for step in job.steps]


def _may_write(flow: Workflow, job: Job) -> bool:
    """Say whether a job's own token may push, or it pushes with another one."""
    given = job.permissions if job.permissions.given else flow.permissions
    if given.everything == "write" or given.scopes.get("contents") == "write":
        return True
    texts = [str(value) for step in job.steps for value in (*step.inputs.values(), *step.env.values())]  # fmt: skip
    return any("secrets." in text and "GITHUB_TOKEN" not in text for text in texts)


def _is_before(gate: Step, push: Step) -> bool:
    """Say whether a gate stands before a push of the same job: in an earlier step, or earlier in the same script."""
    if gate.number == push.number:
        return gate.run.index(GATE) < push.run.index("git push")
    return gate.number < push.number


def _before(flow: Workflow, job: Job) -> frozenset[str]:
    from checker.workbook.workflows import waits_for

    return waits_for(flow.jobs, job.id)


def _change(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(line)


def _break(lab: Lab) -> None:
    """Push a branch with a DAG whose function nobody calls and whose import is nowhere; `main` stays as it is."""
    desk = lab.practice.campus.desk(lab.student)
    desk.git("checkout", "--quiet", "-B", BROKEN)
    try:
        broken = FILES / SLUG / "specimens" / "broken_import" / "retrain.py"
        shutil.copyfile(broken, lab.homework / "dags" / "retrain.py")
        desk.commit(f"A DAG that needs a module nobody has {QUIET}")
        desk.git("push", "--quiet", "--force", "origin", BROKEN)
    finally:
        desk.git("checkout", "--quiet", "main")


def _deployed(desk: Desk) -> Mapping[str, str]:
    """Return the branches under `deploy/` on the forge, each with its commit, which is fetched."""
    desk.git("fetch", "--quiet", "--prune", "origin")
    place = "refs/remotes/origin/"
    told = desk.git("for-each-ref", "--format=%(refname) %(objectname)", f"{place}deploy")
    pairs = (line.split() for line in told.splitlines())
    return {ref.removeprefix(place): commit for ref, commit in pairs}


def _files(desk: Desk, tree: str) -> dict[str, str]:
    """Return the files of a tree: by path what git calls the content; nothing for no tree."""
    try:
        lines = desk.git("ls-tree", "-r", "--full-tree", tree).splitlines()
    except WorkbookError:
        return {}
    pairs = (line.split("\t", maxsplit=1) for line in lines)
    return {path: facts.split()[2] for facts, path in pairs}


def _red(runs: Runs) -> tuple[str, str]:
    """Return the first step that failed, and the last that it said."""
    for run in runs:
        for job in run.jobs:
            for step in job.steps:
                if step.conclusion == "failure":
                    lines = [one.strip() for one in step.log.splitlines() if one.strip()]
                    return step.name, lines[-1][:300] if lines else "–"
    return "–", "–"
