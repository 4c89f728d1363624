"""Who may push where: a login is a namespace, a token its password; everybody may pull.

The tokens that clients fetch from `/token` (distribution, `docs/spec/auth/token.md`) are signed with a secret of the
place and hold for some minutes and the repositories they were asked for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from checker.campus.people import People, Person
from checker.campus.place import Place, write
from checker.campus.registry.asked import NAME, Asked
from checker.campus.registry.refusal import Refusal

LASTS = 300
"""Seconds that a token holds; clients fetch another when it does not any more."""
SERVICE = "127.0.0.1"
_MOST_SCOPES = 20


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may do."""

    login: str = ""
    """Empty for somebody without a login."""
    repositories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Name -> `pull`, `push`; for whoever shows a token."""
    person: Person | None = None
    """Whoever shows their login itself may do all that is theirs to do."""

    def allows(self, name: str, action: str) -> bool:
        """Say whether it covers an action on a repository."""
        if self.person is not None:
            return action == "pull" or owns(self.person, name)
        return action in self.repositories.get(name, ())


def owns(person: Person, name: str) -> bool:
    """Say whether a person may push to a repository."""
    return person.is_teacher or name.partition("/")[0] == person.login


class Doorkeeper:
    """Hands out tokens and reads them."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._secret = secret(place)

    def person(self, authorization: str) -> Person | None:
        """Return who shows a login; None for nobody's. Raises Refusal for a wrong one."""
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            login, _, password = (
                base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
            )
        except ValueError:
            login, password = "", ""
        return self.login(login, password)

    def login(self, login: str, password: str) -> Person:
        """Return the person of a login and its password. Raises Refusal."""
        found = People(self._place).by_password(login, password)
        if found is None:
            raise Refusal(
                401,
                "UNAUTHORIZED",
                "incorrect username or password: they are a login and its campus token",
            )
        return found

    def hand_out(self, person: Person | None, scopes: Iterable[str]) -> str:
        """Return a token for what is asked of `repository:NAME:pull,push`, as far as the person may do it."""
        access: dict[str, list[str]] = {}
        for scope in list(scopes)[:_MOST_SCOPES]:
            kind, _, rest = scope.partition(":")
            name, _, actions = rest.rpartition(":")
            if kind != "repository" or len(name) > 255 or not NAME.fullmatch(name):
                continue
            wanted = set(actions.split(","))
            granted = access.setdefault(name, [])
            if "pull" in wanted:
                granted.append("pull")
            if "push" in wanted and person is not None and owns(person, name):
                granted.append("push")
        claims = {
            "login": person.login if person else "",
            "expires": time.time() + LASTS,
            "access": access,
        }
        body = _text(json.dumps(claims).encode())
        return f"{body}.{_text(self._sign(body))}"

    def access(self, authorization: str) -> Access | None:
        """Return what a request's header allows; None when it has none or it holds no more. Raises Refusal."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            person = self.person(authorization)
            return None if person is None else Access(person.login, person=person)
        body, _, signature = token.strip().partition(".")
        if not token.isascii() or not hmac.compare_digest(_text(self._sign(body)), signature):
            return None
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if claims["expires"] < time.time():
            return None
        repositories = {name: frozenset(actions) for name, actions in claims["access"].items()}
        return Access(claims["login"], repositories)

    def check(self, asked: Asked, action: str, authorization: str) -> Access:
        """Return what a request may do. Raises Refusal when that is not enough."""
        access = self.access(authorization)
        if access is not None and access.allows(asked.name, action):
            return access
        scope = f"repository:{asked.name}:pull" + (",push" if action == "push" else "")
        if access is not None and access.login and action == "push":
            message = (
                f"{access.login} may not push to {asked.name}: push to your own login's namespace"
            )
            # Clients that see 401 ask for a token with the scope they are told, and say this when it does not help.
            status = (
                403 if access.person is not None or access.repositories.get(asked.name) else 401
            )
            raise Refusal(status, "DENIED", message, self.challenge(scope))
        what = ": log in before you push" if action == "push" else ""
        message = f"authentication required{what}"
        raise Refusal(401, "UNAUTHORIZED", message, self.challenge(scope))

    def challenge(self, scope: str = "") -> dict[str, str]:
        """Return the header that tells a client where to get a token."""
        realm = f'Bearer realm="{self._place.url("registry")}/token",service="{SERVICE}"'
        return {"WWW-Authenticate": f'{realm},scope="{scope}"' if scope else realm}

    def _sign(self, body: str) -> bytes:
        return hmac.new(self._secret.encode(), body.encode(), hashlib.sha256).digest()


def secret(place: Place) -> str:
    """Return the registry's own secret, made once."""
    file = place.folder("registry") / "secret"
    with place.locked("registry"):
        if not file.is_file():
            write(file, secrets.token_hex(32))
        return file.read_text(encoding="ascii")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
