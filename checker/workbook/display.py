"""What cells show: a card or a table as HTML in a notebook, and the same in plain text elsewhere.

Colours are JupyterLab's own variables, so that light and dark themes both fit; where there are none, and where a
page drops styles altogether, the text still reads.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_TONES = {
    "good": "var(--jp-success-color1, #2e7d32)",
    "bad": "var(--jp-error-color1, #c62828)",
    "open": "var(--jp-warn-color1, #b26a00)",
    "note": "var(--jp-info-color1, #0277bd)",
    "quiet": "var(--jp-border-color1, #9e9e9e)",
}
_CARD = (
    "border-left: 4px solid {tone}; padding: 0.3em 0.9em; margin: 0.3em 0; max-width: 60em;"
    " background: var(--jp-layout-color2, rgba(127, 127, 127, 0.08)); color: var(--jp-ui-font-color1, inherit)"
)
_CELL = "text-align: left; padding: 0.15em 1em 0.15em 0; vertical-align: top"
_TABLE = "margin: 0.3em 0; border-collapse: collapse; font-size: inherit; color: inherit"
_PRE = (
    "margin: 0.3em 0; padding: 0.5em 0.9em; max-width: 72em; overflow-x: auto; white-space: pre-wrap;"
    " border: 1px solid var(--jp-border-color2, rgba(127, 127, 127, 0.3)); font-size: 0.95em;"
    " font-family: var(--jp-code-font-family, monospace);"
    " background: var(--jp-layout-color1, transparent); color: var(--jp-content-font-color1, inherit)"
)


class Readable(Protocol):
    """Anything with a form for a terminal and one for a page."""

    @property
    def text(self) -> str:
        """For a terminal."""

    @property
    def html(self) -> str:
        """For a page, escaped."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to show; a notebook shows it when it is a cell's last value."""

    text: str
    html: str

    def __repr__(self) -> str:
        """Return the text, which a terminal shows."""
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def show(*shown: Readable) -> None:
    """Show things one below the other: as one output of a notebook's cell, or printed."""
    display(above(*shown)._repr_mimebundle_())


def display(bundle: Mapping[str, Any]) -> None:
    """Show a bundle of forms of one thing, by media type."""
    if in_notebook():
        from IPython.display import display as to_notebook

        to_notebook(dict(bundle), raw=True)  # type: ignore[no-untyped-call, unused-ignore]
    else:
        sys.stdout.write(f"{bundle['text/plain']}\n")


def in_notebook() -> bool:
    """Say whether IPython runs this code; what never imported it is not run by it."""
    loaded = sys.modules.get("IPython")
    return loaded is not None and loaded.get_ipython() is not None


def plainly(text: str) -> Shown:
    """Return a line of text."""
    return Shown(text, f"<div>{html.escape(text)}</div>")


def pre(text: str) -> Shown:
    """Return lines as they are, in letters of one width."""
    return Shown(text, f'<pre style="{_PRE}">{html.escape(text)}</pre>')


def above(*shown: Readable) -> Shown:
    """Return things one below the other."""
    return Shown("\n".join(one.text for one in shown), "".join(one.html for one in shown))


def mark(tone: str, sign: str) -> str:
    """Return a sign in the colour of a tone, as HTML."""
    return f'<strong style="color: {_TONES[tone]}">{html.escape(sign)}</strong>'


def card(tone: str, sign: str, title: str, *body: Readable) -> Shown:
    """Return a card: a mark and a title, and below them what there is to say. Tones are `good bad open note quiet`."""
    colour = _TONES[tone]
    head = f"{mark(tone, sign)} <strong>{html.escape(title)}</strong>"
    inside = "".join(one.html for one in body)
    text = [f"{sign} {title}", *(_indented(one.text) for one in body if one.text)]
    return Shown("\n".join(text), f'<div style="{_CARD.format(tone=colour)}">{head}{inside}</div>')


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Shown:
    """Return a table; headings may all be empty, and are left out then."""
    listed = [tuple(map(str, row)) for row in rows]
    shown = [tuple(headings), *listed] if any(headings) else listed
    widths = [max((_width(row[at]) for row in shown), default=0) for at in range(len(headings))]
    lines = ("  ".join(map(_padded, row, widths)).rstrip() for row in shown)
    head = f"<thead>{_row(headings, 'th')}</thead>" if any(headings) else ""
    body = "".join(_row(row, "td") for row in listed)
    return Shown(
        "\n".join(lines),
        f'<table style="{_TABLE}">{head}<tbody>{body}</tbody></table>',
    )


def _row(cells: Sequence[str], tag: str) -> str:
    inside = "".join(f'<{tag} style="{_CELL}">{html.escape(cell)}</{tag}>' for cell in cells)
    return f"<tr>{inside}</tr>"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - _width(text))
