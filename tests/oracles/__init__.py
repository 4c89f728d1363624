"""Other people's implementations, installed outside of git, for tests that compare ours with them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CACHE = HERE.parent.parent / ".cache" / "oracles"
INSTALL_SECONDS = 300
ANSWER_SECONDS = 120


@cache
def node_modules(name: str) -> Path:
    """Return the `node_modules` of the oracle in this folder, installed (and built) once for its text.

    Its scripts stand beside: `node_modules("expressions").parent / "evaluate.js"`. Without npm or its
    registry the test is skipped; on CI, where both are promised, it fails.
    """
    files = sorted(path for path in (HERE / name).iterdir() if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    home = CACHE / f"{name}-{digest}"
    if not home.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=CACHE, prefix=f"{name}-"))
        try:
            _install(files, work)
            # Two test processes may install at once: the first to finish gives the folder.
            if not home.exists():
                work.rename(home)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return home / "node_modules"


def parse_workflows(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Read workflow files with GitHub's parser.

    Returns for each `{path, errors: [text], events, jobs: {id: {if, needs, uses, steps}}}`, a step being
    `{name, uses, run, if}`; what is absent is null.
    """
    return run_node("workflow_parser", "parse.cjs", map(str, paths))


def run_node(name: str, script: str, lines: Iterable[str]) -> list[Any]:
    """Feed lines to an oracle's script and return the JSON it answers, one value a line."""
    home = node_modules(name).parent
    done = subprocess.run(
        ["node", str(home / script)],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=ANSWER_SECONDS,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _install(files: Sequence[Path], work: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        missing("npm is not installed")
    for file in files:
        shutil.copy(file, work)
    quiet = ["--prefix", str(work), "--no-audit", "--no-fund", "--no-update-notifier"]
    for words in (
        ["install", "--ignore-scripts", "--no-package-lock"],
        ["run", "build", "--if-present"],
    ):
        done = subprocess.run(
            [str(npm), *words, *quiet],
            cwd=work,
            capture_output=True,
            check=False,
            text=True,
            timeout=INSTALL_SECONDS,
        )
        if done.returncode:
            missing(f"npm {words[0]} failed: {done.stderr.strip()[-500:]}")


def missing(reason: str) -> None:
    """Skip the test for a reason; on CI, where all is promised, fail it."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
