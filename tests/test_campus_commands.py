"""A campus as somebody in front of a terminal has it: up, join, env, status, logs, down, reset."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
    pytest.mark.slow,
]


def heed_ctrl_c() -> None:
    """Undo what a shell does to the jobs it starts in the background, for whoever runs these tests in one."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Terminal:
    """Runs commands with a campus of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "CHECKER_CAMPUS": str(folder), "NO_COLOR": "1"}

    def __call__(self, *words: str, **how: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "checker", "campus", *words],
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=240,
            check=False,
            input=how.get("input"),
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "campus")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    made = Terminal(tmp_path_factory.mktemp("town") / "campus")
    up = made("up", "--background")
    assert up.returncode == 0, up.stderr
    yield made
    assert made("down").returncode == 0


def test_whoever_joins_can_work_at_once(running: Terminal) -> None:
    joined = running("join", "Иванова Анна")
    assert joined.stdout == "ivanova_anna has joined\n"
    found = json.loads(running("env", "ivanova_anna", "--format", "json").stdout)
    code = (
        "import boto3; s3 = boto3.client('s3');"
        "s3.put_object(Bucket='mlflow', Key='ivanova_anna/note', Body=b'hello');"
        "print(s3.get_object(Bucket='mlflow', Key='ivanova_anna/note')['Body'].read().decode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **found},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "hello\n", done.stderr


def test_variables_come_as_a_shell_reads_them(running: Terminal) -> None:
    running("join", "Иванова Анна")
    script = f'{running("env", "ivanova_anna").stdout}\nprintf %s "$S3_PREFIX"'
    assert (
        subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
        == "ivanova_anna"
    )


def test_a_second_up_finds_the_first(running: Terminal) -> None:
    again = running("up")
    assert again.returncode == 0
    assert "running already" in again.stderr


def test_status_tells_each_part(running: Terminal) -> None:
    parts = json.loads(running("status", "--format", "json").stdout)["parts"]
    assert parts
    assert {one["state"] for one in parts} == {"ready"}
    assert all(one["url"].startswith("http://127.0.0.1:") for one in parts if one["url"])
    assert "object storage" in running("status").stdout


def test_logs_hold_no_key(running: Terminal) -> None:
    running("join", "Петров Борис")
    found = json.loads(running("env", "petrov_boris", "--format", "json").stdout)
    said = running("logs", "--lines", "100000").stdout
    assert said
    assert found["AWS_SECRET_ACCESS_KEY"] not in said
    assert found["MLFLOW_TRACKING_PASSWORD"] not in said


def test_nothing_is_forgotten_while_it_runs(running: Terminal) -> None:
    refused = running("reset", "--yes")
    assert refused.returncode == 2
    assert "checker campus down" in refused.stderr


def test_ctrl_c_ends_all_of_it(terminal: Terminal) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "checker", "campus", "up"],
        env=terminal.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    )
    with process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("ready"):
                break
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 0
    assert "what it holds is kept" in said
    assert children
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert (len(gone), alive) == (len(children), [])


def test_after_a_kill_the_next_up_has_all_that_was_there(terminal: Terminal) -> None:
    assert terminal("up", "--background").returncode == 0
    terminal("join", "Иванова Анна")
    pids = json.loads((terminal.folder / "running.json").read_text())
    os.kill(pids[""][0], signal.SIGKILL)
    deadline = time.monotonic() + 30
    while psutil.pid_exists(pids[""][0]) and time.monotonic() < deadline:
        psutil.wait_procs([], timeout=0.05)
    assert terminal("up", "--background").returncode == 0
    assert "ivanova_anna" in terminal("status").stdout
    assert terminal("down").returncode == 0
    assert terminal("reset", "--yes").returncode == 0
    assert "nobody yet" in terminal("status").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("env",), "nobody joined yet"),
        (("env", "nobody_here"), "there is no 'nobody_here'"),
        (("join", "12345"), "12345"),
        (("logs", "forge9"), "there is no log"),
        (("down",), "no campus is running"),
    ],
    ids=["env of nobody", "env of a stranger", "no name", "no such log", "nothing runs"],
)
def test_what_cannot_be_done_is_one_sentence(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    done = terminal(*words)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if words == ("down",) else 2)


def test_reset_asks_first(terminal: Terminal) -> None:
    terminal("status")
    (terminal.folder / "people.json").write_text("{}")
    assert terminal("reset", input="n\n").returncode != 0
    assert (terminal.folder / "people.json").exists()


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    done = Terminal(tmp_path)("status")
    assert (done.returncode, "holds other files" in done.stderr) == (2, True)
