"""Tokens that stand in files, known by the shapes their services give them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from checker.actions.redaction import shortened

MOST = 100
"""Tokens of a file that are told."""
LONGEST = 10_000
"""Characters of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Token:
    """What looks like a token, and where it stands; its `repr` does not show it."""

    service: str
    """Whose token it looks like: `PyPI`."""
    line: int
    value: str = field(repr=False)

    @property
    def shown(self) -> str:
        """Return as much as its owner needs to find it."""
        return shortened(self.value)


# Sources: each service's own documentation of its token formats, and GitHub Docs, "Supported secret scanning patterns",
# November 2026.
_SHAPES = {
    "GitHub": r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    "PyPI": r"pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZ)[A-Za-z0-9_-]{50,1000}",
    "Docker Hub": r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{27,64}",
    "GitLab": r"glpat-[A-Za-z0-9_-]{20,255}",
    "AWS": r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    "Google": r"AIza[A-Za-z0-9_-]{35}",
    "Hugging Face": r"hf_[A-Za-z]{34}",
    "npm": r"npm_[A-Za-z0-9]{36}",
    "Slack": r"xox[abprs]-[A-Za-z0-9-]{10,255}",
    "Telegram": r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",
}
_ANY = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    + "|".join(f"(?P<s{number}>{shape})" for number, shape in enumerate(_SHAPES.values()))
    + r")(?![A-Za-z0-9_-])"
)
_SERVICES = tuple(_SHAPES)


def tokens_in(lines: Sequence[str]) -> tuple[Token, ...]:
    """Return what looks like a token in the lines of a file; a row of one character is a placeholder and none."""
    found = []
    for token in _tokens(lines):
        found.append(token)
        if len(found) == MOST:
            break
    return tuple(found)


def _tokens(lines: Sequence[str]) -> Iterator[Token]:
    for number, line in enumerate(lines, 1):
        for match in _ANY.finditer(line[:LONGEST]):
            if len(set(match[0][-16:].lower())) > 2:
                service = _SERVICES[int((match.lastgroup or "s0")[1:])]
                yield Token(service, number, match[0])
