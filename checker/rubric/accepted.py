"""What a teacher takes for publishing besides PyPI and Docker Hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checker.actions.activity import Activity
from checker.chain import Execution
from checker.evidence import provides


@dataclass(frozen=True, slots=True)
class Accepted:
    """Where a library and an image may be published for the points."""

    testpypi: bool = True
    other_index: tuple[str, ...] = ()
    """Parts of the address of other indexes: a host name is enough."""
    other_registry: tuple[str, ...] = ()
    """Host names of other registries; `ghcr` stands for GitHub's."""

    def index(self, activity: Activity | Execution) -> bool:
        """Say whether publishing there counts."""
        if activity.target == "pypi":
            return True
        if activity.target == "testpypi":
            return self.testpypi
        return _mentions(activity, self.other_index)

    def registry(self, activity: Activity | Execution) -> bool:
        """Say whether pushing an image there, or logging in there, counts."""
        if activity.target == "dockerhub":
            return True
        if activity.target == "ghcr" and {"ghcr", "ghcr.io"} & set(self.other_registry):
            return True
        return _mentions(activity, self.other_registry)


def _mentions(activity: Activity | Execution, places: tuple[str, ...]) -> bool:
    given = activity.destinations
    by_event = given.values() if isinstance(given, Mapping) else (given,)
    written = [word for words in by_event for word in words]
    return any(place in word for place in places for word in written)


DEFAULT = Accepted()


@provides
def accepted() -> Accepted:
    """Return what the rubric accepts when no teacher says otherwise."""
    return DEFAULT
