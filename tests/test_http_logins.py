"""Logins of MLflow and S3: where they are found, that they go to their own address alone, and that they do not show."""

from __future__ import annotations

import base64
import importlib.util
import json
from pathlib import Path

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses, Request
from checker.http.live import Live
from checker.http.logins import Password, Signature, logins
from checker.http.replay import Recorder
from checker.target import Target
from tests.standins.server import Answer, Call, Server

HOME, BUCKET = "https://mlflow.example.edu", "https://s3.example.edu/class"
SECRET = "planted-secret-word"
PASSWORD = {"MLFLOW_TRACKING_USERNAME": "ivanova_anna", "MLFLOW_TRACKING_PASSWORD": SECRET}
KEY = {"AWS_ACCESS_KEY_ID": "PLANTEDKEY", "AWS_SECRET_ACCESS_KEY": SECRET}
BOTH = Addresses(mlflow=HOME, s3=BUCKET)

TABLE = {
    "nothing is set": ({}, BOTH, {}),
    "a password": (PASSWORD, BOTH, {"MLflow": "MLFLOW_TRACKING_PASSWORD"}),
    "a token": ({"MLFLOW_TRACKING_TOKEN": SECRET}, BOTH, {"MLflow": "MLFLOW_TRACKING_TOKEN"}),
    "a password before a token": ({**PASSWORD, "MLFLOW_TRACKING_TOKEN": "x"}, BOTH, {"MLflow": "MLFLOW_TRACKING_PASSWORD"}),
    "a key": (KEY, BOTH, {"S3": "AWS_SECRET_ACCESS_KEY"}),
    "half a key": ({"AWS_ACCESS_KEY_ID": "PLANTEDKEY"}, BOTH, {}),
    "everything, and nobody to ask": ({**PASSWORD, **KEY}, Addresses(), {}),
    "the server that the password is for": ({**PASSWORD, "MLFLOW_TRACKING_URI": f"{HOME}/"}, BOTH, {"MLflow": "MLFLOW_TRACKING_PASSWORD"}),
    "another server": ({**PASSWORD, "MLFLOW_TRACKING_URI": "https://other.example"}, BOTH, {}),
    "the server at another port": ({**PASSWORD, "MLFLOW_TRACKING_URI": f"{HOME}:5000"}, BOTH, {}),
    "a server that is none": ({**PASSWORD, "MLFLOW_TRACKING_URI": "https://["}, BOTH, {}),
    "a file instead of a server": ({**PASSWORD, "MLFLOW_TRACKING_URI": "sqlite:///x.db"}, BOTH, {"MLflow": "MLFLOW_TRACKING_PASSWORD"}),
}  # fmt: skip


@pytest.mark.parametrize(("environment", "addresses", "sources"), TABLE.values(), ids=TABLE)
def test_a_login_belongs_to_the_address_that_is_asked(environment, addresses, sources):
    found = logins(environment, addresses)
    assert {name: one.source for name, one in found.items()} == sources
    assert all(one.origin[0] == "https" for one in found.values())
    assert SECRET not in repr(found)
    assert "PLANTEDKEY" not in repr(found)


def test_what_is_malformed_is_refused_and_not_shown():
    with pytest.raises(ValueError, match="MLFLOW_TRACKING_TOKEN holds something") as told:
        logins({"MLFLOW_TRACKING_TOKEN": f"{SECRET}\nX: y"}, BOTH)
    assert SECRET not in str(told.value)
    with pytest.raises(ValueError, match="MLFLOW_TRACKING_USERNAME holds a colon"):
        logins({**PASSWORD, "MLFLOW_TRACKING_USERNAME": "a:b"}, BOTH)


def test_without_what_signs_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ValueError, match="pip install 'ml-cicd-workbook"):
        logins(KEY, BOTH)


def asked(url: str, service: str = "MLflow", **more: object) -> Request:
    return Request(service, url, "the runs", **more)  # type: ignore[arg-type]


def door(addresses: Addresses, environment: dict[str, str], **more: object) -> Live:
    found = logins(environment, addresses)
    return Live(addresses, logins=found, sleep=lambda _: None, **more)  # type: ignore[arg-type]


def test_a_password_goes_to_its_service_at_its_address_and_nowhere_else():
    with Server(lambda _: Answer({})) as home, Server(lambda _: Answer({})) as other:
        addresses = Addresses(mlflow=home.url, dockerhub=other.url, s3=f"{other.url}/class")
        with door(addresses, {**PASSWORD, **KEY}) as live:
            live.get(asked(f"{home.url}/a"))
            live.get(asked(f"{home.url}/b", "Docker Hub"))
            live.get(asked(f"{other.url}/c"))
            live.get(asked(f"{other.url}/class?list-type=2", "S3"))
    pair = base64.b64encode(f"ivanova_anna:{SECRET}".encode()).decode()
    sent = {call.path: call.headers.get("authorization", "") for call in home.calls + other.calls}
    assert sent.pop("/a") == f"Basic {pair}"
    assert sent.pop("/class").startswith("AWS4-HMAC-SHA256 Credential=PLANTEDKEY/")
    assert sent == {"/b": "", "/c": ""}
    assert SECRET not in str([call.headers for call in other.calls])


def test_a_token_goes_as_one():
    token = {"MLFLOW_TRACKING_TOKEN": SECRET}
    with (
        Server(lambda _: Answer({})) as home,
        door(Addresses(mlflow=home.url), token) as live,
    ):
        live.get(asked(f"{home.url}/a"))
    assert home.calls[0].headers["authorization"] == f"Bearer {SECRET}"


def test_a_redirect_to_another_host_takes_no_password_along():
    with Server(lambda _: Answer({})) as other:
        leave = Answer(status=302, headers={"Location": f"{other.url}/x"})
        with Server(lambda _: leave) as home:
            addresses = Addresses(mlflow=home.url)
            with door(addresses, PASSWORD) as live, pytest.raises(Unavailable, match="another"):
                live.get(asked(f"{home.url}/a"))
    assert other.calls == []


@pytest.mark.parametrize("environment", [PASSWORD, {"MLFLOW_TRACKING_TOKEN": SECRET}])
def test_no_password_travels_readable(environment):
    addresses = Addresses(mlflow="http://mlflow.example.edu")
    with pytest.raises(ValueError, match=r"where MLFLOW_TRACKING_\w+ would travel") as told:
        door(addresses, environment)
    assert SECRET not in str(told.value)
    with door(Addresses(s3="http://s3.example.edu/class"), KEY):  # a signature gives nothing away
        pass


@pytest.mark.parametrize(
    ("environment", "remedy"),
    [
        ({}, "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"),
        (PASSWORD, "MLFLOW_TRACKING_PASSWORD is refused; it may have been changed"),
    ],
)
def test_a_refusal_says_what_to_do(environment, remedy):
    with (
        Server(lambda _: Answer(status=401)) as home,
        door(Addresses(mlflow=home.url), environment) as live,
        pytest.raises(Unavailable) as told,
    ):
        live.get(asked(f"{home.url}/a"))
    assert (told.value.answer, told.value.remedy) == ("MLflow answered 401 Unauthorized", remedy)


def test_no_secret_comes_back_or_is_saved(tmp_path: Path):
    def echo(call: Call) -> Answer:
        return Answer({"sent": dict(call.headers), "words": [SECRET, "PLANTEDKEY"]})

    with Server(echo) as home:
        addresses = Addresses(mlflow=home.url, s3=f"{home.url}/class")
        with door(addresses, {**PASSWORD, **KEY, "AWS_SESSION_TOKEN": "planted-session"}) as live:
            recorder = Recorder(live)
            pages = [
                recorder.get(asked(f"{home.url}/a")),
                recorder.get(asked(f"{home.url}/class", "S3")),
            ]
            recorder.write(tmp_path / "case.json", Target(repository="a/b"))
    assert "planted-session" in str([call.headers for call in home.calls])
    pair = base64.b64encode(f"ivanova_anna:{SECRET}".encode()).decode()
    shown = (tmp_path / "case.json").read_text() + "".join(page.text for page in pages)
    for secret in (SECRET, pair, "PLANTEDKEY", "planted-session"):
        assert secret not in shown


def test_a_posted_question_is_asked_again_and_anything_else_posted_is_not():
    def busy_at_first(call: Call) -> Answer:
        count = sum(one.path == call.path for one in home.calls)
        return Answer({}, status=503 if count < 3 else 200)

    with Server(busy_at_first) as home, door(Addresses(mlflow=home.url), {}) as live:
        assert live.get(asked(f"{home.url}/question", body=b"{}", reads=True)).ok
        with pytest.raises(Unavailable, match="503"):
            live.get(asked(f"{home.url}/change", body=b"{}"))
    assert [call.path for call in home.calls] == ["/question"] * 3 + ["/change"]


def test_a_signature_has_the_fields_that_amazon_documents():
    """Amazon S3 API Reference, "Signature Calculations", GET Bucket (List Objects)."""
    key = Signature(
        ("https", "examplebucket.s3.amazonaws.com", 443),
        "NOT-A-KEY",
        "not-a-secret-of-anybody",
    )
    made = key.headers("GET", "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", b"")
    fields = dict(part.split("=", 1) for part in made["Authorization"].split(" ", 1)[1].split(", "))
    day = made["X-Amz-Date"][:8]
    assert fields["Credential"] == f"NOT-A-KEY/{day}/us-east-1/s3/aws4_request"
    assert fields["SignedHeaders"] == "host;x-amz-content-sha256;x-amz-date"
    assert len(fields["Signature"]) == 64
    assert "not-a-secret" not in json.dumps(dict(made))


def test_a_password_shows_in_no_repr():
    one = Password(("https", "mlflow.example.edu", 443), "anna", SECRET)
    assert SECRET not in repr(one)
