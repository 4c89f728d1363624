"""A declarative Jenkinsfile as a pipeline.

Source: Jenkins Handbook, "Pipeline Syntax" and "Using a Jenkinsfile", read November 2026. Assumed is a multibranch
project that builds every branch, pull request and tag. What `expression { }` comes to is unknown unless it is a plain
comparison; scripted pipelines, shared libraries and `load` are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from checker.workbook.systems import leaks
from checker.workbook.systems.groovy import (
    Arguments,
    Call,
    Directive,
    Text,
    parse,
    refused,
    unquoted,
)
from checker.workbook.systems.happenings import HAPPENINGS, Happening
from checker.workbook.systems.pipeline import (
    MAX_JOBS,
    Job,
    Leak,
    Pipeline,
    commands_of,
    limited,
    pythons_in,
)
from checker.workbook.systems.when import conditions, every, holds

MAX_CELLS = 256
_PIPELINE = {
    "agent", "environment", "libraries", "options", "parameters", "post", "stages", "tools", "triggers",
}  # fmt: skip
_WORK = ("steps", "stages", "parallel", "matrix")
_STAGE = {"agent", "environment", "failFast", "input", "options", "post", "tools", "when", *_WORK}
_MASKS = {"catchError", "warnError"}


def read(text: str) -> Pipeline:
    """Read a Jenkinsfile. Raises ValueError, with the line, for one that Jenkins refuses or that is not declarative."""
    found = [
        one for one in parse(limited(text)) if not one.name.startswith("@") and one.name != "import"
    ]
    if not found or found[0].name != "pipeline" or found[0].body is None:
        line = found[0].line if found else 1
        scripted = " (`node` begins a scripted one)" if found and found[0].name == "node" else ""
        raise refused(line, f"a declarative pipeline begins with `pipeline {{`{scripted}")
    if len(found) > 1:
        raise refused(found[1].line, "nothing follows the block `pipeline`")
    whole = found[0]
    _allowed(whole, _PIPELINE)
    if whole.one("agent") is None:
        raise refused(
            whole.line, "`agent` is missing: where does it run? `agent any`, for instance"
        )
    stages = whole.one("stages")
    if stages is None:
        raise refused(whole.line, "`stages` is missing")
    reading = _Reading(_clocked(whole))
    reading.sequence(stages, _Place().within(whole), frozenset(), inside="")
    return Pipeline(
        "jenkins",
        tuple(reading.jobs),
        tuple(dict.fromkeys([*leaks.literals(text), *reading.leaks])),
    )


@dataclass(frozen=True)
class _Place:
    """What the blocks around a stage give to it."""

    agent: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    """By variable, the name of the credential in it."""
    conditions: tuple[Directive, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ({},)
    path: tuple[str, ...] = ()

    def within(self, block: Directive) -> _Place:
        """Return what is given inside of a block, with its own agent, environment and `when`."""
        agent = block.one("agent")
        when = block.one("when")
        if when is not None and not when.body:
            raise refused(when.line, "`when` holds no condition")
        variables, secrets = dict(self.variables), dict(self.secrets)
        for line in (block.one("environment") or Directive("environment", 0)).body or ():
            value = line.value
            if value is None:
                raise refused(line.line, "`environment` holds lines such as `NAME = 'value'`")
            if isinstance(value, Call) and value.name == "credentials":
                secrets[line.name] = value.arguments.text()
            elif isinstance(value, Text):
                variables[line.name] = value.value
        return replace(
            self,
            agent=" ".join(_texts(agent)) if agent is not None else self.agent,
            variables=variables,
            secrets=secrets,
            conditions=self.conditions + ((when,) if when is not None else ()),
        )


@dataclass
class _Reading:
    clocked: bool
    jobs: list[Job] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)

    def sequence(
        self, stages: Directive, place: _Place, after: frozenset[str], inside: str
    ) -> frozenset[str]:
        """Read stages that follow each other; returns the last of them."""
        _allowed(stages, {"stage"})
        found = stages.all("stage")
        if not found:
            raise refused(stages.line, "there is no `stage` in it")
        names: set[str] = set()
        for stage in found:
            name = stage.arguments.text("name")
            if not name:
                raise refused(stage.line, "a stage has a name: `stage('test')`")
            if name in names:
                raise refused(stage.line, f"two stages are called `{name}`")
            names.add(name)
            after = self.stage(stage, name, place, after, inside)
        return after

    def stage(
        self, stage: Directive, name: str, outer: _Place, after: frozenset[str], inside: str
    ) -> frozenset[str]:
        """Read a stage; returns the jobs that the next one waits for."""
        if stage.body is None:
            raise refused(stage.line, f"the stage `{name}` has no block")
        _allowed(stage, _STAGE)
        place = replace(outer.within(stage), path=(*outer.path, name))
        work = [one for kind in _WORK for one in stage.all(kind)]
        if len(work) != 1:
            said = " and ".join(f"`{one.name}`" for one in work) or "none"
            raise refused(
                stage.line,
                f"the stage `{name}` needs exactly one of steps, stages, parallel, matrix; it has {said}",
            )
        if work[0].body is None:
            raise refused(work[0].line, f"`{work[0].name}` has no block")
        match work[0].name:
            case "steps":
                return self.leaf(stage, work[0], place, after)
            case "stages":
                return self.sequence(work[0], place, after, inside)
        if inside:
            raise refused(
                work[0].line,
                f"`{work[0].name}` cannot stand inside of `{inside}`; Jenkins does not nest them",
            )
        if work[0].name == "matrix":
            _allowed(
                work[0],
                {
                    "axes",
                    "excludes",
                    "agent",
                    "environment",
                    "options",
                    "post",
                    "stages",
                    "tools",
                    "when",
                    "input",
                },
            )
            below = work[0].one("stages")
            if below is None:
                raise refused(work[0].line, "`matrix` needs `stages`")
            cell = replace(place.within(work[0]), rows=_rows(work[0]))
            return self.sequence(below, cell, after, "matrix")
        _allowed(work[0], {"stage"})
        ends: frozenset[str] = frozenset()
        for one in work[0].all("stage"):
            only = replace(work[0], name="stages", body=(one,))
            ends |= self.sequence(only, place, after, "parallel")
        if not ends:
            raise refused(work[0].line, "`parallel` holds no stage")
        return ends

    def leaf(
        self, stage: Directive, steps: Directive, place: _Place, after: frozenset[str]
    ) -> frozenset[str]:
        """Read a stage of steps as a job."""
        if len(self.jobs) >= MAX_JOBS:
            raise ValueError(f"there are more than {MAX_JOBS} stages")
        name = place.path[-1]
        if any(one.name == name for one in self.jobs):
            name = " / ".join(place.path)
        if not steps.body:
            raise refused(steps.line, "`steps` holds no step")
        run = _Steps(dict(place.secrets))
        run.walk(steps.body)
        for block in (stage.one("post") or steps).body or ():
            if block.name in {"success", "always"}:
                run.walk(block.body or ())
        script = "\n".join(one.value for one in run.scripts)
        commands, masked = commands_of(script)
        texts = [f"{place.agent}\n{run.images}\n{script}"]
        pythons = frozenset[str]().union(
            *(
                pythons_in(_filled(text, {**place.variables, **row}))
                for text in texts
                for row in place.rows
            )
        )
        secrets = {**run.secrets}
        self.jobs.append(
            Job(
                name=name,
                line=stage.line,
                commands=commands,
                after=after,
                pythons=pythons,
                secrets=frozenset(secrets.values()),
                runs={one.name: self.runs(place, one) for one in HAPPENINGS},
                masked=run.masked or masked,
            )
        )
        self.leaks += run.leaks(_names(secrets))
        return frozenset({name})

    def runs(self, place: _Place, one: Happening) -> str:
        """Answer whether a stage runs when something happens."""
        if one.kind == "closed" or (one.kind == "clock" and not self.clocked):
            return "no"
        found = every(holds(each, one) for when in place.conditions for each in conditions(when))
        return {True: "yes", False: "no", None: "depends"}[found]


@dataclass
class _Steps:
    """The steps of a stage: shell scripts, and the credentials they are given."""

    secrets: dict[str, str]
    scripts: list[Text] = field(default_factory=list)
    echoes: list[Text] = field(default_factory=list)
    images: str = ""
    masked: str = ""

    def walk(self, steps: Iterable[Directive]) -> None:
        """Take in some steps, and those in their blocks."""
        for step in steps:
            if step.name in {"sh", "bat", "powershell", "pwsh"}:
                given = step.arguments.first("script")
                if not isinstance(given, Text):
                    raise refused(step.line, f"`{step.name}` is given a string: `sh 'make test'`")
                self.scripts.append(given)
                status = step.arguments.named.get("returnStatus")
                if isinstance(status, Call) and status.name == "true":
                    self.masked = "returnStatus: true"
            elif step.name in {"echo", "println"}:
                given = step.arguments.first("message")
                self.echoes += [given] if isinstance(given, Text) else []
            elif step.name == "withCredentials":
                self.secrets |= _bound(step.arguments)
            elif step.name in _MASKS:
                self.masked = step.name
            if step.raw:
                self.code(step)
            self.walk(step.body or ())

    def code(self, step: Directive) -> None:
        """Take in the shell scripts and images that a block of code names."""
        for place, token in enumerate(step.raw):
            before = [one.text for one in step.raw[max(place - 5, 0) : place]]
            if token.kind != "text":
                continue
            if (
                before[-1:] == ["sh"]
                or before[-2:] == ["sh", "("]
                or before[-2:] == ["script", ":"]
            ):
                self.scripts.append(unquoted(token))
            elif "image" in before[-2:]:
                self.images += f"\n{unquoted(token).value}"

    def leaks(self, names: frozenset[str]) -> Iterator[Leak]:
        """Yield the lines that give one of these variables away."""
        for script in self.scripts:
            if script.expands:
                for number, line in enumerate(script.value.splitlines(), script.line):
                    used = [one for one in names if re.search(rf"\$\{{?(env\.)?{one}\b", line)]
                    if used:
                        yield Leak(number, "interpolated", used[0])
            else:
                yield from leaks.printed(script.value, script.line, names)
        for text in self.echoes:
            used = [
                one
                for one in names
                if text.expands and re.search(rf"\$\{{?(env\.)?{one}\b", text.value)
            ]
            if used:
                yield Leak(text.line, "printed", used[0])


def _names(secrets: Mapping[str, str]) -> frozenset[str]:
    """Return the variables that hold credentials, with the two halves of a user and password."""
    return frozenset(f"{name}{end}" for name in secrets for end in ("", "_USR", "_PSW") if name)


def _bound(arguments: Arguments) -> dict[str, str]:
    """Return the variables that `withCredentials` fills, with the names of the credentials."""
    found: dict[str, str] = {}
    lists = [one for one in arguments.plain if isinstance(one, Arguments)]
    for call in (each for one in lists for each in one.plain):
        if isinstance(call, Call):
            id = call.arguments.named.get("credentialsId")
            for name in ("variable", "passwordVariable", "keyFileVariable"):
                variable = call.arguments.named.get(name)
                if isinstance(variable, Text) and isinstance(id, Text):
                    found[variable.value] = id.value
    return found


def _rows(matrix: Directive) -> tuple[Mapping[str, str], ...]:
    axes = matrix.one("axes")
    found: dict[str, list[str]] = {}
    for axis in axes.all("axis") if axes is not None else ():
        name, values = axis.one("name"), axis.one("values")
        if name is None or values is None:
            raise refused(axis.line, "an axis has a `name` and `values`")
        found[name.arguments.text()] = [
            one.value for one in values.arguments.plain if isinstance(one, Text)
        ]
    if not found:
        raise refused(matrix.line, "`matrix` needs `axes`, and an `axis` in them")
    rows = [dict(zip(found, row, strict=True)) for row in product(*list(found.values())[:6])][
        :MAX_CELLS
    ]
    return tuple(rows) or ({},)


def _clocked(whole: Directive) -> bool:
    triggers = whole.one("triggers")
    return triggers is not None and bool(triggers.all("cron", "parameterizedCron"))


def _texts(directive: Directive) -> Iterator[str]:
    """Yield the strings of a directive and of its block: images, labels."""
    for value in (*directive.arguments.plain, *directive.arguments.named.values()):
        if isinstance(value, Text):
            yield value.value
    for one in directive.body or ():
        yield from _texts(one)


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        return values.get(found[1] or found[2], found[0])[:200]

    return re.sub(r"\$(?:\{(?:env\.)?(\w+)\}|(\w+))", value, text)


def _allowed(block: Directive, names: set[str]) -> None:
    for one in block.body or ():
        if one.name not in names:
            where = f"`{block.name}`"
            raise refused(
                one.line,
                f"`{one.name}` does not belong into {where}; there may be {', '.join(sorted(names))}",
            )
