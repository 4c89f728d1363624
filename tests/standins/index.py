"""PyPI in memory: the Simple API, the JSON API and the integrity documents of libraries that tests upload."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.standins.server import Answer, Call

SIMPLE = "application/vnd.pypi.simple.v1+json"
INTEGRITY = "application/vnd.pypi.integrity.v1+json"


@dataclass(frozen=True)
class Upload:
    """One file on the index."""

    filename: str
    version: str
    at: datetime
    yanked: bool = False
    provenance: bytes = b""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.filename.encode()).hexdigest()

    @property
    def time(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Library:
    """A project on the index."""

    name: str
    files: list[Upload] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    status: str = "active"
    digests: dict[str, str] = field(default_factory=dict)


class Index:
    """A package index; hand it to a `Server`.

    `index.upload("hw", "1.2.3", at=moment, by="ivanova/hw")` publishes a wheel and, two seconds later, an sdist.
    """

    def __init__(self) -> None:
        self.libraries: dict[str, Library] = {}

    def upload(
        self,
        name: str,
        version: str,
        *,
        at: datetime,
        kinds: Iterable[str] = ("wheel", "sdist"),
        links: Mapping[str, str] | None = None,
        owners: Iterable[str] = (),
        by: str = "",
        workflow: str = "publish.yml",
        signed: Callable[[Upload], bytes] | None = None,
    ) -> Library:
        """Publish a release; `by="owner/repo"` gives its files the document of a trusted publisher.

        That document carries no signature; `signed` makes one that does: `signed=authority.run("owner/repo", 42)`.
        """
        library = self.libraries.setdefault(_normal(name), Library(_normal(name)))
        library.links.update(links or {})
        library.owners = tuple(owners) or library.owners
        stem = _normal(name).replace("-", "_")
        names = {"wheel": f"{stem}-{version}-py3-none-any.whl", "sdist": f"{stem}-{version}.tar.gz"}
        for number, kind in enumerate(kinds):
            upload = Upload(names[kind], version, at + timedelta(seconds=2 * number))
            document = document_of(by, workflow) if by else b""
            document = signed(upload) if signed else document
            library.files.append(replace(upload, provenance=document))
        return library

    def yank(self, name: str, version: str) -> None:
        """Take a release back, as `yank` does: its files stay, with a mark."""
        library = self.libraries[_normal(name)]
        library.files = [
            replace(upload, yanked=True) if upload.version == version else upload
            for upload in library.files
        ]

    def __call__(self, call: Call) -> Answer:
        """Answer as PyPI does."""
        parts = [part for part in call.path.split("/") if part]
        match parts:
            case ["simple", name]:
                return self._simple(call, name)
            case ["pypi", name, "json"]:
                return self._json(name)
            case ["integrity", name, version, filename, "provenance"]:
                return self._integrity(call, name, version, filename)
        return Answer("404 Not Found", 404, {"Content-Type": "text/plain"})

    def _simple(self, call: Call, name: str) -> Answer:
        if name != _normal(name) or not call.path.endswith("/"):
            return Answer(b"", 301, {"Location": f"/simple/{_normal(name)}/"})
        library = self.libraries.get(name)
        if library is None:
            return Answer("404 Not Found", 404, {"Content-Type": "text/plain"})
        here = f"http://{call.headers['host']}"
        if SIMPLE not in call.headers.get("accept", ""):
            rows = "".join(
                f'<a href="{here}/packages/{one.filename}#sha256={one.sha256}">{one.filename}</a><br/>\n'
                for one in library.files
            )
            page = f"<!DOCTYPE html><html><body><h1>Links for {name}</h1>\n{rows}</body></html>"
            return _tagged(call, page.encode(), "text/html; charset=UTF-8")
        page = {
            "meta": {"api-version": "1.4", "_last-serial": len(library.files)},
            "name": name,
            "versions": sorted({one.version for one in library.files}),
            "project-status": {"status": library.status},
            "files": [self._file(one, library, here) for one in library.files],
        }
        return _tagged(call, json.dumps(page).encode(), SIMPLE)

    @staticmethod
    def _file(one: Upload, library: Library, here: str) -> dict[str, Any]:
        where = f"{here}/integrity/{library.name}/{one.version}/{one.filename}/provenance"
        return {
            "filename": one.filename,
            "url": f"{here}/packages/{one.filename}",
            "hashes": {"sha256": library.digests.get(one.filename, one.sha256)},
            "requires-python": ">=3.11",
            "size": 1234,
            "upload-time": one.time,
            "yanked": "a mistake" if one.yanked else False,
            "core-metadata": False,
            "data-dist-info-metadata": False,
            "provenance": where if one.provenance else None,
        }

    def _json(self, name: str) -> Answer:
        library = self.libraries.get(_normal(name))
        if library is None or library.status == "quarantined":
            return Answer({"message": "Not Found"}, 404)
        newest = max(library.files, key=lambda one: one.at)
        return Answer(
            {
                "info": {
                    "name": library.name,
                    "version": newest.version,
                    "home_page": None,
                    "project_urls": library.links or None,
                    "summary": None,
                    "yanked": False,
                },
                "ownership": {
                    "organization": None,
                    "roles": [{"role": "Owner", "user": user} for user in library.owners],
                },
                "last_serial": len(library.files),
                "urls": [],
            }
        )

    def _integrity(self, call: Call, name: str, version: str, filename: str) -> Answer:
        library = self.libraries.get(name)
        for one in library.files if library else ():
            if (one.version, one.filename) == (version, filename) and one.provenance:
                return _tagged(call, one.provenance, INTEGRITY)
        return Answer({"message": f"No provenance available for {filename}"}, 404)


def document_of(repository: str, workflow: str = "publish.yml") -> bytes:
    """Return an integrity document that names a trusted publisher and holds no attestation that could be checked."""
    publisher = {
        "kind": "GitHub",
        "repository": repository,
        "workflow": workflow,
        "environment": None,
    }
    bundle = {"publisher": publisher, "attestations": []}
    return json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()


def _tagged(call: Call, body: bytes, kind: str) -> Answer:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if call.headers.get("if-none-match") == tag:
        return Answer(b"", 304, {"ETag": tag})
    return Answer(
        body, 200, {"Content-Type": kind, "ETag": tag, "Cache-Control": "public, max-age=600"}
    )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
