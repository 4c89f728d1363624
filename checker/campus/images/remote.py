"""The campus' registry as a client sees it: images pushed to it and pulled from it, blob by blob."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from checker.campus.images.layout import INDEXES, Descriptor, Layout
from checker.campus.images.order import BuildError
from checker.campus.images.reference import Reference
from checker.campus.registry.manifest import KINDS

if TYPE_CHECKING:
    import requests

_SECONDS = 300
_MOST = 100
"""Manifests of an index, layers of an image."""


class Remote:
    """A registry on loopback, and who asks."""

    def __init__(self, url: str, login: str = "", password: str = "") -> None:
        import requests

        self.url = (url if "//" in url else f"http://{url}").rstrip("/")
        self.host = self.url.partition("//")[2]
        self._session = requests.Session()
        self._session.trust_env = False
        self._login = (login, password) if login else None

    def check(self) -> None:
        """Raise BuildError when the registry does not know who asks."""
        answer = self._ask("GET", "/v2/", "logging in")
        if answer.status_code != 200:
            raise BuildError(f"login failed: {_said(answer)}")

    def push(self, layout: Layout, image: Descriptor, to: Reference) -> None:
        """Push an image or index, what is below it first. Raises BuildError."""
        content = layout.json(image)
        for one in content.get("manifests", ())[:_MOST]:
            self.push(layout, one, Reference(to.name, one["digest"]))
        blobs = [content["config"], *content["layers"]] if "config" in content else []
        for one in blobs[: _MOST + 1]:
            self._push_blob(layout, one["digest"], to.name)
        text = layout.path(image["digest"]).read_bytes()
        path = f"/v2/{to.name}/manifests/{to.reference}"
        headers = {"Content-Type": image["mediaType"]}
        answer = self._ask("PUT", path, f"pushing {to}", name=to.name, data=text, headers=headers)
        _expect(answer, 201, f"pushing {to}")

    def pull(self, layout: Layout, what: Reference, platform: str) -> Descriptor | None:
        """Pull an image for a platform, `os/architecture`, into a layout; None when there is none."""
        manifest = self._manifest(layout, what)
        if manifest is None:
            return None
        for one in layout.images(manifest)[:_MOST]:
            found = one.get("platform", {})
            is_other = found and f"{found.get('os')}/{found.get('architecture')}" != platform
            if manifest["mediaType"] in INDEXES and (is_other or not found):
                continue
            below = one
            if manifest["mediaType"] in INDEXES:
                inner = self._manifest(layout, Reference(what.name, one["digest"]))
                if inner is None:
                    continue
                below = inner
            content = layout.json(below)
            for blob in (content["config"], *content["layers"])[: _MOST + 1]:
                self._pull_blob(layout, blob["digest"], what.name)
            return below
        return None

    def _manifest(self, layout: Layout, what: Reference) -> Descriptor | None:
        path = f"/v2/{what.name}/manifests/{what.reference}"
        headers = {"Accept": ", ".join(KINDS)}
        answer = self._ask("GET", path, f"pulling {what}", name=what.name, headers=headers)
        if answer.status_code == 404:
            return None
        _expect(answer, 200, f"pulling {what}")
        return layout.put(answer.content, answer.headers["Content-Type"])

    def _pull_blob(self, layout: Layout, digest: str, name: str) -> None:
        path = layout.path(digest)
        if path.is_file():
            return
        answer = self._ask("GET", f"/v2/{name}/blobs/{digest}", "pulling", name=name, stream=True)
        _expect(answer, 200, f"pulling a layer of {name}")
        partial = path.with_name(f".{path.name}")
        found = hashlib.sha256()
        with partial.open("wb") as file:
            for chunk in answer.iter_content(1 << 20):
                found.update(chunk)
                file.write(chunk)
        if f"sha256:{found.hexdigest()}" != digest:
            partial.unlink()
            raise BuildError(f"pulling {name}: a layer is not what its digest says")
        partial.replace(path)

    def _push_blob(self, layout: Layout, digest: str, name: str) -> None:
        what = f"pushing to {name}"
        there = self._ask("HEAD", f"/v2/{name}/blobs/{digest}", what, name=name)
        if there.status_code == 200:
            return
        begun = self._ask("POST", f"/v2/{name}/blobs/uploads/", what, name=name)
        _expect(begun, 202, what)
        where = urljoin(f"{self.url}/", begun.headers["Location"]).removeprefix(self.url)
        mark = "&" if "?" in where else "?"
        with layout.path(digest).open("rb") as file:
            done = self._ask("PUT", f"{where}{mark}digest={digest}", what, name=name, data=file)
        _expect(done, 201, what)

    def _ask(
        self, method: str, path: str, what: str, *, name: str = "", **given: Any
    ) -> requests.Response:
        import requests

        if self._login is None and name and "Authorization" not in self._session.headers:
            scope = {"service": self.host, "scope": f"repository:{name}:pull"}
            token = self._send("GET", "/token", what, params=scope).json().get("token", "")
            given["headers"] = {**given.get("headers", {}), "Authorization": f"Bearer {token}"}
        elif self._login is not None:
            given["auth"] = requests.auth.HTTPBasicAuth(*(one.encode() for one in self._login))
        return self._send(method, path, what, **given)

    def _send(self, method: str, path: str, what: str, **given: Any) -> requests.Response:
        import requests

        try:
            return self._session.request(
                method, self.url + path, timeout=_SECONDS, allow_redirects=False, **given
            )
        except requests.RequestException as error:
            raise BuildError(
                f"{what}: the registry at {self.url} does not answer ({type(error).__name__})"
            ) from None


def _expect(answer: requests.Response, status: int, what: str) -> None:
    if answer.status_code != status:
        raise BuildError(f"{what}: {_said(answer)}")


def _said(answer: requests.Response) -> str:
    try:
        return str(answer.json()["errors"][0]["message"])[:300]
    except (ValueError, LookupError, TypeError):
        return f"the registry answered {answer.status_code}"
