"""A stock of wheels for workflows without internet: downloaded once with pip, shared by a user's campuses.

The wheels lie in a folder of the user's cache; beside them is a list of their digests and of the Pythons they are for.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path

from checker.campus.index.files import File, described
from checker.campus.place import CampusError, Place, reason, write

OLDEST = (3, 10)
"""Older Pythons get no updates any more."""
_LIST = "stock.json"
_POINTER = "stock.json"
_WAITS = 900.0
"""Seconds that one download may take."""

Progress = Callable[[str], None]
"""Called with a sentence part: `downloading wheels for Python 3.12`."""


@dataclass(frozen=True)
class Stock:
    """Wheels at hand; empty where nothing was ever downloaded."""

    folder: Path
    pythons: tuple[str, ...] = ()
    """Versions the wheels are for: `3.12`."""
    gaps: tuple[str, ...] = ()
    """What could not be had, a sentence each."""
    by_project: Mapping[str, tuple[File, ...]] = field(default_factory=dict, repr=False)

    def files(self, project: str) -> tuple[File, ...]:
        """Return the files of a project, whose name is normalised."""
        return self.by_project.get(project, ())

    def path(self, file: File) -> Path:
        """Return where a file lies."""
        return self.folder / "wheels" / file.name

    @property
    def size(self) -> int:
        """Bytes of all wheels."""
        return sum(one.size for files in self.by_project.values() for one in files)


def stock(place: Place, progress: Progress, *, folder: Path | None = None) -> Stock:
    """Return the stock of a campus, after downloading what is missing of it.

    What is there is held to its digests and downloaded again when it is damaged. Without internet the stock is what
    was downloaded before, and `gaps` says what is missing. Raises CampusError when the folder cannot be written.
    """
    where = folder or _shared()
    try:
        (where / "wheels").mkdir(parents=True, exist_ok=True)
        found = _kept(where)
        wanted = _requirements()
        have = _drop_damaged(where, found, progress)
        missing = [one for one in pythons() if have.get(one) != wanted]
        gaps: list[str] = []
        for version in missing:
            progress(f"downloading wheels for Python {version}")
            problems = _download(where / "wheels", version, wanted)
            gaps += problems
            if not problems:
                have[version] = wanted
        made = _write(where, have)
    except OSError as error:
        raise CampusError(
            f"the stock of wheels in {where} cannot be kept: {reason(error)}"
        ) from None
    place.folder("index")
    place.write(f"index/{_POINTER}", {"folder": str(where)})
    return Stock(where, made.pythons, tuple(gaps), made.by_project)


def stock_of(place: Place) -> Stock:
    """Return the stock that was chosen for a campus, as it is; an empty one when none was."""
    where = place.read(f"index/{_POINTER}").get("folder")
    return _kept(Path(str(where))) if where else Stock(place.root / "index")


def edition(place: Place) -> tuple[int, ...]:
    """Return what changes whenever the stock of a campus does, without reading it."""
    files = [place.root / "index" / _POINTER]
    where = place.read(f"index/{_POINTER}").get("folder")
    if where:
        files.append(Path(str(where)) / _LIST)
    return tuple(one.stat().st_mtime_ns for one in files if one.is_file())


def pythons() -> tuple[str, ...]:
    """Return the versions of the Pythons that jobs may get, this one first: `3.12`."""
    from checker.campus.actions.pythons import installed

    this = (sys.version_info.major, sys.version_info.minor)
    others = (one for one in installed() if one >= OLDEST and one != this)
    return tuple(f"{major}.{minor}" for major, minor in (this, *others))


def _shared() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("ml-cicd-workbook", appauthor=False) / "stock"


def _requirements() -> str:
    text = resources.files(__package__).joinpath("stock.txt").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if line and not line.startswith("#"))


def _kept(folder: Path) -> Stock:
    try:
        kept = json.loads((folder / _LIST).read_text(encoding="utf-8"))
        files = [File(**one) for one in kept["files"]]
    except (OSError, ValueError, TypeError, KeyError):
        return Stock(folder)  # what is there is looked at again
    by_project: dict[str, tuple[File, ...]] = {}
    for one in files:
        by_project[one.project] = (*by_project.get(one.project, ()), one)
    return Stock(folder, tuple(kept["pythons"]), by_project=by_project)


def _drop_damaged(folder: Path, found: Stock, progress: Progress) -> dict[str, str]:
    """Remove wheels that are not what was downloaded; return what is complete, by Python."""
    progress("checking the digests of the wheels at hand")
    complete = True
    for files in found.by_project.values():
        for one in files:
            path = found.path(one)
            if not path.is_file() or _digest(path) != one.sha256:
                path.unlink(missing_ok=True)
                complete = False
    if not complete:
        return {}
    kept = json.loads((folder / _LIST).read_text(encoding="utf-8")) if found.by_project else {}
    return dict(kept.get("pythons", {}))


def _download(folder: Path, version: str, requirements: str) -> list[str]:
    """Download wheels for a version of Python; return what could not be had.

    All are resolved together; when that fails, one by one, so that one of them keeps nobody else out.
    """
    lines = requirements.splitlines()
    if not _pip(folder, version, lines):
        return []
    if _pip(folder, version, lines[:1]):
        return [f"no wheels for Python {version}: PyPI does not answer"]
    problems = ((one, _pip(folder, version, [one])) for one in lines)
    return [f"no wheel of {one} for Python {version}: {said}" for one, said in problems if said]


def _pip(folder: Path, version: str, requirements: list[str]) -> str:
    """Run `pip download`; return its last words, empty when all went well."""
    words = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--only-binary=:all:",
    ]
    words += ["--disable-pip-version-check", "--retries=1", "--python-version", version]
    words += ["--dest", str(folder), *requirements]
    try:
        done = subprocess.run(
            words, check=False, capture_output=True, text=True, timeout=_WAITS, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return f"pip took longer than {_WAITS:.0f} s"
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return (lines or [f"pip ended with status {done.returncode}"])[-1].removeprefix("ERROR: ")[:300]


def _write(folder: Path, have: Mapping[str, str]) -> Stock:
    """Write the list anew, from what lies there."""
    files = sorted(_described(folder / "wheels"), key=lambda one: one.name)
    content = {"pythons": have, "files": [asdict(one) for one in files]}
    write(folder / _LIST, json.dumps(content, indent=1))
    return _kept(folder)


def _described(folder: Path) -> Iterator[File]:
    for path in folder.glob("*.whl"):
        try:
            yield described(path, path.name, _digest(path), path.stat().st_size)
        except ValueError:
            path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
