"""What is inside wheels, file by file, and what stands on an index after each of several uploads."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.workbook.pictures.style import (
    COLOURS,
    FONT,
    INK,
    LINE,
    MARKS,
    QUIET,
    TINTS,
    card,
    fitted,
    listed,
)

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from checker.workbook.distributions import Wheel

MOST_FILES = 16
"""Files of a wheel that are drawn."""
MOST_UPLOADS = 8
_MONO = ("DejaVu Sans Mono",)
_ROLES = {"library": "success", "about": "", "stray": "failure"}
"""What a file is to its wheel, and the colour and mark of that."""

_EDGE, _ROW, _TOP, _FOOT = 0.28, 0.3, 1.0, 0.5
_COLUMN, _GAP = 3.7, 0.3
_STEP, _SHELF = 1.56, 1.15


@dataclass(frozen=True, slots=True)
class Packed:
    """A wheel as the picture shows it."""

    name: str
    files: tuple[tuple[str, str], ...]
    """Name and role: `library`, `about` or `stray`."""

    @classmethod
    def of(cls, wheel: Wheel, package: str) -> Packed:
        """Return what is in a wheel whose library is a package; whatever lies beside it is a stray."""
        strays = {*wheel.tests, *wheel.data, *wheel.beside(package)}
        roles = [(one, "stray" if one in strays else "library") for one in wheel.own]
        about = [(one.partition(".dist-info/")[2], "about") for one in wheel.about]
        return cls(wheel.path.name, (*roles, *about))

    def count(self, role: str) -> int:
        """Return how many files have a role."""
        return sum(one == role for _, one in self.files)


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload: what the index answered, and which versions it had afterwards."""

    label: str
    status: int
    versions: tuple[str, ...]


def newest(package: str, *folders: Path) -> tuple[Packed, ...]:
    """Return what is in the newest wheel of each folder that has one."""
    from checker.workbook.distributions import wheels

    return tuple(Packed.of(one, package) for folder in folders for one in wheels(folder)[:1])


def inside(wheels: Iterable[Packed]) -> dict[str, object]:
    """Return what the text twin of wheels tells: files of each, and the strays by name."""
    shown = tuple(wheels)
    strays = [name for one in shown for name, role in one.files if role == "stray"]
    return {
        "wheels": len(shown),
        "library": listed([str(one.count("library")) for one in shown]),
        "about": listed([str(one.count("about")) for one in shown]),
        "strays": len(strays),
        "names": listed(strays),
    }


def on_the_index(uploads: Iterable[Upload]) -> dict[str, object]:
    """Return what the text twin of uploads tells: the answers, how many releases after each, and what arrived."""
    shown = tuple(uploads)[:MOST_UPLOADS]
    return {
        "uploads": len(shown),
        "statuses": listed([str(one.status or "–") for one in shown]),
        "releases": listed([str(len(one.versions)) for one in shown]),
        "arrived": listed([version for new in arrivals(shown) for version in new]),
    }


def arrivals(uploads: Sequence[Upload]) -> tuple[tuple[str, ...], ...]:
    """Return what each upload added; of the first, all that stands there when it was taken in."""
    found, before = [], frozenset[str]()
    for number, one in enumerate(uploads):
        known = before if number else frozenset[str]() if one.status == 200 else one.versions
        found.append(tuple(version for version in one.versions if version not in known))
        before = frozenset(one.versions)
    return tuple(found)


def wheel_contents(wheels: Iterable[Packed], words: Mapping[str, str]) -> Figure:
    """Draw wheels side by side, a line a file.

    `words` are `wheels`, the title, and what `library`, `about` and `stray` are called.
    """
    shown = tuple(wheels)[:3]
    rows = max((min(len(one.files), MOST_FILES) for one in shown), default=1)
    width = max(2 * _EDGE + len(shown) * (_COLUMN + _GAP) - _GAP, 6.0)
    height = _TOP + rows * _ROW + 0.2 + _FOOT
    figure, axes = card(width, height)
    _title(axes, height, words.get("wheels", ""))
    for number, one in enumerate(shown):
        x = _EDGE + number * (_COLUMN + _GAP)
        _box(axes, x, _FOOT, _COLUMN, height - _FOOT - 0.55, "#ffffff", LINE, "wheel")
        axes.text(
            x + 0.15, height - 0.82, fitted(one.name, 50), fontsize=8, fontweight="bold", color=INK,
            family=_MONO, va="center", gid="name",
        )  # fmt: skip
        for row, (file, role) in enumerate(one.files[:MOST_FILES]):
            y = height - _TOP - _ROW * (row + 0.6)
            _file(axes, x + 0.15, y, file, role)
    _legend(axes, width, [(role, words.get(role, role)) for role in _ROLES])
    return figure


def index_states(uploads: Iterable[Upload], words: Mapping[str, str]) -> Figure:
    """Draw uploads from left to right: above the answer, below the releases there afterwards, new ones filled.

    `words` are `index`, the title, and `answer` and `shelf`, the names of the two rows.
    """
    shown = tuple(uploads)[:MOST_UPLOADS]
    tallest = max((len(one.versions) for one in shown), default=0)
    shelf = 0.34 * max(min(tallest, 6), 1)
    width = 2 * _EDGE + _SHELF + _STEP * max(len(shown), 3)
    height = 2.35 + shelf
    figure, axes = card(width, height)
    _title(axes, height, words.get("index", ""))
    floor, middle = _EDGE + 0.1, height - 1.62
    for y, name in ((middle, "answer"), (floor + shelf / 2, "shelf")):
        axes.text(
            _EDGE, y, textwrap.fill(words.get(name, name), 12), fontsize=8.5, color=QUIET,
            va="center", family=FONT,
        )  # fmt: skip
    axes.plot([_EDGE + _SHELF - 0.1, width - _EDGE], [floor - 0.05] * 2, color=LINE, linewidth=2.2)
    news = arrivals(shown)
    for number, one in enumerate(shown):
        x = _EDGE + _SHELF + _STEP * (number + 0.5)
        _answer(axes, x, middle, number, one, new=bool(news[number]))
        for place, version in enumerate(one.versions[-6:]):
            _release(axes, x, floor + 0.34 * place, version, new=version in news[number])
    return figure


def _title(axes: Axes, height: float, text: str) -> None:
    axes.text(
        _EDGE, height - 0.33, fitted(text, 90), fontsize=11, fontweight="bold", color=INK,
        family=FONT, va="center", gid="title",
    )  # fmt: skip


def _box(
    axes: Axes, x: float, y: float, wide: float, high: float, fill: str, edge: str, gid: str
) -> None:
    from matplotlib.patches import FancyBboxPatch

    rounded = "round,pad=0,rounding_size=0.07"
    axes.add_patch(
        FancyBboxPatch(
            (x, y), wide, high, boxstyle=rounded, facecolor=fill, edgecolor=edge, linewidth=1.1,
            gid=gid,
        )
    )  # fmt: skip


def _file(axes: Axes, x: float, y: float, file: str, role: str) -> None:
    state = _ROLES.get(role, "")
    _box(axes, x, y - 0.12, _COLUMN - 0.3, 0.24, TINTS[state], TINTS[state], role)
    axes.text(
        x + 0.14, y, MARKS[state], fontsize=8.5, fontweight="bold", color=COLOURS[state],
        ha="center", va="center", family=FONT,
    )  # fmt: skip
    axes.text(
        x + 0.3, y, fitted(file, 40), fontsize=8, color=INK, va="center", family=_MONO, gid="file"
    )


def _answer(axes: Axes, x: float, y: float, number: int, one: Upload, *, new: bool) -> None:
    state = "skipped" if one.status == 200 and not new else "success" if new else "failure"
    axes.text(
        x, y + 0.72, textwrap.fill(f"{number + 1}. {fitted(one.label, 40)}", 17), fontsize=8,
        color=INK, ha="center", va="center", family=FONT, gid="label",
    )  # fmt: skip
    _box(axes, x - 0.42, y - 0.17, 0.84, 0.34, TINTS[state], COLOURS[state], "status")
    axes.text(
        x, y, f"{MARKS[state]} {one.status or '?'}", fontsize=10, fontweight="bold",
        color=COLOURS[state], ha="center", va="center", family=FONT, gid="code",
    )  # fmt: skip


def _release(axes: Axes, x: float, y: float, version: str, *, new: bool) -> None:
    state = "success" if new else "skipped"
    fill = TINTS[state] if new else "#ffffff"
    _box(axes, x - 0.55, y, 1.1, 0.28, fill, COLOURS[state], "new" if new else "kept")
    axes.text(
        x, y + 0.135, fitted(version, 12), fontsize=8.5, color=INK, ha="center", va="center",
        family=_MONO, gid="version",
    )  # fmt: skip


def _legend(axes: Axes, width: float, roles: Sequence[tuple[str, str]]) -> None:
    step = (width - 2 * _EDGE) / max(len(roles), 1)
    for number, (role, text) in enumerate(roles):
        state = _ROLES[role]
        x = _EDGE + 0.1 + number * step
        axes.text(
            x, _FOOT / 2, MARKS[state], fontsize=9, fontweight="bold", color=COLOURS[state],
            ha="center", va="center", family=FONT,
        )  # fmt: skip
        axes.text(
            x + 0.2, _FOOT / 2, fitted(text, 40), fontsize=8.5, color=QUIET, va="center",
            family=FONT,
        )  # fmt: skip
