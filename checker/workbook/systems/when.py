"""The conditions of Jenkins' `when`: whether they hold when something happens.

Source: Jenkins Handbook, "Pipeline Syntax", read November 2026. `branch` looks at the name of what is built: the
tag's for a tag and `PR-1` for a pull request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from checker.workbook.systems.conditions import holds as compared
from checker.workbook.systems.groovy import Directive, Text, refused, source
from checker.workbook.systems.happenings import SOURCE_BRANCH, Happening
from checker.workbook.systems.patterns import globbed, searched

Truth = bool | None

_QUIET = {"beforeAgent", "beforeInput", "beforeOptions"}


def conditions(when: Directive) -> tuple[Directive, ...]:
    """Return the conditions of a `when`, without what only says when to look."""
    return tuple(one for one in when.body or () if one.name not in _QUIET)


def holds(condition: Directive, one: Happening) -> Truth:
    """Say whether a condition of `when` holds."""
    given = condition.arguments
    name = one.tag or ("PR-1" if one.kind == "pull" else one.branch)
    match condition.name:
        case "allOf" | "anyOf" | "not":
            if not condition.body:
                raise refused(condition.line, f"`{condition.name}` holds no condition")
            inner = [holds(each, one) for each in condition.body]
            if condition.name == "anyOf":
                return True if True in inner else None if None in inner else False
            both = every(inner)
            return both if condition.name == "allOf" else None if both is None else not both
        case "branch":
            return _compared(condition, given.text("pattern"), name)
        case "buildingTag":
            return bool(one.tag)
        case "tag":
            pattern = given.text("pattern")
            return bool(one.tag) and (not pattern or _compared(condition, pattern, one.tag))
        case "changeRequest":
            return _change(condition, one)
        case "triggeredBy":
            return (one.kind == "clock") is (given.text("cause", "value") == "TimerTrigger")
        case "environment":
            values = _values(one)
            key = given.text("name") if "name" in given.named else ""
            return values.get(key) == given.text("value") if key in values else None
        case "expression":
            code = re.sub(r"\benv \. |\breturn ", "", source(condition.raw)).replace("?.", ".")
            code = re.sub(r" ?([.(]) ?", r"\1", code).replace(" )", ")").rstrip("; ")
            try:
                return compared(code, _values(one), cel=True)
            except ValueError:
                return None
        case "changeset" | "changelog" | "equals":
            return None
    raise refused(condition.line, f"`{condition.name}` is no condition of `when`")


def _change(condition: Directive, one: Happening) -> Truth:
    if one.kind != "pull":
        return False
    facts = {"target": one.branch, "branch": SOURCE_BRANCH, "fork": ""}
    answers: list[Truth] = []
    for key, wanted in condition.arguments.named.items():
        if key != "comparator":
            known = isinstance(wanted, Text) and key in facts
            answers.append(
                _compared(condition, wanted.value, facts[key], usual="EQUALS")
                if known and isinstance(wanted, Text)
                else None
            )
    return every(answers)


def _compared(condition: Directive, pattern: str, name: str, usual: str = "GLOB") -> bool:
    if not pattern:
        raise refused(
            condition.line, f"`{condition.name}` is given a pattern: `{condition.name} 'main'`"
        )
    comparator = condition.arguments.named.get("comparator")
    how = comparator.value if isinstance(comparator, Text) else usual
    try:
        if how == "REGEXP":
            return searched(pattern, name, whole=True)
        return globbed(pattern, name) if how == "GLOB" else pattern == name
    except ValueError as error:
        raise refused(condition.line, str(error)) from None


def _values(one: Happening) -> dict[str, object]:
    """Return the variables that Jenkins sets; None stands for what is not there."""
    pull = one.kind == "pull"
    return {
        "BRANCH_NAME": one.tag or ("PR-1" if pull else one.branch),
        "TAG_NAME": one.tag or None,
        "CHANGE_ID": "1" if pull else None,
        "CHANGE_TARGET": one.branch if pull else None,
        "CHANGE_BRANCH": SOURCE_BRANCH if pull else None,
    }


def every(answers: Iterable[Truth]) -> Truth:
    """Say whether all of them hold."""
    found = list(answers)
    return False if False in found else None if None in found else True
