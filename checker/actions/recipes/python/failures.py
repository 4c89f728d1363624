"""Whether a Python program minds that something it started has failed."""

from __future__ import annotations

import ast
from functools import lru_cache
from itertools import islice

_MAX_NODES = 100_000
_MAX_LOOKED_AT = 300  # parts of one expression or statement

_TELLING = {"returncode", "check_returncode", "ok", "failed", "wasSuccessful", "errors", "failures"}
"""Attributes of a result that tell whether it failed."""


@lru_cache(maxsize=128)
def names_looked_at(tree: ast.Module) -> frozenset[str]:
    """Return the names whose value decides something: returned, compared, tested, handed on."""
    found: set[str] = set()
    for node in islice(ast.walk(tree), _MAX_NODES):
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.Attribute) and node.attr in _TELLING:
            parts = [node.value]
        elif isinstance(node, ast.Call):
            parts = list(node.args)
        elif isinstance(node, (ast.Return, ast.UnaryOp)):
            parts = [node.value if isinstance(node, ast.Return) else node.operand]
        elif isinstance(node, ast.Compare):
            parts = [node.left]
        elif isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
            parts = [node.test]
        elif isinstance(node, ast.BoolOp):
            parts = list(node.values)
        found.update(part.id for part in parts if isinstance(part, ast.Name))
    return frozenset(found)


def catches_failures(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler catches what a failed program raises."""
    caught = source(handler.type)
    return not caught or any(
        name in caught
        for name in ("Exception", "CalledProcessError", "SubprocessError", "CommandFailed")
    )


def ends(statements: list[ast.stmt]) -> bool:
    """Say whether a block ends the program or raises, so that a failure still counts."""
    for statement in statements:
        for node in islice(ast.walk(statement), _MAX_LOOKED_AT):
            if isinstance(node, ast.Raise):
                return True
            if isinstance(node, ast.Call) and source(node.func) in {
                "sys.exit",
                "exit",
                "quit",
                "os._exit",
                "session.error",
            }:
                return True
            if isinstance(node, ast.Return) and node.value is not None:
                return True
    return False


def source(node: ast.AST | None) -> str:
    """Return an expression as written, on one line and not long."""
    if node is None:
        return ""
    if next(islice(ast.walk(node), _MAX_LOOKED_AT, None), None) is not None:
        return "expression"
    try:
        return " ".join(ast.unparse(node).split())[:80]
    except (RecursionError, ValueError):
        return "expression"
