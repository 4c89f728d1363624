"""A teacher's rubric file: YAML that changes points, drops criteria, and sets deadlines."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from checker.actions.syntax.document import (
    MAX_BYTES,
    Node,
    document,
    is_null,
    items,
    line_of,
    pairs,
    scalar,
)
from checker.rubric.accepted import DEFAULT, Accepted
from checker.rubric.scheme import Deadline, Rubric, default, suggestion

Value = TypeVar("Value")

_MOMENT = "a time with its offset, such as 2026-11-30T23:59+03:00"


class RubricError(ValueError):
    """What is wrong in a rubric file, where, and what was expected, in one sentence."""


def load(file: str | os.PathLike[str]) -> Rubric:
    """Read a rubric file. Raises RubricError when it is not there, not text, or malformed."""
    name = str(file)
    try:
        text = Path(file).read_bytes()[: MAX_BYTES + 1].decode("utf-8-sig")
    except OSError as error:
        raise RubricError(f"{name}: {error.strerror}; expected a rubric file") from None
    except UnicodeDecodeError:
        raise RubricError(f"{name}: the file is not UTF-8 text; save it as UTF-8") from None
    return read(text, name)


def read(text: str, file: str) -> Rubric:
    """Read a rubric file over the default rubric. Raises RubricError; `file` is its name in messages."""
    return _Reader(file).rubric(text)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file

    def refuse(self, where: Node | int, what: str, expected: str) -> NoReturn:
        line = where if isinstance(where, int) else line_of(where)
        raise RubricError(f"{self.file}, line {line}: {what}; expected {expected}")

    def rubric(self, text: str) -> Rubric:
        found = document(text)
        if found.problems:
            problem = found.problems[0]
            self.refuse(
                problem.line, problem.reason, "YAML as `checker rubric --format yaml` prints it"
            )
        if found.root is None or is_null(found.root):
            self.refuse(1, "the file is empty", "at least one of points, drop, accept, deadlines")
        keys = self.mapping(found.root, "the rubric", ("points", "drop", "accept", "deadlines"))
        rubric = self.optional(keys, "points", self.points, default())
        if "drop" in keys:
            rubric = self.drop(keys["drop"], rubric)
        return replace(
            rubric,
            accepted=self.optional(keys, "accept", self.accept, DEFAULT),
            deadlines=self.optional(keys, "deadlines", self.deadlines, ()),
        )

    def optional(
        self, keys: Mapping[str, Node], key: str, reader: Callable[[Node], Value], absent: Value
    ) -> Value:
        return reader(keys[key]) if key in keys and not is_null(keys[key]) else absent

    def mapping(self, node: Node, what: str, known: tuple[str, ...]) -> dict[str, Node]:
        if not hasattr(node, "value") or items(node) or not isinstance(node.value, list):
            self.refuse(node, f"{what} is no mapping", f"`key: value` with {', '.join(known[:6])}")
        found = dict(pairs(node))
        for key in found:
            if key not in known:
                self.refuse(
                    key.line, f"{what} has no `{key[:40]}`{suggestion(key, known)}", "no other"
                )
        return {str(key): value for key, value in found.items()}

    def points(self, node: Node) -> Rubric:
        rubric = default()
        ids = tuple(one.id for one in rubric.criteria)
        given = {
            id: self.number(value, f"the points of {id}", 1000)
            for id, value in self.mapping(node, "`points`", ids).items()
        }
        changed = (replace(one, points=given.get(one.id, one.points)) for one in rubric.criteria)
        return replace(rubric, criteria=tuple(changed))

    def drop(self, node: Node, rubric: Rubric) -> Rubric:
        dropped = set()
        for text, item in self.words(node, "`drop`"):
            try:
                dropped |= {one.id for one in rubric.named(text.upper())}
            except ValueError as error:
                self.refuse(item, str(error), "ids such as LIB5, or items such as IMG")
        kept = tuple(one for one in rubric.criteria if one.id not in dropped)
        if all(one.bonus for one in kept):
            self.refuse(node, "every criterion is dropped", "at least one that is left")
        return replace(rubric, criteria=kept)

    def accept(self, node: Node) -> Accepted:
        keys = self.mapping(node, "`accept`", ("testpypi", "other_index", "other_registry"))
        return Accepted(
            self.optional(keys, "testpypi", self.truth, DEFAULT.testpypi),
            self.optional(keys, "other_index", self.hosts, ()),
            self.optional(keys, "other_registry", self.hosts, ()),
        )

    def deadlines(self, node: Node) -> tuple[Deadline, ...]:
        keys = self.mapping(node, "`deadlines`", ("soft", "late", "hard"))
        found = []
        if "soft" in keys:
            if "late" not in keys:
                self.refuse(
                    node, "`soft` has no `late`", "the share of points that remains, such as 50%"
                )
            keeps = self.share(keys["late"])
            found.append(Deadline("soft", self.moment(keys["soft"], "soft"), keeps))
        elif "late" in keys:
            self.refuse(keys["late"], "`late` has no `soft`", "the time after which it applies")
        if "hard" in keys:
            found.append(Deadline("hard", self.moment(keys["hard"], "hard"), 0.0))
        if len(found) == 2 and found[0].at >= found[1].at:
            self.refuse(keys["hard"], "the hard deadline is not after the soft one", "a later time")
        return tuple(found)

    def number(self, node: Node, what: str, most: float) -> float:
        value = self.plain(node)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self.refuse(node, f"{what} is {_shown(value)}", f"a number from 0 to {most:g}")
        if math.isnan(value):
            self.refuse(node, f"{what} is no number", f"a number from 0 to {most:g}")
        return value

    def share(self, node: Node) -> float:
        value = self.plain(node)
        percent = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s*%", str(value))
        share = float(percent[1]) / 100 if percent else value
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            self.refuse(node, f"`late` is {_shown(value)}", "a share such as 50% or 0.5")
        return share

    def truth(self, node: Node) -> bool:
        value = self.plain(node)
        if not isinstance(value, bool):
            self.refuse(node, f"`testpypi` is {_shown(value)}", "true or false")
        return value

    def hosts(self, node: Node) -> tuple[str, ...]:
        return tuple(text for text, _ in self.words(node, "the list of hosts"))

    def words(self, node: Node, what: str) -> list[tuple[str, Node]]:
        if isinstance(node.value, str) and not is_null(node):
            self.refuse(node, f"{what} is {_shown(node.value)}", f"a list: [{node.value[:40]}]")
        found = []
        for item in items(node):
            value = self.plain(item)
            if not isinstance(value, str) or not value.strip():
                self.refuse(item, f"{what} holds {_shown(value)}", "words only")
            found.append((value.strip(), item))
        return found

    def moment(self, node: Node, name: str) -> datetime:
        value = self.plain(node)
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.refuse(node, f"`{name}` is {_shown(value)}", _MOMENT)
        if moment.tzinfo is None:
            self.refuse(node, f"`{name}` does not say in which time zone it is", _MOMENT)
        return moment

    def plain(self, node: Node) -> bool | int | float | str | None:
        if not isinstance(node.value, str):
            self.refuse(node, "there is a list or a mapping", "one value")
        return scalar(node)


def _shown(value: object) -> str:
    return "empty" if value is None else f"`{str(value)[:40]}`"
