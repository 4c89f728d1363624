"""ML: a run in MLflow, artefacts under the student's own prefix; and a bonus changes nothing but what is on top."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checker.chain import Artefacts, Left, Moments, Tracked
from checker.chain.tracked import MOST_ASKED, artefacts, tracked
from checker.evidence import Unavailable
from checker.grading import Grade, grade
from checker.http import Addresses
from checker.report import annotations, feedback, html, markdown
from checker.report import json as as_json
from checker.report import rubric as rubrics
from checker.report.terminal import terminal
from checker.rubric.ml import artefacts_lie_under_the_students_prefix as lies
from checker.rubric.ml import run_is_logged_in_mlflow as logged
from checker.rubric.scheme import default
from checker.rubric.settings import read
from checker.rubric.verdict import Outcome
from checker.services.homework import Homework
from checker.services.tracking import Objects, Run
from checker.target import Target
from tests.past import all_of_it
from tests.samples import everything, graded
from tests.standins.door import Door
from tests.standins.server import Answer, Call, Server

ANNA = "ivanova_anna"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OWN, OTHER = f"s3://class/{ANNA}/1/artifacts", "s3://class/0/1/artifacts"
PROXIED = "mlflow-artifacts:/0/1/artifacts"


def run(**more: object) -> Run:
    made = Run("r1", "bold-run", ANNA, "FINISHED", OWN, "https://m/#/r1", ended=NOON, logged=2)
    return replace(made, **more)  # type: ignore[arg-type]


def of(*runs: Run, complete: bool = True) -> Tracked:
    return Tracked(ANNA, runs, complete)


RUNS = {
    "one with metrics": (of(run()), Outcome.MET, "is finished, with 2 metrics and parameters"),
    "one with one": (of(run(logged=1)), Outcome.MET, "with one metric or parameter"),
    "one with a model": (of(run(logged=0, models=("m",))), Outcome.MET, "with a model"),
    "a failed one, and a good one before": (
        of(run(status="FAILED"), run()),
        Outcome.MET,
        "finished",
    ),
    "none": (of(), Outcome.NOT_MET, f"MLflow has no run of {ANNA}"),
    "one without anything": (of(run(logged=0)), Outcome.NOT_MET, "neither a metric nor"),
    "a failed one": (of(run(status="FAILED")), Outcome.NOT_MET, "ended as FAILED"),
    "one of which nobody says": (of(run(status="")), Outcome.NOT_MET, "nobody knows what"),
    "one that runs": (of(run(status="RUNNING")), Outcome.PENDING, "has not ended"),
    "none in a part of the server": (of(complete=False), Outcome.UNKNOWN, "not all of MLflow"),
}


@pytest.mark.parametrize(("given", "outcome", "reason"), RUNS.values(), ids=RUNS)
def test_a_run_is_logged(given: Tracked, outcome: Outcome, reason: str) -> None:
    verdict = logged(given, Moments())
    assert verdict.outcome is outcome
    assert reason in verdict.reason
    assert all(seen.url for seen in verdict.seen)


KEY = f"{ANNA}/1/artifacts/model.skops"
ALL = Objects("class", f"{ANNA}/", (KEY,))
PART = replace(ALL, complete=False)
SILENT = "MLflow answered 500 Internal Server Error"


def left(*parts: Left, objects: Objects | None = ALL) -> Artefacts:
    return Artefacts(ANNA, parts, objects)


LEFT = {
    "objects of the run": (left(Left(run(), (KEY,), has=True)), Outcome.MET, f"one object of the run `bold-run` lies under s3://class/{ANNA}/"),
    "objects, and the server hides where": (left(Left(run(place=PROXIED), (KEY, KEY), has=True)), Outcome.MET, "2 objects of the run"),
    "no bucket, and MLflow lists some": (left(Left(run(), has=True), objects=None), Outcome.MET, "by MLflow's word"),
    "no bucket, deeper": (left(Left(run(place=f"s3://class/2026/{ANNA}/1"), has=True), objects=None), Outcome.MET, "by MLflow's word"),
    "one good, one empty elsewhere": (left(Left(run(), (KEY,), has=True), Left(run(place=OTHER), has=False)), Outcome.MET, "one object"),
    "one good, one in the dark": (left(Left(run(), (KEY,), has=True), Left(run(place=OTHER), why=SILENT)), Outcome.MET, "one object"),
    "elsewhere": (left(Left(run(place=OTHER), has=True)), Outcome.NOT_MET, f"keeps its artefacts at {OTHER}, not under s3://class/{ANNA}/"),
    "another bucket": (left(Left(run(place=f"s3://else/{ANNA}/1"), has=True)), Outcome.NOT_MET, "not under s3://class"),
    "a longer name": (left(Left(run(place=f"s3://class/{ANNA}_2/1"), has=True)), Outcome.NOT_MET, "not under s3://class"),
    "elsewhere, and nobody names a bucket": (left(Left(run(place=OTHER), has=True), objects=None), Outcome.NOT_MET, f"not under s3://…/{ANNA}/"),
    "one good, one elsewhere": (left(Left(run(), (KEY,), has=True), Left(run(place=OTHER), has=True)), Outcome.NOT_MET, OTHER),
    "on the server's disk": (left(Left(run(place="file:///mlruns/0/1"), has=True)), Outcome.NOT_MET, "file:///mlruns"),
    "hidden, and not in the whole list": (left(Left(run(place=PROXIED), has=True)), Outcome.NOT_MET, "not under"),
    "nothing": (left(Left(run(), has=False)), Outcome.NOT_MET, "left no artefact"),
    "it runs": (left(Left(run(status="RUNNING"), has=False)), Outcome.PENDING, "has not ended"),
    "hidden, and not in a part of the list": (left(Left(run(place=PROXIED), has=True), objects=PART), Outcome.UNKNOWN, "the server keeps its artefacts itself"),
    "hidden, and nobody names a bucket": (left(Left(run(place=PROXIED), has=True), objects=None), Outcome.UNKNOWN, "name the bucket with --bucket"),
    "nobody can tell": (left(Left(run(), why=SILENT), objects=None), Outcome.UNKNOWN, SILENT),
}  # fmt: skip


@pytest.mark.parametrize(("given", "outcome", "reason"), LEFT.values(), ids=LEFT)
def test_artefacts_lie_under_the_prefix(given: Artefacts, outcome: Outcome, reason: str) -> None:
    verdict = lies(of(*(one.run for one in given.left)), given, Moments())
    assert verdict.outcome is outcome, verdict.reason
    assert reason in verdict.reason


def test_without_a_run_there_are_no_artefacts() -> None:
    assert lies(of(), left(), Moments()).outcome is Outcome.NOT_MET
    assert lies(of(complete=False), left(), Moments()).outcome is Outcome.UNKNOWN


def test_what_nobody_can_tell_of_others_is_noted() -> None:
    given = left(Left(run(), (KEY,), has=True), Left(run(place=OTHER), why=SILENT))
    assert lies(of(run()), given, Moments()).notes == (
        f"of the run `bold-run` nobody can tell: {SILENT}",
    )


def test_the_run_that_was_in_time_counts_before_a_later_one() -> None:
    late, early = run(ended=NOON + DAY), run(ended=NOON - DAY)
    moments = Moments(deadlines=(NOON,))
    assert logged(of(late, early), moments).at == NOON - DAY
    given = left(Left(late, (KEY,), has=True), Left(early, (KEY,), has=True))
    assert lies(of(late, early), given, moments).at == NOON - DAY


class Mlflow:
    """A server with one experiment, and what its runs and the bucket hold."""

    def __init__(self, runs: list[dict[str, object]], keys: tuple[str, ...] = (KEY,)) -> None:
        self.runs, self.keys = runs, keys
        self.s3 = self.listing = 200

    def __call__(self, call: Call) -> Answer:
        if call.path == "/class":
            contents = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in self.keys)
            return Answer(f"<ListBucketResult>{contents}</ListBucketResult>", self.s3)
        if call.path.endswith("experiments/search"):
            one = {"experiment_id": "1", "name": ANNA, "artifact_location": "x"}
            return Answer({"experiments": [one]})
        if call.path.endswith("artifacts/list"):
            return Answer({"files": [{"path": "a"}]}, self.listing)
        return Answer({"runs": self.runs})


def entry(id: str, place: str, started: int = 1) -> dict[str, object]:
    info = {"run_id": id, "experiment_id": "1", "status": "FINISHED", "artifact_uri": place}
    info |= {"start_time": started * 1000, "end_time": started * 1000}
    return {"info": info, "data": {"params": [{}]}}


def look(server: Mlflow, *, bucket: bool = True) -> tuple[Artefacts, list[str]]:
    with Server(server) as home:
        door = Door(Addresses(mlflow=home.url, s3=f"{home.url}/class" if bucket else ""))
        found = tracked(Homework(student=ANNA), Moments(), door)
        seen = artefacts(found, door)
        door.close()
        return seen, [line.rpartition("/")[2] for line in door.asked]


def test_the_bucket_tells_of_what_is_in_it_and_mlflow_of_the_rest() -> None:
    runs = [entry("1", OWN), entry("2", f"s3://class/{ANNA}/2"), entry("3", OTHER)]
    seen, asked = look(Mlflow(runs))
    by_id = {one.run.id: (one.keys, one.has) for one in seen.left}
    assert by_id == {"1": ((KEY,), True), "2": ((), False), "3": ((), True)}
    assert [line for line in asked if "run_id" in line] == ["list?run_id=3"]


def test_a_bucket_that_does_not_answer_leaves_mlflows_word() -> None:
    server = Mlflow([entry("1", OWN)])
    server.s3 = 403
    seen, _ = look(server)
    assert (seen.objects, seen.left[0].has) == (None, True)
    assert seen.gap.startswith("S3 answered 403")
    verdict = lies(of(seen.left[0].run), seen, Moments())
    assert verdict.outcome is Outcome.MET


def test_both_silent_is_unknown() -> None:
    server = Mlflow([entry("1", OWN), entry("2", OWN)])
    server.s3 = server.listing = 500
    seen, asked = look(server)
    assert {one.has for one in seen.left} == {None}
    assert sum("run_id" in line for line in asked) == 1, "a server that cannot look is asked once"
    assert lies(of(*(one.run for one in seen.left)), seen, Moments()).outcome is Outcome.UNKNOWN


def test_mlflow_is_asked_about_a_few_runs_only() -> None:
    runs = [entry(str(number), OTHER, number) for number in range(1, 12)]
    seen, asked = look(Mlflow(runs), bucket=False)
    assert sum("run_id" in line for line in asked) == MOST_ASKED
    assert [one.has for one in seen.left] == [True] * MOST_ASKED + [None] * (11 - MOST_ASKED)


def test_what_came_after_the_moment_asked_for_is_passed_over() -> None:
    with Server(Mlflow([entry("1", OWN, 10), entry("2", OWN, 20)])) as home:
        door = Door(Addresses(mlflow=home.url))
        moment = datetime.fromtimestamp(15, UTC)
        found = tracked(Homework(student=ANNA), Moments(moment), door)
        door.close()
    assert [one.id for one in found.runs] == ["1"]


@pytest.mark.parametrize(
    ("student", "url", "remedy"),
    [(ANNA, "", "--mlflow"), ("", "http://127.0.0.1:9", "give --student, or write `student:")],
)
def test_what_has_to_be_known_first_is_said(student: str, url: str, remedy: str) -> None:
    door = Door(Addresses(mlflow=url))
    with pytest.raises(Unavailable) as told:
        tracked(Homework(student=student), Moments(), door)
    assert remedy in told.value.remedy
    assert door.asked == []
    door.close()


GOOD = left(Left(run(), (KEY,), has=True))
BAD = left(Left(run(place=OTHER), has=True))


def with_bonus(seen: Artefacts = GOOD, **more: object) -> Grade:
    runs = of(*(one.run for one in seen.left))
    return graded(everything(), **{**all_of_it(), "tracked": runs, "artefacts": seen, **more})


def test_a_bonus_stands_beside_the_total() -> None:
    found = with_bonus()
    assert (found.summary, found.outcome) == ("30 of 30 + 3", Outcome.MET)
    assert (found.points, found.of, found.bonus) == (30, 30, 3)


def test_a_bonus_that_is_missed_costs_nothing() -> None:
    found = with_bonus(BAD)
    assert (found.summary, found.outcome) == ("30 of 30 + 1", Outcome.MET)
    assert [line.criterion.id for line in found.unmet] == ["ML2"]


def test_a_bonus_that_nobody_could_see_leaves_no_gap() -> None:
    gap = Unavailable("the runs in MLflow", "MLflow answered 503")
    found = with_bonus(tracked=gap, artefacts=gap)
    assert (found.summary, found.gaps, found.outcome) == ("30 of 30", (), Outcome.MET)
    shown = terminal(found, width=100).partition("ML · Bonus")[2]
    assert shown.count("MLflow answered 503") == 2


def test_a_bonus_outweighs_nothing() -> None:
    found = graded(everything(), tracked=of(run()), artefacts=GOOD)
    assert found.summary == "17 of 30 + 3; 13 could not be graded: a folder shows no runs"
    assert found.outcome is Outcome.UNKNOWN


def test_without_a_server_there_is_no_bonus_to_speak_of() -> None:
    found = graded(everything(), **all_of_it())
    assert [item.id for item in found.items] == ["CI", "LIB", "IMG"]
    assert found.summary == "30 of 30"
    assert "ML" not in terminal(found).split()


def test_alone_a_bonus_decides() -> None:
    rubric = default().only(["ML"])
    assert with_bonus(BAD, rubric=rubric).outcome is Outcome.NOT_MET
    assert with_bonus(GOOD, rubric=rubric).outcome is Outcome.MET
    with pytest.raises(ValueError, match="ML1, ML2: no MLflow server was named"):
        grade(Target(folder="."), rubric)


def test_every_report_shows_it() -> None:
    found = with_bonus(BAD)
    shown = terminal(found, width=100)
    assert "30 of 30 + 1" in shown
    assert "ML · Bonus: track a model" in shown
    assert OTHER in shown
    assert markdown.report(found).startswith("## homework: 30 of 30 + 1")
    assert "<title>homework: 30 of 30 + 1</title>" in html.report(found)
    assert feedback.title(found) == "CI/CD homework: 30 of 30 + 1"
    document = json.loads(as_json.report(found))
    assert (document["points"], document["of"], document["bonus"]) == (30, 30, 1)
    flags = {line["id"]: line["bonus"] for item in document["items"] for line in item["criteria"]}
    assert {id for id, bonus in flags.items() if bonus} == {"ML1", "ML2"}
    assert "::error" not in annotations.report(found)


def test_the_rubric_tells_it_from_the_thirty() -> None:
    assert "30 points, and 3 on top" in rubrics.as_text(default())
    assert "| | **all** | **30 + 3** |" in rubrics.as_markdown(default())
    document = json.loads(rubrics.as_json(default()))
    assert (document["points"], document["bonus"]) == (30, 3)
    written = rubrics.as_yaml(default())
    assert "ML2: 2      # Its artefacts lie under the student's own prefix (on top)" in written
    assert read(written, "r.yaml") == default()


def test_a_teacher_changes_and_drops_it() -> None:
    assert read("points: {ML1: 5}", "r.yaml").bonus == 7
    assert read("drop: [ML]", "r.yaml") == replace(
        default(), criteria=default().without_bonus.criteria
    )
