"""Docker Hub's API of repositories and tags, as far as graders and workflows ask it, from the record of pushes."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from checker.campus.place import Place
from checker.campus.registry.asked import NAME, TAG
from checker.campus.registry.listing import Image, Tag, image, images

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_MISSING = {"message": "httperror 404: object not found", "errinfo": {}}
_PAGE, _LARGEST_PAGE = 10, 100


class Hub:
    """Answers on the port `hub`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        from starlette.responses import HTMLResponse, JSONResponse

        if request.method not in {"GET", "HEAD"}:
            return JSONResponse({"message": f"{request.method} is not for this address"}, 405)
        match [one for one in request.url.path.split("/") if one]:
            case ["v2", "namespaces", user, "repositories"] | ["v2", "repositories", user]:
                theirs = [one for one in images(self._place) if one.name.partition("/")[0] == user]
                return self._paged(request, [_repository(one) for one in theirs])
            case ["v2", "namespaces", user, "repositories", repository, *rest] | [
                "v2",
                "repositories",
                user,
                repository,
                *rest,
            ]:
                return self._of(request, f"{user}/{repository}", rest)
            case ["r", user, repository, *_]:
                found = self._image(f"{user}/{repository}")
                if found is not None:
                    return HTMLResponse(_page(found))
            case []:
                return HTMLResponse(_front(images(self._place)))
        return JSONResponse(_MISSING, 404)

    def _of(self, request: Request, name: str, rest: list[str]) -> Response:
        from starlette.responses import JSONResponse

        found = self._image(name)
        if found is None:
            return JSONResponse(_MISSING, 404)
        match rest:
            case []:
                return JSONResponse(_repository(found))
            case ["tags"]:
                return self._paged(request, [_tag(one) for one in found.tags])
            case ["tags", name] if TAG.fullmatch(name):
                for one in found.tags:
                    if one.name == name:
                        return JSONResponse(_tag(one))
        return JSONResponse(_MISSING, 404)

    def _image(self, name: str) -> Image | None:
        return image(self._place, name) if len(name) <= 255 and NAME.fullmatch(name) else None

    def _paged(self, request: Request, entries: list[dict[str, Any]]) -> Response:
        from starlette.responses import JSONResponse

        size = min(_number(request, "page_size", _PAGE), _LARGEST_PAGE)
        number = _number(request, "page", 1)
        shown = entries[(number - 1) * size : number * size]
        if number > 1 and not shown:
            return JSONResponse(_MISSING, 404)
        here = f"{self._place.url('hub')}{request.url.path}?page_size={size}"
        page = {
            "count": len(entries),
            "next": f"{here}&page={number + 1}" if len(entries) > number * size else None,
            "previous": f"{here}&page={number - 1}" if number > 1 else None,
            "results": shown,
        }
        return JSONResponse(page)


def _number(request: Request, name: str, default: int) -> int:
    given = request.query_params.get(name, "")
    return (
        max(1, int(given)) if given.isascii() and given.isdecimal() and len(given) < 7 else default
    )


def _repository(one: Image) -> dict[str, Any]:
    user, _, name = one.name.partition("/")
    return {
        "user": user,
        "name": name,
        "namespace": user,
        "repository_type": "image",
        "status": 1,
        "status_description": "active",
        "description": "",
        "is_private": False,
        "star_count": 0,
        "pull_count": 0,
        "last_updated": _moment(one.tags[0].pushed),
        "date_registered": _moment(one.created),
        "hub_user": user,
        "media_types": sorted({tag.media_type for tag in one.tags}),
        "content_types": ["image"],
    }


def _tag(one: Tag) -> dict[str, Any]:
    time = _moment(one.pushed)
    return {
        "name": one.name,
        "digest": one.digest,
        "media_type": one.media_type,
        "content_type": "image",
        "tag_status": "active",
        "status": "active",
        "last_updated": time,
        "tag_last_pushed": time,
        "tag_last_pulled": None,
        "last_updater_username": one.by,
        "full_size": sum(below.size for below in one.variants),
        "v2": True,
        "images": [
            {
                "architecture": below.architecture,
                "os": below.os,
                "variant": None,
                "digest": below.digest,
                "size": below.size,
                "status": "active",
                "last_pushed": time,
                "last_pulled": None,
            }
            for below in one.variants
        ],
    }


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _page(found: Image) -> str:
    rows = "".join(
        f"<tr><td>{html.escape(one.name)}<td>{_moment(one.pushed)}<td>{html.escape(one.by)}"
        f"<td><code>{html.escape(one.digest)}</code>\n"
        for one in found.tags
    )
    name = html.escape(found.name)
    head = f"<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>{name}</title>\n<h1>{name}</h1>\n"
    return f"{head}<table>\n<tr><th>tag<th>pushed<th>by<th>digest\n{rows}</table>\n</html>\n"


def _front(found: tuple[Image, ...]) -> str:
    rows = "".join(
        f"<li><a href='/r/{html.escape(one.name)}'>{html.escape(one.name)}</a>\n" for one in found
    )
    head = (
        "<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>Images of the campus</title>\n"
    )
    return f"{head}<h1>Images of the campus</h1>\n<ul>\n{rows}</ul>\n</html>\n"
