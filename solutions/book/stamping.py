"""Stamps: a Russian cell says by hash which English text it translates, so that a later change of that is seen."""

from __future__ import annotations

import re
from collections.abc import Collection

from solutions.book.source import Lesson, digest


def stale(lesson: Lesson) -> tuple[str, ...]:
    """Return the keys of texts whose translation was made from another English text, or does not say from which."""
    return tuple(en.key for en, ru in lesson.pairs if ru.of != digest(en.text))


def stamp(lesson: Lesson, keys: Collection[str]) -> tuple[str, ...]:
    """Write hashes into the heads of Russian cells, those of these keys; return the keys that this changed.

    Only who has read both texts can say that the one translates the other: nothing is stamped that was not named.
    """
    lines = lesson.path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = []
    for english, russian in lesson.pairs:
        current = digest(english.text)
        if english.key in keys and russian.of != current:
            at = russian.line - 1
            lines[at] = f'{_without(lines[at])} of="{current}"\n'
            changed.append(english.key)
    if changed:
        lesson.path.write_text("".join(lines), encoding="utf-8", newline="")
    return tuple(changed)


def _without(head: str) -> str:
    return re.sub(r'\s+of="[^"]*"', "", head.rstrip())
