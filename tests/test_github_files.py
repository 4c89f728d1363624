"""The files of a repository on GitHub: what comes at once, what when it is asked for, and what never."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from checker.actions.activities import activities_of
from checker.actions.workflows import workflows_of
from checker.evidence import Unavailable
from checker.services.checkout import Tree
from checker.services.github import snapshot
from checker.services.github.files import MAX_FETCHES
from checker.services.repository import Files, Repository
from checker.target import Target
from tests.standins.github import GitHub
from tests.standins.github.git import Content

HOMEWORK = Path(__file__).parent.parent / "solutions" / "homework"


def workflow(*commands: str) -> dict[str, Content]:
    steps = "\n".join(f"      - run: {command}" for command in commands)
    text = f"on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n{steps}\n"
    return {".github/workflows/ci.yml": text}


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub().running() as server:
        yield server


def repository(github: GitHub, files: Mapping[str, Content | None]) -> Repository:
    github.world.repository("ivanova/hw", files)
    return snapshot(Target(repository="ivanova/hw"), github.door()).repository


def read(github: GitHub, files: Mapping[str, Content | None]) -> Files:
    return repository(github, files).files


def test_reading_the_reference_homework_costs_one_request_and_tells_what_its_folder_tells(
    github: GitHub,
) -> None:
    local = Tree(HOMEWORK)
    remote = repository(github, {path: (HOMEWORK / path).read_bytes() for path in local.paths})
    folder = Repository("hw", local, ("main",), full_name="ivanova/hw")
    assert activities_of(remote) == activities_of(folder)
    assert github.lines == ["POST /graphql"]


VENDORED = {
    "large": "venv/lib/python3.12/site-packages/",
    "on Windows": "venv/Lib/site-packages/",
    "by another name": "homework_env/lib/python3.12/site-packages/",
    "node_modules": "node_modules/",
    "in a subfolder": "hw2/.venv/lib/python3.12/site-packages/",
}


@pytest.mark.parametrize("folder", VENDORED.values(), ids=VENDORED)
def test_a_committed_virtual_environment_costs_nothing(github: GitHub, folder: str) -> None:
    count = 20_000 if folder == VENDORED["large"] else 500
    theirs = {f"{folder}package{n // 20}/part{n % 20}/setup.py": "" for n in range(count)}
    theirs |= {f"{folder}package0/.github/workflows/ci.yml": "on: push\njobs: {}\n"}
    root = folder.partition("/lib")[0].partition("/Lib")[0]
    if "node_modules" not in folder:
        theirs |= {f"{root}/pyvenv.cfg": "home = /usr\n"}
    found = repository(github, theirs | workflow("pytest") | {"model.py": ""})
    assert found.files.paths == (".github/workflows/ci.yml", "model.py")
    assert workflows_of(found).stray == ()
    assert found.files.text(f"{folder}package0/part0/setup.py") is None
    assert found.files.names(folder) == ()
    assert github.lines == ["POST /graphql"]


def test_scripts_that_workflows_call_come_together(github: GitHub) -> None:
    found = repository(
        github,
        workflow("bash scripts/lint.sh", "bash scripts/check-$KIND.sh", "make -C tools all")
        | {
            "scripts/lint.sh": "ruff check .\n",
            "scripts/check-unit.sh": "bash scripts/more.sh\n",
            "scripts/more.sh": "pytest\n",
            "tools/Makefile": "all:\n\tmypy .\n",
        },
    )
    assert {one.tool for one in activities_of(found).found} >= {"ruff", "mypy"}
    assert found.files.text("scripts/more.sh") == "pytest\n"
    assert github.lines == ["POST /graphql", "POST /graphql"]


def test_a_deep_file_is_found_when_it_is_asked_for(github: GitHub) -> None:
    files = read(github, {"a/b/c/d/e.txt": "deep\n", "a/b/c/d/f/g.txt": "deeper\n"})
    assert files.names("a/b/c") == ("d",)
    assert files.text("a/b/c/d/e.txt") == "deep\n"
    assert files.text("a/b/c/d/f/g.txt") == "deeper\n"
    assert files.text("a/b/c/d/missing.txt") is None
    assert len(github.lines) <= 5


def test_what_a_workflow_names_is_listed_however_deep_it_lies(github: GitHub) -> None:
    files = read(
        github,
        workflow("python a/b/c/d/train.py") | {"a/b/c/d/train.py": "", "x/y/z/w/other.py": ""},
    )
    assert files.paths == (".github/workflows/ci.yml", "a/b/c/d/train.py")


@pytest.mark.parametrize("folder", ["hw2", "hw2/project", "year1/hw2/project/app"])
def test_workflows_in_the_wrong_place_are_found(github: GitHub, folder: str) -> None:
    stray = f"{folder}/.github/workflows/ci.yml"
    found = repository(github, {stray: workflow("pytest")[".github/workflows/ci.yml"]})
    assert [one.path for one in workflows_of(found).stray] == [stray]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param("имя".encode("cp1251"), "имя", id="Windows-1251"),
        pytest.param("имя".encode("utf-16"), "имя", id="UTF-16"),
        pytest.param(b"\xef\xbb\xbfname", "name", id="UTF-8 with a mark"),
        pytest.param(b"\x00\x01\x02", None, id="binary"),
        pytest.param(b"x" * 600_000, "x" * 600_000, id="longer than GraphQL gives"),
        pytest.param(b"x" * 1_000_001, None, id="too large"),
        pytest.param(b"", "", id="empty"),
    ],
)
def test_a_text_is_read_as_from_a_folder(github: GitHub, data: bytes, text: str | None) -> None:
    files = read(github, {"notes.txt": data, "Makefile": data})
    assert files.text("Makefile") == text
    assert files.text("notes.txt") == text


def test_a_file_too_large_is_not_fetched(github: GitHub) -> None:
    files = read(github, {"data.csv": b"1,2\n" * 300_000})
    assert files.text("data.csv") is None
    assert github.lines == ["POST /graphql"]


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../x", "", ".", "a\0b", "src/"])
def test_no_path_leads_out_of_the_repository(github: GitHub, path: str) -> None:
    files = read(github, {"src/a.py": "", "secret": "x"})
    assert files.text(path) is None
    assert github.lines == ["POST /graphql"]


def test_a_listing_too_large_is_asked_for_with_fewer_levels(github: GitHub) -> None:
    github.graph.most = 300
    files = read(
        github,
        workflow("pytest tests")
        | {f"data/part{n}/{m}.csv": "" for n in range(40) for m in range(40)}
        | {"tests/test_model.py": "", "src/hw/model.py": "x = 1\n"},
    )
    assert files.text(".github/workflows/ci.yml") is not None
    assert files.text("src/hw/model.py") == "x = 1\n"
    assert github.lines == ["POST /graphql"] * len(github.lines)


def test_what_leads_to_file_after_file_ends_unknown_and_not_unmet(github: GitHub) -> None:
    deep = [f"d{n}/a/b/c/d/file{n}.txt" for n in range(MAX_FETCHES)]
    files = read(github, workflow("pytest") | {path: path[1:2] for path in deep})
    for path in deep[: MAX_FETCHES // 2]:
        assert files.text(path) == path[1:2]
    with pytest.raises(Unavailable, match=f"more files than {MAX_FETCHES} requests can bring"):
        files.text(deep[-1])


def test_an_outage_while_files_are_read_is_said(github: GitHub) -> None:
    files = read(github, workflow("bash run.sh") | {"run.sh": "pytest\n"})
    github.fail("/graphql", 503)
    with pytest.raises(Unavailable, match="503"):
        files.text("run.sh")


def test_names_that_no_folder_can_hold_are_left_out(github: GitHub) -> None:
    names = ["..", "a/b", "", "x\0y"]
    entries = [
        {"name": name, "type": "blob", "mode": 33188, "oid": "0" * 40, "size": 1} for name in names
    ]
    head = {"oid": "1" * 40, "__typename": "Commit", "tree": {"oid": "2" * 40, "entries": entries}}
    about = {
        "nameWithOwner": "ivanova/hw",
        "defaultBranchRef": {"name": "main", "target": head},
        **{key: {"totalCount": 0, "nodes": []} for key in ("branches", "tags", "open", "done")},
    }
    github.fail("/graphql", 200, content={"data": {"repository": about}})
    files = snapshot(Target(repository="ivanova/hw"), github.door()).repository.files
    assert files.paths == ()


def test_files_too_many_for_one_request_come_in_halves(github: GitHub) -> None:
    scripts: dict[str, Content] = {f"scripts/{n}.sh": f"echo {n}\n" for n in range(30)}
    files = read(github, workflow("bash scripts/0.sh") | scripts)
    github.graph.most = 20
    assert files.text("scripts/0.sh") == "echo 0\n"
    assert files.text("scripts/29.sh") == "echo 29\n"
    assert len(github.lines) == 5  # the listing, all 30 in vain and once more, 15 and 15


@pytest.mark.parametrize("path", ["a/b/c/d/e.txt", "run.sh"])
def test_what_github_does_not_give_is_unavailable_and_not_absent(github: GitHub, path: str) -> None:
    files = read(github, workflow("bash run.sh") | {path: "text\n"})
    answer = {"data": {"repository": {"o0": None}}}
    github.fail("/graphql", 200, content=answer)
    with pytest.raises(Unavailable, match=r"GitHub did not (give the file|list the folder)"):
        files.text(path)


def test_a_file_in_another_encoding_that_is_not_given_is_unavailable(github: GitHub) -> None:
    files = read(github, {"Makefile": "имя".encode("cp1251")})
    github.fail("/git/blobs/", 404, content={"message": "Not Found"})
    with pytest.raises(Unavailable, match="GitHub shows no files of ivanova/hw"):
        files.text("Makefile")
