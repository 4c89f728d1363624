"""One Python file followed statement by statement, with every branch that may be taken."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from checker.actions.command import NOTHING
from checker.actions.recipes.descent import both
from checker.actions.recipes.python import values as v
from checker.actions.recipes.python.expressions import (
    MAX_LOOP,
    MAX_STEPS,
    MAX_VARIABLES,
    Expressions,
    Stop,
)
from checker.actions.recipes.python.failures import catches_failures, ends, names_looked_at
from checker.actions.recipes.python.values import Decorator, Function, Module, Scope, Symbol

_MAX_CALLS = 10


class _Leave(Exception):
    """A return, break or continue of the program that is read."""

    def __init__(self, kind: str, value: object = None) -> None:
        self.kind = kind
        self.value = value


@dataclass
class Reading(Expressions):
    """The state of one run over a file: names, folder, variables and the conditions it is under.

    `imported` is asked about each import (`.tasks.docs` for a relative one).
    """

    imported: Callable[[str], Module | None] = lambda _name: None
    _functions: list[object] = field(default_factory=list)
    _looked_at: frozenset[str] = frozenset()

    def run(self, tree: ast.Module, scope: Scope | None = None) -> None:
        """Follow a module from its first statement to its last."""
        self._looked_at |= names_looked_at(tree)
        try:
            self.block(tree.body, scope or self.module)
        except (Stop, _Leave, RecursionError):
            return

    def apply(
        self,
        function: Function,
        arguments: Iterable[object],
        keywords: Mapping[str, object] = NOTHING,
    ) -> object:
        """Follow a function of the file called with these arguments; return what it returns."""
        node = function.node
        if node in self._functions or len(self._functions) >= _MAX_CALLS:
            return Symbol(function.name + "()")
        scope = Scope(self._bound(function, list(arguments), dict(keywords)), function.scope)
        self._functions.append(node)
        try:
            if isinstance(node, ast.Lambda):
                return self.value(node.body, scope)
            self.block(node.body, scope)
        except _Leave as leave:
            return leave.value
        finally:
            self._functions.pop()
        return None

    def _bound(
        self, function: Function, given: list[object], keywords: dict[str, object]
    ) -> dict[str, object]:
        arguments = function.node.args
        names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        self.steps += len(names) // 8
        bound: dict[str, object] = {}
        defaults = arguments.defaults
        for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=False):
            bound[name] = self.value(default, function.scope)
        for argument, keyword_default in zip(
            arguments.kwonlyargs, arguments.kw_defaults, strict=True
        ):
            if keyword_default is not None:
                bound[argument.arg] = self.value(keyword_default, function.scope)
        bound.update(zip(names, given, strict=False))
        if arguments.vararg:
            bound[arguments.vararg.arg] = tuple(given[len(names) :])
        every = {*names, *(argument.arg for argument in arguments.kwonlyargs)}
        bound.update({name: value for name, value in keywords.items() if name in every})
        if arguments.kwarg:
            bound[arguments.kwarg.arg] = {
                name: value for name, value in keywords.items() if name not in every
            }
        for name in every:
            bound.setdefault(name, Symbol(name))
        return bound

    @contextmanager
    def _under(self, when: str = "", masked: str = "") -> Iterator[None]:
        before = self.when, self.masked
        self.when, self.masked = both(self.when, when), self.masked or masked
        try:
            yield
        finally:
            self.when, self.masked = before

    def block(self, statements: Iterable[ast.stmt], scope: Scope) -> None:
        """Follow statements in order."""
        for statement in statements:
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise Stop
            follow = _STATEMENTS.get(type(statement))
            if follow:
                follow(self, statement, scope)

    def _maybe(self, statements: Iterable[ast.stmt], scope: Scope, when: str) -> None:
        """Follow statements that may not be reached; their end is not the program's."""
        with self._under(when):
            try:
                self.block(statements, scope)
            except _Leave as leave:
                if leave.kind == "return" and not isinstance(leave.value, Symbol):
                    return
            except Stop:
                if self.steps > MAX_STEPS:
                    raise

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        decorators = tuple(
            decorator
            for decorator in (self._decorator(item, scope) for item in node.decorator_list)
            if decorator is not None
        )
        scope.names[node.name] = Function(node.name, node, scope, decorators, node.lineno)

    def _decorator(self, node: ast.expr, scope: Scope) -> Decorator | None:
        called = node.func if isinstance(node, ast.Call) else node
        name = self.value(called, scope)
        if not isinstance(name, Symbol):
            return None
        if not isinstance(node, ast.Call):
            return Decorator(name.name)
        arguments, keywords = self.arguments(node, scope)
        return Decorator(name.name, tuple(arguments), keywords)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        used = any(
            not isinstance(target, ast.Name) or target.id in self._looked_at
            for target in node.targets
        )
        value = self.value(node.value, scope, used=used)
        self.steps += len(node.targets) - 1
        for target in node.targets:
            self.store(target, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.store(node.target, self.value(node.value, scope), scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        before = self.value(node.target, scope)
        after = v.binary(node.op, before, self.value(node.value, scope))
        self.store(node.target, Symbol(self.source(node.target)) if after is None else after, scope)

    def store(self, target: ast.expr, value: object, scope: Scope) -> None:
        """Bind a value to a name, an attribute, an item, or the parts of a tuple."""
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, ast.Attribute):
            holder = self.value(target.value, scope)
            if isinstance(holder, Symbol):
                self.attributes[holder.dot(target.attr).name] = value
        elif isinstance(target, ast.Subscript):
            holder, key = self.value(target.value, scope), self.value(target.slice, scope)
            if isinstance(holder, Symbol) and holder.name == "os.environ":
                if len(self.env) < MAX_VARIABLES:
                    self.env[v.text_of(key)] = v.text_of(value)
            elif isinstance(holder, dict) and isinstance(key, (str, int)):
                holder[key] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = list(value) if isinstance(value, (list, tuple)) else []
            self.steps += len(target.elts)
            for place, item in enumerate(target.elts):
                known = items[place] if place < len(items) else Symbol(self.source(item))
                self.store(item, known, scope)

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope, used=False)

    def _if(self, node: ast.If, scope: Scope) -> None:
        holds = v.truth(self.value(node.test, scope))
        if holds is not None:
            self.block(node.body if holds else node.orelse, scope)
            return
        condition = self.source(node.test)
        self._maybe(node.body, scope, f"`{condition}` is true")
        self._maybe(node.orelse, scope, f"`{condition}` is false")

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        items = self.value(node.iter, scope)
        if isinstance(items, dict):
            items = list(items)
        if not isinstance(items, (list, tuple)):
            self.store(node.target, Symbol(self.source(node.target)), scope)
            self._maybe(node.body, scope, f"`{self.source(node.iter)}` is not empty")
            return
        for item in items[:MAX_LOOP]:
            self.store(node.target, item, scope)
            try:
                self.block(node.body, scope)
            except _Leave as leave:
                if leave.kind == "return":
                    raise
                if leave.kind == "break":
                    return
        self.block(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> None:
        holds = v.truth(self.value(node.test, scope))
        if holds is False:
            return
        when = "" if holds else f"`{self.source(node.test)}` is true"
        self._maybe(node.body, scope, when)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        before = self.cwd
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.store(item.optional_vars, value, scope)
        try:
            self.block(node.body, scope)
        finally:
            self.cwd = before

    def _try(self, node: ast.Try, scope: Scope) -> None:
        swallowed = next(
            (
                f"except {self.source(handler.type) if handler.type else ''}".strip()
                for handler in node.handlers
                if catches_failures(handler) and not ends(handler.body)
            ),
            "",
        )
        try:
            with self._under(masked=swallowed):
                self.block(node.body, scope)
            self.block(node.orelse, scope)
        finally:
            for handler in node.handlers:
                kind = self.source(handler.type) if handler.type else "an exception"
                self._maybe(handler.body, scope, f"{kind} is raised")
            self.block(node.finalbody, scope)

    def _return(self, node: ast.Return, scope: Scope) -> None:
        raise _Leave("return", None if node.value is None else self.value(node.value, scope))

    def _break(self, node: ast.stmt, scope: Scope) -> None:
        del scope
        raise _Leave("break" if isinstance(node, ast.Break) else "continue")

    def _raise(self, node: ast.Raise, scope: Scope) -> None:
        if node.exc is not None:
            self.value(node.exc, scope)
        raise Stop

    def _import(self, node: ast.Import, scope: Scope) -> None:
        self.steps += len(node.names) - 1
        for name in node.names:
            whole = name.name if name.asname else name.name.partition(".")[0]
            found = self.imported(whole)
            scope.names[name.asname or whole] = found or Symbol(whole)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        source = "." * node.level + (node.module or "")
        module = self.imported(source)
        self.steps += len(node.names) - 1
        for name in node.names:
            if name.name == "*":
                if module:
                    self.steps += len(module.scope.names) // 8
                    scope.names.update(module.scope.names)
                continue
            dotted = source + ("" if source.endswith(".") else ".") + name.name
            known = module.scope.names.get(name.name) if module else None
            if known is None:
                known = self.imported(dotted) or Symbol(dotted)
            scope.names[name.asname or name.name] = known


_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.FunctionDef: Reading._define,
    ast.AsyncFunctionDef: Reading._define,
    ast.Assign: Reading._assign,
    ast.AnnAssign: Reading._annotated,
    ast.AugAssign: Reading._augmented,
    ast.Expr: Reading._expression,
    ast.If: Reading._if,
    ast.For: Reading._for,
    ast.AsyncFor: Reading._for,
    ast.While: Reading._while,
    ast.With: Reading._with,
    ast.AsyncWith: Reading._with,
    ast.Try: Reading._try,
    ast.Return: Reading._return,
    ast.Break: Reading._break,
    ast.Continue: Reading._break,
    ast.Raise: Reading._raise,
    ast.Import: Reading._import,
    ast.ImportFrom: Reading._import_from,
}
