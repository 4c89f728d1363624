"""A grade for the terminal: compact, as wide as the window, colours only where they are wanted."""

from __future__ import annotations

import re
import textwrap

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from checker.actions.workflows import FOLDER
from checker.grading import Grade, Item, Line, number
from checker.report.chain import chains
from checker.report.console import WIDEST, prose, rendered
from checker.report.drawing import drawn
from checker.report.escape import plain
from checker.report.marks import COLOURS, MARKS, is_blank, is_start
from checker.rubric.notices import Notice
from checker.rubric.verdict import Outcome, Seen

_EMPHASIS = re.compile(r"(?<![\w*])\*(\w[^*]*)\*(?!\w)")
_FENCE = re.compile(r"^```ya?ml\n(.*?)^```\n?", re.DOTALL | re.MULTILINE)
_BAR = 30


def terminal(grade: Grade, *, width: int = 80, colour: bool = False) -> str:
    """Return a grade as text for a window of a width, with colours or without."""
    width = max(40, min(width, WIDEST))
    brief = is_start(grade)
    if is_blank(grade):
        return rendered([_title(grade), _footer(grade)], width, colour=colour)
    parts: list[RenderableType] = [_header(grade, width)]
    if grade.page:
        parts.append(drawn(chains(grade), width))
    flags = [one for one in grade.notices if one.is_flag]
    parts += (_notice(one) for one in grade.notices if not one.is_flag)
    parts += (_item(item, grade, width, brief=brief) for item in grade.items)
    parts += _advice(grade, most=1 if brief else len(grade.items))
    if flags:
        heading = Text("For the teacher to look at", "bold underline")
        parts += (heading, *map(_notice, flags))
    parts.append(_footer(grade))
    return rendered(parts, width, colour=colour)


def _header(grade: Grade, width: int) -> RenderableType:
    lines: list[RenderableType] = [_title(grade)]
    if grade.chosen:
        lines.append(prose(grade.chosen, "dim"))
    lines += [Text(""), _score(grade, min(_BAR, width - 30))]
    return Group(*lines)


def _title(grade: Grade) -> Text:
    title = Text(plain(grade.name, 80), style="bold")
    if grade.ref:
        title.append(f" · branch {plain(grade.ref, 60)}", style="not bold")
    if grade.commit:
        title.append(f" · commit {plain(grade.commit, 7).removesuffix('…')}", style="not bold dim")
    if grade.default_branches:
        default = " or ".join(plain(branch, 40) for branch in grade.default_branches)
        title.append(f" · default branch {default}", style="not bold dim")
    return title


def _score(grade: Grade, cells: int) -> Text:
    """Return the points as a bar: earned, open, lost."""
    of = grade.of or 1
    earned = round(grade.points / of * cells)
    unsure = min(round(grade.not_graded / of * cells), cells - earned)
    text = Text()
    text.append("█" * earned, style="green")
    text.append("▒" * unsure, style="yellow")
    text.append("░" * (cells - earned - unsure), style="red" if grade.unmet else "dim")
    text.append(f"  {grade.score}", style="bold")
    if grade.gaps:
        text.append(f" · {number(grade.not_graded)} not graded", style="yellow")
    return text


def _notice(notice: Notice) -> RenderableType:
    places = [
        Text(f"  {plain(seen.place)}  {plain(seen.text)}", "cyan")
        for seen in notice.seen
        if seen.line
    ]
    text = prose(notice.text, "bold yellow")
    return Group(
        Text("! ", "bold yellow").append_text(text),
        *places,
        Padding(prose(_EMPHASIS.sub(r"\1", notice.advice)), (0, 0, 0, 2), expand=False),
    )


def _item(item: Item, grade: Grade, width: int, *, brief: bool) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(width=5)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    table.width = width
    for line in item.lines:
        table.add_row(*_row(line, grade, brief=brief))
    heading = Table.grid(expand=True)
    heading.add_column(ratio=1)
    heading.add_column(justify="right")
    points = f"{number(item.points)} of {number(item.of)}"
    heading.add_row(Text(f"{item.id} · {item.title}", "bold"), Text(points, "bold"))
    heading.width = width
    return Group(heading, table)


def _row(line: Line, grade: Grade, *, brief: bool) -> tuple[RenderableType, ...]:
    verdict = line.verdict
    colour = "dim" if brief else COLOURS[verdict.outcome]
    is_open = verdict.outcome in {Outcome.UNKNOWN, Outcome.PENDING}
    body: list[RenderableType] = [Text(line.criterion.statement, "dim" if is_open else "")]
    if verdict.outcome is Outcome.MET:
        body.append(_quietly(line, grade))
    elif not is_open and not brief:
        body.append(prose(verdict.reason, colour))
        body += (
            Text().append(_place(seen, grade), "cyan").append(f"  {plain(seen.text, 120)}")
            for seen in verdict.seen
        )
    elif is_open and (verdict.seen or line.criterion.bonus or len(grade.gaps) > 1):
        body.append(prose(verdict.reason, colour))
    if line.late:
        body.append(Text(line.late, "yellow"))
    if not brief:
        body += (prose(f"note: {note}", "yellow") for note in verdict.notes)
    earned = "–" if is_open else number(line.points)
    return (
        Text(MARKS[verdict.outcome], f"bold {colour}"),
        Text(line.criterion.id, colour),
        Group(*body),
        Text(f"{earned}/{number(line.criterion.points)}", colour),
    )


def _quietly(line: Line, grade: Grade) -> Text:
    """Return a met criterion's reason and places on as few lines as there is room for."""
    text = prose(line.verdict.reason, "dim")
    places = dict.fromkeys(
        _place(seen, grade).removeprefix(f"{FOLDER}/") for seen in line.verdict.seen
    )
    if places:
        text.append(" · ").append(", ".join(places), "cyan")
    return text


def _place(seen: Seen, grade: Grade) -> str:
    """Return where something stands; a page of the repository without the repository's address."""
    place = seen.place
    return plain(place.removeprefix(f"{grade.page}/") if grade.page else place)


def _advice(grade: Grade, *, most: int) -> list[RenderableType]:
    """Return what to do next: the first unmet criterion of each item, the others by name."""
    first = {line.criterion.item: line for line in reversed(grade.unmet)}
    chosen = [line for line in grade.unmet if line in first.values()][:most]
    if not chosen:
        return []
    parts: list[RenderableType] = [Text("What to do next", "bold underline")]
    for line in chosen:
        heading = Text(f"{line.criterion.id} · {line.criterion.statement}", "bold")
        parts.append(Group(heading, *_advised(line.criterion.advice)))
    if rest := [line.criterion.id for line in grade.unmet if line not in chosen]:
        parts.append(prose(f"Then {', '.join(rest)}. `--only {rest[0]}` shows the advice for one."))
    return parts


def _advised(advice: str) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for index, piece in enumerate(_FENCE.split(advice)):
        if index % 2:
            parts += (Text(""), _yaml(piece))
        elif piece.strip():
            text = prose(_EMPHASIS.sub(r"\1", " ".join(piece.split())))
            parts.append(Padding(text, (0, 0, 0, 2), expand=False))
    return parts


def _yaml(source: str) -> Text:
    """Return highlighted YAML, never cut: it is there to be copied."""
    code = Syntax("", "yaml", theme="ansi_dark", background_color="default")
    text = code.highlight(textwrap.indent(source.rstrip(), "    "))
    text.rstrip()
    text.no_wrap, text.overflow = True, "ignore"
    return text


def _footer(grade: Grade) -> RenderableType:
    if len(grade.gaps) > 1:
        total = f"{grade.score}; {number(grade.not_graded)} could"
        lines = [Text(f"{total} not be graded:", "bold")]
        lines += (
            prose(f"  {number(gap.points)} ({', '.join(gap.ids)}): {gap.reason}")
            for gap in grade.gaps
        )
    else:
        lines = [prose(grade.summary, "bold")]
    if any(gap.reason == "a folder shows no runs" for gap in grade.gaps):
        lines.append(
            Text(
                "A folder shows what the workflows would do, not what they did: the points for runs"
                " and for what came out stay open (exit status 3 when nothing else is missing).",
                "dim",
            )
        )
    return Group(*lines)
