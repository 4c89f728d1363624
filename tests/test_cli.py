"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import checker as package
from checker.cli.commands import checker
from checker.cli.many import WORTH_IT
from checker.rubric import criteria
from checker.rubric.settings import load

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def advised(id: str) -> str:
    """Return the workflow that a criterion advises to write."""
    (advice,) = (one.advice for one in criteria() if one.id == id)
    return FENCE.findall(advice)[0]


@pytest.fixture
def homework(tmp_path: Path) -> Path:
    """Return a folder with the three workflows that the advice tells students to write."""
    folder = tmp_path / "homework"
    flows = folder / ".github" / "workflows"
    flows.mkdir(parents=True)
    for id, name in (("CI1", "ci"), ("LIB1", "publish"), ("IMG1", "image")):
        (flows / f"{name}.yml").write_text(advised(id), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(checker, [str(one) for one in arguments], prog_name="checker")


def start(*arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
    """Start the real program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "checker", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        check=False,
        **more,  # type: ignore[call-overload]
    )


def test_following_all_the_advice_earns_all_that_a_folder_can_show(homework: Path) -> None:
    done = run("grade", homework)
    assert "17 of 30; 13 could not be graded: a folder shows no runs" in done.stdout
    assert done.exit_code == 3


def test_the_exit_status_tells_the_outcome(homework: Path) -> None:
    assert run("grade", homework, "--only", "CI1").exit_code == 0
    assert run("grade", homework, "--only", "CI").exit_code == 3
    assert run("grade", "empty", "--only", "CI1").exit_code == 1
    assert run("grade", "absent").exit_code == 2


def test_json_and_markdown_are_printed_alone(homework: Path) -> None:
    document = json.loads(run("grade", homework, "--format", "json").stdout)
    assert (document["points"], document["repository"]) == (17, "homework")
    assert run("grade", homework, "--format", "markdown").stdout.startswith("## homework: 17 of 30")


def test_a_folder_without_workflows_gets_a_first_step() -> None:
    done = run("grade", "empty")
    assert done.exit_code == 1
    assert "There are no workflows yet." in done.stdout


def test_a_rubric_file_changes_the_points(homework: Path, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("points: {CI1: 12}\n")
    done = run("grade", homework, "--rubric", "r.yaml", "--only", "CI1")
    assert "12 of 12" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grade", "absent"), "there is no folder 'absent'"),
        (("grade", "file.txt"), "is a file"),
        (("grade", "empty", "--ref", "a b"), "is no branch name"),
        (("grade", "empty", "--ref", "hw5"), "is no git repository"),
        (("grade", "empty", "--default-branch", "-x"), "is no branch name"),
        (("grade", "empty", "--only", "CI9"), "no criterion or item 'CI9'; did you mean CI"),
        (("grade", "empty", "--rubric", "absent.yaml"), "absent.yaml: No such file"),
        (("grade", "empty", "--rubric", "bad.yaml"), "bad.yaml, line 2: "),
        (("grade", ""), "nothing to grade"),
        (("explain", "absent"), "there is no folder 'absent'"),
        (("explain", "empty", "--format", "mermaid"), "add --event"),
        (("explain", "empty", "--event", "pull"), "'pull' is not one of"),
        (("rubric", "--rubric", "bad.yaml"), "bad.yaml, line 2: "),
        (("catalogue", "rufff"), "did you mean ruff"),
        (("catalogue", "qqqqqqqq"), "nothing is known of 'qqqqqqqq'"),
        (("completion", "csh"), "'csh' is not one of"),
        (("grade", "\x1b[31m"), "there is no folder"),
        ((), "Usage: checker"),
        (("grad",), "No such command"),
    ],
)
def test_bad_input_is_one_sentence_and_status_two(
    arguments: tuple[str, ...], words: str, tmp_path: Path
) -> None:
    (tmp_path / "file.txt").touch()
    (tmp_path / "bad.yaml").write_text("points:\n  CI9: 1\n")
    done = start(*arguments)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_explain_prints_a_table_and_for_one_event_a_tree(homework: Path) -> None:
    assert re.search(r"push +branch +PR", run("explain", homework).stdout)
    tree = run("explain", homework, "--event", "tag")
    assert tree.exit_code == 0
    assert "image-push with docker/build-push-action to Docker Hub" in tree.stdout


def test_explain_lets_the_names_be_set(homework: Path) -> None:
    found = run("explain", homework, "--event", "tag", "--tag", "2.0", "--format", "json")
    (repository,) = json.loads(found.stdout)["repositories"]
    (image,) = (
        flow
        for flow in repository["simulations"][0]["workflows"]
        if flow["file"].endswith("image.yml")
    )
    assert image["runs"] == "depends"
    assert "`2.0` does not" in image["why"]
    assert (
        "the tag 2.0 is pushed"
        in run("explain", homework, "--event", "tag", "--tag", "2.0", "--format", "mermaid").stdout
    )


def test_jsonl_has_a_line_for_each_repository(homework: Path) -> None:
    done = run("explain", homework, "empty", "--format", "jsonl")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["path"], second["path"]) == (str(homework), "empty")
    assert {one["kind"] for one in first["activities"]} == {
        "lint", "test", "build", "publish", "registry-login", "image-build", "image-push",
    }  # fmt: skip
    assert second["activities"] == []


def test_one_folder_that_is_not_there_does_not_hide_the_others(homework: Path) -> None:
    done = run("explain", "absent", homework, "--format", "jsonl")
    assert done.exit_code == 2
    assert len(done.stdout.splitlines()) == 1
    assert "there is no folder 'absent'" in done.stderr


@pytest.mark.parametrize("form", ["jsonl", "text"])
def test_many_folders_are_answered_in_order_and_each_as_it_is_alone(
    homework: Path, form: str
) -> None:
    folders = ["empty" if number % 3 else str(homework) for number in range(WORTH_IT)]
    asked = [*folders[:3], "absent", *folders[3:]]
    alone = {one: start("explain", one, "--format", form).stdout for one in set(folders)}
    done = start("explain", *asked, "--format", form)
    assert done.returncode == 2
    assert done.stdout == "".join(alone[one] for one in folders)
    assert done.stderr.count("there is no folder 'absent'") == len(done.stderr.splitlines()) == 1


def test_a_document_of_many_folders_holds_each_of_them(homework: Path) -> None:
    done = start("explain", *([homework] * WORTH_IT), "--event", "tag", "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["repositories"]
    assert len(found) == WORTH_IT
    assert all(one == found[0] and one["simulations"] for one in found)


def test_a_default_branch_can_be_named(homework: Path) -> None:
    done = run("explain", homework, "--default-branch", "trunk", "--format", "jsonl")
    found = json.loads(done.stdout)
    assert found["default_branch"] == "trunk"
    (lint,) = (one for one in found["activities"] if one["kind"] == "lint")
    assert (lint["events"]["push"], lint["events"]["pull-request"]) == ("no", "yes")


@pytest.mark.parametrize("form", ["text", "markdown", "json", "yaml"])
def test_the_rubric_is_printed_in_each_form(form: str) -> None:
    done = run("rubric", "--format", form)
    assert done.exit_code == 0
    for one in criteria():
        assert one.id in done.stdout


def test_the_rubric_as_yaml_is_a_rubric_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(run("rubric", "--format", "yaml").stdout)
    assert load("mine.yaml").criteria == criteria()


def test_the_catalogue_tells_what_is_known() -> None:
    assert "lint" in run("catalogue", "ruff").stdout
    assert "image-push" in run("catalogue", "docker/build-push-action").stdout
    assert json.loads(run("catalogue", "ruff", "--format", "json").stdout)[0]["name"] == "ruff"
    assert "checker catalogue NAME" in run("catalogue").stdout
    counts = json.loads(run("catalogue", "--format", "json").stdout)
    assert counts["entries"] == counts["tools"] + counts["actions"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(shell: str) -> None:
    assert f"_CHECKER_COMPLETE={shell}_complete" in run("completion", shell).stdout


def test_bash_completes_commands() -> None:
    words = {"COMP_WORDS": "checker gr", "COMP_CWORD": "1", "_CHECKER_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-m", "checker"],
        capture_output=True,
        text=True,
        env={**os.environ, **words, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        check=False,
    )
    assert done.stdout == "plain,grade\n"


@pytest.mark.parametrize("command", [(), ("grade",), ("explain",), ("rubric",), ("catalogue",)])
def test_help_has_examples_where_they_help(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert done.exit_code == 0
    if command in {(), ("grade",), ("explain",)}:
        assert "Examples:" in done.stdout
    if command == ("grade",):
        assert "a perfect folder ends here" in done.stdout


def test_version_imports_neither_click_nor_rich_nor_yaml() -> None:
    done = start("--version")
    assert (done.stdout, done.returncode) == (f"checker {package.__version__}\n", 0)
    slow = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "checker", "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in slow.stderr.splitlines()}
    assert not imported & {
        "click",
        "rich",
        "yaml",
        "dulwich",
        "checker.cli.commands",
    }


def test_help_imports_neither_rich_nor_yaml() -> None:
    slow = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "checker", "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in slow.stderr.splitlines()}
    assert not imported & {"rich", "yaml", "dulwich"}


@pytest.mark.parametrize("count", [2, 4 * WORTH_IT])
def test_a_closed_pipe_is_no_error(homework: Path, count: int) -> None:
    folders = " ".join([str(homework)] * count)
    command = f"{sys.executable} -m checker explain {folders} --format jsonl | head -c 5"
    done = subprocess.run(
        ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        check=True,
    )
    assert done.stderr == ""


def test_a_terminal_that_knows_no_utf8_is_no_error(homework: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "checker", "grade", str(homework)],
        capture_output=True,
        env={
            **os.environ,
            "PYTHONIOENCODING": "ascii",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        },
        check=False,
    )
    assert done.returncode == 3
    assert "✓" in done.stdout.decode("utf-8")


def test_no_colours_in_a_pipe(homework: Path) -> None:
    assert "\x1b" not in start("grade", homework).stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("variable", "coloured"), [("NO_COLOR", False), ("SOMETHING", True)])
def test_colours_in_a_terminal_unless_no_color_is_set(
    homework: Path, variable: str, coloured: bool
) -> None:
    import pty

    main, other = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "checker", "grade", str(homework), "--only", "CI1"],
        stdout=other,
        env={
            **environment,
            variable: "1",
            "TERM": "xterm",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        },
    ) as process:
        assert process.wait() == 0
    os.close(other)
    shown = os.read(main, 1 << 16)
    os.close(main)
    assert (b"\x1b[" in shown) is coloured


def test_the_public_functions_do_what_the_commands_do(homework: Path) -> None:
    for _ in range(2):  # importing the modules behind them must not hide them
        assert package.grade(homework).points == 17
        assert package.explain(homework, event="tag").simulations
    with pytest.raises(ValueError, match="there is no folder"):
        package.grade("absent")
    with pytest.raises(ValueError, match="there is no event 'pull'"):
        package.explain(homework, event="pull")


def heed_ctrl_c() -> None:
    """Undo what a shell does to the jobs it starts in the background, for whoever runs these tests in one."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.skipif(os.name == "nt", reason="needs a named pipe to wait at")
def test_ctrl_c_is_one_line_and_status_130(homework: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "rubric.yaml"
    os.mkfifo(pipe)
    with subprocess.Popen(
        [sys.executable, "-m", "checker", "grade", str(homework), "--rubric", str(pipe)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        preexec_fn=heed_ctrl_c,
    ) as process:
        writer = os.open(pipe, os.O_WRONLY)  # returns when the program has begun to read
        process.send_signal(signal.SIGINT)
        out, error = process.communicate()
        os.close(writer)
    assert (out, error.strip(), process.returncode) == ("", "stopped", 130)
