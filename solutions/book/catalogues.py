"""Catalogues of a lesson's messages: the same in both languages, complete, and each of them used."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from solutions.book.languages import differences
from solutions.book.snippets import Snippet, fenced
from solutions.book.source import LANGUAGES, ROOT, Lesson

WORKBOOK = ROOT / "checker" / "workbook"
_TELLING = 3
"""Letters that a name which is put together has to show, to count as one that is used."""
_LINES = ("say", "figure", "text")
_TOLD_NOTHING = re.compile(r"q\d+\.(title|hint[123])")
"""Texts that no check fills in; in them `{name: x}` reads as a place to be filled, `{ name: x }` does not."""
_NEEDED = ("title", "minutes", "hint1", "hint2", "hint3", "correct")


def catalogue(path: Path) -> dict[str, Any]:
    """Return the texts and settings of a catalogue by dotted key: `q3.wrong.tag_runs`. Raises ValueError."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from None
    return dict(_leaves(found))


def unequal(name: str, folder: Path = WORKBOOK / "texts") -> Iterator[str]:
    """Yield how the two catalogues of a name differ: keys, placeholders, settings, shape; and texts that are empty."""
    from checker.workbook.texts import placeholders

    try:
        english, russian = (catalogue(folder / one / f"{name}.toml") for one in LANGUAGES)
    except ValueError as error:
        yield str(error)
        return
    for key in sorted(english.keys() ^ russian.keys()):
        yield f"{'en' if key in english else 'ru'}/{name}.toml: {key} is in this one alone"
    for key in english.keys() & russian.keys():
        one, other = english[key], russian[key]
        if not isinstance(one, str) or not isinstance(other, str):
            if one != other:
                yield f"{name}.toml: {key} is {one!r} in English and {other!r} in Russian"
            continue
        for language, text in zip(LANGUAGES, (one, other), strict=True):
            if not text.strip():
                yield f"{language}/{name}.toml: {key} is empty"
        if placeholders(one) != placeholders(other):
            yield (
                f"{name}.toml: {key} has the placeholders {_listed(placeholders(one))} in English and"
                f" {_listed(placeholders(other))} in Russian"
            )
        for said in differences(one, other):
            yield f"ru/{name}.toml: {key}: {said}"
        if _TOLD_NOTHING.fullmatch(key) and placeholders(one):
            yield f"{name}.toml: {key} is shown without facts and wants {_listed(placeholders(one))}"


def unfit(lesson: Lesson, workbook: Path = WORKBOOK) -> Iterator[str]:
    """Yield where a lesson's source, its checks and its catalogue do not fit together."""
    name = f"{lesson.slug}.toml"
    try:
        texts = catalogue(workbook / "texts" / "en" / name)
    except ValueError:
        return  # `unequal` says so
    path = workbook / "lessons" / f"n{lesson.slug}.py"
    if not path.is_file():
        yield f"{path.name} is missing; expected the checks of {lesson.slug} in it"
        return
    checks = ast.parse(path.read_text(encoding="utf-8"))
    cells = [ast.parse(cell.text) for cell in lesson.cells if cell.kind == "code"]
    yield from _exercises(lesson, texts, set(_calls(checks, "exercise", 0)), name)
    packages = sorted(
        {*workbook.glob("*.py"), *workbook.glob("*/*.py")} - {*(workbook / "lessons").glob("*.py")}
    )
    shared = [ast.parse(one.read_text(encoding="utf-8")) for one in packages]
    spoken = {text for tree in (checks, *cells, *shared) for text in _constants(tree)}
    made = [pattern for tree in (checks, *cells, *shared) for pattern in _put_together(tree)]
    for key in texts:
        head, _, rest = key.partition(".")
        group, _, reason = rest.partition(".")
        last = reason if group in {"wrong", "skipped"} else rest if head in _LINES else ""
        if last and last not in spoken and not any(one.fullmatch(last) for one in made):
            yield f"{name}: {key} is used nowhere"
    reasons = {key.rpartition(".")[2] for key in texts if ".wrong." in key}
    skips = {key.rpartition(".")[2] for key in texts if ".skipped." in key}
    for said in sorted(set(_calls(checks, "wrong", 0)) - reasons):
        yield f"{path.name}: wrong({said!r}) has no message; expected [qN.wrong] {said} in {name}"
    for said in sorted(set(_calls(checks, "skipped", 0)) - skips):
        yield f"{path.name}: skipped({said!r}) has no message; expected [qN.skipped] {said} in {name}"
    for kind, at in (("say", 0), ("text", 0), ("figure", 1)):
        for tree in (checks, *cells):
            for said in _calls(tree, kind, at):
                if f"{kind}.{said}" not in texts:
                    yield f"{lesson.path.name}: lab.{kind}({said!r}) has no line [{kind}] {said} in {name}"


def snippets(slug: str, folder: Path = WORKBOOK / "texts") -> tuple[Snippet, ...]:
    """Return the fenced blocks in a lesson's messages and hints."""
    found: list[Snippet] = []
    for language in LANGUAGES:
        path = folder / language / f"{slug}.toml"
        for key, text in catalogue(path).items() if path.is_file() else ():
            if isinstance(text, str):
                found += fenced(text, f"{language}/{path.name}:{key}", 1)
    return tuple(found)


def _exercises(
    lesson: Lesson, texts: Mapping[str, Any], checked: set[str], name: str
) -> Iterator[str]:
    written = {one.key for one in lesson.exercises}
    described = {key.partition(".")[0] for key in texts if re.fullmatch(r"q\d+\.title", key)}
    for key in sorted(written - checked):
        yield f"{lesson.path.name}: {key} has no check; expected @exercise({key!r}) in n{lesson.slug}.py"
    for key in sorted((checked | described) - written):
        yield f"{lesson.path.name}: {key} has a check or texts, and no cell"
    for one in lesson.exercises:
        for part in _NEEDED:
            if f"{one.key}.{part}" not in texts:
                yield f"{name}: {one.key}.{part} is missing"
        for cell in one.wrongs:
            reason = cell.expect.partition(".")[2]
            if f"{one.key}.wrong.{reason}" not in texts:
                yield f"{lesson.at(cell)}: no message [{one.key}.wrong] {reason} in {name}"


def _leaves(found: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _calls(tree: ast.AST, name: str, at: int) -> Iterator[str]:
    """Yield the texts that a function or method of a name is called with in a place of its arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) > at:
            match node.func, node.args[at]:
                case (
                    (ast.Name(id=called) | ast.Attribute(attr=called)),
                    ast.Constant(value=str(text)),
                ):
                    if called == name:
                        yield text


def _constants(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _put_together(tree: ast.AST) -> Iterator[re.Pattern[str]]:
    """Yield what names that are put together look like: `shelf_...` of f"shelf_{name}"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [str(one.value) if isinstance(one, ast.Constant) else "" for one in node.values]
            said = "".join(parts)
            if len(said) >= _TELLING and re.fullmatch(r"\w+", said):
                yield re.compile("".join(part or r"\w+" for part in parts))


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
