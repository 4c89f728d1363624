"""The words of a lesson in one language, from its catalogue: messages, hints, lines that code prints.

A message is Markdown. `{name}` stands for a fact, `{share:.0%}` for one in a format; other braces, such as those of
`${{ matrix.python }}`, are themselves.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from checker.report.escape import plain
from checker.workbook.refusal import WorkbookError

LANGUAGES = ("en", "ru")
FOLDER = Path(__file__).parent / "texts"
MAX_FACT = 400
"""Characters of a student's value that a message shows."""

_PLACEHOLDER = re.compile(r"(?<![{$])\{([a-z_][a-z0-9_]*)(?::([^{}`]*))?\}(?!\})")
_EXERCISE = re.compile(r"q([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Message:
    """A text with facts in it, for a terminal and for a page."""

    template: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The message as Markdown, as people read it."""
        return _PLACEHOLDER.sub(self._fact, self.template.strip())

    @property
    def html(self) -> str:
        """The message as HTML; facts are characters there, whatever they hold."""
        return _PLACEHOLDER.sub(
            lambda found: html.escape(self._fact(found)), _rendered(self.template.strip())
        )

    def _fact(self, found: re.Match[str]) -> str:
        name, form = found.groups()
        if name not in self.facts:
            known = ", ".join(self.facts) or "nothing"
            raise KeyError(
                f"the message {self.template[:60]!r} wants {name!r}; it was given {known}"
            )
        return written(self.facts[name], form or "")


def written(value: object, form: str = "") -> str:
    """Return a value on one line, harmless and short; a student's `__str__` may do as it likes."""
    try:
        if form:
            return plain(format(value, form), MAX_FACT)
        if isinstance(value, (list, tuple)) and len(value) <= 50:
            return plain(", ".join(map(str, value)), MAX_FACT)
        return plain(str(value), MAX_FACT)
    except Exception:  # noqa: BLE001 - it is the student's code that failed
        return f"({plain(type(value).__name__, 60)})"


@dataclass(frozen=True)
class Catalogue:
    """A lesson's texts in one language."""

    name: str
    language: str
    content: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The lesson's title."""
        return str(self.content["title"])

    @property
    def minutes(self) -> int:
        """How long the lesson takes."""
        return int(self.content["minutes"])

    @property
    def edition(self) -> int:
        """Which edition of the notebook these texts and checks belong to."""
        return int(self.content.get("edition", 1))

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the campus that the lesson needs."""
        return tuple(self.content.get("parts", ()))

    @property
    def exercises(self) -> tuple[str, ...]:
        """The ids of the exercises, in their order."""
        found = [key for key in self.content if _EXERCISE.fullmatch(key)]
        return tuple(sorted(found, key=lambda key: int(key[1:])))

    def has(self, *keys: str) -> bool:
        """Say whether there is such a text."""
        return isinstance(self._found(keys), str)

    def value(self, *keys: str) -> Any:
        """Return what stands there; None when nothing does."""
        return self._found(keys)

    def message(self, *keys: str, **facts: object) -> Message:
        """Return a text. Raises KeyError, naming the place, when there is none."""
        found = self._found(keys)
        if not isinstance(found, str):
            raise KeyError(f"{self.language}/{self.name}.toml has no text {'.'.join(keys)}")
        return Message(found, facts)

    def _found(self, keys: tuple[str, ...]) -> Any:
        found: Any = self.content
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


@cache
def catalogue(name: str, language: str) -> Catalogue:
    """Read a lesson's texts, or those of the Lab itself (`lab`). Raises WorkbookError when there are none."""
    file = FOLDER / language / f"{name}.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WorkbookError(f"there is no lesson {name!r} in the language {language!r}") from None
    except tomllib.TOMLDecodeError as error:
        raise WorkbookError(f"{language}/{name}.toml is no TOML: {error}") from None
    return Catalogue(name, language, content)


def placeholders(template: str) -> frozenset[str]:
    """Return the names of the facts that a text wants."""
    return frozenset(found[0] for found in _PLACEHOLDER.findall(template))


@cache
def _rendered(template: str) -> str:
    from markdown_it import MarkdownIt

    page = str(MarkdownIt("commonmark", {"html": False, "breaks": False}).render(template))
    return page.strip().replace("<p>", '<p style="margin: 0.25em 0">')
