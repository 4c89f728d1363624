"""What a trigger on new data has to stand: a restart, a copy under a new name, a rewrite, two processes at once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from checker.report.escape import plain
from checker.workbook.berries import harvest
from checker.workbook.calling import Called
from checker.workbook.interleaving import interleaved

Said = tuple[str, dict[str, object]] | None
_OLD, _NEW = (harvest(seed, 40).text.encode().ljust(1200, b"\n") for seed in (21, 22))
"""Two deliveries of the same size."""
_TIME = 1_700_000_000


def objection(fires: Callable[..., object], call: Callable[..., Called]) -> Said:
    """Try a student's trigger; return the first objection, by its message and facts, or None.

    It is called with the path of a file and with a folder for what it has to remember.
    """
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        return _in_order(fires, call, root) or _at_once(fires, call, root)


def _in_order(fires: Callable[..., object], call: Callable[..., Called], root: Path) -> Said:
    data, state = root / "berries.csv", root / "state"
    state.mkdir()
    _deliver(data, _OLD)

    def told(file: Path, folder: Path) -> bool | tuple[str, dict[str, object]]:
        called = call(fires, file, folder, seconds=10.0)
        if called.timed_out:
            return "trigger_never_ends", {}
        if called.error:
            return "trigger_raises", {"error": called.error}
        if not isinstance(called.value, bool):
            return "trigger_says", {"said": plain(repr(called.value), 60)}
        return called.value

    def expects(wanted: bool, file: Path, folder: Path, reason: str) -> Said:
        found = told(file, folder)
        if isinstance(found, tuple):
            return found
        return None if found is wanted else (reason, {})

    def after_restart() -> Said:
        later = root / "later"
        shutil.copytree(state, later)
        return expects(False, data, later, "forgets")

    def touched() -> Said:
        os.utime(data, (_TIME + 60, _TIME + 60))
        return expects(False, data, state, "time_counts")

    def renamed() -> Said:
        other = root / "berries (1).csv"
        _deliver(other, _OLD)
        return expects(False, other, state, "name_counts")

    def rewritten() -> Said:
        _deliver(data, _NEW)
        return expects(True, data, state, "misses_change")

    empty = root / "empty"
    empty.mkdir()
    return (
        expects(True, data, state, "never_fires")
        or expects(False, data, state, "fires_twice")
        or expects(True, data, empty, "own_memory")
        or after_restart()
        or touched()
        or renamed()
        or rewritten()
    )


def _at_once(fires: Callable[..., object], call: Callable[..., Called], root: Path) -> Said:
    data = root / "at-once.csv"
    _deliver(data, _NEW)

    def fresh(number: int) -> tuple[Path, Path]:
        state = root / f"state-{number}"
        state.mkdir()
        return data, state

    def limited(function: Callable[[], object]) -> Called:
        return call(function, seconds=10.0)

    for both in interleaved(fires, fresh, limited):
        values = (both.first.value, both.second)
        if values == (True, True):
            return "both_fire", {"call": both.after}
        if both.second is None or both.first.timed_out:
            return "waits_for_ever", {"call": both.after}
        if True not in values:
            said = both.first.error or plain(str(both.second), 200)
            return "nobody_fires", {"call": both.after, "said": said}
    return None


def _deliver(file: Path, content: bytes) -> None:
    """Write a file, as old as all others are, so that neither time nor size tells of its content."""
    file.write_bytes(content)
    os.utime(file, (_TIME, _TIME))
