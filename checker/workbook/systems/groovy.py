"""Declarative Groovy as Jenkins reads it: directives with arguments and blocks, by recursive descent.

Source: Jenkins Handbook, "Pipeline Syntax", read November 2026. Read are directives, steps, strings, lists, maps and
calls; the code in `script { }` and `expression { }` is kept as it is written. Not read: Groovy outside of them, slashy
and dollar strings, shared libraries, and anything that only Jenkins can expand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_TOKENS = 20_000
MAX_DEPTH = 40
_RAW = {"script", "expression"}
_CODE = {"def", "if", "for", "while", "try", "switch", "return", "throw", "else"}

_TOKEN = re.compile(
    r'''(?P<space>[ \t\r\f]+|//[^\n]*|\#![^\n]*)
      | (?P<comment>/\*.*?(?:\*/|\Z))
      | (?P<newline>\n)
      | (?P<text>"""(?:[^\\]|\\.)*?(?:"""|\Z)|\'\'\'(?:[^\\]|\\.)*?(?:\'\'\'|\Z)|"(?:[^"\\\n]|\\.)*"
        |'(?:[^'\\\n]|\\.)*')
      | (?P<word>[A-Za-z_$@][\w$]*)
      | (?P<number>\d[\d.]*)
      | (?P<sign>==~|=~|==|!=|&&|\|\||\?\.|\?:|->|[{}()\[\]:,;=.+\-*/<>!?%&|^~\\])''',
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token and its line."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """A string; in double quotes Groovy puts values into it before anybody else reads it."""

    value: str
    line: int
    expands: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call or a name: `credentials('x')`, `scm`."""

    name: str
    line: int
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a directive, step or call is given."""

    plain: tuple[object, ...] = ()
    named: dict[str, object] = field(default_factory=dict)

    def first(self, *names: str) -> object:
        """Return the argument of one of these names, else the first without a name; None for none."""
        found = next((self.named[name] for name in names if name in self.named), None)
        return found if found is not None else next(iter(self.plain), None)

    def text(self, *names: str) -> str:
        """Return that argument's characters; empty for what is no string."""
        found = self.first(*names)
        return found.value if isinstance(found, Text) else ""


@dataclass(frozen=True, slots=True)
class Directive:
    """`name arguments { body }`, or `name = value`."""

    name: str
    line: int
    arguments: Arguments = field(default_factory=Arguments)
    body: tuple[Directive, ...] | None = None
    raw: tuple[Token, ...] = ()
    """The tokens of a block of code."""
    value: object = None
    """What is assigned."""

    def all(self, *names: str) -> tuple[Directive, ...]:
        """Return the directives of these names in its body."""
        return tuple(one for one in self.body or () if one.name in names)

    def one(self, name: str) -> Directive | None:
        """Return a directive of its body; None when there is none. Raises ValueError for two."""
        found = self.all(name)
        if len(found) > 1:
            raise refused(found[1].line, f"`{name}` stands twice in `{self.name}`")
        return found[0] if found else None


def refused(line: int, why: str) -> ValueError:
    """Return the error that says where and why."""
    return ValueError(f"line {line}: {why}")


def parse(text: str) -> tuple[Directive, ...]:
    """Return the directives of a file. Raises ValueError, with the line, for what is not declarative Groovy."""
    parser = _Parser(_tokens(text))
    found = parser.statements(0, top=True)
    return tuple(found)


def source(tokens: tuple[Token, ...]) -> str:
    """Return code as one line."""
    return " ".join(one.text for one in tokens)


def unquoted(token: Token) -> Text:
    """Return the string that a token is."""
    marks = 3 if token.text[:3] in {"'''", '"""'} else 1
    inside = token.text[marks:-marks]
    value = re.sub(r"\\\n", "", inside)
    value = re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), value)
    return Text(value, token.line, token.text.startswith('"'))


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    line, place = 1, 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            one = text[place]
            why = "a string is not closed" if one in "\"'" else f"`{one}` means nothing here"
            raise refused(line, why)
        kind = match.lastgroup or ""
        open_string = match[0][:3] in {"'''", '"""'} and not (
            len(match[0]) > 5 and match[0].endswith(match[0][:3])
        )
        if open_string or (kind == "comment" and not match[0].endswith("*/")):
            raise refused(line, f"this {'string' if open_string else 'comment'} is not closed")
        if kind in {"text", "word", "number", "sign"}:
            found.append(Token(kind, match[0], line))
            if len(found) > MAX_TOKENS:
                raise refused(line, f"there are more than {MAX_TOKENS:,} words")
        line += match[0].count("\n")
        place = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    @property
    def next(self) -> Token:
        last = self.tokens[-1].line if self.tokens else 1
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("end", "", last)

    @property
    def line(self) -> int:
        """The line of the token that was read last."""
        return self.tokens[self.place - 1].line if self.place else 1

    def take(self, *signs: str) -> bool:
        if self.next.kind == "sign" and self.next.text in signs:
            self.place += 1
            return True
        return False

    def need(self, sign: str, why: str) -> None:
        if not self.take(sign):
            raise refused(
                self.next.line, f"expected `{sign}` {why}, found `{self.next.text or 'the end'}`"
            )

    def statements(self, depth: int, *, top: bool = False, opened: int = 1) -> list[Directive]:
        if depth > MAX_DEPTH:
            raise refused(self.next.line, f"blocks are nested deeper than {MAX_DEPTH}")
        found: list[Directive] = []
        while True:
            while self.take(";"):
                pass
            if self.next.kind == "end":
                if top:
                    return found
                raise refused(opened, "this block is never closed: a `}` is missing")
            if self.take("}"):
                if top:
                    raise refused(self.line, "there is a `}` too many")
                return found
            found.append(self.statement(depth))

    def statement(self, depth: int) -> Directive:
        token = self.next
        if token.kind != "word":
            raise refused(token.line, f"expected a directive or a step, found `{token.text[:30]}`")
        if token.text in _CODE:
            raise refused(
                token.line,
                f"`{token.text}` is Groovy code; a declarative pipeline keeps it in `script {{ }}`",
            )
        self.place += 1
        name = token.text
        while self.next.text == "." and self.next.line == token.line:
            self.place += 1
            name += f".{self.next.text}"
            self.place += 1
        if self.take("="):
            value = self.value(depth)
            self.ends(token.line)
            return Directive(name, token.line, value=value)
        arguments = Arguments()
        if self.next.text == "(" and self.next.line == self.line:
            self.place += 1
            arguments = self.arguments(depth, ")")
        elif self.begins_argument():
            arguments = self.arguments(depth, "")
        body: tuple[Directive, ...] | None = None
        raw: tuple[Token, ...] = ()
        if self.next.text == "{" and self.next.kind == "sign":
            opened = self.next.line
            self.place += 1
            if name in _RAW:
                raw = self.code(opened)
            else:
                body = tuple(self.statements(depth + 1, opened=opened))
        self.ends(self.line)
        return Directive(name, token.line, arguments, body, raw)

    def ends(self, line: int) -> None:
        """See that a statement ends where its line does."""
        following = self.next
        if following.kind == "end" or following.text in {"}", ";"} or following.line > self.line:
            return
        raise refused(
            line, f"`{following.text[:30]}` is unexpected: a directive stands on a line of its own"
        )

    def begins_argument(self) -> bool:
        one = self.next
        return one.line == self.line and (
            one.kind in {"text", "word", "number"} or one.text in {"[", "-", "!"}
        )

    def arguments(self, depth: int, closing: str) -> Arguments:
        plain: list[object] = []
        named: dict[str, object] = {}
        while True:
            if closing and self.take(closing):
                return Arguments(tuple(plain), named)
            name = self.named()
            value = self.value(depth + 1)
            if name:
                named[name] = value
            else:
                plain.append(value)
            if self.take(","):
                continue
            if not closing:
                return Arguments(tuple(plain), named)
            self.need(closing, "after the arguments")
            return Arguments(tuple(plain), named)

    def named(self) -> str:
        """Take the name of an argument, when one begins here."""
        follows = self.tokens[self.place + 1].text if self.place + 1 < len(self.tokens) else ""
        if self.next.kind in {"word", "text"} and follows == ":":
            token = self.next
            self.place += 2
            return unquoted(token).value if token.kind == "text" else token.text
        return ""

    def value(self, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise refused(self.next.line, f"values are nested deeper than {MAX_DEPTH}")
        found = self.single(depth)
        while self.next.line == self.line and (
            self.next.text
            in {"+", "-", "*", "==", "!=", "&&", "||", "?", "?:", ":", "<", ">", "==~", "=~"}
            and self.next.kind == "sign"
        ):
            self.place += 1
            self.single(depth + 1)
            found = Call("", self.line, Arguments())  # what comes of it, only Groovy knows
        return found

    def single(self, depth: int) -> object:
        token = self.next
        self.place += 1
        if token.kind == "text":
            return unquoted(token)
        if token.kind == "number":
            return token.text
        if token.kind == "sign" and token.text in {"!", "-"} and depth < MAX_DEPTH:
            self.single(depth + 1)
            return Call("", token.line, Arguments())
        if token.kind == "sign" and token.text == "[":
            return self.arguments(depth, "]")
        if token.kind == "sign" and token.text == "(":
            found = self.value(depth + 1)
            self.need(")", "to close the bracket")
            return found
        if token.kind == "sign" and token.text == "{":
            self.code(token.line)
            return Call("", token.line, Arguments())
        if token.kind != "word":
            raise refused(token.line, f"expected a value, found `{token.text[:30] or 'the end'}`")
        name = token.text
        given = Arguments()
        while self.next.line == self.line and self.next.text in {".", "?.", "("}:
            if self.take("("):
                given = self.arguments(depth + 1, ")")
            else:
                self.place += 1
                name += f".{self.next.text}"
                self.place += 1
        return Call(name, token.line, given)

    def code(self, opened: int) -> tuple[Token, ...]:
        """Take the tokens of a block of code, whose brace is open."""
        start, open_braces = self.place, 1
        while open_braces:
            if self.next.kind == "end":
                raise refused(opened, "this block is never closed: a `}` is missing")
            open_braces += (
                {"{": 1, "}": -1}.get(self.next.text, 0) if self.next.kind == "sign" else 0
            )
            self.place += 1
        return tuple(self.tokens[start : self.place - 1])
