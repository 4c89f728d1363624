"""`checker storage`: on a real SeaweedFS with the keys of a campus, and against answers that must not be believed."""

from __future__ import annotations

import fnmatch
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from checker.campus.people import BUCKET, People
from checker.campus.place import Place
from checker.campus.storage import REGION, Storage, weed
from checker.campus.supervisor import Supervisor
from checker.cli.commands import checker
from checker.cli.storage import CLASS_PAGES, STUDENT_PAGES
from checker.services.tracking.policy import iam
from tests.standins.server import Answer, Call, Server

ANNA, BORIS, OLEG = "ivanova_anna", "petrov_boris", "novikov_oleg"
LIST = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'

real = pytest.mark.skipif(
    weed() is None or sys.platform == "win32", reason="no SeaweedFS for this machine"
)


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHECKER_CACHE", str(tmp_path / "cache"))
    for name in ("CHECKER_S3_URL", "AWS_ENDPOINT_URL_S3", "MLFLOW_S3_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)


def storage(*words: str) -> Result:
    return CliRunner().invoke(checker, ["storage", *words])


def printed(*words: str) -> Any:
    found = storage(*words)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Storage of a campus: Anna has two objects, Oleg none, and one each lies at the top and elsewhere."""
    made = Place.open(tmp_path_factory.mktemp("storage") / "campus")
    for login in (ANNA, BORIS, OLEG):
        People(made).join(login, login)
    with Supervisor(made, [Storage()]) as up:
        up.up()
        teacher = client(made, "teacher")
        for key in (f"{ANNA}/first", f"{ANNA}/a b/+é", f"{BORIS}/x", "Anna-Ivanova/x", "top"):
            teacher.put_object(Bucket=BUCKET, Key=key, Body=b"12345")
        yield made


def client(place: Place, login: str) -> Any:
    person = People(place)[login]
    return boto3.client(
        "s3",
        endpoint_url=place.url("s3"),
        aws_access_key_id=person.s3_key,
        aws_secret_access_key=person.s3_secret,
        region_name=REGION,
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def as_(place: Place, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what sets the environment to somebody's key."""

    def become(login: str) -> None:
        person = People(place)[login]
        monkeypatch.setenv("CHECKER_S3_URL", f"{place.url('s3')}/{BUCKET}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", person.s3_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", person.s3_secret)

    return become


@real
@pytest.mark.slow
def test_a_key_with_the_printed_actions_opens_its_prefix_and_nothing_else(place: Place) -> None:
    actions = printed("policy", ANNA, "--bucket", BUCKET, "--format", "seaweedfs")
    file = json.loads((place.root / "storage" / "identities.json").read_text())
    (identity,) = (one for one in file["identities"] if one["name"] == ANNA)
    assert identity["actions"] == actions
    anna = client(place, ANNA)
    anna.put_object(Bucket=BUCKET, Key=f"{ANNA}/tried", Body=b"x")
    assert anna.get_object(Bucket=BUCKET, Key=f"{ANNA}/tried")["Body"].read() == b"x"
    assert anna.list_objects_v2(Bucket=BUCKET, Prefix=f"{ANNA}/tried")["KeyCount"] == 1
    anna.delete_object(Bucket=BUCKET, Key=f"{ANNA}/tried")
    for attempt in (
        lambda: anna.get_object(Bucket=BUCKET, Key=f"{BORIS}/x"),
        lambda: anna.put_object(Bucket=BUCKET, Key=f"{BORIS}/y", Body=b"x"),
        lambda: anna.put_object(Bucket=BUCKET, Key=f"{ANNA}_2/y", Body=b"x"),
        lambda: anna.delete_object(Bucket=BUCKET, Key=f"{BORIS}/x"),
        lambda: anna.list_objects_v2(Bucket=BUCKET, Prefix=f"{BORIS}/"),
        lambda: anna.list_objects_v2(Bucket=BUCKET),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt()


@real
@pytest.mark.slow
@pytest.mark.parametrize("who", [ANNA, "teacher"])
def test_the_objects_of_a_student_are_listed_the_newest_first(
    place: Place, as_: Any, who: str
) -> None:
    as_(who)
    found = printed("Ivanova Anna", "--format", "json")
    assert (found["student"], found["place"]) == (ANNA, f"s3://{BUCKET}/{ANNA}/")
    assert {one["key"]: one["bytes"] for one in found["objects"]} == {
        f"{ANNA}/first": 5,
        f"{ANNA}/a b/+é": 5,
    }
    times = [one["modified"] for one in found["objects"]]
    assert times == sorted(times, reverse=True)
    shown = storage("list", ANNA)
    assert f"s3://{BUCKET}/{ANNA}/ · of {ANNA} · 2 objects, 10 B" in shown.output
    assert "and 1 older" in storage(ANNA, "--limit", "1").output
    named = storage(ANNA, "--s3", place.url("s3"), "--bucket", BUCKET, "--format", "json")
    assert json.loads(named.stdout) == found


@real
@pytest.mark.slow
def test_on_a_campus_nothing_has_to_be_set(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKER_CAMPUS", str(place.root))
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of another place")
    assert len(printed("--campus", ANNA, "--format", "json")["objects"]) == 2
    assert printed("--campus", OLEG, "--format", "json")["objects"] == []
    twice = storage(ANNA, "--campus", "--bucket", "x")
    assert (twice.exit_code, "leave --bucket" in twice.output) == (2, True)


@real
@pytest.mark.slow
def test_a_key_that_may_not_list_is_no_empty_prefix(as_: Any) -> None:
    as_(BORIS)
    found = storage(ANNA)
    assert (found.exit_code, found.stdout) == (3, "")
    assert f"what lies under s3://{BUCKET}/{ANNA}/: S3 answered 403 AccessDenied" in found.output


@real
@pytest.mark.slow
def test_an_audit_has_a_row_for_each_student_and_what_belongs_to_nobody(
    as_: Any, tmp_path: Path
) -> None:
    as_("teacher")
    roster = tmp_path / "class.csv"
    roster.write_text(
        "student\nИванова Анна\nНовиков Олег\nПетров\n" + f"{BORIS}\n", encoding="utf-8"
    )
    found = storage("audit", "--roster", str(roster), "--format", "json")
    audit = json.loads(found.stdout)
    assert [(one["prefix"], one["objects"], one["bytes"]) for one in audit["students"]] == [
        (ANNA, 2, 10),
        (OLEG, 0, 0),
        (BORIS, 1, 5),
    ]
    assert [(one["prefix"], one["perhaps"]) for one in audit["strangers"]] == [
        ("top", ""),
        ("Anna-Ivanova", ANNA),
    ]
    assert "line 4" in found.stderr
    shown = storage("audit", "--roster", str(roster))
    assert "of nobody on the class list:" in shown.stdout
    assert f"perhaps of {ANNA}" in shown.stdout
    as_(ANNA)
    refused = storage("audit", "--roster", str(roster))
    assert (refused.exit_code, refused.stdout) == (3, "")


def allows(policy: dict[str, Any], action: str, resource: str, prefix: str | None = None) -> bool:
    """Judge as IAM does what a policy of `Allow` alone lets through."""
    return any(
        action in one["Action"]
        and any(fnmatch.fnmatchcase(resource, place) for place in one["Resource"])
        and all(
            prefix is not None and any(fnmatch.fnmatchcase(prefix, form) for form in forms)
            for forms in one.get("Condition", {}).get("StringLike", {}).values()
        )
        for one in policy["Statement"]
    )


ASKED = {
    "read": ("s3:GetObject", f"class/{ANNA}/x/y", None, True),
    "write": ("s3:PutObject", f"class/{ANNA}/x", None, True),
    "delete": ("s3:DeleteObject", f"class/{ANNA}/x", None, True),
    "give up a large upload": ("s3:AbortMultipartUpload", f"class/{ANNA}/x", None, True),
    "list": ("s3:ListBucket", "class", f"{ANNA}/", True),
    "list inside": ("s3:ListBucket", "class", f"{ANNA}/x/", True),
    "read another's": ("s3:GetObject", f"class/{BORIS}/x", None, False),
    "read of a longer name": ("s3:GetObject", f"class/{ANNA}_2/x", None, False),
    "read in another bucket": ("s3:GetObject", f"other/{ANNA}/x", None, False),
    "list another's": ("s3:ListBucket", "class", f"{BORIS}/", False),
    "list what begins alike": ("s3:ListBucket", "class", ANNA, False),
    "list the bucket": ("s3:ListBucket", "class", None, False),
    "give rights": ("s3:PutObjectAcl", f"class/{ANNA}/x", None, False),
    "delete the bucket": ("s3:DeleteBucket", "class", None, False),
}


@pytest.mark.parametrize(("action", "resource", "prefix", "expected"), ASKED.values(), ids=ASKED)
def test_the_policy_lets_a_students_own_through(
    action: str, resource: str, prefix: str | None, expected: bool
) -> None:
    policy = printed("policy", "Иванова Анна", "--bucket", "class")
    assert allows(policy, action, f"arn:aws:s3:::{resource}", prefix) is expected


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("aje0abc", {"CanonicalUser": "aje0abc"}),
        ("arn:aws:iam::123:user/anna", {"AWS": "arn:aws:iam::123:user/anna"}),
    ],
)
def test_a_buckets_policy_says_whom_it_is_for(id: str, expected: dict[str, str]) -> None:
    policy = printed("policy", ANNA, "--bucket", "class", "--principal", id)
    assert [one["Principal"] for one in policy["Statement"]] == [expected, expected]
    assert not any("Principal" in str(one) for one in [iam("class", ANNA)["Statement"]])


BAD = {
    "a name of one word": (("anna",), "is one word"),
    "a bucket with a wildcard": (("policy", ANNA, "--bucket", "cl*"), "is no bucket's name"),
    "everybody": (("policy", ANNA, "--bucket", "c", "--principal", "*"), "nobody a policy could"),
    "a principal in SeaweedFS": (
        ("policy", ANNA, "--bucket", "c", "--principal", "x", "--format", "seaweedfs"),
        "--principal belongs to",
    ),
    "no bucket": ((ANNA,), "no bucket is named; give --bucket"),
    "an address without a bucket": ((ANNA, "--s3", "http://127.0.0.1"), "add --bucket NAME"),
    "what is no address": ((ANNA, "--s3", "x", "--bucket", "b"), "expected an address"),
    "no class list": (("audit", "--roster", "nowhere.csv"), "nowhere.csv: No such file"),
}


@pytest.mark.parametrize(("words", "why"), BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_one_sentence(words: tuple[str, ...], why: str) -> None:
    found = storage(*words)
    assert (found.exit_code, found.stdout) == (2, "")
    assert why in found.stderr
    assert found.stderr.count("\n") == 1


@pytest.fixture
def roster(tmp_path: Path) -> str:
    file = tmp_path / "class.csv"
    file.write_text(f"student\n{ANNA}\n{OLEG}\n", encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(("kind", "pages"), [("list", STUDENT_PAGES), ("audit", CLASS_PAGES)])
def test_a_bucket_without_end_is_left_and_no_number_is_the_last_word(
    kind: str, pages: int, roster: str
) -> None:
    asked: list[Call] = []

    def endless(call: Call) -> Answer:
        asked.append(call)
        more = "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>"
        return Answer(
            f"{LIST}<Contents><Key>{ANNA}/x</Key><Size>1</Size></Contents>{more}</ListBucketResult>"
        )

    words = ("list", ANNA) if kind == "list" else ("audit", "--roster", roster)
    with Server(endless) as server:
        found = storage(*words, "--s3", server.url, "--bucket", "class")
    assert (found.exit_code, len(asked)) == (3, pages)
    assert f"the first {pages} objects were read, and there are more" in found.stderr
    if kind == "audit":
        rows = {line.split()[0]: line.split()[1:3] for line in found.stdout.splitlines() if line}
        assert rows[ANNA] == ["≥", str(pages)]
        assert rows[OLEG] == ["?", "?"]


@pytest.mark.parametrize("status", [404, 503])
def test_an_outage_is_not_an_empty_bucket(status: int, roster: str) -> None:
    with Server(lambda _: Answer("<Error/>", status, {"Retry-After": "900"})) as server:
        at = ("--s3", server.url, "--bucket", "class")
        for words in ((ANNA,), ("audit", "--roster", roster)):
            found = storage(*words, *at)
            assert (found.exit_code, found.stdout) == (3, "")
            assert f"S3 answered {status}" in found.stderr


def test_what_a_bucket_says_can_neither_act_nor_be_added_up_wrongly() -> None:
    entries = (
        f"<Contents><Key>{ANNA}/%1B[2J%E2%80%AEx</Key><Size>-7</Size>"
        "<LastModified>soon</LastModified></Contents>"
        f"<Contents><Key>{ANNA}/y</Key><Size>{'9' * 99}</Size>"
        "<LastModified>0001-01-01T00:00:00+14:00</LastModified></Contents>"
        f"<Contents><Key>{ANNA}/z</Key><Size>5</Size>"
        "<LastModified>2026-11-20T10:00:00.000Z</LastModified></Contents>"
    )
    text = f"{LIST}<EncodingType>url</EncodingType>{entries}</ListBucketResult>"
    with Server(lambda _: Answer(text)) as server:
        at = ("--s3", server.url, "--bucket", "class")
        shown, machine = storage(ANNA, *at), storage(ANNA, *at, "--format", "json")
    assert "3 objects, ? B" in shown.stdout
    assert "␛[2J\\u202ex" in shown.stdout
    assert shown.stdout.splitlines()[2].split() == [
        "2026-11-20",
        "10:00",
        "UTC",
        "5",
        "B",
        f"{ANNA}/z",
    ]
    assert not any(one in shown.stdout + machine.stdout for one in "\x1b\u202e")
    objects = json.loads(machine.stdout)["objects"]
    assert [(one["bytes"], one["modified"]) for one in objects] == [
        (5, "2026-11-20T10:00:00+00:00"),
        (None, None),
        (None, None),
    ]
