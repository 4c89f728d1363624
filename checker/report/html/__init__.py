"""A grade as one page for a browser: no scripts, no requests, light and dark, for screens, phones and paper.

Jinja2 writes it, with every value escaped unless it is marked otherwise here: a page is read and changed as a page,
and `mlflow` and `jupyterlab`, which the workbook needs, bring Jinja2 anyway.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from checker import __version__
from checker.grading import Grade, number
from checker.report.chain import chains
from checker.report.escape import plain
from checker.report.links import Links
from checker.report.marks import MARKS, is_blank, is_start, moment
from checker.rubric.verdict import Outcome

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_EMPHASIS = re.compile(r"(?<![\w*])\*(\w[^*]*)\*(?!\w)")

_WORDS = {
    Outcome.MET: "met",
    Outcome.NOT_MET: "not met",
    Outcome.PENDING: "pending",
    Outcome.UNKNOWN: "could not be graded",
}


def report(grade: Grade, links: Links | None = None) -> str:
    """Return the grade as an HTML page; `links` says which addresses may be followed."""
    links = links or Links()
    page = _environment().get_template("page.html")
    text = page.render(
        grade=grade,
        chains=chains(grade),
        first=_first(grade)[: 1 if is_start(grade) else None],
        start=is_start(grade),
        blank=is_blank(grade),
        flags=[notice for notice in grade.notices if notice.is_flag],
        home=links.safe(grade.page),
        link=lambda seen: links.of(seen, grade),
        version=__version__,
    )
    return text.lstrip()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("checker.report", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "plain": plain,
        "prose": prose,
        "advice": advice,
        "number": number,
        "moment": moment,
        "share": lambda part, whole: f"{100 * part / (whole or 1):.4g}",
        "mark": lambda outcome: MARKS[outcome],
        "word": lambda outcome: _WORDS[outcome],
        "kind": lambda outcome: outcome.name.lower().replace("_", "-"),
    }
    return made


def prose(text: str) -> Markup:
    """Return a sentence as HTML: what stands between backticks is code, between asterisks emphasis."""
    from markupsafe import Markup, escape

    pieces = plain(text, 1000).split("`")
    if len(pieces) % 2 == 0:  # an unpaired backtick is a character
        pieces[-2:] = ["`".join(pieces[-2:])]
    parts = (
        f"<code>{escape(piece)}</code>"
        if index % 2
        else _EMPHASIS.sub(r"<em>\1</em>", str(escape(piece)))
        for index, piece in enumerate(pieces)
    )
    return Markup("".join(parts))  # noqa: S704 - every piece is escaped


@cache
def advice(text: str) -> Markup:
    """Return a criterion's advice, which is the rubric's own Markdown, as HTML."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    reader = MarkdownIt("commonmark", {"html": False, "highlight": _highlighted})
    return Markup(reader.render(text))  # noqa: S704 - HTML in Markdown is off


def _highlighted(code: str, language: str, _attributes: str) -> str:
    """Return YAML with a class for each kind of word; nothing leaves code as it is."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import YamlLexer

    if language not in {"yaml", "yml"}:
        return ""
    return str(highlight(code, YamlLexer(), HtmlFormatter(nowrap=True)))


def _first(grade: Grade) -> tuple[str, ...]:
    """Return the ids of the criteria to mend first: the first unmet one of each item."""
    found: dict[str, str] = {}
    for line in grade.unmet:
        found.setdefault(line.criterion.item, line.criterion.id)
    return tuple(found.values())
