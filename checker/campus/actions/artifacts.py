"""actions/upload-artifact and actions/download-artifact: folders of the run, handed from job to job."""

from __future__ import annotations

import fnmatch
import os
import re
import shutil
import sys
import zlib
from pathlib import Path

from checker.campus.actions.said import (
    Refused,
    fail,
    flag,
    given,
    hand_on,
    lines,
    say,
    warn,
    workspace,
)

_FORBIDDEN = re.compile(r'["<>|*?\r\n\\/:]')


def upload() -> None:
    """Keep the files of `path` under a name. Raises Refused as the action does."""
    name = _name(given("name", "artifact"))
    patterns = lines("path")
    if not patterns:
        raise Refused("`path` is required and not given")
    files = _found(patterns, hidden=flag("include-hidden-files"))
    if not files:
        what = f"No files were found with the provided path: {', '.join(patterns)}. No artifacts will be uploaded."
        choice = given("if-no-files-found", "warn")
        if choice == "error":
            raise Refused(what)
        say(what) if choice == "ignore" else warn(what)
        return
    target = _store() / name
    if target.exists():
        if not flag("overwrite"):
            raise Refused(
                f"an artifact with the name {name!r} is there already; give another name (in a matrix: with"
                " its values) or `overwrite: true`"
            )
        shutil.rmtree(target)
    root = Path(os.path.commonpath([one.parent for one in files]))
    for one in files:
        place = target / one.relative_to(root)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one, place)
    say(f"With the provided path, there will be {len(files)} files uploaded")
    say(f"Artifact {name} has been successfully uploaded")
    hand_on({"artifact-id": str(zlib.crc32(name.encode()))})


def download() -> None:
    """Put one artifact, or all of them, under `path`. Raises Refused when there is no such artifact."""
    folder = (workspace() / given("path", ".")).resolve()
    have = sorted(one.name for one in _store().iterdir() if one.is_dir())
    name, pattern = given("name"), given("pattern")
    if name:
        if name not in have:
            raise Refused(
                f"there is no artifact {name[:100]!r} in this run (there is: {', '.join(have) or 'none'});"
                " the job that uploads it must stand in `needs`"
            )
        _lay(_store() / name, folder)
    else:
        for one in have:
            if not pattern or fnmatch.fnmatchcase(one, pattern):
                _lay(_store() / one, folder if flag("merge-multiple") else folder / one)
    say(f"Artifact download completed: {name or ', '.join(have)}")
    hand_on({"download-path": str(folder)})


def _found(patterns: tuple[str, ...], *, hidden: bool) -> list[Path]:
    """Return the files of patterns, folders with all that is in them; `!` takes files away again."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        path = workspace() / pattern.removeprefix("!")
        taken = [one.resolve() for one in Path("/").glob(str(path).lstrip("/"))]
        files = [
            file
            for one in taken
            for file in (one.rglob("*") if one.is_dir() else (one,))
            if file.is_file()
        ]
        for file in files:
            if pattern.startswith("!"):
                found.pop(file, None)
            elif hidden or not any(part.startswith(".") for part in _parts(file)):
                found[file] = None
    return sorted(found)


def _parts(file: Path) -> tuple[str, ...]:
    return file.relative_to(workspace()).parts if file.is_relative_to(workspace()) else ()


def _store() -> Path:
    return Path(os.environ["CAMPUS_ARTIFACTS"])


def _name(name: str) -> str:
    if _FORBIDDEN.search(name) or name in {".", ".."}:
        raise Refused(
            f'the artifact name {name[:100]!r} is not valid: it must not contain " : < > | * ? \\ /'
        )
    return name


def _lay(source: Path, folder: Path) -> None:
    shutil.copytree(source, folder, dirs_exist_ok=True)


if __name__ == "__main__":
    try:
        upload() if sys.argv[1] == "upload" else download()
    except Refused as error:
        fail(str(error))
        sys.exit(1)
