"""Notebooks opened and run in a real browser, as a student does, with a picture of each: make browse.

Pictures lie in `build/browse`, for people to look at; what fails is printed, and the status is 1 then.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "browse"
PATIENCE = 180_000
"""Milliseconds in which a notebook has to reach its last cell."""
_IDLE = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status='idle']"
_FAILED = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'], "
_FAILED += ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedText[data-mime-type='application/vnd.jupyter.error']"


@dataclass(frozen=True)
class Seen:
    """What a browser showed of a notebook that was run to its end."""

    notebook: str
    cells: int
    failures: tuple[str, ...]
    picture: Path


def main() -> None:
    """Run the notebooks that are asked for, in a class of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="NN", help="all without it")
    parser.add_argument("--language", choices=["en", "ru"], help="both without it")
    parser.add_argument("--kind", choices=["notebooks", "solutions"], default="notebooks")
    given = parser.parse_args()
    languages = [given.language] if given.language else ["en", "ru"]
    chosen = [
        f"{language}/{file.name}"
        for language in languages
        for file in sorted((ROOT / given.kind / language).glob("*.ipynb"))
        if not given.lessons or file.name[:2] in given.lessons
    ]
    BUILD.mkdir(parents=True, exist_ok=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="browse-") as folder:
        root = Path(folder)
        for language in languages:
            with classroom(root, language) as url, browser() as page:
                for path in (one for one in chosen if one.startswith(language)):
                    if given.kind == "solutions":
                        shutil.copy(ROOT / "solutions" / path, root / "work" / "notebooks" / path)
                    seen = run(page, url, path, BUILD)
                    failed = failed or bool(seen.failures)
                    said = "; ".join(seen.failures) or "no cell failed"
                    print(
                        f"{path}: {seen.cells} cells run, {said}: {os.path.relpath(seen.picture)}"
                    )
    sys.exit(int(failed))


@contextlib.contextmanager
def classroom(root: Path, language: str) -> Iterator[str]:
    """Run `checker lab` in folders of its own, and give the address that it prints."""
    shown = (
        root / "config" / "jupyter_lab_config.json"
    )  # lets the page be asked how far a notebook is
    shown.parent.mkdir(exist_ok=True)
    shown.write_text('{"LabApp": {"expose_app_in_browser": true}}', encoding="utf-8")
    options = ("--no-browser", "--folder", str(root / "work"), "--language", language)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "checker", "lab", *options],
        env={
            **os.environ,
            "CHECKER_CAMPUS": str(root / "campus"),
            "JUPYTER_CONFIG_PATH": str(shown.parent),
        },
        stdout=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"checker lab ended with status {process.wait()}")
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)
        process.stdout.close()


@contextlib.contextmanager
def browser() -> Iterator[Page]:
    """Give a page of Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield opened.new_page(viewport={"width": 1280, "height": 900})
        opened.close()


def run(page: Page, url: str, path: str, folder: Path) -> Seen:
    """Open a notebook, run all of its cells, and take a picture of the whole of it."""
    base, _, token = url.partition("?")
    page.goto(f"{base.partition('/lab/')[0]}/lab/tree/notebooks/{path}?reset&{token}")
    page.wait_for_function(_READY, timeout=PATIENCE)
    page.wait_for_selector(_IDLE, timeout=PATIENCE)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    count = int(page.evaluate(_COUNT))
    page.wait_for_function(_DONE, arg=count, timeout=PATIENCE)
    page.wait_for_selector(_IDLE, timeout=PATIENCE)
    failures = tuple(
        dict.fromkeys(one.inner_text()[:300] for one in page.query_selector_all(_FAILED))
    )
    picture = folder / (path.replace("/", "-").removesuffix(".ipynb") + ".png")
    height = int(page.evaluate(_HEIGHT))
    page.set_viewport_size({"width": 1280, "height": min(height + 200, 16_000)})
    page.evaluate(_TO_TOP)
    page.wait_for_timeout(1000)  # cells that come into sight are drawn now
    page.screenshot(path=picture)
    page.set_viewport_size({"width": 1280, "height": 900})
    return Seen(path, count, failures, picture)


_READY = """() => {
    const shown = window.jupyterapp?.shell.currentWidget;
    return shown?.context?.isReady && shown.sessionContext?.session?.kernel?.status === 'idle';
}"""
_COUNT = """() => window.jupyterapp
    ? window.jupyterapp.shell.currentWidget.content.model.cells.length : 0"""
_DONE = """(count) => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
    for (let at = cells.length - 1; at >= 0; at--) {
        if (cells.get(at).type === 'code') return cells.get(at).executionCount !== null;
    }
    return true;
}"""
_HEIGHT = """() => {
    const shown = window.jupyterapp.shell.currentWidget.content;
    return shown.node.querySelector('.jp-WindowedPanel-inner')?.scrollHeight || shown.node.scrollHeight;
}"""
_TO_TOP = """() => {
    const shown = window.jupyterapp.shell.currentWidget.content.node;
    const panel = shown.querySelector('.jp-WindowedPanel-outer') || shown;
    panel.scrollTop = 0;
}"""


if __name__ == "__main__":
    main()
