"""The events one can ask about, and what GitHub would tell a workflow on each.

Sources: GitHub Docs, "Events that trigger workflows" and "Contexts reference", read November 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from checker.actions.expressions import UNKNOWN, Partial

EVENTS = ("push", "branch-push", "pull-request", "merge", "tag", "release", "manual", "schedule")
"""The events by name, in the order of reports."""

AUTOMATIC = tuple(name for name in EVENTS if name != "manual")
"""Events that need nobody to press a button."""

TITLES: Mapping[str, str] = {
    "push": "a push to the default branch",
    "branch-push": "a push to another branch",
    "pull-request": "a pull request to the default branch, opened or updated",
    "merge": "a pull request merged into the default branch",
    "tag": "a pushed tag",
    "release": "a published release",
    "manual": "a start by hand",
    "schedule": "the schedule",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names an event carries; callers may set any of them."""

    default_branch: str = "main"
    branch: str = "feature"
    """The other branch: pushed to, or the head of the pull request."""
    tag: str = "v1.2.3"
    repository: str = ""
    """`owner/repo`; empty when unknown."""
    actor: str = ""
    """Who acts; empty for a person of whom nothing is known."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One webhook event as GitHub delivers it to workflows."""

    event: str
    """GitHub's name: `push`, `pull_request` …"""
    ref: str
    activity: str = ""
    """The activity type (`opened`, `published`); empty where the event has none."""
    branch: str = ""
    """The name that branch filters look at: the pushed branch or the pull request's base."""
    tag: str = ""
    """The pushed tag; empty for anything but a tag push."""
    head_ref: str = ""
    base_ref: str = ""
    payload: Mapping[str, object] = field(default_factory=dict)
    """The part of `github.event` that is known; unknown fields are `UNKNOWN`, absent ones null."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person does, and the occurrences it causes."""

    name: str
    title: str
    names: Names
    occurrences: tuple[Occurrence, ...]


def event(name: str, names: Names | None = None) -> Event:
    """Return one of `EVENTS` with its occurrences; raises ValueError for another name."""
    if name not in EVENTS:
        raise ValueError(f"there is no event {name!r}; the events are {', '.join(EVENTS)}")
    given = names or Names()
    title = f"the tag {given.tag} is pushed" if name == "tag" else TITLES[name]
    return Event(name, title, given, _MAKERS[name](given))


def _push(names: Names) -> tuple[Occurrence, ...]:
    return (_pushed(names, names.default_branch),)


def _branch_push(names: Names) -> tuple[Occurrence, ...]:
    return (_pushed(names, names.branch),)


def _pushed(names: Names, branch: str) -> Occurrence:
    ref = f"refs/heads/{branch}"
    return Occurrence("push", ref, branch=branch, payload=_push_payload(names, ref, created=False))


def _push_payload(names: Names, ref: str, *, created: bool) -> Mapping[str, object]:
    return {
        "ref": ref,
        "before": UNKNOWN,
        "after": UNKNOWN,
        "created": created,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": UNKNOWN,
        "commits": UNKNOWN,
        "head_commit": Partial(),
        "pusher": Partial(),
        **_everywhere(names),
    }


def _pull_request(names: Names) -> tuple[Occurrence, ...]:
    return tuple(
        _pull(names, event, activity, merged=False)
        for event in ("pull_request", "pull_request_target")
        for activity in ("opened", "synchronize")
    )


def _merge(names: Names) -> tuple[Occurrence, ...]:
    closed = (
        _pull(names, event, "closed", merged=True)
        for event in ("pull_request", "pull_request_target")
    )
    return (*closed, *_push(names))


def _pull(names: Names, event: str, activity: str, *, merged: bool) -> Occurrence:
    on_base = (
        merged or event == "pull_request_target"
    )  # A merged pull request's ref is its base branch.
    full_name: object = names.repository or UNKNOWN
    repo = Partial(full_name=full_name, fork=False)
    return Occurrence(
        event,
        f"refs/heads/{names.default_branch}" if on_base else "refs/pull/1/merge",
        activity,
        branch=names.default_branch,
        head_ref=names.branch,
        base_ref=names.default_branch,
        payload={
            "action": activity,
            "number": 1,
            "before": UNKNOWN,
            "after": UNKNOWN,
            "pull_request": Partial(
                number=1,
                state="closed" if merged else "open",
                merged=merged,
                draft=False,
                base=Partial(ref=names.default_branch, repo=repo),
                head=Partial(ref=names.branch, repo=repo, label=UNKNOWN),
            ),
            **_everywhere(names),
        },
    )


def _tag(names: Names) -> tuple[Occurrence, ...]:
    ref = f"refs/tags/{names.tag}"
    created = {
        "ref": names.tag,
        "ref_type": "tag",
        "master_branch": names.default_branch,
        **_everywhere(names),
    }
    return (
        Occurrence("push", ref, tag=names.tag, payload=_push_payload(names, ref, created=True)),
        Occurrence("create", ref, payload=created),
    )


def _release(names: Names) -> tuple[Occurrence, ...]:
    release = Partial(
        tag_name=names.tag, draft=False, prerelease=False, target_commitish=names.default_branch
    )
    return tuple(
        Occurrence(
            "release",
            f"refs/tags/{names.tag}",
            activity,
            payload={"action": activity, "release": release, **_everywhere(names)},
        )
        for activity in ("published", "released", "created")
    )


def _manual(names: Names) -> tuple[Occurrence, ...]:
    ref = f"refs/heads/{names.default_branch}"
    return (
        Occurrence(
            "workflow_dispatch",
            ref,
            payload={"ref": ref, "inputs": Partial(), **_everywhere(names)},
        ),
        Occurrence(
            "repository_dispatch",
            ref,
            payload={"action": UNKNOWN, "client_payload": Partial(), **_everywhere(names)},
        ),
    )


def _schedule(names: Names) -> tuple[Occurrence, ...]:
    ref = f"refs/heads/{names.default_branch}"
    return (Occurrence("schedule", ref, payload={"schedule": UNKNOWN, **_everywhere(names)}),)


def _everywhere(names: Names) -> dict[str, object]:
    owner: object = names.repository.split("/")[0] if names.repository else UNKNOWN
    return {
        "repository": Partial(
            default_branch=names.default_branch,
            full_name=names.repository or UNKNOWN,
            fork=False,
            owner=Partial(login=owner),
        ),
        "sender": Partial(login=names.actor or UNKNOWN, type="User"),
        "organization": UNKNOWN,
        "enterprise": UNKNOWN,
        "installation": UNKNOWN,
    }


_MAKERS: Mapping[str, Callable[[Names], tuple[Occurrence, ...]]] = {
    "push": _push,
    "branch-push": _branch_push,
    "pull-request": _pull_request,
    "merge": _merge,
    "tag": _tag,
    "release": _release,
    "manual": _manual,
    "schedule": _schedule,
}


def after_run(
    occurrence: Occurrence, workflow: str, path: str, names: Names
) -> tuple[Occurrence, ...]:
    """Return the `workflow_run` occurrences that a successful run of a workflow causes."""
    ref = f"refs/heads/{names.default_branch}"
    head = (
        occurrence.tag
        or occurrence.head_ref
        or occurrence.ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    )
    run = Partial(
        name=workflow,
        path=path,
        event=occurrence.event,
        conclusion="success",
        status="completed",
        head_branch=head,
        head_repository=Partial(full_name=names.repository or UNKNOWN, fork=False),
    )
    return tuple(
        Occurrence(
            "workflow_run",
            ref,
            activity,
            branch=head,
            payload={
                "action": activity,
                "workflow_run": run,
                "workflow": Partial(),
                **_everywhere(names),
            },
        )
        for activity in ("requested", "in_progress", "completed")
    )


def github_context(occurrence: Occurrence, names: Names, workflow: str) -> dict[str, object]:
    """Return the `github` context of a run: what is unknown before it is `UNKNOWN`."""
    ref = occurrence.ref
    short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/").removeprefix("refs/pull/")
    person: object = names.actor or UNKNOWN
    return dict(
        _UNKNOWN_BEFORE_THE_RUN,
        event_name=occurrence.event,
        event=dict(occurrence.payload),
        ref=ref,
        ref_name=short,
        ref_type="tag" if ref.startswith("refs/tags/") else "branch",
        head_ref=occurrence.head_ref,
        base_ref=occurrence.base_ref,
        actor=person,
        triggering_actor=person,
        repository=names.repository or UNKNOWN,
        repository_owner=names.repository.split("/")[0] if names.repository else UNKNOWN,
        workflow=workflow,
        server_url="https://github.com",
        api_url="https://api.github.com",
        graphql_url="https://api.github.com/graphql",
        workspace=WORKSPACE,
    )


_UNKNOWN_BEFORE_THE_RUN = dict.fromkeys(
    (
        "action",
        "action_path",
        "action_ref",
        "action_repository",
        "action_status",
        "actor_id",
        "env",
        "event_path",
        "job",
        "path",
        "ref_protected",
        "repository_id",
        "repository_owner_id",
        "repositoryUrl",
        "retention_days",
        "run_id",
        "run_number",
        "run_attempt",
        "secret_source",
        "sha",
        "token",
        "workflow_ref",
        "workflow_sha",
    ),
    UNKNOWN,
)
"""Keys of the `github` context that only a run fills; a key that stands nowhere here is null."""

WORKSPACE = "."
"""The checkout, as paths are written here: relative to the repository's root."""


def runner_variables(github: Mapping[str, object]) -> dict[str, str]:
    """Return the variables the runner itself sets (`GITHUB_REF_NAME` …), known ones only."""
    names = (
        "event_name",
        "ref",
        "ref_name",
        "ref_type",
        "head_ref",
        "base_ref",
        "actor",
        "triggering_actor",
        "repository",
        "repository_owner",
        "workflow",
        "server_url",
        "api_url",
        "workspace",
    )
    known = {
        f"GITHUB_{name.upper()}": value
        for name in names
        if isinstance(value := github.get(name), str)
    }
    return {**known, "CI": "true", "GITHUB_ACTIONS": "true"}
