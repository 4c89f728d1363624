"""Lesson 09, continuous training: runs, versions and reports in a real registry and bucket, and when they are made."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from checker.report.escape import plain
from checker.rubric.verdict import Outcome as Judged
from checker.workbook import firing, schedules
from checker.workbook import model_versions as models
from checker.workbook import pipelines_offline as offline
from checker.workbook.berries import TEST, accuracy, predict
from checker.workbook.exercise import Attempt, exercise
from checker.workbook.outcome import Outcome, correct, skipped, unattempted, wrong
from checker.workbook.pictures.champions import Moment, moment

GIVEN_LINE = "0 6 1 * 1"
"""The line whose runs are foretold: the first of a month, or a Monday."""
NOW = datetime(2026, 11, 25)  # noqa: DTZ001 - times of schedules are all UTC
WANTED_LINE = "30 6 * * 1-5"
"""Working days, half past nine in Moscow."""
REPORTS = "reports"
_OUTPUT = re.compile(r'<div[^>]* class="[^"]*(?:jp-OutputArea-output|output_subarea)')
"""What a cell showed, in a page of nbconvert's."""
FILES = models.CODE.parents[1]


def asks(check: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Make a check say that it was skipped, and why, when a service does not answer."""

    @wraps(check)
    def asked(at: Attempt, *answers: object) -> Outcome:
        if not os.environ.get("MLFLOW_TRACKING_URI"):
            return skipped("unconnected")
        silence: tuple[type[BaseException], ...] = (
            import_module("requests.exceptions").RequestException,
            import_module("botocore.exceptions").BotoCoreError,
        )
        broken = import_module("mlflow.exceptions").MlflowException
        try:
            return check(at, *answers)
        except silence as error:
            return skipped("silent", error=plain(str(error), 200))
        except broken as error:
            if "failed with exception" not in str(error):
                raise
            return skipped("silent", error=plain(str(error), 200))

    return asked


@exercise("q1")
@asks
def logged(at: Attempt, run_id: object) -> Outcome:
    """Judge a run by what MLflow and the bucket say of it, and by the criteria of the homework's bonus."""
    if run_id is None or run_id == "":
        return unattempted()
    if not isinstance(run_id, str):
        return wrong("no_id", kind=type(run_id).__name__)
    client = models.registry()
    try:
        run = client.get_run(run_id)
    except import_module("mlflow.exceptions").MlflowException:
        return wrong("no_run", id=plain(run_id, 60))
    if run.info.status != "FINISHED":
        return wrong("not_finished", status=plain(run.info.status, 20))
    if not run.data.params:
        return wrong("no_param")
    if not run.data.metrics:
        return wrong("no_metric")
    outputs = run.outputs.model_outputs if run.outputs else ()
    if not outputs:
        return wrong("no_model")
    if all(one.path == "model" or one.is_dir for one in client.list_artifacts(run_id)):
        return wrong("no_artefact")
    place = f"s3://{os.environ['S3_BUCKET']}/{os.environ['S3_PREFIX']}/"
    if not run.info.artifact_uri.startswith(place):
        return wrong("astray", place=place, found=plain(run.info.artifact_uri, 200))
    from checker.workbook.bonus import bonus

    verdicts = bonus(os.environ["S3_PREFIX"], os.environ)
    for id, verdict in verdicts.items():
        if verdict.outcome is Judged.NOT_MET:
            return wrong("criterion", id=id, said=plain(verdict.reason, 300))
        if verdict.outcome is not Judged.MET:
            return skipped("unknown", id=id, said=plain(verdict.reason, 300))
    return correct(criteria=" and ".join(verdicts), place=place)


@exercise("q2")
@asks
def gate(at: Attempt, function: object) -> Outcome:
    """Judge a gate in each situation, by where the alias points afterwards."""
    if function is None:
        return unattempted()
    if not callable(function):
        return wrong("no_function", kind=type(function).__name__)
    from checker.workbook.promotion import objection, situations

    name = f"{os.environ['S3_PREFIX']}.gate"
    first = models.ready()[0]
    models.replica(name, (first.number, first.number))
    if said := objection(function, name, at.call):
        reason, facts = said
        return wrong(reason, **facts)
    return correct(situations=sum(1 for _ in situations()))


@exercise("q3")
@asks
def addresses(at: Attempt, serves: object, address: object) -> Outcome:
    """Judge which versions two addresses serve, and the address for a job, by what the registry serves now."""
    if not isinstance(serves, Mapping) and serves is not None:
        return wrong("no_table", kind=type(serves).__name__)
    rows = {which: (serves or {}).get(which) for which in ("latest", "champion")}
    if all(one is None for one in rows.values()) and not address:
        return unattempted()
    now = moment("")
    if not now.champion or now.champion == now.newest:
        return wrong("same", number=now.newest)
    right = {"latest": now.newest, "champion": now.champion}
    for which, given in rows.items():
        if given is None:
            return wrong("row_open", which=which)
        if str(given) != str(right[which]):
            facts = {"given": plain(str(given), 20), "number": right[which]}
            return wrong(f"{which}_is_other", **facts, accuracy=f"{now.of(right[which]):.3f}")
    if not isinstance(address, str) or not address:
        return wrong("no_address")
    return _address(address, now)


def _address(address: str, now: Moment) -> Outcome:
    """Judge the address from which a job loads its model, by loading from it."""
    try:
        digest = models.digest(address)
    except (import_module("mlflow.exceptions").MlflowException, OSError, ValueError) as error:
        return wrong("loads_nothing", address=plain(address, 100), error=plain(str(error), 200))
    served = {one.digest: one for one in models.versions()}
    if digest != models.digest():
        found = served.get(digest)
        facts = {"number": found.number if found else 0}
        return wrong("serves_other", **facts, accuracy=f"{now.of(facts['number']):.3f}")
    if not address.endswith(f"@{models.CHAMPION}"):
        return wrong("nailed_down", address=plain(address, 100))
    return correct(
        champion=now.champion,
        newest=now.newest,
        accuracy=f"{now.of(now.champion):.3f}",
        other=f"{now.of(now.newest):.3f}",
    )


@exercise("q4")
def schedule(at: Attempt, runs: object, line: object, fires: object) -> Outcome:
    """Judge the next runs of a line, a line for a plan, and a function that fires once for new data."""
    if not runs and not line and fires is None:
        return unattempted()
    return _runs(runs) or _line(line) or _fires(at, fires)


def _runs(runs: object) -> Outcome | None:
    right = [f"{one:%Y-%m-%d %H:%M}" for one in schedules.next_runs(GIVEN_LINE, NOW, 5)]
    if not isinstance(runs, Sequence) or isinstance(runs, str) or len(runs) != len(right):
        return wrong("no_five")
    given = [plain(str(one), 40).replace("T", " ")[:16] for one in runs]
    if given == right:
        return None
    days = [one[:10] for one in given]
    if days == [one[:10] for one in right]:
        return wrong("other_hour", given=given[0][11:])
    if all(one[8:10] == "01" for one in days):
        return wrong("first_alone", given=given[0])
    if "2026-12-01" not in days:
        return wrong("monday_alone", given=given[1])
    first = next(number for number, one in enumerate(given) if one != right[number])
    return wrong("other_run", number=first + 1, given=given[first])


def _line(line: object) -> Outcome | None:
    if not isinstance(line, str) or not line.strip():
        return wrong("no_line")
    try:
        found = schedules.next_runs(line, NOW, 60)
    except ValueError as error:
        return wrong("line_refused", line=plain(line, 60), what=plain(str(error), 200))
    right = schedules.next_runs(WANTED_LINE, NOW, 60)
    if found == right:
        return None
    facts = {"line": plain(line, 60), "first": f"{found[0]:%Y-%m-%d %H:%M}"}
    if {one.hour for one in found} == {9}:
        return wrong("line_local", **facts)
    extra = [one for one in found if one.weekday() > 4]
    if extra:
        return wrong("line_weekend", **facts, extra=f"{extra[0]:%Y-%m-%d}")
    return wrong("line_other", **facts)


def _fires(at: Attempt, fires: object) -> Outcome:
    if not callable(fires):
        return wrong("no_trigger")
    said = firing.objection(fires, at.call)
    return wrong(said[0], **said[1]) if said else correct()


@exercise("q5")
@asks
def report(at: Attempt, key: object) -> Outcome:
    """Judge a report by reading it back from the bucket."""
    if key is None or key == "":
        return unattempted()
    if not isinstance(key, str):
        return wrong("no_key", kind=type(key).__name__)
    prefix, bucket = os.environ["S3_PREFIX"], os.environ["S3_BUCKET"]
    if not key.startswith(f"{prefix}/{REPORTS}/"):
        return wrong("elsewhere", key=plain(key, 100), place=f"{prefix}/{REPORTS}/")
    s3: Any = import_module("boto3").client("s3")
    try:
        found = s3.get_object(Bucket=bucket, Key=key)
    except import_module("botocore.exceptions").ClientError as error:
        return wrong("not_there", key=plain(key, 100), code=plain(_code(error), 40))
    kind = found["ContentType"]
    page = found["Body"].read(20_000_000).decode("utf-8", "replace")
    if not kind.startswith("text/html"):
        return wrong("download", kind=plain(kind, 60))
    if "<html" not in page[:5000].lower():
        return wrong("no_html")
    return _page(page)


def _page(page: str) -> Outcome:
    """Judge the text of a report: it was run, for a version that there is, with that version's numbers."""
    if _OUTPUT.search(page) is None:
        return wrong("not_run")
    if "berries, version 0" in page:
        return wrong("default_parameters")
    for one in models.versions():
        if f"berries, version {one.number}:" in page:
            if f"accuracy {one.accuracy:.3f}" not in page:
                return wrong("other_weights", number=one.number, accuracy=f"{one.accuracy:.3f}")
            return correct(number=one.number, accuracy=f"{one.accuracy:.3f}")
    return wrong("no_version")


@exercise("q6")
def clearml(at: Attempt, text: object, reader: object) -> Outcome:
    """Judge a pipeline of ClearML by its offline session, and a function that reads such sessions."""
    if text is None or (isinstance(text, str) and not text.strip()):
        return unattempted()
    if not isinstance(text, str):
        return wrong("no_text", kind=type(text).__name__)
    try:
        said = offline.described(text)
    except SyntaxError as error:
        return wrong("no_python", line=error.lineno or 0, what=plain(str(error.msg), 100))
    if len(said.steps) < 3:
        return wrong("few_steps", count=len(said.steps))
    if not said.pipelines:
        return wrong("no_pipeline")
    if not said.is_debugged:
        return wrong("not_debugged")
    given = offline.packed(FILES / "session", at.lab.scratch("pipeline") / "yesterday.zip")
    if problem := _reads(at, reader, given):
        return problem
    if not offline.is_installed():
        return skipped("no_clearml", steps=len(said.steps))
    session = offline.ran(text, at.lab.scratch("pipeline"), {})
    if session.timed_out:
        return skipped("too_slow", seconds=f"{offline.SECONDS:g}")
    if session.status or session.zip is None:
        return wrong("fails", what=plain(session.said, 300) or "–")
    missing = sorted(set(said.steps) - set(offline.steps(session.zip)))
    if missing:
        return wrong("step_unused", step=missing[0])
    values = offline.metrics(session.zip)
    if not values:
        return wrong("no_scalar")
    right = accuracy(predict(models.learned("better"), TEST.rows), TEST.labels)
    if not any(math.isclose(one, right, abs_tol=5e-4) for one in values.values()):
        name, value = next(iter(values.items()))
        return wrong(
            "other_value", name=plain(name, 40), value=f"{value:.3f}", right=f"{right:.3f}"
        )
    return _reads(at, reader, session.zip) or correct(steps=len(said.steps), value=f"{right:.3f}")


def _reads(at: Attempt, reader: object, session: Path) -> Outcome | None:
    """Judge a function that reads a packed session."""
    if not callable(reader):
        return wrong("no_reader")
    called = at.call(reader, str(session))
    if called.timed_out or called.error:
        return wrong("reader_fails", error=plain(called.error, 200))
    steps, values = offline.steps(session), offline.metrics(session)
    given = called.value
    if not isinstance(given, tuple | list) or len(given) != 2:
        return wrong("reader_shape", given=plain(repr(given), 100))
    try:
        read_steps, read_values = sorted(map(str, given[0])), dict(given[1])
        same = [math.isclose(float(read_values.get(one, "nan")), values[one]) for one in values]
    except (TypeError, ValueError):
        return wrong("reader_shape", given=plain(repr(given), 100))
    if read_steps != steps:
        return wrong("reader_steps", given=plain(", ".join(read_steps), 100))
    return None if all(same) else wrong("reader_values", given=plain(repr(given[1]), 100))


@exercise("q7")
@asks
def rollback(at: Attempt, function: object) -> Outcome:
    """Judge a rollback by what the registry says and serves afterwards."""
    if function is None:
        return unattempted()
    if not callable(function):
        return wrong("no_function", kind=type(function).__name__)
    from checker.workbook.rolling_back import objection

    models.ready()
    if said := objection(function, f"{os.environ['S3_PREFIX']}.rollback", at.call):
        reason, facts = said
        return wrong(reason, **facts)
    return correct()


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
