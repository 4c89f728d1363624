"""Parts of a job that decide nothing about what it does, and that GitHub refuses a file for all the same.

The keys and kinds are those of GitHub's own description of workflow files (npm's workflow-v1.0.json, November 2026).
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from checker.actions.syntax.document import Node, is_null, items
from checker.actions.syntax.fields import PLANNING, RUNNER, STRATEGY, TRIGGER_TIME, Fields, clip

_CONTAINER = ("image", "options", "env", "ports", "volumes", "credentials")
_SERVICE = (*_CONTAINER, "entrypoint", "command")
_SECRET = (*TRIGGER_TIME, "secrets", "env", "needs", "strategy", "matrix")
_INPUT_TYPES = ("string", "boolean", "number")


def runs_on(fields: Fields, node: Node | None) -> None:
    """Refuse a `runs-on` that is neither a label, nor a list of them, nor a group."""
    if isinstance(node, yaml.MappingNode):
        found = fields.mapping(node, "`runs-on`", ("group", "labels"))
        if "group" in found:
            fields.filled(found["group"], "`group` of `runs-on`", STRATEGY)
        if "labels" in found:
            _one_or_many(fields, found["labels"], "`labels` of `runs-on`")
    elif node is not None:
        _one_or_many(fields, node, "`runs-on`")


def _one_or_many(fields: Fields, node: Node, what: str) -> None:
    for item in items(node) if isinstance(node, yaml.SequenceNode) else (node,):
        fields.filled(item, what, STRATEGY)


def container(fields: Fields, node: Node | None, what: str, *, service: bool = False) -> None:
    """Refuse a container without an image, and keys and values it cannot have."""
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        if service:
            fields.filled(node, what, STRATEGY)
        return
    found = fields.mapping(node, what, _SERVICE if service else _CONTAINER, ("image",))
    if "image" in found:
        fields.filled(found["image"], f"`image` of {what}", STRATEGY)
    for key in ("options", "entrypoint", "command"):
        fields.text(found.get(key), f"`{key}` of {what}", STRATEGY)
    fields.named_texts(found.get("env"), f"`env` of {what}", RUNNER)
    for key in ("ports", "volumes"):
        _many(fields, found.get(key), f"`{key}` of {what}")
    secrets = found.get("credentials")
    if secrets is not None and not fields.whole(secrets, _SECRET):
        given = fields.mapping(secrets, f"`credentials` of {what}", ("username", "password"))
        for key, item in given.items():
            fields.filled(item, f"`{key}` of {what}", _SECRET)


def _many(fields: Fields, node: Node | None, what: str) -> None:
    if node is None or fields.whole(node, STRATEGY):
        return
    if not isinstance(node, yaml.SequenceNode):
        fields.refuse(node, f"{what} must be a list")
    for item in items(node):
        fields.filled(item, what, STRATEGY)


def services(fields: Fields, node: Node | None) -> None:
    """Refuse services that are no mapping of containers."""
    if node is None or fields.whole(node, STRATEGY):
        return
    for name, item in fields.mapping(node, "`services`").items():
        container(fields, item, f"service `{clip(name)}`", service=True)


def strategy(fields: Fields, node: Node | None) -> dict[str, Node]:
    """Return the fields of a strategy; refuses what is neither them nor an expression."""
    if node is None or fields.whole(node, PLANNING):
        return {}
    found = fields.mapping(node, "`strategy`", ("fail-fast", "max-parallel", "matrix"))
    fields.boolean(found.get("fail-fast"), "`fail-fast`", PLANNING)
    fields.number(found.get("max-parallel"), "`max-parallel`", PLANNING)
    return found


def matrix(fields: Fields, node: Node) -> None:
    """Refuse a matrix whose values are no lists, and includes and excludes that are no lists of mappings."""
    for key, item in fields.mapping(node, "`matrix`").items():
        if fields.whole(item, PLANNING):
            continue
        if not isinstance(item, yaml.SequenceNode):
            fields.refuse(item, f"`{clip(key)}` of `matrix` must be a list")
        elif key in {"include", "exclude"}:
            for row in items(item):
                if not fields.whole(row, PLANNING):
                    fields.mapping(row, f"a row of `{key}`")


def call(fields: Fields, node: Node) -> None:
    """Refuse what GitHub refuses of a `workflow_call`: its inputs, secrets and outputs."""
    if is_null(node):
        return
    found = fields.mapping(node, "`workflow_call`", ("inputs", "secrets", "outputs"))
    for name, item in _named(fields, found, "inputs"):
        what = f"input `{clip(name)}`"
        keys = ("description", "deprecationMessage", "type", "required", "default")
        given = fields.mapping(item, what, keys, ("type",))
        kind = str(fields.text(given.get("type"), f"`type` of {what}", ()))
        if "type" in given and kind not in _INPUT_TYPES:
            fields.refuse(given["type"], f"`type` of {what} must be string, boolean or number")
        _plain_boolean(fields, given.get("required"), f"`required` of {what}")
        fields.text(given.get("default"), f"`default` of {what}", TRIGGER_TIME)
    for name, item in _named(fields, found, "secrets"):
        if not is_null(item):
            what = f"secret `{clip(name)}`"
            given = fields.mapping(item, what, ("description", "required"))
            _plain_boolean(fields, given.get("required"), f"`required` of {what}")
    for name, item in _named(fields, found, "outputs"):
        fields.mapping(item, f"output `{clip(name)}`", ("description", "value"), ("value",))


def _named(fields: Fields, found: dict[str, Node], key: str) -> Sequence[tuple[str, Node]]:
    node = found.get(key)
    return () if node is None else tuple(fields.mapping(node, f"`{key}`").items())


def _plain_boolean(fields: Fields, node: Node | None, what: str) -> None:
    fields.boolean(node, what, ())
