"""The first page: all repositories; and what came out of one."""

from __future__ import annotations

from checker.campus.forge.pages import delivered  # noqa: F401 - registers what came out
from checker.campus.forge.pages.page import Gone, Page, Shown
from checker.campus.forge.pages.providers import shelves
from checker.campus.store import Repository, Run


def all_repositories(page: Page) -> Shown:
    """Show all repositories, what was pushed last coming first."""
    return _list(page, page.site.store.find(Repository), "")


def repositories_of(page: Page) -> Shown:
    """Show somebody's repositories."""
    login = page.params["owner"]
    if all(one.login != login for one in page.site.people):
        raise Gone(f"Nobody called {login} joined the campus.")
    return _list(page, page.site.store.find(Repository, owner=login), login)


def packages(page: Page) -> Shown:
    """Show packages and images that came out of a repository."""
    return page.shown(
        "packages.html", "packages", shelves=shelves(page.site.place, page.repository)
    )


def _list(page: Page, found: tuple[Repository, ...], owner: str) -> Shown:
    ordered = sorted(found, key=lambda one: one.pushed or one.created, reverse=True)
    rows = [(one, page.site.store.one(Run, repository=one.id)) for one in ordered[:500]]
    return "repositories.html", {"rows": rows, "owner": owner}
