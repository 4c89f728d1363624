"""Uploads as twine and uv send them, received by pypiserver and put where they belong.

pypiserver reads the form and knows the actions; who may put what where is decided here, in the words of PyPI.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any

from pypiserver import app_from_config  # type: ignore[import-untyped]
from pypiserver.backend import (  # type: ignore[import-untyped]
    BackendProxy,
    SimpleFileBackend,
)
from pypiserver.bottle_wrapper import request  # type: ignore[import-untyped]
from pypiserver.config import Config  # type: ignore[import-untyped]

from checker.campus.identity import identity
from checker.campus.index.refusal import Refusal
from checker.campus.index.shelf import Shelf, Upload
from checker.campus.index.wheels import Stock
from checker.campus.people import People
from checker.campus.place import Place

ANYBODY = "__token__"
"""The login of whoever has only a token, as on PyPI."""
_WHO = "campus.uploader"


@dataclass(frozen=True, slots=True)
class Uploader:
    """Somebody who may upload."""

    login: str
    run: str = ""
    """`owner/repository#run` of a workflow that uploads with its own identity."""


class _Backend(SimpleFileBackend):  # type: ignore[misc]
    """pypiserver's view of a shelf."""

    def __init__(self, config: Any, shelf: Shelf, stock: Callable[[], Stock]) -> None:
        super().__init__(config)
        self._shelf = shelf
        self._stock = stock

    def get_all_packages(self) -> Iterable[Any]:
        """Return nothing: the pages are ours."""
        return ()

    def exists(self, filename: str) -> bool:  # noqa: ARG002 - pypiserver's signature
        """Leave the answer to `add_package`, which has seen the content."""
        return False

    def add_package(self, filename: str, stream: IO[bytes]) -> None:
        """Put a file on the shelf."""
        who: Uploader = request.environ[_WHO]
        form = request.forms
        upload = Upload(
            who.login,
            who.login,
            time.time(),
            who.run,
            *(str(form.get(name, ""))[:300] for name in ("name", "version", "sha256_digest")),
        )
        self._shelf.take(stream, filename, upload, reserved=self._stock().by_project)

    def remove_package(self, pkg: Any) -> None:  # noqa: ARG002 - pypiserver's signature
        """Refuse: what is published stays."""
        raise Refusal(HTTPStatus.FORBIDDEN, "What is published stays; publish a higher version")


def receiver(shelf: Shelf, stock: Callable[[], Stock]) -> Any:
    """Return pypiserver's WSGI application for one index; it expects the `Uploader` in the request."""
    config = Config.default_with_overrides(
        roots=[shelf.folder],
        authenticate=[],
        password_file=".",  # noqa: S106 - its word for none
        disable_fallback=True,
        backend_arg="simple-dir",
    )
    config.backend = BackendProxy(_Backend(config, shelf, stock))
    app = app_from_config(config)
    app.catchall = False  # a Refusal goes up to who answers it
    app.default_error_handler = _refuse
    return app


def _refuse(error: Any) -> None:
    raise Refusal(HTTPStatus(error.status_code), str(error.body or error.status_line))


def uploader(place: Place, authorization: str) -> Uploader:
    """Return who shows a header of Basic authentication. Raises Refusal for nobody, and for a token of nobody's."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "Who are you? Upload as __token__ with your campus token as the password (TWINE_PASSWORD)",
        )
    try:
        login, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        login, token = "", ""
    people = People(place)
    person = people.by_token(token) if login == ANYBODY else people.by_password(login, token)
    if person is not None:
        return Uploader(person.login)
    found = by_identity(place, token) if login == ANYBODY else None
    if found is None:
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "Invalid or non-existent authentication information. The user is __token__,"
            " the password a campus token",
        )
    return found


def by_identity(place: Place, token: str) -> Uploader | None:
    """Return the run whose identity token this is; None for none."""
    found = identity(place, token)
    return None if found is None else Uploader(found.owner, f"{found.full_name}#{found.run}")


def attach(environment: dict[str, Any], who: Uploader) -> None:
    """Tell pypiserver who uploads."""
    environment[_WHO] = who
