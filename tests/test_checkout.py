"""A folder becomes a repository: nothing in it is run, nothing outside it is read."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from checker.services.checkout import checkout
from checker.services.repository import decode

CI = "on: push\njobs: {a: {runs-on: x, steps: [{run: pytest}]}}\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def git(folder: Path, *arguments: str) -> None:
    settings = [
        "-c",
        "user.name=Student",
        "-c",
        "user.email=student@example.org",
        "-c",
        "init.defaultBranch=master",
    ]
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def homework(tmp_path: Path) -> Path:
    """A repository whose master has two files and whose branch hw2 has the work."""
    write(tmp_path, {"README.md": "hello", "main.py": "print()"})
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "start")
    git(tmp_path, "checkout", "-b", "hw2")
    write(tmp_path, {".github/workflows/ci.yml": CI})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "homework")
    git(tmp_path, "checkout", "master")
    return tmp_path


def test_a_folder_without_git_counts_main_and_master_as_the_default_branch(tmp_path: Path) -> None:
    found = checkout(write(tmp_path, {"a.py": "x"}))
    assert found.default_branches == ("main", "master")
    assert found.files.paths == ("a.py",)


def test_the_default_branch_can_be_named(tmp_path: Path) -> None:
    assert checkout(tmp_path, default_branch="develop").default_branches == ("develop",)


def test_a_branch_that_has_the_workflows_is_chosen_and_said(homework: Path) -> None:
    found = checkout(homework)
    assert found.ref == "hw2"
    assert "branch `hw2` has" in found.chosen
    assert found.files.text(".github/workflows/ci.yml") == CI
    assert found.files.names(".github/workflows") == ("ci.yml",)
    assert found.default_branches == ("master",)


def test_a_branch_that_is_asked_for_is_taken_without_a_word(homework: Path) -> None:
    found = checkout(homework, ref="master")
    assert (found.ref, found.chosen) == ("master", "")
    assert found.files.paths == ("README.md", "main.py")


def test_the_working_tree_is_taken_where_it_has_workflows(homework: Path) -> None:
    git(homework, "checkout", "hw2")
    (homework / "README.md").write_text("not committed yet")
    found = checkout(homework)
    assert found.ref == ""
    assert found.files.text("README.md") == "not committed yet"


def test_origin_tells_the_name_on_github_and_the_default_branch(
    homework: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", str(homework), ".")
    git(clone, "remote", "set-url", "origin", "git@github.com:Course/ivanov-ivan.git")
    found = checkout(clone)
    assert found.full_name == "Course/ivanov-ivan"
    assert found.default_branches == ("master",)
    assert found.ref == "hw2"


@pytest.mark.parametrize(
    ("ref", "said"),
    [("hw9", "has no branch or tag 'hw9'; it has: hw2, master"), ("../x", "has no branch or tag")],
)
def test_a_branch_that_does_not_exist_is_one_sentence(homework: Path, ref: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checkout(homework, ref=ref)


def test_a_folder_that_does_not_exist_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no folder"):
        checkout(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="is a file"):
        checkout(write(tmp_path, {"a.txt": "x"}) / "a.txt")
    with pytest.raises(ValueError, match="no git repository"):
        checkout(tmp_path, ref="main")


def test_links_out_of_the_folder_do_not_exist(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.txt": "secret", ".github/workflows/ci.yml": CI})
    inside = write(tmp_path / "inside", {"a.txt": "a"})
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / ".github").symlink_to(outside / ".github")
    (inside / "loop").symlink_to(inside / "loop")
    files = checkout(inside).files
    assert files.text("link.txt") is None
    assert files.text(".github/workflows/ci.yml") is None
    assert files.names(".github/workflows") == ()
    assert files.text("../outside/secret.txt") is None
    assert files.text(str(outside / "secret.txt")) is None
    assert files.text("loop") is None
    assert files.text("a.txt") == "a"


def test_a_pipe_does_not_hang_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert checkout(tmp_path).files.text("pipe") is None


def test_a_git_folder_that_leads_elsewhere_is_left_alone(tmp_path: Path, homework: Path) -> None:
    pointing = tmp_path / "pointing"
    pointing.mkdir()
    (pointing / ".git").write_text(f"gitdir: {homework / '.git'}\n")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / ".git").symlink_to(homework / ".git")
    assert checkout(pointing).ref == checkout(linked).ref == ""


def test_git_configuration_of_the_folder_is_never_obeyed(homework: Path) -> None:
    mark = homework.parent / f"{homework.name}-executed"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "alias.log"):
        git(homework, "config", key, f"touch {mark}")
    checkout(homework)
    checkout(homework, ref="hw2").files.text("main.py")
    assert not mark.exists()


def test_a_committed_virtual_environment_is_not_listed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"env/pyvenv.cfg": "", "env/lib/site-packages/x/.github/workflows/ci.yml": CI, "a.py": ""},
    )
    write(tmp_path, {f"venv/lib/python3.11/site-packages/p{i}/setup.py": "" for i in range(300)})
    assert checkout(tmp_path).files.paths == ("a.py",)


def test_a_large_file_has_no_text(tmp_path: Path) -> None:
    write(tmp_path, {"large.yml": b"x" * 50_000_000, "a:b+c.txt": "odd name"})
    files = checkout(tmp_path).files
    assert files.text("large.yml") is None
    assert files.text("a:b+c.txt") == "odd name"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param("Привет".encode(), "Привет", id="UTF-8"),
        pytest.param("Привет".encode("utf-8-sig"), "Привет", id="UTF-8 with its mark"),
        pytest.param("Привет".encode("utf-16"), "Привет", id="UTF-16"),
        pytest.param("Привет".encode("cp1251"), "Привет", id="Windows-1251"),
        pytest.param(b"a\0b", None, id="binary"),
    ],
)
def test_text_is_decoded_as_its_author_wrote_it(data: bytes, text: str | None) -> None:
    assert decode(data) == text
