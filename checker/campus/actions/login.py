"""docker/login-action: a login at the registry of the campus, which stands for Docker Hub."""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from checker.campus.actions.said import Refused, fail, given, mask, say

HUB = "https://index.docker.io/v1/"
"""The name under which clients keep a login at Docker Hub."""
_HUBS = ("", "docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_REALM = re.compile(r'Bearer realm="([^"]+)"(?:.*?service="([^"]*)")?')


def log_in() -> None:
    """Try the password, and keep it where clients look. Raises Refused as the action does."""
    user, password = given("username"), given("password")
    if not user or not password:
        raise Refused(
            "Username and password required: the secrets are empty or not set in this repository"
        )
    mask(password)
    registry = os.environ.get("CAMPUS_REGISTRY", "")
    asked = given("registry").removeprefix("https://").removeprefix("http://").rstrip("/")
    if not registry:
        raise Refused("there is no registry here, and no password is sent anywhere else")
    if asked not in {*_HUBS, registry}:
        raise Refused(
            f"the campus has its own registry only, which stands for Docker Hub; not {asked[:100]}"
        )
    secret = base64.b64encode(f"{user}:{password}".encode()).decode()
    if not _opens(registry, user, secret):
        raise Refused(
            "unauthorized: incorrect username or password; on the campus the password is the token of"
            f" {user[:60]} (`checker campus env`)"
        )
    folder = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "config.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for name in (registry, HUB):
        known.setdefault("auths", {})[name] = {"auth": secret}
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as target:
        json.dump(known, target)
    say("Login Succeeded!")


def _opens(registry: str, user: str, secret: str) -> bool:
    """Ask the registry, or where it says that tokens are given out, whether a login is good."""
    basic = {"Authorization": f"Basic {secret}"}
    status, wanted = _ask(f"http://{registry}/v2/", basic)
    found = _REALM.match(wanted)
    if status == 401 and found:
        query = urlencode({"service": found[2] or registry, "account": user, "client_id": "campus"})
        status, _ = _ask(f"{found[1]}?{query}", basic)
    return status == 200


def _ask(url: str, headers: dict[str, str]) -> tuple[int, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=20) as answer:  # noqa: S310
            return int(answer.status), ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("WWW-Authenticate", "")
    except OSError as error:
        raise Refused(f"the registry does not answer: {error}") from None


if __name__ == "__main__":
    try:
        log_in()
    except Refused as error:
        fail(str(error))
        sys.exit(1)
