"""An expression as a tree, and what can be said of it without any context."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from checker.actions.expressions.error import ExpressionError
from checker.actions.expressions.functions import STATUS, arity
from checker.actions.expressions.lexer import Token, is_name, shown, tokens

MAX_DEPTH = 50
"""GitHub refuses deeper expressions: each `(`, `[`, argument, `.`, `!` and first `&&` or `||` is a level."""

_CACHED_LENGTH = 1_000
"""Of longer sources only the last few are remembered: a hostile file must not fill the memory with trees."""


@dataclass(frozen=True, slots=True)
class Value:
    """A literal."""

    value: object


@dataclass(frozen=True, slots=True)
class Root:
    """A context: `github`."""

    name: str
    """In lower case."""
    position: int


@dataclass(frozen=True, slots=True)
class Index:
    """A property or item: `.name`, `[index]`; `.*` and `[*]` when there is no key."""

    of: Node
    key: Node | None
    path: str
    """Its name as people write it: `steps.vars.outputs.tag`."""
    fixed: bool
    """Whether the path says it all: no key is computed, and it begins with a context."""


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """Comparisons from left to right: `first < second == third`."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`&&` or `||` over two or more operands; returns one of them, as JavaScript does."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call."""

    name: str
    """In lower case."""
    arguments: tuple[Node, ...]
    source: str
    """As written."""
    position: int


Node = Value | Root | Index | Not | Chain | Choice | Call


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed expression."""

    node: Node
    roots: tuple[Root, ...]
    """The contexts it names, each at its first place."""
    references: tuple[str, ...]
    """What it reads of them, dotted."""
    has_status: bool
    """Whether it calls success, failure, always or cancelled."""


def parse(source: str) -> Tree:
    """Return the tree of an expression; raises ExpressionError on what GitHub's parser refuses."""
    return _cached(source) if len(source) <= _CACHED_LENGTH else _cached_long(source)


def is_condition_with_status(source: str) -> bool:
    """Say whether an `if:` asks for the status itself; GitHub wraps any other in `success() && (…)`.

    Raises ExpressionError on what GitHub's parser refuses.
    """
    return parse(source).has_status


def references(source: str) -> tuple[str, ...]:
    """Return what an expression reads, dotted, in order: `("github.ref", "steps.vars.outputs.tag")`.

    Contexts are in lower case, properties as written. Raises ExpressionError on what GitHub's parser refuses.
    """
    return parse(source).references


def validate(source: str, names: Collection[str]) -> None:
    """Raise ExpressionError when GitHub would refuse the expression where only these contexts exist."""
    allowed = {name.lower() for name in names}
    for root in parse(source).roots:
        if root.name not in allowed:
            raise unknown_name(root)


def unknown_name(root: Root) -> ExpressionError:
    """Return the error for a context that does not exist here."""
    return ExpressionError(f"there is no context named {shown(root.name)} here", root.position)


def _parse(source: str) -> Tree:
    return _Parser(source).tree()


_cached = lru_cache(maxsize=2048)(_parse)
_cached_long = lru_cache(maxsize=8)(_parse)


class _Parser:
    """Recursive descent: GitHub's limit of 50 levels keeps it far from Python's own."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.next = 0
        self.depth = 0
        self.roots: dict[str, Root] = {}
        self.references: dict[str, int] = {}
        self.has_status = False

    def tree(self) -> Tree:
        if self.tokens[0].kind == "end":
            raise ExpressionError("an expression was expected", 0)
        node = self.expression()
        if self.token.kind != "end":
            raise self.unexpected()
        ordered = sorted(self.references, key=self.references.__getitem__)
        return Tree(node, tuple(self.roots.values()), tuple(ordered), self.has_status)

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def sign(self, *signs: str) -> str:
        """Step over one of these signs and return it; empty when another word comes."""
        token = self.tokens[self.next]
        if token.kind == "sign" and token.text in signs:
            self.next += 1
            return token.text
        return ""

    def expect(self, sign: str) -> None:
        if not self.sign(sign):
            raise self.unexpected()

    def unexpected(self) -> ExpressionError:
        if self.token.kind == "end":
            return ExpressionError("the expression ends too early", self.token.position)
        return ExpressionError(f"unexpected symbol {shown(self.token.text)}", self.token.position)

    def deepen(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            reason = f"the expression is more than {MAX_DEPTH} levels deep"
            raise ExpressionError(reason, self.token.position)

    def expression(self) -> Node:
        self.deepen()
        alternatives = [self.conjunction()]
        if self.token.text == "||" and self.token.kind == "sign":
            self.deepen()
            while self.sign("||"):
                alternatives.append(self.conjunction())
            self.depth -= 1
        self.depth -= 1
        return Choice("||", tuple(alternatives)) if len(alternatives) > 1 else alternatives[0]

    def conjunction(self) -> Node:
        parts = [self.comparison()]
        if self.token.text == "&&" and self.token.kind == "sign":
            self.deepen()
            while self.sign("&&"):
                parts.append(self.comparison())
            self.depth -= 1
        return Choice("&&", tuple(parts)) if len(parts) > 1 else parts[0]

    def comparison(self) -> Node:
        sides: list[tuple[str, Node]] = []
        operator = ""
        while operator or not sides:
            first, rest = self.operand(), []
            while order := self.sign("<", "<=", ">", ">="):
                rest.append((order, self.operand()))
            sides.append((operator, Chain(first, tuple(rest)) if rest else first))
            operator = self.sign("==", "!=")
        return Chain(sides[0][1], tuple(sides[1:])) if len(sides) > 1 else sides[0][1]

    def operand(self) -> Node:
        negations = 0
        while self.sign("!"):
            self.deepen()
            negations += 1
        node = self.indexed()
        self.depth -= negations
        for _ in range(negations):
            node = Not(node)
        return node

    def indexed(self) -> Node:
        start = self.token.position
        node, indexable = self.primary()
        levels, known = 0, isinstance(node, Root)
        path = node.name if isinstance(node, Root) else ""
        longest = path
        while indexable and (opening := self.sign(".", "[")):
            key, step = self.key(opening)
            self.deepen()
            levels += 1
            known = known and bool(step)
            path = path + step if known else self.source[start : self.token.position].strip()
            # `a.*.b` reads all of `a`.
            longest = path if known and "*" not in path else longest
            node = Index(node, key, path, known)
        self.depth -= levels
        if longest:
            self.references.setdefault(longest, start)
        return node

    def key(self, opening: str) -> tuple[Node | None, str]:
        """Read what stands after `.` or `[`: the key, and how a path goes on.

        The key is None for `*`; the path does not go on (is empty) after a key that is computed.
        """
        token = self.token
        if self.sign("*"):
            key, step = None, ".*"
        elif opening == "[":
            key = self.expression()
            step = _step(key)
        elif token.kind == "name":
            self.next += 1
            key, step = Value(token.text), f".{token.text}"
        else:
            raise self.unexpected()
        if opening == "[":
            self.expect("]")
        return key, step

    def primary(self) -> tuple[Node, bool]:
        """Read a value, and say whether it may be indexed: a literal may not."""
        token = self.token
        if token.kind == "literal":
            self.next += 1
            return Value(token.value), False
        if self.sign("("):
            node = self.expression()
            self.expect(")")
            return node, True
        if token.kind != "name":
            raise self.unexpected()
        self.next += 1
        if self.sign("("):
            return self.call(token), True
        root = Root(token.text.lower(), token.position)
        self.roots.setdefault(root.name, root)
        return root, True

    def call(self, name: Token) -> Call:
        arguments: list[Node] = []
        if not self.sign(")"):
            arguments.append(self.expression())
            while self.sign(","):
                arguments.append(self.expression())
            self.expect(")")
        function = name.text.lower()
        if complaint := arity(function, len(arguments)):
            raise ExpressionError(f"{shown(name.text)} {complaint}", name.position)
        self.has_status = self.has_status or function in STATUS
        end = self.tokens[self.next - 1].position + 1
        return Call(function, tuple(arguments), self.source[name.position : end], name.position)


def _step(key: Node) -> str:
    if not isinstance(key, Value):
        return ""
    if isinstance(key.value, str):
        return f".{key.value}" if is_name(key.value) else f"[{shown(key.value)}]"
    return f"[{key.value}]" if isinstance(key.value, int) else ""
