"""The pages as an application."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from checker.campus.forge.pages import code, front, talk, words, work
from checker.campus.forge.pages.page import Gone, Page, Raw
from checker.campus.forge.site import Site

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request

_STATIC = {"style.css": "text/css", "live.js": "text/javascript", "person.svg": "image/svg+xml"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_RAW = {**_HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}
View = Callable[[Page], "tuple[str, dict[str, Any]] | Raw"]
_REPO = "/{owner}/{repo}"
_VIEWS: dict[str, View] = {
    "/": front.all_repositories,
    "/{owner}": front.repositories_of,
    _REPO: code.overview,
    f"{_REPO}/tree/{{rest:path}}": code.tree,
    f"{_REPO}/blob/{{rest:path}}": code.blob,
    f"{_REPO}/raw/{{rest:path}}": code.raw,
    f"{_REPO}/commits": code.commits,
    f"{_REPO}/commits/{{rest:path}}": code.commits,
    f"{_REPO}/commit/{{sha}}": code.commit,
    f"{_REPO}/pulls": talk.pulls,
    f"{_REPO}/pull/{{number}}": talk.pull,
    f"{_REPO}/issues": talk.issues,
    f"{_REPO}/issues/{{number}}": talk.issue,
    f"{_REPO}/releases": talk.releases,
    f"{_REPO}/releases/tag/{{tag:path}}": talk.releases,
    f"{_REPO}/actions": work.runs,
    f"{_REPO}/actions/runs/{{id}}": work.run,
    f"{_REPO}/actions/runs/{{id}}/job/{{job}}": work.job,
    f"{_REPO}/packages": front.packages,
}


def routes(site: Site) -> list[Route]:
    """Return the routes of all pages, those with fixed names first."""
    ordered = sorted(_VIEWS.items(), key=lambda one: (":path}" in one[0], one[0].count("{")))
    return [
        Route("/static/{name}", _static),
        *(Route(path, partial(_answer, site, view)) for path, view in ordered),
    ]


async def _answer(site: Site, view: View, request: Request) -> Response:
    return await run_in_threadpool(_render, site, view, request)


def _render(site: Site, view: View, request: Request) -> Response:
    params = {name: str(value) for name, value in request.path_params.items()}
    if params.get("repo", "").endswith(".git"):  # what git is told is a page, too
        return RedirectResponse(request.url.path.replace(".git", "", 1), 301)
    status = 200
    try:
        found = view(Page(site, params, dict(request.query_params)))
    except Gone as gone:
        status, found = 404, ("gone.html", {"what": str(gone)})
    if isinstance(found, Raw):
        return Response(found.data, 200, {**_RAW, "Content-Type": found.kind})
    template, values = found
    text = _environment().get_template(template).render(site=site, **values)
    return Response(text, status, {**_HEADERS, "Content-Type": "text/html; charset=utf-8"})


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        return Response("Not Found", 404)
    data = resources.files(__package__).joinpath("static", name).read_bytes()
    return Response(data, 200, {**_HEADERS, "Content-Type": f"{_STATIC[name]}; charset=utf-8"})


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("checker.campus.forge.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for word in (
        "mark",
        "said",
        "moment",
        "stamp",
        "took",
        "size",
        "state",
        "markdown",
        "log_lines",
    ):
        found.globals[word] = getattr(words, word)
    return found
