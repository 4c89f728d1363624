"""One request for a page, and what views of it need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from checker.campus.forge.git import Bare
from checker.campus.forge.site import Site
from checker.campus.store import Repository

Shown = tuple[str, dict[str, Any]]
"""A template and what it is filled with."""


class Gone(Exception):
    """What is not there, in a few words."""


@dataclass(frozen=True)
class Raw:
    """Bytes that are shown as they are, never as a page."""

    data: bytes
    kind: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """A request for a page."""

    site: Site
    params: Mapping[str, str]
    query: Mapping[str, str]

    @cached_property
    def repository(self) -> Repository:
        """The repository of the address. Raises Gone."""
        found = self.site.find(self.params["owner"], self.params["repo"])
        if found is None:
            raise Gone(f"There is no repository {self.params['owner']}/{self.params['repo']}.")
        return found

    @property
    def bare(self) -> Bare:
        """Its git objects."""
        return self.site.bare(self.repository)

    def number(self, name: str) -> int:
        """Return a number of the address. Raises Gone for what is none."""
        text = self.params[name]
        if not text.isdecimal() or len(text) > 18:
            raise Gone(f"There is no {name} {text[:40]}.")
        return int(text)

    def shown(self, template: str, tab: str, **values: Any) -> Shown:
        """Return a page of the repository; `tab` is which of its parts it belongs to."""
        return template, {"repository": self.repository, "tab": tab, **values}
