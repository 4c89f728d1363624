"""Notebooks executed in worlds of their own: what they see, what is stored, and what ends with them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import psutil
import pytest

from solutions.book import comparing, notebook
from solutions.book.building import Edition, built
from solutions.book.execution import RunFailed, executed, objections, settled
from solutions.book.proving import prove
from solutions.book.source import read
from solutions.book.world import is_lonely, world
from tests.lessons import lesson_file, standing_alone

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="notebooks are made on Linux"),
]


def outputs(made, id):
    (cell,) = (cell for cell in made.cells if cell.id == id)
    return "".join(output.get("text", "") for output in cell.outputs)


def made_of(tmp_path, more, kind="student"):
    lesson = read(lesson_file(tmp_path, standing_alone(more)))
    return lesson, executed(notebook.notebook(lesson, "en", kind))


def test_a_run_sees_its_own_world_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "of-the-author")
    more = """
import pathlib
print(sorted(os.environ))
print(sorted(path.name for path in pathlib.Path.home().iterdir()), pathlib.Path.cwd().name)
print(os.environ["CHECKER_WORKBOOK"], os.environ["CHECKER_CAMPUS"].startswith(os.environ["HOME"][:-4]))
"""
    lesson, made = made_of(tmp_path, more)
    said = outputs(made, "more")
    assert "GITHUB_TOKEN" not in said
    assert "PIP_INDEX_URL" not in said
    assert said.splitlines()[1:] == ["['.cache', '.ipython'] notebooks", "build True"]
    assert objections(lesson, settled(made)) == []


def test_the_same_bytes_come_of_every_build(tmp_path):
    lesson = read(lesson_file(tmp_path, standing_alone('{"b": 1, "a": 2}')))
    one, other = (built(Edition(lesson, "en", "solved")) for _ in range(2))
    assert one.problems == ()
    assert one.text == other.text
    cells = [cell for cell in json.loads(one.text)["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == [1, 2, 3, 4]
    assert cells[2]["outputs"][0]["execution_count"] == 3
    assert all(cell["metadata"].keys() <= {"tags"} for cell in cells)


def test_a_cell_that_fails_is_named_with_its_traceback_and_nothing_goes_on_running(tmp_path):
    more = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{tmp_path}"], start_new_session=True)
print(sys.version_info.no_such_thing)
"""
    with pytest.raises(RunFailed) as caught:
        made_of(tmp_path, more)
    said = str(caught.value)
    assert "the cell more failed" in said
    assert "AttributeError" in said
    left = [
        one.pid
        for one in psutil.process_iter(["cmdline"])
        if str(tmp_path) in (one.info["cmdline"] or [])
    ]
    assert left == []


def test_whoever_speaks_with_another_machine_fails_the_run_and_is_named(tmp_path):
    more = """
import socket, subprocess, sys, urllib.request
child = "import socket; socket.create_connection(('192.0.2.7', 22), 1)"
for attempt in (
    lambda: socket.create_connection(("192.0.2.1", 80), 1),
    lambda: urllib.request.urlopen("https://example.org", timeout=1),
    lambda: subprocess.run([sys.executable, "-c", child], capture_output=True),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.9", 53)),
):
    try:
        attempt()
    except OSError:
        pass
"""
    with pytest.raises(RunFailed) as caught:
        made_of(tmp_path, more)
    said = str(caught.value).removeprefix("it spoke with another machine: ").split("; ")
    refused = [one.partition(", by: ")[0] for one in said if ", by: " in one]
    assert refused == [
        "192.0.2.1 port 80",
        "the name 'example.org'",
        "192.0.2.7 port 22",
        "192.0.2.9 port 53",
    ]
    assert "ipykernel_launcher" in said[0]
    assert "-c import socket" in str(caught.value)


def test_loopback_is_open(tmp_path):
    more = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
    print(socket.getaddrinfo("localhost", 80)[0][4][0] in ("127.0.0.1", "::1"))
"""
    _, made = made_of(tmp_path, more)
    assert outputs(made, "more") == "True\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="takes root")
def test_as_root_there_is_no_other_network_at_all():
    if not is_lonely():
        pytest.skip("this machine gives no network namespaces")
    with world() as here:
        status, said = here.run(
            "sh", "-c", "cat /proc/net/dev | tail -n +3 | cut -d: -f1", folder=here.root
        )
    assert (status, said.split()) == (0, ["lo"])


def test_a_world_is_gone_afterwards_and_so_is_its_campus():
    from checker.campus.index import Index
    from checker.campus.place import Place
    from checker.campus.supervisor import running

    with world() as here:
        start = [sys.executable, "-c", _CAMPUS]
        assert subprocess.run(start, env=here.environment, check=False).returncode == 0
        place = Place(here.root / "campus")
        pids = running(place)
        assert Index().name in pids
    assert not any(psutil.pid_exists(pid) for pid in pids.values())
    assert not here.root.exists()


_CAMPUS = """
import os, subprocess, sys, time
from pathlib import Path
from checker.campus.index import Index
from checker.campus.place import Place
from checker.campus.supervisor import Supervisor, running
place = Place.open(Path(os.environ["CHECKER_CAMPUS"]))
if os.fork() == 0:
    os.setsid()
    made = Supervisor(place, [Index()])
    made.up()
    time.sleep(600)
while "index" not in running(place) or not Index().answers(place):
    time.sleep(0.05)
"""


def test_warnings_and_what_differs_from_run_to_run_may_not_be_stored(tmp_path):
    more = "import sys\nprint('careful', file=sys.stderr)\nprint(object(), 'http://127.0.0.1:8123')"
    lesson, made = made_of(tmp_path, more)
    said = objections(lesson, settled(made))
    line = next(cell.line for cell in lesson.cells if cell.key == "more")
    assert all(one.startswith(f"01_tiny.py:{line}: the cell more ") for one in said)
    assert [next(word for word in ("careful", "at 0x") if word in one) for one in sorted(said)] == [
        "at 0x",
        "careful",
    ]


def test_an_exercise_is_proved_answer_by_answer(tmp_path):
    lesson = read(lesson_file(tmp_path, standing_alone()))
    came = [(one.answer, one.seen, one.holds) for one in prove(lesson)]
    assert came == [
        ("unsolved", "unattempted", True),
        ("q1.wrong1", "wrong: q1.no_push", True),
        ("q1.wrong2", "wrong: q1.says_no", True),
        ("solved", "correct", True),
    ]


def test_a_proof_that_fails_says_what_came_instead(tmp_path):
    text = (
        standing_alone()
        .replace("table = {}\n", 'table = {"push": "no"}\n')
        .replace('table = {"push": "no"}\n', "table = 1 / 0\n")
        .replace('table = {"push": "yes"}', 'table = {"push": "perhaps"}')
    )
    lesson = read(lesson_file(tmp_path, text.replace("table = 1 / 0", 'table = {"push": "no"}', 1)))
    came = {one.answer: one for one in prove(lesson)}
    assert came["unsolved"].holds
    assert came["q1.wrong1"].seen == "wrong: q1.says_no"
    assert came["q1.wrong1"].where.startswith("01_tiny.py:")
    assert came["q1.wrong2"].seen.startswith("ZeroDivisionError: division by zero")
    assert came["solved"].seen == "wrong: q1.says_no"
    assert [one.holds for one in came.values()] == [True, False, False, False]


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored")
    more = "from IPython.display import display\ndisplay({'image/png': 'AAAA', 'text/plain': 'two'}, raw=True)"
    lesson = read(lesson_file(folder, standing_alone(more)))
    path = folder / "01_tiny.ipynb"
    path.write_text(built(Edition(lesson, "en", "student")).text, encoding="utf-8")
    return lesson, path


def test_stored_outputs_hold_against_what_the_cells_give(stored):
    lesson, path = stored
    came = comparing.compared(path)
    assert came.holds, came.said
    assert (came.cells, came.passed, came.skipped) == (4, 4, 0)
    assert comparing.differs(lesson, "en", "student", path.read_text("utf-8")) == ""


def test_what_is_not_as_stored_is_found(stored, tmp_path):
    text = stored[1].read_text("utf-8")
    for was, now in (
        ('"lab = Lab()"', '"lab = Lab()\\n",\n    "# NBVAL_SKIP"'),
        ('"AAAA"', '"AAAB"'),
        ('"unattempted\\n"', '"attempted\\n"'),
    ):
        assert was in text
        text = text.replace(was, now)
    path = tmp_path / "01_tiny.ipynb"
    path.write_text(text, encoding="utf-8")
    came = comparing.compared(path)
    assert not came.holds
    assert (came.cells, came.passed, came.skipped, came.failed) == (4, 1, 1, 2)
    assert "more: outputs differ from what is stored" in came.said  # the picture
    assert "lab" in came.said


def test_a_notebook_that_its_source_does_not_make_is_found(stored):
    lesson, path = stored
    text = path.read_text("utf-8")
    for was, now, said in (
        ("# A lesson", "# Another lesson", "its cell intro-en is not what the source makes"),
        (" \"execution_count\": 1,", " \"execution_count\": null,", "it was not executed"),
        ("{\n \"cells\"", "{\n  \"cells\"", "written by something else"),
    ):  # fmt: skip
        assert was in text
        assert said in comparing.differs(lesson, "en", "student", text.replace(was, now))
