"""Rows in and out of SQLite: one statement a method, so that several processes may work at once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from checker.campus.place import Place
from checker.campus.store import rows


class _Row(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=_Row)

_TABLES: tuple[type[_Row], ...] = (
    rows.Repository,
    rows.Ref,
    rows.PullRequest,
    rows.Issue,
    rows.Comment,
    rows.Release,
    rows.Secret,
    rows.Event,
    rows.Run,
    rows.Job,
    rows.Step,
)
_UNIQUE = {
    rows.Repository: ("owner", "name"),
    rows.Ref: ("repository", "name"),
    rows.PullRequest: ("repository", "number"),
    rows.Issue: ("repository", "number"),
    rows.Release: ("repository", "tag"),
    rows.Secret: ("repository", "name"),
    rows.Step: ("job", "number"),
}
_LOOKED_UP_BY = {
    rows.Run: "repository",
    rows.Job: "run",
    rows.Event: "done",
    rows.Comment: "repository",
}
_TYPES = {"int": "INTEGER", "float": "REAL", "str": "TEXT", "bool": "INTEGER"}


class Change:
    """Changes that are kept together."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, row: Row) -> Row:
        """Store a new row and return it with its number. Raises ValueError when its key is taken."""
        names = [one.name for one in fields(row) if one.name != "id"]
        values = [getattr(row, name) for name in names]
        marks = ", ".join("?" * len(names))
        statement = f"INSERT INTO {type(row).__name__} ({', '.join(names)}) VALUES ({marks})"
        try:
            return replace(row, id=self._database.execute(statement, values).lastrowid)
        except sqlite3.IntegrityError:
            raise ValueError(f"there is such a {type(row).__name__.lower()} already") from None

    def change(self, row: Row, **values: object) -> Row:
        """Change some fields of a stored row and return it as it is now."""
        changed = replace(row, **values)
        if values:
            names = ", ".join(f"{name} = ?" for name in values)
            self._database.execute(
                f"UPDATE {type(row).__name__} SET {names} WHERE id = ?", (*values.values(), row.id)
            )
        return changed

    def remove(self, row: _Row) -> None:
        """Remove a stored row."""
        self._database.execute(f"DELETE FROM {type(row).__name__} WHERE id = ?", (row.id,))

    def next_number(self, repository: int) -> int:
        """Return the next number of an issue or pull request of a repository."""
        query = "SELECT max(number) FROM {} WHERE repository = ?"
        found = [
            self._database.execute(query.format(table), (repository,)).fetchone()[0] or 0
            for table in ("PullRequest", "Issue")
        ]
        return int(max(found)) + 1


class Store:
    """The rows of one campus. May be used from several threads and processes at once.

    A row that was committed survives the death of any process; a busy file is waited for (30 s).
    """

    def __init__(self, place: Place) -> None:
        self.file: Path = place.folder("forge") / "forge.db"
        self._local = threading.local()
        with self._transaction() as database:
            for table in _TABLES:
                database.execute(_create(table))
                for statement in _missing(table, database):
                    database.execute(statement)
            for table, names in _UNIQUE.items():
                database.execute(
                    f"CREATE UNIQUE INDEX IF NOT EXISTS {table.__name__}_key"
                    f" ON {table.__name__} ({', '.join(names)})"
                )
            for table, name in _LOOKED_UP_BY.items():
                database.execute(
                    f"CREATE INDEX IF NOT EXISTS {table.__name__}_{name} ON {table.__name__} ({name})"
                )

    def add(self, row: Row) -> Row:
        """Store a new row and return it with its number. Raises ValueError when its key is taken."""
        with self.together() as change:
            return change.add(row)

    def change(self, row: Row, **values: object) -> Row:
        """Change some fields of a stored row and return it as it is now."""
        with self.together() as change:
            return change.change(row, **values)

    def remove(self, row: _Row) -> None:
        """Remove a stored row."""
        with self.together() as change:
            change.remove(row)

    @contextmanager
    def together(self) -> Iterator[Change]:
        """Let several changes of a `with` block be kept together or not at all."""
        with self._transaction() as database:
            yield Change(database)

    def find(
        self,
        table: type[Row],
        *,
        newest: bool = False,
        most: int = -1,
        without: str = "",
        **key: object,
    ) -> tuple[Row, ...]:
        """Return the rows whose fields have some values, oldest first or newest first.

        `without` names a text that is left empty, for logs that nobody reads.
        """
        where = " AND ".join(f"{name} = ?" for name in key) or "1"
        order = "DESC" if newest else "ASC"
        found = self._database.execute(
            f"SELECT {_columns(table, without)} FROM {table.__name__} WHERE {where} ORDER BY id {order} LIMIT ?",
            (*key.values(), most),
        )
        return tuple(_row(table, values) for values in found)

    def one(self, table: type[Row], **key: Any) -> Row | None:
        """Return the newest row whose fields have some values; None when there is none."""
        found = self.find(table, newest=True, most=1, **key)
        return found[0] if found else None

    def repository(self, full_name: str) -> rows.Repository | None:
        """Return the repository `owner/repo`; None when there is none."""
        owner, _, name = full_name.partition("/")
        return self.one(rows.Repository, owner=owner, name=name)

    def take(self, now: float) -> rows.Event | None:
        """Take up the oldest event that nobody has taken; None when there is none."""
        with self._transaction() as database:
            found = database.execute(
                "SELECT id FROM Event WHERE taken = 0 ORDER BY id LIMIT 1"
            ).fetchone()
            if found is None:
                return None
            database.execute("UPDATE Event SET taken = ? WHERE id = ?", (now, found[0]))
        return self.one(rows.Event, id=found[0])

    def next_number(self, repository: int) -> int:
        """Return the next number of an issue or pull request of a repository."""
        return Change(self._database).next_number(repository)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is left to do: no event waits, and no run is queued or in progress."""
        waiting = self._database.execute("SELECT count(*) FROM Event WHERE done = 0").fetchone()[0]
        open_ = self._database.execute(
            "SELECT count(*) FROM Run WHERE status != 'completed'"
        ).fetchone()[0]
        return not waiting and not open_

    @property
    def _database(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "database", None)
        if found is None:
            found = sqlite3.connect(self.file, timeout=30, isolation_level=None)
            found.execute("PRAGMA journal_mode = WAL")  # readers never wait for a writer
            self._local.database = found
        return found

    def close(self) -> None:
        """Close this thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "database", None)
        if found is not None:
            found.close()
            self._local.database = None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        try:
            yield database
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")


def git_folder(place: Place, repository: rows.Repository) -> Path:
    """Return where the bare git repository of a stored repository lies; renaming one moves nothing."""
    return place.folder("forge", "git") / f"{repository.id}.git"


def _create(table: type[_Row]) -> str:
    columns = [
        f"{one.name} {_TYPES[str(one.type)]} NOT NULL" for one in fields(table) if one.name != "id"
    ]
    return (
        f"CREATE TABLE IF NOT EXISTS {table.__name__}"
        f" (id INTEGER PRIMARY KEY AUTOINCREMENT, {', '.join(columns)})"
    )


def _missing(table: type[_Row], database: sqlite3.Connection) -> Iterator[str]:
    """Return what adds the columns that a store of an earlier version lacks."""
    known = {row[1] for row in database.execute(f"PRAGMA table_info({table.__name__})")}
    for one in fields(table):
        if one.name not in known:
            value = "''" if one.type == "str" else "0"
            kind = _TYPES[str(one.type)]
            yield f"ALTER TABLE {table.__name__} ADD COLUMN {one.name} {kind} NOT NULL DEFAULT {value}"


def _columns(table: type[_Row], without: str) -> str:
    return ", ".join("''" if one.name == without else one.name for one in fields(table))


def _row(table: type[Row], values: tuple[Any, ...]) -> Row:
    made = {
        one.name: bool(value) if one.type == "bool" else value
        for one, value in zip(fields(table), values, strict=True)
    }
    return table(**made)
