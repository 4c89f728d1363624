"""A repository: what lies in it, what happened there, and what people do to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.standins.github.git import Blob, Commit, Content, Objects
from tests.standins.github.runs import QUEUED, Attempt, Job, Run, conclusion_of, derived, document
from tests.standins.github.things import GitTag, Moment, Pull, Release

if TYPE_CHECKING:
    from tests.standins.github.world import World


@dataclass
class Repo:
    """A repository; its methods are what people do to it."""

    world: World
    full_name: str
    id: int
    created: datetime
    pushed: datetime
    default_branch: str = "main"
    private: bool = False
    archived: bool = False
    disabled: bool = False
    """By GitHub's staff."""
    blocked: str = ""
    """Why GitHub shows it to nobody: `dmca`, `tos`; empty when it does."""
    locked: str = ""
    """`MOVING`, `RENAME`, `TRANSFERRING_OWNERSHIP`; empty when it is not."""
    actions: bool = True
    """Whether Actions are switched on."""
    fork_of: str = ""
    template: str = ""
    kilobytes: int = 100
    """Its size as GitHub tells it, history included."""
    organization: bool = False
    """Whether its owner is one."""
    objects: Objects = field(default_factory=Objects)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, GitTag] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    releases: list[Release] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    @property
    def owner(self) -> str:
        """The owner's login."""
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        """The name without its owner."""
        return self.full_name.partition("/")[2]

    @property
    def url(self) -> str:
        """The page for people."""
        return f"https://github.com/{self.full_name}"

    def head(self, branch: str = "") -> Commit:
        """Return the newest commit of a branch, the default one unless told otherwise."""
        return self.commit(self.branches[branch or self.default_branch])

    def size(self, oid: str) -> int:
        """Return the bytes of a file; 0 for a folder."""
        thing = self.objects.get(oid)
        return len(thing.data) if isinstance(thing, Blob) else 0

    def commit(self, sha: str) -> Commit:
        """Return a commit."""
        found = self.objects[sha]
        assert isinstance(found, Commit)
        return found

    def push(
        self,
        branch: str,
        files: Mapping[str, Content | None],
        *,
        at: Moment = None,
        message: str = "Work",
        author: str = "",
        start: str = "",
        only: bool = False,
    ) -> Commit:
        """Push a commit that adds, changes and (None) removes files.

        A new branch begins at `start`, a branch or commit, at the default branch unless told otherwise; `only` leaves
        nothing of what was there.
        """
        moment = self.world.moment(at)
        before = (
            self.branches.get(branch) or self.branches.get(start or self.default_branch) or start
        )
        old = {} if only or not before else dict(self.commit(before).files)
        new = {
            path: content for path, content in (old | dict(files)).items() if content is not None
        }
        parents = (before,) if before else ()
        commit = self.objects.commit(new, parents, message, author or self.owner, moment)
        if not self.branches:
            self.default_branch = branch
        self.branches[branch] = commit.sha
        self.pushed = max(self.pushed, moment)
        for pull in self.pulls.values():
            if (
                pull.state == "open"
                and pull.head == branch
                and pull.head_repository == self.full_name
            ):
                pull.head_sha, pull.updated = commit.sha, moment
        return commit

    def tag(
        self, name: str, target: str = "", *, annotated: bool = False, at: Moment = None
    ) -> GitTag:
        """Push a tag of a branch's head or of a commit; of the default branch unless told otherwise."""
        moment = self.world.moment(at)
        sha = self.branches.get(target or self.default_branch, target)
        made = self.objects.tag(name, sha, self.owner, moment) if annotated else None
        self.tags[name] = GitTag(name, sha, made)
        self.pushed = max(self.pushed, moment)
        return self.tags[name]

    def pull_request(
        self,
        head: str,
        into: str = "",
        *,
        title: str = "Homework",
        at: Moment = None,
        author: str = "",
        fork: str = "",
        files: Mapping[str, Content | None] | None = None,
    ) -> Pull:
        """Open a pull request of a branch; with `fork` (`owner/name`) and `files` of a branch of a fork."""
        moment = self.world.moment(at)
        if fork:
            base = self.head(into)
            changed = {
                path: text
                for path, text in (dict(base.files) | dict(files or {})).items()
                if text is not None
            }
            sha = self.objects.commit(
                changed, (base.sha,), title, fork.partition("/")[0], moment
            ).sha
        else:
            sha = self.branches[head]
        number = len(self.pulls) + 1
        self.pulls[number] = Pull(
            number=number,
            title=title,
            base=into or self.default_branch,
            head=head,
            head_sha=sha,
            author=author or (fork or self.full_name).partition("/")[0],
            created=moment,
            updated=moment,
            head_repository=fork or self.full_name,
        )
        return self.pulls[number]

    def merge(
        self, pull: Pull, *, how: str = "merge", at: Moment = None, delete: bool = False
    ) -> Commit:
        """Merge a pull request: by a merge commit, `squash` or `rebase`; `delete` its branch afterwards."""
        moment = self.world.moment(at)
        base, head = self.head(pull.base), self.commit(pull.head_sha)
        files = dict(base.files) | dict(head.files)
        parents = (base.sha, head.sha) if how == "merge" else (base.sha,)
        message = f"Merge pull request #{pull.number}" if how == "merge" else pull.title
        commit = self.objects.commit(files, parents, message, self.owner, moment)
        self.branches[pull.base] = commit.sha
        pull.state, pull.merged, pull.updated, pull.merge_sha = "closed", moment, moment, commit.sha
        self.pushed = max(self.pushed, moment)
        if delete and pull.head_repository == self.full_name:
            del self.branches[pull.head]
        return commit

    def close(self, pull: Pull, *, at: Moment = None) -> None:
        """Close a pull request without merging it."""
        pull.state, pull.updated = "closed", self.world.moment(at)

    def release(
        self, tag: str, *, at: Moment = None, draft: bool = False, prerelease: bool = False
    ) -> Release:
        """Make a release of a tag."""
        moment = self.world.moment(at)
        made = Release(
            id=self.world.next_id(),
            tag=tag,
            sha=self.tags[tag].sha,
            created=moment,
            published=None if draft else moment,
            author=self.owner,
            draft=draft,
            prerelease=prerelease,
        )
        self.releases.append(made)
        return made

    def run(
        self,
        workflow: str = ".github/workflows/ci.yml",
        event: str = "push",
        branch: str = "",
        *,
        jobs: Sequence[Job] | None = None,
        fails: str = "",
        skips: Sequence[str] = (),
        sha: str = "",
        at: Moment = None,
        conclusion: str = "",
        status: str = "completed",
        actor: str = "",
        head_repository: str = "",
    ) -> Run:
        """Let a workflow run; `branch` is the branch, the tag, or the head of the pull request.

        Without `jobs` they are derived from the workflow's text at the commit, with `fails` and `skips` as in
        `runs.derived`.
        """
        moment = self.world.moment(at)
        branch = branch or self.default_branch
        sha = sha or self._tip(branch, event)
        text = self._text(sha, workflow)
        if jobs is None:
            jobs = derived(text, fails=fails, skips=skips)
        number = 1 + sum(run.workflow == workflow for run in self.runs)
        run = Run(
            id=self.world.next_id(),
            number=number,
            suite=self.world.next_id(),
            workflow=workflow,
            name=_workflow_name(text, workflow),
            event=event,
            branch=branch,
            sha=sha,
            created=moment,
            actor=actor or self.owner,
            head_repository=head_repository or self.full_name,
            attempts=[],
        )
        self.runs.append(run)
        self._attempt(run, jobs, moment, conclusion, status)
        return run

    def again(
        self,
        run: Run,
        *,
        jobs: Sequence[Job] | None = None,
        fails: str = "",
        skips: Sequence[str] = (),
        at: Moment = None,
        conclusion: str = "",
    ) -> Run:
        """Run a run once more: all of its jobs anew."""
        text = self._text(run.sha, run.workflow)
        if jobs is None:
            jobs = derived(text, fails=fails, skips=skips)
        self._attempt(run, jobs, self.world.moment(at), conclusion, "completed")
        return run

    def rename(self, full_name: str) -> None:
        """Rename the repository or hand it over to another owner; the old name leads to the new one."""
        self.world.moved[self.full_name.lower()] = full_name.lower()
        del self.world.repositories[self.full_name.lower()]
        self.full_name = full_name
        self.world.repositories[full_name.lower()] = self

    def delete(self) -> None:
        """Delete the repository."""
        del self.world.repositories[self.full_name.lower()]

    def _text(self, sha: str, path: str) -> str:
        content = self.commit(sha).files.get(path, "")
        if isinstance(content, bytes):
            return content.decode("utf-8", errors="replace")
        return content if isinstance(content, str) else ""

    def _tip(self, branch: str, event: str) -> str:
        if event in {"push", "release"} and branch in self.tags:
            return self.tags[branch].sha
        if branch in self.branches:
            return self.branches[branch]
        return next(pull.head_sha for pull in self.pulls.values() if pull.head == branch)

    def _attempt(
        self, run: Run, jobs: Iterable[Job], at: datetime, conclusion: str, status: str
    ) -> None:
        placed = list(jobs)
        end = at
        for one in placed:
            one.id = self.world.next_id()
            one.attempt = len(run.attempts) + 1
            end = max(end, one.place(at + QUEUED))
        run.attempts.append(
            Attempt(
                number=len(run.attempts) + 1,
                started=at,
                updated=end + QUEUED,
                conclusion=(conclusion or conclusion_of(placed)) if status == "completed" else "",
                jobs=placed,
                status=status,
            )
        )
        self.world.seen(end + QUEUED)


def _workflow_name(text: str, path: str) -> str:
    name = document(text).get("name")
    return str(name) if name else path
