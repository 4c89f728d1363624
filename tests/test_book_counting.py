"""Figures of the workbook: what is counted, and how it is printed."""

from __future__ import annotations

from solutions.book.counting import counts, table
from solutions.book.source import read
from tests.lessons import OPENING, lesson_file

PICTURE = '\n# %% key="draw"\nlab.figure(None, "bars")\n'
EXERCISE = """
# %% key="q1" tags=["exercise"]
a = None
### BEGIN SOLUTION
a = 1
### END SOLUTION
lab.check("q1", a)
# %% key="q1.wrong1" tags=["wrong"] expect="q1.two"
a = 2
# %% key="q1.wrong2" tags=["wrong"] expect="q1.three"
a = 3
"""


def test_a_lesson_is_counted(tmp_path):
    text = (
        OPENING.replace("It is `short`.", "It is\n#\n# ```toml\n# a = 1\n# ```")
        + PICTURE
        + EXERCISE
    )
    found = counts(read(lesson_file(tmp_path, text, "98_counted")))
    assert (found.exercises, found.wrong, found.outcomes) == (1, 2, 4)
    assert (found.snippets, found.pictures, found.english) == (1, 1, 4)


def test_figures_are_tables_in_markdown_with_a_sum(tmp_path):
    lesson = read(lesson_file(tmp_path, OPENING + EXERCISE, "98_counted"))
    lines = list(table([lesson, lesson]))
    assert lines[2].startswith("| 98_counted | 1 | 2 | 4 | 0 | 0 |")
    assert lines[4].startswith("| all | 2 | 4 | 8 | 0 | 0 |")
    assert lines[-1] == "| 98_counted | not run here | not run here | not run here | not run here |"
