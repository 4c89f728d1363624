"""What hatch, pdm and poe start: the scripts and tasks of pyproject.toml."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from checker.actions.command import Command, hole
from checker.actions.documents import listed, mapping, text_of, toml_document, within, yaml_document
from checker.actions.recipes.descent import Descent, both, child
from checker.actions.recipes.options import leading
from checker.actions.recipes.paths import WORKSPACE, joined, upward
from checker.actions.recipes.runners import quoted

_HATCH_VALUED = frozenset(
    "-e --env -p --project --color --data-dir --cache-dir --config -i --include -x --exclude "
    "--env-filter --filter -f".split()
)
_PDM_VALUED = frozenset("-p --project -c --config --venv".split())
_POE_VALUED = frozenset("-C --directory --root -e --executor -X --executor-opt".split())
_FIELD = re.compile(r"\{([\w:.\-/ ]*)\}")
_VARIABLE = re.compile(r"\$\{(\w+)(?::?[-+]([^}]*))?\}|\$(\w+)")
_MAX_LINES = 60
_MAX_DEPTH = 8


def _pyproject(place: Descent, folder: str) -> tuple[str, dict[str, Any]]:
    """Return the folder of the nearest pyproject.toml, from here upward, and its document."""
    for here in upward(folder):
        path, text = place.first(here, ("pyproject.toml",))
        if path:
            return here, toml_document(text)
    return folder, {}


def of_hatch(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `hatch run …` starts; other subcommands are tools of their own."""
    options = leading(command.argv[1:], _HATCH_VALUED)
    words, env = options.rest, options.last("-e", "--env")
    folder = command.cwd
    if words[:1] == ("run",):
        options = leading(words[1:], _HATCH_VALUED)
    elif words[:2] == ("env", "run"):
        options = leading(words[2:], _HATCH_VALUED)
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
        for key, value in mapping(settings.get("env-vars")).items()
    }
    found: list[Command] = []
    for line, masked in _hatch_lines(scripts, rest, 0):
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
    scripts: Mapping[str, Any], words: Sequence[str], depth: int
) -> Iterable[tuple[str, str]]:
    """Return the lines that a script is, references to other scripts written out, with their masks."""
    if words[0] not in scripts or depth > _MAX_DEPTH:
        yield " ".join(quoted(words)), ""
        return
    for number, item in enumerate(listed(scripts[words[0]])):
        if number >= _MAX_LINES:
            return
        line = text_of(item).strip()
        masked = "- prefix" if line.startswith("- ") else ""
        line = line.removeprefix("- ").strip()
        first, _, rest = line.partition(" ")
        if first in scripts and first != words[0]:
            for inner, mask in _hatch_lines(scripts, [first], depth + 1):
                # What follows a reference are the arguments of the script it names.
                whole = _FIELD.sub(
                    lambda field, rest=rest: (  # type: ignore[misc]
                        rest if rest and field[1].startswith("args") else field[0]
                    ),
                    inner,
                )
                yield whole, masked or mask
        elif line:
            yield line, masked


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

    return _FIELD.sub(put_in, text[:20_000])


def of_pdm(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what `pdm run x` (or `pdm x`, for a script of that name) starts."""
    options = leading(command.argv[1:], _PDM_VALUED)
    words = options.rest
    folder = joined(command.cwd, options.last("-p", "--project") or ".")
    explicit = words[:1] == ("run",)
    if explicit:
        options = leading(words[1:], _PDM_VALUED)
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

    def script(self, name: str, arguments: Sequence[str], depth: int) -> list[Command]:
        """Return what a script starts, the scripts named pre_ and post_ it around it."""
        if depth > _MAX_DEPTH:
            return []
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
            for name, value in {**shared, **mapping(table.get("env"))}.items()
        }
        folder = joined(self.root, text_of(table.get("working_dir")) or ".")
        if "composite" in table:
            found: list[Command] = []
            for item in listed(table["composite"])[:_MAX_LINES]:
                words = _split(text_of(item))
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
            words = [text_of(word) for word in written]
        else:
            words = _split(text_of(written))
        placed = [
            word for given in words for word in (arguments if given == "{args}" else (given,))
        ]
        if "{args}" not in words:
            placed += arguments
        return [child(self.command, placed, cwd=folder, env=env)] if placed else []


def _with_args(text: str, arguments: Sequence[str]) -> str:
    found = re.search(r"\{args(?::([^}]*))?\}", text)
    if found:
        return text.replace(found[0], " ".join(arguments) or found[1] or "")
    return " ".join((text, *arguments))


def of_poe(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what a task of poethepoet starts."""
    options = leading(command.argv[1:], _POE_VALUED)
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

    def task(self, name: str, arguments: Sequence[str], depth: int) -> list[Command]:
        """Return what a named task starts."""
        if depth > _MAX_DEPTH or name not in self.tasks:
            return []
        return self.definition(self.tasks[name], arguments, depth, self.task_type)

    def definition(
        self, task: object, arguments: Sequence[str], depth: int, plain: str
    ) -> list[Command]:
        """Return what one task starts; a bare string is a task of the kind `plain`."""
        if depth > _MAX_DEPTH:
            return []
        if isinstance(task, list):
            task = {self.array_type: task}
        table = mapping(task)
        if not table:
            table = {plain: text_of(task)}
        found: list[Command] = []
        for need in listed(table.get("deps"))[:_MAX_LINES]:
            words = _split(text_of(need))
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
            words = _split(_variables(text, env))
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
            words = _split(_variables(text_of(table["ref"]), env))
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
    from dataclasses import replace

    return replace(command, masked=command.masked or masked) if masked else command


def _on(command: Command, when: str) -> Command:
    from dataclasses import replace

    return replace(command, when=both(when, command.when))


def _poe_env(table: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in mapping(table.get("env")).items():
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
    for name, options in pairs:
        flags = [text_of(flag) for flag in listed(options.get("options"))] or [f"--{name}"]
        value = text_of(options.get("default"))
        for place, word in enumerate(words):
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

    return _VARIABLE.sub(put_in, text)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
