"""Workflows started by hand, runs run again and ended: wishes that the runner fulfils."""

from __future__ import annotations

from checker.actions.syntax.model import Input
from checker.campus.forge.git.objects import Objects
from checker.campus.forge.rest.call import REPO, Answer, Call, Pages, Refused, not_found
from checker.campus.forge.rest.runs import run_row, workflow_path
from checker.campus.forge.shapes import Json
from checker.campus.store import Job

PAGES = Pages()


@PAGES.post(f"{REPO}/actions/workflows/{{workflow}}/dispatches")
def dispatch(call: Call) -> Answer:
    """Start a workflow that has the trigger `workflow_dispatch`, with its inputs."""
    from checker.actions.syntax.workflow import read_workflow

    call.must_write()
    path, ref = workflow_path(call), call.needed("ref", "Workflow", most=250)
    bare = call.bare
    names = (ref, f"refs/heads/{ref}", f"refs/tags/{ref}")
    full = next((one for one in names if one.startswith("refs/") and bare.resolve(one)), "")
    if not full:
        raise Refused(422, f"No ref found for: {ref[:100]}")
    sha = bare.resolve(full)
    with Objects(bare) as objects:
        text = objects.file(sha, path)
    if text is None:
        raise not_found()
    trigger = read_workflow(path, text).triggers.get("workflow_dispatch")
    if trigger is None:
        raise Refused(422, "Workflow does not have 'workflow_dispatch' trigger")
    inputs = _inputs(call.json.get("inputs"), dict(trigger.inputs))
    with call.events() as events:
        call.site.store.add(events.dispatch(path, full, sha, inputs))
    return Answer(b"", 204)


@PAGES.post(f"{REPO}/actions/runs/{{id}}/rerun")
def rerun(call: Call) -> Answer:
    """Run all jobs of a run again."""
    return _again(call, "rerun")


@PAGES.post(f"{REPO}/actions/runs/{{id}}/rerun-failed-jobs")
def rerun_failed(call: Call) -> Answer:
    """Run the jobs of a run that failed again, and those that need them."""
    return _again(call, "rerun-failed")


@PAGES.post(f"{REPO}/actions/runs/{{id}}/cancel")
@PAGES.post(f"{REPO}/actions/runs/{{id}}/force-cancel")
def cancel(call: Call) -> Answer:
    """End a run."""
    call.must_write()
    row = run_row(call)
    if row.status == "completed":
        raise Refused(409, "Cannot cancel a workflow run that is completed.")
    call.site.store.change(row, wanted="cancel")
    return Answer({}, 202)


@PAGES.delete(f"{REPO}/actions/runs/{{id}}")
def delete(call: Call) -> Answer:
    """Forget a run that is over, with its jobs."""
    call.must_write()
    row = run_row(call)
    if row.status != "completed":
        raise Refused(403, "Cannot delete a workflow run that is not completed.")
    with call.site.store.together() as change:
        for job in call.site.store.find(Job, run=row.id):
            change.remove(job)
        change.remove(row)
    return Answer(b"", 204)


def _again(call: Call, wanted: str) -> Answer:
    call.must_write()
    row = run_row(call)
    if row.status != "completed" or row.wanted:
        raise Refused(403, "This workflow is already running")
    call.site.store.change(row, wanted=wanted)
    return Answer({}, 201)


def _inputs(given: object, known: dict[str, Input]) -> Json:
    """Return the inputs of a start by hand, defaults filled in, as texts. Raises Refused as GitHub does."""
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise Refused(422, "Invalid input: inputs is not an object")
    strange = sorted(set(given) - set(known))
    if strange:
        raise Refused(422, f"Unexpected inputs provided: {strange}")
    found: Json = {}
    for name, one in known.items():
        value = given.get(name, one.default)
        if name not in given and one.required and value in {None, ""}:
            raise Refused(422, f"Required input '{name}' not provided")
        if isinstance(value, bool):
            value = str(value).lower()
        found[name] = "" if value is None else str(value)
    return found
