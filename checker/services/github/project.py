"""A repository as GraphQL describes it, read into our words; and what a person should know of its state."""

from __future__ import annotations

from collections.abc import Iterator

from checker.services.github.choice import Candidate
from checker.services.github.fields import Fields
from checker.services.github.model import Branch, Project, PullRequest, Release, Tag

_LOCKS = {
    "moving": "is being moved",
    "rename": "is being renamed",
    "transferring_ownership": "is being transferred to another owner",
    "migrating": "is being migrated",
    "billing": "is locked for a reason of billing",
    "trade_restriction": "is locked because of trade restrictions",
}


def project_of(repository: Fields, asked: str) -> Project:
    """Return the project of a GraphQL repository; `head` is left to be chosen."""
    name = repository.full_name("nameWithOwner")
    owner = repository.sub("owner")
    default = repository.sub("defaultBranchRef")
    branches = tuple(_branches(repository))
    tags = tuple(_tags(repository))
    pulls = sorted(_pulls(repository), key=lambda pull: -pull.number)
    releases = tuple(_releases(repository))
    return Project(
        id=repository.whole("databaseId"),
        full_name=name,
        url=repository.text("url"),
        owner=owner.text("login") if owner else "",
        owner_id=owner.whole("databaseId") if owner else 0,
        default_branch=default.text("name") if default else "",
        created=repository.time("createdAt"),
        pushed=repository.time("pushedAt"),
        private=repository.flag("isPrivate"),
        archived=repository.flag("isArchived"),
        disabled=repository.flag("isDisabled"),
        fork_of=_name(repository.sub("parent")),
        template=_name(repository.sub("templateRepository")),
        branches=branches,
        tags=tags,
        pull_requests=tuple(pulls),
        releases=releases,
        remarks=(
            *state_remarks(
                asked,
                name,
                archived=repository.flag("isArchived"),
                disabled=repository.flag("isDisabled"),
                fork_of=_name(repository.sub("parent")),
                template=_name(repository.sub("templateRepository")),
            ),
            *_lock(repository),
            *cut_remark("branches", "first", len(branches), repository.count("branches")),
            *cut_remark("tags", "newest", len(tags), repository.count("tags")),
            *cut_remark(
                "pull requests",
                "newest",
                len(pulls),
                repository.count("open") + repository.count("done"),
            ),
            *cut_remark("releases", "newest", len(releases), repository.count("releases")),
        ),
    )


def state_remarks(
    asked: str, found: str, *, archived: bool, disabled: bool, fork_of: str, template: str
) -> Iterator[str]:
    """Say what a person should know of a repository before reading its grade, a sentence each."""
    if asked.lower() != found.lower():
        same_owner = asked.lower().partition("/")[0] == found.lower().partition("/")[0]
        verb = "was renamed" if same_owner else "has moved"
        yield f"{asked} {verb}: it is {found} now; mend the name in your list"
    if archived:
        yield f"{found} is archived: nothing in it can be changed, and no workflow runs"
    if disabled:
        yield f"{found} was disabled by GitHub; its owner has to write to GitHub's support"
    if fork_of:
        yield (
            f"{found} is a fork of {fork_of}: GitHub runs no workflows in a fork until somebody enables them on its"
            " page Actions"
        )
    if template:
        yield f"{found} was made from the template {template}"


def cut_remark(what: str, which: str, read: int, of: int) -> Iterator[str]:
    """Say that only some of them were read."""
    if of > read:
        yield f"only the {which} {read} of {of} {what} were read"


def candidates(repository: Fields) -> tuple[Candidate, ...]:
    """Return the open pull requests, the one updated last coming first."""
    found = []
    for pull in repository.nodes("open"):
        head = pull.sub("headRef")
        target = head and head.sub("target")
        found.append(
            Candidate(
                number=pull.whole("number"),
                head=pull.text("headRefName"),
                sha=pull.text("headRefOid"),
                base=pull.text("baseRefName"),
                has_workflows=bool(target) and has_workflows(target),
            )
        )
    return tuple(found)


def has_workflows(commit: Fields | None) -> bool:
    """Say whether a commit's `.github/workflows` holds a file that GitHub reads."""
    file = commit and commit.sub("workflows")
    folder = file and file.sub("object")
    entries = folder.subs("entries") if folder else ()
    return any(entry.text("name").endswith((".yml", ".yaml")) for entry in entries)


def _name(repository: Fields | None) -> str:
    return repository.text("nameWithOwner") if repository else ""


def _login(actor: Fields | None) -> str:
    return actor.text("login") if actor else ""


def _branches(repository: Fields) -> Iterator[Branch]:
    for ref in repository.nodes("branches"):
        target = ref.sub("target")
        if target is not None and target.text("oid"):
            yield Branch(
                ref.text("name"),
                target.text("oid"),
                target.time("committedDate"),
                has_workflows(target),
            )


def _tags(repository: Fields) -> Iterator[Tag]:
    for ref in repository.nodes("tags"):
        target = ref.sub("target")
        if target is None:
            continue
        tagger = target.sub("tagger")
        commit = target.sub("target") or target
        if commit.text("__typename") in {"Commit", ""} and commit.text("oid"):
            yield Tag(ref.text("name"), commit.text("oid"), tagger.time("date") if tagger else None)


def _pulls(repository: Fields) -> Iterator[PullRequest]:
    for key in ("open", "done"):
        for pull in repository.nodes(key):
            merge = pull.sub("mergeCommit")
            yield PullRequest(
                number=pull.whole("number"),
                url=pull.text("url"),
                state=pull.word("state"),
                base=pull.text("baseRefName"),
                head=pull.text("headRefName"),
                head_sha=pull.text("headRefOid"),
                created=pull.time("createdAt"),
                merged=pull.time("mergedAt"),
                merge_sha=merge.text("oid") if merge else "",
                is_fork=pull.flag("isCrossRepository"),
                author=_login(pull.sub("author")),
            )


def _releases(repository: Fields) -> Iterator[Release]:
    for release in repository.nodes("releases"):
        yield Release(
            tag=release.text("tagName"),
            url=release.text("url"),
            published=release.time("publishedAt"),
            author=_login(release.sub("author")),
            draft=release.flag("isDraft"),
        )


def _lock(repository: Fields) -> Iterator[str]:
    if repository.flag("isLocked"):
        why = _LOCKS.get(repository.word("lockReason"), "is locked")
        yield f"{repository.text('nameWithOwner')} {why}; what is said here may change"
