"""Lesson 09 beyond its proofs: schedules, triggers, gates and rollbacks of many kinds, the bonus, ClearML itself."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.campus.people import BUCKET
from checker.campus.storage import weed
from checker.workbook import Lab, connecting, firing, schedules
from checker.workbook import model_versions as models
from checker.workbook import pipelines_offline as offline
from checker.workbook.exercise import Attempt
from checker.workbook.lessons import n09_continuous_training as lesson
from checker.workbook.pictures.champions import Moment, champions, facts
from checker.workbook.promotion import situations
from checker.workbook.texts import LANGUAGES, catalogue
from solutions.variants import write_reference
from tests import samples_training as samples
from tests.samples_training import SLUG, solution
from tests.standins.town import Town, town

RUNS = [f"{day} 06:00" for day in ("2026-11-30", "2026-12-01", "2026-12-07", "2026-12-14", "2026-12-21")]  # fmt: skip
LINE = lesson.WANTED_LINE


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    monkeypatch.setenv("CHECKER_WORK", str(tmp_path / "work"))
    return Attempt(Lab(SLUG))


def told(id, outcome):
    """Return the outcome's reason; its words are there in both languages."""
    keys = (id, "correct") if outcome.kind == "correct" else (id, outcome.kind, outcome.reason)
    for language in LANGUAGES if outcome.kind != "unattempted" else ():
        assert catalogue(SLUG, language).message(*keys, **outcome.facts).text
    return outcome.reason or outcome.kind


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("30 6 * * 1-5", "correct"),
        ("30 6 * * MON-FRI", "correct"),
        ("30  6 * * 1,2,3,4,5 ", "correct"),
        ("30 6 * 1-12 1-5", "correct"),
        ("30 9 * * 1-5", "line_local"),
        ("30 6 * * *", "line_weekend"),
        ("30 6 * * 0-4", "line_weekend"),
        ("30 6 * * 1", "line_other"),
        ("30 3 * * 1-5", "line_other"),
        ("0 30 6 * * 1-5", "line_refused"),
        ("@daily", "line_refused"),
        ("61 6 * * 1-5", "line_refused"),
        ("* * * * *", "line_refused"),
        ("30 6 L * *", "line_refused"),
        ('30 6 * * 1-5"\n    - cron: "', "line_refused"),
        ("0 0 31 2 *", "line_refused"),
        (b"30 6 * * 1-5", "no_line"),
        ("", "no_line"),
    ],
)
def test_a_line_of_cron_is_judged_by_when_it_runs(at, line, reason):
    assert told("q4", lesson.schedule(at, RUNS, line, samples.touches)) == reason


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        (RUNS, "correct"),
        (tuple(one.replace(" ", "T") + ":00Z" for one in RUNS), "correct"),
        ([one.replace("06:", "09:") for one in RUNS], "other_hour"),
        ([RUNS[0], *RUNS[2:], "2026-12-28 06:00"], "monday_alone"),
        (["2027-02-01 06:00", "2027-03-01 06:00", "2027-11-01 06:00", "2028-05-01 06:00", "2029-01-01 06:00"], "first_alone"),
        ([*RUNS[:4], "2026-12-22 06:00"], "other_run"),
        (RUNS[:4], "no_five"),
        ("2026-11-30 06:00", "no_five"),
        ([None] * 5, "monday_alone"),
    ],
)  # fmt: skip
def test_five_runs_are_compared_with_those_that_come(at, runs, reason):
    assert told("q4", lesson.schedule(at, runs, LINE, samples.touches)) == reason


@pytest.mark.parametrize(
    "fires", [samples.touches, samples.opens_anew, samples.makes_a_folder, samples.locks_a_list]
)
def test_triggers_that_fire_once_are_right_whatever_they_are_made_of(at, fires):
    assert told("q4", lesson.schedule(at, RUNS, LINE, fires)) == "correct"


@pytest.mark.parametrize(
    ("fires", "reason"),
    [
        (samples.looks_then_writes, "both_fire"),
        (samples.looks_at_the_name, "name_counts"),
        (samples.looks_at_the_time, "time_counts"),
        (samples.looks_at_the_size, "misses_change"),
        (samples.remembers_in_a_variable, "own_memory"),
        (samples.remembers_the_folder, "forgets"),
        (samples.always, "fires_twice"),
        (samples.never, "never_fires"),
        (samples.says_yes, "trigger_says"),
        (samples.locks_in_its_own_process, "both_fire"),
        (samples.waits_for_the_other, "waits_for_ever"),
        (lambda: True, "trigger_raises"),
        (None, "no_trigger"),
    ],
)
def test_triggers_that_fire_twice_are_told_when(at, fires, reason):
    assert told("q4", lesson.schedule(at, RUNS, LINE, fires)) == reason


def test_a_trigger_that_never_ends_is_stopped(at):
    def call(function, *args, seconds):
        return at.call(function, *args, seconds=min(seconds, 0.3))

    said = firing.objection(samples.runs_on, call)
    assert said == ("trigger_never_ends", {})


def test_the_next_runs_are_those_of_utc():
    runs = schedules.next_runs("0 6 1 * 1", lesson.NOW, 5)
    assert [f"{one:%Y-%m-%d %H:%M}" for one in runs] == RUNS


def test_nothing_answered_is_not_attempted(at, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert lesson.logged(at, None).kind == "unattempted"
    assert lesson.gate(at, None).kind == "unattempted"
    assert lesson.addresses(at, {"latest": None, "champion": None}, "").kind == "unattempted"
    assert lesson.schedule(at, [], "", None).kind == "unattempted"
    assert lesson.report(at, None).kind == "unattempted"
    assert lesson.clearml(at, "", None).kind == "unattempted"
    assert lesson.rollback(at, None).kind == "unattempted"


def test_a_kernel_that_knows_no_server_is_told_so_and_nothing_is_judged(at, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    outcome = lesson.gate(at, samples.careful)
    assert (outcome.kind, told("q2", outcome)) == ("skipped", "unconnected")


@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
def test_a_server_that_is_gone_is_no_wrong_answer(at, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "1",
        "S3_BUCKET": "mlflow",
        "S3_PREFIX": "petrov_ivan",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for id, outcome in {
        "q2": lesson.gate(at, samples.careful),
        "q3": lesson.addresses(at, {"latest": 2, "champion": 1}, "models:/x@champion"),
        "q5": lesson.report(at, "petrov_ivan/reports/1.html"),
        "q7": lesson.rollback(at, samples.rolls_back),
    }.items():
        assert (outcome.kind, told(id, outcome)) == ("skipped", "silent")


def test_the_picture_shows_what_its_twin_says():
    accuracies = ((1, 0.858), (2, 0.725))
    history = [Moment("a", 1, 1, accuracies[:1]), Moment("b", 2, 1, accuracies), Moment("c", 2, 2, accuracies)]  # fmt: skip
    figure = champions(history, {"title": "t", "accuracy": "y"})
    lines = {line.get_gid(): list(line.get_ydata()) for line in figure.axes[0].lines}
    assert lines == {"@latest": [0.858, 0.725, 0.725], "@champion": [0.858, 0.858, 0.725]}
    assert [one.get_text() for one in figure.axes[0].get_xticklabels()] == ["a", "b", "c"]
    moved = [one for one in figure.axes[0].texts if one.get_gid() == "moved"]
    assert len(moved) == 1
    assert facts(history) == {
        "moments": "a, b, c",
        "latest": "v1 (0.858), v2 (0.725), v2 (0.725)",
        "champion": "v1 (0.858), v1 (0.858), v2 (0.725)",
    }
    assert facts([Moment("a", 1, 0, accuracies[:1])])["champion"] == "–"


def test_the_situations_of_a_gate_are_told_apart_by_one_thing_each():
    found = {one.name: one for one in situations()}
    assert sum(one.promotes for one in found.values()) == 2
    champion = found["better"].champion
    assert champion is not None
    assert found["equal"].candidate.accuracy == champion.accuracy


# ClearML


def pipeline(**changes: str) -> str:
    names: dict[str, object] = {}
    exec(solution("q6"), names)  # noqa: S102 - the lesson's own
    text = str(names["pipeline"])
    for old, new in changes.values() if changes else ():
        text = text.replace(old, new)
    return text


def reader():
    names: dict[str, object] = {"json": __import__("json")}
    exec(solution("q6"), names)  # noqa: S102 - the lesson's own
    return names["read"]


def test_what_a_pipeline_says_of_itself_is_read_without_running_it():
    said = offline.described(pipeline())
    assert said == offline.Described(("pick", "learn", "measure"), ("retrain",), True)
    assert not offline.described("def f():\n    PipelineDecorator.debug_pipeline()\n").is_debugged


def test_without_clearml_it_is_skipped_and_what_was_looked_at_is_said(at, monkeypatch):
    monkeypatch.setattr(offline, "is_installed", lambda: False)
    outcome = lesson.clearml(at, pipeline(), reader())
    assert (outcome.kind, told("q6", outcome)) == ("skipped", "no_clearml")
    assert lesson.clearml(at, "def f(:", reader()).reason == "no_python"
    assert lesson.clearml(at, pipeline(), None).reason == "no_reader"
    for answer in (None, 3, ("a",), ({}, {}), (["fit"], {"rows": 1})):
        outcome = lesson.clearml(at, pipeline(), lambda session, answer=answer: answer)
        assert told("q6", outcome) in {"reader_shape", "reader_steps"}


@pytest.mark.slow
def test_clearml_runs_the_pipeline_offline_and_its_session_holds_the_metric(at):
    outcome = lesson.clearml(at, pipeline(), reader())
    assert told("q6", outcome) == "correct", outcome.facts
    session = at.lab.scratch("pipeline") / "session.zip"
    assert offline.steps(session) == ["learn", "measure", "pick"]
    assert offline.metrics(session) == {"accuracy": pytest.approx(0.908, abs=1e-3)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param('"better"', '"worse"', "other_value", id="trained on other berries"),
        pytest.param("    Logger.", "    # Logger.", "no_scalar", id="reports nothing"),
        pytest.param("return train(berries)", "return 1 / 0", "fails", id="a step that fails"),
    ],
)
def test_pipelines_that_clearml_shows_to_be_wrong(at, old, new, reason):
    outcome = lesson.clearml(at, pipeline().replace(old, new), reader())
    assert told("q6", outcome) == reason, outcome.facts


# On a campus

needs_campus = pytest.mark.skipif(
    sys.platform == "win32" or weed() is None, reason="a campus with prefixes does not run here"
)


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("lesson-09"), "forge", "storage", "tracking") as made:
        yield made


@pytest.fixture
def kernel(campus: Town, at: Attempt, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    """This process with the variables of a student."""
    made: dict[str, str] = {}
    connecting.hush(made, building=True)
    connecting.connect(made, campus.variables(campus.student("Петров Иван")))
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    return at


@pytest.mark.slow
@needs_campus
@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
@pytest.mark.parametrize(
    ("gate", "reason"),
    [
        (samples.careful, "correct"),
        (samples.cleared, "champion_gone"),
        (samples.returns_nothing, "says_otherwise"),
        (samples.refuses_all, "refuses_better"),
        (samples.breaks, "raises"),
        ("promote", "no_function"),
    ],
)
def test_gates_of_many_kinds_are_judged_by_where_the_alias_points(kernel, gate, reason):
    assert told("q2", lesson.gate(kernel, gate)) == reason


@pytest.mark.slow
@needs_campus
@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
@pytest.mark.parametrize(
    ("rollback", "reason"),
    [
        (samples.rolls_back, "correct"),
        (samples.takes_the_alias_away, "nobody_serves"),
        (samples.registers_anew, "made_anew"),
        (samples.notes_and_stays, "still_bad"),
        (samples.breaks, "raises"),
    ],
)
def test_rollbacks_of_many_kinds_are_judged_by_the_registry(kernel, rollback, reason):
    assert told("q7", lesson.rollback(kernel, rollback)) == reason


@pytest.mark.slow
@needs_campus
@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
def test_answers_that_are_anything_at_all_are_told_what_they_are(kernel):
    for id in (3, ["a"], b"x"):
        assert told("q1", lesson.logged(kernel, id)) == "no_id"
    for id in ("first", "../../x", "0" * 32, "a" * 10_000, "' OR 1=1"):
        assert told("q1", lesson.logged(kernel, id)) == "no_run"
    models.ready("first", "worse", champion=1)
    models.publish("worse")
    now = {"latest": max(one.number for one in models.versions()), "champion": 1}
    for address in ("x", "models:/", "models:/nobody.berries@champion", "file:///etc", "runs:/0/x"):
        assert told("q3", lesson.addresses(kernel, now, address)) == "loads_nothing", address
    assert told("q3", lesson.addresses(kernel, now, 7)) == "no_address"
    assert told("q3", lesson.addresses(kernel, [2, 1], "x")) == "no_table"
    assert told("q3", lesson.addresses(kernel, {"latest": now["latest"]}, "x")) == "row_open"
    prefix = "petrov_ivan/reports"
    assert told("q5", lesson.report(kernel, 5)) == "no_key"
    assert told("q5", lesson.report(kernel, f"{prefix}/nothing.html")) == "not_there"
    assert told("q5", lesson.report(kernel, "ivanova_anna/reports/1.html")) == "elsewhere"


@pytest.mark.slow
@needs_campus
@pytest.mark.filterwarnings("default")  # MLflow's own, while it is imported
@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("no page", "no_html"),
        ("<html><pre>accuracy</pre></html>", "not_run"),
        ("<html>{output}berries, version 0: accuracy 0.725</div></html>", "default_parameters"),
        ("<html>{output}berries, version 1: accuracy 0.111</div></html>", "other_weights"),
        ("<html>{output}berries, version 99: accuracy 0.725</div></html>", "no_version"),
        ("<html>{output}berries, version 1: accuracy 0.858</div></html>", "correct"),
    ],
)
def test_a_report_is_judged_by_what_it_shows(kernel, page, reason):
    import boto3

    models.ready("first")
    key = "petrov_ivan/reports/1.html"
    body = page.replace("{output}", '<div class="jp-RenderedText jp-OutputArea-output">').encode()
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body, ContentType="text/html")
    assert told("q5", lesson.report(kernel, key)) == reason


@pytest.mark.slow
@needs_campus
def test_the_solution_of_q1_earns_the_bonus_of_the_homework(campus: Town, tmp_path: Path):
    person = campus.student("Иванова Анна")
    desk = campus.desk(person, write_reference(tmp_path / "homework"))
    campus.begin(desk)
    before = campus.grade(f"{person.login}/homework", "--only", "ML")
    assert (before["ML1"]["outcome"], before["ML2"]["outcome"]) == ("not met", "not met")

    given = lesson.FILES / "given"
    prelude = (
        "import mlflow; from pathlib import Path; score = 0.858; file = Path('weights.json');"
        f"file.write_text('{{}}'); code = Path({str(given / 'berry_model.py')!r})\n"
    )
    text = solution("q1")
    done = campus.python(person, prelude + "\n".join(text.split("\n")))
    assert done.returncode == 0, done.stderr

    after = campus.grade(f"{person.login}/homework", "--only", "ML")
    assert (after["ML1"]["outcome"], after["ML2"]["outcome"]) == ("met", "met")
    assert after["whole"]["bonus"] == 3
    assert f"/{person.login}/" in after["ML2"]["reason"]


@pytest.mark.slow
@needs_campus
def test_a_key_opens_the_prefix_of_its_student_and_no_other(campus: Town):
    person = campus.student("Петров Иван")
    code = """
import boto3, os
from botocore.exceptions import ClientError
for key in (f"{os.environ['S3_PREFIX']}/a.txt", "ivanova_anna/a.txt"):
    try:
        boto3.client("s3").put_object(Bucket=os.environ["S3_BUCKET"], Key=key, Body=b"a")
        print("written")
    except ClientError as error:
        print(error.response["Error"]["Code"])
"""
    done = campus.python(person, code)
    assert done.stdout.split() == ["written", "AccessDenied"], done.stderr
