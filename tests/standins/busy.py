"""Students who work without a pause, one with each part of a campus."""

from __future__ import annotations

import io
import itertools
import os
import re
import subprocess
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from checker.campus.people import BUCKET
from checker.campus.store import Event, Repository, Run, Store
from checker.workbook.desk import Desk
from checker.workbook.refusal import WorkbookError
from tests.standins.halves import Request
from tests.standins.image import MANIFEST
from tests.standins.index_servers import wheel
from tests.standins.town import PATIENCE, Town

CLEAN = (
    WorkbookError,
    subprocess.CalledProcessError,
    requests.RequestException,
    BotoCoreError,
    ClientError,
)
"""How programs tell that something was not done."""
PAUSE = 0.1
WORKFLOW = """
on: {push: {branches: [main]}}
jobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo "$GITHUB_SHA"'}]}}
"""


@dataclass
class Work:
    """What a student does again and again."""

    do: Callable[[int], None]
    """Does it for a number; called again for the same one when it failed."""
    there: Callable[[], Collection[int]]
    """Returns for which numbers the campus has it."""
    done: list[int] = field(default_factory=list)
    """The numbers that were acknowledged, in order."""
    failed: list[str] = field(default_factory=list)
    """What programs said of what was not done."""
    news: threading.Condition = field(default_factory=threading.Condition)

    def go_on(self, stop: threading.Event) -> None:
        for number in itertools.count():
            while not stop.wait(PAUSE):
                try:
                    self.do(number)
                except CLEAN as error:
                    self.failed.append(str(error))
                    continue
                with self.news:
                    self.done.append(number)
                    self.news.notify_all()
                break
            if stop.is_set():
                return

    def await_more(self, count: int) -> None:
        with self.news:
            wanted = len(self.done) + count
            assert self.news.wait_for(lambda: len(self.done) >= wanted, PATIENCE), self.failed[-3:]


class Student:
    """A student at work, with the programs of students."""

    def __init__(self, whole: Town, name: str) -> None:
        self.whole = whole
        self.person = whole.student(name)
        self.folder = whole.root / "work" / self.person.login
        self.folder.mkdir(parents=True)
        self.auth = (self.person.login, self.person.token)

    @property
    def login(self) -> str:
        return self.person.login

    def get(self, url: str, **headers: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(url, auth=self.auth, headers=headers, timeout=PATIENCE)

    def repository(self, files: Mapping[str, str]) -> Desk:
        desk = self.whole.desk(self.person, self.folder)
        (self.folder / "README.md").write_text("# Work\n", encoding="utf-8")
        for path, text in files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")
        self.whole.begin(desk)
        desk.git("add", "--all")
        desk.git("commit", "--quiet", "--allow-empty", "--message=Begin anew")
        return desk


def git_head(desk: Desk) -> str:
    words = ["git", "log", "-1", "--format=%s"]
    done = subprocess.run(words, cwd=desk.folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(desk: Desk, number: int) -> None:
    if git_head(desk) != str(number):
        desk.git("commit", "--quiet", "--allow-empty", f"--message={number}")
    desk.git("push", "--quiet", "origin", "HEAD:main")


def pushing(student: Student) -> tuple[Work, Request]:
    """Push commit after commit; of a push, half a pack arrives."""
    desk = student.repository({})
    place = student.whole.place

    def there() -> list[int]:
        store = Store(place)
        row = store.one(Repository, owner=student.login)
        assert row is not None
        told = [one.sha for one in store.find(Event, repository=row.id, name="push")]
        store.close()
        words = ["git", "log", "--format=%H %s", *dict.fromkeys(told)]
        listed = subprocess.run(
            [*words], cwd=desk.folder, capture_output=True, text=True, check=True
        )
        subjects = dict(line.split(" ", 1) for line in listed.stdout.splitlines())
        return [int(subjects[sha]) for sha in told if subjects[sha].isdecimal()]

    def git(*words: str, given: bytes = b"") -> bytes:
        done = subprocess.run(
            ["git", *words], cwd=desk.folder, input=given, capture_output=True, check=True
        )
        return done.stdout

    blob = git("hash-object", "-w", "--stdin", given=os.urandom(300_000)).strip()
    tree = git("mktree", given=b"100644 blob %s\tlarge.bin\n" % blob).strip()
    own = ("-c", "user.name=A", "-c", "user.email=a@campus.invalid")
    sha = git(*own, "commit-tree", "-m", "Half", tree.decode()).strip()
    pack = git("pack-objects", "--stdout", "--revs", "-q", given=sha + b"\n")
    line = b"%s %s refs/heads/half\0 report-status\n" % (b"0" * 40, sha)
    url = f"{place.url('forge')}/{desk.full_name}.git"
    half = Request(
        "POST",
        lambda: f"{url}/git-receive-pack",
        b"%04x%s0000%s" % (len(line) + 4, line, pack),
        lambda: b"refs/heads/half" in git("ls-remote", url),
        {"Content-Type": "application/x-git-receive-pack-request"},
        student.auth,
    )
    return Work(partial(commit, desk), there), half


def running(student: Student) -> tuple[Work, None]:
    """Push commit after commit, and wait each time until its workflow has run."""
    desk = student.repository({".github/workflows/ci.yml": WORKFLOW})

    def do(number: int) -> None:
        commit(desk, number)
        for _ in range(round(PATIENCE / PAUSE)):
            [newest, *_] = [*desk.repo("GET", "/actions/runs")["workflow_runs"], {}]
            if newest.get("display_title") == str(number) and newest["conclusion"]:
                assert newest["conclusion"] == "success"
                return
            threading.Event().wait(PAUSE)
        raise AssertionError(f"commit {number} has no run")

    def there() -> list[int]:
        store = Store(student.whole.place)
        row = store.one(Repository, owner=student.login)
        assert row is not None
        runs = store.find(Run, repository=row.id)
        store.close()
        assert {run.attempt for run in runs} == {1}
        return [
            int(run.title)
            for run in runs
            if run.conclusion == "success" and run.title != "Begin anew"
        ]

    return Work(do, there), None


def publishing(student: Student) -> tuple[Work, Request]:
    """Upload version after version."""
    index = student.whole.place.url("index")

    def form(file: Path) -> requests.PreparedRequest:
        fields = {":action": "file_upload", "protocol_version": "1"}
        content = {"content": (file.name, io.BytesIO(file.read_bytes()))}
        asked = requests.Request("POST", f"{index}/legacy/", data=fields, files=content)
        return asked.prepare()

    def versions() -> list[str]:
        said = student.get(f"{index}/simple/kept/")
        return re.findall(r">kept-([0-9]+)-py3", said.text)

    def request(version: str) -> Request:
        made = form(wheel(student.folder, "kept", version))
        assert isinstance(made.body, bytes)
        kind = {"Content-Type": made.headers["Content-Type"]}
        token = ("__token__", student.person.token)
        return Request(
            "POST",
            lambda: f"{index}/legacy/",
            made.body,
            lambda: version in versions(),
            kind,
            token,
        )

    def do(number: int) -> None:
        one = request(str(number))
        one.send(one.body)

    return Work(do, lambda: [int(one) for one in versions() if one != "99999"]), request("99999")


def shipping(student: Student) -> tuple[Work, Request]:
    """Push an image under tag after tag."""
    registry = student.whole.place.url("registry")
    name = f"{student.login}/kept"
    host = registry.removeprefix("http://")
    policy = student.folder / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    for words in (["init", "--layout", "image"], ["new", "--image", "image:1"]):
        subprocess.run(["umoci", *words], cwd=student.folder, check=True, capture_output=True)

    def do(number: int) -> None:
        words = ["skopeo", f"--policy={policy}", "copy", "--quiet", "--dest-tls-verify=false"]
        words += [f"--dest-creds={':'.join(student.auth)}", "oci:image:1"]
        subprocess.run(
            [*words, f"docker://{host}/{name}:{number}"],
            cwd=student.folder,
            env=student.whole.environment(student.person),
            check=True,
            capture_output=True,
            text=True,
        )

    def there() -> list[int]:
        found, url = (
            [],
            f"{student.whole.place.url('hub')}/v2/repositories/{name}/tags?page_size=100",
        )
        while url:
            said = student.get(url).json()
            found += [int(one["name"]) for one in said["results"]]
            url = said["next"]
        for tag in (min(found), max(found)):
            kept = student.get(f"{registry}/v2/{name}/manifests/{tag}", Accept=MANIFEST)
            assert kept.json()["schemaVersion"] == 2
        return found

    layer = os.urandom(300_000)
    digest = f"sha256:{sha256(layer).hexdigest()}"

    def url() -> str:
        with requests.Session() as session:
            session.trust_env = False
            begun = session.post(
                f"{registry}/v2/{name}/blobs/uploads/", auth=student.auth, timeout=PATIENCE
            )
        path = begun.headers["Location"]
        return f"{registry if path.startswith('/') else ''}{path}{'&' if '?' in path else '?'}digest={digest}"

    half = Request(
        "PUT",
        url,
        layer,
        lambda: student.get(f"{registry}/v2/{name}/blobs/{digest}").status_code == 200,
        auth=student.auth,
    )
    return Work(do, there), half


def storing(student: Student) -> tuple[Work, Request]:
    """Put object after object."""
    client: Any = boto3.client(
        "s3",
        endpoint_url=student.whole.place.url("s3"),
        aws_access_key_id=student.person.s3_key,
        aws_secret_access_key=student.person.s3_secret,
        region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}),
    )

    def do(number: int) -> None:
        body = f"{number} ".encode() * 500
        client.put_object(Bucket=BUCKET, Key=f"{student.login}/kept/{number}", Body=body)

    def keys() -> list[str]:
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix=f"{student.login}/"
        )
        return [one["Key"].rpartition("/")[2] for page in pages for one in page.get("Contents", ())]

    def there() -> list[int]:
        found = [int(one) for one in keys() if one != "half"]
        for number in (min(found), max(found)):
            kept = client.get_object(Bucket=BUCKET, Key=f"{student.login}/kept/{number}")
            assert kept["Body"].read() == f"{number} ".encode() * 500
        return found

    where = {"Bucket": BUCKET, "Key": f"{student.login}/half"}
    half = Request(
        "PUT",
        lambda: str(client.generate_presigned_url("put_object", Params=where)),
        os.urandom(300_000),
        lambda: "half" in keys(),
    )
    return Work(do, there), half


def tracking(student: Student) -> tuple[Work, Request]:
    """Log run after run."""
    api = f"{student.whole.place.url('mlflow')}/api/2.0/mlflow"

    def post(path: str, content: object) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            said = session.post(f"{api}/{path}", json=content, auth=student.auth, timeout=PATIENCE)
        said.raise_for_status()
        return said.json()

    named = student.get(f"{api}/experiments/get-by-name?experiment_name={student.login}").json()
    experiment = named["experiment"]["experiment_id"]

    def begin(name: str) -> str:
        content = {"experiment_id": experiment, "run_name": name}
        return str(post("runs/create", content)["run"]["info"]["run_id"])

    def do(number: int) -> None:
        run = begin(str(number))
        metric = {"run_id": run, "key": "number", "value": number, "timestamp": 1}
        post("runs/log-metric", metric)

    def there() -> set[int]:  # MLflow makes another run for whoever did not hear of the first
        asked = {"experiment_ids": [experiment], "max_results": 10_000}
        found = [one["data"].get("metrics", ()) for one in post("runs/search", asked)["runs"]]
        return {int(one["value"]) for metrics in found for one in metrics if one["key"] == "number"}

    run = begin("half")
    rows = ",".join(
        f'{{"key": "m", "value": {one}, "timestamp": 1, "step": {one}}}' for one in range(900)
    )
    half = Request(
        "POST",
        lambda: f"{api}/runs/log-batch",
        f'{{"run_id": "{run}", "metrics": [{rows}]}}'.encode(),
        lambda: bool(
            student.get(f"{api}/runs/get?run_id={run}").json()["run"]["data"].get("metrics")
        ),
        {"Content-Type": "application/json"},
        student.auth,
    )
    return Work(do, there), half


KINDS: Mapping[str, Callable[[Student], tuple[Work, Request | None]]] = {
    "forge": pushing,
    "runner": running,
    "index": publishing,
    "registry": shipping,
    "storage": storing,
    "tracking": tracking,
}
