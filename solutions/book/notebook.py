"""Notebooks made of a lesson: for students or solved, in one language, the same bytes whenever they are made."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from solutions.book.source import BEGIN, END, ROOT, Cell, Exercise, Lesson

Kind = Literal["student", "solved"]
KINDS: tuple[Kind, ...] = ("student", "solved")
_FENCE = re.compile(r"^([ \t]*```\w+) .*$", re.MULTILINE)
"""A block's language, and words for its parsers, which a renderer would take for a part of that."""
_FOLDERS: dict[Kind, str] = {"student": "notebooks", "solved": "solutions"}


def place(slug: str, language: str, kind: Kind, root: Path = ROOT) -> Path:
    """Return where a notebook lies."""
    return root / _FOLDERS[kind] / language / f"{slug}.ipynb"


def notebook(lesson: Lesson, language: str, kind: Kind) -> Any:
    """Return a notebook that was not executed yet."""
    shown = [cell for cell in lesson.cells if not cell.is_wrong and cell.language in {"", language}]
    made = _notebook([_shown(cell, language) for cell in shown])
    if kind == "student":
        return cleared(made)
    for cell in made.cells:
        cell.source = solved(cell.source)
    return made


def cleared(made: Any) -> Any:
    """Return a notebook without its solutions: nbgrader takes the regions out and leaves the starters."""
    from nbgrader.preprocessors import ClearSolutions  # type: ignore[import-untyped]
    from traitlets.config import Config

    config = Config()
    config.ClearSolutions.enforce_metadata = False  # no cell is nbgrader's own
    config.ClearSolutions.code_stub = {"python": ""}  # the starter stands outside of the region
    made, _ = ClearSolutions(config=config).preprocess(made, {})
    for cell in made.cells:
        cell.source = _tidy(cell.source)
    return made


def starter(text: str) -> str:
    """Return a cell's code as students get it."""
    return str(cleared(_notebook([("code", "one", text, {})])).cells[0].source)


def solution(text: str) -> str:
    """Return what stands in a cell's region; empty where it has none."""
    return textwrap.dedent("\n".join(_split(text)[1])).strip("\n")


def solved(text: str) -> str:
    """Return a cell's code with the solution, and without the starters that it takes the place of."""
    before, inside, after = _split(text)
    if not inside:
        return text
    return _tidy("\n".join((*_needed(before, inside), *inside, *after)))


def answered(text: str, answer: str) -> str:
    """Return a cell's code with an answer in the place of its region, indented as that was."""
    before, inside, after = _split(text)
    mark = next(line for line in text.splitlines() if line.strip() == BEGIN)
    answer = textwrap.indent(answer, mark[: len(mark) - len(mark.lstrip())])
    return _tidy("\n".join((*_needed(before, inside), answer, *after)))


def answers(lesson: Lesson) -> dict[str, dict[str, str]]:
    """Return what `lab.reset` and `lab.solution` show, by exercise."""
    return {
        one.key: {"starter": starter(one.answer.text), "solution": solution(one.answer.text)}
        for one in lesson.exercises
    }


def proof(lesson: Lesson) -> Any:
    """Return a notebook in which every exercise is answered not at all, wrongly in each way, and rightly.

    A cell's metadata say what it proves: `{"exercise": "q3", "answer": "q3.wrong1", "line": 41}`.
    """
    groups = {one.cells[-1].key: one for one in lesson.exercises}
    members = {cell.key for one in lesson.exercises for cell in one.cells}
    cells: list[_Cell] = []
    for cell in lesson.cells:
        if cell.kind == "code" and not cell.is_wrong and cell.key not in members:
            cells.append(("code", cell.key or "parameters", cell.text, {"line": cell.line}))
        elif cell.kind == "code" and cell.key in groups:
            cells += _proof(groups[cell.key])
    return _notebook(cells)


_Cell = tuple[str, str, str, dict[str, Any]]
"""Kind, id, text, metadata."""


def _proof(one: Exercise) -> Iterator[_Cell]:
    for name, line, change in (
        ("unsolved", one.answer.line, starter),
        *((wrong.key, wrong.line, _answering(wrong)) for wrong in one.wrongs),
        ("solved", one.answer.line, solved),
    ):
        for cell in one.cells:
            text = change(cell.text) if cell is one.answer else cell.text
            about = {"exercise": one.key, "answer": name, "line": line}
            yield "code", f"{cell.key}-{name}", text, about


def _answering(wrong: Cell) -> Any:
    return lambda text: answered(text, wrong.text)


def _shown(cell: Cell, language: str) -> _Cell:
    if "parameters" in cell.tags:
        return "code", "parameters", f'LANG = "{language}"', {"tags": ["parameters"]}
    if cell.kind == "markdown":
        return "markdown", f"{cell.key}-{language}", _FENCE.sub(r"\1", cell.text), {}
    return "code", cell.key, cell.text, {}


def _notebook(cells: Sequence[_Cell]) -> Any:
    import nbformat

    shapes: Any = nbformat  # it has no types
    v4 = shapes.v4

    made = v4.new_notebook()
    made.metadata = shapes.NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    for kind, key, text, metadata in cells:
        new = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
        made.cells.append(
            new(text, id=key.replace(".", "-")[:64], metadata=shapes.from_dict(metadata))
        )
    return made


def _split(text: str) -> tuple[list[str], list[str], list[str]]:
    """Return the lines before a region, in it, and after it; a text without one is all before."""
    lines = text.splitlines()
    marks = [line.strip() for line in lines]
    if BEGIN not in marks:
        return lines, [], []
    begin, end = marks.index(BEGIN), marks.index(END)
    return lines[:begin], lines[begin + 1 : end], lines[end + 1 :]


def _needed(before: Sequence[str], inside: Sequence[str]) -> list[str]:
    """Return the lines before a region without the starters that it gives other values.

    A starter is a statement that binds one name which nothing else before the region mentions, and which the region
    binds before it reads it.
    """
    try:
        starters = ast.parse("\n".join(before)).body
        region = ast.parse("\n".join(inside)).body
    except SyntaxError:  # the region stands within a function
        return list(before)
    dropped: set[int] = set()
    for one in starters:
        name = _bound(one)
        others = [other for other in starters if other is not one]
        first = next((other for other in region if name in _mentioned(other)), None)
        is_replaced = first and _bound(first) == name and name not in _loaded(first)
        if name and is_replaced and not any(name in _mentioned(other) for other in others):
            decorators = getattr(one, "decorator_list", [])
            begin = min(node.lineno for node in (one, *decorators))
            dropped |= set(range(begin, (one.end_lineno or begin) + 1))
    return [line for number, line in enumerate(before, 1) if number not in dropped]


def _bound(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
    return ""


def _mentioned(statement: ast.stmt) -> set[str]:
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return names | {_bound(statement)}


def _loaded(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return set()  # it may call itself
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, ast.Load)}


def _tidy(text: str) -> str:
    """Return code with no blank lines around it and never more than two in a row."""
    bare = re.sub(r"^[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{4,}", "\n\n\n", bare).strip("\n")
