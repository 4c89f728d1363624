"""Events in GitHub's shape: what `github.event` holds when a push, a pull request or a release starts a workflow."""

from __future__ import annotations

import json
from dataclasses import dataclass

from checker.campus.forge.git import NOTHING, Bare
from checker.campus.forge.git.objects import Objects
from checker.campus.forge.shapes import Json
from checker.campus.forge.shapes.accounts import Accounts
from checker.campus.forge.shapes.history import History
from checker.campus.forge.shapes.threads import Size, Threads
from checker.campus.forge.site import ROBOT, Site
from checker.campus.store import Comment, Event, Issue, PullRequest, Release, Repository

MAX_COMMITS = 100
"""Commits that a push event lists, newest ones."""


@dataclass(frozen=True, slots=True)
class Move:
    """A branch or tag that was made, moved or deleted; `NOTHING` stands for none."""

    ref: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """The short name."""
        return self.ref.split("/", 2)[2]

    @property
    def is_tag(self) -> bool:
        """Whether it is a tag."""
        return self.ref.startswith("refs/tags/")

    @property
    def is_made(self) -> bool:
        """Whether it was not there before."""
        return self.before == NOTHING

    @property
    def is_deleted(self) -> bool:
        """Whether it is not there any more."""
        return self.after == NOTHING


@dataclass(frozen=True)
class Events:
    """Makes the event rows of one repository; `actor` is who did it."""

    site: Site
    repository: Repository
    bare: Bare
    objects: Objects
    actor: str

    @property
    def accounts(self) -> Accounts:
        """What makes JSON of people and repositories."""
        return Accounts(self.site)

    @property
    def threads(self) -> Threads:
        """What makes JSON of pull requests, issues and releases."""
        return Threads(self.accounts, self.repository)

    def push(self, move: Move) -> Event | None:
        """Return the push of a branch or tag; None for a tag of what is no commit."""
        commit = self.objects.peel(move.after)
        if not self.objects.is_commit(commit):
            return None
        history = History(self.accounts, self.repository, self.objects)
        new = [] if move.is_tag else self._new_commits(move)
        forced = not move.is_made and not self.bare.is_ancestor(move.before, move.after)
        pusher = {"name": self.actor, "email": f"{self.actor}@users.noreply.localhost"}
        compare = (
            f"{self.accounts.html(self.repository)}/compare/{move.before[:12]}...{move.after[:12]}"
        )
        payload = {
            "ref": move.ref,
            "before": move.before,
            "after": move.after,
            "created": move.is_made,
            "deleted": False,
            "forced": forced,
            "base_ref": None,
            "compare": compare,
            "commits": [history.event_commit(sha) for sha in new],
            "head_commit": history.event_commit(commit),
            "pusher": pusher,
        }
        return self._event("push", move.ref, commit, payload)

    def create(self, move: Move) -> Event:
        """Return the making of a branch or tag."""
        payload = {
            "ref": move.name,
            "ref_type": "tag" if move.is_tag else "branch",
            "master_branch": self.repository.default_branch,
            "description": self.repository.description or None,
            "pusher_type": "user",
        }
        return self._event("create", move.ref, self.objects.peel(move.after), payload)

    def delete(self, move: Move) -> Event:
        """Return the end of a branch or tag; the default branch's workflows count."""
        payload = {
            "ref": move.name,
            "ref_type": "tag" if move.is_tag else "branch",
            "pusher_type": "user",
        }
        return self._event("delete", *self._default(), payload)

    def pull_request(self, action: str, pull: PullRequest, **more: object) -> Event | None:
        """Return what happened to a pull request; None when it cannot be merged, which starts nothing on GitHub."""
        payload = {
            "action": action,
            "number": pull.number,
            "pull_request": self.threads.whole_pull(pull, size(self.bare, pull)),
            **more,
        }
        if pull.merged:
            return self._event("pull_request", f"refs/heads/{pull.base}", pull.merge_sha, payload)
        if not pull.merge_sha:
            return None
        return self._event(
            "pull_request", f"refs/pull/{pull.number}/merge", pull.merge_sha, payload
        )

    def issue(self, action: str, issue: Issue, comments: int = 0) -> Event:
        """Return what happened to an issue."""
        payload = {"action": action, "issue": self.threads.issue(issue, comments)}
        return self._event("issues", *self._default(), payload)

    def comment(self, action: str, comment: Comment, about: Json) -> Event:
        """Return what happened to a comment on an issue or pull request, which is told as an issue."""
        payload = {"action": action, "issue": about, "comment": self.threads.comment(comment)}
        return self._event("issue_comment", *self._default(), payload)

    def release(self, action: str, release: Release) -> Event:
        """Return what happened to a release."""
        payload = {"action": action, "release": self.threads.release(release)}
        return self._event("release", f"refs/tags/{release.tag}", release.sha, payload)

    def dispatch(self, workflow: str, ref: str, sha: str, inputs: Json) -> Event:
        """Return the start of a workflow by hand."""
        payload = {"ref": ref, "inputs": inputs or None, "workflow": workflow}
        return self._event("workflow_dispatch", ref, sha, payload, workflow)

    def _event(self, name: str, ref: str, sha: str, payload: Json, workflow: str = "") -> Event:
        told = {
            **payload,
            "repository": self.accounts.repository(self.repository),
            "sender": self.accounts.user(self.actor),
        }
        text = json.dumps(told, ensure_ascii=False)
        now = self.site.now
        # what a job's own token does starts nothing, but for a start by hand
        over = now if self.actor == ROBOT and name != "workflow_dispatch" else 0.0
        return Event(
            self.repository.id, name, self.actor, ref, sha, now, text, workflow, over, over
        )

    def _default(self) -> tuple[str, str]:
        ref = f"refs/heads/{self.repository.default_branch}"
        return ref, self.bare.resolve(ref) or NOTHING

    def _new_commits(self, move: Move) -> list[str]:
        """Return the commits that a push brought, oldest first."""
        known = [] if move.is_made else [f"^{move.before}"]
        if move.is_made:
            others = self.bare.refs("refs/heads/")
            known = [f"^{sha}" for name, sha in others.items() if name != move.ref][:500]
        words = ["rev-list", f"--max-count={MAX_COMMITS}", move.after, *known]
        return list(reversed(self.bare.git(*words).split()))


def size(bare: Bare, pull: PullRequest) -> Size:
    """Return how much a pull request changes, from where it left its base."""
    base, head = bare.resolve(pull.base_sha), bare.resolve(pull.head_sha)
    if not base or not head:
        return Size()
    start = bare.merge_base(base, head) or base
    lines = bare.git("diff", "--numstat", "--no-renames", start, head).splitlines()
    counts = [line.split("\t")[:2] for line in lines]
    mergeable = None if pull.state == "closed" else bool(pull.merge_sha)
    return Size(
        commits=int(bare.git("rev-list", "--count", f"{start}..{head}")),
        additions=sum(int(one) for one, _ in counts if one.isdecimal()),
        deletions=sum(int(one) for _, one in counts if one.isdecimal()),
        files=len(lines),
        mergeable=mergeable,
    )
