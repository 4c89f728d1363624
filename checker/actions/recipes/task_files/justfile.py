"""A justfile: its recipes, variables and settings, and the expressions in `{{…}}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from checker.actions.command import hole
from checker.actions.filling import filled, replaced
from checker.actions.recipes.paths import WORKSPACE

_ASSIGNMENT = re.compile(r"^(?:export\s+)?([A-Za-z_][\w-]*)\s*:=\s*(.*)$", re.DOTALL)
_ALIAS = re.compile(r"^alias\s+([\w-]+)\s*:=\s*([\w:-]+)")
_SET = re.compile(r"^set\s+([\w-]+)\s*(?::=\s*(.*))?$", re.DOTALL)
_IMPORT = re.compile(r"""^import\??\s+['"]([^'"]+)['"]""")
_INTERPOLATION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"@?([A-Za-z_][\w-]*)")
_ATTRIBUTE = re.compile(r"^\[(.+)\]\s*$")
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'''.*?'''|\"\"\".*?\"\"\"|'[^']*'|"(?:\\.|[^"\\])*")|(?P<tick>`[^`]*`)|
    (?P<name>[A-Za-z_][\w-]*)|(?P<sign>==|!=|=~|[-+/(),{}&|]))""",
    re.VERBOSE | re.DOTALL,
)
_SPLIT = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\([^()]*\)|[^\s'"()]+""")
_MAX_LINES = 20_000
_MAX_DEPTH = 30
_MAX_VALUE = 20_000
_MAX_SPENT = 20_000  # expressions, and stretches of long ones: values that name each other double


@dataclass(slots=True)
class Recipe:
    """One recipe: parameters, dependencies before and after it, and its lines."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()
    lines: list[str] = field(default_factory=list)
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A recipe's parameter: `*args`, `+args`, `name='default'`, `$name`."""

    name: str
    default: str | None = None
    many: str = ""
    exported: bool = False


@dataclass(slots=True)
class Justfile:
    """What a justfile says."""

    recipes: dict[str, Recipe] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    settings: dict[str, str] = field(default_factory=dict)
    imports: tuple[str, ...] = ()


@lru_cache(maxsize=64)
def justfile(text: str) -> Justfile:
    """Read a justfile; shared between callers."""
    found = Justfile()
    imports: list[str] = []
    attributes: list[str] = []
    current: Recipe | None = None
    lines = text.replace("\r\n", "\n").replace("\\\n", "\\\x00").split("\n")[:_MAX_LINES]
    for line in lines:
        if line[:1] in {" ", "\t"} and current is not None:
            current.lines.append(line)
            continue
        if not line.strip() and current is not None:
            current.lines.append("")
            continue
        current = None
        line = re.sub(r"\\\x00\s*", " ", line).strip()
        if not line or line.startswith("#"):
            continue
        attribute = _ATTRIBUTE.match(line)
        if attribute:
            attributes += [part.strip() for part in attribute[1].split(",")]
            continue
        current = _statement(line, found, imports, tuple(attributes))
        attributes = []
    found.imports = tuple(imports)
    return found


def _statement(
    line: str, found: Justfile, imports: list[str], attributes: tuple[str, ...]
) -> Recipe | None:
    setting = _SET.match(line)
    alias = _ALIAS.match(line)
    assignment = _ASSIGNMENT.match(line)
    brought = _IMPORT.match(line)
    if setting:
        found.settings[setting[1]] = (setting[2] or "true").strip()
    elif alias:
        found.aliases[alias[1]] = alias[2]
    elif assignment:
        found.variables[assignment[1]] = assignment[2].strip()
        if line.startswith("export"):
            found.exported.add(assignment[1])
    elif brought:
        imports.append(brought[1])
    else:
        return _recipe(line, found, attributes)
    return None


def _recipe(line: str, found: Justfile, attributes: tuple[str, ...]) -> Recipe | None:
    name = _NAME.match(line)
    colon = _colon(line)
    if not name or colon < 0:
        return None
    before, _, after = line[colon + 1 :].partition(" #")[0].partition("&&")
    recipe = Recipe(
        name[1],
        tuple(_parameter(word) for word in _parameter_words(line[name.end() : colon])),
        _dependencies(before),
        _dependencies(after),
        attributes=attributes,
    )
    found.recipes[recipe.name] = recipe
    return recipe


def _colon(line: str) -> int:
    """Return where a recipe's header ends, -1 when the line is none."""
    quote = ""
    level = 0
    for at, letter in enumerate(line[:2_000]):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"`":
            quote = letter
        elif letter in "()":
            level += 1 if letter == "(" else -1
        elif letter == ":" and level == 0:
            return -1 if line.startswith(":=", at) else at
    return -1


def _parameter_words(text: str) -> list[str]:
    return re.findall(
        r"""(?:[+*$]*[\w-]+(?:\s*=\s*(?:'[^']*'|"[^"]*"|\([^)]*\)|`[^`]*`|[\w-]+))?)""", text
    )


def _parameter(word: str) -> Parameter:
    name, sign, default = word.partition("=")
    name = name.strip()
    many = next((letter for letter in name[:2] if letter in "+*"), "")
    return Parameter(
        name.lstrip("+*$"), default.strip() if sign else None, many, exported="$" in name[:2]
    )


def _dependencies(text: str) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    for word in _SPLIT.findall(text):
        if word.startswith("("):
            found.append(tuple(_SPLIT.findall(word[1:-1])))
        elif re.match(r"^[A-Za-z_]", word):
            found.append((word,))
    return tuple(part for part in found if part)


class Expressions:
    """The values of a justfile's expressions."""

    def __init__(
        self, variables: Mapping[str, str], given: Mapping[str, str], environ: Mapping[str, str]
    ) -> None:
        self.variables = variables
        self.given = given
        self.environ = environ
        self._open: list[str] = []
        self._known: dict[str, str] = {}
        self._spent = 0

    def lookup(self, name: str, scope: Mapping[str, str]) -> str:
        """Return a name's value: parameter, override, variable, else a hole."""
        if name in scope:
            return scope[name]
        if name in self.given:
            return self.given[name]
        if name in self._known:
            return self._known[name]
        if name in self.variables and name not in self._open and len(self._open) < _MAX_DEPTH:
            self._open.append(name)
            value = self.value(self.variables[name], {})
            self._open.pop()
            if not self._open:
                self._known[name] = value
            return value
        return hole(name)

    def put_in(self, text: str, scope: Mapping[str, str]) -> str:
        """Return a recipe's line with each `{{…}}` put in."""
        plain = text[:_MAX_VALUE].replace("{{{{", "\0")
        whole = filled(_INTERPOLATION, lambda found: self.value(found[1], scope), plain)
        return whole.replace("\0", "{{")

    def value(self, source: str, scope: Mapping[str, str]) -> str:
        """Return the value of an expression; what cannot be known is a hole."""
        self._spent += 1 + len(source) // 64
        if self._spent > _MAX_SPENT:
            return hole("just")
        tokens = list(_TOKEN.finditer(source[:_MAX_VALUE]))
        return _Parser(self, tokens, scope).whole()[:_MAX_VALUE]

    def call(self, name: str, arguments: list[str]) -> str:
        """Return the result of one of just's functions."""
        first = arguments[0] if arguments else ""
        if name in {"env_var", "env", "env_var_or_default"}:
            default = arguments[1] if len(arguments) > 1 else hole(first)
            return self.environ.get(first, default)
        if name in {
            "justfile_directory",
            "justfile_dir",
            "invocation_directory",
            "source_directory",
        }:
            return WORKSPACE
        if name == "just_executable":
            return "just"
        if name in {"os", "os_family"}:
            return "linux" if name == "os" else "unix"
        if name in {"require", "which"}:
            return first
        simple = _TEXT_FUNCTIONS.get(name)
        if simple:
            return simple(*arguments[:3])[:_MAX_VALUE] if arguments else ""
        return hole(name)


_TEXT_FUNCTIONS: dict[str, Callable[..., str]] = {
    "quote": lambda text, *_: text,
    "trim": lambda text, *_: text.strip(),
    "lowercase": lambda text, *_: text.lower(),
    "uppercase": lambda text, *_: text.upper(),
    "replace": lambda text, old="", new="", *_: replaced(text, old, new) if old else text,
    "file_name": lambda text, *_: text.rpartition("/")[2],
    "parent_directory": lambda text, *_: text.rpartition("/")[0],
    "clean": lambda text, *_: text,
    "absolute_path": lambda text, *_: text,
    "join": lambda *parts: "/".join(parts),
}


class _Parser:
    """A recursive reading of one expression, bounded by its tokens and its depth."""

    def __init__(
        self, owner: Expressions, tokens: list[re.Match[str]], scope: Mapping[str, str]
    ) -> None:
        self.owner = owner
        self.tokens = tokens
        self.scope = scope
        self.at = 0
        self.depth = 0

    def _next(self) -> str:
        return self.tokens[self.at][0].strip() if self.at < len(self.tokens) else ""

    def whole(self) -> str:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            return hole("expression")
        value = self._term()
        while self._next() in {"+", "/"}:
            sign = self._next()
            self.at += 1
            value = (value + ("/" if sign == "/" else "") + self._term())[:_MAX_VALUE]
        self.depth -= 1
        return value

    def _term(self) -> str:
        if self.at >= len(self.tokens):
            return ""
        token = self.tokens[self.at]
        self.at += 1
        if token["sign"] == "/":
            while self._next() == "/":
                self.at += 1
            return "/" + self._term()
        if token["text"]:
            return _unquoted(token["text"])
        if token["tick"]:
            return hole(token["tick"])
        if token["sign"] == "(":
            value = self.whole()
            self.at += self._next() == ")"
            return value
        if token["name"] == "if":
            return self._choice()
        if token["name"]:
            if self._next() == "(":
                self.at += 1
                return self.owner.call(token["name"], self._arguments())
            return self.owner.lookup(token["name"], self.scope)
        return ""

    def _arguments(self) -> list[str]:
        found: list[str] = []
        while self.at < len(self.tokens) and self._next() != ")":
            before = self.at
            found.append(self.whole())
            self.at += self._next() == ","
            if self.at == before:
                self.at += 1
        self.at += 1
        return found

    def _choice(self) -> str:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            return hole("if")
        left = self.whole()
        sign = self._next()
        self.at += 1
        right = self.whole()
        then = self._braces()
        other = ""
        if self._next() == "else":
            self.at += 1
            other = self._choice() if self._is_if() else self._braces()
        self.depth -= 1
        if "⟦" in left or "⟦" in right or sign == "=~":
            return then if then == other else hole("if")
        return then if (left == right) is (sign == "==") else other

    def _is_if(self) -> bool:
        if self._next() == "if":
            self.at += 1
            return True
        return False

    def _braces(self) -> str:
        if self._next() != "{":
            return ""
        self.at += 1
        value = self.whole()
        self.at += self._next() == "}"
        return value


def _unquoted(token: str) -> str:
    for quote in ("'''", '"""'):
        if token.startswith(quote) and token.endswith(quote) and len(token) >= 6:
            return token[3:-3].strip("\n")
    body = token[1:-1]
    if token.startswith("'"):
        return body
    for escaped, plain in (("\\n", "\n"), ("\\t", "\t"), ('\\"', '"'), ("\\\\", "\\")):
        body = body.replace(escaped, plain)
    return body
