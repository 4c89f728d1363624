"""A repository as REST pages describe it, for whoever has no token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checker.http.page import Http, Page
from checker.services.github.fields import Fields, objects
from checker.services.github.model import Branch, Project, PullRequest, Release, Tag
from checker.services.github.project import state_remarks
from checker.services.github.questions import rest
from checker.services.github.refusals import not_found, refused

PER_PAGE = 100


@dataclass(frozen=True)
class About:
    """A repository's own page."""

    project: Project
    kilobytes: int
    """Of the whole repository, history included."""
    page: Page


def about(name: str, http: Http) -> About:
    """Describe a repository without its branches. Raises Unavailable when GitHub does not show it."""
    page = rest(http, name, f"the repository {name}")
    if not page.ok:
        raise (
            not_found(name, has_token=False) if page.status == 404 else refused(page, name, "page")
        )
    found = Fields(page.json(), page)
    owner = found.sub("owner")
    full_name = found.full_name("full_name")
    parent, template = found.sub("parent"), found.sub("template_repository")
    archived, disabled = found.flag("archived"), found.flag("disabled")
    fork_of = parent.text("full_name") if parent else ""
    made_from = template.text("full_name") if template else ""
    project = Project(
        id=found.whole("id"),
        full_name=full_name,
        url=found.text("html_url"),
        owner=owner.text("login") if owner else "",
        owner_id=owner.whole("id") if owner else 0,
        default_branch=found.text("default_branch"),
        created=found.time("created_at"),
        pushed=found.time("pushed_at"),
        private=found.flag("private"),
        archived=archived,
        disabled=disabled,
        fork_of=fork_of,
        template=made_from,
        remarks=tuple(
            state_remarks(
                name,
                full_name,
                archived=archived,
                disabled=disabled,
                fork_of=fork_of,
                template=made_from,
            )
        ),
    )
    return About(project, found.whole("size"), page)


def branches(name: str, http: Http) -> tuple[tuple[Branch, ...], Iterator[str]]:
    """Return the first 100 branches, and what to say when there are more."""
    page = _list(name, "branches", {}, http)
    found = []
    for one in objects(page):
        commit = one.sub("commit")
        if commit is not None:
            found.append(Branch(one.text("name"), commit.text("sha")))
    return tuple(found), _more(page, "branches", len(found))


def tags(name: str, http: Http) -> tuple[tuple[Tag, ...], Iterator[str]]:
    """Return the first 100 tags as GitHub sorts them, and what to say when there are more."""
    page = _list(name, "tags", {}, http)
    found = []
    for one in objects(page):
        commit = one.sub("commit")
        if commit is not None:
            found.append(Tag(one.text("name"), commit.text("sha")))
    return tuple(found), _more(page, "tags", len(found))


def pulls(name: str, http: Http) -> tuple[tuple[PullRequest, ...], Iterator[str]]:
    """Return the 100 pull requests that were updated last, that one first, and what to say when there are more."""
    query = {"state": "all", "sort": "updated", "direction": "desc"}
    page = _list(name, "pulls", query, http)
    found = tuple(pull_of(one) for one in objects(page))
    return found, _more(page, "pull requests", len(found))


def pull_of(pull: Fields) -> PullRequest:
    """Read a pull request."""
    head, base, author = pull.sub("head"), pull.sub("base"), pull.sub("user")
    if head is None or base is None:
        raise pull.page.unavailable("answered with a pull request that has no head or no base")
    own, theirs = base.sub("repo"), head.sub("repo")
    merged = pull.time("merged_at")
    return PullRequest(
        number=pull.whole("number"),
        url=pull.text("html_url"),
        state="merged" if merged else pull.word("state"),
        base=base.text("ref"),
        head=head.text("ref"),
        head_sha=head.text("sha"),
        created=pull.time("created_at"),
        merged=merged,
        merge_sha=pull.text("merge_commit_sha") if merged else "",
        is_fork=theirs is None or own is None or theirs.whole("id") != own.whole("id"),
        author=author.text("login") if author else "",
    )


def releases(name: str, http: Http) -> tuple[Release, ...]:
    """Return the newest 100 releases."""
    page = _list(name, "releases", {}, http)
    found = []
    for one in objects(page):
        author = one.sub("author")
        found.append(
            Release(
                tag=one.text("tag_name"),
                url=one.text("html_url"),
                published=one.time("published_at"),
                author=author.text("login") if author else "",
                draft=one.flag("draft"),
            )
        )
    return tuple(found)


def _list(name: str, what: str, query: Mapping[str, object], http: Http) -> Page:
    page = rest(http, f"{name}/{what}", f"the {what} of {name}", {**query, "per_page": PER_PAGE})
    if not page.ok:
        raise refused(page, name, what)
    return page


def _more(page: Page, what: str, read: int) -> Iterator[str]:
    if 'rel="next"' in page.headers.get("link", ""):
        yield f"only the first {read} {what} were read"
