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


ALONE = '''\
import json
import os
import pathlib

class Lab:
    """Stands where the Lab would, so that a test of the builder needs no lesson of the package."""

    def check(self, id, answer):
        reasons = {repr(None): "unattempted", repr({"push": "yes"}): "correct", repr({}): "no_push"}
        said = reasons.get(repr(answer), "says_no")
        kind, reason = (said, "") if said in {"unattempted", "correct"} else ("wrong", said)
        with (pathlib.Path(os.environ["CHECKER_WORK"]) / "journal.jsonl").open("a") as journal:
            line = {"lesson": "01_tiny", "exercise": id, "outcome": kind, "reason": reason}
            journal.write(json.dumps(line) + "\\n")
        print(kind)

lab = Lab()
'''
"""The code of a cell that opens a lesson by itself."""


def standing_alone(more: str = "") -> str:
    """Return a source whose notebooks run without the package's lessons; `more` is a cell's code."""
    cell = f'\n# %% key="more"\n{more}\n' if more else ""
    return OPENING[: OPENING.index("from checker")] + ALONE + cell + EXERCISE
