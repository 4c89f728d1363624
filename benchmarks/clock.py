"""Wall times of commands: alternating runs, medians, ratios, a table and JSON."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
"""Python's bytecode is on the disk after the run that does not count, as `pip install` leaves it."""

Job = Sequence[Sequence[str]]
"""Commands run one after the other; their time is measured as one."""


@dataclass(frozen=True)
class Timing:
    """What one contender took, in seconds, run by run."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the runs."""
        return statistics.median(self.seconds)


def program(name: str) -> str:
    """Return the path of a command installed beside this Python; exit when there is none."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        sys.exit(f"{name} is not installed; `make setup` installs it.")
    return found


def race(contenders: Mapping[str, Job], runs: int) -> tuple[Timing, ...]:
    """Run every contender `runs` times in turns, after one run each that does not count.

    Turns keep a machine that slows down from favouring whoever went first.
    """
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(runs + 1):
        for name, job in contenders.items():
            seconds = _run(job)
            if turn:
                taken[name].append(seconds)
    return tuple(Timing(name, tuple(seconds)) for name, seconds in taken.items())


def report(title: str, timings: Sequence[Timing]) -> None:
    """Print medians, ranges and ratios to the first contender, then the same as a line of JSON."""
    first = timings[0]
    print(title)
    for timing in timings:
        low, high = min(timing.seconds), max(timing.seconds)
        ratio = timing.median / first.median
        print(
            f"  {timing.name:<28} {timing.median * 1000:9.0f} ms"
            f"   ({low * 1000:.0f}–{high * 1000:.0f})   {ratio:6.2f} ×"
        )
    figures = {timing.name: [round(second, 4) for second in timing.seconds] for timing in timings}
    print(json.dumps({"title": title, "seconds": figures}))


def _run(job: Job) -> float:
    start = time.perf_counter()
    for command in job:
        done = subprocess.run(command, capture_output=True, check=False, env=_ENVIRONMENT)
        if done.returncode not in {0, 1, 3}:  # 1 and 3 are findings, not failures
            sys.exit(f"{' '.join(command)[:200]} failed:\n{done.stderr.decode()[-1000:]}")
    return time.perf_counter() - start
