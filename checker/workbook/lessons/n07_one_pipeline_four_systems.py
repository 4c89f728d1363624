"""Lesson 07, one pipeline, four systems: files that are read into one representation, and how they are proved equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from checker.report.escape import plain
from checker.workbook import systems
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.outcome import Outcome, correct, skipped, unattempted, wrong
from checker.workbook.systems.compare import Difference, differences
from checker.workbook.systems.happenings import HAPPENINGS
from checker.workbook.systems.pipeline import ROLES, Pipeline

FILES = Path(__file__).parent / "files" / "07_one_pipeline_four_systems"
NAMES = {
    "github": "ci.yml",
    "gitlab": ".gitlab-ci.yml",
    "jenkins": "Jenkinsfile",
    "tekton": "pipeline.yaml",
}
"""How each system calls its file."""
_EVENTS = {one.name for one in HAPPENINGS}
_TAGS = {one.name for one in HAPPENINGS if one.tag}


def given(folder: str, system: str) -> str:
    """Return a file that the lesson gives."""
    return (FILES / folder / NAMES[system]).read_text(encoding="utf-8")


@cache
def wanted() -> Pipeline:
    """Return the pipeline that the others should equal."""
    return systems.read("github", given("given", "github"))


def facts(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """Return a pipeline as plain dictionaries: by job what it starts, waits for, reads, and when it runs."""
    return {
        job.name: {
            "commands": sorted(job.commands),
            "before": sorted(pipeline.before(job.name) & set(ROLES)),
            "secrets": sorted(name.upper() for name in job.secrets),
            "runs": [one.name for one in HAPPENINGS if job.runs.get(one.name) == "yes"],
        }
        for job in pipeline.merged.jobs
        if job.name in ROLES
    }


def readable(**texts: object) -> dict[str, Pipeline]:
    """Return the pipelines of those texts that can be read, by system; what cannot is left out."""
    found: dict[str, Pipeline] = {}
    for system, text in texts.items():
        try:
            pipeline = systems.read(system, text)
        except ValueError:
            continue
        if pipeline.jobs:
            found[system] = pipeline
    return found


@exercise("q1")
def gitlab(at: Attempt, text: object) -> Outcome:
    """Judge a `.gitlab-ci.yml` against the given workflow."""
    outcome = _judged("gitlab", text)
    if outcome.kind == "correct" and isinstance(text, str):
        from checker.workbook.systems.gitlab import keeps

        publish = systems.read("gitlab", text).job("publish")
        anew = publish is not None and "build" in publish.commands
        if not anew and not any("dist" in path or "*" in path for path in keeps(text, "build")):
            return wrong("no_artifacts")
    return outcome


@exercise("q2")
def jenkins(at: Attempt, text: object) -> Outcome:
    """Judge a Jenkinsfile against the given workflow."""
    return _judged("jenkins", text)


@exercise("q3")
def tekton(at: Attempt, text: object, tasks: object = "") -> Outcome:
    """Judge Tekton's documents, with the given Tasks before them, against the given workflow."""
    whole = (
        f"{tasks}{text}"
        if isinstance(text, str) and isinstance(tasks, str) and text.strip()
        else text
    )
    outcome = _judged("tekton", whole)
    if outcome.kind == "correct" and isinstance(whole, str):
        from checker.workbook.systems.tekton import unshared

        if space := unshared(whole):
            return wrong("empty_dir", workspace=space)
    return outcome


@exercise("q4")
def prover(at: Attempt, function: object) -> Outcome:
    """Judge a function that finds the differences of two pipelines, on equal ones and on changed ones."""
    if function is None:
        return unattempted()
    if not callable(function):
        return wrong("no_function", kind=type(function).__name__)
    one = facts(wanted())
    for turned in (one, dict(reversed(one.items()))):
        called = at.call(function, deepcopy(one), deepcopy(turned))
        if called.error or called.timed_out:
            return wrong("never_ends") if called.timed_out else wrong("raises", error=called.error)
        if not _empty(called.value):
            return wrong("false_alarm", said=_said(called.value))
    for reason, job, changed in _changed(one):
        called = at.call(function, deepcopy(one), deepcopy(changed))
        if called.error or called.timed_out:
            return wrong("never_ends") if called.timed_out else wrong("raises", error=called.error)
        if called.value is None:
            return wrong("returns_nothing")
        if _empty(called.value):
            return wrong(reason, job=job)
        if job not in _said(called.value):
            return wrong("names_nothing", job=job, said=_said(called.value))
    return correct(changes=sum(1 for _ in _changed(one)))


@exercise("q5")
def leaks(at: Attempt, lines: object) -> Outcome:
    """Judge in which line of each of four files a secret leaks."""
    if lines is None:
        return unattempted()
    if not isinstance(lines, Mapping):
        return wrong("no_table", kind=type(lines).__name__)
    answers = {system: lines.get(system) for system in NAMES}
    if all(one is None for one in answers.values()):
        return unattempted()
    for system, answer in answers.items():
        if answer is None:
            return wrong("row_open", system=systems.SYSTEMS[system])
        if isinstance(answer, bool) or not isinstance(answer, int):
            return wrong(
                "no_line", system=systems.SYSTEMS[system], given=plain(repr(type(answer)), 60)
            )
    for system, answer in answers.items():
        text = given("leaky", system)
        real = [one.line for one in systems.read(system, text).leaks]
        if answer in real or (not real and answer == 0):
            continue
        told = {
            "system": systems.SYSTEMS[system],
            "line": answer,
            "shown": _line(text, int(str(answer))),
        }
        if not real:
            return wrong("clean_one", **told)
        if answer == 0:
            return wrong(f"missed_{system}", **told)
        return wrong("other_line", **told)
    return correct()


@exercise("q6")
def triggers(at: Attempt, publishes: object) -> Outcome:
    """Judge on which events each of three files publishes otherwise than the given workflow."""
    if publishes is None:
        return unattempted()
    if not isinstance(publishes, Mapping):
        return wrong("no_table", kind=type(publishes).__name__)
    answers = {system: publishes.get(system) for system in ("gitlab", "jenkins", "tekton")}
    if all(one is None for one in answers.values()):
        return unattempted()
    for system, answer in answers.items():
        title = systems.SYSTEMS[system]
        if answer is None:
            return wrong("row_open", system=title)
        if isinstance(answer, str):
            answer = {answer}
        if not isinstance(answer, (set, frozenset, list, tuple)) or not all(
            isinstance(one, str) for one in answer
        ):
            return wrong("no_set", system=title)
        if odd := sorted(set(answer) - _EVENTS):
            return wrong("no_event", system=title, event=odd[0])
        right = otherwise(system)
        if extra := sorted(set(answer) - right):
            return wrong(
                "same_there", system=title, event=extra[0], answer=_answer(system, extra[0])
            )
        if right - set(answer):
            return wrong(f"missed_{system}", system=title, count=len(right), found=len(set(answer)))
    return correct(events=len(HAPPENINGS))


def otherwise(system: str) -> frozenset[str]:
    """Return the happenings on which the colleague's file publishes otherwise than the given workflow."""
    one = wanted().table("publish")
    other = systems.read(system, given("almost", system)).table("publish")
    return frozenset(name for name in one if one[name] != other[name])


def _judged(system: str, text: object) -> Outcome:
    """Judge a file of a system against the given workflow."""
    if text is None or (isinstance(text, str) and not text.strip()):
        return unattempted()
    if not isinstance(text, str):
        return wrong("no_text", kind=type(text).__name__)
    try:
        found = systems.read(system, text)
    except ValueError as error:
        nested = "does not nest" in str(error)
        return wrong("nested" if nested else "refused", what=plain(str(error), 300))
    said = differences(wanted(), found)
    if said:
        return _told(said)
    if found.leaks:
        return wrong("leaks", line=found.leaks[0].line, secret=found.leaks[0].secret)
    jobs = len(found.jobs)
    return correct(jobs=jobs, events=len(HAPPENINGS))


def _told(said: tuple[Difference, ...]) -> Outcome:
    """Return the outcome that tells of the most telling difference."""
    order = ("missing", "commands", "masked", "order", "pythons", "everywhere", "trigger", "secret")
    one = min(said, key=lambda each: order.index(each.kind))
    if one.kind == "trigger":
        return _trigger([each for each in said if each.kind == "trigger"])
    told = {"role": one.role, "wanted": one.wanted, "found": one.found, "line": one.line}
    return wrong(
        {"missing": "missing", "everywhere": "secret_everywhere"}.get(one.kind, one.kind), **told
    )


def _trigger(said: list[Difference]) -> Outcome:
    rows = [(*_parted(one.role), one) for one in said]
    open_rows = [row for row in rows if row[2].found == "depends"]
    role, event, one = next(iter(open_rows), rows[0])
    told = {"role": role, "event": event, "line": one.line, "count": len(said)}
    if open_rows:
        return skipped("cannot_tell", **told)
    publish = [row for row in rows if row[0] == "publish"]
    checks = [row for row in rows if row[0] != "publish"]
    if publish and not checks:
        role, event, one = publish[0]
        told = {"role": role, "event": event, "line": one.line, "count": len(publish)}
        tags = event in _TAGS
        if one.found == "yes":
            return wrong("any_tag" if tags else "publishes_too_often", **told)
        return wrong("never_publishes", **told)
    role, event, one = checks[0]
    told = {"role": role, "event": event, "line": one.line, "count": len(checks)}
    return wrong("runs_too_often" if one.found == "yes" else "does_not_run", **told)


def _parted(role: str) -> tuple[str, str]:
    """Return the role and the event of a difference in triggers."""
    name, _, event = role.partition(" · ")
    return name, event


def _changed(one: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield changed pipelines: what a prover that does not see it is told, and the job that changed."""
    for reason, job, key, value in (
        ("misses_order", "build", "before", ["test"]),
        ("misses_commands", "lint", "commands", ["flake8"]),
        ("misses_secret", "publish", "secrets", []),
        ("misses_trigger", "publish", "runs", [*one["publish"]["runs"], "tag nightly-0412"]),
    ):
        changed = {name: dict(facts) for name, facts in one.items()}
        changed[job][key] = value
        yield reason, job, changed
    yield "misses_job", "lint", {name: dict(each) for name, each in one.items() if name != "lint"}
    extra = {"commands": ["rm"], "before": [], "secrets": ["PYPI_TOKEN"], "runs": ["push to main"]}
    yield "misses_extra", "deploy", {**one, "deploy": extra}


def _empty(value: object) -> bool:
    """Say whether a result tells of no difference; anything that cannot say so tells of one."""
    try:
        return not bool(value)
    except Exception:  # noqa: BLE001 - the student's object may raise what it likes
        return False


def _said(value: object) -> str:
    try:
        return plain(str(value), 2_000)
    except Exception:  # noqa: BLE001
        return f"({plain(type(value).__name__, 60)})"


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else "–"


def _answer(system: str, event: str) -> str:
    return systems.read(system, given("almost", system)).table("publish")[event]
