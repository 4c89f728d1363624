"""A pipeline of ClearML run offline, in a process of its own with a limit of time, and what its session holds.

Offline, ClearML writes what it would send into a folder and packs it: `task.json`, `metrics.jsonl`, `log.jsonl`
(clear.ml, "Offline mode"; checked with ClearML 2.1.12). It waits twice for a timer of five seconds when it closes; the
process here sets that timer to a fifth of a second, and ends when the session is packed. Offline it still asks
ClearML's server whether there is a newer version; here it is told that it has asked.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import shlex
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.workbook.shell import run

SECONDS = 90.0
"""A session was seen to close after 4 to 20 seconds; what takes longer than this is not waited for."""
MAX_MEMBER = 5_000_000

_SETTINGS = "sdk { development { report_use_subprocess: false } }\n"
"""On Linux ClearML forks itself while another thread of it starts git. The fork inherits that thread's pipe, and one
start in four then waits for ever (seen with 2.1.12)."""
_BEFORE = """\
import os, runpy, sys
from clearml.backend_interface.metrics import reporter
made = reporter.BackgroundReportService.__init__
def quick(self, *given, **named):
    named["flush_frequency"] = 0.2
    made(self, *given, **named)
reporter.BackgroundReportService.__init__ = quick
from clearml.utilities.check_updates import CheckPackageUpdates
CheckPackageUpdates._package_version_checked = True
status = 0
try:
    runpy.run_path(sys.argv[1], run_name="__main__")
except SystemExit as end:
    status = end.code if isinstance(end.code, int) else int(end.code is not None)
except BaseException as error:
    import traceback
    traceback.print_exc()
    print(f"{type(error).__name__}: {error}")
    status = 1
from clearml import Task
if Task.current_task() is not None:
    Task.current_task().close()
sys.stdout.flush()
sys.stderr.flush()
os._exit(status)
"""


@dataclass(frozen=True, slots=True)
class Session:
    """What came of a run."""

    status: int
    said: str
    """The last line that it printed."""
    zip: Path | None = None
    """The packed session; None when there is none."""
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """What a pipeline's text says of it, without running it."""

    steps: tuple[str, ...]
    """Functions that are components."""
    pipelines: tuple[str, ...]
    is_debugged: bool
    """Whether `debug_pipeline` is called, outside of any function."""


def is_installed() -> bool:
    """Say whether ClearML is there."""
    return importlib.util.find_spec("clearml") is not None


def described(text: str) -> Described:
    """Read a pipeline's text. Raises SyntaxError for what is no Python."""
    tree = ast.parse(text)
    steps, pipelines = [], []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            decorators = {_last_name(one) for one in node.decorator_list}
            steps += [node.name] if "component" in decorators else []
            pipelines += [node.name] if "pipeline" in decorators else []
    outside = (one for one in tree.body if not isinstance(one, ast.FunctionDef | ast.ClassDef))
    calls = {
        _last_name(node) for one in outside for node in ast.walk(one) if isinstance(node, ast.Call)
    }
    return Described(tuple(steps), tuple(pipelines), "debug_pipeline" in calls)


def ran(text: str, folder: Path, variables: Mapping[str, str]) -> Session:
    """Run a pipeline's text offline and return its session; nothing of it outlives the limit of time."""
    with tempfile.TemporaryDirectory() as made:
        cache = Path(made)
        (cache / "pipeline.py").write_text(text, encoding="utf-8")
        (cache / "before.py").write_text(_BEFORE, encoding="utf-8")
        (cache / "clearml.conf").write_text(_SETTINGS, encoding="utf-8")
        offline = {
            "CLEARML_OFFLINE_MODE": "1",
            "CLEARML_CACHE_DIR": str(cache / "cache"),
            "CLEARML_CONFIG_FILE": str(cache / "clearml.conf"),
            "CLEARML_LOG_LEVEL": "WARNING",
            "CLEARML_API_HOST": "http://127.0.0.1:9",  # nobody; it is offline and asks nobody
            "HOME": str(cache),
        }
        command = f"exec {shlex.quote(sys.executable)} before.py pipeline.py"
        ended = run(command, cache, {**variables, **offline}, SECONDS)
        lines = [line.strip() for line in ended.text.splitlines() if line.strip()]
        zips = sorted(cache.rglob("offline-*.zip"), key=lambda one: one.stat().st_mtime)
        kept = folder / "session.zip"
        kept.unlink(missing_ok=True)
        if zips:
            kept.write_bytes(zips[-1].read_bytes())
        said = lines[-1] if lines else ""
        return Session(ended.status, said, kept if zips else None, ended.timed_out)


def packed(folder: Path, session: Path) -> Path:
    """Pack the files of a session that lie in a folder, as ClearML does; returns the zip."""
    with zipfile.ZipFile(session, "w", zipfile.ZIP_DEFLATED) as made:
        for name in ("metrics.jsonl", "task.json"):
            made.write(folder / name, name)
    return session


def metrics(session: Path) -> dict[str, float]:
    """Return the scalars of a packed session by their name, the last value of each."""
    found = {}
    for entry in _lines(_member(session, "metrics.jsonl")):
        if isinstance(entry, dict) and isinstance(entry.get("value"), int | float):
            found[str(entry.get("metric"))] = float(entry["value"])
    return found


def steps(session: Path) -> list[str]:
    """Return the names of a packed session's steps, in the order of the alphabet."""
    task = json.loads(_member(session, "task.json") or "{}")
    configuration = task.get("configuration") if isinstance(task, dict) else None
    return sorted(configuration) if isinstance(configuration, dict) else []


def _lines(text: str) -> list[Any]:
    """Return the entries of a file in which each line is an entry or a list of entries."""
    found = []
    for line in text.splitlines():
        if line.strip():
            entry = json.loads(line)
            found += entry if isinstance(entry, list) else [entry]
    return found


def _member(session: Path, name: str) -> str:
    """Return a file of a session; empty for one that is not there: without a metric there is none for metrics."""
    with zipfile.ZipFile(session) as opened:
        if name not in opened.namelist():
            return ""
        with opened.open(name) as member:
            return member.read(MAX_MEMBER).decode("utf-8", "replace")


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
