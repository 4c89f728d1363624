"""What the README shows of the campus works as it stands there, for somebody who has nothing yet."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from checker.campus.place import Place
from checker.campus.store import Store
from solutions.variants import write_reference
from tests.standins.processes import program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
PATIENCE = 600.0


@pytest.fixture
def variables(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A home without anything in it; only the wheels of workflows are those of the user who runs the tests.

    pip may look nowhere: it finds `ml-cicd-workbook[campus]` installed, or fails.
    """
    home = tmp_path / "home"
    home.mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    given = {
        "PATH": path,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(user_cache_path("x").parent),
        "PIP_NO_INDEX": "1",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
    }
    yield given
    subprocess.run(["checker", "campus", "down"], env=given, check=True, capture_output=True)


def test_practising_on_this_machine(tmp_path: Path, variables: Mapping[str, str]) -> None:
    program("curl", "curl")
    [block] = re.findall(r"### Practise on this machine\n\n```sh\n(.*?)```", README, re.DOTALL)
    folder = write_reference(tmp_path / "homework")
    own = ["-c", "user.name=Anna", "-c", "user.email=anna@campus.invalid"]
    for words in (
        ["init", "--quiet", "-b", "main"],
        ["add", "."],
        [*own, "commit", "-qm", "Homework"],
    ):
        subprocess.run(["git", *words], cwd=folder, env=variables, check=True)

    done = bash(block, folder, variables)
    assert done.returncode == 1, done.stderr  # nothing is merged and tagged yet
    assert "already satisfied: ml-cicd-workbook" in done.stdout.replace("Requirement ", "")
    assert "ivanova_anna has joined" in done.stdout
    assert "ivanova_anna/homework · branch main · commit" in done.stdout
    head = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    assert f"commit {head.stdout.strip()}" in done.stdout
    assert re.search(r"^✓ CI4 .* 1/1$", done.stdout, re.MULTILINE)

    [mark] = (tmp_path / "home").rglob(".campus")
    store = Store(Place.open(mark.parent))
    for _ in range(round(PATIENCE / 0.1)):
        if store.is_quiet:
            break
        threading.Event().wait(0.1)
    store.close()
    [last] = [line for line in block.splitlines() if line.startswith("checker grade")]
    again = bash(f"{last.partition('#')[0]} --format json", folder, variables)
    items = {item["id"]: item for item in json.loads(again.stdout)["items"]}
    assert (items["CI"]["points"], items["CI"]["of"]) == (10, 10), again.stdout
    assert items["LIB"]["points"] < items["LIB"]["of"]


def bash(
    script: str, folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
