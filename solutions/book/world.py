"""A world for one run of a notebook: a campus, a student's folder and a home, all new, and no network but loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from solutions.book.source import ROOT

CACHE = ROOT / ".cache" / "book"
_GUARD = Path(__file__).parent / "guard"
_LONELY = Path(__file__).parent / "lonely.py"


@dataclass(frozen=True)
class World:
    """A folder in which a notebook is run, with all that the run can see."""

    root: Path

    @property
    def work(self) -> Path:
        """The student's folder, where the journal lies too."""
        return self.root / "work"

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of what runs here; nothing else of this machine's is handed on."""
        programs = str(Path(sys.executable).parent)
        return {
            "PATH": os.pathsep.join((programs, os.environ.get("PATH", os.defpath))),
            "HOME": str(self.root / "home"),
            "TMPDIR": str(self.root / "tmp"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "CHECKER_CAMPUS": str(self.root / "campus"),
            "CHECKER_WORK": str(self.work),
            "CHECKER_WORKBOOK": "build",
            "MPLCONFIGDIR": str(_fonts()),
            "PYTHONPATH": str(_GUARD),
            "BOOK_NETWORK": str(self.root / "network"),
        }

    def run(self, *words: str, folder: Path) -> tuple[int, str]:
        """Run a command in the world; return its status and what it printed."""
        command = [sys.executable, str(_LONELY), *words] if is_lonely() else list(words)
        said = self.root / "said"
        with said.open("wb") as file:  # a file, since what goes on running would hold a pipe open
            done = subprocess.run(
                command,
                cwd=folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        return done.returncode, said.read_text(encoding="utf-8", errors="replace").strip()

    def spoken(self) -> str:
        """Return who spoke with another machine, or tried to; empty when nobody did."""
        with contextlib.suppress(FileNotFoundError):
            return told((self.root / "network").read_text(encoding="utf-8"))
        return ""


def told(notes: str) -> str:
    """Return the guard's notes in words: each place once, with how often and the first who tried."""
    places = Counter(line.partition(", by: ")[0] for line in notes.splitlines())
    first = {line.partition(", by: ")[0]: line for line in reversed(notes.splitlines())}
    said = [
        first[what].replace(", by: ", f" ({many} times), by: ", 1) if many > 1 else first[what]
        for what, many in places.items()
    ]
    return f"it spoke with another machine: {'; '.join(said)}" if said else ""


@contextlib.contextmanager
def world() -> Iterator[World]:
    """Make a world; in the end its campus ends and its folder is removed, whatever happened."""
    root = Path(tempfile.mkdtemp(prefix="book-")).resolve()
    try:
        for name in ("home", "tmp", "work"):
            (root / name).mkdir()
        made = World(root)
        _lay_in(root)
        yield made
    finally:
        _end(root)
        shutil.rmtree(root, ignore_errors=True)


@cache
def is_lonely() -> bool:
    """Say whether runs get a network of their own; elsewhere only Pythons are kept from it."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    words = [sys.executable, str(_LONELY), sys.executable, "-c", ""]
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def _lay_in(root: Path) -> None:
    """Show the world the wheels and the Pythons that campuses share."""
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    shared = root / "home" / caches / "ml-cicd-workbook"
    shared.mkdir(parents=True)
    (shared / "stock").symlink_to(_stock())
    (shared / "pythons").symlink_to(_pythons())


@cache
def _pythons() -> Path:
    """Return where the Pythons of jobs lie that were made once; a world adds those that are not there yet."""
    from checker.campus.actions.pythons import laid_ready

    folder = laid_ready()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _stock() -> Path:
    """Return where the wheels lie, downloaded now if they never were: a world could not."""
    from checker.campus.index import stock
    from checker.campus.place import Place

    with tempfile.TemporaryDirectory(prefix="book-") as folder:
        return stock(Place.open(Path(folder)), lambda _: None).folder


def _end(root: Path) -> None:
    """End the campus, and whatever else was left running with this world's variables."""
    import psutil

    from checker.campus import supervisor
    from checker.campus.place import CampusError, Place

    with contextlib.suppress(CampusError, OSError):
        supervisor.end(Place.open(root / "campus"))
    left = []
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if one.environ().get("CHECKER_CAMPUS") == str(root / "campus"):
                one.kill()
                left.append(one)
    psutil.wait_procs(left, timeout=10)


@cache
def _fonts() -> Path:
    """Return matplotlib's folder, with its list of fonts, which takes seconds to make and a warning to wait for."""
    folder = CACHE / "matplotlib"
    if not list(folder.glob("fontlist-*.json")):
        folder.mkdir(parents=True, exist_ok=True)
        words: Sequence[str] = [sys.executable, "-c", "import matplotlib.font_manager"]
        subprocess.run(words, env={**os.environ, "MPLCONFIGDIR": str(folder)}, check=True)
    return folder
