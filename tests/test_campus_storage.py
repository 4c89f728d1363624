"""SeaweedFS as the campus runs it: a student's key opens their prefix and nothing else, and nothing that was kept is lost."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from checker.campus import storage
from checker.campus.people import BUCKET, People
from checker.campus.place import CampusError, Place
from checker.campus.storage import REGION, Storage, weed
from checker.campus.supervisor import Supervisor, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]
needs_weed = pytest.mark.skipif(weed() is None, reason="no wheel of SeaweedFS for this machine")

ANNA, BORIS, LONGER = "ivanova_anna", "petrov_boris", "ivanova_anna_2"


class Bucket:
    """The class's bucket as one person's key opens it; asks once, so that a refusal is seen as it is."""

    def __init__(self, place: Place, key: str, secret: str) -> None:
        config = Config(
            signature_version="s3v4",
            retries={"total_max_attempts": 1},
            connect_timeout=5,
            read_timeout=60,
        )
        self.client = boto3.client(
            "s3",
            endpoint_url=place.url("s3"),
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name=REGION,
            config=config,
        )

    @classmethod
    def of(cls, place: Place, login: str) -> Bucket:
        person = People(place)[login]
        return cls(place, person.s3_key, person.s3_secret)

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        method = getattr(self.client, name)
        return lambda **given: method(Bucket=BUCKET, **given)

    def put(self, key: str, body: bytes) -> None:
        self.put_object(Key=key, Body=body)

    def read(self, key: str) -> bytes:
        return bytes(self.get_object(Key=key)["Body"].read())

    def keys(self, prefix: str) -> list[str]:
        found = self.list_objects_v2(Prefix=prefix)
        return [one["Key"] for one in found.get("Contents", [])]

    def upload(self, key: str, size: int) -> None:
        """Upload in parts, as clients do with large files."""
        upload = self.create_multipart_upload(Key=key)["UploadId"]
        part = self.upload_part(Key=key, UploadId=upload, PartNumber=1, Body=b"x" * size)
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        self.complete_multipart_upload(Key=key, UploadId=upload, MultipartUpload=parts)


def refusal(attempt: Callable[[], object]) -> str:
    """Return S3's word for why it refuses; fails when it does not."""
    with pytest.raises(ClientError) as told:
        attempt()
    return str(told.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place.open(tmp_path_factory.mktemp("storage") / "campus")
    for login in (ANNA, BORIS, LONGER):
        People(made).join(login, login)
    with Supervisor(made, [Storage()]) as up:
        up.up()
        yield made


@pytest.fixture
def anna(place: Place) -> Bucket:
    return Bucket.of(place, ANNA)


@pytest.fixture
def secret(place: Place) -> str:
    """Something of Boris that Anna must not reach."""
    bucket, key = Bucket.of(place, BORIS), f"{BORIS}/secret.txt"
    bucket.put(key, b"of Boris")
    Bucket.of(place, LONGER).put(f"{LONGER}/secret.txt", b"of the other Anna")
    return key


def test_a_student_puts_reads_lists_overwrites_and_deletes_under_their_prefix(anna: Bucket) -> None:
    key = f"{ANNA}/own/model.bin"
    anna.put(key, b"first")
    anna.put(key, b"second")
    assert anna.read(key) == b"second"
    assert anna.head_object(Key=key)["ContentLength"] == 6
    assert key in anna.keys(f"{ANNA}/")
    assert anna.keys(f"{ANNA}/own/") == [key]
    anna.put_object_tagging(Key=key, Tagging={"TagSet": [{"Key": "stage", "Value": "test"}]})
    anna.copy_object(Key=f"{ANNA}/own/copy", CopySource=f"{BUCKET}/{key}")
    anna.delete_object(Key=key)
    anna.delete_objects(Delete={"Objects": [{"Key": f"{ANNA}/own/copy"}]})
    assert anna.keys(f"{ANNA}/own/") == []


def test_a_student_uploads_in_parts(anna: Bucket) -> None:
    anna.upload(f"{ANNA}/large", 6_000_000)
    assert anna.read(f"{ANNA}/large") == b"x" * 6_000_000


@needs_weed
@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda one, key: one.get_object(Key=key), id="read"),
        pytest.param(lambda one, key: one.head_object(Key=key), id="look at"),
        pytest.param(lambda one, key: one.put_object(Key=key, Body=b"x"), id="overwrite"),
        pytest.param(lambda one, key: one.put_object(Key=f"{key}2", Body=b"x"), id="add"),
        pytest.param(lambda one, key: one.delete_object(Key=key), id="delete"),
        pytest.param(lambda one, key: one.upload(key, 9), id="upload in parts"),
        pytest.param(
            lambda one, key: one.copy_object(Key=f"{ANNA}/got", CopySource=f"{BUCKET}/{key}"),
            id="copy from",
        ),
        pytest.param(
            lambda one, key: one.copy_object(Key=key, CopySource=f"{BUCKET}/{ANNA}/mine"),
            id="copy to",
        ),
        pytest.param(
            lambda one, key: one.upload_part_copy(
                Key=f"{ANNA}/got",
                UploadId=one.create_multipart_upload(Key=f"{ANNA}/got")["UploadId"],
                PartNumber=1,
                CopySource=f"{BUCKET}/{key}",
            ),
            id="copy from, in parts",
        ),
        pytest.param(lambda one, key: one.get_object_tagging(Key=key), id="read tags"),
        pytest.param(
            lambda one, key: one.put_object_tagging(Key=key, Tagging={"TagSet": []}), id="tag"
        ),
        pytest.param(lambda one, key: one.get_object_acl(Key=key), id="read rights"),
        pytest.param(
            lambda one, key: one.put_object_acl(Key=key, ACL="public-read"), id="give rights"
        ),
        pytest.param(
            lambda one, key: one.get_object_attributes(Key=key, ObjectAttributes=["ETag"]),
            id="read attributes",
        ),
        pytest.param(lambda one, _: one.list_objects_v2(Prefix=f"{BORIS}/"), id="list"),
        pytest.param(lambda one, _: one.list_objects(Prefix=f"{BORIS}/"), id="list, older way"),
        pytest.param(lambda one, _: one.list_object_versions(Prefix=f"{BORIS}/"), id="versions"),
        pytest.param(lambda one, _: one.list_objects_v2(), id="list the bucket"),
        pytest.param(lambda one, _: one.list_objects_v2(Delimiter="/"), id="list the prefixes"),
        pytest.param(lambda one, _: one.list_objects_v2(Prefix=ANNA), id="list what begins alike"),
        pytest.param(lambda one, _: one.list_objects_v2(Prefix=f"{LONGER}/"), id="longer name"),
        pytest.param(
            lambda one, _: one.get_object(Key=f"{LONGER}/secret.txt"), id="read, longer name"
        ),
        pytest.param(lambda one, _: one.list_multipart_uploads(), id="list uploads"),
        pytest.param(lambda one, _: one.put_object(Key="top", Body=b"x"), id="add at the top"),
        pytest.param(lambda one, _: one.put_object(Key=ANNA, Body=b"x"), id="the prefix itself"),
        pytest.param(lambda one, _: one.delete_bucket(), id="delete the bucket"),
        pytest.param(lambda one, _: one.put_bucket_acl(ACL="public-read"), id="open the bucket"),
        pytest.param(lambda one, _: one.put_bucket_policy(Policy="{}"), id="set a policy"),
        pytest.param(
            lambda one, _: one.put_bucket_versioning(VersioningConfiguration={"Status": "Enabled"}),
            id="set versioning",
        ),
        pytest.param(
            lambda one, _: one.put_bucket_lifecycle_configuration(
                LifecycleConfiguration={
                    "Rules": [
                        {
                            "ID": "x",
                            "Status": "Enabled",
                            "Filter": {"Prefix": f"{BORIS}/"},
                            "Expiration": {"Days": 1},
                        }
                    ]
                }
            ),
            id="let things expire",
        ),
        pytest.param(lambda one, _: one.client.create_bucket(Bucket="other"), id="make a bucket"),
    ],
)
def test_what_is_anothers_is_refused(
    anna: Bucket, secret: str, attempt: Callable[[Bucket, str], object]
) -> None:
    anna.put(f"{ANNA}/mine", b"x")
    assert refusal(lambda: attempt(anna, secret)) in {"AccessDenied", "403"}


@needs_weed
def test_of_many_deletions_those_of_others_are_refused(anna: Bucket, secret: str) -> None:
    anna.put(f"{ANNA}/gone", b"x")
    answer = anna.delete_objects(Delete={"Objects": [{"Key": f"{ANNA}/gone"}, {"Key": secret}]})
    assert [one["Key"] for one in answer["Deleted"]] == [f"{ANNA}/gone"]
    assert [(one["Key"], one["Code"]) for one in answer["Errors"]] == [(secret, "AccessDenied")]


@needs_weed
def test_a_students_list_of_buckets_is_empty(anna: Bucket) -> None:
    assert anna.client.list_buckets()["Buckets"] == []


@needs_weed
@pytest.mark.parametrize(
    "path",
    [
        f"{ANNA}/../{BORIS}/secret.txt",
        f"{ANNA}/./../{BORIS}/secret.txt",
        f"{ANNA}//../{BORIS}/secret.txt",
        f"{ANNA}/%2e%2e/{BORIS}/secret.txt",
        f"{ANNA}/..%2f{BORIS}/secret.txt",
        f"{ANNA}/..\\{BORIS}/secret.txt",
        f"/{BORIS}/secret.txt",
    ],
)
def test_no_detour_leads_to_anothers_prefix(
    place: Place, anna: Bucket, secret: str, path: str
) -> None:
    """Names such as `%2e%2e` may be kept as they are, under the student's own prefix."""
    assert refusal(lambda: anna.get_object(Key=path))
    for change in (
        lambda: anna.put(path, b"planted"),
        lambda: anna.copy_object(Key=f"{ANNA}/got", CopySource=f"{BUCKET}/{path}"),
        lambda: anna.delete_object(Key=path),
    ):
        with suppress(ClientError):
            change()
    assert Bucket.of(place, BORIS).keys(f"{BORIS}/") == [secret]
    assert Bucket.of(place, BORIS).read(secret) == b"of Boris"
    assert b"of Boris" not in [anna.read(key) for key in anna.keys(f"{ANNA}/")]


@needs_weed
@pytest.mark.parametrize(
    ("key", "secret", "why"),
    [
        pytest.param("", "wrong", "SignatureDoesNotMatch", id="wrong secret"),
        pytest.param("CAMPUS0", "", "InvalidAccessKeyId", id="unknown key"),
    ],
)
def test_a_wrong_key_opens_nothing(place: Place, key: str, secret: str, why: str) -> None:
    anna = People(place)[ANNA]
    bucket = Bucket(place, key or anna.s3_key, secret or anna.s3_secret)
    assert refusal(lambda: bucket.get_object(Key=f"{ANNA}/mine")) == why


@needs_weed
@pytest.mark.parametrize("path", ["", f"{BUCKET}", f"{BUCKET}/{BORIS}/secret.txt"])
def test_without_a_key_there_is_nothing(place: Place, secret: str, path: str) -> None:
    assert secret
    assert status(f"{place.url('s3')}/{path}") == 403


def test_the_teacher_reads_and_writes_everywhere(place: Place, secret: str) -> None:
    teacher = Bucket.of(place, "teacher")
    teacher.put(f"{ANNA}/from_teacher", b"well done")
    assert teacher.read(secret) == b"of Boris"
    assert {secret, f"{ANNA}/from_teacher"} <= set(teacher.keys(""))


class Slow(io.BytesIO):
    """A file that is still being read when something happens."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 1_000_000:
            self.begun.set()
            assert self.go_on.wait(30)
        return super().read(min(size or 65_536, 65_536) if size != 0 else 0)


@needs_weed
def test_who_joins_later_is_let_in_while_a_transfer_goes_on(place: Place, anna: Bucket) -> None:
    pid = running(place)["storage"]
    body = Slow(os.urandom(8_000_000))
    request = anna.client.generate_presigned_url(
        "put_object", Params={"Bucket": BUCKET, "Key": f"{ANNA}/slow"}
    )
    answers: list[int] = []
    transfer = threading.Thread(target=lambda: answers.append(status(request, body)))
    transfer.start()
    assert body.begun.wait(30)
    late = People(place).join("late_clara", "Late Clara")
    assert refusal(lambda: Bucket.of(place, late.login).put("late_clara/x", b"x"))
    Storage().welcome(place)
    Bucket.of(place, late.login).put("late_clara/x", b"x")
    assert refusal(lambda: Bucket.of(place, late.login).put(f"{ANNA}/x", b"x")) == "AccessDenied"
    body.go_on.set()
    transfer.join(60)
    assert answers == [200]
    assert anna.read(f"{ANNA}/slow") == body.getvalue()
    assert running(place)["storage"] == pid


@needs_weed
def test_behind_s3_nothing_is_given_to_whoever_asks(
    place: Place, secret: str, tmp_path: Path
) -> None:
    """Whoever reaches SeaweedFS's other servers on loopback could read everything, if they let them."""
    show = f"fs.meta.cat /buckets/{BUCKET}/{secret}"
    inside = shell(place, place.folder("storage"), show)
    found = re.search(r'"?file_?id"?:\s*"([0-9]+,[0-9a-f]+)"', inside, re.IGNORECASE)
    assert found is not None, inside
    outside = shell(place, tmp_path, show)
    assert BORIS not in outside.replace(show, "")
    assert found[1] not in outside
    filer, master, volume = (place.url(f"storage-{one}") for one in ("filer", "master", "volume"))
    assert status(f"{volume}/{found[1]}") == 401
    assert status(f"{filer}/buckets/{BUCKET}/{secret}") == 404
    assert status(f"{master}/dir/lookup?fileId={found[1]}") == 404


def shell(place: Place, folder: Path, line: str) -> str:
    """Return what SeaweedFS's shell prints, with the certificates that lie in a folder, or none."""
    master, filer = (
        f"127.0.0.1:{place.port(f'storage-{one}')}.{place.port(f'storage-{one}-grpc')}"
        for one in ("master", "filer")
    )
    try:
        done = subprocess.run(
            [str(weed()), "shell", f"-master={master}", f"-filer={filer}"],
            input=f"{line}\n",
            cwd=folder,
            env={"HOME": str(folder)},
            capture_output=True,
            check=False,
            text=True,
            timeout=4,
        )
    except subprocess.TimeoutExpired as error:
        return str(error.stdout) + str(error.stderr)  # it asks again and again
    return done.stdout + done.stderr


def test_it_listens_on_loopback_alone(place: Place) -> None:
    process = psutil.Process(running(place)["storage"])
    heard = {one.laddr.ip for one in process.net_connections("inet") if one.status == "LISTEN"}
    assert heard == {"127.0.0.1"}


@needs_weed
def test_its_secrets_are_for_its_owner_alone(place: Place) -> None:
    for name in ("identities.json", "security.toml", "grpc.key"):
        assert (place.root / "storage" / name).stat().st_mode & 0o077 == 0
    shown = " ".join(psutil.Process(running(place)["storage"]).cmdline())
    assert not any(one.s3_secret in shown or one.s3_key in shown for one in People(place))


@needs_weed
def test_what_was_kept_outlives_a_kill(tmp_path: Path) -> None:
    place = Place.open(tmp_path / "campus")
    People(place).join(ANNA, ANNA)
    kept: dict[str, bytes] = {}
    enough = threading.Event()

    def write(anna: Bucket) -> None:
        for number in range(10_000):
            key, body = f"{ANNA}/kept/{number}", f"{number} ".encode() * (1 + number * 50)
            try:
                anna.put(key, body)
            except (ClientError, BotoCoreError):
                return
            kept[key] = body
            if number == 50:
                enough.set()

    with Supervisor(place, [Storage()]) as killed:
        killed.up()
        writer = threading.Thread(target=write, args=(Bucket.of(place, ANNA),))
        writer.start()
        assert enough.wait(30)
        assert all(one.is_socket() for one in storage._sockets(place))
        os.kill(running(place)["storage"], signal.SIGKILL)
        writer.join(30)
    assert not any(one.exists() for one in storage._sockets(place))
    with Supervisor(place, [Storage()]) as again:
        again.up()
        anna = Bucket.of(place, ANNA)
        assert {key: anna.read(key) for key in kept} == kept
        assert set(kept) <= set(anna.keys(f"{ANNA}/kept/"))
        anna.put(f"{ANNA}/kept/after", b"goes on")


def test_a_disk_that_is_nearly_full_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place.open(tmp_path / "campus")
    usage = shutil.disk_usage(tmp_path)
    full = usage._replace(total=100_000_000_000, free=900_000_000)
    monkeypatch.setattr("checker.campus.storage.shutil.disk_usage", lambda _: full)
    monkeypatch.setattr(storage, "weed", lambda: Path("weed"))
    with pytest.raises(CampusError, match=r"has 900 MB left, and SeaweedFS .* \(1000 MB\)"):
        Storage().command(place)


@pytest.fixture
def without_weed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine for which SeaweedFS has no wheel."""
    monkeypatch.setattr(
        metadata, "files", lambda _: (_ for _ in ()).throw(metadata.PackageNotFoundError)
    )


@pytest.mark.usefixtures("without_weed")
def test_without_seaweedfs_moto_keeps_objects_and_says_what_it_does_not_do(tmp_path: Path) -> None:
    made = Place.open(tmp_path / "campus")
    for login in (ANNA, BORIS):
        People(made).join(login, login)
    with Supervisor(made, [Storage()]) as up:
        up.up()
        People(made).join(LONGER, LONGER)
        Storage().welcome(made)
        for login in (ANNA, BORIS, LONGER):
            Bucket.of(made, login).put(f"{login}/x", login.encode())
        assert Bucket.of(made, ANNA).read(f"{ANNA}/x") == ANNA.encode()
        assert Bucket.of(made, ANNA).read(f"{BORIS}/x") == BORIS.encode()
    assert Storage().title == "object storage (moto)"
    assert "prefixes are not enforced" in Storage().caveat


@needs_weed
def test_seaweedfs_has_no_caveat() -> None:
    assert Storage().title == "object storage (SeaweedFS)"
    assert not Storage().caveat
    assert not Storage().missing()


@pytest.mark.usefixtures("without_weed")
def test_with_neither_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.campus.part.importlib.util.find_spec", lambda _: None)
    assert "pip install 'ml-cicd-workbook[campus]'" in Storage().missing()


def status(url: str, body: io.BytesIO | None = None) -> int:
    """Return the status of an unsigned answer to a GET, or to a PUT of a body."""
    headers = {} if body is None else {"Content-Length": str(len(body.getbuffer()))}
    method = "GET" if body is None else "PUT"
    asked = urllib.request.Request(url, data=body, headers=headers, method=method)  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
