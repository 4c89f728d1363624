"""Lesson 08, DAG code to Airflow: a button, an upload, a puller and its traps, a gate, a switch, two ways compared."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.report.escape import plain
from checker.workbook import capabilities
from checker.workbook.calling import Called
from checker.workbook.delivery import airflow as asked
from checker.workbook.delivery import button, programs, switching, traps, uploading, ways
from checker.workbook.delivery.button import BROKEN, Pressed, lay_dags, press
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.outcome import Outcome, correct, unattempted, wrong
from checker.workbook.pictures.delivery_times import delivery_times, in_words
from checker.workbook.pictures.style import listed
from checker.workbook.work import FILES, given
from checker.workbook.written import word

if TYPE_CHECKING:
    from checker.workbook.lab import Lab

__all__ = ["BROKEN", "airflow", "delivered", "hook", "lay_dags", "press", "refused", "times"]

SLUG = "08_dag_code_to_airflow"
SPECIMENS = FILES / SLUG / "specimens"
"""Folders of DAGs, whose names begin with `broken` or `right`."""
_KINDS = ("both", "neither", "push", "pull")


AIRFLOW, AMAZON = "3.3", "9.39"
"""The versions of Airflow and its provider amazon that the next two were measured with; a test measures them anew."""
SILENT = ("broken_sleep", "broken_uncalled")
"""Broken specimens of which Airflow reports nothing."""
INTO = ("exclude",)
"""Traps into which Airflow's own hook falls."""


def broken() -> tuple[Path, ...]:
    """Return the folders of broken specimens."""
    return tuple(sorted(SPECIMENS.glob("broken_*")))


def airflow(lab: Lab) -> None:
    """Say what Airflow itself reports of the broken specimens; where it is installed, also what it says just now."""
    names = [one.name for one in broken()]
    errors = [name for name in names if name not in SILENT]
    facts = {"errors": listed(errors), "silent": listed(SILENT)}
    lab.say("dagbag", version=AIRFLOW, **facts)
    if lab.is_building or not (program := capabilities.airflow()):
        return
    if said := asked.load(program, broken()):
        lab.say("live", errors=listed(said.errors), silent=listed(said.silent))


def hook(lab: Lab) -> None:
    """Say which of the seven traps Airflow's own hook falls into."""
    words = {trap: lab.text(f"trap_{trap}") for trap in traps.TRAPS}
    past = [word for trap, word in words.items() if trap not in INTO]
    lab.say("hook", version=AMAZON, past=listed(past), into=listed([words[one] for one in INTO]))


def times(lab: Lab) -> None:
    """Show when a version is in the bucket and on a worker, and how long that takes by how often a worker looks."""
    bucket, worker, looks = ways.timeline()
    waits = {every: ways.staleness(every) for every in ways.INTERVALS}
    names = ("bucket", "worker", "look", "failed", "minutes", "versions", "counts")
    words = {name: lab.text(name) for name in names}
    words |= {
        "every": lab.text("every", every="{every}"),
        "waits": lab.text("waits", most="{most}"),
    }
    figure = delivery_times(bucket, worker, looks, ways.DAY, waits, words)
    lab.figure(figure, "times", **in_words(bucket, worker, ways.DAY, waits))  # type: ignore[arg-type]


def refused(lab: Lab, key: str) -> None:
    """Try to write an object with the student's key, and say what the server answers."""
    s3, bucket, _ = _storage(lab)
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=b"mine")
    except Exception as error:  # noqa: BLE001 - whatever the client raises is shown
        lab.say("refused", said=plain(str(error).partition(" when")[0], 200))
    else:
        lab.say("passed", key=key)


def delivered(lab: Lab) -> None:
    """Say which objects lie under the student's prefix for DAGs."""
    s3, bucket, prefix = _storage(lab)
    keys = uploading.listed(s3, bucket, f"{prefix}/dags/")
    for key in keys:
        lab.say("object", key=key)
    if not keys:
        lab.say("no_object", prefix=f"{prefix}/dags/")


@exercise("q1")
def the_button(at: Attempt, text: object, pressed: object = None) -> Outcome:
    """Judge a workflow with a button: as it is written, and by what pressing it once delivered."""
    if unfit := _no_text(_written(at, text, button.FILE)):
        return unfit
    if problem := button.complaint(at.lab):
        reason, facts = problem
        return wrong(reason, **facts)
    if astray := button.arrived(pressed):
        return astray
    assert isinstance(pressed, Pressed)
    return correct(
        branch=f"deploy/{pressed.environment}", ref=button.FIRST, files=len(pressed.there)
    )


@exercise("q2")
def upload(at: Attempt, function: object) -> Outcome:
    """Judge an upload by what is in the bucket afterwards; then use it for the homework's DAGs."""
    if unfit := _no_function(function):
        return unfit
    s3, bucket, prefix = _storage(at.lab)

    def call(*words: object) -> Called:
        return at.call(function, *words, seconds=20)

    if problem := uploading.complaint(call, s3, bucket, f"{prefix}/lesson-08/upload/"):
        reason, facts = problem
        return wrong(reason, **facts)
    folder = lay_dags(at.lab)
    called = call(s3, folder, bucket, f"{prefix}/dags/")
    if called.error:
        return wrong("raised", error=called.error)
    count = len(uploading.listed(s3, bucket, f"{prefix}/dags/"))
    return correct(count=count, place=f"s3://{bucket}/{prefix}/dags/")


@exercise("q3")
def pull(at: Attempt, function: object) -> Outcome:
    """Judge a program that pulls by leading it into seven traps on the campus's storage."""
    if unfit := _no_function(function):
        return unfit
    s3, bucket, prefix = _storage(at.lab)

    def call(*words: object) -> Called:
        return at.call(function, *words, seconds=20)

    for trap in traps.TRAPS:
        sprung = traps.spring(trap, call, s3, bucket, f"{prefix}/lesson-08/")
        if sprung.finding:
            return wrong(sprung.finding, **sprung.facts)
    again = traps.idle(call, s3, bucket, f"{prefix}/lesson-08/")
    return correct(traps=len(traps.TRAPS), again=again)


@exercise("q4")
def gate(at: Attempt, text: object, workflow: object, pressed: object = None) -> Outcome:
    """Judge a gate on DAGs that are broken and right, and the workflow by pressing its button for a broken one."""
    text = _written(at, text, "tools/gate.py")
    if unfit := _no_text(text, given(SLUG, "tools", "gate.py")):
        return unfit
    tools = {"gate.py": str(text), "reading.py": given(SLUG, "tools", "reading.py") or ""}
    for folder in sorted(SPECIMENS.iterdir(), key=lambda one: (one.name.startswith("right"), one)):
        judged = programs.gate(tools, folder)
        name, ended = folder.name, judged.ended
        if ended.timed_out:
            return wrong("too_long", specimen=name)
        if judged.loaded:
            return wrong("loads", specimen=name)
        if "Traceback (most recent call last)" in ended.said:
            return wrong("raised", specimen=name, error=ended.last)
        if name.startswith("right") and ended.status:
            return wrong("refuses_right", specimen=name, said=ended.last)
        if name.startswith("broken"):
            if not ended.status:
                return wrong(f"lets_{name.removeprefix('broken_')}", specimen=name)
            if not any(file.name in ended.said for file in folder.rglob("*.py")):
                return wrong("names_nothing", specimen=name)
    workflow = _written(at, workflow, button.FILE)
    if not isinstance(workflow, str) or not workflow.strip():
        return wrong("no_workflow")
    if problem := button.complaint(at.lab):
        reason, facts = problem
        return wrong("button", what=at.lab.texts.message("q1", "wrong", reason, **facts).text)
    if problem := button.ungated(at.lab):
        reason, facts = problem
        return wrong(reason, **facts)
    if arrived := button.kept_out(pressed):
        return arrived
    return correct(broken=len(broken()), right=len(list(SPECIMENS.glob("right_*"))))


@exercise("q5")
def switch(at: Attempt, text: object) -> Outcome:
    """Judge a program that takes a version into use by killing it at each of its steps."""
    if unfit := _no_text(text):
        return unfit
    seen = switching.cut(str(text))
    if seen.finding:
        return wrong(seen.finding, **seen.facts)
    return correct(steps=len(seen.steps), old=seen.steps.count("old"), new=seen.steps.count("new"))


@exercise("q6")
def push_or_pull(at: Attempt, table: object) -> Outcome:
    """Judge what six failures do to a push and to a pull, against a model that lets an hour pass with each."""
    if table is None:
        return unattempted()
    if not isinstance(table, Mapping):
        return wrong("no_table", kind=type(table).__name__)
    rows = {failure: _row(table.get(failure)) for failure in ways.FAILURES}
    if not any(filter(None, rows.values())):
        return unattempted()
    real = ways.table()
    for failure, row in rows.items():
        if row is None:
            return wrong("row_open", failure=failure)
        for which, said, found in zip(("everywhere", "red"), row, real[failure], strict=True):
            if said not in _KINDS:
                return wrong("no_word", failure=failure, said=said or "–")
            if said != found:
                why = at.lab.text(f"why_{ways.FAILURES.index(failure) + 1}")
                return wrong(which, failure=failure, said=said, real=found, why=why)
    return correct(failures=len(rows))


def _row(value: object) -> tuple[str, str] | None:
    if not isinstance(value, (list, tuple)) or len(value) != 2 or all(one is None for one in value):
        return None
    return word(value[0]), word(value[1])


def _written(at: Attempt, answer: object, path: str) -> object:
    """Return an answer; where nothing stands in the cell, the student's own file."""
    return at.file(path) if answer is None or answer == "" else answer


def _no_text(text: object, starter: str | None = None) -> Outcome | None:
    if text is None or (isinstance(text, str) and not text.strip()):
        return unattempted()
    if not isinstance(text, str):
        return wrong("no_text", kind=plain(type(text).__name__, 60))
    return unattempted() if starter is not None and text.split() == starter.split() else None


def _no_function(function: object) -> Outcome | None:
    if function is None:
        return unattempted()
    return None if callable(function) else wrong("no_function", kind=plain(type(function).__name__, 60))  # fmt: skip


def _storage(lab: Lab) -> tuple[Any, str, str]:
    """Return a client that asks once, so that what goes wrong is seen; the bucket; the student's prefix in it."""
    import os

    import boto3  # type: ignore[import-untyped]
    from botocore.config import Config  # type: ignore[import-untyped]

    if "S3_BUCKET" not in os.environ:
        lab.connect()
    s3 = boto3.client("s3", config=Config(retries={"total_max_attempts": 1}))
    return s3, os.environ["S3_BUCKET"], os.environ["S3_PREFIX"].strip("/")
