"""Two pipelines compared: what the second does otherwise than the first, whatever their jobs are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.workbook.systems.happenings import HAPPENINGS
from checker.workbook.systems.pipeline import ROLES, Pipeline


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in which a pipeline differs from another."""

    kind: str
    """`missing`, `commands`, `order`, `pythons`, `trigger`, `secret`, `everywhere` or `masked`."""
    role: str
    wanted: str = ""
    found: str = ""
    line: int = 0


def differences(
    wanted: Pipeline, found: Pipeline, roles: Iterable[str] = ROLES
) -> tuple[Difference, ...]:
    """Return in what the second pipeline differs from the first; empty when they are equal.

    Compared are the roles' commands, what each role waits for (near and far), the Pythons of the tests, the answers to
    all happenings, and the secrets. Names, files and the machines' preparation are each system's own.
    """
    return tuple(one for role in roles for one in _of_role(wanted, found, role))


def _of_role(wanted: Pipeline, found: Pipeline, role: str) -> Iterator[Difference]:
    one, other = wanted.job(role), found.job(role)
    if one is None or other is None:
        if one is not None:
            yield Difference("missing", role)
        return
    line = other.line
    build = wanted.job("build")
    besides = set(build.commands) if build is not None and role == "publish" else set[str]()
    if set(one.commands) != set(other.commands) - besides:  # who publishes may build anew
        yield Difference("commands", role, _listed(one.commands), _listed(other.commands), line)
    if other.masked and not one.masked:
        yield Difference("masked", role, "", other.masked, line)
    before, after = (each.before(role) & set(ROLES) for each in (wanted, found))
    if before != after:
        yield Difference("order", role, _listed(before), _listed(after), line)
    if role == "test" and one.pythons != other.pythons:
        yield Difference("pythons", role, _listed(one.pythons), _listed(other.pythons), line)
    for happening in HAPPENINGS:
        answers = one.runs.get(happening.name, "no"), other.runs.get(happening.name, "no")
        if answers[0] != answers[1]:
            yield Difference("trigger", f"{role} · {happening.name}", *answers, line)
    names, others = ({name.upper() for name in each.secrets} for each in (one, other))
    if others - names and not names:
        yield Difference("everywhere", role, "–", _listed(others), line)
    elif names != others:
        yield Difference("secret", role, _listed(names), _listed(others), line)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "–"
