"""One Python file followed statement by statement, with every branch that may be taken."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from checker.actions.command import NOTHING, hole
from checker.actions.recipes.descent import both
from checker.actions.recipes.python import values as v
from checker.actions.recipes.python.values import Decorator, Function, Module, Scope, Symbol

NOT_MINE = Symbol("not handled")
"""What a `Calls` function returns for a call it doesn't know."""

_MAX_STEPS = 20_000
_MAX_DEPTH = 60
_MAX_CALLS = 10
_MAX_LOOP = 50
_MAX_SOURCE = 400_000

_warnings_lock = threading.Lock()


@dataclass(slots=True)
class Call:
    """One call of something outside the file: its name, its arguments, and what surrounds it."""

    name: str
    arguments: list[object]
    keywords: dict[str, object]
    used: bool
    """Whether the program looks at what it returns."""
    when: str
    masked: str
    cwd: str
    env: Mapping[str, str]


Calls = Callable[[Call], object]


class Stop(Exception):
    """The program that is read ends here."""


class _Leave(Exception):
    """A return, break or continue of the program that is read."""

    def __init__(self, kind: str, value: object = None) -> None:
        self.kind = kind
        self.value = value


@lru_cache(maxsize=128)
def tree_of(text: str) -> ast.Module:
    """Return a file's syntax tree, an empty one when it is no Python or too long."""
    if len(text) > _MAX_SOURCE:
        return ast.Module([], [])
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the author's `"\d"` is not ours to report
        try:
            return ast.parse(text.removeprefix("\ufeff"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])


@dataclass
class Reading:
    """The state of one run over a file: names, folder, variables and the conditions it is under.

    `calls` is asked about each call of something the file doesn't define; `imported` about each
    import (`.tasks.docs` for a relative one).
    """

    calls: Calls
    imported: Callable[[str], Module | None] = lambda _name: None
    module: Scope = field(default_factory=Scope)
    cwd: str = "."
    env: dict[str, str] = field(default_factory=dict)
    when: str = ""
    masked: str = ""
    attributes: dict[str, object] = field(default_factory=dict)
    """What the file assigned to attributes of outside things: `nox.options.sessions`."""
    _steps: int = 0
    _depth: int = 0
    _functions: list[object] = field(default_factory=list)
    _looked_at: frozenset[str] = frozenset()

    def run(self, tree: ast.Module, scope: Scope | None = None) -> None:
        """Follow a module from its first statement to its last."""
        self._looked_at |= _names_looked_at(tree)
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
            self._steps += 1
            if self._steps > _MAX_STEPS:
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
                if self._steps > _MAX_STEPS:
                    raise

    # Statements

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
        arguments, keywords = self._arguments(node, scope)
        return Decorator(name.name, tuple(arguments), keywords)

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        used = any(
            not isinstance(target, ast.Name) or target.id in self._looked_at
            for target in node.targets
        )
        value = self.value(node.value, scope, used=used)
        for target in node.targets:
            self._store(target, value, scope)

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self._store(node.target, self.value(node.value, scope), scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        before = self.value(node.target, scope)
        after = v.binary(node.op, before, self.value(node.value, scope))
        self._store(node.target, Symbol(_source(node.target)) if after is None else after, scope)

    def _store(self, target: ast.expr, value: object, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, ast.Attribute):
            holder = self.value(target.value, scope)
            if isinstance(holder, Symbol):
                self.attributes[holder.dot(target.attr).name] = value
        elif isinstance(target, ast.Subscript):
            holder, key = self.value(target.value, scope), self.value(target.slice, scope)
            if isinstance(holder, Symbol) and holder.name == "os.environ":
                self.env[v.text_of(key)] = v.text_of(value)
            elif isinstance(holder, dict) and isinstance(key, (str, int)):
                holder[key] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            items = list(value) if isinstance(value, (list, tuple)) else []
            for place, item in enumerate(target.elts):
                known = items[place] if place < len(items) else Symbol(_source(item))
                self._store(item, known, scope)

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope, used=False)

    def _if(self, node: ast.If, scope: Scope) -> None:
        holds = v.truth(self.value(node.test, scope))
        if holds is not None:
            self.block(node.body if holds else node.orelse, scope)
            return
        condition = _source(node.test)
        self._maybe(node.body, scope, f"`{condition}` is true")
        self._maybe(node.orelse, scope, f"`{condition}` is false")

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        items = self.value(node.iter, scope)
        if isinstance(items, dict):
            items = list(items)
        if not isinstance(items, (list, tuple)):
            self._store(node.target, Symbol(_source(node.target)), scope)
            self._maybe(node.body, scope, f"`{_source(node.iter)}` is not empty")
            return
        for item in items[:_MAX_LOOP]:
            self._store(node.target, item, scope)
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
        when = "" if holds else f"`{_source(node.test)}` is true"
        self._maybe(node.body, scope, when)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        before = self.cwd
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self._store(item.optional_vars, value, scope)
        try:
            self.block(node.body, scope)
        finally:
            self.cwd = before

    def _try(self, node: ast.Try, scope: Scope) -> None:
        swallowed = next(
            (
                f"except {_source(handler.type) if handler.type else ''}".strip()
                for handler in node.handlers
                if _catches_failures(handler) and not _ends(handler.body)
            ),
            "",
        )
        try:
            with self._under(masked=swallowed):
                self.block(node.body, scope)
            self.block(node.orelse, scope)
        finally:
            for handler in node.handlers:
                kind = _source(handler.type) if handler.type else "an exception"
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
        for name in node.names:
            whole = name.name if name.asname else name.name.partition(".")[0]
            found = self.imported(whole)
            scope.names[name.asname or whole] = found or Symbol(whole)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        source = "." * node.level + (node.module or "")
        module = self.imported(source)
        for name in node.names:
            if name.name == "*":
                if module:
                    scope.names.update(module.scope.names)
                continue
            dotted = source + ("" if source.endswith(".") else ".") + name.name
            known = module.scope.names.get(name.name) if module else None
            if known is None:
                known = self.imported(dotted) or Symbol(dotted)
            scope.names[name.asname or name.name] = known

    # Expressions

    def value(self, node: ast.expr, scope: Scope, *, used: bool = True) -> object:
        """Return what an expression gives, following the calls in it."""
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise Stop
        if self._depth > _MAX_DEPTH:
            return Symbol("expression")
        self._depth += 1
        try:
            if isinstance(node, ast.Call):
                return self._call(node, scope, used=used)
            evaluate = _EXPRESSIONS.get(type(node))
            return evaluate(self, node, scope) if evaluate else Symbol(_source(node))
        finally:
            self._depth -= 1

    def _constant(self, node: ast.Constant, scope: Scope) -> object:
        del scope
        return node.value if v.is_plain(node.value) else Symbol("constant")

    def _name(self, node: ast.Name, scope: Scope) -> object:
        return scope.find(node.id)

    def _f_string(self, node: ast.JoinedStr, scope: Scope) -> object:
        return "".join(v.text_of(self.value(part, scope)) for part in node.values)

    def _formatted(self, node: ast.FormattedValue, scope: Scope) -> object:
        return self.value(node.value, scope)

    def _items(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> object:
        items: list[object] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                more = self.value(element.value, scope)
                items.extend(more if isinstance(more, (list, tuple)) else [more])
            else:
                items.append(self.value(element, scope))
        return tuple(items) if isinstance(node, ast.Tuple) else items

    def _dict(self, node: ast.Dict, scope: Scope) -> object:
        found: dict[object, object] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item, scope)
            if key is None:
                found.update(value if isinstance(value, dict) else {})
                continue
            name = self.value(key, scope)
            found[name if isinstance(name, (str, int)) else v.text_of(name)] = value
        return found

    def _binary(self, node: ast.BinOp, scope: Scope) -> object:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        result = v.binary(node.op, left, right)
        return Symbol(_source(node)) if result is None else result

    def _boolean(self, node: ast.BoolOp, scope: Scope) -> object:
        stops_on = isinstance(node.op, ast.Or)
        unknown: object = None
        value: object = None
        for operand in node.values:
            value = self.value(operand, scope)
            holds = v.truth(value)
            if holds is stops_on:
                return value if unknown is None else unknown
            if holds is None:
                unknown = Symbol(_source(node))
        return value if unknown is None else unknown

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> object:
        value = self.value(node.operand, scope)
        if isinstance(node.op, ast.Not):
            holds = v.truth(value)
            return Symbol(_source(node)) if holds is None else not holds
        if isinstance(node.op, ast.USub) and isinstance(value, int):
            return -value
        return Symbol(_source(node))

    def _choice(self, node: ast.IfExp, scope: Scope) -> object:
        holds = v.truth(self.value(node.test, scope))
        if holds is None:
            return Symbol(_source(node))
        return self.value(node.body if holds else node.orelse, scope)

    def _compare(self, node: ast.Compare, scope: Scope) -> object:
        left = self.value(node.left, scope)
        right = self.value(node.comparators[0], scope)
        unknown = Symbol(_source(node))
        plain = all(v.is_plain(side) and "⟦" not in v.text_of(side) for side in (left, right))
        if len(node.ops) != 1 or not plain:
            return unknown
        operator = node.ops[0]
        if isinstance(operator, (ast.Eq, ast.Is)):
            return left == right
        if isinstance(operator, (ast.NotEq, ast.IsNot)):
            return left != right
        if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(
            right, (list, tuple, dict, str)
        ):
            if isinstance(right, str) and not isinstance(left, str):
                return unknown
            return (left in right) is isinstance(operator, ast.In)
        if isinstance(left, int) and isinstance(right, int):
            if isinstance(operator, (ast.Gt, ast.GtE)):
                return left > right or (isinstance(operator, ast.GtE) and left == right)
            return left < right or (isinstance(operator, ast.LtE) and left == right)
        return unknown

    def _attribute(self, node: ast.Attribute, scope: Scope) -> object:
        holder = self.value(node.value, scope)
        if isinstance(holder, Symbol):
            whole = holder.dot(node.attr)
            return self.attributes.get(whole.name, whole)
        return v.attribute(holder, node.attr)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> object:
        holder = self.value(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            bounds = [
                self.value(bound, scope) if bound is not None else None
                for bound in (node.slice.lower, node.slice.upper)
            ]
            if all(bound is None or isinstance(bound, int) for bound in bounds):
                return v.subscript(holder, slice(*bounds))
            return Symbol(_source(node))
        key = self.value(node.slice, scope)
        if isinstance(holder, Symbol):
            if holder.name == "os.environ":
                return self.env.get(v.text_of(key), hole(v.text_of(key)))
            return Symbol(_source(node))
        return v.subscript(holder, key)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> object:
        if len(node.generators) != 1:
            return Symbol(_source(node))
        loop = node.generators[0]
        items = self.value(loop.iter, scope)
        if isinstance(items, dict):
            items = list(items)
        if not isinstance(items, (list, tuple)):
            return Symbol(_source(node))
        inner = Scope({}, scope)
        found: list[object] = []
        for item in items[:_MAX_LOOP]:
            self._store(loop.target, item, inner)
            if all(v.truth(self.value(test, inner)) is not False for test in loop.ifs):
                found.append(self.value(node.elt, inner))
        return found

    def _await(self, node: ast.Await, scope: Scope) -> object:
        return self.value(node.value, scope)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> object:
        return Function("lambda", node, scope)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> object:
        value = self.value(node.value, scope)
        self._store(node.target, value, scope)
        return value

    def _arguments(self, node: ast.Call, scope: Scope) -> tuple[list[object], dict[str, object]]:
        arguments: list[object] = []
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                more = self.value(argument.value, scope)
                arguments.extend(more if isinstance(more, (list, tuple)) else [more])
            else:
                arguments.append(self.value(argument, scope))
        keywords: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict):
                keywords.update({v.text_of(name): item for name, item in value.items()})
        return arguments, keywords

    def _call(self, node: ast.Call, scope: Scope, *, used: bool) -> object:
        arguments, keywords = self._arguments(node, scope)
        if isinstance(node.func, ast.Attribute):
            holder = self.value(node.func.value, scope)
            if v.is_plain(holder) and holder is not None:
                return v.method(holder, node.func.attr, arguments)
        called = self.value(node.func, scope)
        if isinstance(called, Function):
            return self.apply(called, arguments, keywords)
        if not isinstance(called, Symbol):
            return Symbol(_source(node.func) + "()")
        call = Call(
            called.name, arguments, keywords, used, self.when, self.masked, self.cwd, dict(self.env)
        )
        result = self.calls(call)
        if result is not NOT_MINE:
            return result
        return self._builtin(called.name, arguments)

    def _builtin(self, name: str, arguments: list[object]) -> object:
        first = arguments[0] if arguments else ""
        if name in {"sys.exit", "exit", "quit", "os._exit"}:
            raise Stop
        if name in {"str", "pathlib.Path", "pathlib.PurePath", "os.fspath", "os.path.abspath"} or (
            name in {"os.path.realpath", "os.path.normpath", "os.path.expanduser", "shlex.quote"}
        ):
            return v.method(v.text_of(first), "joinpath", arguments[1:]) if arguments else "."
        if name == "os.path.join":
            return v.method(v.text_of(first), "joinpath", arguments[1:])
        if name == "os.path.dirname":
            return v.attribute(v.text_of(first), "parent")
        if name == "shlex.split":
            return v.shell_words(first)
        if name == "shlex.join" and isinstance(first, (list, tuple)):
            return " ".join(v.words_of(first))
        if name in {"os.getenv", "os.environ.get"}:
            variable = v.text_of(first)
            default = arguments[1] if len(arguments) > 1 else Symbol(variable)
            return self.env.get(variable, default if v.is_plain(default) else hole(variable))
        if name in {"list", "tuple", "sorted", "reversed"} and isinstance(first, (list, tuple)):
            return list(first)
        if name == "dict" and isinstance(first, dict):
            return dict(first)
        if name == "len" and isinstance(first, (list, tuple, dict)):
            return len(first)
        if name in {"os.getcwd", "pathlib.Path.cwd"}:
            return self.cwd
        if name == "os.environ.copy":
            return dict(self.env)
        if name in {"os.chdir", "contextlib.chdir"}:
            self.cwd = v.text_of(first)
        return Symbol(name + "()")


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
_EXPRESSIONS: dict[type[ast.expr], Callable[..., object]] = {
    ast.Constant: Reading._constant,
    ast.Name: Reading._name,
    ast.JoinedStr: Reading._f_string,
    ast.FormattedValue: Reading._formatted,
    ast.List: Reading._items,
    ast.Tuple: Reading._items,
    ast.Set: Reading._items,
    ast.Dict: Reading._dict,
    ast.BinOp: Reading._binary,
    ast.BoolOp: Reading._boolean,
    ast.UnaryOp: Reading._unary,
    ast.IfExp: Reading._choice,
    ast.Compare: Reading._compare,
    ast.Attribute: Reading._attribute,
    ast.Subscript: Reading._subscript,
    ast.ListComp: Reading._comprehension,
    ast.GeneratorExp: Reading._comprehension,
    ast.Await: Reading._await,
    ast.Lambda: Reading._lambda,
    ast.NamedExpr: Reading._named,
}


def _source(node: ast.AST | None) -> str:
    """Return an expression as written, on one line and not long."""
    if node is None:
        return ""
    try:
        return " ".join(ast.unparse(node).split())[:80]
    except (RecursionError, ValueError):
        return "expression"


def _names_looked_at(tree: ast.Module) -> frozenset[str]:
    """Return the names whose value decides something: returned, compared, tested, handed on."""
    found: set[str] = set()
    for node in ast.walk(tree):
        parts: list[ast.expr | None] = []
        if isinstance(node, ast.Attribute) and node.attr in {
            "returncode",
            "check_returncode",
            "ok",
        }:
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


def _catches_failures(handler: ast.ExceptHandler) -> bool:
    caught = _source(handler.type)
    return not caught or any(
        name in caught
        for name in ("Exception", "CalledProcessError", "SubprocessError", "CommandFailed")
    )


def _ends(statements: list[ast.stmt]) -> bool:
    """Say whether a block ends the program or raises, so that a failure still counts."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Raise):
                return True
            if isinstance(node, ast.Call) and _source(node.func) in {
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
