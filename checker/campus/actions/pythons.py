"""The Pythons of the machine, and a fresh environment of one of them for a job: steps never touch the machine's own."""

from __future__ import annotations

import hashlib
import json
import os
import re
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


def make(python: str, folder: Path, templates: Path) -> Path:
    """Make an environment with pip in a folder and return its programs' folder.

    pip is laid ready once for each Python; a new environment links its files, which takes a tenth of a second.
    """
    template = _template(python, templates)
    quiet = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder.parent)}
    subprocess.run(
        [python, "-I", "-m", "venv", "--without-pip", "--clear", str(folder)],
        check=True, env=quiet, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    programs = folder / "bin"
    there = next(folder.glob("lib/python*/site-packages"))
    for one in next(template.glob("lib/python*/site-packages")).iterdir():
        if one.name != "__pycache__":
            shutil.copytree(one, there / one.name, copy_function=_link) if one.is_dir() else _link(
                str(one), str(there / one.name)
            )
    script = f"#!{programs / 'python'}\nimport sys\nfrom pip._internal.cli.main import main\n\nsys.exit(main())\n"
    version = there.parent.name.removeprefix("python")
    for name in ("pip", "pip3", f"pip{version}"):
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    return programs


def _template(python: str, templates: Path) -> Path:
    """Return an environment of a Python with pip, made once; several jobs may want it at a time."""
    import fcntl

    folder = templates / hashlib.sha256(python.encode()).hexdigest()[:16]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            quiet = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(templates)}
            subprocess.run(
                [python, "-I", "-m", "venv", str(folder)],
                check=True, env=quiet, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            (folder / "ready").touch()
    return folder


def _link(source: str, target: str) -> object:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)
    return target


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
