"""actions/cache with its restore and save: folders of the repository, kept from run to run under a key."""

from __future__ import annotations

import hashlib
import os
import sys
import tarfile
import tempfile
from pathlib import Path

from checker.campus.actions.said import Refused, fail, flag, given, hand_on, lines, say, workspace

KEPT = 10
"""So many entries of a repository are kept; the one not used for longest goes first."""


def restore() -> None:
    """Unpack what an earlier run kept under the key, else what begins with one of `restore-keys`."""
    key, paths = _key(), lines("path")
    entries = sorted(_store().glob("*.tar"), key=lambda one: one.stat().st_mtime, reverse=True)
    named = {one: one.with_suffix(".key").read_text(encoding="utf-8") for one in entries}
    version = _version(paths)
    exact = next((one for one, name in named.items() if name == f"{version} {key}"), None)
    near = (
        one
        for prefix in (key, *lines("restore-keys"))
        for one, name in named.items()
        if name.startswith(f"{version} {prefix}")
    )
    found = exact or next(near, None)
    matched = named[found].partition(" ")[2] if found else ""
    hand_on(
        {
            "cache-hit": str(exact is not None).lower() if found else "",
            "cache-primary-key": key,
            "cache-matched-key": matched,
            "campus-key": key,
            "campus-path": given("path"),
        }
    )
    if found is None:
        if flag("fail-on-cache-miss"):
            raise Refused(
                f"failed to restore cache entry, and `fail-on-cache-miss` is set; key: {key}"
            )
        say(f"Cache not found for input keys: {', '.join((key, *lines('restore-keys')))}")
        return
    say(f"Cache restored from key: {matched}")
    found.touch()
    if flag("lookup-only"):
        return
    with tarfile.open(found) as archive:
        if hasattr(tarfile, "tar_filter"):  # Python 3.11 before 3.11.4 has none
            archive.extraction_filter = tarfile.tar_filter
        for member in archive.getmembers():
            number, _, inside = member.name.partition("/")
            target = _path(paths[int(number)])
            member.name = inside or target.name
            archive.extract(member, target if inside else target.parent)


def save() -> None:
    """Keep the files of `path` under the key, unless the key is taken."""
    key, paths = _key(), lines("path")
    name = f"{_version(paths)} {key}"
    target = _store() / f"{hashlib.sha256(name.encode()).hexdigest()}.tar"
    if target.exists():
        say(f"Cache hit occurred on the primary key {key}, not saving cache.")
        return
    handle, draft = tempfile.mkstemp(dir=_store())
    with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        for number, path in enumerate(paths):
            source = _path(path)
            if source.is_dir():
                for one in sorted(source.rglob("*")):
                    archive.add(one, f"{number}/{one.relative_to(source)}", recursive=False)
            elif source.is_file():
                archive.add(source, str(number))
    target.with_suffix(".key").write_text(name, encoding="utf-8")
    Path(draft).replace(target)
    for old in sorted(_store().glob("*.tar"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
        old.with_suffix(".key").unlink(missing_ok=True)
    say(f"Cache saved with key: {key}")


def _key() -> str:
    key = given("key")
    if not key or len(key) > 512 or "," in key:
        raise Refused("`key` must have 1 to 512 characters and no comma")
    return key


def _version(paths: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(paths).encode()).hexdigest()[:16]


def _path(text: str) -> Path:
    path = Path(text).expanduser()
    return path if path.is_absolute() else workspace() / path


def _store() -> Path:
    folder = Path(os.environ["CAMPUS_CACHE"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    try:
        save() if sys.argv[1] == "save" else restore()
    except Refused as error:
        fail(str(error))
        sys.exit(1)
