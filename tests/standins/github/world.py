"""A small GitHub: people, tokens, and repositories by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from tests.standins.github.git import Content
from tests.standins.github.repo import Repo
from tests.standins.github.things import Moment, Token

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class World:
    """All of GitHub that a test needs. Nothing in it takes time unless told so: each thing happens a minute later."""

    def __init__(self, at: Moment = START) -> None:
        self.now = START
        self.moment(at)
        self.repositories: dict[str, Repo] = {}
        self.moved: dict[str, str] = {}
        self.tokens: dict[str, Token] = {}
        self.users: dict[str, int] = {}
        self.anonymous = Token("", login="", limit=60)
        self.most_entries = 0
        """Entries that a whole listing holds before GitHub cuts it; 0 for any number."""
        self._ids = 17_000_000_000

    def repository(
        self,
        full_name: str,
        files: Mapping[str, Content | None] | None = None,
        *,
        default: str = "main",
        at: Moment = None,
        private: bool = False,
        archived: bool = False,
        fork_of: str = "",
        template: str = "",
        organization: bool = False,
    ) -> Repo:
        """Make a repository; with files it has one commit on its default branch, else it is empty."""
        moment = self.moment(at)
        repo = Repo(
            self,
            full_name,
            id=700_000_000 + len(self.repositories) + len(self.moved) + 1,
            created=moment,
            pushed=moment,
            default_branch=default,
            private=private,
            archived=archived,
            fork_of=fork_of,
            template=template,
            organization=organization,
        )
        self.repositories[full_name.lower()] = repo
        if files is not None:
            repo.push(default, files, message="First commit", at=moment)
        return repo

    def token(
        self,
        value: str = "ghp_" + "t" * 36,
        *,
        login: str = "teacher",
        reads: tuple[str, ...] = (),
        checks: bool = True,
        actions: bool = True,
        limit: int = 5000,
    ) -> str:
        """Make a token and return it; `checks=False` makes it one of the fine-grained kind."""
        used = self.tokens[value].used if value in self.tokens else 0
        self.tokens[value] = Token(value, login, reads, checks, actions, limit, used)
        return value

    def find(self, full_name: str, token: Token) -> Repo | None:
        """Return the repository of a name, now or before, that a token may see."""
        name = full_name.lower()
        for _ in range(10):
            if name in self.repositories:
                break
            name = self.moved.get(name, name)
        repo = self.repositories.get(name)
        hidden = repo is not None and repo.private and repo.full_name not in token.reads
        return None if hidden else repo

    def user_id(self, login: str) -> int:
        """Return the id of a person or organisation."""
        return self.users.setdefault(login.lower(), 4_000_000 + len(self.users) + 1)

    def next_id(self) -> int:
        """Return an id that nothing has yet; GitHub's are larger than 32 bits."""
        self._ids += 1
        return self._ids

    def moment(self, at: Moment) -> datetime:
        """Return a time, and let the world's clock not be behind it."""
        if at is None:
            found = self.now + timedelta(minutes=1)
        else:
            found = datetime.fromisoformat(at) if isinstance(at, str) else at
            found = found.astimezone(UTC)
        self.seen(found)
        return found

    def seen(self, moment: datetime) -> None:
        """Let the world's clock not be behind a moment."""
        self.now = max(self.now, moment)
