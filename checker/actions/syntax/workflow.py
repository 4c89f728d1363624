"""Reading a workflow file and an action file of the repository."""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from checker.actions.syntax import checks
from checker.actions.syntax.document import (
    Document,
    Node,
    Problem,
    Text,
    document,
    is_null,
    items,
    line_of,
    value,
)
from checker.actions.syntax.fields import (
    CONDITION,
    PLANNING,
    RUNNER,
    STRATEGY,
    TRIGGER_TIME,
    Fields,
    clip,
)
from checker.actions.syntax.model import (
    NO_TEXT,
    Action,
    Defaults,
    Job,
    Json,
    Matrix,
    Permissions,
    Step,
    Workflow,
)
from checker.actions.syntax.triggers import read_inputs, triggers

MAX_JOBS = 2_000
"""More jobs than that are refused here: no person wrote them."""

_WORKFLOW = (
    "on", "name", "description", "run-name", "defaults", "env", "permissions", "concurrency", "jobs",
)  # fmt: skip
_JOB = (
    "needs", "if", "strategy", "name", "runs-on", "timeout-minutes", "cancel-timeout-minutes", "continue-on-error",
    "container", "services", "env", "environment", "permissions", "concurrency", "outputs", "defaults", "steps",
    "snapshot",
)  # fmt: skip
_CALL = ("name", "uses", "with", "secrets", "needs", "if", "permissions", "concurrency", "strategy")
_STEP = ("name", "id", "if", "timeout-minutes", "continue-on-error", "env", "background")
_RUN = (*_STEP, "run", "working-directory", "shell")
_USES = (*_STEP, "uses", "with")
_OTHER_STEPS = ("wait", "wait-all", "cancel", "parallel")
_MAX_ID = 99
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def read_workflow(path: str, text: str) -> Workflow:
    """Read a workflow file. Never raises: what GitHub refuses is in `errors`."""
    found = document(text)
    lines = tuple(text.splitlines()[:100_000])
    if found.root is None:
        if not found.problems:
            found.refuse(1, "the file is empty")
        return Workflow(path, errors=_sorted(found), lines=lines)
    fields = Fields(found)
    root = fields.mapping(found.root, "a workflow", _WORKFLOW, ("on", "jobs"))
    workflow = Workflow(
        path,
        name=str(fields.text(root.get("name"), "`name`", ())),
        triggers=triggers(fields, root["on"]) if "on" in root else {},
        env=fields.named_texts(root.get("env"), "`env`", (*TRIGGER_TIME, "secrets")),
        defaults=_defaults(fields, root.get("defaults"), ()),
        permissions=_permissions(fields, root.get("permissions")),
        concurrency=_concurrency(fields, root.get("concurrency"), TRIGGER_TIME),
        jobs=_jobs(fields, root.get("jobs")),
        lines=lines,
    )
    fields.text(root.get("run-name"), "`run-name`", TRIGGER_TIME)
    _check_needs(fields, workflow.jobs)
    return replace(workflow, errors=_sorted(found), warnings=tuple(found.warnings))


def read_action(path: str, text: str) -> Action:
    """Read an `action.yml`. Never raises: what GitHub refuses is in `errors`."""
    found = document(text)
    lines = tuple(text.splitlines()[:100_000])
    if found.root is None:
        return Action(
            path, errors=_sorted(found) or (Problem(1, "the file is empty"),), lines=lines
        )
    fields = Fields(found)
    root = fields.mapping(found.root, "an action", required=("runs",))
    runs = fields.mapping(root.get("runs"), "`runs`", required=("using",))
    outputs = root.get("outputs")
    values = {} if outputs is None or is_null(outputs) else fields.mapping(outputs, "`outputs`")
    return Action(
        path,
        name=str(fields.text(root.get("name"), "`name`")),
        using=str(fields.text(runs.get("using"), "`using`")),
        inputs=read_inputs(fields, root.get("inputs")),
        outputs={
            key: fields.text(fields.mapping(item, f"output `{clip(key)}`").get("value"), "`value`")
            for key, item in values.items()
        },
        steps=_steps(fields, runs.get("steps"), RUNNER),
        image=str(fields.text(runs.get("image"), "`image`")),
        args=fields.texts(runs.get("args"), "`args`"),
        errors=_sorted(found),
        lines=lines,
    )


def _sorted(found: Document) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(found.problems), key=lambda problem: problem.line))


def _jobs(fields: Fields, node: Node | None) -> dict[str, Job]:
    if node is None:
        return {}
    found = fields.mapping(node, "`jobs`")
    if not found and isinstance(node, yaml.MappingNode):
        fields.refuse(node, "`jobs` needs at least one job")
    if len(found) > MAX_JOBS:
        fields.refuse(node, f"{len(found):,} jobs are more than the {MAX_JOBS:,} that are read")
        return {}
    keys = (
        {str(key): key.line for key in (Text(str(k.value), line_of(k)) for k, _ in node.value)}
        if found
        else {}
    )
    return {id: _job(fields, id, keys[id], item) for id, item in found.items()}


def _job(fields: Fields, id: str, line: int, node: Node) -> Job:
    if not _ID.fullmatch(id):
        fields.refuse(line, f"`{clip(id)}` cannot be a job's id: letters, digits, `-` and `_` only")
    calls = (
        any(str(key.value) == "uses" for key, _ in node.value)
        if isinstance(node, yaml.MappingNode)
        else False
    )
    found = fields.mapping(
        node, f"job `{clip(id)}`", _CALL if calls else _JOB, () if calls else ("runs-on",)
    )
    strategy = checks.strategy(fields, found.get("strategy"))
    checks.runs_on(fields, found.get("runs-on"))
    checks.container(fields, found.get("container"), "`container`")
    checks.services(fields, found.get("services"))
    fields.number(found.get("timeout-minutes"), "`timeout-minutes`", STRATEGY)
    environment = found.get("environment")
    place = (
        fields.mapping(environment, "`environment`", ("name", "url", "deployment"), ("name",))
        if isinstance(environment, yaml.MappingNode)
        else {}
    )
    secrets = found.get("secrets")
    inherits = isinstance(secrets, yaml.ScalarNode) and secrets.value == "inherit"
    container = found.get("container")
    image = (
        dict(pairs_of(container)).get("image")
        if isinstance(container, yaml.MappingNode)
        else container
    )
    return Job(
        id,
        line,
        name=fields.text(found.get("name"), "`name`", STRATEGY),
        needs=fields.texts(found.get("needs"), "`needs`", ()),
        condition=fields.condition(found.get("if"), PLANNING),
        runs_on=fields.json(found.get("runs-on"), STRATEGY),
        matrix=_matrix(fields, strategy.get("matrix")),
        env=fields.named_texts(found.get("env"), "`env`", (*STRATEGY, "secrets")),
        defaults=_defaults(fields, found.get("defaults"), (*STRATEGY, "env")),
        permissions=_permissions(fields, found.get("permissions")),
        environment=fields.text(
            place.get("name", None if place else environment), "`environment`", STRATEGY
        ),
        environment_url=fields.text(place.get("url"), "`url`", CONDITION),
        concurrency=_concurrency(fields, found.get("concurrency"), STRATEGY),
        continue_on_error=fields.boolean(
            found.get("continue-on-error"), "`continue-on-error`", STRATEGY
        ),
        container=fields.text(image, "`container`", STRATEGY),
        outputs=fields.named_texts(found.get("outputs"), "`outputs`", RUNNER),
        steps=_steps(fields, found.get("steps")),
        uses=fields.filled(found["uses"], "`uses`", ()) if calls else NO_TEXT,
        inputs=_call_inputs(fields, found.get("with")),
        secrets={}
        if inherits
        else fields.named_texts(secrets, "`secrets`", (*STRATEGY, "secrets")),
        inherits_secrets=inherits,
    )


def _call_inputs(fields: Fields, node: Node | None) -> dict[str, Json]:
    if node is None:
        return {}
    found = fields.mapping(node, "`with`")
    for key, item in found.items():
        fields.text(item, f"`{clip(key)}` of `with`", STRATEGY)
    return {key: value(item) for key, item in found.items()}  # type: ignore[misc]  # scalars alone


def _steps(fields: Fields, node: Node | None, shell: tuple[str, ...] = ()) -> tuple[Step, ...]:
    """Read steps; `shell` are the contexts that a shell may name: none in a workflow."""
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        fields.refuse(node, "`steps` must be a list: each step begins with `-`")
        return ()
    steps: list[Step] = []
    ids: set[str] = set()
    for item in items(node):
        inner = next((value for key, value in pairs_of(item) if key == "parallel"), None)
        for part in items(inner) if inner is not None else (item,):
            step = _step(fields, len(steps) + 1, part, shell)
            if step is None:
                continue
            if step.id and step.id.lower() in ids:
                fields.refuse(step.line, f"two steps have the id `{clip(step.id)}`")
            ids.add(step.id.lower())
            steps.append(step)
    return tuple(steps)


def pairs_of(node: Node) -> list[tuple[str, Node]]:
    """Return the keys and values of a mapping, nothing for another node."""
    return (
        [(str(key.value), item) for key, item in node.value]
        if isinstance(node, yaml.MappingNode)
        else []
    )


def _step(fields: Fields, number: int, node: Node, shell: tuple[str, ...]) -> Step | None:
    keys = {key for key, _ in pairs_of(node)}
    if keys & set(_OTHER_STEPS):
        return None  # They wait for background steps or cancel them, and start nothing themselves.
    if isinstance(node, yaml.MappingNode) and not keys & {"run", "uses"}:
        fields.refuse(node, "a step needs `run` or `uses`")
        return None
    found = fields.mapping(node, "a step", _RUN if "run" in keys else _USES)
    if not found:
        return None
    fields.number(found.get("timeout-minutes"), "`timeout-minutes`", RUNNER)
    run = found.get("run")
    script = fields.text(run, "`run`", RUNNER)
    block = run is not None and getattr(run, "style", None) in {"|", ">"}
    uses = fields.text(found.get("uses"), "`uses`", ())
    id = str(fields.text(found.get("id"), "`id`", ()))
    if "id" in found and (not _ID.fullmatch(id) or len(id) > _MAX_ID):
        fields.refuse(
            found["id"], f"`{clip(id)}` cannot be a step's id: letters, digits, `-` and `_` only"
        )
    if "uses" in found and not uses:
        fields.refuse(found["uses"], "`uses` must name an action")
    return Step(
        number,
        line_of(node),
        id=id,
        name=fields.text(found.get("name"), "`name`", RUNNER),
        condition=fields.condition(found.get("if"), CONDITION),
        uses=uses,
        run=script,
        run_line=(line_of(run) + 1 if block else line_of(run)) if run is not None else 0,
        inputs=fields.named_texts(found.get("with"), "`with`", RUNNER),
        env=fields.named_texts(found.get("env"), "`env`", RUNNER),
        shell=fields.text(found.get("shell"), "`shell`", shell),
        working_directory=fields.text(
            found.get("working-directory"), "`working-directory`", RUNNER
        ),
        continue_on_error=fields.boolean(
            found.get("continue-on-error"), "`continue-on-error`", RUNNER
        ),
    )


def _matrix(fields: Fields, node: Node | None) -> Matrix:
    if node is None:
        return Matrix()
    if fields.whole(node, PLANNING):
        return Matrix(expression=fields.text(node, "`matrix`"))
    checks.matrix(fields, node)
    found = dict(pairs_of(node))
    return Matrix(
        vectors={
            key: fields.json(item, PLANNING)
            for key, item in found.items()
            if key not in {"include", "exclude"}
        },
        include=fields.json(found.get("include"), PLANNING),
        exclude=fields.json(found.get("exclude"), PLANNING),
    )


def _defaults(fields: Fields, node: Node | None, contexts: tuple[str, ...]) -> Defaults:
    run = fields.mapping(node, "`defaults`", ("run",)).get("run")
    found = fields.mapping(run, "`defaults.run`", ("shell", "working-directory"))
    return Defaults(
        fields.text(found.get("shell"), "`shell`", contexts),
        fields.text(found.get("working-directory"), "`working-directory`", contexts),
    )


def _permissions(fields: Fields, node: Node | None) -> Permissions:
    if node is None:
        return Permissions()
    if isinstance(node, yaml.ScalarNode):
        word = str(value(node))
        if word not in {"read-all", "write-all"}:
            fields.refuse(node, "`permissions` must be `read-all`, `write-all` or a mapping")
        return Permissions(given=True, everything=word.removesuffix("-all"))
    scopes = fields.named_texts(node, "`permissions`", ())
    for scope, level in scopes.items():
        if level not in {"read", "write", "none"}:
            fields.refuse(level.line, f"`{clip(scope)}` must be `read`, `write` or `none`")
    return Permissions(given=True, scopes={scope: str(level) for scope, level in scopes.items()})


def _concurrency(fields: Fields, node: Node | None, contexts: tuple[str, ...]) -> Text:
    if isinstance(node, yaml.MappingNode):
        found = fields.mapping(
            node, "`concurrency`", ("group", "cancel-in-progress", "queue"), ("group",)
        )
        fields.boolean(found.get("cancel-in-progress"), "`cancel-in-progress`", contexts)
        return fields.text(found.get("group"), "`group`", contexts)
    return fields.text(node, "`concurrency`", contexts) if node is not None else NO_TEXT


def _check_needs(fields: Fields, jobs: dict[str, Job] | object) -> None:
    """Refuse needs that name no job, and circles of needs."""
    assert isinstance(jobs, dict)
    for job in jobs.values():
        for need in job.needs:
            if need not in jobs:
                fields.refuse(
                    job.line, f"job `{clip(job.id)}` needs `{clip(need)}`, and there is no such job"
                )
    waiting = {id: {need for need in job.needs if need in jobs} for id, job in jobs.items()}
    free = [id for id, needs in waiting.items() if not needs]
    dependants: dict[str, list[str]] = {}
    for id, needs in waiting.items():
        for need in needs:
            dependants.setdefault(need, []).append(id)
    while free:
        done = free.pop()
        waiting.pop(done, None)
        for id in dependants.get(done, ()):
            waiting[id].discard(done)
            if not waiting[id]:
                free.append(id)
    if waiting:
        fields.refuse(
            jobs[next(iter(waiting))].line,
            f"jobs wait for each other in a circle: {clip(', '.join(waiting))}",
        )
