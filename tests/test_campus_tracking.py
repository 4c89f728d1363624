"""A real MLflow server: students log, register and load with their own keys, and reach nothing of one another."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from checker.campus.people import BUCKET, People
from checker.campus.place import Place
from checker.campus.supervisor import Supervisor, running
from checker.campus.tracking import Tracking, environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

ANNA, BORIS, VERA = "ivanova_anna", "petrov_boris", "sidorova_vera"

HOMEWORK = """
import json, mlflow
from sklearn.linear_model import LogisticRegression

with mlflow.start_run() as plain:
    mlflow.log_metric("accuracy", 0.9)
    mlflow.log_text("hello", "note.txt")

mlflow.set_experiment("Домашняя работа 5/б")
model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(
        model, name="model", registered_model_name="ivanova_anna.digits", pip_requirements=["scikit-learn"]
    )
loaded = mlflow.sklearn.load_model("models:/ivanova_anna.digits/1")
print(json.dumps({
    "places": [plain.info.artifact_uri, run.info.artifact_uri],
    "run": run.info.run_id,
    "plain": plain.info.run_id,
    "note": mlflow.artifacts.load_text(plain.info.artifact_uri + "/note.txt"),
    "answers": [int(one) for one in loaded.predict([[0.0], [3.0]])],
}))
"""


@dataclass(frozen=True)
class Said:
    """What MLflow answered."""

    status: int
    text: str

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.text))


@dataclass(frozen=True)
class Client:
    """MLflow's REST API, as one person or as nobody."""

    place: Place
    login: str = ""
    token: str = ""

    @classmethod
    def of(cls, place: Place, login: str) -> Client:
        return cls(place, login, People(place)[login].token)

    def __call__(
        self, path: str, content: object = None, *, method: str = "", raw: bytes = b""
    ) -> Said:
        body = raw or (json.dumps(content).encode() if content is not None else None)
        pair = base64.b64encode(f"{self.login}:{self.token}".encode()).decode()
        headers = {"Content-Type": "application/json"}
        if self.login:
            headers["Authorization"] = f"Basic {pair}"
        address = f"{self.place.url('mlflow')}/{path}"
        verb = method or ("GET" if body is None else "POST")
        asked = urllib.request.Request(address, data=body, headers=headers, method=verb)  # noqa: S310 - loopback
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(asked, timeout=60) as answer:
                return Said(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Said(error.code, error.read().decode())

    def experiment(self, name: str) -> dict[str, Any]:
        asked = f"api/2.0/mlflow/experiments/get-by-name?experiment_name={name}"
        return dict(self(asked).json["experiment"])

    def run(self, experiment: str) -> str:
        """Return the id of a new run."""
        made = self("api/2.0/mlflow/runs/create", {"experiment_id": experiment})
        assert made.status == 200, made.text
        return str(made.json["run"]["info"]["run_id"])


def work(place: Place, login: str, code: str) -> dict[str, Any]:
    """Return what a student's program prints, which knows the campus's variables and nothing else."""
    chosen = {**environment(People(place)[login], place), "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={"PATH": os.environ["PATH"], "HOME": str(place.folder("home")), **chosen},
        cwd=place.folder("home"),
        capture_output=True,
        check=False,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def homework(classroom: Place) -> Mapping[str, Any]:
    return work(classroom, ANNA, HOMEWORK)


@pytest.fixture(scope="module")
def keys(classroom: Place, homework: Mapping[str, Any]) -> list[str]:
    """All objects of the bucket after Anna's homework."""
    assert homework
    teacher = People(classroom).teacher
    client = boto3.client(
        "s3",
        endpoint_url=classroom.url("s3"),
        aws_access_key_id=teacher.s3_key,
        aws_secret_access_key=teacher.s3_secret,
        region_name="us-east-1",
    )
    return [one["Key"] for one in client.list_objects_v2(Bucket=BUCKET)["Contents"]]


def test_a_student_logs_registers_and_loads_with_the_variables_of_the_campus(
    homework: Mapping[str, Any],
) -> None:
    assert homework["note"] == "hello"
    assert homework["answers"] == [0, 1]
    plain, named = homework["places"]
    assert plain.startswith(f"s3://{BUCKET}/{ANNA}/{ANNA}/")
    assert named.startswith(f"s3://{BUCKET}/{ANNA}/_5_/")


def test_everything_a_student_leaves_lies_under_their_prefix(keys: list[str]) -> None:
    assert {one.partition("/")[0] for one in keys if "/artifacts/" in one} == {ANNA}
    names = {one.rpartition("/")[2] for one in keys}
    assert {"note.txt", "MLmodel", "model.skops"} <= names


def test_each_student_has_an_experiment_of_their_own_from_the_start(classroom: Place) -> None:
    for login in (ANNA, BORIS, VERA):
        found = Client.of(classroom, login).experiment(login)
        assert found["artifact_location"] == f"s3://{BUCKET}/{login}/{login}"


def test_who_joins_later_has_one_too(classroom: Place) -> None:
    late = People(classroom).join("late_clara", "Late Clara")
    Tracking().welcome(classroom)
    found = Client.of(classroom, late.login).experiment(late.login)
    assert found["artifact_location"] == f"s3://{BUCKET}/{late.login}/{late.login}"


def test_whoever_joins_is_let_in_before_anybody_is_told(classroom: Place) -> None:
    """Whoever runs `join` and the campus itself let a student in at the same time."""

    def join(number: int) -> list[int]:
        late = People(classroom).join(f"late_{'abcdefgh'[number]}", "Late")
        with ThreadPoolExecutor(2) as pool:
            told = [pool.submit(Tracking().welcome, classroom) for _ in range(2)]
            client, statuses = Client.of(classroom, late.login), []
            for one in as_completed(told):
                one.result()
                name = f"api/2.0/mlflow/experiments/get-by-name?experiment_name={late.login}"
                statuses.append(client(name).status)
        return statuses

    assert [join(number) for number in range(8)] == [[200, 200]] * 8


def test_an_experiment_that_a_kill_left_shut_is_opened_at_the_next_start(classroom: Place) -> None:
    teacher = Client.of(classroom, "teacher")
    place = f"s3://{BUCKET}/shut_out/shut_out"
    made = teacher(CREATE, {"name": "shut_out", "artifact_location": place})
    late = People(classroom).join("shut_out", "Shut Out")
    Tracking().welcome(classroom)
    own = Client.of(classroom, late.login)
    asked = f"api/2.0/mlflow/experiments/get?experiment_id={made.json['experiment_id']}"
    assert own(asked).status == 403
    Tracking().settle(classroom)
    assert own(asked).json["experiment"]["artifact_location"] == place
    own.run(made.json["experiment_id"])


def test_an_experiment_that_lies_elsewhere_is_nobodys_for_its_name(classroom: Place) -> None:
    made = Client.of(classroom, BORIS)(CREATE, {"name": "late_quentin"})
    late = People(classroom).join("late_quentin", "Late Quentin")
    Tracking().settle(classroom)
    asked = f"api/2.0/mlflow/experiments/get?experiment_id={made.json['experiment_id']}"
    assert Client.of(classroom, late.login)(asked).status == 403


CREATE = "api/2.0/mlflow/experiments/create"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        pytest.param({}, f"{BORIS}/{{name}}", id="none"),
        pytest.param({"artifact_location": ""}, f"{BORIS}/{{name}}", id="empty"),
        pytest.param({"artifact_location": None}, f"{BORIS}/{{name}}", id="null"),
        pytest.param({"artifact_location": f"s3://{BUCKET}/{BORIS}"}, BORIS, id="prefix"),
        pytest.param({"artifact_location": f"s3://{BUCKET}/{BORIS}/a/b"}, f"{BORIS}/a/b", id="own"),
        pytest.param({"artifactLocation": f"s3://{BUCKET}/{BORIS}/c"}, f"{BORIS}/c", id="camel"),
    ],
)
def test_an_experiment_lies_where_its_maker_says_or_under_their_prefix(
    classroom: Place, request: pytest.FixtureRequest, given: dict[str, Any], place: str
) -> None:
    boris, name = Client.of(classroom, BORIS), f"exp-{request.node.callspec.id}"
    assert boris(CREATE, {"name": name, **given}).status == 200
    found = boris.experiment(name)
    assert found["artifact_location"] == f"s3://{BUCKET}/{place.format(name=name)}"


ELSEWHERE = f"s3://{BUCKET}/{ANNA}/x"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(json.dumps({"name": "n", "artifact_location": one}), id=one)
        for one in (
            ELSEWHERE,
            f"s3://{BUCKET}",
            f"s3://{BUCKET}/",
            f"s3://{BUCKET}/{BORIS}2/x",
            f"s3://{BUCKET}/{BORIS}/../{ANNA}",
            f"s3://{BUCKET}/{BORIS}/./x",
            f"s3://{BUCKET}/{BORIS}/%2e%2e/{ANNA}",
            f"s3://{BUCKET}/{BORIS}/a?b",
            f"s3://{BUCKET}/{BORIS}#a",
            f"s3://other/{BORIS}",
            f"S3://{BUCKET}/{ANNA}",
            "file:///etc",
            "/etc",
            "mlflow-artifacts:/x",
            "http://127.0.0.1/x",
        )
    ]
    + [
        pytest.param(json.dumps({"name": "n", "artifactLocation": ELSEWHERE}), id="other spelling"),
        pytest.param(
            json.dumps(
                {
                    "name": "n",
                    "artifact_location": f"s3://{BUCKET}/{BORIS}/x",
                    "artifactLocation": ELSEWHERE,
                }
            ),
            id="both spellings",
        ),
        pytest.param(
            f'{{"name": "n", "artifact_location": "s3://{BUCKET}/{BORIS}",'
            f' "artifact_location": "{ELSEWHERE}"}}',
            id="twice",
        ),
        pytest.param(
            json.dumps(json.dumps({"name": "n", "artifact_location": ELSEWHERE})), id="packed twice"
        ),
        pytest.param(json.dumps({"name": "n", "artifact_location": [ELSEWHERE]}), id="a list"),
        pytest.param("{", id="no JSON"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"name": "' + "n" * 1_000_001 + '"}', id="large"),
    ],
)
@pytest.mark.parametrize("path", [CREATE, f"ajax-{CREATE}", CREATE.replace("create", "creat%65")])
def test_no_experiment_lies_under_anothers_prefix(classroom: Place, path: str, raw: str) -> None:
    boris = Client.of(classroom, BORIS)
    said = boris(path, raw=raw.encode())
    if said.status == 200:  # of two places the first may count, when it is a good one
        found = boris(f"api/2.0/mlflow/experiments/get?experiment_id={said.json['experiment_id']}")
        place = found.json["experiment"]["artifact_location"]
        assert place == f"s3://{BUCKET}/{BORIS}/x"
        boris("api/2.0/mlflow/experiments/delete", {"experiment_id": said.json["experiment_id"]})
    else:
        assert said.status == 400
        assert said.json["error_code"] in {"INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS"}


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("experiments/get?experiment_id={experiment}", None),
        (f"experiments/get-by-name?experiment_name={ANNA}", None),
        ("experiments/update", {"experiment_id": "{experiment}", "new_name": "mine"}),
        ("experiments/delete", {"experiment_id": "{experiment}"}),
        (
            "experiments/set-experiment-tag",
            {"experiment_id": "{experiment}", "key": "k", "value": "v"},
        ),
        ("runs/get?run_id={run}", None),
        ("runs/create", {"experiment_id": "{experiment}"}),
        ("runs/update", {"run_id": "{run}", "status": "FAILED"}),
        ("runs/delete", {"run_id": "{run}"}),
        ("runs/log-metric", {"run_id": "{run}", "key": "accuracy", "value": 0, "timestamp": 1}),
        ("runs/log-parameter", {"run_id": "{run}", "key": "p", "value": "1"}),
        (
            "runs/log-batch",
            {"run_id": "{run}", "metrics": [{"key": "a", "value": 0, "timestamp": 1, "step": 0}]},
        ),
        ("runs/set-tag", {"run_id": "{run}", "key": "k", "value": "v"}),
        ("metrics/get-history?run_id={run}&metric_key=accuracy", None),
        ("artifacts/list?run_id={run}", None),
        ("registered-models/get?name=ivanova_anna.digits", None),
        ("registered-models/update", {"name": "ivanova_anna.digits", "description": "mine"}),
        ("registered-models/delete", {"name": "ivanova_anna.digits"}),
        ("model-versions/get?name=ivanova_anna.digits&version=1", None),
        ("model-versions/get-download-uri?name=ivanova_anna.digits&version=1", None),
        (
            "model-versions/create",
            {"name": "ivanova_anna.digits", "source": f"s3://{BUCKET}/{BORIS}/x"},
        ),
        ("users/create", {"username": "mallory", "password": "a long password"}),
        ("users/update-admin", {"username": BORIS, "is_admin": True}),
        (
            "users/permissions/grant",
            {
                "username": BORIS,
                "resource_type": "experiment",
                "resource_id": "{experiment}",
                "permission": "MANAGE",
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_anothers_is_refused(
    classroom: Place, homework: Mapping[str, Any], path: str, content: object
) -> None:
    experiment = Client.of(classroom, ANNA).experiment(ANNA)["experiment_id"]
    words = {"{experiment}": experiment, "{run}": homework["run"]}
    text = json.dumps([path, content])
    for word, value in words.items():
        text = text.replace(word, value)
    path, content = json.loads(text)
    boris = Client.of(classroom, BORIS)
    verbs = {"update": "PATCH", "update-admin": "PATCH", "delete": "DELETE"}
    is_of_models = path.startswith(("registered", "users"))
    method = verbs.get(path.rpartition("/")[2], "") if is_of_models else ""
    version = "3.0" if "permissions" in path else "2.0"
    said = boris(f"api/{version}/mlflow/{path}", content, method=method)
    assert said.status in {403, 404}, said.text
    assert boris(f"get-artifact?run_uuid={homework['run']}&path=note.txt").status == 403


def test_pages_show_a_student_their_own_artefacts(
    classroom: Place, homework: Mapping[str, Any]
) -> None:
    for login in (ANNA, "teacher"):
        client = Client.of(classroom, login)
        listed = client(f"api/2.0/mlflow/artifacts/list?run_id={homework['plain']}")
        assert [one["path"] for one in listed.json["files"]] == ["note.txt"]
        shown = client(f"get-artifact?run_uuid={homework['plain']}&path=note.txt")
        assert (shown.status, shown.text) == (200, "hello")
    boris = Client.of(classroom, BORIS)
    assert boris(f"get-artifact?run_uuid={homework['plain']}&path=note.txt").status == 403


def test_the_server_fetches_nothing_for_one_student_that_belongs_to_another(
    classroom: Place, homework: Mapping[str, Any]
) -> None:
    """A version of one's own model may name any source; what is read there is read with one's own key."""
    boris, name = Client.of(classroom, BORIS), "petrov_boris.model"
    boris("api/2.0/mlflow/registered-models/create", {"name": name})
    source = homework["places"][0]
    boris("api/2.0/mlflow/model-versions/create", {"name": name, "source": source})
    got = boris(f"model-versions/get-artifact?name={name}&version=1&path=note.txt")
    assert got.status >= 400
    assert "hello" not in got.text
    anna = Client.of(classroom, ANNA)
    version = "model-versions/get-artifact?name=ivanova_anna.digits&version=1&path=MLmodel"
    assert "sklearn" in anna(version).text


def test_a_search_shows_ones_own_alone(classroom: Place, homework: Mapping[str, Any]) -> None:
    assert homework
    boris = Client.of(classroom, BORIS)
    own = boris.experiment(BORIS)["experiment_id"]
    run = boris.run(own)
    others = Client.of(classroom, ANNA).experiment(ANNA)["experiment_id"]
    shown = boris("api/2.0/mlflow/experiments/search", {"max_results": 1000}).json["experiments"]
    assert BORIS in {one["name"] for one in shown}
    places = [one["artifact_location"] for one in shown]
    assert all(one.startswith(f"s3://{BUCKET}/{BORIS}") for one in places)
    asked = {"experiment_ids": [own], "max_results": 100}
    found = boris("api/2.0/mlflow/runs/search", asked).json["runs"]
    assert [one["info"]["run_id"] for one in found] == [run]
    assert boris("api/2.0/mlflow/runs/search", {"experiment_ids": [others]}).json == {}
    models = boris("api/2.0/mlflow/registered-models/search?max_results=100")
    names = {one["name"] for one in models.json.get("registered_models", [])}
    assert names <= {"petrov_boris.model"}


@pytest.mark.parametrize(
    ("login", "token"), [("", ""), (ANNA, "wrong"), ("nobody", "x"), (ANNA, "of Boris")]
)
def test_whoever_is_not_known_learns_nothing(classroom: Place, login: str, token: str) -> None:
    token = People(classroom)[BORIS].token if token == "of Boris" else token
    client = Client(classroom, login, token)
    assert client("api/2.0/mlflow/experiments/search?max_results=9").status == 401
    assert client(CREATE, {"name": "n"}).status in {400, 401}
    assert client("").status == 401


def test_the_teacher_sees_everything(classroom: Place, homework: Mapping[str, Any]) -> None:
    said = Client.of(classroom, "teacher")(f"api/2.0/mlflow/runs/get?run_id={homework['run']}")
    assert said.json["run"]["data"]["tags"]


@pytest.mark.parametrize(
    "path",
    [
        "ajax-api/3.0/mlflow/assistant/message",
        "ajax-api/3.0/mlflow/assistant/config",
        "gateway/x/mlflow/invocations",
        "api/3.0/mlflow/gateway/secrets/create",
        "ajax-api/2.0/mlflow/promptlab/create-run",
    ],
)
def test_what_would_start_programs_or_ask_others_is_closed(classroom: Place, path: str) -> None:
    for login in (ANNA, "teacher"):
        assert Client.of(classroom, login)(path, {}).status == 404


def test_the_server_has_no_key_of_the_storage(classroom: Place) -> None:
    shown = psutil.Process(running(classroom)["tracking"]).environ()
    assert not [name for name in shown if name.startswith("AWS_")]
    people = list(People(classroom))
    assert not any(one.s3_secret in str(shown) or one.token in str(shown) for one in people)


def test_it_listens_on_loopback_alone(classroom: Place) -> None:
    process = psutil.Process(running(classroom)["tracking"])
    heard = {one.laddr for one in process.net_connections("inet") if one.status == "LISTEN"}
    assert heard == {("127.0.0.1", classroom.port("mlflow"))}


def test_a_class_that_logs_at_once_loses_nothing(classroom: Place) -> None:
    vera = Client.of(classroom, VERA)
    experiment = vera.experiment(VERA)["experiment_id"]

    def log(_: int) -> str:
        run = vera.run(experiment)
        metrics = [{"key": "m", "value": step, "timestamp": 1, "step": step} for step in range(50)]
        said = vera("api/2.0/mlflow/runs/log-batch", {"run_id": run, "metrics": metrics})
        assert said.status == 200, said.text
        return run

    with ThreadPoolExecutor(12) as pool:
        runs = set(pool.map(log, range(36)))
    asked = {"experiment_ids": [experiment], "max_results": 100}
    found = vera("api/2.0/mlflow/runs/search", asked).json["runs"]
    assert {one["info"]["run_id"] for one in found} == runs
    assert {one["data"]["metrics"][0]["value"] for one in found} == {49}


def test_runs_outlive_a_kill(tmp_path: Path) -> None:
    place = Place.open(tmp_path / "a campus?")
    People(place).join(ANNA, ANNA)
    anna = Client.of(place, ANNA)
    kept: list[str] = []
    enough = threading.Event()

    def log(experiment: str) -> None:
        for number in range(10_000):
            try:
                kept.append(anna.run(experiment))
            except OSError:
                return
            if number == 20:
                enough.set()

    with Supervisor(place, [Tracking()]) as killed:
        killed.up()
        writer = threading.Thread(target=log, args=(anna.experiment(ANNA)["experiment_id"],))
        writer.start()
        assert enough.wait(60)
        os.kill(running(place)["tracking"], signal.SIGKILL)
        writer.join(60)
    with Supervisor(place, [Tracking()]) as again:
        again.up()
        asked = {"experiment_ids": [anna.experiment(ANNA)["experiment_id"]], "max_results": 50_000}
        found = anna("api/2.0/mlflow/runs/search", asked).json["runs"]
        assert set(kept) <= {one["info"]["run_id"] for one in found}


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Tracking().missing()
    find = "checker.campus.part.importlib.util.find_spec"
    monkeypatch.setattr(find, lambda name: None if name == "flask_wtf" else object())
    assert "mlflow[auth] is not installed" in Tracking().missing()
