"""A grade as Markdown: for a comment on a pull request, a job summary, an issue, or a letter to a student."""

from __future__ import annotations

from html import escape

from checker.grading import Grade, Item, Line, number
from checker.report.chain import LEVELS, Chain, Link, chains
from checker.report.escape import code, markdown
from checker.report.links import Links
from checker.report.marks import MARKS, is_blank, moment
from checker.rubric.notices import Notice
from checker.rubric.verdict import Outcome, Seen


def report(grade: Grade, links: Links | None = None) -> str:
    """Return the grade as one Markdown document; `links` says which addresses may be followed."""
    return document(grade, links)


def document(
    grade: Grade, links: Links | None = None, *, flags: bool = True, longest: int = 0
) -> str:
    """Return the grade as Markdown, with what is for the teacher or without, and as long as there is room.

    `longest` is a number of UTF-16 units, as GitHub counts them; 0 sets no bound. Whole pieces of advice are left
    out first, then whole tables, each from the end; a sentence says so.
    """
    writer = _Writer(grade, links or Links())
    head, tables, advice, end = writer.parts(flags=flags)
    whole = _joined(head, tables, advice, end)
    if not longest or _units(whole) <= longest:
        return whole
    left_out = "*The rest of the report had no room here; `checker grade` shows all of it.*"
    while _units(_joined(head, tables, advice, [left_out, *end])) > longest and advice:
        advice.pop()
    while _units(_joined(head, tables, advice, [left_out, *end])) > longest and tables:
        tables.pop()
    shown = _joined(head, tables, advice, [left_out, *end])
    return shown if _units(shown) <= longest else _joined(head[:1], [], [], [left_out])


def _joined(*groups: list[str]) -> str:
    return "\n\n".join(part for group in groups for part in group if part) + "\n"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", errors="replace")) // 2


class _Writer:
    def __init__(self, grade: Grade, links: Links) -> None:
        self.grade = grade
        self.links = links

    def parts(self, *, flags: bool) -> tuple[list[str], list[str], list[str], list[str]]:
        """Return what stands first, the tables, the advice, and what stands last."""
        grade = self.grade
        title = f"## {markdown(grade.name)}: {grade.score}"
        total = f"**{markdown(grade.summary)}**"
        if is_blank(grade):
            return [title, self.where()], [], [], [total]
        head = [title, self.where()]
        head += (self.notice(one, "IMPORTANT") for one in grade.notices if not one.is_flag)
        if grade.page:
            head.append(self.picture())
        advice = ["### What to do next", *map(self.advice, grade.unmet)] if grade.unmet else []
        flagged = [one for one in grade.notices if one.is_flag and flags]
        end = ["### For the teacher to look at"] if flagged else []
        end += (self.notice(one, "NOTE") for one in flagged)
        return head, [*map(self.item, grade.items)], advice, [*end, total]

    def where(self) -> str:
        grade = self.grade
        default = " or ".join(code(branch) for branch in grade.default_branches)
        words = [
            f"Branch {code(grade.ref)}." if grade.ref else "",
            f"Commit {code(grade.commit[:7])}." if grade.commit else "",
            f"Default branch {default}." if default else "",
            f"{markdown(grade.chosen)}." if grade.chosen else "",
        ]
        return " ".join(word for word in words if word)

    def notice(self, notice: Notice, kind: str) -> str:
        lines = [f"> [!{kind}]", f"> {markdown(notice.text)} {markdown(notice.advice)}".rstrip()]
        if notice.is_flag:
            lines += (f">\n> {self.seen(one)}" for one in notice.seen)
        return "\n".join(lines)

    def picture(self) -> str:
        """Return the chain of each item as a row of a table."""
        rows = [f"| | {' | → '.join(LEVELS)} |", f"|---|{'---|' * len(LEVELS)}"]
        return "\n".join([*rows, *map(self.chain, chains(self.grade))])

    def chain(self, chain: Chain) -> str:
        found = {link.level: link for link in chain.links}
        cells = (self.link(found[level]) if level in found else "" for level in LEVELS)
        return f"| **{chain.id}** | {' | '.join(cells)} |"

    def link(self, link: Link) -> str:
        seen = link.seen
        place = f" {self.seen(seen)}" if seen and seen.url else ""
        return f"{MARKS[link.outcome]} {markdown(link.telling.verdict.reason)}{place}"

    def item(self, item: Item) -> str:
        rows = [
            f"### {item.id} · {item.title}: {number(item.points)} of {number(item.of)}",
            "",
            "| | | criterion | points |",
            "|---|---|---|--:|",
        ]
        return "\n".join([*rows, *map(self.row, item.lines)])

    def row(self, line: Line) -> str:
        verdict = line.verdict
        is_open = verdict.outcome in {Outcome.UNKNOWN, Outcome.PENDING}
        late = f"*{moment(line.at)}: {markdown(line.late)}*" if line.late and line.at else ""
        cell = "<br>".join(
            [
                markdown(line.criterion.statement),
                markdown(verdict.reason),
                *([late] if late else []),
                *map(self.seen, verdict.seen),
                *(f"*note:* {markdown(note)}" for note in verdict.notes),
            ]
        )
        earned = "–" if is_open else number(line.points)
        points = f"{earned}/{number(line.criterion.points)}"
        return f"| {MARKS[verdict.outcome]} | {line.criterion.id} | {cell} | {points} |"

    def seen(self, seen: Seen) -> str:
        """Return what was seen: a page as a link with its words, a line of a file with its place."""
        url = self.links.of(seen, self.grade)
        if seen.url and url:
            return f"[{markdown(seen.text or seen.place)}](<{url}>)"
        place = f"[{code(seen.place)}](<{url}>)" if url else code(seen.place)
        return f"{place} {code(seen.text)}".strip()

    def advice(self, line: Line) -> str:
        summary = f"<b>{line.criterion.id}</b> · {escape(line.criterion.statement)}"
        advice = line.criterion.advice
        return f"<details><summary>{summary}</summary>\n\n{advice}\n\n</details>"
