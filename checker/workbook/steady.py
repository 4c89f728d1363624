"""Output of programs in words that are the same on every machine and in every run.

Ports, hashes, times, durations, folders and versions become `⟨port⟩`, `⟨hash⟩` and so on; secrets become `***`.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DATE = (
    rf"\b{_DAY},? (?:\d+ )?{_MONTH} +(?:\d+ )?[\d:]+(?: [A-Z]{{3,4}})?(?: \d{{4}})?"
    r"(?: [+-]\d{4}| GMT| UTC)?"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), words)
    for pattern, words in (
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\b", "⟨time⟩"),
        (_DATE, "⟨time⟩"),
        (r"\b\d{4}-\d\d-\d\d\b", "⟨date⟩"),
        (r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b", "⟨time⟩"),
        (r"\bsha256:[0-9a-f]{12,64}\b", "sha256:⟨hash⟩"),
        (r"\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b|\b[0-9a-f]{32}\b", "⟨hash⟩"),
        (r"\b[0-9a-f]{7,12}(\.{2,3})[0-9a-f]{7,12}\b", r"⟨hash⟩\1⟨hash⟩"),
        (r"^(\[[^\]\s]+(?: \(root-commit\))?) [0-9a-f]{7,12}\]", r"\1 ⟨hash⟩]"),
        (r"(^|HEAD is now at |[Cc]ommit |^[* |/\\]+)(?=[a-f]*[0-9])[0-9a-f]{7,12}(?= )", r"\1⟨hash⟩"),
        (r"\b(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}\b", "⟨hash⟩"),
        (r"\b0x[0-9a-f]{6,}\b", "⟨address⟩"),
        (r"\b(127\.0\.0\.1|localhost):\d+\b", r"\1:⟨port⟩"),
        (r"(?<![\w.])\d+(?:\.\d+)? ?(?:ms|µs|us|s|sec|secs|seconds?|min|minutes?)\b(?! ago\b)", "⟨duration⟩"),
        (r"(?<![\w.])\d+(?:\.\d+)? ?[kKMG]i?B(?:/s)?\b", "⟨size⟩"),
        (r"\b((?:runs|job|jobs)/)\d+", r"\1⟨number⟩"),
        (r"^platform \S+ -- .*$", "platform ⟨machine⟩"),
        (r"\bPython 3\.\d+\.\d+\b", "Python ⟨version⟩"),
        (r"^(\s*- [A-Za-z0-9_.-]+==)\S+$", r"\1⟨version⟩"),
        (r"([=_-])\1{9,}", r"\1\1\1\1\1\1\1\1\1\1"),
    )
)  # fmt: skip
_FRAMES = re.compile(
    r'(?:^ *File "(?:⟨python⟩|<frozen )[^\n]*\n(?:^ {4,}[^\n]*\n)*)+', re.MULTILINE
)
"""Libraries' part of a traceback: other lines, and other marks below them, with each version."""
_PROGRESS = re.compile(r"[━█▏▎▍▌▋▊▉]{3}|^\s*\d+%\|")
_TEMPORARY = re.compile(
    rf"(?<![\w/])(?:/private)?(?:/tmp|/var/folders|{re.escape(tempfile.gettempdir())})/[^\s'\":;,)\]]+"
)


def steady(text: str, places: Mapping[str, str], secrets: Iterable[str] = ()) -> str:
    """Return a program's output in words that never change.

    `places` says what to call folders and addresses, such as `{"/home/me/work/homework": "homework"}`; the longest is
    replaced first. `secrets` are shown by nobody.
    """
    text = _ANSI.sub("", text)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    lines = (line.rstrip().rpartition("\r")[2].rstrip() for line in text.split("\n"))
    text = "\n".join(line for line in lines if not _PROGRESS.search(line))
    for place in sorted({**_usual(), **places}.items(), key=lambda one: len(one[0]), reverse=True):
        text = _replaced(text, *place)
    text = _FRAMES.sub("  ⟨frames of libraries⟩\n", text)
    text = _TEMPORARY.sub("⟨folder⟩", text)
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return text.strip("\n")


def _usual() -> dict[str, str]:
    """Return the folders that every machine has elsewhere."""
    found = {str(Path(__file__).parents[1]): "⟨python⟩/checker", str(Path.home()): "~"}
    found |= {sys.prefix: "⟨python⟩", sys.base_prefix: "⟨python⟩"}
    return {folder: words for folder, words in found.items() if folder not in {os.sep, "/usr"}}


def _replaced(text: str, place: str, words: str) -> str:
    """Replace a folder or address where it is whole: not in front of more letters of the same name."""
    return re.sub(rf"{re.escape(place.rstrip(os.sep))}(?![\w-])", lambda _: words, text)
