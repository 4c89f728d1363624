"""pypa/gh-action-pypi-publish: twine uploads to the index of the campus, with a password or as the job that it is.

PyPI and TestPyPI are both the campus's index; nothing is ever sent anywhere else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from checker.campus.actions.said import Refused, fail, flag, given, mask, say, workspace

_NO_TOKEN = (
    "Trusted publishing exchange failure: OpenID Connect token retrieval failed: GitHub: missing or insufficient"
    " OIDC token permissions, the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset. The job"
    " `{job}` needs `permissions: {{id-token: write}}`, or give the action a `password`."
)


def publish() -> None:
    """Check and upload what lies in `packages-dir`. Raises Refused as the action does."""
    folder = workspace() / (given("packages-dir", "dist"))
    files = sorted([*folder.glob("*.whl"), *folder.glob("*.tar.gz")])
    if not files:
        raise Refused(
            f"there are no packages in {folder.name!r}: it holds no *.whl and no *.tar.gz; build first"
            " (`python -m build`), or download the artifact to that folder"
        )
    index = _index()
    user, password = given("user", "__token__"), given("password")
    if not password:
        password = _identity()
    mask(password)
    if flag("verify-metadata", default=True):
        _twine("check", *map(str, files))
    if flag("skip-existing"):
        files = [one for one in files if not _is_there(index, one)]
    if files:
        _twine(
            "upload",
            "--non-interactive",
            "--disable-progress-bar",
            *map(str, files),
            TWINE_USERNAME=user,
            TWINE_PASSWORD=password,
            TWINE_REPOSITORY_URL=f"{index}/legacy/",
        )


def _index() -> str:
    """Return the campus's index, whatever name the inputs call it by. Raises Refused for another place."""
    index = os.environ.get("CAMPUS_INDEX", "").rstrip("/")
    if not index:
        raise Refused("there is no package index here, and nothing is published anywhere else")
    asked = given("repository-url")
    host = urlsplit(asked).hostname
    if asked.startswith(f"{index}/"):
        return f"{index}/test" if asked.startswith(f"{index}/test/") else index
    if not asked:
        return index
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    known = urlsplit(PYPI_SIMPLE_ENDPOINT).hostname
    test = f"test.{known}"
    if host not in {known, test, f"upload.{known}"}:
        raise Refused(f"the campus publishes to its own index only, not to {asked[:200]}")
    return f"{index}/test" if host == test else index


def _identity() -> str:
    """Return the token that says which job this is. Raises Refused for a job that may not have one."""
    job = os.environ.get("GITHUB_JOB", "")
    token = os.environ.get("CAMPUS_IDENTITY", "")
    if not token or job not in os.environ.get("CAMPUS_ID_TOKEN_JOBS", "").split(","):
        raise Refused(_NO_TOKEN.format(job=job))
    say("No password is given: trusted publishing, as the job this is")
    return token


def _twine(*words: str, **variables: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-I", "-m", "twine", "--no-color", *words],
        check=False, stdin=subprocess.DEVNULL, env={**kept, **variables, "COLUMNS": "200"},
    )  # fmt: skip
    if done.returncode:
        raise Refused(
            f"twine {words[0]} ended with status {done.returncode}; what it said stands above"
        )


def _is_there(index: str, file: Path) -> bool:
    """Say whether a file of that name was uploaded before."""
    project = file.name.split("-", maxsplit=1)[0].replace("_", "-").replace(".", "-").lower()
    asked = urllib.request.Request(  # noqa: S310 - the campus's own address
        f"{index}/simple/{project}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=20) as answer:
            known = {one["filename"] for one in json.load(answer)["files"]}
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise Refused(
            f"the index answered {error.code} when asked what it has of {project}"
        ) from None
    if file.name in known:
        say(f"Skipping {file.name} because it appears to already exist")
    return file.name in known


if __name__ == "__main__":
    try:
        publish()
    except Refused as error:
        fail(str(error))
        sys.exit(1)
