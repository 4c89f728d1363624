"""Notebooks made of a source: who sees what, and that nothing about them is left to chance."""

from __future__ import annotations

import json
import re

import pytest

from solutions.book import notebook
from solutions.book.execution import stored
from solutions.book.source import read
from tests.lessons import lesson_file


@pytest.fixture
def lesson(tmp_path):
    return read(lesson_file(tmp_path))


def code(made):
    return {cell.id: cell.source for cell in made.cells if cell.cell_type == "code"}


def test_a_student_gets_the_starter_and_no_solution(lesson):
    cell = code(notebook.notebook(lesson, "en", "student"))["q1"]
    assert cell == 'table = None  # your answer\n\nlab.check("q1", table)'


def test_the_solved_notebook_has_the_solution_and_not_what_it_takes_the_place_of(lesson):
    cell = code(notebook.notebook(lesson, "en", "solved"))["q1"]
    assert cell == 'table = {"push": "yes"}\nlab.check("q1", table)'


def test_wrong_answers_are_in_no_notebook(lesson):
    for language in ("en", "ru"):
        for kind in notebook.KINDS:
            made = notebook.notebook(lesson, language, kind)
            assert [cell.id for cell in made.cells] == [
                f"intro-{language}",
                "parameters",
                "open",
                "q1",
            ]
            assert "wrong" not in stored(made)


def test_the_languages_differ_in_texts_and_parameter_alone(lesson):
    english, russian = (code(notebook.notebook(lesson, one, "solved")) for one in ("en", "ru"))
    assert english.pop("parameters") == 'LANG = "en"'
    assert russian.pop("parameters") == 'LANG = "ru"'
    assert english == russian


def test_the_same_bytes_are_made_each_time(lesson):
    for kind in notebook.KINDS:
        assert stored(notebook.notebook(lesson, "ru", kind)) == stored(
            notebook.notebook(lesson, "ru", kind)
        )


def test_no_version_of_anything_is_stored(lesson):
    made = json.loads(stored(notebook.notebook(lesson, "en", "student")))
    assert made["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_ids_are_what_the_format_of_notebooks_allows(lesson):
    for cell in notebook.proof(lesson).cells:
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell.id)


def test_a_proof_answers_not_at_all_then_wrongly_then_rightly(lesson):
    cells = [cell for cell in notebook.proof(lesson).cells if "exercise" in cell.metadata]
    assert [cell.metadata["answer"] for cell in cells] == [
        "unsolved",
        "q1.wrong1",
        "q1.wrong2",
        "solved",
    ]
    assert [cell.source.splitlines()[0] for cell in cells] == [
        "table = None  # your answer",
        "table = {}",
        'table = {"push": "no"}',
        'table = {"push": "yes"}',
    ]
    assert all(cell.source.endswith('lab.check("q1", table)') for cell in cells)


def test_what_lab_shows_of_answers_is_the_cell_without_and_the_region_alone(lesson):
    assert notebook.answers(lesson) == {
        "q1": {
            "starter": 'table = None  # your answer\n\nlab.check("q1", table)',
            "solution": 'table = {"push": "yes"}',
        }
    }


STARTERS = [
    ("replaced", "a = None", "a = 1", "a = 1"),
    ("with its type", "a: int = 0", "a = 1", "a = 1"),
    (
        "a function",
        "def f(x):\n    return None",
        "def f(x):\n    return x",
        "def f(x):\n    return x",
    ),
    ("read by the solution", "a = 3", "a = a + 1", "a = 3\na = a + 1"),
    ("read before", "a = 3\nb = a", "a = 4", "a = 3\nb = a\na = 4"),
    ("not bound", "a = 3", "b = 4", "a = 3\nb = 4"),
    ("read first", "a = 3", "b = a\na = 4", "a = 3\nb = a\na = 4"),
    ("its lines alone", "n = 2\na = None", "a = n", "n = 2\na = n"),
    (
        "a longer one",
        'ci = """\non: push\n"""',
        'ci = """\non: [push]\n"""',
        'ci = """\non: [push]\n"""',
    ),
]


@pytest.mark.parametrize(
    ("before", "inside", "whole"), [row[1:] for row in STARTERS], ids=[row[0] for row in STARTERS]
)
def test_a_starter_goes_only_when_the_solution_takes_its_place(before, inside, whole):
    text = f"{before}\n### BEGIN SOLUTION\n{inside}\n### END SOLUTION\nprint(a)"
    assert notebook.solved(text) == f"{whole}\nprint(a)"


def test_a_region_inside_of_a_function_keeps_its_indentation():
    text = "def f(x):\n    y = 0\n    ### BEGIN SOLUTION\n    y = x\n    ### END SOLUTION\n    return y"
    assert notebook.starter(text) == "def f(x):\n    y = 0\n\n    return y"
    assert notebook.solution(text) == "y = x"
    assert notebook.solved(text) == "def f(x):\n    y = 0\n    y = x\n    return y"
    assert notebook.answered(text, "y = 1") == "def f(x):\n    y = 0\n    y = 1\n    return y"
