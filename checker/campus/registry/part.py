"""The part that keeps images: a front that knows who may push where, and behind it docker-registry or our own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checker.campus.part import lacks, python, reaches
from checker.campus.place import CampusError, Place

PROGRAM = "docker-registry"
_KEEPER = "keeper"


@dataclass(frozen=True)
class Registry:
    """The part that keeps images."""

    own: bool = False
    """Keep images ourselves, even where docker-registry is there."""
    name: str = "registry"
    ports: Sequence[str] = ("registry", "hub")
    after: Sequence[str] = ()

    @property
    def title(self) -> str:
        """What a person calls it."""
        return f"image registry ({PROGRAM if self._has_program else 'our own'})"

    def missing(self) -> str:
        """Return what to install when one of the libraries is not there."""
        return lacks("starlette") or lacks("uvicorn") or lacks("httpx")

    def command(self, place: Place) -> Sequence[str]:
        """Return the command that serves it. Raises CampusError when its images are the other keeper's."""
        mark = place.folder(self.name) / _KEEPER
        wanted = PROGRAM if self._has_program else "own"
        if not mark.is_file():
            mark.write_text(f"{wanted}\n", encoding="ascii")
        keeper = mark.read_text(encoding="ascii").strip()
        if keeper == PROGRAM and not shutil.which(PROGRAM):
            raise CampusError(
                f"the images of this campus are {PROGRAM}'s, which is gone; install it, or `checker campus reset`"
            )
        return python("-m", "checker.campus.registry.serve", str(place.root), keeper)

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return no variables: all it reads lies in the place."""
        del place
        return {}

    def answers(self, place: Place) -> bool:
        """Say whether it answers."""
        return reaches(place.url("registry") + "/v2/") and reaches(place.url("hub"))

    def settle(self, place: Place) -> None:
        """Do nothing: it reads who may push at each request."""

    @property
    def _has_program(self) -> bool:
        return not self.own and shutil.which(PROGRAM) is not None
