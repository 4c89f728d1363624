"""Issues and comments; whoever joined may write them."""

from __future__ import annotations

from typing import Any

from checker.campus.forge.rest.call import REPO, Answer, Call, Pages, Refused, invalid, not_found
from checker.campus.forge.shapes import Json
from checker.campus.store import Comment, Issue, PullRequest

PAGES = Pages()


@PAGES.get(f"{REPO}/issues")
def listing(call: Call) -> Answer:
    """Return issues and pull requests, newest first: open ones unless told otherwise."""
    wanted = call.query.get("state", "open")
    creator = call.query.get("creator", "")
    key: dict[str, Any] = {"repository": call.repository.id}
    found: list[Issue | PullRequest] = [
        *call.site.store.find(Issue, **key),
        *call.site.store.find(PullRequest, **key),
    ]
    found = [one for one in found if wanted in {"all", one.state} and creator in {"", one.author}]
    found.sort(key=lambda one: one.number, reverse=call.query.get("direction", "desc") == "desc")
    return call.paged(found, lambda one: _shape(call, one))


@PAGES.post(f"{REPO}/issues")
def create(call: Call) -> Answer:
    """Open an issue."""
    login, row = call.must_talk(), call.repository
    title, now = call.needed("title", "Issue", most=256), call.site.now
    body = call.text("body", resource="Issue")
    with call.events() as events, call.site.store.together() as change:
        number = change.next_number(row.id)
        issue = change.add(Issue(row.id, number, title, login, now, body, updated=now))
        change.add(events.issue("opened", issue))
    return Answer(_shape(call, issue), 201)


@PAGES.get(f"{REPO}/issues/{{number}}")
def one(call: Call) -> Answer:
    """Return an issue or a pull request."""
    return Answer(_shape(call, _about(call)))


@PAGES.patch(f"{REPO}/issues/{{number}}")
def update(call: Call) -> Answer:
    """Change an issue: its author, the repository's owner and the teacher may."""
    login, issue = call.must_talk(), _about(call)
    if isinstance(issue, PullRequest):
        raise Refused(422, f"#{issue.number} is a pull request; change it under pulls")
    if login != issue.author and not call.asker.may_write(call.repository):
        raise Refused(403, f"{login} may not change an issue of {issue.author}'s")
    state, now = call.text("state", issue.state, most=10), call.site.now
    if state not in {"open", "closed"}:
        raise invalid("Issue", "state")
    changes = {
        "title": call.text("title", issue.title, most=256) or issue.title,
        "body": call.text("body", issue.body, resource="Issue"),
        "state": state,
        "updated": now,
        "closed": 0.0 if state == "open" else issue.closed or now,
    }
    turned = {"open": "reopened", "closed": "closed"}[state] if state != issue.state else ""
    edited = (changes["title"], changes["body"]) != (issue.title, issue.body)
    with call.events() as events, call.site.store.together() as change:
        issue = change.change(issue, **changes)
        for action in filter(None, ("edited" if edited else "", turned)):
            change.add(events.issue(action, issue))
    return Answer(_shape(call, issue))


@PAGES.get(f"{REPO}/issues/{{number}}/comments")
def comments(call: Call) -> Answer:
    """Return the comments on an issue or pull request, oldest first."""
    about = _about(call)
    key: dict[str, Any] = {"repository": about.repository, "number": about.number}
    return call.paged(call.site.store.find(Comment, **key), call.threads.comment)


@PAGES.post(f"{REPO}/issues/{{number}}/comments")
def comment(call: Call) -> Answer:
    """Comment on an issue or pull request."""
    login, about = call.must_talk(), _about(call)
    body, now = call.needed("body", "IssueComment", most=65_536), call.site.now
    with call.events() as events, call.site.store.together() as change:
        made = change.add(Comment(about.repository, about.number, login, body, now, now))
        change.add(events.comment("created", made, _shape(call, about)))
    return Answer(call.threads.comment(made), 201)


@PAGES.get(f"{REPO}/issues/comments/{{id}}")
def one_comment(call: Call) -> Answer:
    """Return a comment."""
    return Answer(call.threads.comment(_comment(call)))


@PAGES.patch(f"{REPO}/issues/comments/{{id}}")
def change_comment(call: Call) -> Answer:
    """Change a comment of one's own; the repository's owner and the teacher may change all."""
    row = _own_comment(call)
    body = call.needed("body", "IssueComment", most=65_536)
    changed = call.site.store.change(row, body=body, updated=call.site.now)
    return Answer(call.threads.comment(changed))


@PAGES.delete(f"{REPO}/issues/comments/{{id}}")
def delete_comment(call: Call) -> Answer:
    """Take a comment away."""
    call.site.store.remove(_own_comment(call))
    return Answer(b"", 204)


def _own_comment(call: Call) -> Comment:
    login, row = call.must_talk(), _comment(call)
    if login != row.author and not call.asker.may_write(call.repository):
        raise Refused(403, f"{login} may not change a comment of {row.author}'s")
    return row


def _comment(call: Call) -> Comment:
    found = call.site.store.one(Comment, repository=call.repository.id, id=call.number("id"))
    if found is None:
        raise not_found()
    return found


def _about(call: Call) -> Issue | PullRequest:
    key: dict[str, Any] = {"repository": call.repository.id, "number": call.number("number")}
    found = call.site.store.one(Issue, **key) or call.site.store.one(PullRequest, **key)
    if found is None:
        raise not_found()
    return found


def _shape(call: Call, about: Issue | PullRequest) -> Json:
    key: dict[str, Any] = {"repository": about.repository, "number": about.number}
    count = len(call.site.store.find(Comment, **key))
    if isinstance(about, PullRequest):
        return call.threads.pull_as_issue(about, count)
    return call.threads.issue(about, count)
