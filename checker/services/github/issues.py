"""One issue of a repository, told by a mark in its body: found, opened, and brought up to date.

Fields and statuses are those of REST, version 2022-11-28 (docs.github.com, "REST API endpoints for issues", November
2026). Nothing here is asked twice: an issue that was opened although its answer got lost would be a second one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import quote, urlencode

from checker.http.page import Http, Page, Request
from checker.services.github.fields import Fields
from checker.services.github.questions import HEADERS, JSON, PUBLIC, SERVICE

LONGEST = 65_536
"""Characters of a body; GitHub refuses a longer one."""

_WORKFLOW = "github-actions[bot]"
"""Whose issues those are that a workflow's own token opens; that token may not ask who it is."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as GitHub describes it."""

    number: int
    url: str
    title: str
    body: str
    state: str
    """`open` or `closed`."""


def publish(full_name: str, mark: str, title: str, body: str, http: Http) -> tuple[Issue, str]:
    """Open the issue whose body holds a mark, or bring it up to date; return it and what was done.

    That is `opened`, `updated`, or `unchanged`. Only issues that the token's own user wrote are looked at, so nobody
    else can plant the mark. A closed one stays closed. Raises ValueError where there can be no issue, and Unavailable
    when GitHub does not answer.
    """
    if mark not in body:
        raise ValueError("the body does not hold the mark by which the issue is found again")
    found = find(full_name, mark, http)
    if found is None:
        return _write(full_name, "", {"title": title, "body": body}, http), "opened"
    if (found.title, found.body) == (title, body):
        return found, "unchanged"
    path = f"/{found.number}"
    return _write(full_name, path, {"title": title, "body": body}, http), "updated"


def find(full_name: str, mark: str, http: Http) -> Issue | None:
    """Return the oldest of the user's issues that holds the mark; None for none among the newest hundred."""
    asked = f"the issues of {full_name}"
    query = urlencode({"state": "all", "per_page": 100, "creator": _login(http)})
    page = _ask(f"{_url(http, full_name)}?{query}", asked, http)
    if not page.ok:
        _refuse(full_name, page)
    issues = [
        _issue(Fields(one, page))
        for one in _list(page)
        if isinstance(one, dict) and "pull_request" not in one
    ]
    return min(
        (one for one in issues if mark in one.body), key=lambda one: one.number, default=None
    )


def _login(http: Http) -> str:
    base = http.addresses.github or PUBLIC
    page = _ask(f"{base}/user", "whose token this is", http)
    if page.status == 403:
        return _WORKFLOW
    login = Fields(page.json(), page).text("login") if page.ok else ""
    if not login.replace("-", "").replace("_", "").isalnum():
        raise page.unavailable("did not say whose token this is")
    return login


def _write(full_name: str, path: str, content: dict[str, str], http: Http) -> Issue:
    page = _ask(
        f"{_url(http, full_name)}{path}",
        f"an issue of {full_name}",
        http,
        method="PATCH" if path else "POST",
        body=json.dumps(content).encode(),
    )
    if not page.ok:
        _refuse(full_name, page)
    return _issue(Fields(page.json(), page))


def _ask(url: str, asked: str, http: Http, *, method: str = "", body: bytes = b"") -> Page:
    if not http.has_token:
        raise ValueError(
            "an issue is written in somebody's name: set GITHUB_TOKEN to a token that may write issues there"
        )
    return http.get(Request(SERVICE, url, asked, JSON, body, method, headers=HEADERS, keep="no"))


def _refuse(full_name: str, page: Page) -> NoReturn:
    why = {
        403: "the token may not write issues there; give it that right (classic: public_repo)",
        404: "there is no such repository, or the token may not see it",
        410: "its issues are switched off; its owner finds them under Settings, Features",
        422: "GitHub refuses the text",
    }.get(page.status)
    if why is None:
        raise page.unavailable(f"answered {page.status}")
    raise ValueError(f"no issue can be written to {full_name}: {why}")


def _issue(found: Fields) -> Issue:
    return Issue(
        found.whole("number"),
        found.text("html_url"),
        found.text("title"),
        found.text("body", LONGEST).replace("\r\n", "\n"),
        found.word("state"),
    )


def _list(page: Page) -> list[object]:
    found = page.json()
    if not isinstance(found, list):
        raise page.unavailable("answered with something else than a list of issues")
    return found[:100]


def _url(http: Http, full_name: str) -> str:
    return f"{http.addresses.github or PUBLIC}/repos/{quote(full_name)}/issues"
