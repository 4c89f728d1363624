"""A student's runs in MLflow and their objects in S3, as these answer, and as they must not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.services.tracking import Run, has_artefacts, objects_of, runs_of
from checker.services.tracking.bucket import MAX_PAGES as PAGES_OF_OBJECTS
from checker.services.tracking.mlflow import MAX_PAGES as PAGES_OF_EXPERIMENTS
from tests.standins.door import Door
from tests.standins.server import Answer, Call, Server

ANNA = "ivanova_anna"
XML = "application/xml"


def experiment(id: int, name: str, place: str = "") -> dict[str, Any]:
    place = place or f"s3://class/0/{id}"
    return {"experiment_id": str(id), "name": name, "artifact_location": place}


def run(id: str, experiment: int, started: int = 1, **more: Any) -> dict[str, Any]:
    info = {
        "run_id": id,
        "run_name": f"name-{id}",
        "experiment_id": str(experiment),
        "status": "FINISHED",
        "start_time": started * 1000,
        "end_time": started * 1000 + 500,
        "artifact_uri": f"s3://class/{ANNA}/{id}/artifacts",
    }
    return {"info": {**info, **more}, "data": {"metrics": [{"key": "m", "value": 1}]}}


class Mlflow:
    """Answers as MLflow's REST API does, from lists of experiments and runs."""

    def __init__(self, experiments: list[Any], runs: list[Any], *, page: int = 1000) -> None:
        self.experiments, self.runs, self.page = experiments, runs, page
        self.searches: list[dict[str, Any]] = []

    def __call__(self, call: Call) -> Answer:
        verb = call.path.partition("/api/2.0/mlflow/")[2]
        if verb == "experiments/search":
            first = int(call.query.get("page_token", 0))
            found: dict[str, Any] = {"experiments": self.experiments[first : first + self.page]}
            if first + self.page < len(self.experiments):
                found["next_page_token"] = str(first + self.page)
            return Answer(found)
        if verb == "runs/search":
            asked = json.loads(call.body)
            self.searches.append(asked)
            user = asked["filter"].partition("= '")[2].rstrip("'")
            inside = [r for r in self.runs if r["info"]["experiment_id"] in asked["experiment_ids"]]
            return Answer({"runs": [r for r in inside if not user or r["user"] == user]})
        return Answer(status=404)


@contextmanager
def tracking(handle: Callable[[Call], Answer]) -> Iterator[Door]:
    with Server(handle) as server:
        door = Door(Addresses(mlflow=server.url, s3=f"{server.url}/class"))
        yield door
        door.close()


def test_runs_are_found_by_the_name_and_place_of_the_experiment_and_by_who_ran_them() -> None:
    experiments = [
        experiment(0, "Default"),
        experiment(1, ANNA),
        experiment(2, "hw5", f"s3://class/{ANNA}"),
        experiment(3, f"hw5 {ANNA.title()}/b"),
        experiment(4, f"{ANNA}_2"),
        experiment(5, "x", f"s3://class/{ANNA}_2/x"),
        experiment(6, "y", f"s3://{ANNA}/y"),
    ]
    runs = [run(str(id), id, started=id + 1) for id in range(7)]
    runs += [{**run("mine", 0, started=99), "user": ANNA}, {**run("other", 0), "user": "boris"}]
    server = Mlflow(experiments, [{"user": "x", **one} for one in runs])
    with tracking(server) as door:
        found = runs_of(ANNA, door)
    assert [one.id for one in found.all] == ["mine", "3", "2", "1"]
    assert found.complete
    own, others = server.searches
    assert (own["experiment_ids"], own["filter"]) == (["1", "2", "3"], "")
    assert others["filter"] == f"tags.mlflow.user = '{ANNA}'"


def test_a_run_is_read_with_what_it_logged() -> None:
    entry = run("r1", 1, started=1_700_000_000)
    entry["data"] = {
        "metrics": [{}, {}],
        "params": [{}],
        "tags": [{"key": "mlflow.user", "value": "anna"}],
    }
    models = ["m-" + "0" * 32, "../../etc", 7]
    entry["outputs"] = {"model_outputs": [{"model_id": one} for one in models]}
    with tracking(Mlflow([experiment(1, ANNA)], [entry])) as door:
        (found,) = runs_of(ANNA, door).all
        base = door.addresses.mlflow
    assert found == Run(
        "r1",
        "name-r1",
        ANNA,
        "FINISHED",
        f"s3://class/{ANNA}/r1/artifacts",
        f"{base}/#/experiments/1/runs/r1",
        "anna",
        datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        datetime(2023, 11, 14, 22, 13, 20, 500_000, tzinfo=UTC),
        3,
        ("m-" + "0" * 32,),
    )


def test_old_servers_write_numbers_as_text_and_ids_under_an_older_name() -> None:
    entry = run("", 1, start_time="1700000000000", end_time="soon", run_uuid="old")
    with tracking(Mlflow([experiment(1, ANNA)], [entry])) as door:
        (found,) = runs_of(ANNA, door).all
    assert (found.id, found.started is None, found.ended) == ("old", False, None)


def test_experiments_are_read_page_by_page_up_to_a_bound() -> None:
    many = [experiment(id, "x") for id in range(1, 10)] + [experiment(10, ANNA)]
    with tracking(Mlflow(many, [run("r", 10)], page=4)) as door:
        found = runs_of(ANNA, door)
    assert ([one.id for one in found.all], found.complete) == (["r"], True)
    with tracking(Mlflow(many, [run("r", 10)], page=2)) as door:
        found = runs_of(ANNA, door)
        pages = [line for line in door.asked if "experiments/search" in line]
    assert (found.all, found.complete, len(pages)) == ((), False, PAGES_OF_EXPERIMENTS)


def test_more_runs_than_are_read_are_told() -> None:
    def endless(call: Call) -> Answer:
        if "experiments" in call.path:
            return Answer({"experiments": [experiment(1, ANNA)]})
        return Answer({"runs": [run("r", 1)], "next_page_token": "more"})

    with tracking(endless) as door:
        found = runs_of(ANNA, door)
        assert len(door.asked) == 2
    assert (len(found.all), found.complete) == (1, False)


def test_where_there_is_no_experiment_no_run_is_asked_for() -> None:
    with tracking(Mlflow([], [])) as door:
        assert runs_of(ANNA, door).all == ()
        assert len(door.asked) == 1


ODD: dict[str, object] = {
    "a list": [],
    "a text": "x",
    "null": None,
    "a number": 7,
    "no JSON": b"{",
    "a web page": "<html></html>",
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_what_is_no_answer_of_mlflow_is_an_outage(content: object) -> None:
    with tracking(lambda _: Answer(content)) as door, pytest.raises(Unavailable) as told:
        runs_of(ANNA, door)
    assert told.value.answer.startswith("MLflow answered with ")


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_what_answers_otherwise_is_an_outage(status: int) -> None:
    with tracking(lambda _: Answer({}, status)) as door, pytest.raises(Unavailable) as told:
        runs_of(ANNA, door)
    assert f"answered {status}" in told.value.answer


HOSTILE: dict[str, object] = {
    "nothing": None,
    "texts": "x",
    "lists": [[[]]],
    "numbers": [1, 2],
    "no info": [{"info": 7}],
    "an id that leads elsewhere": [run("../../x", 1)],
    "an id that is a list": [run("r", 1, run_id=["r"])],
    "an experiment nobody asked for": [run("r", 2)],
    "an experiment that is a number": [run("r", 1, experiment_id=1)],
}


@pytest.mark.parametrize("runs", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_run_is_passed_over(runs: object) -> None:
    def answer(call: Call) -> Answer:
        if "experiments" in call.path:
            return Answer({"experiments": [experiment(1, ANNA), None, 7, {"experiment_id": "x"}]})
        return Answer({"runs": runs})

    with tracking(answer) as door:
        assert runs_of(ANNA, door).all == ()


def test_what_a_run_is_called_cannot_move_a_cursor_or_fill_a_page() -> None:
    entry = run("r", 1, run_name="\x1b[2J\u202eevil" + "x" * 10_000, artifact_uri=7, status=None)
    entry["data"] = {"tags": [{"key": "mlflow.user", "value": "\x07"}, None], "metrics": {"a": 1}}
    entry["info"]["start_time"] = 10**30
    with tracking(Mlflow([experiment(1, ANNA)], [entry])) as door:
        (found,) = runs_of(ANNA, door).all
    assert found.name.startswith("[2Jevil")
    assert len(found.name) <= 100
    assert (found.place, found.status, found.user, found.started, found.logged) == (
        "",
        "",
        "",
        None,
        0,
    )


PLACES = {
    f"s3://class/{ANNA}/x": (True, False),
    f"s3://class/2026/{ANNA}/x": (True, False),
    f"s3://class/{ANNA}": (True, False),
    f"s3://class/{ANNA}_2/x": (False, False),
    f"s3://{ANNA}/x": (False, False),
    f"file:///{ANNA}/x": (False, False),
    f"mlflow-artifacts:/{ANNA}/x": (False, True),
    "s3://[": (False, False),
    "": (False, False),
}


@pytest.mark.parametrize(("place", "expected"), PLACES.items(), ids=PLACES)
def test_a_place_is_under_a_prefix_or_not(place: str, expected: tuple[bool, bool]) -> None:
    one = Run("r", "", "", "", place, "")
    assert (one.lies_under(ANNA), one.is_proxied) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [({"files": [{"path": "a"}]}, True), ({"files": []}, False), ({}, False)],
)
def test_a_run_has_artefacts_when_mlflow_lists_some(answer: object, expected: bool) -> None:
    with tracking(lambda _: Answer(answer)) as door:
        assert has_artefacts(Run("r", "", "", "", "", ""), door) is expected
        assert door.asked == [f"GET {door.addresses.mlflow}/api/2.0/mlflow/artifacts/list?run_id=r"]


def test_a_logged_model_is_an_artefact_without_asking() -> None:
    with tracking(lambda _: Answer(status=500)) as door:
        assert has_artefacts(Run("r", "", "", "", "", "", models=("m",)), door)
        assert door.asked == []


def listing(*keys: str, more: str = "", escaped: bool = True) -> Answer:
    contents = "".join(f"<Contents><Key>{key}</Key><Size>1</Size></Contents>" for key in keys)
    tail = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{more}</NextContinuationToken>"
    kind = "<EncodingType>url</EncodingType>" if escaped else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>class</Name>{kind}{contents}{tail if more else ''}</ListBucketResult>"
    )
    return Answer(text, headers={"Content-Type": XML})


def test_objects_are_listed_page_by_page() -> None:
    def answer(call: Call) -> Answer:
        if "continuation-token" not in call.query:
            return listing(f"{ANNA}/a%2Bb/r/x", "boris/planted", more="a b+/=")
        return listing(f"{ANNA}/m/y")

    with tracking(answer) as door:
        found = objects_of(ANNA, door)
        asked = [line.partition("?")[2] for line in door.asked]
    assert found.keys == (f"{ANNA}/a+b/r/x", f"{ANNA}/m/y")
    assert (found.place, found.complete) == (f"s3://class/{ANNA}/", True)
    assert found.of(frozenset({"r"})) == (f"{ANNA}/a+b/r/x",)
    assert found.of(frozenset({"x"})) == ()
    query = f"list-type=2&encoding-type=url&max-keys=1000&prefix={ANNA}%2F"
    assert asked == [query, f"{query}&continuation-token=a%20b%2B%2F%3D"]


def test_keys_that_are_not_escaped_are_read_as_they_are() -> None:
    with tracking(lambda _: listing(f"{ANNA}/a%2Bb", escaped=False)) as door:
        assert objects_of(ANNA, door).keys == (f"{ANNA}/a%2Bb",)


def test_a_list_without_end_is_left() -> None:
    with tracking(lambda _: listing(f"{ANNA}/x", more="again")) as door:
        found = objects_of(ANNA, door)
    assert (len(found.keys), found.complete) == (PAGES_OF_OBJECTS, False)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ListBucketResult>&b;</ListBucketResult>'
)
NO_LISTS: dict[str, tuple[object, str]] = {
    "a web page": ("<html><p>hello", "something that is no XML"),
    "a page that is XML": ("<html/>", "something else than a list of objects"),
    "nothing": ("", "something that is no XML"),
    "half of it": ("<ListBucketResult><Contents>", "something that is no XML"),
    "entities": (BOMB, "something that is no XML"),
    "entities in UTF-16": (BOMB.encode("utf-16"), "something that is no XML"),
    "not UTF-8": (b"<ListBucketResult>\xff</ListBucketResult>", "something that is no XML"),
    "JSON": ("{}", "something that is no XML"),
}


@pytest.mark.parametrize(("content", "why"), NO_LISTS.values(), ids=NO_LISTS)
def test_what_is_no_list_is_an_outage(content: object, why: str) -> None:
    with tracking(lambda _: Answer(content)) as door, pytest.raises(Unavailable) as told:
        objects_of(ANNA, door)
    assert told.value.answer == f"S3 answered with {why}"


def test_xml_as_deep_as_it_may_be_long_harms_nobody() -> None:
    deep = "<a>" * 200_000 + "</a>" * 200_000
    with (
        tracking(lambda _: Answer(f"<ListBucketResult>{deep}</ListBucketResult>")) as door,
    ):
        assert objects_of(ANNA, door).keys == ()


REFUSALS = {
    403: ("<Error><Code>AccessDenied</Code></Error>", "S3 answered 403 AccessDenied", "AWS_ACCESS_KEY_ID"),
    404: ("<Error><Code>NoSuchBucket</Code></Error>", "S3 answered 404 NoSuchBucket", "such a bucket"),
    409: ("", "S3 answered 409", ""),
    500: ("", "S3 answered 500 Internal Server Error", "later"),
}  # fmt: skip


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_an_outage_that_says_what_to_do(status: int) -> None:
    content, answer, remedy = REFUSALS[status]
    with tracking(lambda _: Answer(content, status)) as door, pytest.raises(Unavailable) as told:
        objects_of(ANNA, door)
    assert told.value.answer == answer
    assert remedy in told.value.remedy


def test_a_bucket_may_be_named_by_its_host() -> None:
    class Elsewhere(Door):
        """Looks at what is asked and answers itself."""

        def get(self, request: Any) -> Any:
            self.requests.append(request)
            raise Unavailable(request.asked, "enough")

    door = Elsewhere(Addresses(s3="https://class.s3.example.edu"))
    with pytest.raises(Unavailable) as told:
        objects_of(ANNA, door)
    assert told.value.asked == f"what lies under s3://class/{ANNA}/"
    door.close()
