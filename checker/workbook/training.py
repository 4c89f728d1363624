"""The training of lesson 02, as it is and with faults that a smoke test has to notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.workbook.mutants import Change

FAULTS = (
    Change("climbs", "slope -= rate", "slope += rate"),
    Change("stands", "shift -= rate", "slope, shift = 0.0, 0.0 * rate"),
    Change("unseeded", "Random(seed)", "Random(_dice())"),
    Change("nan", "losses.append(loss / (steps // 10))", 'losses.append(float("nan"))'),
)
"""What a smoke training has to notice."""


def broken(fault: Change, source: str) -> str:
    """Return the source of the training with a fault in it."""
    text = fault.applied(source)
    if fault.id == "unseeded":
        # Other numbers at each call, and the same story each time it is judged.
        text += "\n\nfrom itertools import count\n\n_dice = count(2).__next__\n"
    # Climbing needs both steps turned round: one alone still learns.
    return text.replace("shift -= rate", "shift += rate") if fault.id == "climbs" else text


def trainer(source: str) -> Callable[..., list[float]]:
    """Return the function `train` of a source of the lesson's own."""
    names: dict[str, Any] = {"__name__": "training"}
    exec(compile(source, "training.py", "exec"), names)  # noqa: S102 - the lesson's own file
    train: Callable[..., list[float]] = names["train"]
    return train
