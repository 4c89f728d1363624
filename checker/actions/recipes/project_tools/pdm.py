"""What `pdm run` starts: the scripts of [tool.pdm.scripts], with those named pre_ and post_ them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from checker.actions.command import Command
from checker.actions.filling import replaced
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import joined, upward
from checker.actions.recipes.runners import quoted
from checker.actions.recipes.words import split
from checker.documents import listed, mapping, text_of, toml_document, within

_VALUED = frozenset("-p --project -c --config --venv".split())
_MAX_LINES = 60
_MAX_DEPTH = 8
_MAX_VISITS = 400  # scripts, however often they refer to each other
_MAX_WORDS = 5_000
_MAX_VARIABLES = 100
_A_SCRIPT = 100  # units of effort


def of_pdm(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `pdm run x` (or `pdm x`, for a script of that name) starts."""
    options = leading(command.argv[1:], _VALUED)
    words = options.rest
    folder = joined(command.cwd, options.last("-p", "--project") or ".")
    explicit = words[:1] == ("run",)
    if explicit:
        options = leading(words[1:], _VALUED)
        words = options.rest
        folder = joined(folder, options.last("-p", "--project") or ".")
    if not words:
        return None
    root, document = _pyproject(place, folder)
    scripts = mapping(within(document, "tool", "pdm", "scripts"))
    if words[0] not in scripts:
        return (child(command, words, cwd=folder),) if explicit else None
    run = _Scripts(command, place, root, scripts)
    return tuple(run.script(words[0], words[1:], 0)) or None


class _Scripts:
    """The scripts of [tool.pdm.scripts]."""

    def __init__(
        self, command: Command, place: Descent, root: str, scripts: Mapping[str, Any]
    ) -> None:
        self.command = command
        self.place = place
        self.root = root
        self.scripts = scripts
        self.visits = 0

    def script(self, name: str, arguments: Sequence[str], depth: int) -> list[Command]:
        """Return what a script starts, the scripts named pre_ and post_ it around it."""
        self.visits += 1
        if depth > _MAX_DEPTH or self.visits > _MAX_VISITS:
            return []
        self.place.effort.spend(_A_SCRIPT)
        found: list[Command] = []
        for part in (f"pre_{name}", name, f"post_{name}"):
            if part in self.scripts:
                given = arguments if part == name else ()
                found += self._one(self.scripts[part], given, depth)
        return found[:200]

    def _one(self, script: object, arguments: Sequence[str], depth: int) -> list[Command]:
        table = mapping(script)
        shared = mapping(mapping(self.scripts.get("_")).get("env"))
        env = {
            str(name): text_of(value)
            for name, value in islice(
                {**shared, **mapping(table.get("env"))}.items(), _MAX_VARIABLES
            )
        }
        folder = joined(self.root, text_of(table.get("working_dir")) or ".")
        if "composite" in table:
            found: list[Command] = []
            for item in listed(table["composite"])[:_MAX_LINES]:
                words = split(text_of(item))
                if words and words[0] in self.scripts:
                    found += self.script(words[0], (*words[1:], *arguments), depth + 1)
                elif words:
                    found.append(child(self.command, (*words, *arguments), cwd=folder, env=env))
            return found
        if "shell" in table:
            text = _with_args(text_of(table["shell"]), quoted(arguments))
            return list(self.place.shell(text, self.command, cwd=folder, env=env))
        if "call" in table:
            return [child(self.command, ("python", "-c", text_of(table["call"])), cwd=folder)]
        written = table.get("cmd", script)
        if isinstance(written, list):
            words = tuple(text_of(word) for word in written)
        else:
            words = split(text_of(written))
        every = (word for given in words for word in (arguments if given == "{args}" else (given,)))
        placed = list(islice(every, _MAX_WORDS))
        if "{args}" not in words:
            placed += arguments
        return [child(self.command, placed, cwd=folder, env=env)] if placed else []


def _with_args(text: str, arguments: Sequence[str]) -> str:
    found = re.search(r"\{args(?::([^}]*))?\}", text)
    if found:
        return replaced(text, found[0], " ".join(arguments) or found[1] or "")
    return " ".join((text, *arguments))


def _pyproject(place: Descent, folder: str) -> tuple[str, dict[str, Any]]:
    """Return the folder of the nearest pyproject.toml, from here upward, and its document."""
    for here in upward(folder):
        path, text = place.first(here, ("pyproject.toml",))
        if path:
            return here, toml_document(text)
    return folder, {}
