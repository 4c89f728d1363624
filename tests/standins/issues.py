"""GitHub's issues of one repository on loopback: as much as opening one and changing it needs."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from tests.standins.server import Answer, Call

LONGEST = 65_536
PAGE = "https://github.com/me/hw/issues"


class Issues:
    """Answers as REST does for `me/hw`; `login` is whose token asks, `statuses` what a verb answers instead."""

    def __init__(self, login: str = "teacher") -> None:
        self.login = login
        self.found: list[dict[str, Any]] = []
        self.statuses: dict[str, int] = {}

    def add(self, login: str, body: str, **more: object) -> dict[str, Any]:
        """Let somebody open an issue."""
        number = len(self.found) + 1
        moment = datetime(2026, 11, 2, 12, tzinfo=UTC).isoformat()
        url = f"https://api.github.com/repos/me/hw/issues/{number}"
        issue = {
            "id": 1000 + number,
            "node_id": f"I_{number}",
            "url": url,
            "repository_url": "https://api.github.com/repos/me/hw",
            "labels_url": f"{url}/labels{{/name}}",
            "comments_url": f"{url}/comments",
            "events_url": f"{url}/events",
            "html_url": f"{PAGE}/{number}",
            "number": number,
            "state": "open",
            "title": "An issue",
            "body": body,
            "user": user(login),
            "labels": [],
            "assignee": None,
            "milestone": None,
            "locked": False,
            "comments": 0,
            "closed_at": None,
            "created_at": moment,
            "updated_at": moment,
            "author_association": "NONE",
            **more,
        }
        self.found.append(issue)
        return issue

    def __call__(self, call: Call) -> Answer:
        """Answer one request."""
        verb = f"{call.method} {'user' if call.path == '/user' else 'issues'}"
        if verb in self.statuses:
            return Answer({"message": "no"}, self.statuses[verb])
        if call.path == "/user":
            return Answer(user(self.login))
        if call.path == "/repos/me/hw/issues" and call.method == "GET":
            creator = call.query.get("creator")
            newest = [one for one in self.found[::-1] if one["user"]["login"] == creator]
            return Answer(newest[: int(call.query.get("per_page", "30"))])
        content = json.loads(call.body or b"{}")
        if len(str(content.get("body", "")).encode("utf-16-le")) // 2 > LONGEST:
            return Answer({"message": "body is too long (maximum is 65536 characters)"}, 422)
        if call.path == "/repos/me/hw/issues" and call.method == "POST":
            return Answer(self.add(self.login, **content), 201)
        number = re.fullmatch(r"/repos/me/hw/issues/(\d+)", call.path)
        if number and call.method == "PATCH":
            issue = self.found[int(number[1]) - 1]
            issue.update(content)
            return Answer(issue)
        return Answer({"message": "Not Found"}, 404)


def user(login: str) -> dict[str, Any]:
    """Return an account as GitHub describes it beside something else."""
    api = f"https://api.github.com/users/{login}"
    links = (
        "followers following gists starred subscriptions organizations repos events received_events"
    )
    return {
        "login": login,
        "id": 7,
        "node_id": "U_7",
        "avatar_url": "https://avatars.githubusercontent.com/u/7?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": f"https://github.com/{login}",
        **{f"{name}_url": f"{api}/{name}" for name in links.split()},
        "type": "User",
        "site_admin": False,
    }
