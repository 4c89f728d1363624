"""What a shell script is made of: words with their parts, and commands with their structure."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Literal(NamedTuple):
    """Characters that stand for themselves; unquoted ones may still be patterns or braces."""

    text: str
    quoted: bool


class Parameter(NamedTuple):
    """`$NAME` or `${NAME…}`; `prefix` is `#` or `!`, `operands` are the words after the operator."""

    name: str
    quoted: bool
    prefix: str = ""
    subscript: str = ""
    operator: str = ""
    operands: tuple[Word, ...] = ()


class Substitution(NamedTuple):
    """`$(…)` or backticks."""

    body: Sequence
    quoted: bool
    text: str


class ProcessSubstitution(NamedTuple):
    """`<(…)` or `>(…)`."""

    body: Sequence
    text: str


class Arithmetic(NamedTuple):
    """`$((…))`."""

    expression: Word
    quoted: bool


Part: TypeAlias = Literal | Parameter | Substitution | ProcessSubstitution | Arithmetic


class Word(NamedTuple):
    """One word before expansion."""

    parts: tuple[Part, ...]
    text: str
    """As written."""
    plain: bool
    """Whether the text is its own value: no quotes, no expansion, no braces."""


class Assignment(NamedTuple):
    """`NAME=word`, `NAME+=word`, `NAME[index]=word` or `NAME=(word …)`."""

    name: str
    subscript: str
    append: bool
    values: tuple[Word, ...]
    array: bool


class HereDocument:
    """The lines fed to a command; the body is read after the command itself."""

    __slots__ = ("body", "delimiter", "quoted", "stripped")

    def __init__(self, delimiter: str, *, quoted: bool, stripped: bool) -> None:
        self.delimiter = delimiter
        self.quoted = quoted
        self.stripped = stripped
        self.body = Word((), "", True)


class Redirect(NamedTuple):
    """`2> file`, `<<< word`, `<< EOF`; `descriptor` is empty when none is written."""

    operator: str
    descriptor: str
    target: Word
    document: HereDocument | None = None


class Place(NamedTuple):
    """Where a command stands: its line, and its text as written, cut when long."""

    line: int
    text: str


class Simple(NamedTuple):
    """Assignments, words and redirections: the ordinary command."""

    place: Place
    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    declared: tuple[Assignment, ...]
    """Assignments among the words of `export`, `local` and their like."""
    redirects: tuple[Redirect, ...]


class Pipeline(NamedTuple):
    """Commands joined by `|`, perhaps under `!`; `tails` are the texts from each one's bar to the end."""

    place: Place
    parts: tuple[Node, ...]
    negated: bool
    tails: tuple[str, ...]


class Chain(NamedTuple):
    """Commands joined by `&&` and `||`; an operator stands before each but the first."""

    place: Place
    parts: tuple[Node, ...]
    operators: tuple[str, ...]


class Item(NamedTuple):
    """One command of a sequence."""

    node: Node
    background: bool


class Sequence(NamedTuple):
    """Commands one after the other."""

    items: tuple[Item, ...]


class Group(NamedTuple):
    """`{ …; }` or `( … )`."""

    place: Place
    body: Sequence
    subshell: bool
    redirects: tuple[Redirect, ...]


class If(NamedTuple):
    """`if … then … elif … else … fi`; an arm is its condition and its body."""

    place: Place
    arms: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence | None
    redirects: tuple[Redirect, ...]


class For(NamedTuple):
    """`for NAME in words` (`words` is None for the script's own arguments) and `select`."""

    place: Place
    name: str
    words: tuple[Word, ...] | None
    body: Sequence
    redirects: tuple[Redirect, ...]


class Loop(NamedTuple):
    """`while`, `until` and `for ((…))`; the last has no condition."""

    place: Place
    keyword: str
    condition: Sequence
    body: Sequence
    redirects: tuple[Redirect, ...]


class Case(NamedTuple):
    """`case word in pattern) … ;; esac`; an arm is its patterns, its body and its end mark."""

    place: Place
    subject: Word
    arms: tuple[tuple[tuple[Word, ...], Sequence, str], ...]
    redirects: tuple[Redirect, ...]


class Function(NamedTuple):
    """`name() body`."""

    place: Place
    name: str
    body: Node


class Test(NamedTuple):
    """`[[ … ]]`."""

    place: Place
    expression: Expression
    redirects: tuple[Redirect, ...]


class Calculation(NamedTuple):
    """`(( … ))`."""

    place: Place
    expression: Word
    redirects: tuple[Redirect, ...]


class All(NamedTuple):
    """`a && b` inside `[[ ]]`."""

    parts: tuple[Expression, ...]


class Either(NamedTuple):
    """`a || b` inside `[[ ]]`."""

    parts: tuple[Expression, ...]


class Not(NamedTuple):
    """`! a` inside `[[ ]]`."""

    part: Expression


class Comparison(NamedTuple):
    """`-z word`, `left == right`, or a word alone (empty operator)."""

    operator: str
    operands: tuple[Word, ...]


Expression: TypeAlias = All | Either | Not | Comparison
Compound: TypeAlias = Group | If | For | Loop | Case | Test | Calculation
Node: TypeAlias = Simple | Pipeline | Chain | Compound | Function
