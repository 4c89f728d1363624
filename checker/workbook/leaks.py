"""Whether a log shows a secret: as it is, or in a form from which anybody gets it back."""

from __future__ import annotations

import base64
import binascii
import re
import urllib.parse

_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}[ :]?){4,}", re.IGNORECASE)
_LONGEST = 1_000_000


def form(log: str, secret: str) -> str:
    """Return in which form a log shows a secret: `plain`, `reversed`, `spaced`, `escaped`, `base64`, `hex`; else empty.

    Letters are compared whatever their case: a secret in capitals is as good as the secret.
    """
    text, wanted = log[:_LONGEST].casefold(), secret.casefold()
    if not wanted:
        return ""
    if wanted in text:
        return "plain"
    if wanted[::-1] in text:
        return "reversed"
    if wanted in re.sub(r"\s+", "", text):
        return "spaced"
    if wanted in urllib.parse.unquote(text) or wanted in text.replace("\\", ""):
        return "escaped"
    if any(wanted in _decoded(found) for found in _ENCODED.findall(log[:_LONGEST])):
        return "base64"
    for found in _HEX.findall(text):
        digits = re.sub(r"[ :]", "", found)
        if wanted.encode().hex() in digits:
            return "hex"
    return ""


def _decoded(text: str) -> str:
    """Return what base64 means, wherever in a group of four it begins."""
    whole = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    found = []
    for start in range(4):
        piece = whole[start:]
        piece = piece[
            : len(piece) - len(piece) % 4 + (len(piece) % 4 if len(piece) % 4 != 1 else 0)
        ]
        padded = piece + "=" * (-len(piece) % 4)
        try:
            found.append(base64.b64decode(padded).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            continue
    return "\n".join(found).casefold()
