"""What the forge works with: its place, the store, the people, the repositories, its addresses."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from checker.campus.forge.git import Bare
from checker.campus.people import People, Person
from checker.campus.place import Place
from checker.campus.store import Repository, Store, git_folder

PORT = "forge"
API = "/api/v3"
"""Where the REST API begins, as on a GitHub Enterprise server; GraphQL is at `/api/graphql`."""
ROBOT = "github-actions[bot]"
"""Who a job's own token belongs to. What it does starts no workflows, as on GitHub."""
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
"""What a repository may be called, as on GitHub."""


@dataclass(frozen=True)
class Site:
    """The forge of one place."""

    place: Place
    store: Store = field(repr=False)
    people: People = field(repr=False)

    @classmethod
    def of(cls, place: Place) -> Site:
        """Return the forge of a place; its store and folders are made when they are new."""
        return cls(place, Store(place), People(place))

    @property
    def url(self) -> str:
        """Address of the pages and of git, without a slash at the end."""
        return self.place.url(PORT)

    @property
    def api(self) -> str:
        """Base address of the REST API: what CHECKER_GITHUB_URL is set to."""
        return self.url + API

    @property
    def now(self) -> float:
        """The time, in seconds since 1970."""
        return time.time()

    def bare(self, repository: Repository) -> Bare:
        """Return a repository's git objects: a folder named by its number, whatever it is called."""
        return Bare(git_folder(self.place, repository))

    @property
    def folder(self) -> Path:
        """The folder of all bare repositories."""
        return self.place.folder("forge", "git")

    def find(self, owner: str, name: str) -> Repository | None:
        """Return a repository; capitals and small letters are the same, as on GitHub."""
        exact = self.store.one(Repository, owner=owner, name=name)
        if exact is not None:
            return exact
        low = f"{owner}/{name}".lower()
        return next(
            (one for one in self.store.find(Repository) if one.full_name.lower() == low), None
        )

    def create(self, owner: Person, name: str, description: str = "") -> Repository:
        """Make an empty repository. Raises ValueError, with one sentence, for a name that is bad or taken."""
        bad = (
            NAME.fullmatch(name) is None or name in {".", ".."} or name.endswith((".git", ".wiki"))
        )
        if bad:
            raise ValueError(
                f"{name[:60]!r} is no name for a repository; expected Latin letters, digits and . _ -"
            )
        with self.place.locked("repositories"):
            if self.find(owner.login, name) is not None:
                raise ValueError(f"{owner.login} has a repository {name} already")
            row = self.store.add(Repository(owner.login, name, self.now, description=description))
        Bare.create(self.bare(row).path, row.default_branch)
        return row

    def login_id(self, login: str) -> int:
        """Return the number of an account; 0 for one that is gone."""
        if login == ROBOT:
            return 41_898_282  # as on GitHub
        try:
            written = (self.place.root / "people.json").stat().st_mtime_ns
        except FileNotFoundError:
            return 0
        return _numbers(self.people, written).get(login, 0)


@lru_cache(maxsize=4)
def _numbers(people: People, written: int) -> dict[str, int]:
    """Return the accounts' numbers as the file had them when it was written last."""
    assert written
    return {one.login: one.id for one in people}
