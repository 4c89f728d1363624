"""The Pythons of the machine, and a fresh environment of one of them for a job: steps never touch the machine's own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

Version = tuple[int, int]

_VERSION = re.compile(r"(\d+)\.(\d+)")
_ASKED = "import sys; print(*sys.version_info[:3], sys.base_prefix, sep='\\n')"


def installed() -> dict[Version, str]:
    """Return the Pythons of this machine, newest first: on PATH, of pyenv, and of uv."""
    found: dict[Version, str] = {}
    for path in (Path(sys.executable), *_candidates()):
        name = _VERSION.search(path.parent.parent.name if path.name == "python" else path.name)
        version = (int(name[1]), int(name[2])) if name else None
        if version in found or not path.is_file():
            continue
        real = _ask(path)
        if real is not None:
            found.setdefault(real[0], real[1])
    return dict(sorted(found.items(), reverse=True))


def as_text(pythons: Mapping[Version, str]) -> str:
    """Return Pythons as a variable holds them."""
    return json.dumps({f"{major}.{minor}": path for (major, minor), path in pythons.items()})


def from_text(text: str) -> dict[Version, str]:
    """Return the Pythons of a variable; those of the machine when it is empty."""
    if not text:
        return installed()
    return {_two(name): path for name, path in json.loads(text).items()}


def nearest(pythons: Mapping[Version, str], asked: str) -> Version:
    """Return the Python that is nearest to a version asked for (`3.12`, `3.x`, `>=3.10`); the newest for no number."""
    found = _VERSION.search(asked)
    lower = re.match(r"\s*[<>~^]", asked) is not None
    if found is None:
        return max(pythons)
    wanted = (int(found[1]), int(found[2]))
    if lower and asked.strip().startswith(">"):
        limit = re.search(r"<\s*(\d+)\.(\d+)", asked)
        fits = [
            one
            for one in pythons
            if one >= wanted and (limit is None or one < (int(limit[1]), int(limit[2])))
        ]
        if fits:
            return max(fits)
    return min(pythons, key=lambda one: (abs(one[0] - wanted[0]), abs(one[1] - wanted[1]), -one[1]))


def laid_ready() -> Path:
    """Return where environments of the user's Pythons are laid ready, for all campuses."""
    from platformdirs import user_cache_path

    return user_cache_path("ml-cicd-workbook", appauthor=False) / "pythons"


def make(python: str, folder: Path, templates: Path) -> Path:
    """Make an environment with pip in a folder and return its programs' folder.

    One of each Python is laid ready once; a new one links its files, which takes a twentieth of a second.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with _template(python, templates) as template:
        _link(template, folder)
        _name(template, folder)
    return folder / "bin"


@contextlib.contextmanager
def _template(python: str, templates: Path) -> Iterator[Path]:
    """Give an environment of a Python with pip, made when there is none; several jobs may want it at a time.

    One in which a job has changed a file, which it shares by a link, is made anew.
    """
    import fcntl

    real = Path(python).resolve()
    known = f"{python} {real} {real.stat().st_mtime_ns}"
    templates.mkdir(parents=True, exist_ok=True)
    templates = (
        templates.resolve()
    )  # its files name their place, and campuses reach it by links of their own
    folder = templates / hashlib.sha256(known.encode()).hexdigest()[:16]
    state = folder.with_suffix(".state")
    with folder.with_suffix(".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        if not _is_intact(folder, state):
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_intact(folder, state):  # nobody made it meanwhile
                _lay_ready(python, folder)
                state.write_text(_state(folder), encoding="utf-8")
        yield folder


def _is_intact(folder: Path, state: Path) -> bool:
    return state.is_file() and state.read_text(encoding="utf-8") == _state(folder)


def _state(folder: Path) -> str:
    """Return what changes when a file of a folder does, without reading any."""
    digest = hashlib.sha256()
    for one in sorted(_below(folder), key=lambda one: one.path):
        found = one.stat(follow_symlinks=False)
        size, moment = (0, 0) if one.is_dir() else (found.st_size, found.st_mtime_ns)
        digest.update(f"{one.path} {found.st_mode} {size} {moment}\n".encode())
    return digest.hexdigest()


def _below(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Give all that is in a folder and its folders; nothing for one that is not there."""
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for one in entries:
            yield one
            if one.is_dir(follow_symlinks=False):
                yield from _below(one.path)


def _lay_ready(python: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    quiet = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder.parent)}
    subprocess.run(
        [python, "-I", "-m", "venv", str(folder)],
        check=True, env=quiet, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def _link(template: Path, folder: Path) -> None:
    """Lay an environment's files into a folder, by links where the disk is the same one."""
    folder.mkdir(parents=True)
    start, there = len(str(template)), str(folder)
    for one in _below(template):
        target = there + one.path[start:]
        if one.is_symlink():
            Path(target).symlink_to(Path(one.path).readlink())
        elif one.is_dir():
            os.mkdir(target)  # noqa: PTH102 - a thousand of them, and a Path takes longer than a folder
        else:
            try:
                os.link(one.path, target)
            except OSError:  # another disk
                shutil.copy2(one.path, target)


def _name(template: Path, folder: Path) -> None:
    """Have an environment's own files, the few in which its place stands, say its new place."""
    for path in (folder / "pyvenv.cfg", *(folder / "bin").iterdir()):
        if path.is_symlink():
            continue
        text = path.read_text(encoding="utf-8")
        if path.name.startswith(
            "pip"
        ):  # through a shell, which takes a place that is long or has spaces
            _, _, body = text.partition("\n")
            text = f"#!/bin/sh\n'''exec' {shlex.quote(str(folder / 'bin' / 'python'))} \"$0\" \"$@\"\n' '''\n{body}"
        elif path.name.startswith(
            "activate"
        ):  # newer Pythons quote a place only when it needs that
            for said in (f'"{template}"', f"'{template}'", str(template)):
                text = text.replace(said, shlex.quote(str(folder)))
        else:
            text = text.replace(str(template), str(folder))
        mode = path.stat().st_mode
        path.unlink()  # it is the template's too
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)


def _candidates() -> Iterator[Path]:
    home = Path.home()
    roots = [Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions"]
    roots.append(home / ".local/share/uv/python")
    for root in roots:
        if root.is_dir():
            yield from sorted(root.glob("*/bin/python"), reverse=True)
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if folder and "shims" not in folder:
            yield from sorted(
                one
                for one in Path(folder).glob("python3.*")
                if re.fullmatch(r"python3\.\d+", one.name)
            )
    if found := shutil.which("python3"):
        yield Path(found)


def _ask(path: Path) -> tuple[Version, str] | None:
    """Return a Python's version and the program outside of any environment; None for one that does not start."""
    try:
        done = subprocess.run(
            [str(path), "-I", "-c", _ASKED],
            capture_output=True, text=True, timeout=20, check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        major, minor, _, prefix = done.stdout.splitlines()
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    version = (int(major), int(minor))
    own = Path(prefix) / "bin" / f"python{major}.{minor}"
    return version, str(own if own.is_file() else path)


def _two(text: str) -> Version:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)
