from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from checker.workbook import Lab, texts
from checker.workbook.calling import call
from checker.workbook.display import card, plainly, table
from checker.workbook.refusal import WorkbookError
from checker.workbook.shell import run
from checker.workbook.steady import steady
from checker.workbook.texts import LANGUAGES, Message, placeholders
from tests.samples_workbook import SLUG, lab, sample

__all__ = ["sample"]

Capture = pytest.CaptureFixture[str]


def endless(*_: object) -> None:
    while True:
        try:  # noqa: SIM105 - as students write it
            time.sleep(0)
        except BaseException:  # noqa: BLE001, S110 - what a student's function may do
            pass


def endless_and_plain() -> None:
    while True:
        pass


def talkative(*_: object) -> None:
    while True:
        print("x" * 100_000)


def leaving(*_: object) -> None:
    sys.exit(3)


def broken(*_: object) -> None:
    raise KeyError("\x1b[31m")


@pytest.mark.parametrize(
    ("answer", "head", "body"),
    [
        pytest.param(None, "○ q1 · The sum: not attempted", "Write your answer", id="nothing yet"),
        pytest.param(
            lambda a, b: a + b, "✓ q1 · The sum: correct", "1 sums are right.", id="right"
        ),
        pytest.param(7, "✗ q1 · The sum: not yet", "`7` is no function.", id="a number"),
        pytest.param(lambda a, b: a, "✗ q1 · The sum: not yet", "gave `1`", id="another value"),
        pytest.param(endless, "✗ q1 · The sum: not yet", "does not end", id="never ends"),
        pytest.param(talkative, "✗ q1 · The sum: not yet", "printed more than", id="prints 100 MB"),
        pytest.param(leaving, "✗ q1 · The sum: not yet", "SystemExit: 3", id="exits"),
        pytest.param(broken, "✗ q1 · The sum: not yet", "KeyError", id="raises"),
    ],
)
def test_each_answer_gets_its_outcome_in_words(
    sample: Path, capsys: Capture, answer: object, head: str, body: str
) -> None:
    lab().check("q1", answer)
    printed = capsys.readouterr().out
    assert printed.startswith(head)
    assert body in printed
    assert "\x1b" not in printed


def test_what_a_message_shows_of_a_students_value_is_harmless_in_html() -> None:
    message = Message("`{value}` and {value}", {"value": "<script>alert(1)</script>\x1b[1m"})
    assert "<script>" not in message.html
    assert "<code>&lt;script&gt;" in message.html
    assert "\x1b" not in message.html + message.text
    shown = card("bad", "<b>", "<i>", plainly("<u>"), table(["<a>"], [["<s>"]]))
    assert not re.search("<(b|i|u|a|s)>", shown.html)


def test_a_value_that_cannot_be_written_is_named_by_its_type() -> None:
    class Odd:
        def __str__(self) -> str:
            raise ValueError

    assert Message("{value}", {"value": Odd()}).text == "(Odd)"


def test_braces_of_workflows_and_shells_are_no_placeholders() -> None:
    template = "${{ matrix.python }} ${{name}} ${name} {name} {share:.0%}"
    assert placeholders(template) == {"name", "share"}
    filled = Message(template, {"name": "x", "share": 0.5}).text
    assert filled == "${{ matrix.python }} ${{name}} ${name} x 50%"


def test_a_message_without_its_fact_names_it() -> None:
    with pytest.raises(KeyError, match="wants 'name'"):
        _ = Message("{name}", {"other": 1}).text


def test_skipped_is_never_correct(sample: Path, capsys: Capture) -> None:
    here = lab()
    here.check("q2", "skip")
    assert capsys.readouterr().out.startswith(
        "– q2 · The file: skipped\n  Without act nothing runs"
    )
    assert here.outcome("q2").kind == "skipped"
    here.progress()
    assert "0 of 3" not in capsys.readouterr().out  # the sample is none of the ten lessons
    assert here.work.journal.standing() == {(SLUG, "q2"): "skipped"}


def test_an_answer_that_the_check_cannot_judge_counts_for_nothing(
    sample: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TypeError):  # whoever builds notebooks has to see it
        lab().check("q3", "three")
    monkeypatch.delenv("CHECKER_WORKBOOK")
    here = lab()
    here.check("q3", "three")
    printed = capsys.readouterr().out
    assert printed.startswith("? q3 · Anything\n")
    assert "TypeError: '<' not supported" in printed
    assert here.work.journal.standing() == {}


def test_a_function_that_ends_in_time_returns_its_value_and_what_it_printed() -> None:
    found = call(lambda: print("hello") or (n * n for n in range(3)))
    assert (found.value, found.error, found.printed) == ([0, 1, 4], "", "hello\n")


def test_limits_hold_outside_of_the_main_thread_too() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(call, endless_and_plain, seconds=0.2).result().timed_out
        assert pool.submit(call, lambda: 5, seconds=5).result().value == 5


def test_hints_come_one_after_another_and_stay_at_the_last(sample: Path, capsys: Capture) -> None:
    here = lab()
    for _ in range(4):
        here.hint("q1")
    printed = capsys.readouterr().out
    assert re.findall(r"hint (\d) of 3", printed) == ["1", "2", "3", "3"]
    here.hint("q1", 2)
    assert "Two numbers." in capsys.readouterr().out
    with pytest.raises(WorkbookError, match="no hints"):
        here.hint("q1", -1)


def test_a_solution_is_shown_and_a_missing_one_is_said(sample: Path, capsys: Capture) -> None:
    here = lab()
    here.solution("q1")
    assert "return a + b" in capsys.readouterr().out
    with pytest.raises(WorkbookError, match="no answer of the exercise q3"):
        here.solution("q3")


def test_reset_gives_the_files_back_and_keeps_the_students_own(
    sample: Path, capsys: Capture
) -> None:
    here = lab()
    app = here.scratch("given") / "app.py"
    assert app.read_text() == "print(1)\n"
    app.write_text("mine\n")
    here.write("notes.md", "my notes")
    here.check("q2")
    here.reset("q2")
    assert app.read_text() == "print(1)\n"
    assert (app.parent / "app.py.kept1").read_text() == "mine\n"
    assert not (here.homework / "notes.md").exists()
    assert (here.homework / "notes.md.kept1").read_text() == "my notes\n"
    assert here.outcome("q2").kind == "unattempted"
    assert "lab.write('notes.md', '')" in capsys.readouterr().out
    here.reset("q2")  # nothing is left to keep
    assert "kept" not in capsys.readouterr().out


def test_writing_takes_off_what_the_quotation_marks_added(sample: Path, capsys: Capture) -> None:
    here = lab()
    here.write("a/b.yml", "\n    on: push\n    jobs: {}\n    ")
    assert (here.homework / "a" / "b.yml").read_text() == "on: push\njobs: {}\n"
    here.write("a/b.yml", "on: push\njobs: {}")
    here.write("a/c.yml", "  \n")
    here.write("a/d.yml", None)
    assert capsys.readouterr().out == "`a/b.yml` is written, 2 lines.\n`a/b.yml` is as it was.\n"
    assert [one.name for one in (here.homework / "a").iterdir()] == ["b.yml"]


@pytest.mark.parametrize("path", ["../x", "/etc/x", "", "a/../../x", "a\0b"])
def test_nothing_is_written_or_read_outside_of_the_folder(sample: Path, path: str) -> None:
    with pytest.raises(WorkbookError, match="is no path inside of homework"):
        lab().write(path, "text")


def test_a_text_that_is_none_is_refused_in_one_line(sample: Path) -> None:
    with pytest.raises(WorkbookError, match="takes a text"):
        lab().write("a.yml", {"on": "push"})


def test_the_homework_is_the_library_without_what_lessons_have_students_write(sample: Path) -> None:
    here = lab().homework
    assert (here / "campfire" / "__init__.py").is_file()
    assert 'name = "campfire-petrov-ivan"' in (here / "pyproject.toml").read_text()
    assert not (here / ".github").exists()
    assert not (here / "Dockerfile").exists()
    assert subprocess.run(["git", "status", "--porcelain"], cwd=here, check=True).returncode == 0


def test_the_homework_is_never_written_over(sample: Path) -> None:
    here = lab().homework
    (here / "pyproject.toml").write_text("mine")
    (here / "README.md").unlink()
    assert lab().homework == here
    assert (here / "pyproject.toml").read_text() == "mine"
    assert not (here / "README.md").exists()


def test_what_earlier_lessons_would_have_made_is_added_when_it_is_missing(tmp_path: Path) -> None:
    from checker.workbook.homework import prepare

    made = prepare(tmp_path / "hw", "petrov_ivan", 4)
    flow = made / ".github" / "workflows"
    assert 'python: ["3.13"]' in (flow / "ci.yml").read_text()
    (flow / "ci.yml").write_text("mine")
    prepare(made, "petrov_ivan", 7)
    assert {one.name for one in flow.iterdir()} == {"ci.yml", "publish.yml", "image.yml"}
    assert (flow / "ci.yml").read_text() == "mine"
    assert (made / "Dockerfile").is_file()


def test_a_library_follows_its_student(sample: Path) -> None:
    here = lab()
    project = here.homework / "pyproject.toml"
    here.student.become("Иванова Анна")
    assert here.me == "ivanova_anna"
    assert 'name = "campfire-ivanova-anna"' in project.read_text()
    with pytest.raises(WorkbookError, match="is one word"):
        here.student.become("Анна")


def test_the_journal_holds_what_was_tried_and_survives_damage(sample: Path) -> None:
    here = lab()
    here.check("q1", 7)
    here.check("q1", lambda a, b: a + b)
    here.check("q1", None)
    with here.work.journal.file.open("ab") as file:
        file.write(b'{"half": \n[1]\n\xff\n')
    here.hint("q2")
    lines = here.work.journal.file.read_text(encoding="utf-8", errors="replace").splitlines()
    first = json.loads(lines[0])
    assert {name: first[name] for name in ("lesson", "exercise", "outcome", "reason")} == {
        "lesson": SLUG, "exercise": "q1", "outcome": "wrong", "reason": "no_function",
    }  # fmt: skip
    assert here.work.journal.standing() == {(SLUG, "q1"): "correct"}


@pytest.mark.parametrize(
    ("edition", "said"), [(1, "get the new notebook"), (3, "pip install --upgrade")]
)
def test_a_notebook_of_another_edition_is_refused_in_one_line(
    sample: Path, edition: int, said: str
) -> None:
    with pytest.raises(WorkbookError, match=said) as caught:
        Lab(SLUG, "en", edition=edition)
    assert len(caught.value._render_traceback_()) == 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        pytest.param(
            lambda: Lab("99_nothing", "en"), "there is no lesson '99_nothing'", id="lesson"
        ),
        pytest.param(lambda: Lab(SLUG, "de"), "there are en and ru", id="language"),
        pytest.param(lambda: lab().check("q9"), "this lesson has q1, q2, q3", id="exercise"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(sample: Path, call: object, said: str) -> None:
    with pytest.raises(WorkbookError, match=said):
        call()


def test_the_header_says_title_minutes_and_the_short_path(sample: Path) -> None:
    assert repr(lab()) == (
        "00 A sample\n  About 5 minutes, 3 exercises. Each ends with `lab.check`; `lab.hint`, `lab.solution` and"
        " `lab.reset` help.\n  The short path through the lesson: q1."
    )
    assert "Образец" in lab("ru")._repr_mimebundle_()["text/html"]


def test_what_works_here_is_not_told_while_notebooks_are_built(
    sample: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab().caps()
    built = capsys.readouterr().out
    assert "here" not in built.splitlines()[1]
    monkeypatch.delenv("CHECKER_WORKBOOK")
    lab().caps()
    live = capsys.readouterr().out
    assert re.search(r"✓ +git ", live)


def test_lines_and_labels_come_from_the_catalogue(sample: Path, capsys: Capture) -> None:
    here = lab()
    here.say("hello", name="you")
    assert capsys.readouterr().out == "**Hello**, you: `a`\n"
    assert here.text("axis", what="notice") == "days to *notice*"
    with pytest.raises(KeyError, match="has no text say"):
        here.say("nothing")


def test_a_picture_is_its_line_of_text_outside_of_a_notebook(sample: Path, capsys: Capture) -> None:
    from matplotlib.figure import Figure

    lab().figure(Figure(), "bars", count=3, high=2.0)
    assert capsys.readouterr().out == "3 bars, the highest 2.0\n"


def _leaves(content: object, place: str = "") -> dict[str, object]:
    if isinstance(content, dict):
        return {
            key: leaf
            for name, value in content.items()
            for key, leaf in _leaves(value, f"{place}.{name}").items()
        }
    return {place: content}


def test_the_labs_own_words_are_the_same_in_every_language() -> None:
    found = {
        language: _leaves(tomllib.loads((texts.FOLDER / language / "lab.toml").read_text("utf-8")))
        for language in LANGUAGES
    }
    first = found[LANGUAGES[0]]
    for leaves in found.values():
        assert list(leaves) == list(first)
        for key, text in leaves.items():
            assert str(text).strip(), key
            assert placeholders(str(text)) == placeholders(str(first[key])), key


def test_what_differs_from_machine_to_machine_is_said_in_words() -> None:
    said = "- hatchling==1.33.0\n  - numpy == 2\nPython 3.13.2 at http://127.0.0.1:4567/x"
    assert steady(said, {}) == (
        "- hatchling==⟨version⟩\n  - numpy == 2\nPython ⟨version⟩ at http://127.0.0.1:⟨port⟩/x"
    )


def test_commands_are_run_without_colours_and_without_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ended = run("env", tmp_path, {"MINE": "x"}, 10)
    variables = dict(line.partition("=")[::2] for line in ended.text.splitlines())
    assert "FORCE_COLOR" not in variables
    assert {"NO_COLOR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "MINE": "x"}.items() <= (
        variables.items()
    )
