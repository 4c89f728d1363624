"""The rubric for people and for files: a table, Markdown, JSON, or the YAML a teacher edits."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from checker import __version__
from checker.grading import Json, number, whole
from checker.report.console import WIDEST, prose, rendered
from checker.report.escape import markdown, plain
from checker.report.json import dumped
from checker.rubric.criterion import Criterion
from checker.rubric.scheme import TITLES, Rubric, default


def as_text(rubric: Rubric, *, width: int = 80, colour: bool = False) -> str:
    """Return the rubric as a table for the terminal."""
    width = max(40, min(width, WIDEST))
    parts: list[RenderableType] = []
    for id, lines in _items(rubric).items():
        table = Table.grid(padding=(0, 1))
        table.add_column(width=5)
        table.add_column(ratio=1)
        table.add_column(justify="right", no_wrap=True)
        table.width = width
        for one in lines:
            table.add_row(Text(one.id, "cyan"), Text(one.statement), number(one.points))
        points = number(sum(one.points for one in lines))
        parts.append(Group(Text(f"{id} · {TITLES.get(id, id)}: {points} points", "bold"), table))
    parts.append(Group(*(prose(line, "dim") for line in _settings(rubric))))
    more = f", and {number(rubric.bonus)} on top" if rubric.bonus else ""
    parts.append(Text(f"{number(rubric.of)} points{more}", "bold"))
    return rendered(parts, width, colour=colour)


def as_markdown(rubric: Rubric) -> str:
    """Return the rubric as a Markdown table."""
    rows = ["| id | criterion | points |", "|---|---|--:|"]
    rows += (
        f"| {one.id} | {markdown(one.statement)} | {number(one.points)} |"
        for one in rubric.criteria
    )
    more = f" + {number(rubric.bonus)}" if rubric.bonus else ""
    rows.append(f"| | **all** | **{number(rubric.of)}{more}** |")
    return "\n".join([*rows, "", *(f"* {markdown(line)}" for line in _settings(rubric)), ""])


def as_json(rubric: Rubric) -> str:
    """Return the rubric with its advice as a JSON document."""
    accepted = rubric.accepted
    facts: dict[str, Json] = {
        "points": whole(rubric.of),
        "bonus": whole(rubric.bonus),
        "criteria": [
            {
                "id": one.id,
                "item": one.item,
                "points": whole(one.points),
                "bonus": one.bonus,
                "statement": one.statement,
                "advice": one.advice,
            }
            for one in rubric.criteria
        ],
        "accept": {
            "testpypi": accepted.testpypi,
            "other_index": list(accepted.other_index),
            "other_registry": list(accepted.other_registry),
        },
        "deadlines": [
            {"name": one.name, "at": one.at.isoformat(), "keeps": one.keeps}
            for one in rubric.deadlines
        ],
    }
    return dumped(facts, indent=2) + "\n"


def as_yaml(rubric: Rubric) -> str:
    """Return the rubric as a file that `--rubric` reads, with a comment for each line."""
    kept = {one.id for one in rubric.criteria}
    dropped = [one.id for one in default().criteria if one.id not in kept]
    points = {one.id: number(one.points) for one in rubric.criteria}
    accepted = rubric.accepted
    lines = [
        f"# A rubric of checker {__version__}. Change what you like, then:",
        "# checker grade DIR --rubric THIS_FILE",
        "points:",
        *(f"  {f'{one.id}: {points[one.id]}':<12}# {_comment(one)}" for one in rubric.criteria),
        f"drop: [{', '.join(dropped)}]  # criteria (LIB5) or whole items (IMG) that do not count",
        "accept:",
        f"  testpypi: {str(accepted.testpypi).lower()}",
        f"  other_index: {_flow(accepted.other_index)}  # host names of other package indexes",
        f"  other_registry: {_flow(accepted.other_registry)}  # host names; ghcr is GitHub's",
        *_deadlines(rubric),
    ]
    return "\n".join(lines) + "\n"


def _comment(one: Criterion) -> str:
    return f"{one.statement} (on top)" if one.bonus else one.statement


def _deadlines(rubric: Rubric) -> list[str]:
    if not rubric.deadlines:
        return [
            "# deadlines:",
            "#   soft: 2026-11-30T23:59+03:00",
            "#   late: 50%   # what remains of the points between the two",
            "#   hard: 2026-12-14T23:59+03:00",
        ]
    lines = ["deadlines:"]
    for one in rubric.deadlines:
        lines.append(f"  {one.name}: {one.at.isoformat()}")
        if one.name == "soft":
            lines.append(f"  late: {number(one.keeps * 100)}%")
    return lines


def _settings(rubric: Rubric) -> list[str]:
    accepted = rubric.accepted
    indexes = ["PyPI", *(["TestPyPI"] if accepted.testpypi else []), *accepted.other_index]
    registries = ["Docker Hub", *accepted.other_registry]
    lines = [
        f"published on {plain(', '.join(indexes))}; pushed to {plain(', '.join(registries))}",
    ]
    for one in rubric.deadlines:
        share = f"{number(one.keeps * 100)}% of the points" if one.keeps else "no points"
        moment = one.at.isoformat(sep=" ", timespec="minutes")
        lines.append(f"{one.name} deadline {moment}; after it {share}, once runs can be seen")
    return lines


def _items(rubric: Rubric) -> dict[str, list[Criterion]]:
    items: dict[str, list[Criterion]] = {}
    for one in rubric.criteria:
        items.setdefault(one.item, []).append(one)
    return items


def _flow(words: tuple[str, ...]) -> str:
    quoted = (f"'{word.replace(chr(39), chr(39) * 2)}'" for word in words)
    return f"[{', '.join(quoted)}]"
