"""What zizmor says about a workflow: an auditor of GitHub Actions, asked without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_TEXT = 100_000
"""Characters of a workflow that are handed to it."""
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that zizmor finds."""

    audit: str
    """Such as `template-injection`."""
    line: int
    """From 1."""
    what: str


def program() -> str:
    """Return where zizmor is installed: beside this Python, else on PATH; empty when it is not."""
    beside = Path(sys.executable).with_name("zizmor")
    return str(beside) if beside.is_file() else shutil.which("zizmor") or ""


def audit(text: str, settings: Path) -> tuple[Finding, ...] | None:
    """Return what zizmor finds in a workflow, by line; None when it is not installed or cannot read the text.

    `settings` is a `zizmor.yml`. The workflow is read and nothing of it is run.
    """
    zizmor = program()
    if not zizmor or len(text) > MAX_TEXT:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "workflow.yml"
        file.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [zizmor, "--offline", "--no-progress", "--quiet", "--no-exit-codes", "--format", "json",
                 "--config", str(settings), str(file)],
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": folder},
                capture_output=True, timeout=SECONDS, check=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            found: list[dict[str, Any]] = json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            return None
    return tuple(sorted((_finding(one) for one in found), key=lambda one: (one.line, one.audit)))


def _finding(told: dict[str, Any]) -> Finding:
    """Return a finding at the last of its places: the first ones only lead there."""
    row = told["locations"][-1]["concrete"]["location"]["start_point"]["row"]
    return Finding(str(told["ident"]), int(row) + 1, str(told["desc"]))
