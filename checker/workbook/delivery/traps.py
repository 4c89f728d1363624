"""Seven traps for a program that pulls a bucket into a folder, each a bug that a real one had.

They work on a real client and a real server: botocore's events make pages short and answers break off. Nothing else
than boto3 is needed, so that Airflow's own hook can be led into the same traps.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from checker.workbook.calling import Called

Pull = Callable[[Any, str, str, Path, Sequence[str]], Called]
"""Pulls once: client, bucket, prefix that ends with a slash, folder, patterns to leave out."""

PAGE = 2
"""Keys on a page while a trap is set; S3 itself gives 1000."""
_AGE = 120.0
"""Seconds by which files are made older between two pulls, for programs that compare times."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_TRUNC
OLD, NEW = b"version = 1\n", b"version = 2\n"
"""As long as one another."""
_LONG = b"".join(b"step_%05d = %d\n" % (number, number) for number in range(4_000))


@dataclass(frozen=True, slots=True)
class Sprung:
    """What a trap found."""

    trap: str
    finding: str = ""
    """Empty for a program that does not fall into it; else the name of what is wrong, mostly the trap's own."""
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Ground:
    """A prefix in a bucket, and a folder, for one trap."""

    s3: Any
    bucket: str
    prefix: str
    folder: Path
    pull: Pull

    def put(self, **files: bytes) -> None:
        """Put objects; `__` in a name stands for a slash, and all are Python files."""
        for name, body in files.items():
            key = f"{self.prefix}{name.replace('__', '/')}.py"
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def go(self, exclude: Sequence[str] = ()) -> Called:
        """Pull once; afterwards the files look as if that had been a while ago."""
        called = self.pull(self.s3, self.bucket, self.prefix, self.folder, exclude)
        then = time.time() - _AGE
        for file in self.folder.rglob("*"):
            if file.is_file() and not file.is_symlink():
                os.utime(file, (then, then))
        return called

    def has(self, name: str) -> bytes | None:
        """Return what a file holds; None for none."""
        file = self.folder / name
        return file.read_bytes() if file.is_file() else None

    @property
    def keys(self) -> list[str]:
        """All keys under the prefix."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix
        )
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def clear(self, *names: str) -> None:
        """Delete objects: some, or all."""
        for key in [f"{self.prefix}{name}" for name in names] or self.keys:
            self.s3.delete_object(Bucket=self.bucket, Key=key)


def spring(trap: str, pull: Pull, s3: Any, bucket: str, prefix: str) -> Sprung:
    """Lead a program into one of `TRAPS`, under a prefix of its own, which is empty afterwards."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "dags"
        folder.mkdir()
        ground = Ground(s3, bucket, f"{prefix}{trap}/", folder, pull)
        ground.clear()
        try:
            finding, facts = TRAPS[trap](ground)
        finally:
            ground.clear()
    return Sprung(trap, finding, facts)


def idle(pull: Pull, s3: Any, bucket: str, prefix: str) -> int:
    """Return how many of three files a program fetches again when nothing changed."""
    with tempfile.TemporaryDirectory() as place:
        ground = Ground(s3, bucket, f"{prefix}idle/", Path(place).resolve(), pull)
        ground.put(a=OLD, b=OLD, c__d=OLD)
        words = (s3, bucket, ground.prefix, ground.folder, ())
        pull(*words)
        with recorded(s3, "GetObject") as fetched:
            pull(*words)
        ground.clear()
    return len(set(fetched))


@contextmanager
def recorded(s3: Any, operation: str) -> Iterator[list[str]]:
    """Note the keys with which a client is asked for an operation, such as GetObject."""
    keys: list[str] = []

    def note(params: Mapping[str, Any], **_: object) -> None:
        keys.append(str(params.get("Key")))

    with _event(s3, f"provide-client-params.s3.{operation}", note):
        yield keys


Found = tuple[str, dict[str, object]]
_FINE: Found = ("", {})


def _first(ground: Ground, **files: bytes) -> Found:
    """Put files and pull them; what already goes wrong there is told for every trap alike."""
    ground.put(**files)
    called = ground.go()
    if called.timed_out:
        return "too_long", {}
    if called.error:
        return "raised", {"error": called.error}
    for name, body in files.items():
        path = f"{name.replace('__', '/')}.py"
        found = ground.has(path)
        if found is None:
            return "not_there", {"name": path}
        if found != body:
            return "other_content", {"name": path}
    if told := _told(called.value):
        return "false_alarm", {"told": told}
    return _FINE


def _same_size(ground: Ground) -> Found:
    if (found := _first(ground, retrain=OLD, features__clean=OLD))[0]:
        return found
    ground.put(retrain=NEW)
    ground.go()
    return _FINE if ground.has("retrain.py") == NEW else ("same_size", {})


def _stale(ground: Ground) -> Found:
    if (found := _first(ground, retrain=OLD, features__clean=OLD, features__old__report=OLD))[0]:
        return found
    ground.clear("features/clean.py", "features/old/report.py")
    ground.go()
    for name in ("features/clean.py", "features/old/report.py"):
        if ground.has(name) is not None:
            return "stale_nested", {"name": name}
    return _FINE if ground.has("retrain.py") == OLD else ("lost", {"name": "retrain.py"})


def _failed(ground: Ground) -> Found:
    if (found := _first(ground, retrain=OLD, score=OLD))[0]:
        return found
    ground.put(retrain=_LONG, fresh=_LONG)
    broken = {f"{ground.prefix}{name}.py" for name in ("retrain", "fresh")}
    with _breaking(ground.s3, broken) as broke:
        called = ground.go()
    if not broke:
        return "own_client", {}
    if ground.has("retrain.py") != OLD:
        size = len(ground.has("retrain.py") or b"")
        return "failed_download", {"size": size, "whole": len(_LONG), "name": "retrain.py"}
    if ground.has("fresh.py") is not None:
        size = len(ground.has("fresh.py") or b"")
        return "failed_download", {"size": size, "whole": len(_LONG), "name": "fresh.py"}
    if not called.error and not _told(called.value):
        return "swallowed", {}
    return _FINE


def _atomic(ground: Ground) -> Found:
    if (found := _first(ground, retrain=OLD))[0]:
        return found
    ground.put(retrain=_LONG)
    with _watched(ground.folder) as seen:
        ground.go()
    if ground.has("retrain.py") != _LONG:
        return "not_updated", {}
    return ("not_atomic", {"what": seen[0][0], "name": seen[0][1]}) if seen else _FINE


def _exclude(ground: Ground) -> Found:
    ground.put(retrain=OLD, features__clean=OLD)
    for name in ("__pycache__/retrain.cpython-313.pyc", "features/clean.pyc"):
        ground.s3.put_object(Bucket=ground.bucket, Key=f"{ground.prefix}{name}", Body=b"\0")
    own = ground.folder / "features" / "__pycache__" / "clean.cpython-313.pyc"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"\0")
    called = ground.go(("*.pyc",))
    if called.error:
        return "raised", {"error": called.error}
    if ground.has("features/clean.py") != OLD:
        return "not_there", {"name": "features/clean.py"}
    for name in ("__pycache__/retrain.cpython-313.pyc", "features/clean.pyc"):
        if ground.has(name) is not None:
            return "excluded_taken", {"name": name}
    return _FINE if own.is_file() else ("excluded_deleted", {"name": own.name})


def _paging(ground: Ground) -> Found:
    names = ("a", "b", "features__c", "features__d", "z")
    with _short_pages(ground.s3):
        ground.put(**dict.fromkeys(names, OLD))
        for _ in range(2):
            called = ground.go()
            if called.timed_out:
                return "too_long", {}
            there = sum(ground.has(f"{one.replace('__', '/')}.py") == OLD for one in names)
            if there < len(names):
                return "paging", {"there": there, "all": len(names), "page": PAGE}
    return _FINE


def _retry(ground: Ground) -> Found:
    if (found := _first(ground, retrain=OLD))[0]:
        return found
    ground.put(retrain=NEW)
    with _breaking(ground.s3, {f"{ground.prefix}retrain.py"}) as broke:
        ground.go()
    if not broke:
        return "own_client", {}
    called = ground.go()
    if called.error:
        return "raised", {"error": called.error}
    return _FINE if ground.has("retrain.py") == NEW else ("no_retry", {})


TRAPS: Mapping[str, Callable[[Ground], Found]] = {
    "same_size": _same_size,
    "stale_nested": _stale,
    "failed_download": _failed,
    "atomic": _atomic,
    "exclude": _exclude,
    "paging": _paging,
    "retry": _retry,
}
"""By name, in the order in which they are set."""


def _told(value: object) -> str:
    """Return what a program says of failures in what it returns; empty for nothing."""
    if value is None or isinstance(value, bool | int | float):
        return ""
    try:
        return str(list(value)[:5]) if len(value) else ""  # type: ignore[call-overload,arg-type]
    except Exception:  # noqa: BLE001 - it may be anything
        return ""


@contextmanager
def _event(s3: Any, name: str, handler: Callable[..., object]) -> Iterator[None]:
    s3.meta.events.register_first(name, handler)
    try:
        yield
    finally:
        s3.meta.events.unregister(name, handler)


@contextmanager
def _short_pages(s3: Any) -> Iterator[None]:
    def shorten(params: dict[str, Any], **_: object) -> None:
        params["MaxKeys"] = PAGE

    with (
        _event(s3, "provide-client-params.s3.ListObjectsV2", shorten),
        _event(s3, "provide-client-params.s3.ListObjects", shorten),
    ):
        yield


class _HalfBody:
    """What comes of an object when the connection breaks: its first half, and then an error."""

    def __init__(self, whole: bytes) -> None:
        self._rest = memoryview(whole)[: max(1, len(whole) // 2)]

    def read(self, amt: int | None = None) -> bytes:
        if not self._rest:
            from botocore.exceptions import (  # type: ignore[import-untyped,unused-ignore]
                ReadTimeoutError,
            )

            raise ReadTimeoutError(endpoint_url="s3")
        size = len(self._rest) if amt is None else amt
        piece, self._rest = bytes(self._rest[:size]), self._rest[size:]
        if amt is None:
            self.read(1)
        return piece

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_chunks()

    def iter_chunks(self, chunk_size: int = 1024) -> Iterator[bytes]:
        while True:
            yield self.read(chunk_size)

    def iter_lines(self, chunk_size: int = 1024, keepends: bool = False) -> Iterator[bytes]:
        for piece in self.iter_chunks(chunk_size):
            yield from piece.splitlines(keepends)

    def set_socket_timeout(self, _timeout: float) -> None:
        """There is no socket."""


@contextmanager
def _breaking(s3: Any, keys: set[str]) -> Iterator[list[str]]:
    """Have the bodies of some objects break off; yields the keys of those that did."""
    asked: list[str] = []
    broke: list[str] = []

    def note(params: Mapping[str, Any], **_: object) -> None:
        asked.append(str(params.get("Key")))

    def cut(parsed: dict[str, Any], **_: object) -> None:
        if asked and asked[-1] in keys and "Body" in parsed:
            broke.append(asked[-1])
            parsed["Body"] = _HalfBody(parsed["Body"].read())

    with (
        _event(s3, "provide-client-params.s3.GetObject", note),
        _event(s3, "after-call.s3.GetObject", cut),
    ):
        yield broke


_watch: list[tuple[str, list[tuple[str, str]]]] = []
_hooked: list[bool] = []


@contextmanager
def _watched(folder: Path) -> Iterator[list[tuple[str, str]]]:
    """Note each moment at which a reader of a folder's Python files would meet half of one, or none."""
    seen: list[tuple[str, str]] = []
    if not _hooked:
        sys.addaudithook(_look)
        _hooked.append(True)
    _watch.append((str(folder), seen))
    try:
        yield seen
    finally:
        _watch.clear()


def _look(event: str, args: tuple[Any, ...]) -> None:
    if not _watch or event not in {"open", "os.remove", "os.rename", "os.truncate"}:
        return
    folder, seen = _watch[0]
    path = args[0]
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str | os.PathLike):
        return
    text = os.path.abspath(path)  # noqa: PTH100 - a Path would be slow, and this sees every file that is opened
    if not text.startswith(folder + os.sep) or not text.endswith(".py"):
        return
    if event == "open" and not (isinstance(args[2], int) and args[2] & _WRITES):
        return
    seen.append((event.rpartition(".")[2], text[len(folder) + 1 :]))
