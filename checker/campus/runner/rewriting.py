"""Workflow files as act gets them: what they do is theirs, the names of jobs are ours, so that each can be told again.

act tells of a job only what it is called, and calls a matrix's jobs and those of called workflows in its own way. In
the scratch copy that act reads, each job is therefore called by its place in the file (`J0`, `J1` …), runs on the one
label act knows, and begins with a step that gives it a Python of its own. What steps check out is never touched.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

import yaml

from checker.campus import actions

LABEL = "campus"
"""The label of the one machine there is."""
CALLED = "C"
"""The name of every called workflow."""
FIRST = "campus-first"
"""The id of the step that stands before all others."""
LAST = "campus-last-"
"""Ids of the steps behind all others begin so; the number of the step they belong to follows."""
STEP = "CAMPUS_STEP"
"""The variable that says which step of its job a process belongs to, by its number in the file."""

PREPARE = '"$CAMPUS_PYTHON" -I -m checker.campus.actions.prepare'
SAVE = '"$CAMPUS_PYTHON" -I -m checker.campus.actions.cache save'

_PLACE = re.compile(r"J(\d+)(?:-(\d+))?")


def rewrite(text: str) -> str:
    """Return a workflow file for act. Raises ValueError for what is no YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
    fields = _fields(root)
    if "workflow_call" in _words(fields.get("on")) and root is not None:
        _put(root, "name", _text(CALLED))
    jobs = fields.get("jobs")
    if isinstance(jobs, yaml.MappingNode):  # what an anchor shares is written out
        jobs.value = [(key, copy.deepcopy(job)) for key, job in jobs.value]
    for place, (_, job) in enumerate(_pairs(jobs)):
        _put(job, "name", _text(f"J{place}"))
        inside = _fields(job)
        if "uses" in inside:
            continue
        refused = next((name for name in ("container", "services") if name in inside), "")
        for name in ("container", "services", "environment", "concurrency", "timeout-minutes"):
            _drop(job, name)
        _put(job, "runs-on", _text(LABEL))
        if isinstance(steps := inside.get("steps"), yaml.SequenceNode):
            steps.value = [copy.deepcopy(one) for one in steps.value]
            _put(job, "steps", _steps(steps, refused))
    return yaml.serialize(root, width=1_000_000, allow_unicode=True)


def place(name: str) -> tuple[tuple[int, int], ...]:
    """Return where a job that act tells of stands: its place in each file on the way, and in each matrix from 1.

    `CI/J2-3` is the third of the matrix of the third job; `J1/C/J0` the first job that the second one calls. Empty for
    a name that is none of ours.
    """
    parts = name.strip().split(f"/{CALLED}/")
    parts[0] = parts[0].rpartition("/")[2]
    found = [_PLACE.fullmatch(part.strip()) for part in parts]
    if not all(found):
        return ()
    return tuple((int(one[1]), int(one[2] or 0)) for one in found if one)


def _steps(steps: yaml.SequenceNode, refused: str) -> yaml.SequenceNode:
    told = {"CAMPUS_REFUSED": refused} if refused else {}
    if not _needs_python(steps.value):
        told["CAMPUS_DEFAULT_PYTHON"] = "none"
    first = {"id": FIRST, "run": PREPARE, "shell": "bash", **({"env": told} if told else {})}
    last = []
    for number, step in enumerate(steps.value, 1):
        fields = _fields(step)
        uses, own = fields.get("uses"), fields.get("id")
        if not isinstance(uses, yaml.ScalarNode) or not uses.value.startswith("actions/cache@"):
            continue
        if own is None:
            own = _text(f"campus-cache-{number}")
            _put(step, "id", own)
        outputs = f"steps.{own.value}.outputs"
        last.append(
            {
                "id": f"{LAST}{number}",
                "if": f"success() && {outputs}.cache-hit != 'true'",
                "run": SAVE,
                "shell": "bash",
                "env": {
                    "INPUT_KEY": f"${{{{ {outputs}.campus-key }}}}",
                    "INPUT_PATH": f"${{{{ {outputs}.campus-path }}}}",
                },
            }
        )
    value = [_node(first), *_kept(steps), *map(_node, reversed(last))]
    return yaml.SequenceNode("tag:yaml.org,2002:seq", value, flow_style=False)


def _needs_python(steps: list[yaml.Node]) -> bool:
    """Say whether a step may find no Python of the job's own unless it is given one before all steps.

    Stand-ins bring theirs. Steps behind a setup-python have that one, unless they run when it failed or was skipped.
    """
    for number, step in enumerate(steps):
        fields = _fields(step)
        name = str(getattr(fields.get("uses"), "value", "")).partition("@")[0]
        if not name or actions.folder(name) is None:
            return True
        if name.lower() == "actions/setup-python":
            return "continue-on-error" in fields or any(
                "if" in _fields(one) for one in steps[number:]
            )
    return False


def _kept(steps: yaml.SequenceNode) -> list[yaml.Node]:
    """Return the steps, each one that has no id with its place as one: others stand before them now."""
    for number, step in enumerate(steps.value, 1):
        fields = _fields(step)
        if "id" not in fields:
            _put(step, "id", _text(f"campus-{number}"))
        _drop(step, "timeout-minutes")
        if "env" not in fields:
            _put(step, "env", _node({}))
        _put(_fields(step)["env"], STEP, _text(str(number)))
    return list(steps.value)


def _pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(str(key.value), value) for key, value in node.value]


def _fields(node: yaml.Node | None) -> Mapping[str, yaml.Node]:
    return dict(_pairs(node))


def _words(node: yaml.Node | None) -> list[str]:
    if isinstance(node, yaml.ScalarNode):
        return [str(node.value)]
    if isinstance(node, yaml.SequenceNode):
        return [str(one.value) for one in node.value]
    return [name for name, _ in _pairs(node)]


def _put(node: yaml.Node, name: str, value: yaml.Node) -> None:
    if isinstance(node, yaml.MappingNode):
        _drop(node, name)
        node.value.append((_text(name), value))


def _drop(node: yaml.Node, name: str) -> None:
    if isinstance(node, yaml.MappingNode):
        node.value = [pair for pair in node.value if pair[0].value != name]


def _text(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style='"')


def _node(value: object) -> yaml.Node:
    if isinstance(value, Mapping):
        pairs = [(_text(str(name)), _node(item)) for name, item in value.items()]
        return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=False)
    return _text(str(value))
