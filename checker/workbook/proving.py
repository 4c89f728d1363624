"""What the student's pipeline lets through, as `checker prove` finds it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

from checker.prove import FAULTS, Proof, prove
from checker.prove.project import Change, read
from checker.report.escape import plain
from checker.workbook.display import Shown, plainly, table
from checker.workbook.refusal import WorkbookError

_MARKS = {"caught": "✓", "passes": "✗", "no gate": "–", "no place": "·", "unfinished": "?"}


class Proved(Proof):
    """A proof that was shown already."""

    def _ipython_display_(self) -> None:
        """Show nothing more."""


def proved(
    folder: Path, faults: Sequence[str], variables: Mapping[str, str], change: Change = "push"
) -> Proved:
    """Plant faults, all by default, in a copy of a folder, and run its workflows on each.

    `variables` go before the environment's: where pip looks for packages. Raises WorkbookError, in one line.
    """
    from checker.campus.place import CampusError

    known = {one.id: one for one in FAULTS}
    if unknown := [one for one in faults if one not in known]:
        raise WorkbookError(f"there is no fault {unknown[0]!r}; the faults are {', '.join(known)}")
    chosen = [known[one] for one in faults] or list(FAULTS)
    try:
        project = read(folder)
        environment = {**os.environ, **variables}
        found = prove(
            project, lambda *_: None, faults=chosen, change=change, environment=environment
        )
    except (ValueError, CampusError) as error:
        raise WorkbookError(str(error)) from None
    return Proved(**{one.name: getattr(found, one.name) for one in fields(Proof)})


def told(found: Proof, words: Mapping[str, str], titles: Mapping[str, str]) -> Shown:
    """Return a proof as a table; `words` say what became of a fault, by its state, `titles` what it is, by its id."""
    if not found.ran:
        return plainly(words["nothing runs"])
    if found.baseline:
        steps = "\n".join(f"  ✗ {plain(step, 200)}" for step in found.baseline)
        return plainly(f"{words['red']}\n{steps}")
    rows = [
        (
            _MARKS[one.state],
            titles[one.fault.id],
            words[one.state],
            plain(", ".join(dict.fromkeys(step.partition(": ")[2] for step in one.caught)), 120),
            f"{one.path}:{one.line}" if one.path else "",
        )
        for one in found.outcomes
    ]
    return table([""] * 5, rows)
