"""What `hatch run` starts: the scripts of hatch's environments, through their templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any

from checker.actions.command import Command, hole
from checker.actions.filling import LIMIT, filled
from checker.actions.recipes.descent import Descent
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import WORKSPACE, upward
from checker.actions.recipes.runners import quoted
from checker.documents import listed, mapping, text_of, toml_document, within

_VALUED = frozenset(
    "-e --env -p --project --color --data-dir --cache-dir --config -i --include -x --exclude "
    "--env-filter --filter -f".split()
)
_FIELD = re.compile(r"\{([\w:.\-/ ]*)\}")
_MAX_LINES = 60
_MAX_DEPTH = 8
_MAX_VISITS = 1_000  # lines looked at, however often scripts refer to each other
_MAX_FOUND = 400
_MAX_VARIABLES = 100


def of_hatch(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `hatch run …` starts; other subcommands are tools of their own."""
    options = leading(command.argv[1:], _VALUED)
    words, env = options.rest, options.last("-e", "--env")
    folder = command.cwd
    if words[:1] == ("run",):
        options = leading(words[1:], _VALUED)
    elif words[:2] == ("env", "run"):
        options = leading(words[2:], _VALUED)
        env = options.last("-e", "--env") or env
    else:
        return None
    rest = list(options.rest)
    while rest and re.match(r"^[+-]\w+(=|$)", rest[0]):  # +py=3.12 chooses of a matrix
        rest = rest[1:]
    if not rest:
        return None
    name, colon, script = rest[0].partition(":")
    if words[0] == "run" and colon and re.match(r"^[\w.-]+$", name):
        env, rest = name, [script, *rest[1:]]
    envs = _hatch_envs(place, folder)
    settings = _inherited(envs, env or "default")
    scripts = mapping(settings.get("scripts"))
    variables = {
        str(key): _hatch_fields(text_of(value), (), command)
        for key, value in islice(mapping(settings.get("env-vars")).items(), _MAX_VARIABLES)
    }
    found: list[Command] = []
    for line, masked in _hatch_lines(scripts, rest, 0, count()):
        if len(found) >= _MAX_FOUND:
            break
        found += place.shell(
            _hatch_fields(line, rest[1:], command), command, env=variables, masked=masked
        )
    return tuple(found) or None


def _hatch_envs(place: Descent, folder: str) -> dict[str, Any]:
    for here in upward(folder):
        _, text = place.first(here, ("hatch.toml",))
        found = mapping(within(toml_document(text), "envs"))
        if found:
            return found
        _, text = place.first(here, ("pyproject.toml",))
        if text:
            return mapping(within(toml_document(text), "tool", "hatch", "envs"))
    return {}


def _inherited(envs: Mapping[str, Any], name: str, depth: int = 0) -> dict[str, Any]:
    """Return an environment's settings over those of its template."""
    own = mapping(envs.get(name))
    template = text_of(own.get("template", "default"))
    if own.get("detached") is True or name == template or depth > _MAX_DEPTH:
        return own
    base = _inherited(envs, template, depth + 1)
    merged = {**base, **own}
    for key in ("scripts", "env-vars"):
        merged[key] = {**mapping(base.get(key)), **mapping(own.get(key))}
    return merged


def _hatch_lines(
    scripts: Mapping[str, Any], words: Sequence[str], depth: int, visits: Iterator[int]
) -> Iterable[tuple[str, str]]:
    """Return the lines that a script is, references to other scripts written out, with their masks."""
    if words[0] not in scripts or depth > _MAX_DEPTH:
        yield " ".join(quoted(words)), ""
        return
    for number, item in enumerate(listed(scripts[words[0]])):
        if number >= _MAX_LINES or next(visits) >= _MAX_VISITS:
            return
        line = text_of(item).strip()
        masked = "- prefix" if line.startswith("- ") else ""
        line = line.removeprefix("- ").strip()
        first, _, rest = line.partition(" ")
        if first in scripts and first != words[0]:
            for inner, mask in _hatch_lines(scripts, [first], depth + 1, visits):
                # What follows a reference are the arguments of the script it names.
                yield _with_args(inner, rest), masked or mask
        elif line:
            yield line, masked


def _with_args(line: str, arguments: str) -> str:
    def put_in(field: re.Match[str]) -> str:
        return arguments if field[1].startswith("args") else field[0]

    return filled(_FIELD, put_in, line) if arguments else line


def _hatch_fields(text: str, arguments: Sequence[str], command: Command) -> str:
    def put_in(field: re.Match[str]) -> str:
        name, _, default = field[1].partition(":")
        if name == "args":
            return " ".join(quoted(arguments)) or default
        if name == "env":
            variable, _, default = default.partition(":")
            return command.env.get(variable, default)
        if name in {"root", "home"}:
            return WORKSPACE if name == "root" else hole("home")
        if name in {"matrix", "verbosity", "env_name", "env_type"}:
            return hole(field[1])
        return field[0]

    return filled(_FIELD, put_in, text[:LIMIT])
