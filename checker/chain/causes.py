"""Which event started a run, by the names of `checker.actions.events`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from checker.actions.syntax import Workflow
from checker.services.github.model import Project, PullRequest, Run, Tag

FOLLOWS = timedelta(minutes=2)
"""A run that another one starts (`workflow_run`) is there this soon after that one has ended."""

MANY = 60
"""With so many pull requests there may be others that were not read."""

_BY_NAME = {
    "release": "release",
    "workflow_dispatch": "manual",
    "repository_dispatch": "manual",
    "schedule": "schedule",
}
_PULLS = ("pull_request", "pull_request_target")


@dataclass(frozen=True, slots=True)
class Cause:
    """What started a run."""

    event: str
    """A name of `checker.actions.events`; empty when it is none of them or nobody can tell."""
    remark: str = ""
    """What a person should know about it, or why nobody can tell."""
    tag: str = ""
    """The git tag that was pushed; empty for anything else."""
    pull: PullRequest | None = None
    """The pull request, opened or merged, behind it."""

    def concerns(self, run: Run, head: str, branch: str) -> bool:
        """Say whether a run tells of a branch: of its commit, a push to it, a pull request of or merged into it."""
        if run.sha and run.sha == head:
            return True
        if self.tag:
            return False
        if self.pull is None:
            return run.branch == branch
        is_merged_into_it = self.pull.base == branch and bool(self.pull.merged)
        return is_merged_into_it or (self.pull.head == branch and not self.pull.is_fork)


def cause_of(
    run: Run,
    project: Project,
    default: str,
    flow: Workflow | None = None,
    others: Iterable[Run] = (),
) -> Cause:
    """Return what started a run.

    `default` is the branch homework is merged into, `flow` the workflow as it was then, `others` the other runs, among
    which the one is sought that a `workflow_run` follows. GitHub tells a push's branch or tag by its bare name, and
    nothing of the pull request behind a merge:

    - a push is a tag's when a tag has that name and the commit, or when no branch has that name; a tag that points
      elsewhere by now was moved; for one that is gone the workflow's filters decide;
    - a push to the default branch is a *merge* when a merged pull request made that commit, be it by merge, squash or
      rebase, and else a *push*;
    - a run of a pull request into the default branch is a *merge* when it was made after the merge by a workflow that
      asks for `closed`, and else a *pull request*.
    """
    if run.event == "push":
        return _push(run, project, default, flow)
    if run.event in _PULLS:
        return _pull(run, project, default, flow)
    if run.event == "create":
        tag = _tag(run, project)
        return Cause("tag", _moved(run, tag), run.branch) if tag else Cause("")
    if run.event == "workflow_run":
        return _following(run, project, default, flow, others)
    return Cause(_BY_NAME.get(run.event, ""))


def _push(run: Run, project: Project, default: str, flow: Workflow | None) -> Cause:
    tag = _tag(run, project)
    is_branch = (
        any(branch.name == run.branch for branch in project.branches) or run.branch == default
    )
    if tag and (tag.sha == run.sha or not is_branch):
        return Cause("tag", _moved(run, tag), run.branch)
    if run.branch == default:
        for pull in project.pull_requests:
            if pull.merge_sha == run.sha and pull.merge_sha and pull.base == default:
                return Cause("merge", pull=pull)
        pulls = project.pull_requests
        if len(pulls) >= MANY and all(one.created and one.created > run.created for one in pulls):
            return Cause("", "the pull requests of that time are more than were read")
        return Cause("push")
    if is_branch:
        return Cause("branch-push")
    if any(pull.head == run.branch for pull in project.pull_requests):
        return Cause("branch-push", f"the branch `{run.branch}` is gone")
    wants_tags, wants_branches = _wanted(flow)
    if wants_tags and not wants_branches:
        return Cause("tag", f"the tag `{run.branch}` is gone", run.branch)
    if wants_branches and not wants_tags:
        return Cause("branch-push", f"the branch `{run.branch}` is gone")
    return Cause(
        "", f"`{run.branch}` is gone, and nobody can tell whether it was a branch or a tag"
    )


def _tag(run: Run, project: Project) -> Tag | None:
    return next((tag for tag in project.tags if tag.name == run.branch), None)


def _moved(run: Run, tag: Tag) -> str:
    if tag.sha == run.sha:
        return ""
    return f"the tag `{tag.name}` pointed at {run.sha[:7]} then and points at {tag.sha[:7]} now"


def _wanted(flow: Workflow | None) -> tuple[bool, bool]:
    """Return whether a push of a tag, and of a branch, may start a workflow."""
    trigger = flow.triggers.get("push") if flow else None
    if trigger is None:
        return True, True
    tags = bool(trigger.tags or trigger.tags_ignore)
    branches = bool(trigger.branches or trigger.branches_ignore)
    if tags == branches:
        return True, True
    return tags, branches


def _pull(run: Run, project: Project, default: str, flow: Workflow | None) -> Cause:
    pull = _pull_behind(run, project)
    if pull is None:
        return Cause("", f"the pull request from `{run.branch}` was not found")
    fork = "it came from a fork, whose runs get no secrets" if pull.is_fork else ""
    if pull.base != default:
        return Cause("", f"the pull request goes to `{pull.base}`", pull=pull)
    trigger = flow.triggers.get(run.event) if flow else None
    asks_for_closed = trigger is None or "closed" in trigger.types
    if asks_for_closed and pull.merged and run.created >= pull.merged:
        return Cause("merge", fork, pull=pull)
    return Cause("pull-request", fork, pull=pull)


def _pull_behind(run: Run, project: Project) -> PullRequest | None:
    """Return the pull request a run belongs to: of that head branch, by its commit, else by the time."""
    found = [pull for pull in project.pull_requests if pull.head == run.branch]
    elsewhere = run.head_repository and run.head_repository.lower() != project.full_name.lower()
    found = [pull for pull in found if pull.is_fork == bool(elsewhere)] or found
    exact = [pull for pull in found if pull.head_sha == run.sha]
    earlier = [pull for pull in found if pull.created is None or pull.created <= run.created]
    return next(iter(exact or earlier or found), None)


def _following(
    run: Run, project: Project, default: str, flow: Workflow | None, others: Iterable[Run]
) -> Cause:
    """Return the event of the run that this one follows: of a workflow it names, ended just before."""
    trigger = flow.triggers.get("workflow_run") if flow else None
    named = trigger.workflows if trigger else ()
    for other in others:
        if other.event == "workflow_run" or other.updated is None or other.created > run.created:
            continue
        if named and other.name not in named:
            continue
        if other.created <= run.created <= other.updated + FOLLOWS:
            cause = cause_of(other, project, default)
            remark = f"it followed the run of `{other.name or other.workflow}`"
            return Cause(cause.event, cause.remark or remark, cause.tag, cause.pull)
    return Cause("", "nobody can tell which run it followed")
