"""Short-lived tokens that say which job of which repository holds them: the campus's version of GitHub's OIDC tokens.

A job with `id-token: write` publishes without a password: the index takes such a token and looks whose repository it
names. Signed with a secret of the place (HMAC-SHA256) instead of a public key: who checks lives in the same place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Literal

from checker.campus.place import Place

_FILE = "identity.json"
_MAX = 4096

Audience = Literal["index", "forge"]
"""What a token opens: uploads to the index for jobs with `id-token: write`, the forge's API for all jobs."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who holds a token."""

    owner: str
    repository: str
    """Without its owner."""
    run: int
    job: str
    """Ids of the jobs that may use it, with commas between them."""
    expires: float
    audience: str = "index"

    @property
    def full_name(self) -> str:
        """`owner/repo`."""
        return f"{self.owner}/{self.repository}"


def mint(
    place: Place,
    *,
    owner: str,
    repository: str,
    run: int,
    job: str,
    seconds: float,
    audience: Audience = "index",
) -> str:
    """Return a token that is good for some seconds."""
    claims = Identity(owner, repository, run, job, time.time() + seconds, audience)
    body = _text(json.dumps(asdict(claims)).encode())
    return f"campus-id.{body}.{_text(_sign(place, body))}"


def identity(place: Place, token: str, audience: Audience = "index") -> Identity | None:
    """Return who holds a token; None for one that is forged, expired, or for something else."""
    mark, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    if mark != "campus-id" or len(token) > _MAX or not token.isascii():
        return None
    if not hmac.compare_digest(_text(_sign(place, body)).encode(), signature.encode()):
        return None
    claims = Identity(**json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    return claims if claims.expires > time.time() and claims.audience == audience else None


def _sign(place: Place, body: str) -> bytes:
    return hmac.new(_secret(place), body.encode(), hashlib.sha256).digest()


def _secret(place: Place) -> bytes:
    found = place.read(_FILE)
    if not found:
        with place.locked("identity"):
            found = place.read(_FILE)
            if not found:
                found = {"secret": secrets.token_hex(32)}
                place.write(_FILE, found)
    return str(found["secret"]).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
