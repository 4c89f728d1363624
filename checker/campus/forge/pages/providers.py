"""What other parts of the campus know of a repository: packages on the index, images in the registry.

A part adds a function with `@provides("Packages")`; the pages ask it each time and show what it returns. One that
fails is shown as such and hides nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from checker.campus.place import Place
from checker.campus.store import Repository


@dataclass(frozen=True, slots=True)
class Item:
    """Something that came out of a repository."""

    name: str
    url: str = ""
    """Where it is; an address of the campus."""
    detail: str = ""
    """A few words: its versions, its newest tag."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things of one kind."""

    title: str
    items: tuple[Item, ...] = ()
    problem: str = ""


Provider = Callable[[Place, Repository], Sequence[Item]]
_PROVIDERS: dict[str, Provider] = {}


def provides(title: str) -> Callable[[Provider], Provider]:
    """Let a function tell what there is of one kind."""

    def add(provider: Provider) -> Provider:
        _PROVIDERS[title] = provider
        return provider

    return add


def shelves(place: Place, repository: Repository) -> tuple[Shelf, ...]:
    """Return what there is of each kind."""
    return tuple(_shelf(title, one, place, repository) for title, one in _PROVIDERS.items())


def _shelf(title: str, provider: Provider, place: Place, repository: Repository) -> Shelf:
    try:
        return Shelf(title, tuple(provider(place, repository)))
    except (OSError, ValueError) as error:
        return Shelf(title, problem=str(error) or type(error).__name__)
