"""Branches and tags that moved become events: each once, in order, whatever dies in between.

What the last events told is recorded beside them, in one transaction. Whatever git has besides is new: after a push,
after a change through the API, and at the start, for what was pushed when the forge died.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from checker.campus.forge.events import Events, Move
from checker.campus.forge.git import NOTHING, Bare, Conflict
from checker.campus.forge.git.objects import Objects
from checker.campus.forge.git.writing import Author, commit, merged
from checker.campus.forge.site import Site
from checker.campus.store import Event, PullRequest, Ref, Repository

MAX_TAGS = 3
"""Tags of one push above which GitHub makes no events of them (its page on events that trigger workflows, 2026-11)."""


@dataclass(frozen=True)
class Merge:
    """A pull request that is being merged, and the commit it ends in."""

    pull: PullRequest
    sha: str


def author(login: str, at: float) -> Author:
    """Return somebody as the author of a commit."""
    return Author(login, f"{login}@users.noreply.localhost", at)


def prepare(bare: Bare, pull: PullRequest, at: float) -> PullRequest:
    """Return an open pull request with its head, base and trial merge as they are now, and keep them in git.

    The trial merge is what its workflows run on: `refs/pull/N/merge`; empty when the sides conflict.
    """
    head = bare.resolve(f"refs/heads/{pull.head}") or pull.head_sha
    base = bare.resolve(f"refs/heads/{pull.base}") or pull.base_sha
    ref = f"refs/pull/{pull.number}"
    bare.update(f"{ref}/head", head)
    try:
        tree = merged(bare, base, head)
    except Conflict:
        bare.update(f"{ref}/merge", NOTHING)
        return replace(pull, head_sha=head, base_sha=base, merge_sha="")
    message = f"Merge {head} into {base}\n"
    trial = commit(bare, tree, (base, head), message, author(pull.author, at))
    bare.update(f"{ref}/merge", trial)
    return replace(pull, head_sha=head, base_sha=base, merge_sha=trial)


def settle(
    site: Site, repository: Repository, actor: str = "", merge: Merge | None = None
) -> tuple[Event, ...]:
    """Make events of all that moved since the last ones, and return them. The repository's lock must be held.

    Without an actor it is who pushed last.
    """
    bare = site.bare(repository)
    known = {row.name: row for row in site.store.find(Ref, repository=repository.id)}
    now = bare.refs()
    moves = [
        Move(ref, known[ref].sha if ref in known else NOTHING, sha)
        for ref, sha in now.items()
        if ref not in known or known[ref].sha != sha
    ]
    moves += [Move(ref, row.sha, NOTHING) for ref, row in known.items() if ref not in now]
    if not moves:
        return ()
    branch = _default_branch(repository, now)
    bare.set_head(branch)
    actor = actor or repository.pusher or repository.owner
    updated = replace(repository, default_branch=branch, pushed=site.now)
    with Objects(bare) as objects:
        told = Events(site, updated, bare, objects, actor)
        pulls, of_pulls = _pulls(told, moves, merge)
        events = [*_of_refs(told, moves), *of_pulls]
    with site.store.together() as change:
        change.change(repository, default_branch=branch, pushed=updated.pushed)
        for move in moves:
            row = known.get(move.ref)
            if row is None:
                change.add(Ref(repository.id, move.ref, move.after))
            elif move.is_deleted:
                change.remove(row)
            else:
                change.change(row, sha=move.after)
        for pull in pulls:
            change.change(
                pull,
                head_sha=pull.head_sha,
                base_sha=pull.base_sha,
                merge_sha=pull.merge_sha,
                state=pull.state,
                updated=pull.updated,
                merged=pull.merged,
                merged_by=pull.merged_by,
                closed=pull.closed,
            )
        return tuple(change.add(event) for event in events)


def settle_all(site: Site) -> int:
    """Make events of all that was pushed when the forge died, and return how many there were."""
    count = 0
    for repository in site.store.find(Repository):
        bare = site.bare(repository)
        if not (bare.path / "HEAD").exists():
            Bare.create(bare.path, repository.default_branch)
        with bare.locked():
            count += len(settle(site, repository))
    return count


def _default_branch(repository: Repository, refs: Iterable[str]) -> str:
    """Return the default branch: as it is while it exists, else main, master, or the first there is."""
    names = [ref.removeprefix("refs/heads/") for ref in refs if ref.startswith("refs/heads/")]
    wanted = (repository.default_branch, "main", "master", *names)
    return next((name for name in wanted if name in names), repository.default_branch)


def _of_refs(told: Events, moves: list[Move]) -> Iterable[Event]:
    tags = sum(move.is_tag for move in moves)
    for move in moves:
        if move.is_tag and tags > MAX_TAGS:
            continue
        if move.is_deleted:
            yield told.delete(move)
            continue
        event = told.push(move)
        if event is None:
            continue
        yield event
        if move.is_made:
            yield told.create(move)


def _pulls(
    told: Events, moves: list[Move], merge: Merge | None
) -> tuple[list[PullRequest], list[Event]]:
    """Return the pull requests that a push changes, and their events."""
    by_branch = {move.name: move for move in moves if not move.is_tag}
    changed: list[PullRequest] = []
    events: list[Event | None] = []
    now = told.site.now
    for pull in told.site.store.find(PullRequest, repository=told.repository.id, state="open"):
        head, base = by_branch.get(pull.head), by_branch.get(pull.base)
        if head is None and base is None:
            continue
        end = _end(told, pull, base, merge)
        if end:
            done = replace(
                pull,
                state="closed",
                merged=now,
                closed=now,
                updated=now,
                merge_sha=end,
                merged_by=told.actor,
            )
            changed.append(done)
            events.append(told.pull_request("closed", done))
        elif (head and head.is_deleted) or (base and base.is_deleted):
            closed = replace(pull, state="closed", closed=now, updated=now)
            changed.append(closed)
            events.append(told.pull_request("closed", closed))
        else:
            found = prepare(told.bare, pull, now)
            if head:
                found = replace(found, updated=now)
                more = {"before": head.before, "after": head.after}
                events.append(told.pull_request("synchronize", found, **more))
            changed.append(found)
    return changed, [event for event in events if event is not None]


def _end(told: Events, pull: PullRequest, base: Move | None, merge: Merge | None) -> str:
    """Return the commit in which a pull request was merged; empty when it was not."""
    if merge is not None and merge.pull.id == pull.id:
        return merge.sha
    if base is None or base.is_deleted:
        return ""
    head = told.bare.resolve(f"refs/heads/{pull.head}") or pull.head_sha
    return base.after if told.bare.is_ancestor(head, base.after) else ""
