"""What `npm run x`, `yarn x`, `pnpm x` and `bun run x` start: the scripts of package.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from checker.actions.command import Command
from checker.actions.recipes.descent import Descent, child
from checker.actions.recipes.options import leading, scattered
from checker.actions.recipes.paths import inside, joined, parent, upward
from checker.actions.recipes.runners import quoted
from checker.documents import mapping, text_of, within

_VALUED = frozenset(
    "--prefix -C --dir --cwd -w --workspace --filter -F --loglevel --cache --registry --userconfig".split()
)
_SHORT = {"test": "test", "t": "test", "tst": "test", "start": "start", "stop": "stop"}
_RUN = {"run", "run-script", "rum", "urn"}
_EXEC = {"exec", "x", "dlx"}
# Subcommands that are no scripts, for the tools that also start a script by its bare name.
_OWN = frozenset(
    "add audit build-info cache config create dedupe dlx exec help info init install link list "
    "login logout node outdated pack patch prune publish rebuild remove run set store unlink "
    "unplug up update upgrade version versions why workspace workspaces x ci i".split()
)
_MAX_JSON = 300_000


def of_npm(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what a script of package.json starts, the ones named pre and post it around it."""
    tool = command.argv[0]
    options = leading(command.argv[1:], _VALUED)
    words = options.rest
    folder = _folder(command, options.last("--prefix", "-C", "--dir", "--cwd"))
    if not words:
        return None
    if words[0] in _EXEC and tool != "yarn":
        rest = leading(words[1:], {"-p", "--package", "-c", "--call"})
        text = rest.last("-c", "--call")
        if text:
            return place.shell(text, command, cwd=folder)
        return (child(command, ("npx", *rest.rest), cwd=folder),) if rest.rest else None
    name, arguments = _script(tool, words)
    if not name:
        return None
    if words[0] in _RUN and name.startswith("-"):
        options = leading(words[1:], _VALUED)
        folder = _folder(command, options.last("--prefix", "-C", "--dir", "--cwd"), folder)
        if not options.rest:
            return ()
        name, arguments = options.rest[0], options.rest[1:]
    elif tool == "npm":
        folder = _folder(command, _value(arguments, "--prefix"), folder)
    root, scripts = _scripts(place, folder)
    if name not in scripts:
        if tool in {"yarn", "pnpm"} and words[0] == "run" and scripts:
            # A program of node_modules/.bin may be run the same way.
            return (child(command, (name, *arguments), cwd=folder),)
        return None
    if tool == "npm":
        # npm keeps options for itself up to `--`.
        given = scattered(arguments, _VALUED)
        arguments = (*given.rest, *given.tail)
    elif arguments[:1] == ("--",):
        arguments = arguments[1:]
    found: list[Command] = []
    for part in (f"pre{name}", name, f"post{name}"):
        line = text_of(scripts.get(part))
        if line:
            whole = " ".join((line, *quoted(arguments))) if part == name else line
            found += place.shell(whole, command, cwd=root)
    return tuple(found)


def _folder(command: Command, given: str, before: str = "") -> str:
    return joined(before or command.cwd, given) if given else before or command.cwd


def _value(words: tuple[str, ...], option: str) -> str:
    for place, word in enumerate(words):
        if word == "--":
            break
        if word.startswith(option + "="):
            return word.partition("=")[2]
        if word == option:
            return "".join(words[place + 1 : place + 2])
    return ""


def _script(tool: str, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the script that words name, with its arguments; `""` for a subcommand of the tool."""
    if words[0] in _RUN:
        return (words[1], words[2:]) if len(words) > 1 else ("", ())
    if tool == "bun":
        return ("", ()) if words[0] in {"test", *_OWN} else (words[0], words[1:])
    if words[0] in _SHORT:
        return _SHORT[words[0]], words[1:]
    if tool == "npm" or words[0] in _OWN:
        return "", ()
    return words[0], words[1:]


def _scripts(place: Descent, folder: str) -> tuple[str, Mapping[str, Any]]:
    """Return the folder and the scripts of the nearest package.json."""
    for here in upward(inside(folder) or folder):
        path, text = place.first(here, ("package.json",))
        if path:
            return parent(path), mapping(within(_json(text), "scripts"))
    return folder, {}


@lru_cache(maxsize=128)
def _json(text: str) -> Any:
    if len(text) > _MAX_JSON:
        return {}
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return {}
