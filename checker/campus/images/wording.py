"""The arguments of a Dockerfile's instructions: flags, words, pairs, and variables put in as Docker does it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping

_VARIABLE = re.compile(r"\\\$|\$\{(\w+)(?:(:?[-+])([^}]*))?\}|\$(\w+)")
_FLAG = re.compile(r"--([a-z-]+)(?:=(\S*))?\s+")


def joined(text: str) -> str:
    """Return an instruction's text on one line."""
    return re.sub(r"\\[ \t]*\n", " ", text).strip()


def flags(text: str) -> tuple[dict[str, str], str]:
    """Take the flags in front of an instruction's text off."""
    found: dict[str, str] = {}
    while one := _FLAG.match(text):
        found[one[1]] = one[2] or ""
        text = text[one.end() :]
    return found, text


def exec_form(text: str) -> list[str] | None:
    """Return the words of `["a", "b"]`; None when it is no such list."""
    if not text.startswith("["):
        return None
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_list = isinstance(words, list) and all(isinstance(one, str) for one in words)
    return words if is_list else None


def pairs(text: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return `A=1 B="two words"`, or the old `A the rest`, as pairs."""
    first, _, rest = text.partition(" ")
    if "=" not in first:
        return {first: filled(unquoted(rest.strip()), values)}
    found = {}
    for word in words(text):
        name, _, value = word.partition("=")
        found[name] = filled(value, values)
    return found


def words(text: str) -> list[str]:
    """Split a text into words, quotes taken off."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def unquoted(text: str) -> str:
    """Take the quotes around a text off."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put variables in; one that is not set is empty."""

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        if not name:
            return "$"
        known, operator = values.get(name, ""), found[2] or ""
        if operator.endswith("+"):
            return found[3] if (known if ":" in operator else name in values) else ""
        if operator.endswith("-"):
            return known if (known if ":" in operator else name in values) else found[3]
        return known

    return _VARIABLE.sub(value, text[:100_000])[:100_000]
