"""The forge as one application: git, GitHub's API, pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from checker.campus.forge.changes import settle_all
from checker.campus.forge.git.http import GitHttp
from checker.campus.forge.pages.serve import routes as routes_of_pages
from checker.campus.forge.rest.serve import Api
from checker.campus.forge.site import Site
from checker.campus.place import HOST

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

HEALTH = "/-/health"
_GIT = ("info/refs", "git-upload-pack", "git-receive-pack")


def application(site: Site) -> Starlette:
    """Return the forge; what was pushed when it died last has its events before the first answer.

    Only requests for this machine's own name are answered, so that a page from elsewhere that was made to resolve to it
    learns nothing; no page from elsewhere may read an answer either.
    """
    settle_all(site)
    git = GitHttp(site)
    routes = [
        Route(HEALTH, _health),
        *(Route(f"/{{owner}}/{{repo}}/{action}", git) for action in _GIT),
        *Api(site).routes,
        *routes_of_pages(site),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])],
    )


def _health(_: Request) -> Response:
    return PlainTextResponse("ok")
