"""Links lead somewhere, and no notebook for students tells a solution."""

from __future__ import annotations

import json

import pytest

from solutions.book import notebook
from solutions.book.execution import stored
from solutions.book.leaks import leaked, leaked_into, secret_lines
from solutions.book.links import dead
from solutions.book.source import read
from tests.lessons import EXERCISE, OPENING, lesson_file

LINKS = [
    ("a document", "../../docs/a.md", ""),
    ("its heading", "../../docs/a.md#whats-new", ""),
    ("another lesson", "02_other.ipynb", ""),
    ("official documentation", "https://docs.github.com/en/actions", ""),
    ("nothing", "../../docs/b.md", "leads nowhere from notebooks/"),
    ("no such heading", "../../docs/a.md#whats-old", "has no such heading in a.md"),
    ("from the root", "docs/a.md", "leads nowhere from notebooks/"),
    ("out of the repository", "../../../a.md", "leads nowhere"),
    ("somebody's blog", "https://example.org/post", "not known as official documentation"),
    ("no https", "http://docs.github.com/", "neither https nor a path"),
]


@pytest.mark.parametrize(
    ("link", "said"), [row[1:] for row in LINKS], ids=[row[0] for row in LINKS]
)
def test_links_lead_somewhere(tmp_path, link, said):
    for name in (
        "docs",
        "solutions/src",
        "notebooks/en",
        "notebooks/ru",
        "solutions/en",
        "solutions/ru",
    ):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "docs/a.md").write_text("# A\n\n## What's new\n", encoding="utf-8")
    (tmp_path / "solutions/src/02_other.py").touch()
    (tmp_path.parent / "a.md").touch()
    lesson = read(lesson_file(tmp_path, OPENING.replace("`short`", f"[it]({link})") + EXERCISE))
    found = list(dead(lesson, tmp_path))
    assert len(found) == (2 if said else 0)  # it stands in both languages
    assert all(said in one for one in found)


def test_what_only_a_solution_says_is_secret(tmp_path):
    assert secret_lines(read(lesson_file(tmp_path))) == ('table = {"push": "yes"}',)
    shown = OPENING.replace("`short`", '`table = {"push": "yes"}`')
    assert secret_lines(read(lesson_file(tmp_path, shown + EXERCISE))) == ()


def test_a_notebook_for_students_tells_no_solution_and_a_solved_one_does(tmp_path):
    lesson = read(lesson_file(tmp_path))
    given, solved = (
        json.loads(stored(notebook.notebook(lesson, "en", kind))) for kind in notebook.KINDS
    )
    assert list(leaked_into(lesson, given)) == []
    assert list(leaked_into(lesson, solved)) == ['table = {"push": "yes"}']


def test_a_line_of_a_file_that_students_are_given_is_no_secret(tmp_path):
    lesson = read(lesson_file(tmp_path))
    given = '# events\n  table = {"push": "yes"}\n'
    assert secret_lines(lesson, given) == ()
    assert secret_lines(lesson, "# events\n") == ('table = {"push": "yes"}',)


LEAKS = [
    ("in a source", lambda cell: cell.update(source=['x = 1\n', 'table = {"push":  "yes"}'])),
    ("in what is printed", lambda cell: cell.update(outputs=[{"text": ['table = {"push": "yes"}\n']}])),
    ("as HTML", lambda cell: cell.update(outputs=[{"data": {"text/html": "<p>table = {&quot;push&quot;: &quot;yes&quot;}"}}])),
    ("in metadata", lambda cell: cell.update(metadata={"answer": 'table = {"push": "yes"}'})),
]  # fmt: skip


@pytest.mark.parametrize("change", [row[1] for row in LEAKS], ids=[row[0] for row in LEAKS])
def test_a_solution_is_found_wherever_it_leaks(tmp_path, change):
    lesson = read(lesson_file(tmp_path))
    path = notebook.place(lesson.slug, "ru", "student", tmp_path)
    path.parent.mkdir(parents=True)
    made = json.loads(stored(notebook.notebook(lesson, "ru", "student")))
    change(made["cells"][-1])
    path.write_text(json.dumps(made), encoding="utf-8")
    (said,) = leaked(lesson, tmp_path)
    assert said == 'notebooks/ru/01_tiny.ipynb: shows of a solution: table = {"push": "yes"}'
