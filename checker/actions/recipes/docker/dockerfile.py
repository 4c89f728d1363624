"""A Dockerfile followed instruction by instruction: what its RUN lines start, and what its image starts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from checker.actions.command import NOTHING, hole
from checker.actions.filling import filled
from checker.actions.recipes.paths import inside

_MAX_LINES = 5_000
_MAX_INSTRUCTIONS = 1_000
_MAX_VALUE = 10_000

_INSTRUCTION = re.compile(r"^\s*([A-Za-z]+)\s+(.*)$", re.DOTALL)
_HEREDOC = re.compile(r"<<(-?)\s*[\"']?([A-Za-z_][\w.]*)[\"']?")
_FLAG = re.compile(r"--[a-z-]+(?:=\S*)?\s+[ \t\\\n]*")
_VARIABLE = re.compile(r"\\\$|\$\{(\w+)(?:(:?[-+])([^}]*))?\}|\$(\w+)")
_PAIR = re.compile(r"""(?<![\w.-])([\w.-]+)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)""")


@dataclass(frozen=True, slots=True)
class Run:
    """One RUN: its shell text, or its words in exec form, where and with what variables."""

    text: str
    words: tuple[str, ...]
    shell: str
    cwd: str
    env: Mapping[str, str]


@dataclass(slots=True)
class Stage:
    """One stage of a Dockerfile and what an image of it would start."""

    name: str
    source: str
    runs: list[Run] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)
    env: dict[str, str] = field(default_factory=dict)
    args: dict[str, str] = field(default_factory=dict)
    shell: str = "sh {0}"
    workdir: str = "/"
    folders: list[tuple[str, str]] = field(default_factory=list)
    """Folder in the image and the folder of the repository that was copied there."""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    def place(self, context: str, workdir: str = "") -> str:
        """Return the folder of the repository that a folder of the image holds."""
        where = workdir or self.workdir
        for inner, outer in reversed(self.folders):
            if where == inner or where.startswith(inner.rstrip("/") + "/"):
                return inside(outer, where[len(inner.rstrip("/")) :].lstrip("/")) or context
        return context


@lru_cache(maxsize=128)
def instructions(text: str) -> tuple[tuple[str, str, str], ...]:
    """Split a Dockerfile into (instruction, arguments, text of its here-document)."""
    found: list[tuple[str, str, str]] = []
    lines = text.replace("\r\n", "\n").split("\n")[:_MAX_LINES]
    at = 0
    while at < len(lines) and len(found) < _MAX_INSTRUCTIONS:
        line = lines[at]
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        parts = [line]
        while parts[-1].rstrip().endswith("\\") and at < len(lines):
            if not lines[at].lstrip().startswith("#"):  # a comment may stand inside
                parts.append(lines[at])
            at += 1
        whole = "\n".join(parts)
        instruction = _INSTRUCTION.match(whole)
        if not instruction:
            continue
        name, arguments = instruction[1].upper(), instruction[2]
        document = ""
        marker = _HEREDOC.search(arguments) if name in {"RUN", "COPY", "ADD"} else None
        if marker:
            body: list[str] = []
            while at < len(lines):
                row = lines[at].lstrip("\t") if marker[1] else lines[at]
                at += 1
                if row.strip() == marker[2]:
                    break
                body.append(row)
            document = "\n".join(body) + "\n"
        found.append((name, arguments, document))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Build:
    """One `docker build`: tags, Dockerfile and context by their paths, target and build arguments."""

    file: str
    context: str
    tags: tuple[str, ...] = ()
    target: str = ""
    arguments: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(slots=True)
class _Surroundings:
    """What a Dockerfile is followed with: its build, its ARGs before FROM, the repository's folders."""

    build: Build
    is_folder: Callable[[str], bool]
    outside: dict[str, str] = field(default_factory=dict)


def stages_of(text: str, build: Build, is_folder: Callable[[str], bool]) -> tuple[Stage, ...]:
    """Follow a Dockerfile; `is_folder` says which paths of the repository are folders."""
    stages: list[Stage] = []
    around = _Surroundings(build, is_folder)
    for name, written, document in instructions(text):
        stage = stages[-1] if stages else None
        if name == "FROM":
            stages.append(_from(written, stages, {**around.outside, **build.arguments}))
        elif name == "ARG" and stage is None:
            key, _, value = written.partition("=")
            default = _unquoted(value.strip())
            around.outside[key.strip()] = build.arguments.get(key.strip(), default)
        elif stage is not None:
            _follow(stage, name, written, document, around)
    return tuple(stages)


def _from(written: str, stages: list[Stage], values: Mapping[str, str]) -> Stage:
    words = _without_flags(written).split()
    source = _put_in(words[0], values) if words else ""
    name = words[2] if len(words) > 2 and words[1].lower() == "as" else str(len(stages))
    base = next((stage for stage in stages if stage.name.lower() == source.lower()), None)
    if base is None:
        return Stage(name, source)
    return Stage(
        name,
        source,
        needs={base.name},
        env=dict(base.env),
        args=dict(base.args),
        shell=base.shell,
        workdir=base.workdir,
        folders=list(base.folders),
        entrypoint=base.entrypoint,
        command=base.command,
    )


def _follow(stage: Stage, name: str, written: str, document: str, around: _Surroundings) -> None:
    values = {**stage.args, **stage.env}
    if name == "RUN":
        _run(stage, written, document, around.build.context, values)
    elif name == "ENV":
        stage.env.update(_pairs(written, values))
    elif name == "ARG":
        key, _, default = written.strip().partition("=")
        outer = around.outside.get(key, _put_in(_unquoted(default), values))
        stage.args[key] = around.build.arguments.get(key, outer)
    elif name == "WORKDIR":
        stage.workdir = _joined(stage.workdir, _put_in(_unquoted(written.strip()), values))
    elif name == "SHELL":
        words = _exec_form(written)
        flags = [word for word in words[1:] if word != "-c"]
        flags = [re.sub(r"^(-\w*)c$", r"\1", word) for word in flags]
        stage.shell = " ".join((words[0], *flags, "{0}")) if words else stage.shell
    elif name in {"COPY", "ADD"}:
        _copy(stage, written, around, values)
    elif name == "ENTRYPOINT":
        stage.entrypoint = _exec_form(written) or ("sh", "-c", written.strip())
        stage.command = ()
    elif name == "CMD":
        stage.command = _exec_form(written) or ("sh", "-c", written.strip())


def _run(stage: Stage, written: str, document: str, context: str, values: dict[str, str]) -> None:
    for flag in re.findall(r"--mount=(\S+)", written):
        source = re.search(r"from=([^,\s]+)", flag)
        if source:
            stage.needs.add(source[1])
    body = _without_flags(written)
    words = _exec_form(body)
    text = "" if words else body
    if document:
        marker = _HEREDOC.search(body)
        before = body[: marker.start()].strip() if marker else ""
        text = document if not before else f"{body}\n{document}{marker[2] if marker else ''}\n"
    shell = stage.shell
    if document and text.startswith("#!"):
        first = text[2:].partition("\n")[0].split()
        shell = " ".join(word.rpartition("/")[2] for word in first if not word.endswith("/env"))
        shell += " {0}"
    stage.runs.append(Run(text, words, shell, stage.place(context), dict(values)))


def _copy(stage: Stage, written: str, around: _Surroundings, values: Mapping[str, str]) -> None:
    source_stage = re.search(r"--from=(\S+)", written)
    if source_stage:
        stage.needs.add(source_stage[1])
        return
    body = _without_flags(written)
    words = list(_exec_form(body)) or body.split()
    if len(words) < 2:
        return
    target = _joined(stage.workdir, _put_in(words[-1], values))
    for source in words[:-1]:
        folder = inside(around.build.context, source.lstrip("/"))
        if around.is_folder(folder) and len(stage.folders) < 100:
            stage.folders.append((target.rstrip("/") or "/", folder))


def image_command(stage: Stage, given: tuple[str, ...], entrypoint: str = "") -> tuple[str, ...]:
    """Return what a container of a stage's image starts, with the words given after the image."""
    if entrypoint:
        return (*entrypoint.split(), *given)
    return (*stage.entrypoint, *(given or stage.command))


def reached(stages: tuple[Stage, ...], target: str = "") -> tuple[Stage, ...]:
    """Return the stages that BuildKit builds for a target (the last by default), in order."""
    names = {stage.name.lower(): place for place, stage in enumerate(stages)}
    names |= {str(place): place for place in range(len(stages))}
    start = names.get(target.lower(), len(stages) - 1) if target else len(stages) - 1
    wanted: set[int] = set()
    waiting = [start] if stages else []
    while waiting:
        place = waiting.pop()
        if place in wanted or place < 0:
            continue
        wanted.add(place)
        waiting += [names[need.lower()] for need in stages[place].needs if need.lower() in names]
    return tuple(stage for place, stage in enumerate(stages) if place in wanted)


def last(stages: tuple[Stage, ...], target: str = "") -> Stage | None:
    """Return the stage that becomes the image."""
    if not stages:
        return None
    return next((stage for stage in stages if target and stage.name == target), stages[-1])


def _without_flags(text: str) -> str:
    text = text.lstrip()
    at = 0
    while flag := _FLAG.match(text, at):
        at = flag.end()
    return text[at:]


def _exec_form(text: str) -> tuple[str, ...]:
    """Return the words of `["a", "b"]`, nothing when the text is in shell form."""
    stripped = text.strip().replace("\\\n", "\n")
    if not stripped.startswith("["):
        return ()
    try:
        words = json.loads(stripped)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return ()
    return tuple(words)


def _pairs(written: str, values: Mapping[str, str]) -> dict[str, str]:
    written = written.replace("\\\n", " ").strip()
    first, _, rest = written.partition(" ")
    if "=" not in first:
        return {first: _put_in(_unquoted(rest.strip()), values)}
    return {name: _put_in(_unquoted(value), values) for name, value in _PAIR.findall(written)}


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text.replace("\\ ", " ")


def _put_in(text: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1] or found[4]
        if not name:
            return "$"
        if found[2] and found[2].endswith("+"):
            return (found[3] or "") if values.get(name) else ""
        known = values.get(name, "")
        return known or (found[3] or "") if found[2] or name in values else hole(name)

    return filled(_VARIABLE, value, text[:_MAX_VALUE], _MAX_VALUE)


def _joined(folder: str, path: str) -> str:
    whole = path if path.startswith("/") else f"{folder}/{path}"
    parts: list[str] = []
    for part in whole.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/" + "/".join(parts)
