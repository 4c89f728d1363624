"""What stands before and after the words of a command: assignments and redirections."""

from __future__ import annotations

import re

from checker.actions.shell.bracket import BracketGrammar
from checker.actions.shell.tree import Assignment, HereDocument, Literal, Place, Redirect, Word

ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([^\]\n]*)\])?(\+?)=")
_REDIRECT = re.compile(r"(\d+|\{[A-Za-z_]\w*\})?(&>>|&>|<<<|<<-|<<|>>|>\||>&|<&|<>|[<>])")
PLACE_LIMIT = 200

Redirects = tuple[Redirect, ...]


class Attachments(BracketGrammar):
    """Assignments and redirections that start at a place in a text."""

    def place(self, start: int) -> Place:
        """Return where a command stands that began at start and ends here."""
        stop = min(self.pos, start + PLACE_LIMIT)
        return Place(self.line(start), " ".join(self.text[start:stop].split()))

    def assignment(self, found: re.Match[str]) -> Assignment:
        """Read `NAME=value`, `NAME+=value` or `NAME=(…)`, of which a name and a sign were found here."""
        self.pos = found.end()
        name, subscript, append = found[1], found[2] or "", found[3] == "+"
        if not self.text.startswith("(", self.pos):
            return Assignment(name, subscript, append, (self.word(),), array=False)
        self.pos += 1
        values: list[Word] = []
        while True:
            self.newlines()
            if self.pos >= self.end:
                raise self.fail("a list is never closed")
            if self.text[self.pos] == ")":
                self.pos += 1
                return Assignment(name, subscript, append, tuple(values), array=True)
            before = self.pos
            values.append(self.word())
            if self.pos == before:
                raise self.fail(f"unexpected `{self.text[before]}` in a list")

    def redirects(self) -> Redirects:
        """Read the redirections after a compound command."""
        found: list[Redirect] = []
        while True:
            self.blank()
            redirect = self.redirect()
            if redirect is None:
                return tuple(found)
            found.append(redirect)

    def redirect(self) -> Redirect | None:
        """Read a redirection with its target; None where none begins."""
        found = _REDIRECT.match(self.text, self.pos)
        if not found or (found[2] in {"<", ">"} and self.text.startswith("(", found.end())):
            return None
        self.pos = found.end()
        self.blank()
        operator = found[2]
        target = self.word()
        if not target.text:
            raise self.fail(f"nothing after `{operator}`")
        if operator not in {"<<", "<<-"}:
            return Redirect(operator, found[1] or "", target)
        delimiter = "".join(part.text for part in target.parts if isinstance(part, Literal))
        quoted = any(isinstance(part, Literal) and part.quoted for part in target.parts)
        document = HereDocument(delimiter, quoted=quoted, stripped=operator == "<<-")
        self.documents.append(document)
        return Redirect(operator, found[1] or "", target, document)
