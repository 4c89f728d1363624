"""What it means when GitHub does not show something: it does not exist, is private, is blocked, needs another token."""

from __future__ import annotations

from checker.evidence import Unavailable
from checker.http.page import Page
from checker.services.github.fields import Fields, said

SUPPORT = "its owner has to write to GitHub's support"
_BLOCKED = {
    "dmca": "after a complaint about copyright",
    "tos": "for a violation of its terms",
    "sensitive_data": "because of sensitive data",
}


def not_found(name: str, *, has_token: bool) -> Unavailable:
    """Return the exception for a repository that does not exist or may not be seen; GitHub does not tell which."""
    asked = f"the repository {name}"
    if has_token:
        answer = f"GitHub has no repository {name}, or it is private and the token may not read it"
        return Unavailable(asked, answer, "check the spelling, or ask its owner for access")
    answer = f"GitHub has no repository {name}, or it is private"
    return Unavailable(asked, answer, "check the spelling, or give a token that may read it")


def blocked(asked: str, name: str, reason: str = "") -> Unavailable:
    """Return the exception for a repository that GitHub shows to nobody."""
    why = f" {_BLOCKED[reason]}" if reason in _BLOCKED else ""
    return Unavailable(asked, f"GitHub has blocked {name}{why}", SUPPORT)


def refused(page: Page, name: str, what: str) -> Unavailable:
    """Return the exception for a page about a repository that was not given: `what` is `runs`, `jobs`, `tags`."""
    asked = page.request.asked
    message, reason = _told(page)
    if page.status == 451 or "access blocked" in message.lower():
        return blocked(asked, name, reason)
    if page.status == 404:
        why = "it does not exist or is private"
        if what in {"runs", "jobs"}:
            why = "it does not exist, is private, or has Actions switched off"
        answer = f"GitHub shows no {what} of {name}: {why}"
        return Unavailable(asked, answer, "check the spelling, or ask its owner for access")
    if page.status == 403:
        answer = f"GitHub refuses the {what} of {name}: {message or 'it gives no reason'}"
        return Unavailable(asked, answer, "give a token that may read it")
    return page.unavailable(f"answered {page.status}: {message or 'it gives no reason'}")


def _told(page: Page) -> tuple[str, str]:
    """Return GitHub's message and the word for its reason, as far as there are any."""
    try:
        fields = Fields(page.json(), page)
        block = fields.sub("block")
        return said(fields.text("message", 2_000)), block.word("reason") if block else ""
    except Unavailable:
        return "", ""
