"""Windows' cmd, read line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checker.actions.command import Script
from checker.actions.filling import filled
from checker.actions.shell.limits import STEP_LIMIT
from checker.actions.shell.powershell import moved
from checker.actions.shell.transcript import Transcript

# cmd has no way to stop at a failure; it ends with the status of its last program (GitHub docs,
# "Workflow syntax", exit codes; read 2026-11).
LENIENT = "cmd goes on after a failing program"

_VARIABLE = re.compile(r"%(\w+)%|!(\w+)!")
_SPLIT = re.compile(r'"[^"\n]*"|>&\d|(?P<mark>&&|\|\||&|\|)')
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+')
# A digit before `>` names a stream only where a word could begin: `2>file`, but not `v1>file`.
_REDIRECT = re.compile(r'(?<![^\s,;=])[02-9]>>?\s*\S+|(?:(?<![^\s,;=])1)?>>?\s*("[^"]*"|[^\s"]+)')
_IF = re.compile(
    r"if\s+(?P<test>(?:/i\s+)?(?:not\s+)?(?:exist\s+\S+|errorlevel\s+\d+|defined\s+\S+"
    r"|(?:\"[^\"]*\"|\S+?)\s*(?:==|\s(?:equ|neq|lss|leq|gtr|geq)\s)\s*(?:\"[^\"]*\"|\S+)))\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_SILENT = frozenset(
    "rem set setlocal endlocal exit goto title color cls pause echo. shift for else popd".split()
)


def read_batch(text: str, env: Mapping[str, str], cwd: str, known: Mapping[str, str]) -> Script:
    """Return what a batch script would start."""
    transcript = Transcript(env, known, cwd, LENIENT)
    text = re.sub(r"\^\n", " ", transcript.readable(text))
    blocks: list[str] = []
    for number, written in enumerate(text.split("\n")[:STEP_LIMIT], 1):
        line = written.strip().lstrip("@").strip()
        if line.startswith(")"):
            blocks = blocks[:-1]
            line = line[1:].strip()
        if not line or line.startswith((":", "::")) or re.match(r"rem\b", line, re.IGNORECASE):
            continue
        if _line(transcript, line, number, blocks):
            return transcript.script(finished=True)
    return transcript.script()


def _line(transcript: Transcript, line: str, number: int, blocks: list[str]) -> bool:
    """Follow one line; say whether the script certainly ends there."""
    condition = _IF.match(line)
    conditions = list(blocks)
    if condition:
        test = f"if {condition['test']}"
        conditions.append(test)
        line = condition["rest"].strip()
        if line in {"(", ""}:
            blocks.append(test)
            return False
        if "errorlevel" in test.lower() and re.match(r"exit\b(?!.*\b0\s*$)", line, re.IGNORECASE):
            transcript.checked()
            return False
    if line.lower() in {"else (", "("}:
        blocks.append("else" if "else" in line.lower() else "")
        return False
    when = " and ".join(filter(None, conditions))[:300]
    pieces, marks = _pieces(line.lstrip("("))
    for at, piece in enumerate(pieces):
        following = marks[at] if at < len(marks) else ""
        before = marks[at - 1] if at else ""
        words = [_unquoted(transcript, word) for word in _WORD.findall(_REDIRECT.sub(" ", piece))]
        if not words:
            continue
        name = words[0].lower()
        if name == "exit" and before == "||":
            transcript.checked()
        elif name == "exit" and not when:
            return True
        swallowed = {"||": "|| …", "|": "| …"}.get(following, "")
        if following == "||" and pieces[at + 1 :][:1] and pieces[at + 1].split()[:1] == ["exit"]:
            swallowed = ""
        _command(transcript, tuple(words), piece, number, when=when, swallowed=swallowed)
    return False


def _pieces(line: str) -> tuple[list[str], list[str]]:
    """Split a line at `&`, `&&`, `||` and `|`."""
    pieces, marks, start = [], [], 0
    for found in _SPLIT.finditer(line):
        if found["mark"]:
            pieces.append(line[start : found.start()].strip())
            marks.append(found["mark"])
            start = found.end()
    return [*pieces, line[start:].strip()], marks


def _command(
    transcript: Transcript,
    words: tuple[str, ...],
    piece: str,
    line: int,
    *,
    when: str,
    swallowed: str,
) -> None:
    name = words[0].lower()
    if name == "call" and len(words) > 1:
        words = words[1:]
        name = words[0].lower()
    if name == "echo" and len(words) == 2 and words[1].lower() in {"on", "off"}:
        return
    if name == "echo":
        target = _REDIRECT.search(piece)
        text = _expanded(transcript, _REDIRECT.sub("", piece)[len("echo") :].strip())
        if not target or not target[1]:
            transcript.echo(words, line, when=when)
        else:
            transcript.write(_unquoted(transcript, target[1]), text + "\n")
    elif name == "set" and not when:
        assigned = re.match(r"set\s+\"?(\w+)=([^\"\n]*)\"?$", piece, re.IGNORECASE)
        if assigned:
            transcript.assign(assigned[1], _expanded(transcript, assigned[2]), exported=True)
    elif name in {"cd", "chdir", "pushd"}:
        if len(words) > 1:
            transcript.cwd = moved(transcript.cwd, words[-1])
    elif name not in _SILENT and not name.startswith(":"):
        transcript.start(words, line, when=when, swallowed=swallowed)


def _unquoted(transcript: Transcript, word: str) -> str:
    return _expanded(transcript, word.replace('"', "").replace("^", ""))


def _expanded(transcript: Transcript, text: str) -> str:
    return filled(_VARIABLE, lambda found: transcript.lookup(found[1] or found[2]), text)
