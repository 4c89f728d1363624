"""A part of a campus: a server process, what it needs, and how one sees that it answers."""

from __future__ import annotations

import importlib.util
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from checker.campus.place import Place


class Part(Protocol):
    """One server of the campus. Its methods may be called from several threads, each for another part.

    It may have `ends_within`, the seconds after which it is killed when it does not end by itself.
    """

    @property
    def name(self) -> str:
        """One word: `index`; also the name of its folder and log."""

    @property
    def title(self) -> str:
        """What a person calls it: `package index (pypiserver)`."""

    @property
    def ports(self) -> Sequence[str]:
        """The names of the ports it listens on; the first is the one that people use."""

    @property
    def after(self) -> Sequence[str]:
        """The names of the parts that have to answer before it starts."""

    def missing(self) -> str:
        """Return what keeps it from running on this machine, and what to install; empty when nothing does."""

    def command(self, place: Place) -> Sequence[str]:
        """Write what it reads at its start, and return the command that starts it in the foreground."""

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return variables to set besides those of the supervisor."""

    def answers(self, place: Place) -> bool:
        """Say whether it is ready to serve."""

    def settle(self, place: Place) -> None:
        """Do what is left once it answers, each time it was started: make a bucket, say."""


@runtime_checkable
class Untidy(Protocol):
    """A part that may leave something outside of the place when it is killed."""

    def tidy(self, place: Place) -> None:
        """Remove what it left; called when it has ended."""


@runtime_checkable
class Welcoming(Protocol):
    """A part that reads once who there is, and has to be told when somebody joins."""

    def welcome(self, place: Place) -> None:
        """Let in who joined since it started; called again, it does nothing more. Raises CampusError."""


def python(*arguments: str) -> list[str]:
    """Return a command that this very Python runs, apart from the user's own packages and settings."""
    return [sys.executable, "-P", *arguments]


def lacks(module: str, package: str = "") -> str:
    """Return how to install a Python package that is not there; empty when it is."""
    if importlib.util.find_spec(module) is not None:
        return ""
    return f"{package or module} is not installed; pip install 'ml-cicd-workbook[campus]'"


def reaches(url: str, *, seconds: float = 1.0) -> bool:
    """Say whether something answers at an address on loopback, whatever its status."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
