"""What a reviewer says of a Dockerfile: a few rules that matter most, each with its line.

Kin of hadolint's DL3006, DL3007, DL3015, DL3020, DL3025, DL3042, and of Docker's check SecretsUsedInArgOrEnv;
`root` is asked of the last stage alone, where hadolint wants to see USER root written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from checker.actions.recipes.docker.dockerfile import instructions
from checker.campus.images import wording

_SECRET = re.compile(
    r"(?:^|_)(?:token|password|passwd|secret|api_?key|access_?key|private_?key)(?:_|$)",
    re.IGNORECASE,
)
_PIP = re.compile(r"\b(?:pip3?|python3? -m pip)\b[^&|;]*\binstall\b[^&|;]*")
_APT = re.compile(r"\bapt(?:-get)?\b[^&|;]*\binstall\b[^&|;]*")
_ARCHIVE = re.compile(r"\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz)$")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer would point at."""

    rule: str
    line: int
    """Of the instruction; 0 where the whole file is meant."""
    text: str = field(default="")
    """The instruction."""


def findings(dockerfile: str) -> tuple[Finding, ...]:
    """Return what is to be mended, in the order of the lines."""
    return tuple(sorted(_found(dockerfile), key=lambda one: one.line or 10**6))


def _found(dockerfile: str) -> Iterator[Finding]:
    no_cache = _sets(dockerfile, "PIP_NO_CACHE_DIR")
    stages: list[str] = []
    user = ""
    for number, (name, written, _) in _numbered(dockerfile):
        text = wording.joined(written)
        shown = f"{name} {text}"
        options, rest = wording.flags(text)
        if name == "FROM":
            words = rest.split()
            image = words[0] if words else ""
            stages.append(words[2].lower() if len(words) > 2 else "")
            user = ""
            is_built_here = image.lower() in {"scratch", *stages[:-1]} or "$" in image
            if not is_built_here and (rule := _loose(image)):
                yield Finding(rule, number, shown)
        elif name == "ADD" and not _is_for_add(rest):
            yield Finding("add", number, shown)
        elif name in {"ENV", "ARG"}:
            if any(_SECRET.search(one) for one in _names(name, text)):
                yield Finding("secret", number, shown)
        elif name in {"CMD", "ENTRYPOINT"} and wording.exec_form(text) is None:
            yield Finding("shell_form", number, shown)
        elif name == "USER":
            user = wording.unquoted(text).partition(":")[0]
        elif name == "RUN":
            mounted = "type=cache" in options.get("mount", "")
            if any("--no-cache-dir" not in one[0] for one in _PIP.finditer(rest)) and not (
                no_cache or mounted
            ):
                yield Finding("pip_cache", number, shown)
            if any("--no-install-recommends" not in one[0] for one in _APT.finditer(rest)):
                yield Finding("apt_recommends", number, shown)
    if stages and user in {"", "root", "0"}:
        yield Finding("root", 0)


def _numbered(dockerfile: str) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Iterate over instructions with the number of the line that each begins on."""
    lines = dockerfile.replace("\r\n", "\n").split("\n")
    at = 0
    for step in instructions(dockerfile):
        first = step[1].split("\n")[0].strip()
        while at < len(lines) and not (
            lines[at].strip().upper().startswith(step[0]) and first in lines[at]
        ):
            at += 1
        at += 1
        yield at, step


def _loose(image: str) -> str:
    """Return the rule that an image's name breaks; empty for none."""
    if "@" in image:
        return ""
    _, colon, tag = image.rpartition("/")[2].partition(":")
    if not colon:
        return "untagged"
    return "latest" if tag == "latest" else ""


def _is_for_add(rest: str) -> bool:
    """Say whether COPY could not do it: an address, or an archive that is to be unpacked."""
    words = wording.exec_form(rest) or wording.words(rest)
    return any("://" in one or _ARCHIVE.search(one) for one in words[:-1])


def _names(name: str, text: str) -> tuple[str, ...]:
    if name == "ARG":
        return tuple(one.partition("=")[0] for one in wording.words(text))
    return tuple(wording.pairs(text, {}))


def _sets(dockerfile: str, variable: str) -> bool:
    return any(
        name == "ENV"
        and wording.pairs(wording.joined(written), {}).get(variable, "0") not in {"0", "off"}
        for name, written, _ in instructions(dockerfile)
    )
