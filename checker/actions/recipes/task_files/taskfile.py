"""What `task` starts: the commands of a Taskfile, with what they depend on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from checker.actions.command import Command, hole
from checker.actions.filling import LIMIT, filled
from checker.actions.recipes.descent import Descent
from checker.actions.recipes.options import Options, scattered
from checker.actions.recipes.paths import WORKSPACE, inside, joined, parent
from checker.actions.recipes.runners import quoted
from checker.actions.recipes.task_files.just import assignments_first
from checker.documents import listed, mapping, text_of, yaml_document

_NAMES = tuple(
    f"{stem}{end}"
    for stem in ("Taskfile", "taskfile")
    for end in (".yml", ".yaml", ".dist.yml", ".dist.yaml")
)
_VALUED = frozenset("-d --dir -t --taskfile -o --output -C --concurrency -I --interval".split())
_ONLY_SHOWS = ("-l", "--list", "-a", "--list-all", "--summary", "-n", "--dry", "--status", "--init")
_TEMPLATE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}")
_NAME = re.compile(r"^\.(\w+)$")
_DEFAULT = re.compile(
    r"""^\.(\w+)\s*\|\s*default\s+["'`]?([^"'`]*)["'`]?$|^default\s+["'`]([^"'`]*)["'`]\s+\.(\w+)$"""
)
_MAX_TASKS = 200
_MAX_DEPTH = 12
_MAX_LINES = 1_000  # in one run, however often a task is called
_MAX_VALUES = 100
_MAX_WRITTEN = 200_000  # characters of all lines of one run


def of_task(command: Command, place: Descent) -> tuple[Command, ...] | None:
    """Return what the tasks of a task command start; None without a Taskfile or such a task."""
    options = scattered(command.argv[1:], _VALUED)
    if options.has(*_ONLY_SHOWS):
        return ()
    path, text = _taskfile(command, place, options)
    document = mapping(yaml_document(text))
    tasks = mapping(document.get("tasks"))
    if not tasks:
        return None
    given: dict[str, str] = {}
    names: list[str] = []
    for word in options.rest:
        found, rest = assignments_first((word,))
        given.update(found)
        names += rest
    given["CLI_ARGS"] = " ".join(quoted(options.tail))
    run = _Run(command, place, parent(path), document, tasks, given)
    wanted = names or ["default"]
    if not any(run.definition(name) is not None for name in wanted):
        return None
    for name in wanted:
        run.task(name, {}, 0)
    return tuple(run.found)


def _taskfile(command: Command, place: Descent, options: Options) -> tuple[str, str]:
    named = options.last("-t", "--taskfile")
    if named:
        path = inside(command.cwd, named)
        return path, place.text(".", path)
    return place.first(joined(command.cwd, options.last("-d", "--dir") or "."), _NAMES)


@dataclass(slots=True)
class _Run:
    """One run of task."""

    command: Command
    place: Descent
    folder: str
    document: Mapping[str, Any]
    tasks: Mapping[str, Any]
    given: Mapping[str, str]
    found: list[Command] = field(default_factory=list)
    visits: int = 0
    lines: int = 0
    written: int = 0
    aliases: dict[str, object] = field(default_factory=dict)

    def definition(self, name: str) -> object:
        """Return a task by its name or an alias."""
        if name in self.tasks:
            return self.tasks[name]
        if not self.aliases:
            self.aliases = {"": None} | {
                text_of(alias): task
                for task in reversed(tuple(self.tasks.values()))
                for alias in listed(mapping(task).get("aliases"))
            }
        return self.aliases.get(name)

    def task(self, name: str, passed: Mapping[str, str], depth: int, masked: str = "") -> None:
        """Run a task: what it depends on, then its commands."""
        task = self.definition(name)
        self.visits += 1
        if task is None or depth > _MAX_DEPTH or self.visits > _MAX_TASKS:
            return
        table = {"cmds": task} if isinstance(task, (str, list)) else mapping(task)
        values = self._values(table, passed, name)
        for need in listed(table.get("deps"))[:_MAX_TASKS]:
            self._call(need, values, depth, masked)
        if table.get("ignore_error") is True:
            masked = masked or "ignore_error: true"
        env = {
            str(key): self._put_in(text_of(value), values)
            for part in (self.document, table)
            for key, value in islice(mapping(part.get("env")).items(), _MAX_VALUES)
        }
        folder = joined(self.folder, self._put_in(text_of(table.get("dir")), values) or ".")
        for item in listed(table.get("cmds", table.get("cmd"))):
            if self.lines >= _MAX_LINES:
                return
            self._item(item, values, env, folder, depth, masked)

    def _item(
        self,
        item: object,
        values: Mapping[str, str],
        env: Mapping[str, str],
        folder: str,
        depth: int,
        masked: str,
    ) -> None:
        self.lines += 1
        table = mapping(item)
        if "task" in table:
            self._call(item, values, depth, masked)
            return
        line = table.get("cmd", table.get("defer", item))
        if table.get("ignore_error") is True:
            masked = masked or "ignore_error: true"
        if mapping(line).get("task"):
            self._call(line, values, depth, masked)
            return
        loops = table.get("for")
        rounds = [text_of(one) for one in loops] if isinstance(loops, list) else [""]
        for one in rounds[:50]:
            self.lines += 1
            text = self._put_in(text_of(line), {**values, "ITEM": one} if one else values)
            self.written += len(text)
            if self.written > _MAX_WRITTEN:
                return
            self.found += self.place.shell(
                text, self.command, shell="bash -e {0}", cwd=folder, env=env, masked=masked
            )

    def _call(self, item: object, values: Mapping[str, str], depth: int, masked: str) -> None:
        table = mapping(item)
        passed = {
            str(name): self._put_in(text_of(value), values)
            for name, value in islice(mapping(table.get("vars")).items(), _MAX_VALUES)
        }
        self.task(text_of(table.get("task", item)), passed, depth + 1, masked)

    def _values(
        self, table: Mapping[str, Any], passed: Mapping[str, str], name: str
    ) -> dict[str, str]:
        values: dict[str, str] = {"ROOT_DIR": WORKSPACE, "TASKFILE_DIR": WORKSPACE, "TASK": name}
        for part in (self.document.get("vars"), passed, table.get("vars")):
            for key, value in islice(mapping(part).items(), _MAX_VALUES):
                if str(key) in passed and part is not passed:
                    continue
                if isinstance(value, dict):
                    values[str(key)] = hole(f"vars.{key}")
                else:
                    values[str(key)] = self._put_in(text_of(value), values)
        return {**values, **self.given}

    def _put_in(self, text: str, values: Mapping[str, str]) -> str:
        def value(found: re.Match[str]) -> str:
            inner = found[1]
            name = _NAME.match(inner)
            if name:
                return values.get(name[1], self.command.env.get(name[1], ""))
            default = _DEFAULT.match(inner)
            if default:
                key, other = default[1] or default[4], default[2] or default[3] or ""
                return values.get(key) or self.command.env.get(key) or other
            return hole(inner)

        return filled(_TEMPLATE, value, text[:LIMIT])
