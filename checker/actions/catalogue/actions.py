"""Actions: what a step that `uses:` one does, and the commands that it runs for its caller."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache
from re import Pattern

from checker.actions.activity import Effect, NearMiss
from checker.actions.catalogue import call, tools
from checker.actions.catalogue.effects import effects
from checker.actions.catalogue.entries import NO_TEXTS, Entry, action_entry, index
from checker.actions.command import Command

MAX_INPUT = 20_000
"""Characters of an input that are read as a command."""


def of_action(
    uses: str, inputs: Mapping[str, str], env: Mapping[str, str] = NO_TEXTS
) -> tuple[Effect | NearMiss, ...]:
    """Return what an action does itself, called like this; what it runs for its caller is `commands_of_action`'s.

    `uses` is a step's, or a job's that calls a reusable workflow. An unknown action does nothing known.
    """
    entry, given = _known(uses, inputs)
    if entry is None:
        return ()
    found = effects(entry, call.of_inputs(given, entry.defaults, env))
    for line in entry.like:
        words = _words(line, {**entry.defaults, **given})
        found += tools.renamed(tools.of_command(Command(words, env=env)), entry.name)
    return found


def commands_of_action(
    uses: str, inputs: Mapping[str, str], env: Mapping[str, str] = NO_TEXTS
) -> tuple[str, ...]:
    """Return the shell texts that an action runs for its caller: those of retry, container and display wrappers."""
    if uses.startswith("docker://"):
        return _in_container(uses, inputs)
    entry, given = _known(uses, inputs)
    if entry is None:
        return ()
    values = {**entry.defaults, **given, **{f"${name}": value for name, value in env.items()}}
    texts = (_filled(template, values) for template in entry.runs)
    return tuple(text for text in texts if text.strip())


def _known(uses: str, inputs: Mapping[str, str]) -> tuple[Entry | None, Mapping[str, str]]:
    """Return the entry and the inputs by their names in lower case; for a wrapped action, those of the inner one."""
    given = {name.lower(): str(value) for name, value in inputs.items()}
    entry = action_entry(uses)
    if entry is not None and entry.wraps:
        inner, options = (given.get(name, "") for name in entry.wraps)
        if inner:
            pairs = (line.partition(":") for line in options.splitlines() if ":" in line)
            return action_entry(inner), {
                name.strip().lower(): value.strip() for name, _, value in pairs
            }
    return entry, given


def _in_container(uses: str, inputs: Mapping[str, str]) -> tuple[str, ...]:
    """Return the command of a `docker://` step: its entrypoint, or the tool its image is known for, and `args`."""
    image = uses.removeprefix("docker://").partition("@")[0]
    name = image if "/" in image.rpartition(":")[2] else image.rpartition(":")[0] or image
    tool = index().containers.get(name.removeprefix("docker.io/"))
    started = inputs.get("entrypoint") or (tool.name if tool else "")
    text = f"{started} {inputs.get('args', '')}".strip()
    return (text,) if text else ()


def _words(line: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Fill a command line of `like`: an input that is a word of its own may be several, one inside a word is not."""
    words: list[str] = []
    for word in line.split():
        filled = _filled(word, values)
        if word.startswith("{") and word.endswith("}") and word.count("{") == 1:
            words.extend(_split(filled))
        elif "{" not in word or filled != _filled(word, NO_TEXTS):
            words.append(filled)
    return tuple(words)


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _slot().sub(lambda match: values.get(match[1], ""), template)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text[:MAX_INPUT])
    except ValueError:
        return text[:MAX_INPUT].split()


@cache
def _slot() -> Pattern[str]:
    import re

    return re.compile(r"\{([^{}]+)\}")
