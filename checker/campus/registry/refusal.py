"""A request that the registry refuses, in the form that clients read (OCI distribution specification, Error Codes)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response


@dataclass
class Refusal(Exception):
    """What goes back instead.

    Clients show the message of a status from 400 to 499 alone; a full disk is one of these, too, therefore.
    """

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message

    def response(self) -> Response:
        """Return it as an answer."""
        from starlette.responses import JSONResponse

        errors = [{"code": self.code, "message": self.message, "detail": None}]
        return JSONResponse({"errors": errors}, self.status, headers=dict(self.headers))


def full_disk(free: int) -> Refusal:
    """Return the refusal of whoever pushes to a full disk."""
    left = f"{free // 1_000_000} MB are left on the disk of the campus"
    return Refusal(413, "DENIED", f"{left}; free some and push again")


def too_large(what: str, largest: int) -> Refusal:
    """Return the refusal of what is out of bounds."""
    return Refusal(413, "SIZE_INVALID", f"{what} may have {largest // 1_000_000} MB")


def unknown(what: str, code: str) -> Refusal:
    """Return the refusal of what is not there."""
    return Refusal(404, code, f"{what} is not in this registry")
