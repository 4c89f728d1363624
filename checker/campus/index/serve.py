"""The index's server: `python -m checker.campus.index.serve PLACE`.

WSGI under waitress, because twine shows a refusal's reason phrase and nothing else, and ASGI has none.
"""

from __future__ import annotations

import json
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from checker.campus.index import pages
from checker.campus.index.distribution import metadata_of
from checker.campus.index.files import File
from checker.campus.index.receive import attach, by_identity, receiver, uploader
from checker.campus.index.refusal import Refusal
from checker.campus.index.shelf import INDEXES, LARGEST, Shelf
from checker.campus.index.wheels import Stock, edition, stock_of
from checker.campus.people import People
from checker.campus.place import HOST, CampusError, Place, reason

_FORM = 10_000_000
"""Bytes of an upload besides its file: the README comes along."""
_MARGIN = 50_000_000
"""Bytes of the disk that an upload leaves free."""

Start = Callable[[str, list[tuple[str, str]]], Any]


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    body: bytes | Path = b""
    kind: str = "text/plain; charset=utf-8"
    status: str = "200 OK"
    headers: Mapping[str, str] = field(default_factory=dict)


class Web:
    """Both indexes as one WSGI application."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._empty = Stock(place.root)
        self._stock, self._edition = self._empty, edition(place)
        if self._edition:
            self._stock = stock_of(place)
        self._receivers = {
            name: receiver(Shelf(place, name), partial(self._stock_of, name)) for name in INDEXES
        }

    def __call__(self, environment: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer a request."""
        try:
            answer = self._answer(environment, start)
        except Refusal as refusal:
            answer = _refused(refusal)
        except OSError as error:
            traceback.print_exc()
            answer = _refused(
                Refusal(HTTPStatus.INSUFFICIENT_STORAGE, f"Not kept: {reason(error)}")
            )
        except CampusError as error:
            answer = _refused(Refusal(HTTPStatus.INSUFFICIENT_STORAGE, str(error)))
        if not isinstance(answer, Answer):
            return answer
        return _sent(answer, environment, start)

    def _answer(self, environment: dict[str, Any], start: Start) -> Answer | Iterable[bytes]:
        path = str(environment.get("PATH_INFO", "/"))
        index = "main"
        if path == "/test" or path.startswith("/test/"):
            index, path = "test", path.removeprefix("/test") or "/"
        base = f"http://{HOST}:{self._place.port('index')}{'/test' if index == 'test' else ''}"
        parts = [one for one in path.split("/") if one]
        method = environment["REQUEST_METHOD"]
        if method == "POST" and parts == ["_", "oidc", "mint-token"]:
            return self._mint(environment)
        if method == "POST" and parts in ([], ["legacy"]):
            return self._receive(index, environment, start)
        if method not in {"GET", "HEAD"}:
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, f"{method} is not for this address")
        return self._page(index, base, path, parts, str(environment.get("HTTP_ACCEPT", "")))

    def _receive(
        self, index: str, environment: dict[str, Any], start: Start
    ) -> Answer | Iterable[bytes]:
        attach(environment, uploader(self._place, str(environment.get("HTTP_AUTHORIZATION", ""))))
        length = int(environment.get("CONTENT_LENGTH") or 0)
        free = shutil.disk_usage(self._place.root).free
        if free < 3 * length + _MARGIN:  # it lies there in two copies until it is whole
            raise Refusal(
                HTTPStatus.INSUFFICIENT_STORAGE,
                f"The disk of the campus has {free // 1_000_000} MB left; free some and upload again",
            )
        environment["PATH_INFO"] = "/"
        answer: Iterable[bytes] = self._receivers[index](environment, start)
        return answer

    def _page(self, index: str, base: str, path: str, parts: list[str], accept: str) -> Answer:
        shelf = Shelf(self._place, index)
        match parts:
            case []:
                people = sum(not one.is_teacher for one in People(self._place))
                text = pages.front(INDEXES[index], base, people, len(shelf.projects()))
                return Answer(text, "text/html; charset=utf-8")
            case ["simple"] if path.endswith("/"):
                names = {*shelf.projects(), *self._stock_of(index).by_project}
                return self._simple(lambda: pages.listing(sorted(names), accept), accept)
            case ["simple", name] if name == _normal(name) and path.endswith("/"):
                files = self._files(index, name)
                if not files:
                    raise Refusal(HTTPStatus.NOT_FOUND, f"{name} is not on this index")
                return self._simple(lambda: pages.simple(name, files, base, accept), accept)
            case ["simple", *names] if len(names) < 2:
                return _moved(
                    "/".join([base, "simple", *map(_normal, names), ""]), permanently=True
                )
            case ["project", name]:
                return _moved(f"{base}/simple/{_normal(name)}/")
            case ["pypi", name, "json"] | ["pypi", name, _, "json"]:
                version = parts[2] if len(parts) == 4 else ""
                found = pages.document(shelf, _normal(name), base, version)
                status = "200 OK" if found else "404 Not Found"
                text = json.dumps(found or {"message": "Not Found"}).encode()
                return Answer(text, "application/json", status)
            case ["files", project, filename]:
                return self._file(index, project, filename)
            case ["_", "oidc", "audience"]:
                return Answer(b'{"audience": "pypi"}', "application/json")
        raise Refusal(HTTPStatus.NOT_FOUND, "There is no such page on this index")

    @staticmethod
    def _simple(page: Callable[[], tuple[str, bytes]], accept: str) -> Answer:
        try:
            kind, text = page()
        except LookupError:
            raise Refusal(
                HTTPStatus.NOT_ACCEPTABLE, f"There is no such form: {accept[:100]}"
            ) from None
        return Answer(text, kind, headers={"Cache-Control": "no-cache", "Vary": "Accept"})

    def _files(self, index: str, project: str) -> tuple[File, ...]:
        """Return a project's files: the uploads where there are any, else the stock's."""
        return Shelf(self._place, index).files(project) or self._stock_of(index).files(project)

    def _file(self, index: str, project: str, filename: str) -> Answer:
        wanted = filename.removesuffix(".metadata")
        if project == _normal(project):
            for keeper in (Shelf(self._place, index), self._stock_of(index)):
                for one in keeper.files(project):
                    path = keeper.path(one)
                    if one.name == wanted and path.is_file():
                        if wanted != filename:
                            return Answer(metadata_of(path))
                        return Answer(path, "application/octet-stream")
        raise Refusal(HTTPStatus.NOT_FOUND, f"{wanted[:100]} is not on this index")

    def _stock_of(self, index: str) -> Stock:
        """Return the stock of an index: TestPyPI has none, as it lacks most of PyPI."""
        if index != "main":
            return self._empty
        newest = edition(self._place)
        if newest != self._edition:
            self._stock, self._edition = stock_of(self._place), newest
        return self._stock

    def _mint(self, environment: Mapping[str, Any]) -> Answer:
        """Give a run that shows its identity a token to upload with: the identity itself."""
        try:
            token = json.loads(environment["wsgi.input"].read(20_000))["token"]
        except (ValueError, TypeError, KeyError):
            token = ""
        if not isinstance(token, str) or by_identity(self._place, token) is None:
            text = {
                "message": "Token request failed",
                "errors": [
                    {"code": "invalid-token", "description": "no run of this campus has it"}
                ],
            }
            return Answer(
                json.dumps(text).encode(), "application/json", "422 Unprocessable Content"
            )
        return Answer(json.dumps({"success": True, "token": token}).encode(), "application/json")


def _refused(refusal: Refusal) -> Answer:
    headers = (
        {"WWW-Authenticate": 'Basic realm="pypi"'}
        if refusal.status is HTTPStatus.UNAUTHORIZED
        else {}
    )
    status = f"{refusal.status.value} {refusal.sentence}"
    return Answer(f"{refusal.sentence}\n".encode(), status=status, headers=headers)


def _moved(where: str, *, permanently: bool = False) -> Answer:
    status = "301 Moved Permanently" if permanently else "302 Found"
    return Answer(status=status, headers={"Location": where})


def _sent(answer: Answer, environment: Mapping[str, Any], start: Start) -> Iterable[bytes]:
    body = answer.body
    size = body.stat().st_size if isinstance(body, Path) else len(body)
    headers = {"Content-Type": answer.kind, "Content-Length": str(size), **answer.headers}
    start(answer.status, list(headers.items()))
    if environment["REQUEST_METHOD"] == "HEAD":
        return ()
    if isinstance(body, Path):
        wrapped: Iterable[bytes] = environment["wsgi.file_wrapper"](body.open("rb"), 1 << 18)
        return wrapped
    return (body,)


def _normal(name: str) -> str:
    from packaging.utils import canonicalize_name

    return quote(canonicalize_name(name[:100]), safe="")


def serve(place: Place) -> None:
    """Serve until a signal ends it."""
    import waitress  # type: ignore[import-untyped]

    receiving = place.folder("index", "receiving")
    for one in receiving.iterdir():  # what a killed server had not taken in
        one.unlink(missing_ok=True)
    waitress.serve(
        Web(place),
        host=HOST,
        port=place.port("index"),
        threads=16,
        max_request_body_size=LARGEST + _FORM,
        channel_timeout=60,
        ident="campus",
    )


if __name__ == "__main__":
    serve(Place(Path(sys.argv[1])))
