"""A request to the API, what it is answered with, and the table of all pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlencode

from checker.campus.forge.access import Asker
from checker.campus.forge.events import Events
from checker.campus.forge.git import Bare
from checker.campus.forge.git.objects import Objects
from checker.campus.forge.shapes import Json
from checker.campus.forge.shapes.accounts import Accounts
from checker.campus.forge.shapes.history import History
from checker.campus.forge.shapes.threads import Threads
from checker.campus.forge.shapes.work import Work
from checker.campus.forge.site import Site
from checker.campus.people import Person
from checker.campus.store import Repository

MAX_TEXT = 65_536
"""Characters of a description or a comment, as on GitHub."""
_DOCS = "https://docs.github.com/rest"
Item = TypeVar("Item")


@dataclass(frozen=True)
class Answer:
    """What goes back: JSON, or bytes as they are, or a file."""

    content: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The bytes on the wire."""
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Download:
    """An open file to send and to close; nothing else knows of it."""

    file: BinaryIO
    kind: str
    name: str

    def parts(self) -> Iterator[bytes]:
        """Return what is in it."""
        with self.file:
            while part := self.file.read(1 << 18):
                yield part


class Refused(Exception):
    """An answer that ends a request early."""

    def __init__(self, status: int, message: str, *errors: Json) -> None:
        super().__init__(message)
        told: Json = {"message": message, "documentation_url": _DOCS, "status": str(status)}
        if errors:
            told["errors"] = list(errors)
        self.answer = Answer(told, status)


def not_found() -> Refused:
    """Return GitHub's answer for what is not there."""
    return Refused(404, "Not Found")


def invalid(resource: str, field: str, message: str = "", code: str = "invalid") -> Refused:
    """Return GitHub's answer for a field that is wrong: `missing_field`, `already_exists`, `custom` with a message."""
    error: Json = {"resource": resource, "field": field, "code": "custom" if message else code}
    if message:
        error["message"] = message
    return Refused(422, "Validation Failed", error)


@dataclass(frozen=True)
class Call:
    """A request to one page."""

    site: Site
    asker: Asker
    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    accept: str = ""
    body: bytes = field(default=b"", repr=False)

    @property
    def person(self) -> Person:
        """The person who asks. Raises Refused for a job, and for somebody without a token."""
        if self.asker.person is None:
            if self.asker.job_of:
                raise Refused(403, "Resource not accessible by integration")
            raise Refused(401, "Requires authentication")
        return self.asker.person

    @property
    def login(self) -> str:
        """Who asks. Raises Refused for somebody without a token."""
        if not self.asker.login:
            raise Refused(401, "Requires authentication")
        return self.asker.login

    @cached_property
    def repository(self) -> Repository:
        """The repository that is asked about. Raises Refused when there is none."""
        found = self.site.find(self.params["owner"], self.params["repo"])
        if found is None:
            raise not_found()
        return found

    def must_write(self) -> Repository:
        """Return the repository when who asks may change it. Raises Refused."""
        login, found = self.login, self.repository
        if not self.asker.may_write(found):
            raise Refused(
                403, f"{login} may not change {found.full_name}; its owner and the teacher may."
            )
        return found

    def must_own(self) -> Repository:
        """Return the repository when who asks is a person who may change it. Raises Refused."""
        found = self.must_write()
        _ = self.person  # a job's token is nobody's
        return found

    def must_talk(self) -> str:
        """Return who asks when they may write issues and comments in the repository. Raises Refused."""
        if not self.asker.may_talk(self.repository) and self.login:
            raise Refused(403, "Resource not accessible by integration")
        return self.login

    @property
    def bare(self) -> Bare:
        """The repository's git objects."""
        return self.site.bare(self.repository)

    @contextmanager
    def events(self) -> Iterator[Events]:
        """Give what makes events of the repository, by who asks."""
        with Objects(self.bare) as objects:
            yield Events(self.site, self.repository, self.bare, objects, self.asker.login)

    @property
    def accounts(self) -> Accounts:
        """What makes JSON of people and repositories."""
        return Accounts(self.site)

    @property
    def threads(self) -> Threads:
        """What makes JSON of pull requests, issues and releases."""
        return Threads(self.accounts, self.repository)

    @contextmanager
    def history(self) -> Iterator[History]:
        """Give what makes JSON of the repository's objects."""
        with Objects(self.bare) as objects:
            yield History(self.accounts, self.repository, objects)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Give what makes JSON of the repository's runs."""
        with Objects(self.bare) as objects:
            yield Work(self.accounts, self.repository, objects)

    @cached_property
    def json(self) -> Json:
        """The body as an object; an empty one for no body. Raises Refused for anything else."""
        if not self.body.strip():
            return {}
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Refused(400, "Problems parsing JSON") from None
        if not isinstance(found, dict):
            raise Refused(400, "Body should be a JSON object")
        return found

    def text(self, key: str, default: str = "", *, most: int = MAX_TEXT, resource: str = "") -> str:
        """Return a text of the body. Raises Refused when it is something else or too long."""
        value = self.json.get(key)
        if value is None:
            return default
        if not isinstance(value, str) or "\0" in value:
            raise invalid(resource or "Request", key)
        if len(value) > most:
            raise invalid(
                resource or "Request", key, f"{key} is too long (maximum is {most} characters)"
            )
        return value.encode("utf-8", errors="replace").decode()

    def needed(self, key: str, resource: str, *, most: int = 1_000) -> str:
        """Return a text of the body that has to be there. Raises Refused."""
        found = self.text(key, most=most, resource=resource)
        if not found.strip():
            raise invalid(resource, key, code="missing_field")
        return found

    def flag(self, key: str) -> bool:
        """Return a truth value of the body. Raises Refused for something else."""
        value = self.json.get(key, False)
        if not isinstance(value, bool):
            raise invalid("Request", key)
        return value

    def number(self, key: str) -> int:
        """Return a number of the path. Raises Refused for one that nothing has."""
        text = self.params[key]
        if not text.isdecimal() or len(text) > 18:
            raise not_found()
        return int(text)

    def paged(
        self, found: Sequence[Item], shape: Callable[[Item], Any], within: str = ""
    ) -> Answer:
        """Return the asked page of a list, and the header that leads to the others.

        `within` is the key under which GitHub hides the list, beside `total_count`.
        """
        size = self._whole("per_page", 30, 100)
        number = self._whole("page", 1, 10_000)
        last = max(1, -(-len(found) // size))
        shown = [shape(one) for one in found[size * (number - 1) : size * number]]
        links = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
        kept = {
            name: page
            for name, page in links.items()
            if 1 <= page <= last and (number > 1 if name in {"prev", "first"} else number < last)
        }
        headers = {"Link": ", ".join(self._link(*one) for one in kept.items())} if kept else {}
        if within:
            return Answer({"total_count": len(found), within: shown}, headers=headers)
        return Answer(shown, headers=headers)

    def _link(self, name: str, page: int) -> str:
        query = urlencode({**self.query, "page": page})
        return f'<{self.site.url}{self.path}?{query}>; rel="{name}"'

    def _whole(self, key: str, default: int, most: int) -> int:
        text = self.query.get(key, "")
        if not text:
            return default
        if not text.isdecimal():
            raise Refused(
                422, f"Invalid value for parameter '{key}': {text[:40]!r} is no whole number"
            )
        return min(max(int(text[:9]), 1), most)


Handler = Callable[[Call], "Answer | Download"]


@dataclass(frozen=True)
class Page:
    """A page of the API: a method, a path with names in braces, and what answers."""

    method: str
    path: str
    handler: Handler
    base: str = "/api/v3"


def table(*pages: Iterable[Page]) -> list[Page]:
    """Return all pages; those with fixed names come before those with a free path."""
    found = [page for some in pages for page in some]
    return sorted(found, key=lambda page: (":path}" in page.path, -len(page.path)))


class Pages(list[Page]):
    """The pages of one subject; `get`, `put` and so on add one."""

    def get(self, path: str) -> Callable[[Handler], Handler]:
        """Add a page that is read."""
        return self._add("GET", path)

    def post(self, path: str) -> Callable[[Handler], Handler]:
        """Add a page that makes something."""
        return self._add("POST", path)

    def put(self, path: str) -> Callable[[Handler], Handler]:
        """Add a page that sets something."""
        return self._add("PUT", path)

    def patch(self, path: str) -> Callable[[Handler], Handler]:
        """Add a page that changes something."""
        return self._add("PATCH", path)

    def delete(self, path: str) -> Callable[[Handler], Handler]:
        """Add a page that removes something."""
        return self._add("DELETE", path)

    def _add(self, method: str, path: str) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.append(Page(method, path, handler))
            return handler

        return add


REPO = "/repos/{owner}/{repo}"
"""Where a repository's pages begin."""
