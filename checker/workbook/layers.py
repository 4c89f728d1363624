"""Which layers of an image a builder takes from its cache and which it makes anew, found without building.

The rule is BuildKit's (Docker Docs, "Build cache invalidation", read November 2026): a layer is taken from the cache
when the one before it was, its instruction is the same, and, for COPY and ADD, the content of the files is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from checker.actions.recipes.docker.dockerfile import instructions
from checker.campus.images import wording
from checker.campus.images.files import Context
from checker.campus.images.order import BuildError, Order

MAKE_LAYERS = frozenset({"FROM", "RUN", "COPY", "ADD", "WORKDIR"})
"""Instructions whose result is files; the others are settings, which count for what comes after them."""
_LARGEST = 50_000_000
_MOUNT = re.compile(r"--mount=(\S+)")


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that a Dockerfile makes."""

    instruction: str
    """`RUN`."""
    text: str
    """The instruction with its arguments, on one line."""
    key: str
    """The same key, the same layer: it is in the cache."""
    stage: int = 0


def layers(folder: Path, base: str = "") -> tuple[Layer, ...]:
    """Return the layers that the Dockerfile of a folder makes, in its order.

    `base` stands for the content behind the names after FROM: another text, another base image. Raises ValueError, with
    one sentence, for what no builder could follow.
    """
    try:
        order = Order(folder)
        steps = instructions(order.text())
        context = Context(order)
    except BuildError as error:
        raise ValueError(str(error)) from None
    found: list[Layer] = []
    ends: dict[str, str] = {}
    key, stage, name = "", -1, ""
    for instruction, written, document in steps:
        text = wording.joined(written)
        options, rest = wording.flags(text)
        if instruction == "FROM":
            words = rest.split()
            if not words:
                raise ValueError("FROM names no image")
            stage += 1
            name = words[2].lower() if len(words) > 2 else str(stage)
            key = ends.get(words[0].lower()) or _hash("FROM", words[0], base)
        elif stage < 0:
            if instruction != "ARG":
                raise ValueError(f"{instruction} stands before FROM")
            continue
        elif instruction in {"COPY", "ADD"}:
            content = _copied(context, options, rest, document, ends)
            key = _hash(key, instruction, text, content)
        else:
            mounted = _mounted(context, text, ends) if instruction == "RUN" else ""
            key = _hash(key, instruction, text, document, mounted)
        ends[name] = ends[str(stage)] = key
        if instruction in MAKE_LAYERS:
            found.append(Layer(instruction, f"{instruction} {text}", key, stage))
    if not found:
        raise ValueError("there is no FROM, so nothing to build upon")
    return tuple(found)


def rebuilt(before: tuple[Layer, ...], after: tuple[Layer, ...]) -> tuple[bool, ...]:
    """Say of each layer of a later build whether it has to be made anew."""
    cached = {one.key for one in before}
    return tuple(one.key not in cached for one in after)


def _copied(
    context: Context,
    options: Mapping[str, str],
    rest: str,
    document: str,
    ends: Mapping[str, str],
) -> str:
    """Return what stands for the content that COPY or ADD takes."""
    if document:
        return document
    if origin := options.get("from"):
        return ends.get(origin.lower(), origin)
    words = wording.exec_form(rest) or wording.words(rest)
    if len(words) < 2:
        raise ValueError(f"COPY needs a source and a destination: {rest[:120]}")
    return _hash(*(_content(context, source) for source in words[:-1]))


def _mounted(context: Context, text: str, ends: Mapping[str, str]) -> str:
    """Return what stands for the files that a RUN sees in bind mounts."""
    found = []
    for mount in _MOUNT.findall(text):
        given = dict(one.partition("=")[::2] for one in mount.split(","))
        if given.get("type", "bind") != "bind":
            continue
        if origin := given.get("from"):
            found.append(ends.get(origin.lower(), origin))
        else:
            found.append(_content(context, given.get("source") or given.get("src") or "."))
    return _hash(*found) if found else ""


def _content(context: Context, source: str) -> str:
    """Return what stands for the content of a source in the context. Raises ValueError for one that is not there."""
    if "://" in source:
        return source
    try:
        named = context.sources(source)
    except BuildError as error:
        raise ValueError(str(error)) from None
    digest = hashlib.sha256()
    for path in dict.fromkeys(one for each in named for one in context.below(each)):
        file = context.root / path
        if file.is_file() and file.stat().st_size <= _LARGEST:
            digest.update(path.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
