"""GitHub's token: where it is found, and which address it belongs to."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from checker.http.addresses import Addresses

GITHUB = "https://api.github.com"
"""GitHub's REST API; docs.github.com, Getting started with the REST API, read November 2026."""

GH_SECONDS = 5.0
"""How long GitHub's command line may take; it reads a file or the system's key ring."""

_WELL_FORMED = re.compile(r"[\x21-\x7e]{1,1000}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it came from; it never shows its value."""

    value: str = field(default="", repr=False)
    source: str = ""
    """`GITHUB_TOKEN`, `gh auth token` …; empty when there is none."""

    def __post_init__(self) -> None:
        """Refuse what no server can have given out. Raises ValueError, without the value."""
        if self.value and _WELL_FORMED.fullmatch(self.value) is None:
            raise ValueError(
                f"{self.source or 'the token'} holds something that is no token: expected one word of"
                " letters, digits and signs; copy it again, without blanks, quotes or a line's end inside"
            )

    def __bool__(self) -> bool:
        return bool(self.value)


def token(environment: Mapping[str, str]) -> Token:
    """Return the token for GitHub's address, or an empty one. Raises ValueError for a malformed one.

    For github.com that is `GITHUB_TOKEN`, else `GH_TOKEN`, else what `gh auth token` prints. An address set by
    `CHECKER_GITHUB_URL` gets `CHECKER_GITHUB_TOKEN` alone: whoever sets an address must not receive the token of
    another. `GITHUB_TOKEN` belongs to the address in `GITHUB_API_URL` where that is set: on the runners of a GitHub
    Enterprise Server it is that server's (docs.github.com, Variables reference, read November 2026).
    """
    address = Addresses.of(environment).github or GITHUB
    home = environment.get("GITHUB_API_URL", "").strip() or GITHUB
    names = []
    if origin(address) != origin(GITHUB):
        names.append("CHECKER_GITHUB_TOKEN")
    if origin(address) == origin(home):
        names.append("GITHUB_TOKEN")
    if origin(address) == origin(GITHUB):
        names.append("GH_TOKEN")
    for name in names:
        value = environment.get(name, "").strip()
        if value:
            return Token(value, name)
    return _of_gh(environment) if origin(address) == origin(GITHUB) else Token()


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address: what a credential belongs to. Raises ValueError."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or {"https": 443, "http": 80}.get(scheme, 0)
    return scheme, (parts.hostname or "").rstrip("."), port


def _of_gh(environment: Mapping[str, str]) -> Token:
    """Ask GitHub's own command line, when it is installed and someone is logged in."""
    program = shutil.which("gh", path=environment.get("PATH", ""))
    if (
        program is None or not Path(program).is_absolute()
    ):  # the folder that is graded may hold a gh
        return Token()
    try:
        done = subprocess.run(  # noqa: S603 - a program of the user's own PATH, with fixed arguments
            [program, "auth", "token", "--hostname", "github.com"],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GH_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return Token()
    value = done.stdout.decode("ascii", errors="replace").strip()
    found = done.returncode == 0 and _WELL_FORMED.fullmatch(value)
    return Token(value, "gh auth token") if found else Token()


def redacted(text: str, secrets: tuple[str, ...]) -> str:
    """Return a text without secrets."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text


def redacted_bytes(body: bytes, secrets: tuple[str, ...]) -> bytes:
    """Return a body without secrets."""
    for secret in filter(None, secrets):
        body = body.replace(secret.encode(), b"***")
    return body
