"""Pull requests, issues and releases."""

from __future__ import annotations

from checker.campus.forge.events import size
from checker.campus.forge.pages.page import Gone, Page, Shown
from checker.campus.store import Comment, Issue, PullRequest, Release, Run


def pulls(page: Page) -> Shown:
    """Show pull requests, newest first."""
    found = page.site.store.find(PullRequest, newest=True, repository=page.repository.id)
    return page.shown("pulls.html", "pulls", pulls=found)


def pull(page: Page) -> Shown:
    """Show a pull request with its commits, its runs and what was said."""
    row = page.repository
    found = page.site.store.one(PullRequest, repository=row.id, number=page.number("number"))
    if found is None:
        raise Gone(f"There is no pull request {page.params['number']}.")
    start = page.bare.merge_base(found.base_sha, found.head_sha)
    words = ["log", "--format=%H%x00%s", "--max-count=100", found.head_sha]
    lines = page.bare.git(*words, *([f"^{start}"] if start else [])).splitlines()
    runs = page.site.store.find(Run, newest=True, repository=row.id)
    return page.shown(
        "pull.html",
        "pulls",
        pull=found,
        extent=size(page.bare, found),
        commits=[line.split("\0", 1) for line in lines],
        runs=[run for run in runs if run.branch == found.head or run.sha == found.head_sha][:30],
        comments=_comments(page, found.number),
    )


def issues(page: Page) -> Shown:
    """Show issues, newest first."""
    found = page.site.store.find(Issue, newest=True, repository=page.repository.id)
    return page.shown("issues.html", "issues", issues=found)


def issue(page: Page) -> Shown:
    """Show an issue and what was said."""
    number = page.number("number")
    found = page.site.store.one(Issue, repository=page.repository.id, number=number)
    if found is None:
        raise Gone(f"There is no issue {number}.")
    return page.shown("issue.html", "issues", issue=found, comments=_comments(page, number))


def releases(page: Page) -> Shown:
    """Show the releases, newest first; of one tag when the address names it."""
    found = page.site.store.find(Release, newest=True, repository=page.repository.id)
    wanted = page.params.get("tag", "")
    shown = [one for one in found if not one.draft and wanted in {"", one.tag}]
    if wanted and not shown:
        raise Gone(f"There is no release {wanted[:60]}.")
    return page.shown("releases.html", "releases", releases=shown)


def _comments(page: Page, number: int) -> tuple[Comment, ...]:
    return page.site.store.find(Comment, repository=page.repository.id, number=number)
