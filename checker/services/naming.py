"""What a repository calls the libraries it builds: names in `pyproject.toml`, `setup.cfg` and `setup.py`.

The files are somebody else's: they are read as text and as syntax trees, never run or built. Where a folder has several
of them, the one counts that a build would take: `[project]` goes before a tool's own table, both before
`setup.py`, and that before `setup.cfg`.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checker.documents import ini_document, python_tree, toml_document, within
from checker.services.repository import Files, clean, is_vendored

MAX_FOLDERS = 30
"""Folders that are looked into, those nearest to the root first."""
MAX_DEPTH = 4
"""Folders below each other, down to one with a library."""
LONGEST = 200
"""Characters of a name or version that are kept."""

_NAME = re.compile(r"[a-z0-9]|[a-z0-9][a-z0-9._-]{0,98}[a-z0-9]", re.IGNORECASE)
"""PEP 508, in ASCII; PyPI has none longer."""
_ASIDE = frozenset("test tests docs doc example examples fixtures templates template".split())
"""Folders whose libraries are for trying out: they come last."""
_TABLES = (("project", "name"), ("tool.poetry", "name"), ("tool.flit.metadata", "dist-name"))
_FLIT_MODULE = ("tool.flit.metadata", "module")


@dataclass(frozen=True, slots=True)
class LibraryName:
    """A name that a library would be published under, and where it says so."""

    name: str
    """As written."""
    normal: str
    """Normalised (PEP 503); empty when no index takes such a name."""
    file: str
    line: int
    """From 1."""
    folder: str = ""
    """Where the library is; empty for the root."""
    version: str = ""
    """As written; empty when it is made up at build time."""

    @property
    def place(self) -> str:
        """`hw2/pyproject.toml, line 2`."""
        return f"{self.file}, line {self.line}"


def library_names(files: Files, hints: Iterable[str] = ()) -> tuple[LibraryName, ...]:
    """Return the libraries' names, one a folder: the root's first, then by depth.

    `hints` are folders or files that the workflows build or upload (`hw2`, `hw2/dist`, `.`): the libraries around these
    come first, in that order. Folders for tests, documentation and examples come last.
    """
    found: dict[str, LibraryName] = {}
    hinted = [folder for folder in map(clean, hints) if folder]
    for folder in _folders(files, hinted):
        named = _in_folder(files, folder)
        if named is not None:
            found[folder] = named
    first = (_around(hint, found) for hint in hinted)
    order = dict.fromkeys(folder for folder in first if folder is not None)
    return tuple(found[folder] for folder in [*order, *(one for one in found if one not in order)])


def _folders(files: Files, hinted: Sequence[str]) -> list[str]:
    """Return the folders that have a library's file, the root first, then by depth, asides last."""
    found: set[str] = set()
    for path in files.paths:
        folder, _, file = path.rpartition("/")
        if file in dict(_READERS) and folder.count("/") < MAX_DEPTH:
            found.add(folder)
    near = {above for hint in hinted for above in _above(hint)}

    def rank(folder: str) -> tuple[bool, bool, int, str]:
        parts = folder.split("/") if folder else []
        return folder not in near, not _ASIDE.isdisjoint(parts), len(parts), folder

    kept = sorted((one for one in found if not any(map(is_vendored, one.split("/")))), key=rank)
    return sorted(kept[:MAX_FOLDERS], key=lambda folder: rank(folder)[1:])


def _around(hint: str, found: Mapping[str, LibraryName]) -> str | None:
    """Return the folder with a library that a path is in or is; None when there is none."""
    return next((above for above in _above(hint) if above in found), None)


def _above(path: str) -> Iterator[str]:
    """Return a path and the folders above it, up to the root."""
    if path == ".":
        path = ""
    while path:
        yield path
        path = posixpath.dirname(path)
    yield ""


def _in_folder(files: Files, folder: str) -> LibraryName | None:
    """Return what the library of one folder is called; None when nothing there says so."""
    for file, read in _READERS:
        path = posixpath.join(folder, file)
        text = files.text(path)
        said = read(text.removeprefix("\ufeff")) if text else None
        if said is not None:
            name, line, version = said
            if not name:
                return None
            normal = _normal(name)
            return LibraryName(_short(name), normal, path, line, folder, _short(version))
    return None


def _in_pyproject(text: str) -> tuple[str, int, str] | None:
    document = toml_document(text)
    for table, key in (*_TABLES, _FLIT_MODULE):
        fields = within(document, *table.split("."))
        name = fields.get(key) if isinstance(fields, dict) else None
        if isinstance(name, str) and name.strip():
            version = fields.get("version")
            return (
                name.strip(),
                _line(text, table, key),
                version if isinstance(version, str) else "",
            )
    return None


def _in_setup_cfg(text: str) -> tuple[str, int, str] | None:
    metadata = ini_document(text).get("metadata", {})
    name = metadata.get("name", "").strip()
    if not name:
        return None
    version = metadata.get("version", "").strip()
    is_made = version.startswith(("attr:", "file:")) or "\n" in version
    return name, _line(text, "metadata", "name"), "" if is_made else version


def _line(text: str, table: str, key: str) -> int:
    """Return the line of a key in a table of TOML or INI; the table's own, or 1, when it is written otherwise."""
    inside, header = False, 1
    dotted = rf"{re.escape(table)}\s*\.\s*{re.escape(key)}"
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()[:LONGEST]
        if words.startswith("["):
            inside = words.partition("]")[0].strip("[ \t") == table
            header = number if inside else header
        elif (re.match(rf"[\"']?{re.escape(key)}[\"']?\s*[=:]", words) and inside) or re.match(
            rf"{dotted}\s*=", words
        ):
            return number
    return header


def _in_setup_py(text: str) -> tuple[str, int, str] | None:
    """Read the literal arguments of a call of `setup`, and names that stand for one literal each.

    A name that only running the file would tell is empty.
    """
    tree = python_tree(text)
    literals = _literals(tree)
    for call in _calls(tree):
        given = dict(_arguments(call, literals))
        if "name" in given:
            name, version = (_word(given.get(key), literals) for key in ("name", "version"))
            return name.strip(), given["name"].lineno, version
    return None


def _literals(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what module-level names stand for, where they are set once."""
    found: dict[str, ast.expr] = {}
    twice: set[str] = set()
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign | ast.AugAssign | ast.For | ast.NamedExpr):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                if target.id in found:
                    twice.add(target.id)
                value = getattr(node, "value", None)
                found[target.id] = value if isinstance(value, ast.expr) else target
                if isinstance(node, ast.AugAssign):
                    twice.add(target.id)
    return {name: value for name, value in found.items() if name not in twice}


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name == "setup":
                yield node


def _arguments(call: ast.Call, literals: Mapping[str, ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """Return the keywords of a call, those of `**{...}` and `**dict(...)` too."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
            continue
        spread = keyword.value
        if isinstance(spread, ast.Name):
            spread = literals.get(spread.id, spread)
        if isinstance(spread, ast.Dict):
            for key, value in zip(spread.keys, spread.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
        elif isinstance(spread, ast.Call) and getattr(spread.func, "id", "") == "dict":
            yield from ((one.arg, one.value) for one in spread.keywords if one.arg)


def _word(value: ast.expr | None, literals: Mapping[str, ast.expr]) -> str:
    """Return the text that an expression is; empty when only running it would tell."""
    if isinstance(value, ast.Name):
        value = literals.get(value.id)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    return ""


_READERS: tuple[tuple[str, Callable[[str], tuple[str, int, str] | None]], ...] = (
    ("pyproject.toml", _in_pyproject),
    ("setup.py", _in_setup_py),
    ("setup.cfg", _in_setup_cfg),
)
"""In the order in which a build takes them; what a call of `setup` names goes before `setup.cfg`."""


def _normal(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name) if _NAME.fullmatch(name) else ""


def _short(text: str) -> str:
    return text.strip()[:LONGEST]
