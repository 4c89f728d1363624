"""Programs that a student writes as a file, run as a child with a limit: whole, or killed at one step after another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from checker.report.escape import plain

SECONDS = 15.0
_MOST = 4_000
KILLED = 77
"""Status of a program that was killed at a step."""
FINISHED_SOONER = 78
"""Status of one that ended by itself before it came to that step."""

_MARKED = """
import os, pathlib
pathlib.Path(os.environ["LOADED"]).touch()
raise ImportError("a gate reads DAGs, it does not load them")
"""
"""Stands where Airflow would, and notes that somebody loaded a DAG."""

_CUT = """
import os, runpy, sys
left, root = int(sys.argv.pop(1)), sys.argv.pop(1)
begun = []
def step(event, args):
    global left
    if not begun or event not in WATCHED:
        return
    path = args[1] if event in ("os.symlink", "os.link") else args[0]
    if event == "open":
        flags = args[2] if isinstance(args[2], int) else 0
        if not flags & (os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC):
            return
    if isinstance(path, int) or not os.path.abspath(os.fsdecode(path)).startswith(root + os.sep):
        return
    if left == 0:
        os._exit(KILLED)
    left -= 1
sys.addaudithook(step)
program = sys.argv.pop(1)
sys.argv = [program, *sys.argv[1:]]
sys.path[0] = os.path.dirname(program)
begun.append(True)
try:
    runpy.run_path(program, run_name="__main__")
except SystemExit as ended:
    if ended.code not in (None, 0):
        raise
begun.clear()
os._exit(FINISHED if left >= 0 and LIMITED else 0)
"""
_WATCHED = (
    "open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate",
    "shutil.copytree", "shutil.rmtree",
)  # fmt: skip
"""What changes a folder, by the names of Python's audit events."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    status: int
    said: str
    timed_out: bool = False

    @property
    def last(self) -> str:
        """The last line it printed."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        return plain(lines[-1], 300) if lines else "–"


def run(words: Sequence[str | Path], folder: Path, variables: Mapping[str, str] = {}) -> Ended:
    """Run a Python program in a folder with an environment of its own."""
    clean = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONDONTWRITEBYTECODE": "1"}
    clean |= {"PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    try:
        done = subprocess.run(
            [sys.executable, "-s", *map(str, words)],
            cwd=folder,
            env={**clean, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ended(124, "", timed_out=True)
    return Ended(done.returncode, done.stdout[-_MOST:].decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Judged:
    """What a gate said of a folder of DAGs."""

    ended: Ended
    loaded: bool
    """Whether it loaded a DAG instead of reading it."""


def gate(tools: Mapping[str, str], dags: Path) -> Judged:
    """Run `tools/gate.py` on a folder of DAGs; `tools` are the files beside it, with their texts."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place).resolve()
        for name, text in tools.items():
            (root / "tools").mkdir(exist_ok=True)
            (root / "tools" / name).write_text(text, encoding="utf-8")
        (root / "never" / "airflow").mkdir(parents=True)
        (root / "never" / "airflow" / "__init__.py").write_text(_MARKED, encoding="utf-8")
        shutil.copytree(dags, root / "dags", ignore=shutil.ignore_patterns("__pycache__"))
        mark = root / "loaded"
        variables = {"PYTHONPATH": str(root / "never"), "LOADED": str(mark)}
        ended = run(["tools/gate.py", "dags"], root, variables)
        return Judged(ended, mark.exists())


def killed(program: Path, step: int, root: Path, *words: str | Path) -> Ended:
    """Run a program and kill it at its so manyeth step that changes something below `root`, the first being 0.

    The status is `KILLED`, or `FINISHED_SOONER` for one that has fewer steps.
    """
    code = f"WATCHED = {set(_WATCHED)!r}\nKILLED, FINISHED, LIMITED = {KILLED}, {FINISHED_SOONER}, True\n{_CUT}"
    return run(["-c", code, str(step), str(root.resolve()), program, *words], root)
