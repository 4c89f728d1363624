"""YAML, TOML, INI and Python files of strangers, read with caps: what is unreadable or outsized is empty."""

from __future__ import annotations

import ast
import configparser
import threading
import tomllib
import warnings
from functools import lru_cache
from typing import Any

import yaml

MAX_TEXT = 1_000_000
"""Characters of a document; a longer one is not read."""
MAX_NODES = 100_000
"""Values in a YAML document, with every alias counted as what it stands for."""
MAX_DEPTH = 60
"""Levels of nesting in a YAML or TOML document."""
_MAX_TOML = 300_000
_MAX_DOTS = 500  # in one line of TOML: a dotted key's cost is the square of its length
_MAX_INI = 300_000
_MAX_PYTHON = 200_000

_warnings_lock = threading.Lock()
_MAX_BITS = 256  # Python itself refuses to write a very long number out
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What the loaders of PyYAML and tomllib raise, beside their own errors, for tags and numbers that don't fit."""

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=512)
def yaml_document(text: str) -> Any:
    """Return a YAML document as Python values, `{}` when it is broken, too large or an alias bomb.

    The value is shared between callers: read it, never change it.
    """
    if len(text) > MAX_TEXT:
        return {}
    try:
        if not _bounded(text):
            return {}
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader, in C where there is one
    except (yaml.YAMLError, *_BROKEN):
        return {}
    return {} if document is None else document


def _bounded(text: str) -> bool:
    """Say whether a document stays within the caps once its aliases are written out."""
    weights: dict[str, int] = {}
    open_nodes: list[tuple[str, int]] = []  # (anchor, weight of the document up to it)
    total = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in weights:  # still open: a value that contains itself
                return False
            total += weights[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor:
                weights[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            total += 1
            open_nodes.append((event.anchor or "", total))
            weights.pop(event.anchor or "", None)
            if len(open_nodes) > MAX_DEPTH:
                return False
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor:
                weights[anchor] = total - before + 1
        if total > MAX_NODES:
            return False
    return True


@lru_cache(maxsize=512)
def toml_document(text: str) -> dict[str, Any]:
    """Return a TOML document, `{}` when it is broken or too large; shared between callers."""
    if len(text) > _MAX_TOML or any(line.count(".") > _MAX_DOTS for line in text.splitlines()):
        return {}
    try:
        return tomllib.loads(text)
    except _BROKEN:
        return {}


@lru_cache(maxsize=512)
def ini_document(text: str) -> dict[str, dict[str, str]]:
    """Return an INI file's sections and keys as written, `{}` when it is broken; shared between callers."""
    if len(text) > _MAX_INI:
        return {}
    parser = configparser.RawConfigParser(
        strict=False, allow_no_value=True, default_section="⟦none⟧", delimiters=("=", ":")
    )
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text.removeprefix("\ufeff"))
    except (configparser.Error, ValueError, AttributeError):
        return {}
    return {
        section: {key: value or "" for key, value in parser.items(section)}
        for section in parser.sections()
    }


@lru_cache(maxsize=128)
def python_tree(text: str) -> ast.Module:
    """Return a Python file's syntax tree, an empty one when it is no Python or too long; shared between callers."""
    if len(text) > _MAX_PYTHON:
        return ast.Module([], [])
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the author's `"\d"` is not ours to report
        try:
            return ast.parse(text.removeprefix("\ufeff"))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])


def mapping(value: object) -> dict[str, Any]:
    """Return a value when it is a mapping, else `{}`: a document's shape is its author's."""
    return value if isinstance(value, dict) else {}


def within(document: object, *keys: str) -> Any:
    """Return what lies under a path of keys, `{}` when a step of it is missing."""
    for key in keys:
        document = mapping(document).get(key, {})
    return document


def listed(value: object) -> list[Any]:
    """Return a list as it is, nothing as `[]` and any other value as a list of one."""
    if value is None or value == {}:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: object) -> str:
    """Return a scalar as the text a tool would see; anything else as `""`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return ""
    if isinstance(value, (str, int, float)):
        return str(value)
    return ""
