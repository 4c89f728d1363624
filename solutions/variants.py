"""The reference homework and its faulty variants, put together in a folder of their own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
REFERENCE = HERE / "homework"
FAULTY = HERE / "faulty"

_LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*_cache", "dist")


@dataclass(frozen=True)
class Variant:
    """The reference with one mistake in it."""

    name: str
    title: str
    wrong: str
    """What the mistake is, in a sentence or two."""
    unmet: tuple[str, ...]
    """The ids of the criteria that it costs."""
    moves: tuple[tuple[str, str], ...] = ()
    """Paths of the reference that lie elsewhere: from, to."""

    def write(self, folder: Path) -> Path:
        """Write the variant to `folder/<name>` and return that path."""
        target = write_reference(folder / self.name)
        for source, destination in self.moves:
            (target / destination).parent.mkdir(parents=True, exist_ok=True)
            (target / source).rename(target / destination)
        overlay = FAULTY / self.name / "files"
        if overlay.is_dir():
            shutil.copytree(overlay, target, dirs_exist_ok=True)
        return target


def write_reference(target: Path) -> Path:
    """Copy the reference homework to a folder that does not exist yet, and return its path."""
    return Path(shutil.copytree(REFERENCE, target, ignore=_LEFT_OUT))


def variants() -> tuple[Variant, ...]:
    """Return all faulty variants, in the order of their names."""
    return tuple(_read(path) for path in sorted(FAULTY.glob("*/variant.yml")))


def _read(path: Path) -> Variant:
    described: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Variant(
        name=path.parent.name,
        title=described["title"],
        wrong=described["wrong"],
        unmet=tuple(described["unmet"]),
        moves=tuple(described.get("move", {}).items()),
    )
