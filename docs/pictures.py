"""Draw the pictures of the README from what `checker grade` really prints and writes: python -m docs.pictures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import astuple
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from solutions.variants import variants

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
WIDTH = 100
SHOWN = "lint_masked"
"""The faulty variant of the homework that the README shows."""

# Without the web font: a picture asks nothing of the network.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def grade_as_printed() -> str:
    """Return what `checker grade` prints to a terminal for the shown variant, colours and all."""
    variant = next(one for one in variants() if one.name == SHOWN)
    with tempfile.TemporaryDirectory() as folder:
        variant.write(Path(folder))
        status, printed = at_a_terminal([sys.executable, "-m", "checker", "grade", SHOWN], folder)
    if status not in {0, 1, 3}:
        sys.exit(f"checker grade failed:\n{printed}")
    return printed.replace("\r\n", "\n").rstrip()


def at_a_terminal(command: list[str], folder: str) -> tuple[int, str]:
    """Run a command as if at a terminal; return its exit status and what it wrote there."""
    ours, theirs = os.openpty()
    environment = {
        **os.environ,
        "COLUMNS": str(WIDTH),
        "TERM": "xterm-256color",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other side is closed
            part = b""
        if not part:
            break
        written += part
    os.close(ours)
    return process.wait(), written.decode()


def svg(printed: str, title: str) -> str:
    """Return text with terminal colours as a picture of a terminal."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed))
    return console.export_svg(title=title, code_format=_FORMAT, unique_id="grade")


def grade() -> str:
    """Return the picture of a grade."""
    return svg(grade_as_printed(), f"checker grade {SHOWN}")


def page_as_written() -> str:
    """Return the page of a homework that was done on stand-ins of the services, with a fault and an outage.

    A linter that cannot fail came last, and Docker Hub does not answer.
    """
    from checker.report import html
    from checker.report.links import Links
    from tests.standins.outside import CI, outside
    from tests.test_live import homework

    variant = next(one for one in variants() if one.name == SHOWN)
    with outside() as world, tempfile.TemporaryDirectory() as folder:
        repo = homework(world)
        masked = (variant.write(Path(folder)) / CI).read_text(encoding="utf-8")
        repo.push("main", {CI: masked})
        repo.run(CI)
        world.github.moment(None)
        world.down["Docker Hub"] = 503
        services = (urlsplit(url).netloc for url in astuple(world.addresses) if url)
        return html.report(world.grade("ivanova/hw"), Links(*services))


def page() -> bytes:
    """Return a picture of the upper part of that page in a browser."""
    from tests.browser import chromium

    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "grade.html"
        file.write_text(page_as_written(), encoding="utf-8")
        shown = browser.new_page(viewport={"width": 1100, "height": 1000}, color_scheme="light")
        shown.goto(file.as_uri())
        return shown.screenshot(type="png")


def main() -> None:
    """Draw the pictures and say where they are."""
    IMAGES.mkdir(exist_ok=True)
    drawn = {"grade.svg": grade().encode(), "page.png": page()}
    for name, content in drawn.items():
        (IMAGES / name).write_bytes(content)
        print(f"{IMAGES / name}: written")


if __name__ == "__main__":
    main()
