"""`workflow_run`: the event by which one workflow follows another."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

from checker.actions.simulate import MAX_CHAIN
from checker.campus.place import CampusError
from checker.campus.runner import repositories
from checker.campus.store import Event, Repository, Run, Store


def following(store: Store, git: Path, owned: Repository, run: Run, action: str) -> Event | None:
    """Return the event that a run's beginning or end causes; None when no workflow waits for such events.

    The workflow files of the default branch count, and its newest commit is what the following run sees.
    """
    sha = repositories.head(git, owned.default_branch)
    if not sha or _depth(store, run) >= MAX_CHAIN:
        return None
    try:
        workflows = repositories.workflows(git, sha, owned)
    except CampusError:
        return None
    if not any("workflow_run" in one.triggers for one in workflows.all):
        return None
    account = {"login": owned.owner, "type": "User"}
    repository = {
        "name": owned.name,
        "full_name": owned.full_name,
        "default_branch": owned.default_branch,
        "fork": bool(owned.fork_of),
        "owner": account,
    }
    payload: Mapping[str, object] = {
        "action": action,
        "workflow_run": {
            "id": run.id,
            "name": run.name,
            "path": run.workflow,
            "event": run.event,
            "status": run.status,
            "conclusion": run.conclusion or None,
            "head_branch": run.branch,
            "head_sha": run.sha,
            "run_number": run.number,
            "run_attempt": run.attempt,
            "display_title": run.title,
            "actor": {"login": run.actor},
            "head_repository": repository,
            "repository": repository,
        },
        "workflow": {"name": run.name, "path": run.workflow},
        "repository": repository,
        "sender": {"login": run.actor, "type": "User"},
    }
    return Event(
        owned.id,
        "workflow_run",
        run.actor,
        f"refs/heads/{owned.default_branch}",
        sha,
        time.time(),
        json.dumps(payload),
    )


def _depth(store: Store, run: Run) -> int:
    """Return how many workflows were followed to get to a run."""
    depth = 0
    one: Run | None = run
    while one is not None and one.event == "workflow_run" and depth < MAX_CHAIN:
        depth += 1
        event = store.one(Event, id=one.event_id)
        inner = json.loads(event.payload).get("workflow_run") if event is not None else None
        one = store.one(Run, id=inner["id"]) if isinstance(inner, dict) else None
    return depth
