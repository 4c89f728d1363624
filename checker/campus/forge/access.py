"""Who asks, and what they may do.

Everything is open to read for everybody who can reach the forge, as a public repository on GitHub is; nothing but this
machine can. Who joined may open issues and comment; only its owner and the teacher change a repository.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from checker.campus.people import People, Person
from checker.campus.store import Repository

_ANY_NAME = frozenset({"x-access-token", "git", "token"})
"""Names that stand beside a token that says itself whose it is: actions/checkout sends the first."""


class BadCredentials(Exception):
    """A token or password that is nobody's."""


@dataclass(frozen=True)
class Asker:
    """Who asks; `person` is None for somebody without a token."""

    person: Person | None = None

    @property
    def login(self) -> str:
        """Their login; empty for somebody without a token."""
        return self.person.login if self.person else ""

    def may_write(self, repository: Repository) -> bool:
        """Say whether they may push to a repository, run its workflows and set its secrets."""
        return self.person is not None and (
            self.person.is_teacher or self.person.login == repository.owner
        )


def asker(people: People, header: str) -> Asker:
    """Return who sent an `Authorization` header; empty for none. Raises BadCredentials."""
    kind, _, value = header.strip().partition(" ")
    if not kind:
        return Asker()
    if kind.lower() in {"bearer", "token"}:
        person = people.by_token(value.strip())
    elif kind.lower() == "basic":
        person = _basic(people, value)
    else:
        person = None
    if person is None:
        raise BadCredentials
    return Asker(person)


def _basic(people: People, value: str) -> Person | None:
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    login, _, password = text.partition(":")
    if login in _ANY_NAME:
        return people.by_token(password)
    return people.by_password(login, password)
