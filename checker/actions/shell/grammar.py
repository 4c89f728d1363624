"""Words to commands: the grammar of bash, read as bash reads it, one complete command at a time."""

from __future__ import annotations

import re
from typing import Final

from checker.actions.shell.attachments import ASSIGNMENT, PLACE_LIMIT, Attachments
from checker.actions.shell.limits import Exhausted
from checker.actions.shell.scanner import Unreadable
from checker.actions.shell.tree import (
    Assignment,
    Calculation,
    Case,
    Chain,
    For,
    Function,
    Group,
    If,
    Item,
    Loop,
    Node,
    Pipeline,
    Redirect,
    Sequence,
    Simple,
    Test,
    Word,
)

_RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|time|coproc"
    r"|[{}!]|\[\[)(?=[ \t\n;&|<>()]|\\\n|\Z)"
)
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}", ")", ";;"})
_CASE_END = re.compile(r";;&|;;|;&")
_FUNCTION = re.compile(r"[ \t]*\([ \t]*\)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TIME = re.compile(r"(?:[ \t]+-p(?=\s))?(?![ \t]+-)")
_DECLARING = frozenset({"export", "declare", "typeset", "local", "readonly"})
_NOTHING: Final = Sequence(())
_RECOVERIES = 20


class Grammar(Attachments):
    """Commands that start at a place in a text."""

    def script(self) -> Sequence:
        """Read all of the text; what is no shell is complained about and passed over line by line."""
        items: list[Item] = []
        depth = self.budget.depth
        failures = 0
        while True:
            self.newlines()
            if self.pos >= self.end:
                return Sequence(tuple(items))
            start = self.pos
            try:
                items.extend(self.sequence(frozenset(), one_line=True).items)
            except Exhausted as reason:
                self.budget.depth = depth
                self.budget.complain(str(reason), cut=True)
                return Sequence(tuple(items))
            except Unreadable as reason:
                self.budget.depth = depth
                self.budget.complain(f"not readable as shell: {reason}")
                self.documents.clear()
                failures += 1
                following = self.text.find("\n", start)
                if following < 0 or failures > _RECOVERIES:
                    return Sequence(tuple(items))
                self.pos = following + 1

    def commands_in(self, text: str, line: int) -> Sequence:
        """Read a separate text of commands."""
        return Grammar(text, self.budget, line).sequence(frozenset())

    def commands_until_parenthesis(self) -> Sequence:
        """Read commands up to and including the `)` that closes them."""
        body = self.sequence(frozenset({")"}))
        self.pos += 1
        return body

    def _reserved(self) -> str:
        found = _RESERVED.match(self.text, self.pos)
        return found[0] if found else ""

    def _closer(self) -> str:
        """Return the word or mark here that can only end something."""
        text = self.text
        if text[self.pos] == ")":
            return ")"
        if text[self.pos] == ";":
            return ";;" if _CASE_END.match(text, self.pos) else ""
        reserved = self._reserved()
        return reserved if reserved in _CLOSERS else ""

    def sequence(self, closers: frozenset[str], *, one_line: bool = False) -> Sequence:
        """Read commands up to one of the closers (not past it), or to the end of text or line."""
        items: list[Item] = []
        while True:
            if not (one_line and items):
                self.newlines()
            self.blank()
            if self.pos >= self.end:
                if closers:
                    raise self.fail(f"the text ends before `{min(closers)}`")
                break
            closer = self._closer()
            if closer:
                if closer not in closers:
                    raise self.fail(f"unexpected `{closer}`")
                break
            if one_line and self.text[self.pos] == "\n":
                break
            node = self._chain()
            self.blank()
            mark = self.text[self.pos : self.pos + 1]
            if mark == "&" or (mark == ";" and not _CASE_END.match(self.text, self.pos)):
                self.pos += 1
            elif mark not in {"", "\n", ";", ")"} and not self._closer():
                raise self.fail(f"unexpected `{mark}`")
            items.append(Item(node, mark == "&"))
        return Sequence(tuple(items))

    def _expect(self, word: str) -> None:
        self.newlines()
        if self._reserved() != word:
            raise self.fail(f"expected `{word}`")
        self.pos += len(word)

    def _chain(self) -> Node:
        start = self.pos
        parts = [self._pipeline()]
        operators: list[str] = []
        while True:
            self.blank()
            operator = self.text[self.pos : self.pos + 2]
            if operator not in {"&&", "||"}:
                break
            self.pos += 2
            self.newlines()
            operators.append(operator)
            parts.append(self._pipeline())
        if not operators:
            return parts[0]
        return Chain(self.place(start), tuple(parts), tuple(operators))

    def _pipeline(self) -> Node:
        start = self.pos
        negated = False
        while True:
            reserved = self._reserved()
            if reserved == "!":
                negated = not negated
                self.pos += 1
            elif reserved == "time" and (found := _TIME.match(self.text, self.pos + 4)):
                self.pos = found.end()
            else:
                break
            self.blank()
        parts = [self._command()]
        bars: list[int] = []
        while True:
            self.blank()
            if self.pos >= self.end or self.text[self.pos] != "|":
                break
            if self.text.startswith("||", self.pos):
                break
            bars.append(self.pos)
            self.pos += 2 if self.text.startswith("|&", self.pos) else 1
            self.newlines()
            parts.append(self._command())
        if not bars and not negated:
            return parts[0]
        tails = tuple(self._tail(bar) for bar in bars)
        return Pipeline(self.place(start), tuple(parts), negated, tails)

    def _tail(self, bar: int) -> str:
        stop = min(self.pos, bar + PLACE_LIMIT)
        return " ".join(self.text[bar:stop].split())

    def _command(self) -> Node:
        if self.pos >= self.end:
            raise self.fail("the text ends where a command should stand")
        start = self.pos
        reserved = self._reserved()
        if self.text[self.pos] != "(" and not reserved:
            return self._simple()
        self.enter()
        node = self._compound(reserved, start)
        self.leave()
        return node

    def _compound(self, reserved: str, start: int) -> Node:
        text = self.text
        if text[start] == "(":
            if text.startswith("((", start) and (expression := self.arithmetic(start + 2)):
                return Calculation(self.place(start), expression, self.redirects())
            self.pos += 1
            body = self.commands_until_parenthesis()
            return Group(self.place(start), body, True, self.redirects())
        if reserved in _CLOSERS:
            raise self.fail(f"unexpected `{reserved}`")
        self.pos += len(reserved)
        if reserved == "{":
            body = self.sequence(frozenset({"}"}))
            self.pos += 1
            return Group(self.place(start), body, False, self.redirects())
        if reserved == "[[":
            expression_ = self.expression()
            return Test(self.place(start), expression_, self.redirects())
        if reserved == "if":
            return self._if(start)
        if reserved in {"for", "select"}:
            return self._for(start)
        if reserved in {"while", "until"}:
            condition = self.sequence(frozenset({"do"}))
            return Loop(self.place(start), reserved, condition, self._loop_body(), self.redirects())
        if reserved == "case":
            return self._case(start)
        if reserved == "function":
            self.blank()
            name = self.word().text
            found = _FUNCTION.match(text, self.pos)
            self.pos = found.end() if found else self.pos
            return self._function(name, start)
        self.blank()  # `coproc` and a stray `time` or `!` change nothing here
        return self._command()

    def _loop_body(self) -> Sequence:
        self._expect("do")
        body = self.sequence(frozenset({"done"}))
        self.pos += len("done")
        return body

    def _if(self, start: int) -> If:
        arms: list[tuple[Sequence, Sequence]] = []
        otherwise = None
        while True:
            condition = self.sequence(frozenset({"then"}))
            self.pos += len("then")
            body = self.sequence(frozenset({"elif", "else", "fi"}))
            arms.append((condition, body))
            closer = self._reserved()
            self.pos += len(closer)
            if closer == "else":
                otherwise = self.sequence(frozenset({"fi"}))
                self.pos += len("fi")
            if closer != "elif":
                break
        return If(self.place(start), tuple(arms), otherwise, self.redirects())

    def _for(self, start: int) -> For | Loop:
        self.blank()
        if self.text.startswith("((", self.pos):
            if not self.arithmetic(self.pos + 2):
                raise self.fail("a `for ((` is never closed")
            self.blank()
            if self.text.startswith(";", self.pos):
                self.pos += 1
            body = self._loop_body()
            return Loop(self.place(start), "for", _NOTHING, body, self.redirects())
        name = self.word().text
        self.newlines()
        words: list[Word] | None = None
        if re.compile(r"in(?=[\s;])").match(self.text, self.pos):
            self.pos += 2
            words = []
            self.blank()
            while self.pos < self.end and self.text[self.pos] not in ";\n&|()<>":
                words.append(self.word())
                self.blank()
        if self.text.startswith(";", self.pos):
            self.pos += 1
        listed = None if words is None else tuple(words)
        body = self._loop_body()
        return For(self.place(start), name, listed, body, self.redirects())

    def _case(self, start: int) -> Case:
        self.blank()
        subject = self.word()
        self.newlines()
        if not re.compile(r"in(?=[\s(])").match(self.text, self.pos):
            raise self.fail("expected `in`")
        self.pos += 2
        arms: list[tuple[tuple[Word, ...], Sequence, str]] = []
        while True:
            self.newlines()
            if self._reserved() == "esac":
                self.pos += len("esac")
                return Case(self.place(start), subject, tuple(arms), self.redirects())
            if self.text.startswith("(", self.pos):
                self.pos += 1
            patterns = [self._pattern()]
            while self.text.startswith("|", self.pos):
                self.pos += 1
                patterns.append(self._pattern())
            if not self.text.startswith(")", self.pos):
                raise self.fail("expected `)` after a pattern")
            self.pos += 1
            body = self.sequence(frozenset({";;", "esac"}))
            mark = _CASE_END.match(self.text, self.pos)
            self.pos = mark.end() if mark else self.pos
            arms.append((tuple(patterns), body, mark[0] if mark else ";;"))

    def _pattern(self) -> Word:
        self.blank()
        pattern = self.word()
        self.blank()
        return pattern

    def _function(self, name: str, start: int) -> Function:
        self.newlines()
        self.enter()
        body = self._command()
        self.leave()
        return Function(self.place(start), name, body)

    def _simple(self) -> Node:
        start = self.pos
        text = self.text
        assignments: list[Assignment] = []
        words: list[Word] = []
        declared: list[Assignment] = []
        redirects: list[Redirect] = []
        declaring = False
        while self.pos < self.end:
            char = text[self.pos]
            if char in ";|)\n" or (char == "&" and not text.startswith("&>", self.pos)):
                break
            if char in "<>&{0123456789" and (redirect := self.redirect()):
                redirects.append(redirect)
            elif (declaring or not words) and (found := ASSIGNMENT.match(text, self.pos)):
                (declared if declaring else assignments).append(self.assignment(found))
            else:
                before = self.pos
                words.append(self.word())
                if self.pos == before:
                    raise self.fail(f"unexpected `{text[self.pos]}`")
                if len(words) == 1 and not assignments and not redirects:
                    call = _FUNCTION.match(text, self.pos)
                    if call and words[0].plain:
                        self.pos = call.end()
                        return self._function(words[0].text, start)
                declaring = declaring or (len(words) == 1 and words[0].text in _DECLARING)
            self.blank()
        return Simple(
            self.place(start), tuple(assignments), tuple(words), tuple(declared), tuple(redirects)
        )
