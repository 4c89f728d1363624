"""Faults that people really make, each planted so that one gate alone has to see it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Gate = Literal["lint", "format", "types", "test"]
GATES: Mapping[Gate, str] = {
    "lint": "a linter",
    "format": "a check of the format",
    "types": "a type checker",
    "test": "tests",
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A file with a fault in it."""

    text: str
    line: int
    """Where the fault stands, from 1."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault; `plant` returns nothing for a file that has no place for it."""

    id: str
    title: str
    gate: Gate
    """What has to see it; others may."""
    where: Literal["module", "tests"]
    plant: Callable[[str], Planted | None]


def _syntax_error(text: str) -> Planted | None:
    """Forget the colon of a function's head."""
    for function in _functions(text):
        line = function.body[0].lineno - 1
        lines = text.splitlines(keepends=True)
        for number in range(line, function.lineno - 1, -1):
            here = lines[number - 1].rstrip()
            if here.endswith(":"):
                lines[number - 1] = here[:-1] + "\n"
                return Planted("".join(lines), number)
    return None


def _unused_import(text: str) -> Planted | None:
    """Import a module inside a function that has no use for it; no order of imports is touched."""
    return _into_function(text, ("import sched",), blank=True)


def _undefined_name(text: str) -> Planted | None:
    """Add a function that nobody calls and that names what is not there."""
    body = ['    """Return what is not there."""', "    return name_that_is_not_there"]
    return _append(text, ["def planted_fault():", *body])


def _format(text: str) -> Planted | None:
    """Write two spaces before an assignment's value: linters in their usual settings let that pass."""
    if _parsed(text) is None:
        return None
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        row, column = token.start
        if token.type == tokenize.OP and token.string == "=":
            line = lines[row - 1]
            if line[column - 1 : column + 2] == " = " and line[column + 2 : column + 3].strip():
                lines[row - 1] = f"{line[: column + 1]} {line[column + 1 :]}"
                return Planted("".join(lines), row)
    return None


def _type_error(text: str) -> Planted | None:
    """Add a function that returns a text and promises a number."""
    body = ['    """Return a number."""', '    return "a text"']
    return _append(text, ["def planted_fault() -> int:", *body])


def _missing_module(text: str) -> Planted | None:
    """Import what is not installed, in a way that linters do not follow."""
    tree = _parsed(text)
    imports = (
        [one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)] if tree else []
    )
    if tree is None:
        return None
    start = imports[-1].end_lineno if imports else _after_docstring(tree)
    lines = text.splitlines(keepends=True)
    line = start or 0
    added = ["\n"] if line else []
    added.append('__import__("module_that_is_not_there")\n')
    if not imports and lines[line : line + 1] != ["\n"]:
        added.append("\n")
    lines[line:line] = added
    return Planted("".join(lines), line + len(added))


def _raises(text: str) -> Planted | None:
    """Let every function raise an error."""
    tree = _parsed(text)
    functions = [*_functions(text)]
    if tree is None or not functions:
        return None
    lines = text.splitlines(keepends=True)
    for function in sorted(functions, key=lambda one: one.lineno, reverse=True):
        place = _body(function)
        lines.insert(place.lineno - 1, f'{" " * place.col_offset}raise RuntimeError("planted")\n')
    return Planted("".join(lines), _body(functions[0]).lineno)


def _failing_test(text: str) -> Planted | None:
    """Add a test that fails."""
    tree = _parsed(text)
    if tree is None:
        return None
    for one in tree.body:
        names = [ast.unparse(base) for base in one.bases] if isinstance(one, ast.ClassDef) else []
        if any(name.endswith("TestCase") for name in names) and one.end_lineno:
            lines = text.splitlines(keepends=True)
            added = [
                "\n",
                "    def test_planted_fault(self):\n",
                '        raise AssertionError("planted")\n',
            ]
            lines[one.end_lineno : one.end_lineno] = added
            return Planted("".join(lines), one.end_lineno + 2)
    return _append(text, ["def test_planted_fault():", '    raise AssertionError("planted")'])


FAULTS: tuple[Fault, ...] = (
    Fault("syntax", "a forgotten colon", "lint", "module", _syntax_error),
    Fault("unused-import", "an import nobody uses", "lint", "module", _unused_import),
    Fault("undefined-name", "a name that is not defined", "lint", "module", _undefined_name),
    Fault("format", "two spaces where one belongs", "format", "module", _format),
    Fault("type", "a text where a number is promised", "types", "module", _type_error),
    Fault("missing-module", "a module that is not installed", "test", "module", _missing_module),
    Fault("raises", "functions that raise an error", "test", "module", _raises),
    Fault("failing-test", "a test that fails", "test", "tests", _failing_test),
)
"""In the order in which they are planted. A forgotten colon is seen by all gates; each other one by its own alone."""


def functions(text: str) -> tuple[str, ...]:
    """Return the names of a file's functions and methods; empty for a file that cannot be parsed."""
    return tuple(one.name for one in _functions(text))


def _functions(text: str) -> list[ast.FunctionDef]:
    tree = _parsed(text)
    found = ast.walk(tree) if tree is not None else ()
    return sorted(
        (
            one
            for one in found
            if isinstance(one, ast.FunctionDef)
            and one.body[0].lineno > one.lineno
            and one.name != "__init__"
        ),
        key=lambda one: one.lineno,
    )


def _body(function: ast.FunctionDef) -> ast.stmt:
    """Return the first statement behind a function's docstring; the docstring where there is nothing else."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1] if is_docstring and len(function.body) > 1 else first


def _into_function(text: str, added: tuple[str, ...], *, blank: bool) -> Planted | None:
    for function in _functions(text):
        place = _body(function)
        if place is function.body[0] and isinstance(place, ast.Expr):
            continue
        lines = text.splitlines(keepends=True)
        indent = " " * place.col_offset
        rows = [f"{indent}{one}\n" for one in added] + (["\n"] if blank else [])
        lines[place.lineno - 1 : place.lineno - 1] = rows
        return Planted("".join(lines), place.lineno)
    return None


def _append(text: str, added: list[str]) -> Planted:
    body = text.rstrip("\n")
    start = body.count("\n") + (4 if body else 1)
    return Planted((f"{body}\n\n\n" if body else "") + "\n".join(added) + "\n", start)


def _after_docstring(tree: ast.Module) -> int:
    first = tree.body[0] if tree.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.end_lineno or 0
    return 0


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
