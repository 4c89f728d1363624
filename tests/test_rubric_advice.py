"""The rubric keeps its promises: each criterion fits its evidence, and its advice is sound YAML."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml

from checker.evidence import needs
from checker.rubric import criteria
from checker.rubric.criterion import RESERVED, Criterion, criterion
from checker.rubric.verdict import Verdict, met

FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SNIPPETS = [
    pytest.param(snippet, id=f"{one.id}-{number}")
    for one in criteria()
    for number, snippet in enumerate(FENCE.findall(one.advice))
]
PARTS = {
    "on": "on: push\n",
    "permissions": "permissions:\n  contents: read\n",
    "jobs": "jobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n",
}


def workflow(snippet: str) -> str:
    """Put a snippet where it belongs: a whole workflow, some steps, or some keys of one."""
    keys = yaml.load(snippet, Loader=yaml.BaseLoader)  # noqa: S506 - it makes strings only
    if isinstance(keys, list):
        return "".join(PARTS.values()) + textwrap.indent(snippet, "      ")
    if "jobs" in keys:
        return snippet
    rest = "".join(text for key, text in PARTS.items() if key not in keys)
    return f"{snippet}{rest}      - run: echo\n"


def tool(name: str) -> str:
    """Return a program installed beside this Python, or anywhere."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize("one", criteria(), ids=lambda one: one.id)
def test_each_parameter_of_a_criterion_is_a_providers_name_and_type(one: Criterion) -> None:
    assert needs(one.function)


@pytest.mark.parametrize("one", criteria(), ids=lambda one: one.id)
def test_a_statement_is_one_sentence_and_advice_says_what_to_do(one: Criterion) -> None:
    assert len(one.statement) < 100
    assert one.statement[0].isupper()
    assert not one.statement.endswith(".")
    assert len(one.advice) > 40


def test_every_criterion_that_files_decide_shows_the_yaml_to_write() -> None:
    without = {one.id for one in criteria() if not FENCE.search(one.advice)}
    assert without == {"CI5", "LIB4", "LIB5", "LIB6", "IMG4", "IMG5", "IMG6"}


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_actionlint_finds_nothing_to_say_about_the_advice(snippet: str, tmp_path: Path) -> None:
    file = tmp_path / "advice.yml"
    file.write_text(workflow(snippet), encoding="utf-8")
    done = subprocess.run(
        [tool("actionlint"), "-no-color", "-shellcheck=", "-pyflakes=", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_zizmor_finds_nothing_to_say_about_the_advice(snippet: str, tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "advice.yml").write_text(workflow(snippet), encoding="utf-8")
    config = tmp_path / "zizmor.yml"
    config.write_text("rules: {unpinned-uses: {config: {policies: {'*': ref-pin}}}}\n")
    done = subprocess.run(
        [
            tool("zizmor"),
            "--offline",
            "--no-progress",
            "--config",
            config,
            "--min-severity",
            "low",
            folder,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def good() -> Verdict:
    """It is good.

    Advice.
    """
    return met("it is")


@pytest.mark.parametrize("id", ["CI1", *RESERVED, "ci9", "CI0", "9"])
def test_an_id_that_is_taken_reserved_or_malformed_is_refused(id: str) -> None:
    with pytest.raises(TypeError, match="id"):
        criterion(id, points=1)(good)


def test_a_criterion_without_advice_is_refused() -> None:
    def bare() -> Verdict:
        """It is bare."""
        return met("it is")

    with pytest.raises(TypeError, match="advice"):
        criterion("CI99", points=1)(bare)
