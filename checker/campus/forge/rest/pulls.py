"""Pull requests: opened, changed, merged, closed."""

from __future__ import annotations

from collections.abc import Callable

from checker.campus.forge.changes import Merge, author, prepare, settle
from checker.campus.forge.events import size
from checker.campus.forge.git import Conflict
from checker.campus.forge.git.writing import commit, merged, rebased
from checker.campus.forge.rest.call import REPO, Answer, Call, Pages, Refused, invalid, not_found
from checker.campus.store import Comment, PullRequest

PAGES = Pages()
_KEYS: dict[str, Callable[[PullRequest], float]] = {
    "created": lambda pull: pull.number,
    "updated": lambda pull: pull.updated or pull.created,
}


@PAGES.get(f"{REPO}/pulls")
def listing(call: Call) -> Answer:
    """Return pull requests, newest first: open ones unless told otherwise."""
    wanted = call.query.get("state", "open")
    head = call.query.get("head", "").rpartition(":")[2]
    base = call.query.get("base", "")
    found = [
        pull
        for pull in call.site.store.find(PullRequest, repository=call.repository.id)
        if wanted in {"all", pull.state} and head in {"", pull.head} and base in {"", pull.base}
    ]
    key = _KEYS.get(call.query.get("sort", "created"), _KEYS["created"])
    found.sort(key=key, reverse=call.query.get("direction", "desc") == "desc")
    return call.paged(found, call.threads.pull)


@PAGES.get(f"{REPO}/pulls/{{number}}")
def one(call: Call) -> Answer:
    """Return a pull request."""
    return _whole(call, _pull(call))


@PAGES.get(f"{REPO}/pulls/{{number}}/commits")
def commits(call: Call) -> Answer:
    """Return the commits of a pull request, oldest first."""
    pull = _pull(call)
    start = call.bare.merge_base(pull.base_sha, pull.head_sha)
    words = ["rev-list", "--reverse", "--max-count=250", pull.head_sha]
    found = call.bare.git(*words, *([f"^{start}"] if start else [])).split()
    with call.history() as history:
        return call.paged(found, history.commit)


@PAGES.post(f"{REPO}/pulls")
def create(call: Call) -> Answer:
    """Open a pull request of a branch into another one."""
    row, bare = call.must_write(), call.bare
    title = call.needed("title", "PullRequest", most=256)
    owner, _, head = call.needed("head", "PullRequest").rpartition(":")
    base = call.needed("base", "PullRequest")
    if owner and owner.lower() != row.owner.lower():
        raise invalid("PullRequest", "head")
    with bare.locked():
        tips = {name: bare.resolve(f"refs/heads/{name}") for name in (head, base)}
        for name, value in (("head", head), ("base", base)):
            if not tips[value]:
                raise invalid("PullRequest", name)
        if bare.is_ancestor(tips[head], tips[base]):
            raise invalid("PullRequest", "head", f"No commits between {base} and {head}")
        if call.site.store.one(PullRequest, repository=row.id, head=head, base=base, state="open"):
            told = f"A pull request already exists for {row.owner}:{head}."
            raise invalid("PullRequest", "head", told)
        now = call.site.now
        with call.site.store.together() as change:
            pull = change.add(
                PullRequest(
                    repository=row.id,
                    number=change.next_number(row.id),
                    title=title,
                    author=call.asker.login,
                    base=base,
                    head=head,
                    head_sha=tips[head],
                    created=now,
                    body=call.text("body"),
                    base_sha=tips[base],
                    updated=now,
                )
            )
        pull = _try(call, pull)
        _tell(call, "opened", pull)
    return _whole(call, pull, 201)


@PAGES.patch(f"{REPO}/pulls/{{number}}")
def update(call: Call) -> Answer:
    """Change a pull request's title, text or base, close it, or open it again."""
    call.must_write()
    with call.bare.locked():
        pull = _pull(call)
        now = call.site.now
        state = call.text("state", pull.state, most=10)
        base = call.text("base", pull.base, most=250)
        if state not in {"open", "closed"}:
            raise invalid("PullRequest", "state")
        if not call.bare.resolve(f"refs/heads/{base}"):
            raise invalid("PullRequest", "base")
        reopened = pull.state == "closed" and state == "open"
        if reopened and (pull.merged or not call.bare.resolve(f"refs/heads/{pull.head}")):
            raise invalid(
                "PullRequest", "state", "state cannot be changed. The branch is gone or merged."
            )
        was = pull
        pull = call.site.store.change(
            pull,
            title=call.text("title", pull.title, most=256) or pull.title,
            body=call.text("body", pull.body),
            state=state,
            base=base,
            updated=now,
            closed=now
            if state == "closed" and was.state == "open"
            else 0.0
            if reopened
            else was.closed,
        )
        if pull.state == "open":
            pull = _try(call, pull)
        if (pull.title, pull.body, pull.base) != (was.title, was.body, was.base):
            _tell(call, "edited", pull)
        if pull.state != was.state:
            _tell(call, "reopened" if reopened else "closed", pull)
    return _whole(call, pull)


@PAGES.get(f"{REPO}/pulls/{{number}}/merge")
def is_merged(call: Call) -> Answer:
    """Say whether a pull request was merged: 204, else 404."""
    if not _pull(call).merged:
        raise not_found()
    return Answer(b"", 204)


@PAGES.put(f"{REPO}/pulls/{{number}}/merge")
def merge(call: Call) -> Answer:
    """Merge a pull request: by a merge commit, `squash` or `rebase`."""
    row, bare = call.must_write(), call.bare
    how = call.text("merge_method", "merge", most=10)
    if how not in {"merge", "squash", "rebase"}:
        raise invalid("PullRequest", "merge_method")
    with bare.locked():
        pull = _pull(call)
        base = bare.resolve(f"refs/heads/{pull.base}")
        if pull.state != "open" or not base:
            raise Refused(405, "Pull Request is not mergeable")
        if call.text("sha", pull.head_sha, most=40) != pull.head_sha:
            raise Refused(409, "Head branch was modified. Review and try the merge again.")
        try:
            sha = _merge(call, pull, base, how)
            bare.update(f"refs/heads/{pull.base}", sha, base)
        except Conflict:
            raise Refused(405, "Pull Request is not mergeable") from None
        settle(call.site, row, call.asker.login, Merge(pull, sha))
    return Answer({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def _merge(call: Call, pull: PullRequest, base: str, how: str) -> str:
    bare, by = call.bare, author(call.asker.login, call.site.now)
    if how == "rebase":
        return rebased(bare, base, pull.head_sha, by)
    number = f"(#{pull.number})"
    titles = {
        "merge": f"Merge pull request #{pull.number} from {call.repository.owner}/{pull.head}",
        "squash": f"{pull.title} {number}",
    }
    bodies = {"merge": pull.title, "squash": pull.body}
    title = call.text("commit_title", titles[how], most=256)
    body = call.text("commit_message", bodies[how])
    parents = (base, pull.head_sha) if how == "merge" else (base,)
    message = f"{title}\n\n{body}".rstrip() + "\n"
    return commit(bare, merged(bare, base, pull.head_sha), parents, message, by)


def _try(call: Call, pull: PullRequest) -> PullRequest:
    """Keep a pull request with its trial merge as it is now."""
    found = prepare(call.bare, pull, call.site.now)
    return call.site.store.change(
        pull, head_sha=found.head_sha, base_sha=found.base_sha, merge_sha=found.merge_sha
    )


def _tell(call: Call, action: str, pull: PullRequest) -> None:
    with call.events() as events:
        event = events.pull_request(action, pull)
    if event is not None:
        call.site.store.add(event)


def _pull(call: Call) -> PullRequest:
    number = call.number("number")
    found = call.site.store.one(PullRequest, repository=call.repository.id, number=number)
    if found is None:
        raise not_found()
    return found


def _whole(call: Call, pull: PullRequest, status: int = 200) -> Answer:
    comments = len(call.site.store.find(Comment, repository=pull.repository, number=pull.number))
    shown = call.threads.whole_pull(pull, size(call.bare, pull), comments)
    return Answer(shown, status)
