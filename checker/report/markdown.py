"""A grade as Markdown: for a comment on a pull request, a job summary, or a letter to a student."""

from __future__ import annotations

from html import escape

from checker.grading import Grade, Item, Line, number
from checker.report.escape import code, markdown
from checker.report.marks import MARKS
from checker.rubric.verdict import Outcome, Seen


def report(grade: Grade) -> str:
    """Return the grade as one Markdown document."""
    parts = [
        f"## {markdown(grade.name)}: {number(grade.points)} of {number(grade.of)}",
        _where(grade),
    ]
    parts += (
        f"> [!IMPORTANT]\n> {markdown(notice.text)} {markdown(notice.advice)}"
        for notice in grade.notices
    )
    parts += map(_item, grade.items)
    if grade.unmet:
        parts.append("### What to do next")
        parts += map(_advice, grade.unmet)
    parts.append(f"**{markdown(grade.summary)}**")
    return "\n\n".join(part for part in parts if part) + "\n"


def _where(grade: Grade) -> str:
    default = " or ".join(code(branch) for branch in grade.default_branches)
    branch = f"Branch {code(grade.ref)}. " if grade.ref else ""
    chosen = f" {markdown(grade.chosen)}." if grade.chosen else ""
    return f"{branch}Default branch {default}.{chosen}"


def _item(item: Item) -> str:
    rows = [
        f"### {item.id} · {item.title}: {number(item.points)} of {number(item.of)}",
        "",
        "| | | criterion | points |",
        "|---|---|---|--:|",
    ]
    return "\n".join([*rows, *map(_row, item.lines)])


def _row(line: Line) -> str:
    verdict = line.verdict
    is_open = verdict.outcome in {Outcome.UNKNOWN, Outcome.PENDING}
    cell = "<br>".join(
        [
            markdown(line.criterion.statement),
            markdown(verdict.reason),
            *map(_seen, verdict.seen),
            *(f"*note:* {markdown(note)}" for note in verdict.notes),
        ]
    )
    earned = "–" if is_open else number(line.points)
    points = f"{earned}/{number(line.criterion.points)}"
    return f"| {MARKS[verdict.outcome]} | {line.criterion.id} | {cell} | {points} |"


def _seen(seen: Seen) -> str:
    return f"{code(seen.place)} {code(seen.text)}".strip()


def _advice(line: Line) -> str:
    summary = f"<b>{line.criterion.id}</b> · {escape(line.criterion.statement)}"
    advice = line.criterion.advice
    return f"<details><summary>{summary}</summary>\n\n{advice}\n\n</details>"
