"""PowerShell, read line by line: enough for the scripts that start Python's tools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from checker.actions.command import Script, hole
from checker.actions.filling import filled
from checker.actions.shell.limits import STEP_LIMIT
from checker.actions.shell.transcript import Transcript

# The runner puts `$ErrorActionPreference = 'stop'` before the script and, after it,
# `if ((Test-Path -LiteralPath variable:\LASTEXITCODE)) { exit $LASTEXITCODE }` (GitHub docs,
# "Workflow syntax", exit codes; read 2026-11). The first concerns cmdlets only, since
# $PSNativeCommandUseErrorActionPreference is false by default (about_Preference_Variables, 7.4).
LENIENT = "pwsh goes on after a failing program"

_TOKEN = re.compile(
    r"(?P<skip>[ \t]+|`\r?\n|<\#.*?(?:\#>|\Z)|\#[^\n]*)"
    r"|(?P<here>@\"[ \t]*\n.{0,2000}?\n\"@|@'[ \t]*\n.{0,2000}?\n'@)"
    r"|(?P<end>\n|;)"
    r"|(?P<joint>&&|\|\|)"
    r"|(?P<bar>\|)"
    r"|(?P<brace>[{}])"
    r"|(?P<redirect>\d?>>?(?:&\d)?)"
    r"|(?P<word>(?:'(?:[^']|'')*'|\"(?:[^\"`]|`.|\"\")*\"|\$\{[^}\n]*\}|`.|\((?:[^()\n]|\([^()\n]*\))*\)"
    r"|@\{[^}\n]*\}|[^\s;|{}\"'`()#>&]|(?<=\S)\#|[()>&])+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_VARIABLE = re.compile(r"\$(?:\{?env:(\w+)\}?|\{(\w+)\}|(\w+))|\$\([^()]*\)", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"\$(env:)?(\w+)$", re.IGNORECASE)
_CMDLET = re.compile(r"[A-Za-z]+-[A-Za-z]+[A-Za-z0-9]*")
_HEADERS = frozenset(
    "if elseif else foreach for while do until switch try catch finally function filter param".split()
)
_PRINTING = frozenset({"echo", "write", "write-host", "write-output"})
_MOVING = frozenset({"cd", "chdir", "set-location", "sl", "pushd", "push-location"})
_OTHER = frozenset(
    {"return", "throw", "break", "continue", "import-module", "popd", "pop-location"}
)
_FAILING = re.compile(r"\s*(?:exit\b(?!\s*0)|throw\b)")


class _Block(NamedTuple):
    when: str
    skipped: bool
    checks: bool
    """Whether it is entered when the last program failed."""


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def read_powershell(
    text: str, env: Mapping[str, str], cwd: str, known: Mapping[str, str]
) -> Script:
    """Return what a PowerShell script would start."""
    transcript = Transcript(env, known, cwd, LENIENT)
    return _Reader(transcript).read(transcript.readable(text))


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    line = 1
    for token in _TOKEN.finditer(text):
        if token.lastgroup != "skip":
            found.append(_Token(token.lastgroup or "", token[0], line))
        line += token[0].count("\n")
        if len(found) > STEP_LIMIT:
            break
    return found


class _Reader:
    def __init__(self, transcript: Transcript) -> None:
        self.transcript = transcript
        self.blocks: list[_Block] = []
        self.finished = False

    def read(self, text: str) -> Script:
        statement: list[_Token] = []
        for token in _tokens(text):
            if token.kind == "brace":
                self._brace(token, statement)
                statement = []
            elif token.kind in {"end", "joint"}:
                self._statement(statement, token.text)
                statement = []
            else:
                statement.append(token)
            if self.finished:
                break
        else:
            self._statement(statement, "")
        return self.transcript.script(finished=self.finished)

    def _brace(self, token: _Token, statement: list[_Token]) -> None:
        if token.text == "}":
            self._statement(statement, "")
            if self.blocks:
                self.blocks.pop()
            return
        words = [one.text for one in statement]
        while words and words[0].lower() in {"elseif", "else"} and words[1:2] == ["if"]:
            words = words[1:]
        header = words[0].lower() if words else ""
        conditional = header in {"if", "elseif", "else", "while", "switch", "catch"}
        text = " ".join(words)[:120]
        checks = "lastexitcode" in text.lower() or "$?" in text
        skipped = header in {"function", "filter", "param"} or header not in _HEADERS
        self.blocks.append(_Block(text if conditional else "", skipped, checks))

    @property
    def _when(self) -> str:
        return " and ".join(block.when for block in self.blocks if block.when)[:300]

    def _statement(self, statement: list[_Token], joint: str) -> None:
        if not statement or any(block.skipped for block in self.blocks):
            return
        text = " ".join(token.text for token in statement)
        if _FAILING.match(text) and any(block.checks for block in self.blocks):
            self.transcript.checked()
            return
        pieces: list[list[_Token]] = [[]]
        for token in statement:
            if token.kind == "bar":
                pieces.append([])
            else:
                pieces[-1].append(token)
        printed = ""
        for number, piece in enumerate(pieces):
            final = number == len(pieces) - 1
            printed = self._command(piece, printed, last=final, joint=joint if final else "")

    def _command(self, piece: list[_Token], stdin: str, *, last: bool, joint: str) -> str:
        """Follow one command of a pipeline and return what it prints."""
        if not piece:
            return ""
        target = next((n for n, token in enumerate(piece) if token.kind == "redirect"), len(piece))
        words = [token.text for token in piece[:target]]
        files = [self._value(token.text) for token in piece[target + 1 : target + 2]]
        if piece[target:] and piece[target].text[0] == "2":
            files = []
        line = piece[0].line
        if words and words[0] in {"&", "."}:
            words = words[1:]
        assigned = _ASSIGNMENT.match(words[0]) if len(words) > 1 and words[1] == "=" else None
        if assigned:
            words = words[2:]
            value = self._value(words[0]) if len(words) == 1 else hole(assigned[2])
            self._assign(assigned, value)
        if not words or (words[0][0] in "\"'$([@-" and piece[0].text != "&"):
            text = "".join(self._value(word) for word in words)
            if files:
                self.transcript.write(files[0], text + "\n")
            return text
        argv = tuple(self._value(word) for word in words)
        name = argv[0].lower()
        if name in _PRINTING:
            text = " ".join(word for word in argv[1:] if word.lower() != "-foregroundcolor")
            if files:
                self.transcript.write(files[0], text + "\n")
            elif last:
                self.transcript.echo(argv, line, when=self._when)
            return text
        if name in {"out-file", "add-content", "set-content", "tee-object"}:
            texts = [argv[at + 1] for at in range(len(argv) - 1) if argv[at].lower() == "-value"]
            for word in argv[1:]:
                self.transcript.write(word, (texts[0] if texts else stdin) + "\n")
            return stdin
        if name in _MOVING and len(argv) > 1:
            self.transcript.cwd = moved(self.transcript.cwd, argv[-1])
        elif name == "exit":
            self._exit(argv)
        elif name not in _MOVING | _OTHER | _HEADERS and not _CMDLET.fullmatch(name):
            swallowed = "|| …" if joint == "||" else ""
            self.transcript.start(argv, line, when=self._when, swallowed=swallowed, stdin=stdin)
        return hole(" ".join(argv)[:80])

    def _exit(self, argv: tuple[str, ...]) -> None:
        if self._when:
            return
        if argv[1:2] == ("$LASTEXITCODE",) or "LASTEXITCODE" in "".join(argv):
            self.transcript.checked()
        self.finished = True

    def _assign(self, assigned: re.Match[str], value: str) -> None:
        name = assigned[2]
        if name.lower() == "psnativecommanduseerroractionpreference":
            self.transcript.stops = value.lower() in {"$true", "true"} or "true" in value.lower()
        if self._when:
            value = hole(name)
        self.transcript.assign(name, value, exported=bool(assigned[1]))

    def _value(self, word: str) -> str:
        """Return what a word stands for."""
        if word.startswith(("@'", '@"')) and "\n" in word:
            inside = word.split("\n", 1)[1].rsplit("\n", 1)[0]
            return inside if word[1] == "'" else self._expanded(inside)
        made = ""
        for piece in re.finditer(
            r"'((?:[^']|'')*)'|\"((?:[^\"`]|`.|\"\")*)\"|`(.)|([^'\"`]+|.)", word, re.DOTALL
        ):
            if piece[1] is not None:
                made += piece[1].replace("''", "'")
            elif piece[2] is not None:
                made += self._expanded(re.sub(r"`(.)", r"\1", piece[2]).replace('""', '"'))
            else:
                made += piece[3] or self._expanded(piece[4] or "")
        return made

    def _expanded(self, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1] or found[2] or found[3]
            return self.transcript.lookup(name) if name else hole(found[0][2:-1])

        return filled(_VARIABLE, value, text)


def moved(cwd: str, target: str) -> str:
    """Return the folder that `cd target` leads to from another."""
    import posixpath

    target = target.replace("\\", "/").rstrip("/") or "."
    if target.startswith("/") or re.match(r"[A-Za-z]:", target):
        return hole(f"outside {target}")
    path = posixpath.normpath(posixpath.join(cwd, target)) if "⟦" not in target else target
    return hole(f"outside {target}") if path.startswith("..") else path
