"""Draw docs/images/grade.svg from what `checker grade` really prints: python -m docs.pictures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from solutions.variants import variants

IMAGES = Path(__file__).parent / "images"
WIDTH = 100
SHOWN = "mock_publish"
"""The faulty variant of the homework that the README shows."""

# Without the web font: a picture asks nothing of the network.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def grade_as_printed() -> str:
    """Return the coloured text of `checker grade` for the shown variant."""
    variant = next(one for one in variants() if one.name == SHOWN)
    checker = shutil.which("checker", path=str(Path(sys.executable).parent)) or "checker"
    with tempfile.TemporaryDirectory() as folder:
        variant.write(Path(folder))
        done = subprocess.run(
            [checker, "grade", SHOWN],
            cwd=folder,
            env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    if done.returncode not in {0, 1, 3}:
        sys.exit(f"checker grade failed:\n{done.stderr}")
    return done.stdout.rstrip()


def svg(printed: str, title: str) -> str:
    """Return text with terminal colours as a picture of a terminal."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed))
    return console.export_svg(title=title, code_format=_FORMAT, unique_id="grade")


def main() -> None:
    """Draw the picture and say where it is."""
    IMAGES.mkdir(exist_ok=True)
    target = IMAGES / "grade.svg"
    target.write_text(svg(grade_as_printed(), f"checker grade {SHOWN}"), encoding="utf-8")
    print(f"{target}: written")


if __name__ == "__main__":
    main()
