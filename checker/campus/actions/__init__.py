"""Stand-ins for the actions that homework uses: the same names, inputs and outputs, and no network beyond loopback.

Each is a composite action in a folder `owner__name` beside this file, which calls a module of this package with the
inputs as variables. Every version of an action is the same stand-in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent


def folder(name: str) -> Path | None:
    """Return the folder of the stand-in for `owner/name`, whatever its letters' case; None when there is none."""
    found = _HERE / name.lower().replace("/", "__")
    return found if found.is_dir() else None


def known() -> tuple[str, ...]:
    """Return the names of the actions there are stand-ins for, those in folders (`actions/cache/restore`) too."""
    return tuple(sorted(_known()))


def _known() -> Iterator[str]:
    for file in _HERE.glob("*__*/**/action.yml"):
        top, *inside = file.parent.relative_to(_HERE).parts
        yield "/".join((top.replace("__", "/"), *inside))


def write_unknown(folder: Path, name: str) -> None:
    """Write an action that fails and says which actions are known."""
    folder.mkdir(parents=True, exist_ok=True)
    step = {
        "shell": "bash",
        "run": '"$CAMPUS_PYTHON" -I -m checker.campus.actions.unknown',
        "env": {"CAMPUS_ACTION": name},
    }
    action = {
        "name": name,
        "description": "unknown",
        "runs": {"using": "composite", "steps": [step]},
    }
    (folder / "action.yml").write_text(json.dumps(action), encoding="utf-8")  # JSON is YAML
