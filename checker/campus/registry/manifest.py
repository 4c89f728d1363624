"""What both keepers of images hold clients to: sound manifests, uploads without holes, tags in pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from checker.campus.registry.asked import DIGEST
from checker.campus.registry.refusal import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_RANGE = re.compile(r"(?:bytes )?(\d{1,18})-(\d{1,18})(?:/.*)?")
_MOST_LISTED = 1000


def kind_of(text: bytes, declared: str) -> str:
    """Return a manifest's media type. Raises Refusal for what is no manifest."""
    content = _parsed(text)
    kind = str(content.get("mediaType") or declared.partition(";")[0].strip())
    is_right = declared.partition(";")[0].strip() in {kind, ""}
    if kind not in KINDS or not is_right or content.get("schemaVersion") != 2:
        raise Refusal(400, "MANIFEST_INVALID", "this is no manifest or index of an image")
    return kind


def references(text: bytes) -> list[tuple[str, str]]:
    """Return what a manifest stands on: the folder and digest of each."""
    content = _parsed(text)
    entries = [("manifests", one) for one in content.get("manifests") or ()]
    entries += [
        ("blobs", one) for one in (content.get("config"), *(content.get("layers") or ())) if one
    ]
    try:
        found = [(folder, one["digest"]) for folder, one in entries if not one.get("urls")]
    except (TypeError, KeyError, AttributeError):
        raise Refusal(400, "MANIFEST_INVALID", "an entry of the manifest has no digest") from None
    if not all(isinstance(one, str) and DIGEST.fullmatch(one) for _, one in found):
        raise Refusal(400, "MANIFEST_INVALID", "an entry of the manifest has no digest (sha256)")
    return found


def _parsed(text: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Refusal(400, "MANIFEST_INVALID", "the manifest is no JSON")
    return content


def listed(name: str, tags: Iterable[str], request: Request) -> Response:
    """Return the tags of a repository in order, or the page of them that is asked for."""
    from starlette.responses import JSONResponse

    last = request.query_params.get("last", "")
    asked = request.query_params.get("n", "")
    most = min(int(asked), _MOST_LISTED) if re.fullmatch(r"[0-9]{1,9}", asked) else _MOST_LISTED
    rest = [one for one in sorted(tags) if one > last]
    headers = {}
    if len(rest) > most > 0:
        following = f"/v2/{name}/tags/list?n={most}&last={rest[most - 1]}"
        headers["Link"] = f'<{following}>; rel="next"'
    return JSONResponse({"name": name, "tags": rest[:most]}, headers=headers)


def check_start(ranged: str, size: int) -> None:
    """Raise Refusal when a part of an upload, by its `Content-Range`, does not begin where the upload ends."""
    found = _RANGE.fullmatch(ranged)
    if ranged and (found is None or int(found[1]) != size):
        message = f"the upload goes on at byte {size}"
        raise Refusal(416, "BLOB_UPLOAD_INVALID", message, {"Range": span(size)})


def span(size: int) -> str:
    """Return what there is of an upload, as `Range` says it."""
    return f"0-{max(size - 1, 0)}"
