"""What a homework's workflows would publish, judged by the grader's own criteria, and what else is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from checker.actions.activity import Activity
from checker.actions.command import holes
from checker.actions.events import EVENTS, Event, Names, event
from checker.actions.expressions import Partial
from checker.actions.redaction import is_literal, shortened
from checker.actions.simulate import Runs, simulate
from checker.rubric.accepted import DEFAULT
from checker.rubric.findings import PROPOSAL, running
from checker.rubric.verdict import Outcome
from checker.workbook.judging import Complaint, Judged, at

JUDGED = ("LIB1", "LIB2", "LIB3")
"""The criteria that a folder can show."""

_SKIPS = "leaves files that are on the index already"


class Publishing(Judged):
    """What the workflows of a folder do about publishing."""

    @property
    def uploads(self) -> tuple[Activity, ...]:
        """The uploads that count: those on a pull request to the default branch, else those on any event."""
        there = [one for one in self.activities.of("publish") if DEFAULT.index(one)]
        return running(there, *PROPOSAL) or tuple(there)


def publishing(folder: Path) -> Publishing:
    """Read a folder as the grader does."""
    return Publishing.of(folder, JUDGED)


def complaint(found: Publishing) -> Complaint | None:
    """Return what is wrong with how a library is built and published, the worst first; None when nothing is."""
    if not found.met("LIB1"):
        return _unpublished(found)
    uploads = running(found.uploads, *PROPOSAL)
    if literal := [one for one in found.uploads if is_literal(one.credential)]:
        return "secret_in_file", at(literal[0], shown=shortened(literal[0].credential))
    if careless := _on_refusal(found, uploads):
        return "refused_too", at(careless)
    upload = uploads[0]
    if upload.masked:
        return "hidden_failure", at(upload, mask=upload.masked)
    if _SKIPS in upload.notes and upload.target == "pypi":
        return "skips_existing", at(upload)
    if found.verdicts["LIB2"].outcome is Outcome.NOT_MET:
        return "not_built", at(upload)
    if found.verdicts["LIB3"].outcome is Outcome.NOT_MET:
        return _unauthorised(found, upload)
    return None


def distrust(found: Publishing) -> Complaint | None:
    """Return what keeps uploads from being trusted, with no more rights than that needs; None when nothing does."""
    uploads = running(found.uploads, *PROPOSAL)
    with_token = [one for one in uploads if one.credential]
    if with_token:
        sources = holes(with_token[0].credential)
        reason = "both" if with_token[0].id_token else "still_a_token"
        return reason, at(with_token[0], secret=sources[0] if sources else "")
    for one in uploads:
        flow = found.workflows.by_path.get(one.place.file)
        job = flow.jobs.get(one.place.job) if flow else None
        if flow is None or job is None:
            continue
        rights = job.permissions if job.permissions.given else flow.permissions
        if rights.everything == "write":
            return "write_all", at(one)
        if one.id_token:
            continue
        able = [each.id for each in flow.jobs.values() if each.permissions.id_token]
        if able:
            return "wrong_job", at(one, job=one.place.job, other=able[0])
        if value := rights.scopes.get("id-token"):
            return "odd_right", at(one, value=value)
        return "no_identity", at(one)
    return None


def _unpublished(found: Publishing) -> Complaint:
    """Return why nothing is published on a pull request."""
    verdict = found.verdicts["LIB1"]
    for flow in found.workflows.all:
        if flow.errors:
            problem = flow.errors[0]
            return "not_yaml", {"where": f"{flow.path}, {problem.line}", "what": problem.reason}
    if not found.uploads:
        if stray := found.workflows.stray:
            return "wrong_folder", {"where": stray[0].path, "right": stray[0].belongs}
        if elsewhere := found.activities.of("publish"):
            return "elsewhere", at(elsewhere[0], what=verdict.reason)
        missed = [one for one in found.activities.missed if one.near.kind == "publish"]
        if missed:
            where = f"{missed[0].place.file}:{missed[0].place.line}"
            return "only_says", {"where": where, "what": missed[0].near.why}
        return ("unreadable" if verdict.outcome is Outcome.UNKNOWN else "nothing_uploads"), {
            "what": verdict.reason
        }
    upload = found.uploads[0]
    on = {name for name in EVENTS if any(one.on(name) for one in found.uploads)}
    if not on:
        return "never_runs", at(upload, what=upload.on(*PROPOSAL).why)
    if on <= {"release"}:
        return "release_only", at(upload)
    if on <= {"tag", "release"}:
        return "tag_only", at(upload)
    if on <= {"manual", "schedule"}:
        return "by_hand", at(upload)
    return "other_events", at(upload, what=verdict.reason)


def _unauthorised(found: Publishing, upload: Activity) -> Complaint:
    sources = holes(upload.credential)
    if not upload.credential:
        return "no_authority", at(upload)
    if any(one in {"secrets.GITHUB_TOKEN", "github.token"} for one in sources):
        return "github_token", at(upload)
    if any(one.startswith("vars.") for one in sources):
        return "public_variable", at(upload, source=sources[0])
    return "unauthorised", at(upload, what=found.verdicts["LIB3"].reason)


def _on_refusal(found: Publishing, uploads: tuple[Activity, ...]) -> Activity | None:
    """Return an upload that happens for a pull request that was closed and not merged; None for none."""
    for branch in found.workflows.repository.default_branches[:2]:
        ran = simulate(found.workflows, closed_unmerged(Names(default_branch=branch)), Runs())
        steps = {
            (outcome.workflow.path, job.job.id, step.step.number)
            for outcome in ran.workflows
            for job in outcome.jobs
            if outcome.answer and job.answer
            for step in job.steps
            if step.answer
        }
        for one in uploads:
            if (one.workflow, one.place.job, one.step) in steps:
                return one
    return None


def closed_unmerged(names: Names) -> Event:
    """Return what GitHub tells when a pull request to the default branch is closed without being merged.

    The activity is `closed`, as for a merge; `pull_request.merged` alone is another (GitHub Docs, "Events that trigger
    workflows", read November 2026).
    """
    merged = event("merge", names)
    occurrences = []
    for one in merged.occurrences:
        pull = one.payload.get("pull_request")
        if isinstance(pull, Mapping):
            refused = Partial({**pull, "merged": False})
            occurrences.append(replace(one, payload={**one.payload, "pull_request": refused}))
    return replace(merged, title="a pull request closed unmerged", occurrences=tuple(occurrences))
