"""The text of a lesson as its author writes it: cells of a jupytext file, with what is wrong about them by line."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "solutions" / "src"
LANGUAGES = ("en", "ru")
BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"

_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_SLUG = re.compile(r"(\d\d)_[a-z0-9_]+")
_KEY = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)?")
_EXERCISE = re.compile(r"q[1-9]\d*")
_WRONG = re.compile(r"(q[1-9]\d*)\.wrong[1-9]\d*")
_EXPECT = re.compile(r"(q[1-9]\d*)\.([a-z][a-z0-9_]*)")
_KNOWN = {"markdown": {"lang", "key", "of"}, "code": {"key", "tags", "expect"}}
_TAGS = {"parameters", "exercise", "wrong"}


class SourceError(ValueError):
    """What keeps notebooks from being made of a source: lines such as `03_x.py:41: ...`."""


@dataclass(frozen=True)
class Cell:
    """A cell as it stands in the source."""

    kind: Literal["markdown", "code"]
    text: str
    line: int
    """Of its `# %%`."""
    key: str = ""
    language: str = ""
    of: str = ""
    """The hash of the English text that a Russian one translates."""
    tags: tuple[str, ...] = ()
    expect: str = ""

    @property
    def exercise(self) -> str:
        """The exercise that a code cell may belong to: q3 for `q3`, `q3.file` and `q3.wrong1`."""
        found = self.key.partition(".")[0]
        return found if self.kind == "code" and _EXERCISE.fullmatch(found) else ""

    @property
    def is_wrong(self) -> bool:
        """Whether it is a wrong answer, which no notebook holds."""
        return "wrong" in self.tags

    @property
    def has_region(self) -> bool:
        """Whether a solution is marked in it."""
        return any(line.strip() == BEGIN for line in self.text.splitlines())


@dataclass(frozen=True)
class Exercise:
    """The cells that belong to one exercise."""

    key: str
    cells: tuple[Cell, ...]
    """What students see, in its order; the last one calls `lab.check`."""
    wrongs: tuple[Cell, ...]

    @property
    def answer(self) -> Cell:
        """The cell with the region; the one that checks where there is none."""
        return next((cell for cell in self.cells if cell.has_region), self.cells[-1])


@dataclass(frozen=True)
class Lesson:
    """A lesson's source, found to be in order."""

    path: Path
    cells: tuple[Cell, ...]

    @property
    def slug(self) -> str:
        """Such as `03_anatomy_of_a_workflow`."""
        return self.path.stem

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises in their order."""
        return tuple(_exercises(self.cells))

    @property
    def pairs(self) -> tuple[tuple[Cell, Cell], ...]:
        """The texts, English and Russian."""
        texts = [cell for cell in self.cells if cell.kind == "markdown"]
        return tuple(zip(texts[::2], texts[1::2], strict=True))

    def at(self, cell: Cell) -> str:
        """Return where a cell stands: `03_x.py:41`."""
        return f"{self.path.name}:{cell.line}"


def sources(wanted: Sequence[str] = (), folder: Path = SOURCES) -> tuple[Path, ...]:
    """Return the files of lessons, all or those of a number or slug. Raises SourceError for one that is not there."""
    there = sorted(path for path in folder.glob("*.py") if _SLUG.fullmatch(path.stem))
    if not wanted:
        return tuple(there)
    found = {}
    for name in wanted:
        hits = [one for one in there if Path(name).stem in {one.stem, one.stem[:2]}]
        if not hits:
            known = ", ".join(one.stem for one in there) or "none yet"
            raise SourceError(f"there is no lesson {name!r} in {folder.name}; there is: {known}")
        found.update(dict.fromkeys(hits))
    return tuple(found)


def digest(text: str) -> str:
    """Return the hash by which a translation names the text it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def read(path: Path) -> Lesson:
    """Read a lesson. Raises SourceError with all that is wrong about it, a line each."""
    text = path.read_text(encoding="utf-8")
    cells, problems = cells_of(text)
    problems += [(1, said) for said in _slug(path)]
    if not problems:
        problems = list(_problems(cells))
    if problems:
        raise SourceError(
            "\n".join(f"{path.name}:{line}: {said}" for line, said in sorted(problems))
        )
    return Lesson(path, tuple(cells))


def cells_of(text: str) -> tuple[list[Cell], list[tuple[int, str]]]:
    """Return the cells of a source, and what is wrong about their heads, by line."""
    import jupytext  # type: ignore[import-untyped]

    notebook = jupytext.reads(text, fmt=_FORMAT)
    heads = [
        number for number, line in enumerate(text.splitlines(), 1) if re.match(r"# %%(?!%)", line)
    ]
    if not heads:
        return [], [(1, "there is no cell; a cell begins with `# %%`")]
    if any(line.strip() for line in text.splitlines()[: heads[0] - 1]):
        return [], [(1, "text before the first cell; begin with `# %%`")]
    if len(heads) != len(notebook.cells):
        return [], [
            (
                1,
                f"{len(heads)} lines begin with `# %%`, but there are {len(notebook.cells)} cells; is one in a text?",
            )
        ]
    found, problems = [], []
    for one, line in zip(notebook.cells, heads, strict=True):
        cell, said = _cell(one, line)
        found.append(cell)
        problems += [(line, each) for each in said]
    return found, problems


def _cell(one: Any, line: int) -> tuple[Cell, list[str]]:
    head = {key: value for key, value in one.metadata.items() if key != "lines_to_next_cell"}
    kind = one.cell_type
    if kind not in _KNOWN:
        return Cell("code", "", line), [f"a {kind} cell; expected code or [markdown]"]
    said = [
        f"`{name}` is not known in the head of a {kind} cell; expected {', '.join(sorted(_KNOWN[kind]))}"
        for name in head
        if name not in _KNOWN[kind]
    ]
    tags = head.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        said.append('tags are a list of words: tags=["exercise"]')
        tags = []
    words = {name: value for name, value in head.items() if name != "tags"}
    said += [
        f"{name} is a text in double quotes: {name}={str(value)!r}".replace("'", '"')
        for name, value in words.items()
        if not isinstance(value, str)
    ]
    cell = Cell(
        kind,
        str(one.source),
        line,
        key=str(head.get("key", "")),
        language=str(head.get("lang", "")),
        of=str(head.get("of", "")),
        tags=tuple(tags),
        expect=str(head.get("expect", "")),
    )
    return cell, said


def _slug(path: Path) -> Iterator[str]:
    if not _SLUG.fullmatch(path.stem):
        yield f"{path.stem!r} is no name of a lesson; expected a number and words such as 03_anatomy_of_a_workflow"


def _problems(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    yield from _heads(cells)
    yield from _pairs(cells)
    yield from _code(cells)
    yield from _answers(cells)


def _heads(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    seen: dict[tuple[str, str, str], int] = {}
    for cell in cells:
        if "parameters" not in cell.tags and not _KEY.fullmatch(cell.key):
            yield (
                cell.line,
                f'a key is missing or odd ({cell.key!r}); expected such as key="q3" or key="q3.file"',
            )
        name = (cell.kind, cell.language, cell.key)
        if name in seen and cell.key:
            yield cell.line, f'key="{cell.key}" is taken by the cell in line {seen[name]}'
        seen.setdefault(name, cell.line)
        for tag in cell.tags:
            if tag not in _TAGS:
                yield (
                    cell.line,
                    f"the tag {tag!r} is not known; expected one of {', '.join(sorted(_TAGS))}",
                )


def _pairs(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    texts = [cell for cell in cells if cell.kind == "markdown"]
    for cell in texts:
        if cell.language not in LANGUAGES:
            yield (
                cell.line,
                f'lang is missing or odd ({cell.language!r}); expected lang="en" or lang="ru"',
            )
        if cell.of and cell.language == "en":
            yield cell.line, "`of` belongs to the Russian cell"
    for before, cell in zip((None, *cells), cells, strict=False):
        if cell.language == "ru" and not (
            before and before.language == "en" and before.key == cell.key
        ):
            yield (
                cell.line,
                f'expected right before it the English cell of the same key, key="{cell.key}"',
            )
    for cell, after in zip(cells, (*cells[1:], None), strict=False):
        if cell.language == "en" and not (
            after and after.language == "ru" and after.key == cell.key
        ):
            yield cell.line, f'expected right after it its Russian cell, lang="ru" key="{cell.key}"'


def _code(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    parameters = [cell for cell in cells if "parameters" in cell.tags]
    if [cell.text.strip() for cell in parameters] != ['LANG = "en"']:
        line = parameters[0].line if parameters else 1
        yield line, 'expected one cell `# %% tags=["parameters"]`, with nothing but LANG = "en"'
    for cell in cells:
        if cell.kind != "code":
            continue
        for number, text in enumerate(cell.text.splitlines(), cell.line + 1):
            if "NBVAL_" in text:
                yield number, "marks for nbval are not used: every output is compared"
        try:
            ast.parse(cell.text)
        except SyntaxError as error:
            yield (
                cell.line + (error.lineno or 1),
                f"no Python: {error.msg}; commands go through lab.sh(...)",
            )
        yield from _region(cell)


def _region(cell: Cell) -> Iterator[tuple[int, str]]:
    marks = [
        (number, line.strip())
        for number, line in enumerate(cell.text.splitlines(), cell.line + 1)
        if "BEGIN SOLUTION" in line or "END SOLUTION" in line
    ]
    if not marks:
        return
    if [mark for _, mark in marks] != [BEGIN, END]:
        yield marks[0][0], f"expected one region: a line {BEGIN!r}, then a line {END!r}"
    elif cell.is_wrong:
        yield marks[0][0], "a wrong answer takes the place of the region; it has none itself"


def _answers(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    found = {one.key: one for one in _exercises(cells)}
    for at, one in enumerate(found.values(), 1):
        line = one.cells[0].line
        if one.key != f"q{at}":
            yield line, f"exercises are numbered in their order; expected q{at} here, not {one.key}"
        if "exercise" not in one.cells[0].tags:
            yield line, f'expected tags=["exercise"] in the head of {one.key}'
        if not _checks(one.cells[-1], one.key):
            yield line, f'no cell of {one.key} calls lab.check("{one.key}", ...)'
        regions = [cell for cell in one.cells if cell.has_region]
        if len(regions) != 1:
            yield line, f"{one.key} has {len(regions)} regions; expected one, {BEGIN!r} to {END!r}"
        reasons = [cell.expect for cell in one.wrongs]
        if len(set(reasons)) < 2:
            yield (
                line,
                f"{one.key} has {len(set(reasons))} wrong answers with messages of their own; expected two or more",
            )
    for cell in cells:
        if "exercise" in cell.tags and not _EXERCISE.fullmatch(cell.key):
            yield cell.line, f'an exercise has a key such as "q3", not {cell.key!r}'
        if not cell.is_wrong:
            if cell.expect:
                yield cell.line, '`expect` belongs to a wrong answer, tags=["wrong"]'
            continue
        named, expected = _WRONG.fullmatch(cell.key), _EXPECT.fullmatch(cell.expect)
        if not named or named[1] not in found:
            yield (
                cell.line,
                f'a wrong answer has a key such as "q3.wrong1" of an exercise before it, not {cell.key!r}',
            )
        if not expected or (named and expected[1] != named[1]):
            yield (
                cell.line,
                f'expected the message it is answered with, expect="q3.name"; it says {cell.expect!r}',
            )
        if named and named[1] in found and found[named[1]].cells[-1].line > cell.line:
            yield cell.line, f"a wrong answer comes after the last cell of {named[1]}"


def _exercises(cells: Sequence[Cell]) -> Iterator[Exercise]:
    for first in cells:
        if first.kind != "code" or not _EXERCISE.fullmatch(first.key):
            continue
        own = [cell for cell in cells if cell.exercise == first.key and not cell.is_wrong]
        last = next((at for at, cell in enumerate(own) if _checks(cell, first.key)), len(own) - 1)
        wrongs = [cell for cell in cells if cell.exercise == first.key and cell.is_wrong]
        yield Exercise(first.key, tuple(own[: last + 1]), tuple(wrongs))


def _checks(cell: Cell, key: str) -> bool:
    """Say whether a cell calls `lab.check` for an exercise."""
    with contextlib.suppress(SyntaxError):
        for node in ast.walk(ast.parse(cell.text)):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="lab"), attr="check"),
                    args=[ast.Constant(value=id), *_],
                ) if id == key:
                    return True
    return False
