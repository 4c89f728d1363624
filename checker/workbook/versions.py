"""A library's version where its files state it, and the next one."""

from __future__ import annotations

import re
from pathlib import Path

_STATED = re.compile(
    r"""^(?P<before>\s*(?:__version__|version)\s*(?::\s*str\s*)?=\s*)(?P<quote>["'])(?P<version>\d[^"'\s]*)(?P=quote)""",
    re.MULTILINE,
)
MAX_BYTES = 200_000


def stated(folder: Path) -> tuple[Path, str]:
    """Return the file that states a library's version, and the version. Raises LookupError when none does.

    `version = "1.0.0"` of `pyproject.toml` goes before `__version__` of a package's `__init__.py`.
    """
    candidates = [folder / "pyproject.toml", *sorted(folder.glob("*/__init__.py"))]
    candidates += [folder / "setup.cfg", *sorted(folder.glob("*/_version.py"))]
    candidates += [*sorted(folder.glob("src/*/__init__.py")), folder / "setup.py"]
    for file in candidates:
        if found := _STATED.search(_text(file)):
            return file, found["version"]
    raise LookupError(f"no file of {folder.name} states a version")


def following(version: str) -> str:
    """Return the version after one: `1.0.0` → `1.0.1`, `1.0.0.dev3` → `1.0.0.dev4`; the last number is raised."""
    found = re.search(r"(\d+)(\D*)$", version)
    if found is None:
        raise ValueError(f"{version[:40]!r} has no number to raise")
    return f"{version[: found.start()]}{int(found[1]) + 1}{found[2]}"


def raise_version(folder: Path) -> str:
    """Raise the version in the file that states it and return the new one; empty when nothing states any."""
    try:
        file, version = stated(folder)
    except LookupError:
        return ""
    raised = following(version)
    text = _text(file)
    found = _STATED.search(text)
    assert found is not None  # `stated` has just seen it
    start, end = found.span("version")
    file.write_text(text[:start] + raised + text[end:], encoding="utf-8", newline="")
    return raised


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
