"""A grade as an issue in the student's repository: a title, and a body with a mark by which it is found again."""

from __future__ import annotations

from checker.grading import Grade
from checker.report.escape import plain
from checker.report.links import Links
from checker.report.markdown import document

MARK = "<!-- ml-cicd-workbook: feedback -->"
"""Not shown by GitHub; only the mark in an issue that one's own account wrote counts."""
LONGEST = 65_536
"""Characters of an issue's body that GitHub takes."""
_FOOT = (
    "\n*This issue is brought up to date whenever the homework is graded again;"
    " nothing of the repository was executed.*\n"
)


def title(grade: Grade) -> str:
    """Return the issue's title."""
    return plain(f"CI/CD homework: {grade.score}", 200)


def body(grade: Grade, links: Links | None = None) -> str:
    """Return the issue's body, no longer than GitHub takes.

    What is for the teacher to look at is left out: everybody who sees the repository sees the issue.
    """
    room = LONGEST - len(MARK) - len(_FOOT) - 2
    return f"{MARK}\n{document(grade, links, flags=False, longest=room)}{_FOOT}"
