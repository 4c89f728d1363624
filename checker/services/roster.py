"""A class list: who hands in which repository, library and image, from a CSV or TSV file as spreadsheets save it."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from checker.services.names import collisions, surname_name
from checker.services.repository import decode
from checker.target import GITHUB, Target, image, package, target

LARGEST = 2_000_000
"""Bytes of a file that are read."""
MOST = 5_000
"""People in one list."""

COLUMNS = {
    "student": "student, surname_name, full name, name and surname, surname and name, студент, студентка, фио,"
    " фамилия имя, фамилия и имя, имя фамилия, фамилия имя отчество, учащийся",
    "surname": "surname, last name, family name, фамилия",
    "given": "name, first name, given name, имя",
    "repository": "repository, repo, github, git, url, link, repository url, github url, github repository,"
    " репозиторий, репо, ссылка, ссылка на репозиторий, ссылка на github, гитхаб, гит",
    "ref": "branch, ref, ветка, ветвь",
    "package": "package, pypi, library, lib, package name, pypi package, пакет, библиотека, имя пакета,"
    " ссылка на pypi, пайпи",
    "image": "image, docker, docker hub, dockerhub, docker image, image name, образ, докер, имя образа,"
    " docker-образ, ссылка на docker hub, ссылка на dockerhub",
    "group": "group, группа, class, класс, поток",
}
"""The headings that are understood, in small letters."""

_HEADINGS = {word.strip(): key for key, words in COLUMNS.items() for word in words.split(",")}
_NOTHING = frozenset(("", "-", "–", "—", "n/a", "none", "null", "нет", "no"))


@dataclass(frozen=True, slots=True)
class Row:
    """One person's line."""

    line: int
    target: Target | None = None
    """The repository with what the list says of it; None for somebody who has not handed in."""
    student: str = ""
    """`surname_name`; empty when the list has no names, or this one could not be spelled."""
    name: str = ""
    """The name as the list has it."""
    group: str = ""


@dataclass(frozen=True)
class Roster:
    """A class list, and what is wrong with some of its lines, a sentence each."""

    file: str
    rows: tuple[Row, ...] = ()
    problems: tuple[str, ...] = ()

    def fill(self, wanted: Target) -> Target:
        """Return a target with what the list says of its repository, where the target itself says nothing.

        A branch is taken only when none was asked for. Raises ValueError when the list has no such
        repository, or has it twice.
        """
        name = wanted.repository.lower()
        rows = [row for row in self.rows if row.target and row.target.repository.lower() == name]
        found = [row.target for row in rows if row.target]
        if not name or not found:
            raise ValueError(
                f"{self.file} has no line for {wanted}; add one, or leave --roster out"
            )
        if len(found) > 1:
            lines = " and ".join(str(row.line) for row in rows[:5])
            raise ValueError(f"{self.file} has {wanted.repository} on lines {lines}; leave one")
        said = found[0]
        free = not wanted.ref and not wanted.pull_request
        return replace(
            wanted,
            ref=said.ref if free else wanted.ref,
            pull_request=said.pull_request if free else wanted.pull_request,
            package=wanted.package or said.package,
            image=wanted.image or said.image,
            student=wanted.student or said.student,
        )


def load(file: str | os.PathLike[str], host: str = GITHUB) -> Roster:
    """Read a class list. Raises ValueError, with one sentence, where nothing of it can be used."""
    name = str(file)
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(f"{name}: {error.strerror}; expected a class list as CSV") from None
    if len(data) > LARGEST:
        raise ValueError(f"{name} is larger than {LARGEST:,} bytes; a class list is not")
    if data.startswith(b"PK\x03\x04"):
        raise ValueError(f"{name} is a workbook of a spreadsheet program; save it as CSV first")
    text = decode(data)
    if text is None:
        raise ValueError(f"{name} is no text; expected a class list as CSV")
    return read(text, name, host)


def read(text: str, file: str = "roster.csv", host: str = GITHUB) -> Roster:
    """Read a class list's text: a line of headings, then a line for each person.

    Columns are told by their headings (`COLUMNS`), separators (`, ; tab`) by the first line. Raises
    ValueError when no column says who or what is meant; one bad line is a problem, not an end.
    """
    text = text.removeprefix("\ufeff")
    separator = ","
    if found := re.match(r"sep=(.)\r?\n", text):  # what Excel writes and reads to be sure
        separator = found[1]
        lines, offset = text[found.end() :], 1
    else:
        lines, offset = text, 0
        heading = text.lstrip("\r\n").partition("\n")[0]
        separator = max("\t;,", key=heading.count)
    reader = csv.reader(StringIO(lines, newline=""), delimiter=separator, skipinitialspace=True)
    return _read(reader, file, host, offset)


def _read(reader: Iterable[list[str]], file: str, host: str, offset: int) -> Roster:
    rows: list[Row] = []
    problems: list[str] = []
    columns: dict[str, int] | None = None
    try:
        for cells in reader:
            line = int(getattr(reader, "line_num", 0)) + offset
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, file, line)
            elif len(rows) >= MOST:
                problems.append(f"only the first {MOST:,} people were read")
                break
            else:
                row, wrong = _Line(cells, columns, line, host).row()
                rows.append(row)
                problems += (f"line {line}: {one}" for one in wrong)
    except csv.Error as error:
        raise ValueError(f"{file} is no CSV that can be read ({error}); save it again") from None
    if columns is None:
        raise ValueError(f"{file} is empty; expected a line of headings: student, repository, …")
    problems += _shared(rows)
    return Roster(file, tuple(rows), tuple(problems[:100]))


def _columns(cells: list[str], file: str, line: int) -> dict[str, int]:
    """Return where each known column is; the first of two wins."""
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        heading = " ".join(cell.strip().lower().replace("_", " ").split())
        key = _HEADINGS.get(heading) or _HEADINGS.get(heading.replace(" ", "_"))
        if key:
            found.setdefault(key, index)
    if "given" in found and "surname" not in found:
        found.setdefault("student", found.pop("given"))  # a column `name` alone holds both
    if not found.keys() & {"repository", "student", "surname"}:
        seen = ", ".join(" ".join(cell.split())[:30] for cell in cells[:6])
        raise ValueError(
            f"{file}, line {line}: no heading is known among: {seen}; expected some of student,"
            " repository, branch, package, image (or студент, репозиторий, ветка, пакет, образ)"
        )
    return found


class _Line:
    """Reads one person's line; what is wrong in it is collected."""

    def __init__(self, cells: list[str], columns: dict[str, int], line: int, host: str) -> None:
        self.cells = cells
        self.columns = columns
        self.line = line
        self.host = host
        self.wrong: list[str] = []

    def row(self) -> tuple[Row, list[str]]:
        name = self.cell("student") or " ".join(
            word for word in (self.cell("surname"), self.cell("given")) if word
        )
        if "student" not in self.columns and "surname" in self.columns:
            spelled = f"{self.cell('surname')}, {self.cell('given')}"
        else:
            spelled = name
        student = self.checked(surname_name, spelled) if name else ""
        row = Row(self.line, self.target(student), student, name[:200], self.cell("group")[:100])
        return row, self.wrong

    def target(self, student: str) -> Target | None:
        written = self.cell("repository")
        if not written:
            return None
        names = {
            "package": self.checked(package, self.cell("package")),
            "image": self.checked(image, self.cell("image")),
        }
        try:
            found = target(written, ref=self.cell("ref"), host=self.host, student=student, **names)
        except ValueError as error:
            self.wrong.append(str(error))
            return None
        if found.folder:
            self.wrong.append(f"{written[:80]!r} is no repository; expected owner/repo")
            return None
        return found

    def cell(self, key: str) -> str:
        index = self.columns.get(key, len(self.cells))
        text = self.cells[index].strip() if index < len(self.cells) else ""
        return "" if text.lower() in _NOTHING else text

    def checked(self, read: Callable[[str], str], text: str) -> str:
        if not text:
            return ""
        try:
            return read(text)
        except ValueError as error:
            self.wrong.append(str(error))
            return ""


def _shared(rows: list[Row]) -> list[str]:
    """Return a sentence for each name and each repository that stands on several lines."""
    names = [(row.student, str(row.line)) for row in rows]
    repositories = [
        (row.target.repository.lower() if row.target else "", str(row.line)) for row in rows
    ]
    return [
        f"lines {' and '.join(lines)} are both {name}; write `{name}_2` for one of them"
        for name, lines in collisions(names).items()
    ] + [
        f"lines {' and '.join(lines)} have the same repository {name}"
        for name, lines in collisions(repositories).items()
    ]
