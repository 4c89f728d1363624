"""Languages in step: a Russian text has the shape of the English one it translates, and the agreed words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from solutions.book.source import Lesson, digest

_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]", re.IGNORECASE)
_FACT = re.compile(r"\{\w+(?::[^{}]*)?\}")
"""Where a message names a fact: no word of any language."""
_QUOTED = re.compile(r"«[^»]*»")
_SHARE = 0.3
_SHORT, _LONG = 20, 60
"""Letters below which the language of a text, or of one paragraph of it, is not asked for: it may be names alone."""


@dataclass
class Shape:
    """What a translation shares with its original, and its prose."""

    headings: list[str] = field(default_factory=list)
    items: int = 0
    rows: list[int] = field(default_factory=list)
    """Cells of each row of its tables."""
    code: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    """Its headings, paragraphs and cells, without code."""


@cache
def shape(text: str) -> Shape:
    """Return the shape of a Markdown text."""
    from markdown_it import MarkdownIt

    found = Shape()
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        match token.type:
            case "heading_open":
                found.headings.append(token.tag)
            case "list_item_open":
                found.items += 1
            case "tr_open":
                found.rows.append(0)
            case "td_open" | "th_open":
                found.rows[-1] += 1
            case "fence" | "code_block":
                found.blocks.append(f"{token.info}\n{token.content}")
            case "inline":
                found.prose.append(_inline(token.children or (), found))
    return found


def _inline(tokens: Any, found: Shape) -> str:
    words: list[str] = []
    for token in tokens:
        match token.type:
            case "code_inline":
                found.code.append(token.content)
            case "link_open":
                found.links.append(str(token.attrs["href"]))
            case "image":
                found.links.append(str(token.attrs["src"]))
                words.append(token.content)
            case "text":
                words.append(token.content)
            case "softbreak" | "hardbreak":
                words.append(" ")
    return "".join(words)


def differences(original: str, translation: str) -> Iterator[str]:
    """Yield how a translation differs in shape from its original, or is none."""
    en, ru = shape(original), shape(translation)
    for name, one, other in (
        ("headings", en.headings, ru.headings),
        ("items of lists", en.items, ru.items),
        ("rows of tables, by their cells", en.rows, ru.rows),
        ("blocks of code", en.blocks, ru.blocks),
    ):
        if one != other:
            yield f"{name} differ: {_short(one)} in English, {_short(other)} in Russian"
    for name, left, right in (
        ("code between backquotes", Counter(en.code), Counter(ru.code)),
        ("links", Counter(map(_common, en.links)), Counter(map(_common, ru.links))),
    ):
        lacks, has = left - right, right - left
        if lacks.total() == has.total() and all(map(_CYRILLIC.search, has)):
            continue  # what stands for the reader's own words is translated: `pip install ИМЯ`
        if lacks:
            yield f"{name}: the Russian lacks {_listed(lacks)}"
        if has:
            yield f"{name}: only the Russian has {_listed(has)}"
    english, russian = (_FACT.sub("", " ".join(one.prose)) for one in (en, ru))
    if _share(_QUOTED.sub("", english)) > _SHARE:
        yield "the English text is in Russian"
    for text, least in ((russian, _SHORT), *((one, _LONG) for one in ru.prose)):
        if _share(text) < _SHARE and len(_letters(text)) >= least:
            yield f"{_share(text):.0%} of the letters in {_short(text)!r} are Cyrillic; expected {_SHARE:.0%} or more"
            break
    yield from wandering(english, russian)


def out_of_step(lesson: Lesson) -> Iterator[str]:
    """Yield where the languages of a lesson differ, by line."""
    for english, russian in lesson.pairs:
        if russian.of != digest(english.text):
            why = "an English text that has changed since" if russian.of else "it does not say what"
            yield (
                f"{lesson.at(russian)}: {russian.key} translates {why}; read both, then:"
                f" python -m solutions.book stamp {lesson.slug[:2]} {russian.key}"
            )
        for said in differences(english.text, russian.text):
            yield f"{lesson.at(russian)}: {russian.key}: {said}"


# Words

AGREED: tuple[tuple[str, str, str], ...] = (
    (r"workflows?", r"рабоч\w+ процесс|workflow", r"воркфлоу|воркфло"),
    (r"", r"", r"джоб\w*|степ(?:ы|ов|а|ом|е)?"),
    (r"runners?", r"раннер", r"ранер\w*|бегун\w*|исполнител\w+ заданий"),
    (r"", r"", r"экшн\w*"),
    (r"artefacts?|artifacts?", r"артефакт", r"артифакт\w*"),
    (r"registry|registries", r"реестр", r"регистри"),
    (r"", r"", r"имидж\w*|докер-?образ\w*|тэг\w*"),
    (r"branch|branches", r"ветк|веток", r"бранч\w*|ветв(?:ь|и|ью|ей|ями|ях)"),
    (
        r"pull requests?",
        r"пул-реквест",
        r"пулл?[ -]?реквест\w*(?<!пул-реквест)|pull request\w*|мерж-?реквест\w*",
    ),
    (r"commits?", r"коммит", r"комит(?:а|ы|ов|ом|е|ить)?"),
    (r"", r"", r"линт(?:а|у|ом|инг\w*)?"),
    (r"librar(?:y|ies)", r"библиотек", r"либ(?:а|ы|у|ой)"),
    (r"prefix(?:es)?", r"префикс", r"приставк\w*"),
    (r"deployments?", r"развёртыван", r"развертыва\w*|деплой\w*|деплоймент\w*"),
    (r"drift", r"дрейф", r"дрифт\w*"),
)
"""A word of the English prose, what the Russian says for it, and what it must not say (whole words)."""


def wandering(english: str, russian: str) -> Iterator[str]:
    """Yield where a Russian prose uses another word than the agreed one."""
    for word, agreed, others in AGREED:
        for found in re.finditer(rf"(?<![\w-])(?:{others})(?![\w-])", russian, re.IGNORECASE):
            if not agreed or not re.fullmatch(rf"(?:{agreed})\w*", found[0], re.IGNORECASE):
                yield f"the word {found[0]!r} was not agreed on" + (
                    f"; expected {agreed}" if agreed else ""
                )
        says = word and re.search(rf"(?<![\w-])(?:{word})(?![\w-])", english, re.IGNORECASE)
        if says and not re.search(agreed, russian, re.IGNORECASE):
            yield f"the English says {says[0]!r}; expected in the Russian: {agreed}"


def _share(text: str) -> float:
    letters = _letters(text)
    return len(_CYRILLIC.findall(letters)) / len(letters) if letters else 0.0


def _letters(text: str) -> str:
    return "".join(one for one in text if _CYRILLIC.match(one) or _LATIN.match(one))


def _common(link: str) -> str:
    """Return a link without its language: docs/online.en.md and docs/online.ru.md are the same document."""
    return re.sub(r"\.(?:en|ru)\.md", ".md", link)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) < 120 else f"{text[:117]}..."


def _listed(counted: Counter[str]) -> str:
    return ", ".join(
        f"`{one}`" + (f" ({many} times)" if many > 1 else "") for one, many in counted.items()
    )
