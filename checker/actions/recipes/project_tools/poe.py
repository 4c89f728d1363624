"""What poethepoet starts: the tasks of [tool.poe.tasks] or poe_tasks.toml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from checker.actions.command import Command, hole
from checker.actions.filling import LIMIT, filled
from checker.actions.recipes.descent import Descent, both, child
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import WORKSPACE, joined, upward
from checker.actions.recipes.words import split
from checker.documents import listed, mapping, text_of, toml_document, within, yaml_document

_VALUED = frozenset("-C --directory --root -e --executor -X --executor-opt".split())
_VARIABLE = re.compile(r"\$\{(\w+)(?::?[-+]([^}]*))?\}|\$(\w+)")
_MAX_LINES = 60
_MAX_DEPTH = 20  # an item that names a task is two levels
_MAX_VISITS = 400  # tasks and items, however often they refer to each other
_MAX_VARIABLES = 100
_MAX_WORDS = 100
_A_TASK = 100  # units of effort


def of_poe(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what a task of poethepoet starts."""
    options = leading(command.argv[1:], _VALUED)
    words = options.rest
    folder = joined(command.cwd, options.last("-C", "--directory", "--root") or ".")
    if not words:
        return ()
    root, settings = _poe_settings(place, folder)
    tasks = mapping(settings.get("tasks"))
    if words[0] not in tasks:
        return None
    run = _Tasks(command, place, root, settings)
    return tuple(run.task(words[0], words[1:], 0)) or None


def _poe_settings(place: Descent, folder: str) -> tuple[str, dict[str, Any]]:
    for here in upward(folder):
        for name in ("pyproject.toml", "poe_tasks.toml", "poe_tasks.yaml", "poe_tasks.json"):
            _, text = place.first(here, (name,))
            document = toml_document(text) if name.endswith("toml") else yaml_document(text)
            settings = mapping(within(document, "tool", "poe"))
            if not settings and name != "pyproject.toml":
                settings = mapping(document)
            if settings.get("tasks") or settings.get("include"):
                return here, _with_included(place, here, settings)
    return folder, {}


def _with_included(place: Descent, folder: str, settings: dict[str, Any]) -> dict[str, Any]:
    tasks: dict[str, Any] = {}
    for item in listed(settings.get("include"))[:20]:
        path = text_of(mapping(item).get("path", item))
        text = place.text(folder, path)
        document = toml_document(text) if path.endswith("toml") else yaml_document(text)
        found = mapping(within(document, "tool", "poe")) or mapping(document)
        tasks.update(mapping(found.get("tasks")))
    return {**settings, "tasks": {**tasks, **mapping(settings.get("tasks"))}}


class _Tasks:
    """The tasks of [tool.poe.tasks]."""

    def __init__(
        self, command: Command, place: Descent, root: str, settings: Mapping[str, Any]
    ) -> None:
        self.command = command
        self.place = place
        self.root = root
        self.tasks = mapping(settings.get("tasks"))
        self.env = _poe_env(settings, command.env)
        self.array_type = text_of(settings.get("default_array_task_type")) or "sequence"
        self.item_type = text_of(settings.get("default_array_item_task_type")) or "ref"
        self.task_type = text_of(settings.get("default_task_type")) or "cmd"
        self.done: set[str] = set()
        self.visits = 0

    def task(self, name: str, arguments: Sequence[str], depth: int) -> list[Command]:
        """Return what a named task starts."""
        if depth > _MAX_DEPTH or name not in self.tasks:
            return []
        return self.definition(self.tasks[name], arguments, depth, self.task_type)

    def definition(
        self, task: object, arguments: Sequence[str], depth: int, plain: str
    ) -> list[Command]:
        """Return what one task starts; a bare string is a task of the kind `plain`."""
        self.visits += 1
        if depth > _MAX_DEPTH or self.visits > _MAX_VISITS:
            return []
        self.place.effort.spend(_A_TASK)
        if isinstance(task, list):
            task = {self.array_type: task}
        table = mapping(task)
        if not table:
            table = {plain: text_of(task)}
        found: list[Command] = []
        for need in listed(table.get("deps"))[:_MAX_LINES]:
            words = split(text_of(need))
            if words and words[0] not in self.done:
                self.done.add(words[0])
                found += self.task(words[0], words[1:], depth + 1)
        ignoring = table.get("ignore_fail")
        masked = "ignore_fail" if ignoring in {True, "return_zero"} else ""
        env = {**self.env, **_poe_env(table, self.command.env), **_arguments(table, arguments)}
        folder = joined(self.root, _variables(text_of(table.get("cwd")), env) or ".")
        rest = () if "args" in table else tuple(arguments)
        for started in self._kind(table, rest, depth, env, folder):
            found.append(_masked(started, masked))
        return found[:200]

    def _kind(
        self,
        table: Mapping[str, Any],
        arguments: Sequence[str],
        depth: int,
        env: dict[str, str],
        folder: str,
    ) -> Iterable[Command]:
        own = {name: value for name, value in env.items() if name not in self.command.env}
        if "cmd" in table:
            lines = text_of(table["cmd"]).splitlines()
            text = " ".join(line.partition(" #")[0] for line in lines if not line.startswith("#"))
            words = split(_variables(text, env))
            yield child(self.command, (*words, *arguments), cwd=folder, env=own)
        elif "shell" in table:
            interpreter = text_of(listed(table.get("interpreter", "sh"))[0]) or "sh"
            shell = "bash {0}" if interpreter in {"posix", "bash", "zsh"} else "sh {0}"
            if interpreter == "python":
                yield child(self.command, ("python", "-c", text_of(table["shell"])), cwd=folder)
            else:
                yield from self.place.shell(
                    text_of(table["shell"]), self.command, shell=shell, cwd=folder, env=own
                )
        elif "ref" in table:
            words = split(_variables(text_of(table["ref"]), env))
            if words:
                yield from self.task(words[0], (*words[1:], *arguments), depth + 1)
        elif "sequence" in table or "parallel" in table:
            kind = text_of(table.get("default_item_type")) or self.item_type
            for item in listed(table.get("sequence", table.get("parallel")))[:_MAX_LINES]:
                yield from self.definition(item, (), depth + 1, kind)
        elif "switch" in table:
            for item in listed(table["switch"])[:_MAX_LINES]:
                case = text_of(listed(mapping(item).get("case", "otherwise"))[0])
                for started in self.definition(item, arguments, depth + 1, self.task_type):
                    yield _on(started, f"the switch gives `{case}`")
        elif "script" in table:
            module, _, _ = text_of(table["script"]).partition(":")
            yield child(self.command, ("python", "-m", module, *arguments), cwd=folder, env=own)


def _masked(command: Command, masked: str) -> Command:
    return replace(command, masked=command.masked or masked) if masked else command


def _on(command: Command, when: str) -> Command:
    return replace(command, when=both(when, command.when))


def _poe_env(table: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in islice(mapping(table.get("env")).items(), _MAX_VARIABLES):
        default = mapping(value).get("default")
        found[str(name)] = given.get(str(name), text_of(default)) if default else text_of(value)
    return found


def _arguments(table: Mapping[str, Any], words: Sequence[str]) -> dict[str, str]:
    """Return the variables that a task's `args` bind."""
    declared = table.get("args")
    pairs: list[tuple[str, dict[str, Any]]] = []
    if isinstance(declared, dict):
        pairs = [(str(name), mapping(value)) for name, value in declared.items()]
    for item in declared if isinstance(declared, list) else ():
        pairs.append((text_of(mapping(item).get("name", item)), mapping(item)))
    operands = [word for word in words if not word.startswith("-")]
    found: dict[str, str] = {}
    for name, options in pairs[:_MAX_VARIABLES]:
        flags = [text_of(flag) for flag in listed(options.get("options"))] or [f"--{name}"]
        value = text_of(options.get("default"))
        for place, word in enumerate(words[:_MAX_WORDS]):
            flag, sign, given = word.partition("=")
            if flag in flags:
                value = given if sign else "".join(words[place + 1 : place + 2])
        if options.get("positional") and operands:
            value = operands.pop(0)
        found[name.replace("-", "_")] = value
    return found


def _variables(text: str, env: Mapping[str, str]) -> str:
    def put_in(found: re.Match[str]) -> str:
        name = found[1] or found[3]
        if name in env:
            return env[name] or (found[2] or "")
        if name in {"POE_ROOT", "POE_PWD"}:
            return WORKSPACE
        return found[2] or (hole(name) if name.isupper() else "")

    return filled(_VARIABLE, put_in, text[:LIMIT])
