"""What a registry holds, byte for byte, asked as every client asks it (OCI Distribution Specification 1.1)."""

from __future__ import annotations

import hashlib
import re

from checker.workbook.refusal import WorkbookError

KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_LARGEST = 4_000_000
_SECONDS = 30
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


def manifest(registry: str, name: str, reference: str) -> tuple[bytes, str]:
    """Return a manifest or an index as it lies in a registry, and the digest that the registry says it has.

    `registry` is its address, `reference` a tag or a digest. Raises WorkbookError for one that is not there.
    """
    path = f"{name}/manifests/{reference}"
    content, digest = _asked(registry, path, {"Accept": ", ".join(KINDS)}, f"{name}:{reference}")
    return content, digest


def blob(registry: str, name: str, digest: str) -> bytes:
    """Return a layer or a configuration. Raises WorkbookError for one that is not there, or differs from its digest."""
    content, _ = _asked(registry, f"{name}/blobs/{digest}", {}, f"{name}@{digest}")
    if digest != "sha256:" + hashlib.sha256(content).hexdigest():
        raise WorkbookError(f"{name}@{digest} is not what the registry sent")
    return content


def _asked(registry: str, path: str, headers: dict[str, str], what: str) -> tuple[bytes, str]:
    import requests

    url = f"{registry.rstrip('/')}/v2/{path}"
    try:
        answer = requests.get(url, headers=headers, timeout=_SECONDS)
        if answer.status_code == 401:  # everybody may pull, with a token that everybody is given
            asked = dict(_CHALLENGE.findall(answer.headers.get("WWW-Authenticate", "")))
            realm = asked.pop("realm", "")
            if realm.startswith(registry.rstrip("/")):
                given = requests.get(realm, params=asked, timeout=_SECONDS).json()
                token = given.get("token") or given.get("access_token", "")
                headers = {**headers, "Authorization": f"Bearer {token}"}
                answer = requests.get(url, headers=headers, timeout=_SECONDS)
    except (requests.RequestException, ValueError):
        raise WorkbookError(
            "the registry does not answer; checker campus status says more"
        ) from None
    if answer.status_code != 200 or len(answer.content) > _LARGEST:
        raise WorkbookError(f"{what} is not in the registry ({answer.status_code})")
    return answer.content, answer.headers.get("Docker-Content-Digest", "")
