"""What `checker lab` lays out, and JupyterLab as a student meets it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

from checker.workbook import classroom
from checker.workbook.journal import Entry
from checker.workbook.overview import lessons, overview
from checker.workbook.work import Work


@pytest.fixture
def given(tmp_path):
    folder = tmp_path / "given" / "notebooks"
    for language in ("en", "ru"):
        (folder / language).mkdir(parents=True)
        (folder / language / "01_three_questions.ipynb").write_text(f"first {language}")
    (folder.parent / "docs").mkdir()
    (folder.parent / "docs" / "online.en.md").write_text("online")
    return folder


@pytest.fixture
def work(tmp_path):
    return Work.of({"CHECKER_WORK": str(tmp_path / "work")})


def test_notebooks_and_the_page_they_link_to_are_laid_out(work, given):
    laid = classroom.lay_out(work, given)
    assert laid.new == (
        "notebooks/en/01_three_questions.ipynb",
        "notebooks/ru/01_three_questions.ipynb",
        "docs/online.en.md",
    )
    assert (work.root / "notebooks/en/01_three_questions.ipynb").read_text() == "first en"
    assert (work.root / "docs/online.en.md").read_text() == "online"


def test_a_copy_that_nobody_touched_is_brought_up_to_date(work, given):
    classroom.lay_out(work, given)
    (given / "en/01_three_questions.ipynb").write_text("second")
    assert classroom.lay_out(work, given) == classroom.Laid()
    assert (work.root / "notebooks/en/01_three_questions.ipynb").read_text() == "second"


def test_a_students_own_work_is_never_overwritten(work, given):
    classroom.lay_out(work, given)
    mine = work.root / "notebooks/en/01_three_questions.ipynb"
    mine.write_text("my answers")
    assert classroom.lay_out(work, given).kept == ()  # nothing newer: nothing to tell
    (given / "en/01_three_questions.ipynb").write_text("second")
    assert classroom.lay_out(work, given).kept == ("notebooks/en/01_three_questions.ipynb",)
    assert mine.read_text() == "my answers"


@pytest.mark.parametrize("record", ["", "[]", "{", "\0"], ids=["empty", "a list", "cut", "binary"])
def test_without_a_record_of_what_was_given_nothing_is_overwritten(work, given, record):
    classroom.lay_out(work, given)
    (work.root / "notebooks/.given.json").write_text(record)
    mine = work.root / "notebooks/en/01_three_questions.ipynb"
    mine.write_text("my answers")
    classroom.lay_out(work, given)
    assert mine.read_text() == "my answers"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_overview_names_every_lesson_and_what_is_done(work, language):
    there = lessons(language)
    assert there
    first = there[0]
    page = overview(language, {(first.name, id): "correct" for id in first.exercises})
    for one in there:
        assert f"({one.name}.ipynb)" in page
    row = next(line for line in page.splitlines() if f"({first.name}.ipynb)" in line)
    assert row.endswith(f"| {len(first.exercises)} | {len(first.exercises)} ✓ |")
    assert "✓" not in overview(language)


def test_the_overview_is_written_with_the_journals_progress(work):
    first = lessons("en")[0]
    work.journal.write(Entry(first.name, first.exercises[0], "correct"))
    page = work.root / classroom.write_overview(work, "en")
    assert f"| {len(first.exercises)} | 1 |" in page.read_text(encoding="utf-8")


def test_the_token_of_a_server_is_not_in_its_command(work):
    made = classroom.Server(work, "en", "notebooks/en/README.md", {"A": "1"}, 8888, token="hidden")  # noqa: S106
    assert not any("hidden" in word for word in made.command)
    assert made.environment({"PATH": "/bin"})["JUPYTER_TOKEN"] == "hidden"
    assert made.environment({"PATH": "/bin"})["A"] == "1"


def lab(*words, folder, **more):
    return subprocess.run(
        [sys.executable, "-P", "-m", "checker", "lab", "--no-browser", *words],
        env={
            **os.environ,
            "CHECKER_CAMPUS": str(folder / "campus"),
            "CHECKER_WORK": str(folder / "work"),
        },
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        **more,
    )


def test_a_folder_that_cannot_be_used_is_told_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    done = lab("--folder", str(tmp_path / "file" / "in"), folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "set CHECKER_WORK to a folder of yours" in done.stderr


def test_a_name_that_is_none_is_told_in_one_line(tmp_path):
    done = lab("--name", "?", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_port_that_is_taken_is_told_and_everything_ends(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = lab("--port", str(taken.getsockname()[1]), folder=tmp_path)
    assert done.returncode == 2
    assert "JupyterLab could not start" in done.stderr
    assert json.loads((tmp_path / "campus" / "running.json").read_text()) == {}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed")
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_student_opens_the_workbook_and_runs_a_lesson_to_its_end(tmp_path, language):
    from solutions import browse

    with browse.classroom(tmp_path, language) as url, browse.browser() as page:
        page.goto(url)
        page.wait_for_selector(".jp-MarkdownViewer h1")
        title = page.inner_text(".jp-MarkdownViewer h1")
        assert title == overview(language).splitlines()[0].removeprefix("# ")
        assert page.query_selector(".Toastify__toast") is None  # no news, no update
        assert "nbgrader" not in page.inner_text("body").lower()
        seen = browse.run(page, url, f"{language}/01_three_questions.ipynb", tmp_path)
        assert seen.cells > 20
        assert seen.failures == ()
        assert seen.picture.stat().st_size > 20_000
    assert json.loads((tmp_path / "campus" / "running.json").read_text()) == {}
    assert (tmp_path / "work" / "journal.jsonl").is_file()
