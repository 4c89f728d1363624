"""What the README and CONTRIBUTING say is true of the code."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from checker.cli.commands import checker as main
from checker.rubric import criteria
from checker.services.homework import read
from tests.standins.outside import outside
from tests.test_cli_live import environment
from tests.test_live import homework

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BOTH = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

SUBCOMMANDS = sorted(set(re.findall(r"`checker ([a-z]+)", BOTH)))
MODULES = sorted(set(re.findall(r"`(checker/[\w/.]+|benchmarks/\w+\.py)`", BOTH)))
LINKS = sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)\)", BOTH)))


def test_its_rubric_is_the_rubric():
    rows = re.findall(r"^\| ([A-Z]+\d) \| (.+) \| (\d+) \|$", README, re.MULTILINE)
    rubric = {one.id: (one.statement, one.points) for one in criteria()}
    assert rows
    assert {id: (statement, float(points)) for id, statement, points in rows} == rubric


def test_every_task_it_names_is_one():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for task in re.findall(r"`make ([a-z]+)", BOTH):
        assert re.search(rf"^{task}:", makefile, re.MULTILINE), task


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_command_it_names_is_one(name):
    assert name in main.commands


def test_every_option_it_names_is_one():
    helps = [CliRunner().invoke(main, [name, "--help"]).output for name in main.commands]
    table = README.split("These are used most:")[1].split("The events are")[0]
    for option in re.findall(r"`(--[a-z-]+)", table):
        assert any(option in text for text in helps), option


@pytest.mark.parametrize("path", MODULES + LINKS)
def test_every_file_it_names_is_there(path):
    assert list(ROOT.glob(path.replace("NN_slug", "*")))  # a lesson stands for each


def test_what_it_shows_of_an_outage_is_what_is_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (shown,) = re.findall(
        r"```console\n\$ checker (.*?)\n(.*?)\$ echo \$\?\n(\d)\n```", README, re.DOTALL
    )
    words, text, status = shown
    with outside() as world:
        homework(world)
        world.down["Docker Hub"] = 503
        done = CliRunner().invoke(main, words.split(), env=environment(world))
    assert (done.stdout, done.exit_code) == (text, int(status))


def test_the_action_takes_what_its_example_gives_it():
    (example,) = re.findall(r"```yaml\n(- uses: actions/checkout.*?)```", README, re.DOTALL)
    step = yaml.safe_load(example)[1]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(step["with"]) <= set(action["inputs"])


def test_its_homework_file_says_what_it_says_there():
    (example,) = re.findall(r"```yaml\n(package:.*?)```", README, re.DOTALL)
    found = read(example)
    names = (found.package, found.image, found.student)
    assert (names, found.problems) == (("my-library", "me/app", "ivanov_ivan"), ())
