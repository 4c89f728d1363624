"""Other people's text made harmless for each medium: terminal, Markdown, Mermaid.

Names of files and steps come from strangers' repositories and may hold anything: terminal codes,
HTML, backticks, characters that turn the reading direction round.
"""

from __future__ import annotations

import re
import unicodedata

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡", 0x0A: " ", 0x09: " "}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_MARKDOWN = re.compile(r"([\\`*_\[\]#!|~>]|:(?=//)|(?<=www)\.)")
_REFERENCE = re.compile(r"([@#](?=\w)|\bGH-(?=\d))", re.IGNORECASE)
"""What GitHub turns into a mention of a person or of an issue, also where it stands escaped."""
_BACKTICKS = re.compile(r"`+")
_SAFE_IN_MERMAID = re.compile(r"[\w .,/=+@-]", re.UNICODE)


def plain(text: str, limit: int = 300) -> str:
    r"""Return text on one line in which nothing acts: control characters are shown, not sent.

    ESC becomes `␛`; other characters without a picture become `\u202e`; longer text is cut.
    """
    shown = text[: limit + 1].translate(_PICTURES)
    if not shown.isascii():
        shown = "".join(_visible(character) for character in shown)
    return shown if len(text) <= limit else f"{shown[:limit]}…"


def _visible(character: str) -> str:
    if character == "\u200d" or unicodedata.category(character) not in _INVISIBLE:
        return character  # the joiner only holds an emoji together
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def markdown(text: str) -> str:
    """Return text for a Markdown paragraph, list or table; what stands between backticks is code.

    HTML, links, emphasis and table bars are shown as characters; `@name` and `#1` mention nobody.
    """
    pieces = plain(text).split("`")
    if len(pieces) % 2 == 0:  # an unpaired backtick is a character
        pieces[-2:] = ["`".join(pieces[-2:])]
    return "".join(
        _prose(piece) if index % 2 == 0 else code(piece) for index, piece in enumerate(pieces)
    )


def _prose(text: str) -> str:
    text = _MARKDOWN.sub(r"\\\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return _REFERENCE.sub("\\1\u2060", text)


def code(text: str) -> str:
    """Return text as Markdown code that also holds in a table; empty for nothing."""
    shown = plain(text).replace("|", "\\|")
    if not shown.strip():
        return ""
    longest = max(map(len, _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{edge}{shown}{edge}{fence}"


def mermaid(text: str, limit: int = 80) -> str:
    """Return text for a Mermaid label between double quotes: special characters as entity codes."""
    shown = plain(text, limit)
    return "".join(
        character if _SAFE_IN_MERMAID.fullmatch(character) else f"#{ord(character)};"
        for character in shown
    )
