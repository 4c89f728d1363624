"""Make's variables and functions: `$(NAME)`, `$(patsubst …)`, with a hole for what only a run could tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from checker.actions.command import NOTHING, has_hole, hole
from checker.actions.filling import joined_words, replaced
from checker.actions.recipes.paths import WORKSPACE

_MAX_DEPTH = 40
_MAX_OPEN = 60  # variables whose values name each other
_MAX_SPENT = 300_000  # units of effort for one Makefile: `A=$(B)$(B)` doubles with every line
_MAX_VALUE = 20_000
_MAX_WHOLE = 10 * _MAX_VALUE

_RUNNER = frozenset(
    "HOME USER PATH PWD VIRTUAL_ENV CONDA_PREFIX JAVA_HOME TMPDIR SHLVL HOSTNAME".split()
)
_RUNNER_PREFIXES = ("GITHUB_", "RUNNER_", "ACTIONS_", "pythonLocation")
_WHICH = re.compile(r"^\s*(?:which|command\s+-v|type\s+-p)\s+([\w.+-]+)(?:\s.*)?$")
_FUNCTION = re.compile(r"^([a-z-]+)[ \t]+(.*)$", re.DOTALL)


@dataclass(slots=True)
class Variables:
    """The variables of one run of make; `lookup` follows make's precedence."""

    environment: Mapping[str, str]
    known: Mapping[str, str]
    overrides: dict[str, str]
    folder: str
    defined: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Name -> (value, whether it is expanded at each use)."""
    exported: dict[str, bool] = field(default_factory=dict)
    exists: Callable[[str], bool] = lambda _path: False
    spent: int = 0
    """Units of effort that expanding has taken."""
    _open: list[str] = field(default_factory=list)

    def assign(self, name: str, operator: str, value: str, scope: Mapping[str, str]) -> None:
        """Carry out an assignment as it stands in a Makefile."""
        if name in self.overrides:
            return
        if operator == "!=":
            self.defined[name] = (_shell(self.expand(value, scope)), False)
        elif operator in {":=", "::=", ":::="}:
            self.defined[name] = (self.expand(value, scope), False)
        elif operator == "?=":
            if name not in self.defined and name not in self.environment:
                self.defined[name] = (value, True)
        elif operator == "+=":
            before, lazy = self.defined.get(name, (self.environment.get(name, ""), True))
            more = value if lazy else self.expand(value, scope)
            self.defined[name] = (f"{before} {more}".strip()[:_MAX_VALUE], lazy)
        else:
            self.defined[name] = (value, True)

    def is_defined(self, name: str) -> bool | None:
        """Say whether a variable has a value; None when only the runner knows."""
        if name in self.overrides:
            return bool(self.overrides[name])
        if name in self.defined:
            return bool(self.defined[name][0])
        if name in self.environment or name in self.known:
            return bool({**self.known, **self.environment}[name])
        return None if _is_runners(name) else bool(self.lookup(name, NOTHING))

    def lookup(self, name: str, scope: Mapping[str, str]) -> str:
        """Return a variable's value, expanded."""
        if name in scope:
            return scope[name]
        if name in self.overrides:
            return self._nested(name, self.overrides[name], scope)
        if name in self.defined:
            value, lazy = self.defined[name]
            return self._nested(name, value, scope) if lazy else value
        for given in (self.environment, self.known):
            if name in given:
                return given[name]
        if name == "MAKE":
            return "make"
        if name in {"CURDIR", "PWD"}:
            return WORKSPACE if self.folder in {"", "."} else f"{WORKSPACE}/{self.folder}"
        if name == "SHELL":
            return "/bin/sh"
        if name == "RM":
            return "rm -f"
        return hole(name) if _is_runners(name) else ""

    def _nested(self, name: str, value: str, scope: Mapping[str, str]) -> str:
        if name in self._open or len(self._open) > _MAX_OPEN:
            return ""
        self._open.append(name)
        try:
            return self.expand(value, scope)
        finally:
            self._open.pop()

    def expand(self, text: str, scope: Mapping[str, str] = NOTHING, depth: int = 0) -> str:
        """Return a text with its variables and functions put in."""
        self.spent += 1
        if "$" not in text:
            return text
        self.spent += 2 + len(text) // 8
        if depth > _MAX_DEPTH or self.spent > _MAX_SPENT:
            return hole("make")
        parts: list[str] = []
        at = 0
        while True:
            dollar = text.find("$", at)
            if dollar < 0 or dollar + 1 >= len(text):
                parts.append(text[at:])
                break
            parts.append(text[at:dollar])
            sign = text[dollar + 1]
            if sign == "$":
                parts.append("$")
                at = dollar + 2
            elif sign in "({":
                end = _closing(text, dollar + 1)
                if end < 0:
                    parts.append(text[dollar:])
                    break
                parts.append(self._reference(text[dollar + 2 : end], scope, depth + 1))
                at = end + 1
            else:
                parts.append(self.lookup(sign, scope))
                at = dollar + 2
        whole = "".join(parts)[:_MAX_WHOLE]
        self.spent += len(whole) // 8
        return whole

    def _reference(self, inner: str, scope: Mapping[str, str], depth: int) -> str:
        call = _FUNCTION.match(inner)
        if call and call[1] in _FUNCTIONS:
            arguments = _split(call[2])
            return _FUNCTIONS[call[1]](self, arguments, scope, depth)
        if ":" in inner and "=" in inner.partition(":")[2]:
            name, _, change = inner.partition(":")
            before, _, after = self.expand(change, scope, depth).partition("=")
            if "%" not in before:
                before, after = "%" + before, "%" + after
            value = self.lookup(self.expand(name, scope, depth), scope)
            return _patsubst(before, after, value)
        return self.lookup(self.expand(inner, scope, depth).strip(), scope)


def _is_runners(name: str) -> bool:
    return name in _RUNNER or name.startswith(_RUNNER_PREFIXES)


def _closing(text: str, start: int) -> int:
    """Return where the bracket at `start` closes, -1 when it does not."""
    opens = text[start]
    closes = ")" if opens == "(" else "}"
    level = 0
    for at in range(start, len(text)):
        letter = text[at]
        if letter == opens:
            level += 1
        elif letter == closes:
            level -= 1
            if not level:
                return at
    return -1


def _split(text: str) -> list[str]:
    """Split a function's arguments at the commas outside brackets."""
    found: list[str] = []
    level = start = 0
    for at, letter in enumerate(text):
        if letter in "({":
            level += 1
        elif letter in ")}":
            level -= 1
        elif letter == "," and level == 0:
            found.append(text[start:at])
            start = at + 1
    return [*found, text[start:]]


def matches(pattern: str, word: str) -> str | None:
    """Return what `%` stands for when a word fits a pattern of make, None when it does not."""
    head, sign, tail = pattern.partition("%")
    if not sign:
        return "" if word == pattern else None
    if len(word) >= len(head) + len(tail) and word.startswith(head) and word.endswith(tail):
        return word[len(head) : len(word) - len(tail)]
    return None


def _patsubst(pattern: str, replacement: str, text: str) -> str:
    return _joined(
        word if stem is None else replacement.replace("%", stem, 1)
        for word in text.split()
        for stem in (matches(pattern, word),)
    )


def _joined(words: Iterable[str]) -> str:
    return joined_words(words, limit=_MAX_WHOLE)


def _shell(script: str) -> str:
    which = _WHICH.match(script)
    if which:
        return which[1]
    if script.strip() == "pwd":
        return WORKSPACE
    return hole("shell " + script)


_Function = Callable[[Variables, "list[str]", Mapping[str, str], int], str]


def _on_text(work: Callable[..., str]) -> _Function:
    """Return a function of make whose arguments are all expanded first."""

    def call(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
        return work(*(here.expand(argument, scope, depth) for argument in arguments))

    return call


def _on_words(work: Callable[[str], str]) -> _Function:
    def each(*texts: str) -> str:
        return _joined(filter(None, (work(word) for word in ",".join(texts).split())))

    return _on_text(each)


def _subst(before: str = "", after: str = "", *text: str) -> str:
    whole = ",".join(text)
    return replaced(whole, before, after, _MAX_VALUE) if before else whole


def _filtering(*, keep: bool) -> _Function:
    def call(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
        patterns, *text = (here.expand(argument, scope, depth) for argument in arguments)
        wanted = patterns.split()[:100]
        words = ",".join(text).split()
        here.spent += len(wanted) * len(words) // 4
        if here.spent > _MAX_SPENT:
            return hole("make")
        return " ".join(
            word
            for word in words
            if has_hole(word) or any(matches(p, word) is not None for p in wanted) is keep
        )

    return call


def _word(number: str = "", *text: str) -> str:
    words = ",".join(text).split()
    place = int(number) if number.strip().isdecimal() and len(number) < 6 else 0
    return words[place - 1] if 0 < place <= len(words) else ""


def _if(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    condition = here.expand(arguments[0].strip(), scope, depth)
    chosen = arguments[1:2] if condition else [",".join(arguments[2:])]
    if has_hole(condition) and len(arguments) > 1 and not chosen[0].strip():
        return hole("if " + condition)
    return here.expand("".join(chosen), scope, depth)


def _or(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    values = (here.expand(argument.strip(), scope, depth) for argument in arguments)
    return next(filter(None, values), "")


def _and(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    value = ""
    for argument in arguments:
        value = here.expand(argument.strip(), scope, depth)
        if not value:
            return ""
    return value


def _foreach(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    if len(arguments) < 3:
        return ""
    name = here.expand(arguments[0], scope, depth).strip()
    body = ",".join(arguments[2:])
    words = here.expand(arguments[1], scope, depth).split()[:200]
    here.spent += len(words) * (2 + len(scope) // 16)
    return _joined(here.expand(body, {**scope, name: word}, depth) for word in words)


def _call(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    given = [here.expand(argument, scope, depth) for argument in arguments]
    name = given[0].strip()
    if depth > _MAX_DEPTH // 2 or name not in here.defined:
        return ""
    bound = {str(place): value for place, value in enumerate(given)}
    here.spent += len(scope) // 16
    return here.expand(here.defined[name][0], {**scope, **bound}, depth + 1)


def _wildcard(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    found = []
    for pattern in here.expand(",".join(arguments), scope, depth).split():
        if not set("*?[") & set(pattern):
            if here.exists(pattern):
                found.append(pattern)
        else:
            found.append(hole("wildcard " + pattern))
    return " ".join(found)


def _shell_call(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    return _shell(here.expand(",".join(arguments), scope, depth))


def _value(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    name = here.expand(arguments[0], scope, depth).strip()
    return here.defined.get(name, ("", False))[0]


def _nothing(here: Variables, arguments: list[str], scope: Mapping[str, str], depth: int) -> str:
    del here, arguments, scope, depth
    return ""


def _stem(word: str) -> str:
    folder, slash, name = word.rpartition("/")
    return folder + slash + (name.rpartition(".")[0] if "." in name else name)


def _suffix(word: str) -> str:
    name = word.rpartition("/")[2]
    return "." + name.rpartition(".")[2] if "." in name else ""


_FUNCTIONS: dict[str, _Function] = {
    "subst": _on_text(_subst),
    "patsubst": _on_text(lambda a="", b="", *c: _patsubst(a.strip(), b.strip(), ",".join(c))),
    "strip": _on_text(lambda *a: " ".join(",".join(a).split())),
    "findstring": _on_text(lambda a="", *b: a if a in ",".join(b) else ""),
    "filter": _filtering(keep=True),
    "filter-out": _filtering(keep=False),
    "sort": _on_text(lambda *a: " ".join(sorted(set(",".join(a).split())))),
    "word": _on_text(_word),
    "words": _on_text(lambda *a: str(len(",".join(a).split()))),
    "firstword": _on_text(lambda *a: " ".join(",".join(a).split()[:1])),
    "lastword": _on_text(lambda *a: " ".join(",".join(a).split()[-1:])),
    "dir": _on_words(lambda w: w.rpartition("/")[0] + "/" if "/" in w else "./"),
    "notdir": _on_words(lambda w: w.rpartition("/")[2]),
    "basename": _on_words(_stem),
    "suffix": _on_words(_suffix),
    "abspath": _on_words(lambda w: w),
    "realpath": _on_words(lambda w: w),
    "addprefix": _on_text(lambda a="", *b: _joined(a + w for w in ",".join(b).split())),
    "addsuffix": _on_text(lambda a="", *b: _joined(w + a for w in ",".join(b).split())),
    "if": _if,
    "or": _or,
    "and": _and,
    "foreach": _foreach,
    "call": _call,
    "wildcard": _wildcard,
    "shell": _shell_call,
    "value": _value,
    "origin": _on_text(lambda a="", *_b: hole("origin " + a)),
    "flavor": _on_text(lambda a="", *_b: hole("flavor " + a)),
    "eval": _nothing,
    "info": _nothing,
    "warning": _nothing,
    "error": _nothing,
}
