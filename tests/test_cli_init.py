"""`checker init` writes a first homework.yml: with what it was told, asks at a terminal, and guesses elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli.commands import checker
from checker.services.homework import read
from solutions.variants import REFERENCE

ROOT = Path(__file__).parent.parent


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a checkout whose origin is on GitHub and whose image's user is written out."""
    folder = tmp_path / "hw"
    shutil.copytree(REFERENCE, folder)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    origin = "https://github.com/course/anna-ivanova-b05"
    subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", origin], check=True)
    return folder


def run(*words: object) -> Result:
    return CliRunner().invoke(checker, ["init", *map(str, words)])


def test_what_is_told_is_written_and_read_back(work: Path) -> None:
    done = run(work, "--pypi", "my-library", "--image", "Me/App", "--student", "Иванова Анна")
    assert (done.exit_code, done.stdout) == (0, "")
    text = (work / "homework.yml").read_text(encoding="utf-8")
    found = read(text)
    assert (found.package, found.image, found.student) == ("my-library", "me/app", "ivanova_anna")
    assert found.problems == ()
    assert "homework.yml: written" in done.stderr


def test_what_is_not_told_is_guessed_with_a_reason(work: Path) -> None:
    assert run(work).exit_code == 0
    text = (work / "homework.yml").read_text(encoding="utf-8")
    found = read(text)
    assert (found.package, found.image) == ("campfire-centroids", "course/campfire")
    assert "(from pyproject.toml, line " in text
    assert "the user `course` is a guess" in text
    assert found.student == "ivanova_anna"
    assert "a guess from the repository's name `anna-ivanova-b05`" in text


def test_what_nothing_tells_is_left_to_fill_in(tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 0
    text = (tmp_path / "homework.yml").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == []
    assert "# student: ivanov_ivan" in text
    assert run(tmp_path, "--force", "--image", "").exit_code == 0


@pytest.mark.parametrize("name", ["null", "True", "on", "1.0", "007", "no", "1e3"])
def test_a_name_that_yaml_takes_for_something_else_is_quoted(name: str, tmp_path: Path) -> None:
    import yaml

    assert run(tmp_path, "--pypi", name).exit_code == 0
    text = (tmp_path / "homework.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {"package": name}
    assert read(text).package == name


@pytest.mark.parametrize("name", ["homework.yml", "homework.yaml"])
def test_a_file_that_is_there_is_left_alone_unless_forced(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("package: mine\n")
    done = run(tmp_path, "--pypi", "other")
    assert done.exit_code == 2
    assert "is there already; --force writes over it" in done.stderr
    assert (tmp_path / name).read_text() == "package: mine\n"
    assert run(tmp_path, "--pypi", "other", "--force").exit_code == 0
    assert read((tmp_path / name).read_text()).package == "other"


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_out_of_the_folder_is_replaced_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("keep")
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "homework.yml").symlink_to(outside)
    assert run(tmp_path / "hw").exit_code == 2
    assert run(tmp_path / "hw", "--force").exit_code == 0
    assert outside.read_text() == "keep"
    assert not (tmp_path / "hw" / "homework.yml").is_symlink()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("absent",), "there is no folder 'absent'"),
        ((".", "--pypi", "-x"), "is no package name"),
        ((".", "--image", "x"), "is no image"),
        ((".", "--student", "Иванова"), "is one word"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(
    words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_at_a_terminal_it_asks_and_asks_again(work: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "checker", "init", str(work), "--image", "me/app"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    ) as process:
        os.close(theirs)
        seen = b""
        for question, answer in (
            (b"[campfire-centroids]:", b"-x\n"),
            (b"is no package name", b"\n"),
            (b"[ivanova_anna]:", "Петрова Анна\n".encode()),
            (b"written", b""),
        ):
            while question not in seen:
                seen += os.read(ours, 1000)
            seen = seen.partition(question)[2]
            os.write(ours, answer)
        assert process.wait() == 0
    os.close(ours)
    found = read((work / "homework.yml").read_text(encoding="utf-8"))
    assert (found.package, found.image, found.student) == (
        "campfire-centroids",
        "me/app",
        "petrova_anna",
    )
