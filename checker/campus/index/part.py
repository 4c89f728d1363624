"""The part that serves the package index: one process, one port, PyPI at the root and TestPyPI under `/test`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checker.campus.part import lacks, python, reaches
from checker.campus.place import Place


@dataclass(frozen=True)
class Index:
    """The part that keeps packages."""

    name: str = "index"
    title: str = "package index (pypiserver)"
    ports: Sequence[str] = ("index",)
    after: Sequence[str] = ()

    def missing(self) -> str:
        """Return what to install when one of the libraries is not there."""
        return (
            lacks("pypiserver")
            or lacks("simple_repository", "simple-repository")
            or lacks("waitress")
        )

    def command(self, place: Place) -> Sequence[str]:
        """Return the command that serves it."""
        return python("-m", "checker.campus.index.serve", str(place.root))

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return variables that keep what is being received inside the place."""
        return {"TMPDIR": str(place.folder(self.name, "receiving"))}

    def answers(self, place: Place) -> bool:
        """Say whether it answers."""
        return reaches(place.url("index"))

    def settle(self, place: Place) -> None:
        """Do nothing: it reads who may upload at each request."""
