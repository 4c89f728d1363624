"""What a worker sees when the program that takes a new version dies at any of its steps."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from checker.workbook.delivery.programs import FINISHED_SOONER, KILLED, killed, run

FILES = ("retrain.py", "score.py", "features/clean.py")
CURRENT = "current"
"""What the worker reads, below the folder of deployments."""
MOST = 60
"""Steps after which a program is no longer cut."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of cutting a program."""

    finding: str = ""
    """Empty for nothing wrong."""
    facts: dict[str, object] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    """By step at which it died, what the worker read then: `old`, `new`, `half`, `nothing`."""


def cut(text: str) -> Seen:
    """Run a program that takes a version into use; kill it at each step in turn; look at what a worker reads.

    It is started as `take.py INCOMING ROOT VERSION`, and the worker reads `ROOT/current`.
    """
    with tempfile.TemporaryDirectory() as place:
        return _cut(Path(place).resolve(), text)


def _cut(place: Path, text: str) -> Seen:
    program = place / "take.py"
    program.write_text(text, encoding="utf-8")
    for version in (1, 2):
        for name in FILES:
            file = place / f"incoming_{version}" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"version = {version}\n" * 50, encoding="utf-8")
    steps: list[str] = []
    for step in range(MOST):
        root = place / f"root_{step}"
        root.mkdir()
        first = run([program, place / "incoming_1", root, "v1"], root)
        if first.timed_out:
            return Seen("too_long")
        if first.status:
            return Seen("ended_red", {"said": first.last})
        if _state(root) != "old":
            return Seen("not_taken", {"name": CURRENT})
        ended = killed(program, step, root, place / "incoming_2", root, "v2")
        if ended.timed_out:
            return Seen("too_long")
        state = _state(root)
        if ended.status == FINISHED_SOONER:
            if state != "new":
                return Seen("not_switched", {"state": state}, tuple(steps))
            return Seen("", {}, tuple(steps))
        if ended.status != KILLED:
            return Seen("ended_red", {"said": ended.last})
        steps.append(state)
        if state in {"half", "nothing"}:
            return Seen(state, {"step": step + 1}, tuple(steps))
        again = run([program, place / "incoming_2", root, "v2"], root)
        if again.status:
            return Seen("no_recovery", {"step": step + 1, "said": again.last}, tuple(steps))
        if _state(root) != "new":
            return Seen("trusts_leftovers", {"step": step + 1}, tuple(steps))
    return Seen("too_many", {"steps": MOST}, tuple(steps))


def _state(root: Path) -> str:
    """Return which version a worker reads: `old`, `new`, `half` of one, or `nothing`."""
    current = root / CURRENT
    texts = []
    for name in FILES:
        try:
            texts.append((current / name).read_text(encoding="utf-8"))
        except OSError:
            texts.append("")
    for version, state in ((1, "old"), (2, "new")):
        if all(text == f"version = {version}\n" * 50 for text in texts):
            return state
    return "nothing" if not any(texts) else "half"
