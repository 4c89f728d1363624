"""The grammar of `[[ … ]]`."""

from __future__ import annotations

import re

from checker.actions.shell.scanner import Scanner
from checker.actions.shell.tree import All, Comparison, Either, Expression, Literal, Not, Part, Word

_BINARY = re.compile(r"(==|=~|!=|=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=[\s\"'$])")
_UNARY = re.compile(r"-[a-zA-Z](?=\s)")
_CLOSED = re.compile(r"\]\](?=[ \t\n;&|<>()]|\Z)")
_REGEX_RUN = re.compile(r"[^ \t\n()\[\]$\"'`\\]+")


class BracketGrammar(Scanner):
    """Expressions between double brackets."""

    def expression(self) -> Expression:
        """Read up to and including `]]`."""
        found = self._either()
        self.newlines()
        if not _CLOSED.match(self.text, self.pos):
            raise self.fail("a [[ is never closed")
        self.pos += 2
        return found

    def _either(self) -> Expression:
        parts = [self._all()]
        while self._operator("||"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self) -> Expression:
        parts = [self._single()]
        while self._operator("&&"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _operator(self, mark: str) -> bool:
        self.newlines()
        if not self.text.startswith(mark, self.pos):
            return False
        self.pos += 2
        return True

    def _single(self) -> Expression:
        self.newlines()
        negated = False
        while re.compile(r"!(?=[\s(])").match(self.text, self.pos):
            negated = not negated
            self.pos += 1
            self.newlines()
        if self.text.startswith("(", self.pos):
            self.pos += 1
            self.enter()
            found = self._either()
            self.leave()
            self.newlines()
            if not self.text.startswith(")", self.pos):
                raise self.fail("expected `)` in [[ ]]")
            self.pos += 1
        else:
            found = self._comparison()
        return Not(found) if negated else found

    def _comparison(self) -> Expression:
        unary = _UNARY.match(self.text, self.pos)
        if unary:
            before = self.pos
            self.pos = unary.end()
            self.blank()
            if not _BINARY.match(self.text, self.pos) and not _CLOSED.match(self.text, self.pos):
                return Comparison(unary[0], (self._side(),))
            self.pos = before
        left = self._side()
        self.blank()
        binary = _BINARY.match(self.text, self.pos)
        if not binary:
            return Comparison("", (left,))
        self.pos = binary.end()
        self.blank()
        right = self._regex() if binary[1] == "=~" else self._side()
        return Comparison(binary[1], (left, right))

    def _side(self) -> Word:
        before = self.pos
        found = self.word()
        if self.pos == before or found.text == "]]":
            raise self.fail("something is missing in [[ ]]")
        return found

    def _regex(self) -> Word:
        """Read a word in which parentheses and brackets belong to a regular expression."""
        pieces: list[Part] = []
        start, open_round, open_square = self.pos, 0, False
        while self.pos < self.end:
            run = _REGEX_RUN.match(self.text, self.pos)
            if run:
                pieces.append(Literal(run[0], quoted=False))
                self.pos = run.end()
                continue
            char = self.text[self.pos]
            if char in " \t\n" and not open_round and not open_square:
                break
            if char in " \t\n()[]":
                open_square = (open_square or char == "[") and char != "]"
                if not open_square:
                    open_round += {"(": 1, ")": -1}.get(char, 0)
                if open_round < 0:
                    break
                pieces.append(Literal(char, quoted=False))
                self.pos += 1
            else:
                self.quoting(char, pieces)
        return Word(tuple(pieces), self.text[start : self.pos], plain=False)
