"""What an expression is worth in given contexts, and what it hangs on when nobody can know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from checker.actions.command import holes
from checker.actions.expressions.error import ExpressionError
from checker.actions.expressions.functions import FUNCTIONS, STATUS, Budget
from checker.actions.expressions.parser import (
    Call,
    Chain,
    Choice,
    Index,
    Node,
    Not,
    Root,
    Tree,
    Value,
    parse,
    unknown_name,
)
from checker.actions.expressions.values import (
    UNKNOWN,
    Filtered,
    Partial,
    Unknown,
    compare,
    compound,
    hanging,
    known,
    property_of,
    to_number,
    to_text,
    truth,
    truthy,
    whole,
)

_STATUS_OF = {"success": "success", "failure": "failure", "cancelled": "cancelled"}
_POINTER = 8
"""What an item of a filtered array takes off the budget, as on GitHub's runner."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A value, and the unknown names that decided it."""

    value: object
    """As of `evaluate`."""
    unknown: tuple[str, ...] = ()
    """`("secrets.TOKEN",)`, in order; for a text with holes their sources."""
    truth: bool | Unknown = UNKNOWN
    """Whether it counts as true in an `if:`; known for `inputs.tag || 'latest'`, whose value is not."""


def evaluate(source: str, contexts: Mapping[str, object]) -> object:
    """Return what the text between `${{` and `}}` is worth.

    That is None, a bool, int, float, str, list or dict, or UNKNOWN. Names and keys are case-insensitive;
    UNKNOWN in a context propagates like SQL's NULL, and a key that a Partial lacks is UNKNOWN. A text
    with a hole is a text of which a part is unknown. success(), failure() and cancelled() read
    `contexts["job"]["status"]`. Raises ExpressionError on what GitHub refuses, and on names that are
    not in `contexts`.
    """
    value = result(parse(source), contexts, Budget())
    return UNKNOWN if isinstance(value, Unknown) else value


def judge(source: str, contexts: Mapping[str, object]) -> Judgement:
    """Evaluate, and say which unknown names decided the result.

    Raises ExpressionError as `evaluate` does.
    """
    tree = parse(source)
    value = result(tree, contexts, Budget())
    if isinstance(value, Unknown):
        return Judgement(UNKNOWN, value.names or tree.references, truthy(value))
    return Judgement(value, holes(value) if isinstance(value, str) else (), truthy(value))


def result(tree: Tree, contexts: Mapping[str, object], budget: Budget) -> object:
    """Return the value of a tree; an Unknown tells what it hangs on."""
    for root in tree.roots:
        if root.name not in contexts and not property_of(contexts, root.name)[0]:
            raise unknown_name(root)
    value = _Evaluation(contexts, budget).value(tree.node)
    if isinstance(value, Filtered):
        return list(value)
    return whole(value) if isinstance(value, float) else value


class _Evaluation:
    __slots__ = ("budget", "contexts")

    def __init__(self, contexts: Mapping[str, object], budget: Budget) -> None:
        self.contexts = contexts
        self.budget = budget

    def value(self, node: Node) -> object:
        if isinstance(node, Value):
            return node.value
        if isinstance(node, Index):
            return self.index(node)
        if isinstance(node, Root):
            return self.root(node)
        if isinstance(node, Chain):
            return self.chain(node)
        if isinstance(node, Choice):
            return self.choice(node)
        if isinstance(node, Call):
            return self.call(node)
        return self.negation(node)

    def root(self, node: Root) -> object:
        _, value = property_of(self.contexts, node.name)
        return Unknown((node.name,)) if isinstance(value, Unknown) else value

    def choice(self, node: Choice) -> object:
        """Return the operand that decides, or the last; an unknown one before it leaves only its truth."""
        decisive = node.operator == "||"
        open_: list[object] = []
        value: object = None
        for operand in node.operands:
            try:
                value = self.value(operand)
            except ExpressionError:
                if not open_:
                    raise
                # Whether this operand is reached at all hangs on what came before.
                return hanging(open_)
            counts = truth(value)
            if counts is None:
                open_.append(value)
            elif counts is decisive:
                if not open_ or isinstance(value, bool):
                    return value
                return hanging((*open_, value), decisive)
        if not open_ or (len(open_) == 1 and open_[0] is value):
            return value
        return hanging(open_)

    def negation(self, node: Not) -> object:
        value = self.value(node.operand)
        counts = truth(value)
        return hanging((value,)) if counts is None else not counts

    def chain(self, node: Chain) -> object:
        value = self.value(node.first)
        for operator, operand in node.rest:
            value = compare(operator, value, self.value(operand))
        return value

    def index(self, node: Index) -> object:
        of = self.value(node.of)
        if node.key is None:
            return self.all_of(node, of)
        key = node.key.value if isinstance(node.key, Value) else self.value(node.key)
        if isinstance(of, Unknown):
            return Unknown((node.path,)) if node.fixed else hanging((of, key))
        if not isinstance(of, (Mapping, list, tuple)) or (not of and not isinstance(of, Partial)):
            return Filtered() if isinstance(of, Filtered) else None
        if not known(key):
            return hanging((key,))
        if isinstance(of, Filtered):
            return self.each_of(node, of, key)
        found, value = _item(of, key)
        if isinstance(value, Unknown) or (not found and isinstance(of, Partial)):
            return Unknown((node.path,))
        if isinstance(value, str):
            self.spend(len(value))
        return value

    def all_of(self, node: Index, of: object) -> object:
        """Return the items of an array, the values of an object, or those of each item of a filtered array."""
        if isinstance(of, Unknown):
            return Unknown((node.path,)) if node.fixed else of
        if isinstance(of, Filtered):
            inner: list[object] = []
            for item in of:
                if isinstance(item, (Unknown, Partial)):
                    return Unknown((node.path,))
                inner += _values(item)
                self.spend(_POINTER * len(_values(item)))
            return Filtered(inner)
        if isinstance(of, Partial):
            return Unknown((node.path,))
        self.spend(_POINTER * len(_values(of)))
        return Filtered(_values(of))

    def each_of(self, node: Index, of: Filtered, key: object) -> object:
        kept: list[object] = []
        for item in of:
            if isinstance(item, Unknown):
                return Unknown((node.path,))
            found, value = _item(item, key)
            if isinstance(value, Unknown) or (not found and isinstance(item, Partial)):
                return Unknown((node.path,))
            if found:
                kept.append(value)
        self.spend(_POINTER * len(kept))
        return Filtered(kept)

    def spend(self, characters: int) -> None:
        try:
            self.budget.spend(characters)
        except ValueError as error:
            raise ExpressionError(f"the expression {error}", 0) from None

    def call(self, node: Call) -> object:
        if node.name == "case":
            return self.case(node)
        if node.name in STATUS:
            return self.status(node)
        arguments = [self.value(argument) for argument in node.arguments]
        if node.name == "hashfiles":
            return Unknown((node.source,))
        try:
            value = FUNCTIONS[node.name](arguments, self.budget)
        except ValueError as error:
            written = node.source.partition("(")[0].strip()
            raise ExpressionError(f"{written} {error}", node.position) from None
        nameless = isinstance(value, Unknown) and not value.names
        return Unknown((node.source,)) if nameless else value

    def case(self, node: Call) -> object:
        """Return the value after the first condition that holds; only the values needed are evaluated."""
        for place in range(0, len(node.arguments) - 1, 2):
            condition = self.value(node.arguments[place])
            if isinstance(condition, Unknown) and condition.truth is None:
                return Unknown(condition.names)
            if not isinstance(condition, (bool, Unknown)):
                raise ExpressionError("case takes only true or false as a condition", node.position)
            if truth(condition):
                return self.value(node.arguments[place + 1])
        return self.value(node.arguments[-1])

    def status(self, node: Call) -> object:
        if node.name == "always":
            return True
        _, job = property_of(self.contexts, "job")
        found, status = property_of(job, "status") if isinstance(job, Mapping) else (False, None)
        if not found or not known(status):
            return Unknown((node.source,))
        return status == _STATUS_OF[node.name]


def _values(of: object) -> Collection[object]:
    if isinstance(of, Mapping):
        return of.values()
    return of if isinstance(of, (list, tuple)) else ()


def _item(of: object, key: object) -> tuple[bool, object]:
    """Look up a property of an object or an item of an array; return whether it is there, and its value."""
    if isinstance(of, Mapping):
        return (False, None) if compound(key) else property_of(of, to_text(key))
    if isinstance(of, (list, tuple)):
        place = to_number(key)
        if 0 <= place < len(of):
            return True, of[int(place)]
    return False, None
