"""Small sources of lessons for the tests of the builder."""

from __future__ import annotations

from pathlib import Path

OPENING = """\
# %% [markdown] lang="en" key="intro"
# # A lesson
#
# It is `short`.

# %% [markdown] lang="ru" key="intro" of="1a5bf5c0"
# # Урок
#
# Он `short`.

# %% tags=["parameters"]
LANG = "en"

# %% key="open"
from checker.workbook import Lab

lab = Lab("01_tiny", LANG, edition=1)
"""

EXERCISE = """
# %% key="q1" tags=["exercise"]
table = None  # your answer
### BEGIN SOLUTION
table = {"push": "yes"}
### END SOLUTION
lab.check("q1", table)

# %% key="q1.wrong1" tags=["wrong"] expect="q1.no_push"
table = {}

# %% key="q1.wrong2" tags=["wrong"] expect="q1.says_no"
table = {"push": "no"}
"""


def lesson_file(folder: Path, text: str = OPENING + EXERCISE, name: str = "01_tiny") -> Path:
    """Write a source and return its path."""
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    return path
