"""Answers kept on disk between grades: what never changes is not asked again, the rest only with its ETag."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")

BOUND = 300_000_000
"""Bytes of kept bodies; when there are more, those not used for longest go."""

BUSY = 2.0
"""Seconds that a process waits while another one writes."""

_FILE = "answers-1.sqlite"
_DAY = 86_400
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answer (
    key BLOB PRIMARY KEY, status INTEGER NOT NULL, headers TEXT NOT NULL, etag TEXT NOT NULL, url TEXT NOT NULL,
    body BLOB NOT NULL, size INTEGER NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answer_used ON answer (used);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept."""

    status: int
    headers: Mapping[str, str]
    etag: str
    url: str
    body: bytes

    @property
    def is_sound(self) -> bool:
        """Whether its parts are what they were when it was kept."""
        headers = self.headers.values() if isinstance(self.headers, dict) else [None]
        kinds = [type(one) for one in (self.status, self.etag, self.url, *headers)]
        return kinds == [int] + [str] * (len(kinds) - 1)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is kept."""

    answers: int
    bytes: int
    """Of the files on disk."""


def folder(environment: Mapping[str, str]) -> Path:
    """Return where answers are kept: `CHECKER_CACHE`, else where the system keeps caches."""
    chosen = environment.get("CHECKER_CACHE", "").strip()
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("ml-cicd-workbook", appauthor=False)


def size(place: Path) -> Size:
    """Say how much is kept in a folder; nothing, where there is none. Raises ValueError when it cannot be read."""
    if not (place / _FILE).is_file():
        return Size(0, 0)
    with _opened(place) as database:
        ((count,),) = database.execute("SELECT count(*) FROM answer")
    return Size(count, _weight(place))


def clear(place: Path) -> Size:
    """Forget everything that is kept in a folder and return how much it was.

    A grade that runs at the same time goes on. Raises ValueError when the files cannot be removed.
    """
    if not (place / _FILE).is_file():
        return Size(0, 0)
    try:
        before = size(place)
        with _opened(place) as database:
            for statement in ("DELETE FROM answer", "DELETE FROM meta", "VACUUM"):
                database.execute(statement)
    except ValueError as error:
        if _is_busy(error.__cause__):
            raise
        before = Size(0, _weight(place))
        _remove(place)  # it is no database of answers, so nobody reads it
    return before


class Answers:
    """The answers in a folder; threads and processes may share them.

    A folder that cannot be used, a file that is damaged or full, costs nothing but the answers: `note` says so.
    """

    def __init__(self, place: Path, *, bound: int = BOUND) -> None:
        self._place = place
        self._bound = bound
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._salt = b""
        self._written = 0
        self.note = ""
        """One sentence when the folder could not be used; empty otherwise."""
        try:
            self._open()
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)

    def key(self, text: str, token: str = "") -> bytes:
        """Return the key of a request. Those with a token have keys of their own, which do not tell the token."""
        owner = hashlib.blake2b(token.encode(), key=self._salt, digest_size=16) if token else None
        return hashlib.sha256(f"{owner.hexdigest() if owner else ''}\n{text}".encode()).digest()

    def find(self, key: bytes) -> Kept | None:
        """Return what is kept under a key."""
        return self._try(lambda database: self._find(database, key))

    def keep(self, key: bytes, answer: Kept) -> None:
        """Keep an answer, in place of an older one."""
        packed = zlib.compress(answer.body, 1)
        self._try(lambda database: self._keep(database, key, answer, packed))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            database, self._database = self._database, None
            if database is not None:
                database.close()

    def _open(self) -> None:
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._place / _FILE
        os.close(
            os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
        )  # answers may be of private repositories
        database = _connect(file)
        try:
            database.executescript(_TABLES)
            database.execute(
                "INSERT OR IGNORE INTO meta VALUES ('salt', ?)", (secrets.token_bytes(32),)
            )
            ((self._salt,),) = database.execute("SELECT value FROM meta WHERE name = 'salt'")
        except BaseException:
            database.close()
            raise
        self._database = database

    def _find(self, database: sqlite3.Connection, key: bytes) -> Kept | None:
        row = database.execute(
            "SELECT status, headers, etag, url, body, size, used FROM answer WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        status, headers, etag, url, packed, length, used = row
        unpacking = zlib.decompressobj()
        body = unpacking.decompress(packed, length + 1)
        if len(body) != length or not unpacking.eof:
            raise ValueError("a body is damaged")
        kept = Kept(status, json.loads(headers), etag, url, body)
        if not kept.is_sound:
            raise ValueError("a row is damaged")
        now = int(time.time())
        if now - used > _DAY:  # once a day is enough to know what is in use, and costs no write
            database.execute("UPDATE answer SET used = ? WHERE key = ?", (now, key))
        return kept

    def _keep(self, database: sqlite3.Connection, key: bytes, answer: Kept, packed: bytes) -> None:
        database.execute(
            "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                answer.status,
                json.dumps(dict(answer.headers)),
                answer.etag,
                answer.url,
                packed,
                len(answer.body),
                int(time.time()),
            ),
        )
        self._written += len(packed)
        if self._written > self._bound // 20:
            self._written = 0
            self._evict(database)

    def _evict(self, database: sqlite3.Connection) -> None:
        """Forget what was not used for longest until a tenth of the bound is free."""
        ((weight,),) = database.execute("SELECT total(length(body)) FROM answer")
        if weight <= self._bound:
            return
        excess = weight - self._bound * 0.9
        old: list[tuple[bytes]] = []
        for key, length in database.execute(
            "SELECT key, length(body) FROM answer ORDER BY used, key"
        ):
            old.append((key,))
            excess -= length
            if excess <= 0:
                break
        database.executemany("DELETE FROM answer WHERE key = ?", old)

    def _try(self, step: Callable[[sqlite3.Connection], Result]) -> Result | None:
        """Do a step, or go on without the cache; a file that is busy is only passed over."""
        with self._lock:
            if self._database is None:
                return None
            try:
                return step(self._database)
            except (sqlite3.Error, OSError, ValueError, TypeError, zlib.error) as error:
                if not _is_busy(error):
                    self._give_up(error)
                return None

    def _give_up(self, error: Exception) -> None:
        database, self._database = self._database, None
        if database is not None:
            database.close()
        self.note = (
            f"answers are not kept between grades: {self._place / _FILE} {_why(error)};"
            " `checker cache clear` empties it, CHECKER_CACHE names another folder"
        )


def _connect(file: Path) -> sqlite3.Connection:
    """Open a database that other processes may have open; what is no database fails here."""
    database = sqlite3.connect(file, timeout=BUSY, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")  # readers do not wait for a writer
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def _opened(place: Path) -> Iterator[sqlite3.Connection]:
    try:
        database = _connect(place / _FILE)
    except sqlite3.Error as error:
        raise ValueError(f"{place / _FILE} {_why(error)}") from error
    try:
        yield database
    except sqlite3.Error as error:
        raise ValueError(f"{place / _FILE} {_why(error)}") from error
    finally:
        database.close()


def _files(place: Path) -> Iterator[Path]:
    return (file for end in ("", "-wal", "-shm") if (file := place / f"{_FILE}{end}").exists())


def _remove(place: Path) -> None:
    try:
        for file in _files(place):
            file.unlink()
    except OSError as error:
        raise ValueError(f"{place} cannot be emptied ({error.strerror})") from None


def _weight(place: Path) -> int:
    return sum(file.stat().st_size for file in _files(place))


def _is_busy(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
    return code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be used ({error.strerror or 'the system refuses'})"
    if _is_busy(error):
        return "is in use by another process"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reasons = {
        sqlite3.SQLITE_READONLY: "cannot be written to",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened",
        sqlite3.SQLITE_FULL: "cannot grow, the disk is full",
        sqlite3.SQLITE_PERM: "cannot be opened",
    }
    return reasons.get(code, "is damaged")
