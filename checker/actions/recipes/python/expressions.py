"""The expressions of a Python file evaluated as far as its text tells."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from checker.actions.command import NOTHING, hole
from checker.actions.filling import joined_words
from checker.actions.recipes.python import values as v
from checker.actions.recipes.python.failures import source
from checker.actions.recipes.python.values import MAX_ITEMS, MAX_TEXT, Function, Scope, Symbol

NOT_MINE = Symbol("not handled")
"""What a `Calls` function returns for a call it doesn't know."""

MAX_STEPS = 20_000
"""Statements and expressions of one run that are followed, and stretches of long values."""
MAX_LOOP = 50
"""Rounds of one loop."""
_MAX_DEPTH = 60
_MAX_BITS = 64  # of a number; Python itself refuses to write a very long one out
MAX_VARIABLES = 500
"""Variables of the environment that are kept."""
_A_STEP = 64  # items of a list, or 64 characters each


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


@dataclass
class Expressions(ABC):
    """What expressions give, with the calls in them.

    `calls` is asked about each call of something the file doesn't define.
    """

    calls: Calls
    module: Scope = field(default_factory=Scope)
    cwd: str = "."
    env: dict[str, str] = field(default_factory=dict)
    when: str = ""
    masked: str = ""
    attributes: dict[str, object] = field(default_factory=dict)
    """What the file assigned to attributes of outside things: `nox.options.sessions`."""
    steps: int = 0
    depth: int = 0
    _sources: dict[ast.AST, str] = field(default_factory=dict)

    @abstractmethod
    def apply(
        self,
        function: Function,
        arguments: Iterable[object],
        keywords: Mapping[str, object] = NOTHING,
    ) -> object:
        """Follow a function of the file called with these arguments; return what it returns."""

    @abstractmethod
    def store(self, target: ast.expr, value: object, scope: Scope) -> None:
        """Bind a value to a target of an assignment."""

    def value(self, node: ast.expr, scope: Scope, *, used: bool = True) -> object:
        """Return what an expression gives, following the calls in it."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Stop
        if self.depth > _MAX_DEPTH:
            return Symbol("expression")
        self.depth += 1
        try:
            if isinstance(node, ast.Call):
                found = self._call(node, scope, used=used)
            else:
                evaluate = _EXPRESSIONS.get(type(node))
                found = evaluate(self, node, scope) if evaluate else self._unknown(node)
        finally:
            self.depth -= 1
        if isinstance(found, str):
            self.steps += len(found) // (_A_STEP * _A_STEP)
        elif isinstance(found, (list, tuple, dict)):
            self.steps += len(found) // _A_STEP
        return found

    def source(self, node: ast.AST) -> str:
        """Return an expression as written, on one line and not long."""
        if node not in self._sources:
            self._sources[node] = source(node)
        return self._sources[node]

    def _unknown(self, node: ast.AST) -> Symbol:
        return Symbol(self.source(node))

    def _constant(self, node: ast.Constant, scope: Scope) -> object:
        del scope
        value = node.value
        if isinstance(value, (str, bytes)):
            return value[:MAX_TEXT]
        if isinstance(value, int) and value.bit_length() > _MAX_BITS:
            return Symbol("number")
        return value if v.is_plain(value) else Symbol("constant")

    def _name(self, node: ast.Name, scope: Scope) -> object:
        return scope.find(node.id)

    def _f_string(self, node: ast.JoinedStr, scope: Scope) -> object:
        return joined_words(
            (v.text_of(self.value(part, scope)) for part in node.values), "", MAX_TEXT
        )

    def _formatted(self, node: ast.FormattedValue, scope: Scope) -> object:
        return self.value(node.value, scope)

    def _items(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> object:
        items: list[object] = []
        for element in node.elts[:MAX_ITEMS]:
            if isinstance(element, ast.Starred):
                more = self.value(element.value, scope)
                items.extend(more[:MAX_ITEMS] if isinstance(more, (list, tuple)) else [more])
                del items[MAX_ITEMS:]
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
        return self._unknown(node) if result is None else result

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
                unknown = self._unknown(node)
        return value if unknown is None else unknown

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> object:
        value = self.value(node.operand, scope)
        if isinstance(node.op, ast.Not):
            holds = v.truth(value)
            return self._unknown(node) if holds is None else not holds
        if isinstance(node.op, ast.USub) and isinstance(value, int):
            return -value
        return self._unknown(node)

    def _choice(self, node: ast.IfExp, scope: Scope) -> object:
        holds = v.truth(self.value(node.test, scope))
        if holds is None:
            return self._unknown(node)
        return self.value(node.body if holds else node.orelse, scope)

    def _compare(self, node: ast.Compare, scope: Scope) -> object:
        left = self.value(node.left, scope)
        right = self.value(node.comparators[0], scope)
        unknown = self._unknown(node)
        operator = node.ops[0]
        looked_up = isinstance(operator, (ast.In, ast.NotIn)) and isinstance(right, dict)
        if len(node.ops) != 1 or not (v.comparable(left) and (looked_up or v.comparable(right))):
            return unknown
        if isinstance(operator, (ast.Eq, ast.Is)):
            return left == right
        if isinstance(operator, (ast.NotEq, ast.IsNot)):
            return left != right
        if isinstance(operator, (ast.In, ast.NotIn)) and isinstance(
            right, (list, tuple, dict, str)
        ):
            if isinstance(right, str) and not isinstance(left, str):
                return unknown
            if isinstance(right, dict) and isinstance(left, (list, tuple)):
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
            return self._unknown(node)
        key = self.value(node.slice, scope)
        if isinstance(holder, Symbol):
            if holder.name == "os.environ":
                return self.env.get(v.text_of(key), hole(v.text_of(key)))
            return self._unknown(node)
        return v.subscript(holder, key)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, scope: Scope) -> object:
        if len(node.generators) != 1:
            return self._unknown(node)
        loop = node.generators[0]
        items = self.value(loop.iter, scope)
        if isinstance(items, dict):
            items = list(items)
        if not isinstance(items, (list, tuple)):
            return self._unknown(node)
        inner = Scope({}, scope)
        found: list[object] = []
        for item in items[:MAX_LOOP]:
            self.store(loop.target, item, inner)
            if all(v.truth(self.value(test, inner)) is not False for test in loop.ifs):
                found.append(self.value(node.elt, inner))
        return found

    def _await(self, node: ast.Await, scope: Scope) -> object:
        return self.value(node.value, scope)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> object:
        return Function("lambda", node, scope)

    def _named(self, node: ast.NamedExpr, scope: Scope) -> object:
        value = self.value(node.value, scope)
        self.store(node.target, value, scope)
        return value

    def arguments(self, node: ast.Call, scope: Scope) -> tuple[list[object], dict[str, object]]:
        """Return the positional and the named arguments of a call, starred ones written out."""
        arguments: list[object] = []
        for argument in node.args[:MAX_ITEMS]:
            if isinstance(argument, ast.Starred):
                more = self.value(argument.value, scope)
                arguments.extend(more[:MAX_ITEMS] if isinstance(more, (list, tuple)) else [more])
                del arguments[MAX_ITEMS:]
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
        arguments, keywords = self.arguments(node, scope)
        if isinstance(node.func, ast.Attribute):
            holder = self.value(node.func.value, scope)
            if v.is_plain(holder) and holder is not None:
                self.steps += len(holder) // _A_STEP if isinstance(holder, (str, list, dict)) else 0
                return v.method(holder, node.func.attr, arguments)
        called = self.value(node.func, scope)
        if isinstance(called, Function):
            return self.apply(called, arguments, keywords)
        if not isinstance(called, Symbol):
            return Symbol(self.source(node.func) + "()")
        self.steps += len(self.env) // _A_STEP
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


_EXPRESSIONS: dict[type[ast.expr], Callable[..., object]] = {
    ast.Constant: Expressions._constant,
    ast.Name: Expressions._name,
    ast.JoinedStr: Expressions._f_string,
    ast.FormattedValue: Expressions._formatted,
    ast.List: Expressions._items,
    ast.Tuple: Expressions._items,
    ast.Set: Expressions._items,
    ast.Dict: Expressions._dict,
    ast.BinOp: Expressions._binary,
    ast.BoolOp: Expressions._boolean,
    ast.UnaryOp: Expressions._unary,
    ast.IfExp: Expressions._choice,
    ast.Compare: Expressions._compare,
    ast.Attribute: Expressions._attribute,
    ast.Subscript: Expressions._subscript,
    ast.ListComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.Await: Expressions._await,
    ast.Lambda: Expressions._lambda,
    ast.NamedExpr: Expressions._named,
}
