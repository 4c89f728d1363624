"""Secrets of a repository: written sealed, never read back; names alone are shown, to those who may write."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from checker.campus.forge.rest.call import REPO, Answer, Call, Pages, Refused, not_found
from checker.campus.forge.shapes import Json, time
from checker.campus.forge.site import Site
from checker.campus.place import Place
from checker.campus.store import Repository, Secret

if TYPE_CHECKING:
    from nacl.public import PrivateKey

PAGES = Pages()
MAX_SECRET = 48_000
"""Bytes of a secret, as on GitHub."""
MAX_SECRETS = 100
_FILE = "forge-seal.json"
_NAME = re.compile(r"(?!GITHUB_)[A-Z_][A-Z0-9_]*", re.IGNORECASE)


def keep(site: Site, repository: Repository, name: str, value: str) -> bool:
    """Keep a secret, and say whether it is new. Raises ValueError, with one sentence, for what GitHub refuses."""
    if _NAME.fullmatch(name) is None or len(name) > 200:
        raise ValueError(
            "Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_)."
            " Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_),"
            " and not with GITHUB_."
        )
    if len(value.encode()) > MAX_SECRET:
        raise ValueError(f"Secret is too large; expected at most {MAX_SECRET} bytes")
    now = site.now
    with site.store.together() as change:
        found = site.store.find(Secret, repository=repository.id)
        old = next((one for one in found if one.name == name.upper()), None)
        if old is not None:
            change.change(old, value=value, updated=now)
        elif len(found) >= MAX_SECRETS:
            raise ValueError(f"A repository can have {MAX_SECRETS} secrets at most")
        else:
            change.add(Secret(repository.id, name.upper(), value, now, now))
    return old is None


@PAGES.get(f"{REPO}/actions/secrets")
def listing(call: Call) -> Answer:
    """Return the names of the secrets."""
    call.must_own()
    found = call.site.store.find(Secret, repository=call.repository.id)
    return call.paged(sorted(found, key=lambda one: one.name), _shape, "secrets")


@PAGES.get(f"{REPO}/actions/secrets/public-key")
def public_key(call: Call) -> Answer:
    """Return the key that secrets are sealed with."""
    call.must_own()
    key = _private(call.site.place).public_key.encode()
    return Answer({"key_id": _key_id(key), "key": base64.b64encode(key).decode()})


@PAGES.get(f"{REPO}/actions/secrets/{{name}}")
def one(call: Call) -> Answer:
    """Return a secret's name and times."""
    call.must_own()
    return Answer(_shape(_secret(call)))


@PAGES.put(f"{REPO}/actions/secrets/{{name}}")
def put(call: Call) -> Answer:
    """Keep a secret that was sealed with the repository's key."""
    from nacl.exceptions import CryptoError
    from nacl.public import SealedBox

    row, private = call.must_own(), _private(call.site.place)
    if call.text("key_id") != _key_id(private.public_key.encode()):
        raise Refused(422, "key_id is not the repository's; ask for its public key first")
    try:
        sealed = base64.b64decode(call.text("encrypted_value", most=100_000), validate=True)
        value = SealedBox(private).decrypt(sealed).decode()
    except (binascii.Error, CryptoError, ValueError, TypeError):
        raise Refused(
            422, "encrypted_value is not sealed with the repository's public key"
        ) from None
    try:
        is_new = keep(call.site, row, call.params["name"], value)
    except ValueError as error:
        raise Refused(422, str(error)) from None
    return Answer({}, 201) if is_new else Answer(b"", 204)


@PAGES.delete(f"{REPO}/actions/secrets/{{name}}")
def delete(call: Call) -> Answer:
    """Forget a secret."""
    call.must_own()
    call.site.store.remove(_secret(call))
    return Answer(b"", 204)


def _secret(call: Call) -> Secret:
    name = call.params["name"].upper()
    found = call.site.store.one(Secret, repository=call.repository.id, name=name)
    if found is None:
        raise not_found()
    return found


def _shape(secret: Secret) -> Json:
    return {
        "name": secret.name,
        "created_at": time(secret.created or secret.updated),
        "updated_at": time(secret.updated),
    }


def _private(place: Place) -> PrivateKey:
    from nacl.public import PrivateKey

    with place.locked("seal"):
        found = place.read(_FILE)
        if not found:
            made = PrivateKey.generate()
            found = {"private": base64.b64encode(made.encode()).decode()}
            place.write(_FILE, found)
    return PrivateKey(base64.b64decode(str(found["private"])))


def _key_id(key: bytes) -> str:
    return str(int.from_bytes(key[:8], "big"))
