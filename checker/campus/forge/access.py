"""Who asks, and what they may do.

Everything is open to read for everybody who can reach the forge, as a public repository on GitHub is; nothing but this
machine can. Who joined may open issues and comment; only its owner and the teacher change a repository. A job's own
GITHUB_TOKEN changes the job's repository and nothing else, reads no secrets, and starts no workflows.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from checker.campus.forge.site import ROBOT, Site
from checker.campus.identity import identity
from checker.campus.people import People, Person
from checker.campus.store import Repository

_ANY_NAME = frozenset({"x-access-token", "git", "token"})
"""Names that stand beside a token that says itself whose it is: actions/checkout sends the first."""


class BadCredentials(Exception):
    """A token or password that is nobody's."""


@dataclass(frozen=True)
class Asker:
    """Who asks: a person, a job (`job_of` is its repository), or somebody without a token."""

    person: Person | None = None
    job_of: str = ""

    @property
    def login(self) -> str:
        """Their login; empty for somebody without a token."""
        if self.person is not None:
            return self.person.login
        return ROBOT if self.job_of else ""

    def may_write(self, repository: Repository) -> bool:
        """Say whether they may push to a repository and change what is in it."""
        if self.person is None:
            return self.job_of == repository.full_name
        return self.person.is_teacher or self.person.login == repository.owner

    def may_talk(self, repository: Repository) -> bool:
        """Say whether they may open issues and comment in a repository."""
        return self.person is not None or self.may_write(repository)


def asker(site: Site, header: str) -> Asker:
    """Return who sent an `Authorization` header; empty for none. Raises BadCredentials."""
    kind, _, value = header.strip().partition(" ")
    if not kind:
        return Asker()
    if kind.lower() in {"bearer", "token"}:
        login, token = "", value.strip()
    elif kind.lower() == "basic":
        login, token = _basic(value)
    else:
        raise BadCredentials
    if not login or login in _ANY_NAME:
        job = identity(site.place, token, "forge")
        if job is not None:
            return Asker(job_of=job.full_name)
    person = _person(site.people, login, token)
    if person is None:
        raise BadCredentials
    return Asker(person)


def _person(people: People, login: str, token: str) -> Person | None:
    if not login or login in _ANY_NAME:
        return people.by_token(token)
    return people.by_password(login, token)


def _basic(value: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise BadCredentials from None
    login, _, password = text.partition(":")
    return login or "?", password
