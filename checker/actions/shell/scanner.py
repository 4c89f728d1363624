"""Characters to words: quotes, escapes, and the expansions inside a word, each parsed once."""

from __future__ import annotations

import re
from bisect import bisect_right

from checker.actions.shell.limits import NESTING_LIMIT, Budget
from checker.actions.shell.tree import (
    Arithmetic,
    HereDocument,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Sequence,
    Substitution,
    Word,
)

_BLANK = re.compile(r"(?:[ \t]+|\\\n)*(?:#[^\n]*)?")
_RUN = re.compile(r"[^ \t\n;&|<>()$\"'`\\]+")
_QUOTED_RUN = re.compile(r"[^\"\\$`]+")
_DOCUMENT_RUN = re.compile(r"[^\\$`]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]|[@*#?$!\-]")
_BRACED = re.compile(r"([#!]?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!\-])(?:\[([^\]\n]*)\])?")
_OPERATOR = re.compile(r":[-=+?]|[-=+?]|##|#|%%|%|//|/#|/%|/|\^\^|\^|,,|,|:|@")
_PARENTHESES = re.compile(r"[()]|\\.|'[^'\n]*'|\"[^\"\n]*\"", re.DOTALL)
_ANSI = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ANSI_LETTERS |= {"e": "\x1b", "E": "\x1b"}
_WORD_ENDS = frozenset({"", " ", "\t", "\n", ";", "&", "|", ")"})
_BALANCED_LIMIT = 4096
"""Characters looked through for the end of an arithmetic or extended pattern."""


class Unreadable(Exception):
    """Raised where the text is no shell; says on which line and what was met."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")


class Scanner:
    """A place in a text, and the words that start there."""

    def __init__(self, text: str, budget: Budget, line: int = 1) -> None:
        self.text = text
        self.end = len(text)
        self.pos = 0
        self.budget = budget
        self.first_line = line
        self.documents: list[HereDocument] = []
        self._breaks = [at for at, char in enumerate(text) if char == "\n"]

    def line(self, position: int) -> int:
        """Return the line a position lies on."""
        return self.first_line + bisect_right(self._breaks, position - 1)

    def fail(self, reason: str) -> Unreadable:
        """Return the error for the present place."""
        return Unreadable(self.line(min(self.pos, self.end)), reason)

    def enter(self) -> None:
        """Go one level deeper; every call is paired with `leave`."""
        self.budget.depth += 1
        if self.budget.depth > NESTING_LIMIT:
            raise self.fail(f"nested deeper than {NESTING_LIMIT} levels")

    def leave(self) -> None:
        """Come back from a level."""
        self.budget.depth -= 1

    def blank(self) -> None:
        """Skip blanks, continued lines and a comment."""
        found = _BLANK.match(self.text, self.pos)
        if found:
            self.pos = found.end()

    def newlines(self) -> None:
        """Skip blanks and ends of lines, reading the here-documents that wait there."""
        while True:
            self.blank()
            if self.pos >= self.end or self.text[self.pos] != "\n":
                return
            self.pos += 1
            if self.documents:
                self._read_documents()

    def commands_until_parenthesis(self) -> Sequence:
        """Read commands up to and including the `)` that closes them."""
        raise NotImplementedError

    def commands_in(self, text: str, line: int) -> Sequence:
        """Read a separate text of commands, such as the inside of backticks."""
        raise NotImplementedError

    def word(self) -> Word:
        """Read the word that starts here; it may be empty."""
        self.budget.read()
        text, start = self.text, self.pos
        found = _RUN.match(text, start)
        if found:
            stop = found.end()
            following = text[stop : stop + 1]
            if following in _WORD_ENDS or (following == "(" and text[stop - 1] not in "?*+@!"):
                self.pos = stop
                run = found[0]
                return Word((Literal(run, quoted=False),), run, "{" not in run)
        parts: list[Part] = []
        while self.pos < self.end:
            found = _RUN.match(text, self.pos)
            if found:
                parts.append(Literal(found[0], quoted=False))
                self.pos = found.end()
                continue
            char = text[self.pos]
            if char in " \t\n;&|)":
                break
            if char in "<>":
                if not text.startswith("(", self.pos + 1):
                    break
                parts.append(self._process_substitution())
            elif char == "(":
                if not (parts and text[self.pos - 1] in "?*+@!"):
                    break
                parts.append(self._extended_pattern())
            else:
                self.quoting(char, parts)
        return Word(tuple(parts), text[start : self.pos], plain=False)

    def quoting(self, char: str, parts: list[Part]) -> None:
        """Read a quote, an escape or an expansion outside double quotes."""
        text = self.text
        if char == "\\":
            if not text.startswith("\n", self.pos + 1):
                parts.append(Literal(text[self.pos + 1 : self.pos + 2], quoted=True))
            self.pos = min(self.pos + 2, self.end)
        elif char == "'":
            stop = text.find("'", self.pos + 1)
            if stop < 0:
                raise self.fail("a ' is never closed")
            parts.append(Literal(text[self.pos + 1 : stop], quoted=True))
            self.pos = stop + 1
        elif char == '"':
            self._double_quotes(parts)
        elif char == "`":
            parts.append(self._backticks(quoted=False))
        elif text.startswith("$'", self.pos):
            parts.append(self._ansi())
        elif text.startswith('$"', self.pos):
            self.pos += 1
            self._double_quotes(parts)
        else:
            parts.append(self._dollar(quoted=False))

    def _double_quotes(self, parts: list[Part]) -> None:
        opened = self.pos
        self.pos += 1
        before = len(parts)
        while self.pos < self.end:
            if self.text[self.pos] == '"':
                self.pos += 1
                if len(parts) == before:
                    parts.append(Literal("", quoted=True))
                return
            self._inside_quotes(parts, _QUOTED_RUN, '$`"\\\n')
        self.pos = opened
        raise self.fail('a " is never closed')

    def _inside_quotes(self, parts: list[Part], plain: re.Pattern[str], escapable: str) -> None:
        self.budget.read()
        text = self.text
        found = plain.match(text, self.pos)
        if found:
            parts.append(Literal(found[0], quoted=True))
            self.pos = found.end()
            return
        char = text[self.pos]
        if char == "\\":
            following = text[self.pos + 1 : self.pos + 2]
            if following == "\n":
                parts.append(Literal("", quoted=True))
            else:
                kept = following if following and following in escapable else char + following
                parts.append(Literal(kept, quoted=True))
            self.pos = min(self.pos + 2, self.end)
        elif char == "`":
            parts.append(self._backticks(quoted=True))
        elif char == "$":
            parts.append(self._dollar(quoted=True))
        else:
            parts.append(Literal(char, quoted=True))
            self.pos += 1

    def document(self) -> Word:
        """Read the whole text as the body of an unquoted here-document."""
        parts: list[Part] = []
        while self.pos < self.end:
            self._inside_quotes(parts, _DOCUMENT_RUN, "$`\\\n")
        return Word(tuple(parts), self.text, plain=False)

    def _ansi(self) -> Literal:
        start = at = self.pos + 2
        while at < self.end and self.text[at] != "'":
            at += 2 if self.text[at] == "\\" else 1
        if at >= self.end:
            raise self.fail("a $' is never closed")
        self.pos = at + 1
        return Literal(ansi(self.text[start:at]), quoted=True)

    def _backticks(self, *, quoted: bool) -> Substitution:
        start = at = self.pos + 1
        while at < self.end and self.text[at] != "`":
            at += 2 if self.text[at] == "\\" else 1
        if at >= self.end:
            raise self.fail("a ` is never closed")
        inside = re.sub(r"\\([$`\\\"])" if quoted else r"\\([$`\\])", r"\1", self.text[start:at])
        self.enter()
        body = self.commands_in(inside, self.line(start))
        self.leave()
        self.pos = at + 1
        return Substitution(body, quoted, inside.strip()[:200])

    def _process_substitution(self) -> ProcessSubstitution:
        start = self.pos
        self.pos += 2
        self.enter()
        body = self.commands_until_parenthesis()
        self.leave()
        return ProcessSubstitution(body, self.text[start + 2 : self.pos - 1].strip()[:200])

    def _extended_pattern(self) -> Literal:
        stop = self._balanced(self.pos + 1)
        if stop < 0:
            raise self.fail("unexpected `(`")
        start, self.pos = self.pos, stop + 1
        return Literal(self.text[start : self.pos], quoted=False)

    def _balanced(self, start: int) -> int:
        """Return the place of the `)` that closes what was opened before start, or -1."""
        depth = 1
        for found in _PARENTHESES.finditer(self.text, start, start + _BALANCED_LIMIT):
            if found[0] == "(":
                depth += 1
            elif found[0] == ")":
                depth -= 1
                if depth == 0:
                    return found.start()
        return -1

    def arithmetic(self, start: int) -> Word | None:
        """Read an expression up to `))` and go past it; None when it is no arithmetic."""
        inner = self._balanced(start)
        if inner < 0 or not self.text.startswith("))", inner):
            return None
        self.pos = inner + 2
        return self.nested(self.text[start:inner], start)

    def nested(self, text: str, position: int) -> Word:
        """Read a piece of the text as if it stood in double quotes."""
        inner = type(self)(text, self.budget, self.line(position))
        self.enter()
        parts: list[Part] = []
        while inner.pos < inner.end:
            inner._inside_quotes(parts, _DOCUMENT_RUN, '$`"\\\n')
        self.leave()
        return Word(tuple(parts), text, plain=False)

    def _dollar(self, *, quoted: bool) -> Part:
        text, start = self.text, self.pos
        following = text[start + 1 : start + 2]
        if following == "(":
            if text.startswith("((", start + 1):
                expression = self.arithmetic(start + 3)
                if expression:
                    return Arithmetic(expression, quoted)
            self.pos = start + 2
            self.enter()
            body = self.commands_until_parenthesis()
            self.leave()
            return Substitution(body, quoted, text[start + 2 : self.pos - 1].strip()[:200])
        if following == "{":
            return self._parameter(quoted=quoted)
        if following == "[":
            stop = text.find("]", start, start + _BALANCED_LIMIT)
            if stop > 0:
                self.pos = stop + 1
                return Arithmetic(self.nested(text[start + 2 : stop], start), quoted)
        found = _NAME.match(text, start + 1)
        if found:
            self.pos = found.end()
            return Parameter(found[0], quoted)
        self.pos = start + 1
        return Literal("$", quoted=quoted)

    def _parameter(self, *, quoted: bool) -> Parameter:
        """Read `${…}`."""
        text, start = self.text, self.pos
        found = _BRACED.match(text, start + 2)
        if found and found[1] == "#" and text.startswith("}", start + 3):
            found = re.compile("()(#)()").match(text, start + 2)
        if not found:
            return self._bad_parameter(start, quoted=quoted)
        prefix, name, subscript = found[1], found[2], found[3] or ""
        self.pos = found.end()
        operator = ""
        operands: list[Word] = []
        if not text.startswith("}", self.pos):
            mark = _OPERATOR.match(text, self.pos)
            if not mark:
                return self._bad_parameter(start, quoted=quoted)
            operator = mark[0]
            self.pos = mark.end()
            plain_quote = quoted and operator.lstrip(":") in {"-", "=", "+", "?"}
            self.enter()
            stops = {"/": "/}", ":": ":}"}.get(operator[0] if operator != ":-" else "", "}")
            if operator in {":-", ":=", ":+", ":?"}:
                stops = "}"
            operands.append(self._operand(stops, plain_quote=plain_quote))
            if len(stops) > 1 and text.startswith(stops[0], self.pos):
                self.pos += 1
                operands.append(self._operand("}", plain_quote=plain_quote))
            self.leave()
        if not text.startswith("}", self.pos):
            raise self.fail("a ${ is never closed")
        self.pos += 1
        return Parameter(name, quoted, prefix, subscript, operator, tuple(operands))

    def _bad_parameter(self, start: int, *, quoted: bool) -> Parameter:
        stop = self.text.find("}", start, start + _BALANCED_LIMIT)
        if stop < 0:
            raise self.fail("a ${ is never closed")
        self.pos = stop + 1
        return Parameter(self.text[start + 2 : stop], quoted, operator="bad")

    def _operand(self, stops: str, *, plain_quote: bool) -> Word:
        text, start = self.text, self.pos
        plain = re.compile(rf"[^$\"'`\\{re.escape(stops)}]+")
        parts: list[Part] = []
        while self.pos < self.end and text[self.pos] not in stops:
            found = plain.match(text, self.pos)
            if found:
                parts.append(Literal(found[0], quoted=False))
                self.pos = found.end()
            elif text[self.pos] == "'" and plain_quote:
                parts.append(Literal("'", quoted=True))
                self.pos += 1
            else:
                self.quoting(text[self.pos], parts)
        return Word(tuple(parts), text[start : self.pos], plain=False)

    def _read_documents(self) -> None:
        waiting, self.documents = self.documents, []
        for document in waiting:
            start, lines = self.pos, []
            while self.pos < self.end:
                stop = self.text.find("\n", self.pos)
                stop = self.end if stop < 0 else stop
                line = self.text[self.pos : stop]
                self.pos = min(stop + 1, self.end)
                if document.stripped:
                    line = line.lstrip("\t")
                if line == document.delimiter:
                    break
                lines.append(line + "\n")
            document.body = self._body("".join(lines), start, literal=document.quoted)

    def _body(self, text: str, start: int, *, literal: bool) -> Word:
        if not literal and re.search(r"[$`\\]", text):
            depth = self.budget.depth
            try:
                return type(self)(text, self.budget, self.line(start)).document()
            except Unreadable as reason:
                self.budget.depth = depth
                self.budget.complain(f"here-document, {reason}")
        return Word((Literal(text, quoted=True),), text, plain=False)


def ansi(text: str) -> str:
    r"""Return the text with its backslash escapes read, as in `$'a\tb'` and `printf`."""

    def character(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits or found[3]:
            code = int(digits, 16) if digits else int(found[3], 8) & 0xFF
            return "" if code == 0 or 0xD800 <= code < 0xE000 else chr(code)
        letter = found[4]
        return _ANSI_LETTERS.get(letter, letter if letter in "\\'\"?" else "\\" + letter)

    return _ANSI.sub(character, text)
