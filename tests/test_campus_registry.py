"""The campus' image registry as skopeo, buildah, docker and the grader meet it, with docker-registry and with our own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import requests

from checker.campus.people import People
from checker.campus.place import CampusError, Place
from checker.campus.registry import Registry, images
from checker.campus.registry.asked import asked_of
from checker.campus.registry.behind import Behind
from checker.campus.registry.front import Front
from checker.campus.registry.keeper import Keeper
from checker.campus.registry.own import Own
from checker.campus.registry.serve import Application
from checker.campus.supervisor import Supervisor, running
from checker.http import Addresses
from checker.services.dockerhub import image_of, origin_of
from checker.services.images import Origin
from tests.standins.door import Door
from tests.standins.image import MANIFEST, Build, Content, content
from tests.standins.processes import program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

ANNA, BORIS = "ivanova_anna", "petrov_boris"
COMMIT = "a" * 40
LABELS = {
    "org.opencontainers.image.source": "https://github.com/ivanova/hw",
    "org.opencontainers.image.revision": COMMIT,
}
KINDS = ("docker-registry", "own")


def part(kind: str) -> Registry:
    if kind != "own":
        program("docker-registry", "docker-registry")
    return Registry(own=kind == "own")


@pytest.fixture(scope="module", params=KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    registry = part(request.param)
    made = Place.open(tmp_path_factory.mktemp("registry") / "campus")
    for login in (ANNA, BORIS):
        People(made).join(login, login)
    with Supervisor(made, [registry]) as up:
        up.up()
        yield made


class Client:
    """A client that does what it is told, as one person or as nobody."""

    def __init__(self, place: Place, login: str = "") -> None:
        self.url = place.url("registry")
        self._session = requests.Session()
        self._session.trust_env = False
        if login:
            self._session.auth = (login, People(place)[login].token)

    def __call__(self, method: str, path: str, **given: Any) -> requests.Response:
        url = path if path.startswith("http") else self.url + path
        return self._session.request(method, url, timeout=60, allow_redirects=False, **given)

    def token(self, *scopes: str) -> str:
        answer = self("GET", "/token", params={"service": "127.0.0.1", "scope": scopes})
        answer.raise_for_status()
        return str(answer.json()["token"])

    def where(self, begun: requests.Response, digest: str) -> str:
        path = begun.headers["Location"]
        return f"{path}{'&' if '?' in path else '?'}digest={digest}"

    def blob(self, name: str, data: bytes) -> str:
        """Push a blob and return its digest."""
        begun = self("POST", f"/v2/{name}/blobs/uploads/")
        assert begun.status_code == 202, begun.text
        done = self("PUT", self.where(begun, digest(data)), data=data)
        assert done.status_code == 201, done.text
        return digest(data)

    def push(self, name: str, tag: str, made: Content) -> requests.Response:
        """Push an image: blobs, the manifests below, the one of the tag last."""
        for data in made.blobs.values():
            self.blob(name, data)
        for one, (kind, text) in made.manifests.items():
            reference = tag if one == made.digest else one
            answer = self(
                "PUT",
                f"/v2/{name}/manifests/{reference}",
                data=text,
                headers={"Content-Type": kind},
            )
            assert answer.status_code == 201, answer.text
        return answer


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def error(answer: requests.Response) -> str:
    return str(answer.json()["errors"][0]["code"])


@pytest.fixture
def anna(place: Place) -> Client:
    return Client(place, ANNA)


@pytest.fixture
def anybody(place: Place) -> Client:
    """Somebody without a login who asks for a token first, as clients do."""
    client = Client(place)
    scope = f"repository:{ANNA}/{{}}:pull"
    names = ("hw", "seen", "moved", "open", "built-oci", "built-docker", "copy", "ranged", "parts")
    client._session.headers["Authorization"] = f"Bearer {client.token(*map(scope.format, names))}"
    return client


@pytest.fixture
def door(place: Place) -> Door:
    return Door(Addresses(dockerhub=place.url("hub"), registry=place.url("registry")))


def tool(name: str, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run skopeo, buildah or docker with a home and a store of its own."""
    binary = program(name, name)
    (folder / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    env = {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "NO_PROXY": "127.0.0.1",
    }
    return subprocess.run(
        [binary, *words], check=False, capture_output=True, text=True, timeout=120, env=env
    )


def told(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def credentials(place: Place, login: str) -> str:
    return f"{login}:{People(place)[login].token}"


@pytest.mark.parametrize("form", ["oci", "docker"])
def test_buildah_builds_and_pushes_and_skopeo_reads(
    place: Place, door: Door, tmp_path: Path, form: str
) -> None:
    host = f"127.0.0.1:{place.port('registry')}"
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    policy = f"--signature-policy={tmp_path / 'policy.json'}"
    store = [f"--root={tmp_path / 'root'}", f"--runroot={tmp_path / 'run'}", "--storage-driver=vfs"]
    labels = [f"--label={key}={value}" for key, value in LABELS.items()]
    where = f"{host}/{ANNA}/built-{form}:1.0"
    build = ["bud", policy, f"--format={form}", "--isolation=chroot", *labels, "-t", where]
    told(tool("buildah", *store, *build, str(tmp_path), folder=tmp_path))
    push = ["push", policy, "--tls-verify=false", f"--creds={credentials(place, ANNA)}", where]
    told(tool("buildah", *store, *push, folder=tmp_path))
    shown = told(
        tool("skopeo", "inspect", "--tls-verify=false", f"docker://{where}", folder=tmp_path)
    )
    seen = json.loads(shown)
    [tag] = image_of(f"{ANNA}/built-{form}", door).tags
    assert (tag.name, tag.digest, tag.pusher) == ("1.0", seen["Digest"], ANNA)
    assert seen["Labels"].items() >= LABELS.items()
    origin = origin_of(image_of(f"{ANNA}/built-{form}", door), tag, door)
    assert origin == Origin("ivanova/hw", COMMIT, by="labels")
    pulled = tmp_path / "pulled"
    copy = ["--policy", str(tmp_path / "policy.json"), "copy", "--src-tls-verify=false"]
    told(tool("skopeo", *copy, f"docker://{where}", f"dir:{pulled}", folder=tmp_path))
    assert (pulled / "manifest.json").is_file()


def test_skopeo_copies_an_index_with_its_provenance(
    place: Place, anna: Client, door: Door, tmp_path: Path
) -> None:
    host = f"127.0.0.1:{place.port('registry')}"
    made = content(labels=LABELS, build=Build("ivanova/hw", 42, 2, commit=COMMIT))
    anna.push(f"{ANNA}/hw", "1.2.3", made)
    words = ["--policy", str(tmp_path / "policy.json"), "copy", "--all", "--preserve-digests"]
    words += ["--src-tls-verify=false", "--dest-tls-verify=false"]
    words += [f"--dest-creds={credentials(place, BORIS)}"]
    source, copy = f"docker://{host}/{ANNA}/hw:1.2.3", f"docker://{host}/{BORIS}/copy:1.2.3"
    told(tool("skopeo", *words, source, copy, folder=tmp_path))
    for name, login in ((f"{ANNA}/hw", ANNA), (f"{BORIS}/copy", BORIS)):
        image = image_of(name, door)
        [tag] = image.tags
        assert (tag.digest, tag.pusher) == (made.digest, login)
        origin = origin_of(image, tag, door)
        assert origin is not None
        assert (origin.run, origin.attempt, origin.by) == (42, 2, "provenance")


def test_docker_logs_in_with_login_and_token_and_with_nothing_else(
    place: Place, tmp_path: Path
) -> None:
    host = f"127.0.0.1:{place.port('registry')}"
    login = ["login", f"--authfile={tmp_path / 'auth.json'}", "--tls-verify=false", host]
    right = ["--username", ANNA, "--password", People(place)[ANNA].token]
    assert "Login Succeeded" in told(tool("skopeo", *login, *right, folder=tmp_path))
    for user, password in ((ANNA, "wrong"), (BORIS, People(place)[ANNA].token)):
        wrong = tool("skopeo", *login, "--username", user, "--password", password, folder=tmp_path)
        assert wrong.returncode != 0
        assert "invalid username/password" in wrong.stderr


def test_a_push_to_anothers_namespace_is_refused_at_every_door(place: Place, anna: Client) -> None:
    theirs = content(labels=LABELS)
    Client(place, BORIS).push(f"{BORIS}/guarded", "1.0", theirs)
    kind, text = theirs.manifests[theirs.digest]
    blob = next(iter(theirs.blobs))
    asked = f"repository:{BORIS}/guarded:pull,push"
    bearer = {"Authorization": f"Bearer {anna.token(asked)}"}
    stolen = {"Authorization": f"Bearer {anna.token(f'repository:{ANNA}/guarded:pull,push')}"}
    somebody = Client(place)
    nobody = {"Authorization": f"Bearer {somebody.token(asked)}"}
    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", f"/v2/{BORIS}/guarded/blobs/uploads/", {}),
        ("POST", f"/v2/{BORIS}/guarded/blobs/uploads/?mount={blob}&from={ANNA}/guarded", {}),
        ("POST", f"/v2/{BORIS}/guarded/blobs/uploads/?digest={blob}", {"data": b"x"}),
        ("PUT", f"/v2/{BORIS}/guarded/manifests/1.0", {"data": text}),
        ("PUT", f"/v2/{BORIS}/guarded/manifests/evil", {"data": text}),
        ("PATCH", f"/v2/{BORIS}/guarded/blobs/uploads/1", {"data": b"x"}),
        ("DELETE", f"/v2/{BORIS}/guarded/manifests/{theirs.digest}", {}),
        ("DELETE", f"/v2/{BORIS}/guarded/blobs/{blob}", {}),
    ]
    for method, path, given in attempts:
        for client, headers in (
            (anna, {}),
            (somebody, bearer),
            (somebody, stolen),
            (somebody, nobody),
            (somebody, {}),
        ):
            answer = client(method, path, headers={"Content-Type": kind, **headers}, **given)
            assert answer.status_code in {401, 403}, (method, path, answer.status_code)
    [image] = [one for one in images(place) if one.name == f"{BORIS}/guarded"]
    assert [(one.name, one.digest, one.by) for one in image.tags] == [("1.0", theirs.digest, BORIS)]


def test_an_upload_begun_by_one_is_not_finished_by_another(place: Place, anna: Client) -> None:
    boris = Client(place, BORIS)
    begun = boris("POST", f"/v2/{BORIS}/started/blobs/uploads/")
    path = begun.headers["Location"]
    moved = path.replace(f"/v2/{BORIS}/", f"/v2/{ANNA}/")
    assert anna("PATCH", path, data=b"x").status_code == 403
    assert anna("PATCH", moved, data=b"x").status_code in {400, 404}
    assert boris("PATCH", path, data=b"x").status_code == 202


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer x",
        "Bearer x.y",
        "Bearer ☠".encode().decode("latin-1"),
        "Basic x",
        "Basic Og==",
        "Digest x",
    ],
)
def test_what_is_no_login_and_no_token_opens_nothing(place: Place, authorization: str) -> None:
    client = Client(place)
    answer = client("GET", "/v2/", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers or authorization.startswith("Basic")


def test_a_token_that_was_changed_opens_nothing(place: Place, anna: Client) -> None:
    body, _, signature = anna.token(f"repository:{ANNA}/hw:pull,push").partition(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["access"][f"{BORIS}/hw"] = ["pull", "push"]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    headers = {"Authorization": f"Bearer {forged}.{signature}"}
    answer = Client(place)("POST", f"/v2/{BORIS}/hw/blobs/uploads/", headers=headers)
    assert answer.status_code == 401


def test_the_teacher_pushes_what_all_build_upon(place: Place) -> None:
    Client(place, "teacher").push("library/python", "3.12-slim", content())
    token = Client(place).token("repository:library/python:pull")
    answer = Client(place)(
        "GET", "/v2/library/python/tags/list", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.json() == {"name": "library/python", "tags": ["3.12-slim"]}


def test_everybody_pulls_with_a_token_that_is_for_the_asking(anna: Client, anybody: Client) -> None:
    made = content(labels=LABELS)
    anna.push(f"{ANNA}/open", "1.0", made)
    manifest = anybody("GET", f"/v2/{ANNA}/open/manifests/1.0", headers={"Accept": MANIFEST})
    assert manifest.content == made.manifests[made.digest][1]
    assert manifest.headers["Content-Type"] == MANIFEST
    assert manifest.headers["Docker-Content-Digest"] == made.digest
    by_digest = anybody(
        "GET", f"/v2/{ANNA}/open/manifests/{made.digest}", headers={"Accept": MANIFEST}
    )
    assert by_digest.content == manifest.content
    head = anybody("HEAD", f"/v2/{ANNA}/open/manifests/1.0", headers={"Accept": MANIFEST})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Docker-Content-Digest"] == made.digest
    assert head.headers["Content-Length"] == str(len(manifest.content))
    for one, data in made.blobs.items():
        assert anybody("GET", f"/v2/{ANNA}/open/blobs/{one}").content == data
        size = anybody("HEAD", f"/v2/{ANNA}/open/blobs/{one}").headers["Content-Length"]
        assert size == str(len(data))


def test_a_tag_moves_when_it_is_pushed_again(anna: Client, door: Door) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    first, second = content(layer=b"first"), content(layer=b"second")
    anna.push(f"{ANNA}/moved", "latest", first)
    [tag] = image_of(f"{ANNA}/moved", door).tags
    assert tag.digest == first.digest
    anna.push(f"{ANNA}/moved", "1.0", second)
    anna.push(f"{ANNA}/moved", "latest", second)
    tags = image_of(f"{ANNA}/moved", door).tags
    assert [(one.name, one.digest) for one in tags] == [
        ("latest", second.digest),
        ("1.0", second.digest),
    ]
    assert tags[0].pushed is not None
    assert tags[1].pushed is not None
    assert before < tags[1].pushed < tags[0].pushed < datetime.now(UTC)
    old = anna("GET", f"/v2/{ANNA}/moved/manifests/{first.digest}", headers={"Accept": MANIFEST})
    assert old.status_code == 200


def test_hubs_pages_are_docker_hubs(place: Place, anna: Client) -> None:
    made = content(labels=LABELS, build=Build("ivanova/hw", 42))
    for number in range(12):
        anna.push(f"{ANNA}/seen", f"1.{number}", made)
    hub, base = Client(place), f"{place.url('hub')}/v2/namespaces/{ANNA}/repositories"
    page = hub("GET", f"{base}/seen/tags").json()
    assert (page["count"], len(page["results"]), page["previous"]) == (12, 10, None)
    rest = hub("GET", page["next"]).json()
    assert [one["name"] for one in rest["results"]] == ["1.1", "1.0"]
    assert hub("GET", f"{base}/seen/tags?page=3").status_code == 404
    tag = hub("GET", f"{base}/seen/tags/1.3").json()
    assert (tag["digest"], tag["last_updater_username"]) == (made.digest, ANNA)
    assert [(one["architecture"], one["os"], one["size"]) for one in tag["images"]] == [
        ("amd64", "linux", 5)
    ]
    assert hub("GET", f"{base}/seen").json()["name"] == "seen"
    assert "seen" in [one["name"] for one in hub("GET", f"{base}?page_size=100").json()["results"]]
    assert hub("GET", f"{place.url('hub')}/v2/repositories/{ANNA}/seen/tags/").json()["count"] == 12
    assert made.digest in hub("GET", f"{place.url('hub')}/r/{ANNA}/seen").text
    for missing in (
        f"{base}/never",
        f"{base}/never/tags",
        f"{base}/seen/tags/9",
        f"{place.url('hub')}/x",
    ):
        assert hub("GET", missing).status_code == 404
    assert hub("DELETE", f"{base}/seen/tags/1.3").status_code == 405
    assert hub("GET", f"{base}/seen/tags?page=x&page_size=-1").json()["count"] == 12


def test_layers_arrive_in_parts_and_go_on_after_a_break(anna: Client, anybody: Client) -> None:
    name, data = f"{ANNA}/parts", os.urandom(300_000)
    begun = anna("POST", f"/v2/{name}/blobs/uploads/")
    first = anna("PATCH", begun.headers["Location"], data=data[:100_000])
    assert (first.status_code, first.headers["Range"]) == (202, "0-99999")
    state = anna("GET", first.headers["Location"])
    assert (state.status_code, state.headers["Range"]) == (204, "0-99999")
    wrong = anna("PATCH", first.headers["Location"], data=b"x", headers={"Content-Range": "50-50"})
    assert wrong.status_code == 416
    headers = {"Content-Range": "100000-199999"}
    second = anna("PATCH", first.headers["Location"], data=data[100_000:200_000], headers=headers)
    assert second.status_code == 202
    where = anna.where(second, digest(data))
    done = anna("PUT", where, data=data[200_000:])
    assert (done.status_code, done.headers["Docker-Content-Digest"]) == (201, digest(data))
    assert anybody("GET", f"/v2/{name}/blobs/{digest(data)}").content == data


def test_a_stream_of_unknown_length_is_taken(anna: Client, anybody: Client) -> None:
    name, data = f"{ANNA}/parts", os.urandom(200_000)
    begun = anna("POST", f"/v2/{name}/blobs/uploads/")
    chunks = (data[start : start + 7_000] for start in range(0, len(data), 7_000))
    sent = anna("PATCH", begun.headers["Location"], data=chunks)
    assert sent.status_code == 202
    assert anna("PUT", anna.where(sent, digest(data))).status_code == 201
    assert anybody("GET", f"/v2/{name}/blobs/{digest(data)}").content == data


def test_a_part_of_a_layer_can_be_asked_for(anna: Client, anybody: Client) -> None:
    data = bytes(range(256)) * 10
    path = f"/v2/{ANNA}/ranged/blobs/{anna.blob(f'{ANNA}/ranged', data)}"
    answer = anybody("GET", path, headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (206, data[10:20])
    assert answer.headers["Content-Range"] == f"bytes 10-19/{len(data)}"
    assert anybody("GET", path, headers={"Range": f"bytes={len(data)}-"}).status_code == 416


def test_a_layer_of_another_repository_is_mounted(place: Place, anna: Client) -> None:
    data = os.urandom(1000)
    one = anna.blob(f"{ANNA}/ranged", data)
    boris = Client(place, BORIS)
    path = f"/v2/{BORIS}/mounted/blobs"
    assert boris("HEAD", f"{path}/{one}").status_code == 404
    mounted = boris("POST", f"{path}/uploads/?mount={one}&from={ANNA}/ranged")
    assert (mounted.status_code, mounted.headers["Docker-Content-Digest"]) == (201, one)
    assert boris("GET", f"{path}/{one}").content == data
    unknown = boris("POST", f"{path}/uploads/?mount=sha256:{'0' * 64}&from={ANNA}/ranged")
    assert unknown.status_code == 202


def test_what_is_not_what_it_says_is_refused(anna: Client) -> None:
    name = f"{ANNA}/refused"
    begun = anna("POST", f"/v2/{name}/blobs/uploads/")
    wrong = anna("PUT", anna.where(begun, digest(b"one")), data=b"other")
    assert (wrong.status_code, error(wrong)) == (400, "DIGEST_INVALID")
    assert anna("HEAD", f"/v2/{name}/blobs/{digest(b'one')}").status_code == 404
    made = content()
    kind, text = made.manifests[made.digest]
    headers = {"Content-Type": kind}
    early = anna("PUT", f"/v2/{name}/manifests/1.0", data=text, headers=headers)
    assert (early.status_code, error(early)) == (400, "MANIFEST_BLOB_UNKNOWN")
    for data in made.blobs.values():
        anna.blob(name, data)
    other = anna("PUT", f"/v2/{name}/manifests/sha256:{'0' * 64}", data=text, headers=headers)
    assert (other.status_code, error(other)) == (400, "DIGEST_INVALID")
    for nonsense in (b"no json", b"[]", b"{}", b"\xff"):
        answer = anna("PUT", f"/v2/{name}/manifests/1.0", data=nonsense, headers=headers)
        assert answer.status_code == 400, nonsense
    large = anna("PUT", f"/v2/{name}/manifests/1.0", data=b" " * 5_000_000, headers=headers)
    assert (large.status_code, error(large)) == (413, "SIZE_INVALID")
    assert anna("GET", f"/v2/{name}/manifests/1.0", headers={"Accept": kind}).status_code == 404


def test_what_was_pushed_stays(anna: Client) -> None:
    made = content(layer=b"stays")
    anna.push(f"{ANNA}/stays", "1.0", made)
    for path in (f"manifests/{made.digest}", "manifests/1.0", f"blobs/{next(iter(made.blobs))}"):
        answer = anna("DELETE", f"/v2/{ANNA}/stays/{path}")
        assert (answer.status_code, error(answer)) == (405, "UNSUPPORTED")
    assert anna("GET", f"/v2/{ANNA}/stays/tags/list").json()["tags"] == ["1.0"]


def test_tags_are_listed_in_pages(anna: Client) -> None:
    for tag in ("b", "a", "c"):
        anna.push(f"{ANNA}/listed", tag, content())
    first = anna("GET", f"/v2/{ANNA}/listed/tags/list?n=2")
    assert first.json()["tags"] == ["a", "b"]
    assert 'rel="next"' in first.headers["Link"]
    path = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert anna("GET", path).json()["tags"] == ["c"]
    assert anna("GET", f"/v2/{ANNA}/never/tags/list").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v2/../people.json",
        "/v2/{anna}/..%2f..%2fpeople.json/tags/list",
        "/v2/{anna}/hw/manifests/..%2f..",
        "/v2/{anna}/hw/blobs/sha256:..",
        "/v2/{anna}/HW/tags/list",
        "/v2/{anna}/_tags/tags/list",
        "/v2/hw/tags/list",
        "/v2/_catalog",
        "/v2/{anna}/hw/referrers/sha256:" + "0" * 64,
        "/people.json",
    ],
)
def test_no_path_leads_out_of_the_registry(place: Place, anna: Client, path: str) -> None:
    request = requests.Request("GET", "http://x/").prepare()
    request.url = anna.url + path.format(anna=ANNA)
    request.headers["Authorization"] = requests.auth._basic_auth_str(
        ANNA, People(place)[ANNA].token
    )
    answer = requests.Session().send(request, timeout=60)
    assert answer.status_code == 404
    assert "campus_" not in answer.text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v2/a/b/manifests/latest", ("a/b", "manifest", "latest")),
        ("/v2/a/tags/manifests/list", ("a/tags", "manifest", "list")),
        ("/v2/a/b/c/blobs/uploads/", ("a/b/c", "upload", "")),
        ("/v2/a/b/blobs/sha256:" + "0" * 64, ("a/b", "blob", "sha256:" + "0" * 64)),
        ("/v2/a/b/blobs/latest", None),
        ("/v2/" + "a/" * 150 + "tags/list", None),
    ],
)  # fmt: skip
def test_a_path_is_taken_apart(path: str, expected: tuple[str, str, str] | None) -> None:
    found = asked_of(path)
    assert (found and (found.name, found.kind, found.reference)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path, kind: str) -> None:
    registry = part(kind)
    place = Place.open(tmp_path / "campus")
    People(place).join(ANNA, ANNA)
    pushed: dict[str, Content] = {}
    enough = threading.Event()

    def write() -> None:
        anna = Client(place, ANNA)
        for number in range(1000):
            made = content(layer=os.urandom(2000))
            try:
                anna.push(f"{ANNA}/kept", str(number), made)
            except (requests.RequestException, AssertionError):
                return
            pushed[str(number)] = made
            if number == 10:
                enough.set()

    with Supervisor(place, [registry]) as killed:
        killed.up()
        writer = threading.Thread(target=write)
        writer.start()
        assert enough.wait(60)
        os.kill(running(place)["registry"], signal.SIGKILL)
        writer.join(60)
    with Supervisor(place, [registry]) as again:
        again.up()
        anna = Client(place, ANNA)
        [image] = images(place)
        listed: Mapping[str, str] = {tag.name: tag.digest for tag in image.tags}
        for tag, made in pushed.items():
            answer = anna("GET", f"/v2/{ANNA}/kept/manifests/{tag}", headers={"Accept": MANIFEST})
            assert digest(answer.content) == made.digest == listed[tag]
            for one, data in made.blobs.items():
                assert anna("GET", f"/v2/{ANNA}/kept/blobs/{one}").content == data
        anna.push(f"{ANNA}/kept", "after", content())


def test_when_docker_registry_is_killed_both_come_back(tmp_path: Path) -> None:
    registry = part("docker-registry")
    place = Place.open(tmp_path / "campus")
    People(place).join(ANNA, ANNA)
    ready: list[str] = []
    again = threading.Event()

    def progress(_: str, state: str, __: float) -> None:
        if state == "ready":
            ready.append(state)
            if len(ready) == 2:
                again.set()

    with Supervisor(place, [registry], progress) as made:
        made.up()
        Client(place, ANNA).push(f"{ANNA}/hw", "1.0", content())
        watching = threading.Thread(target=made.watch, kwargs={"seconds": 0.02})
        watching.start()
        [keeper] = psutil.Process(running(place)["registry"]).children()
        keeper.kill()
        assert again.wait(30)
        answer = Client(place, ANNA)("GET", f"/v2/{ANNA}/hw/tags/list")
        assert answer.json()["tags"] == ["1.0"]
        made.stop()
        watching.join(30)


def test_images_of_docker_registry_are_not_lost_when_it_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place.open(tmp_path / "campus")
    part("docker-registry").command(place)
    assert Registry(own=True).command(place)[-1] == "docker-registry"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CampusError, match="docker-registry's, which is gone; install it"):
        Registry().command(place)


def test_it_listens_on_loopback_alone_and_its_keeper_nowhere(place: Place, anna: Client) -> None:
    anna.push(f"{ANNA}/logged", "1.0", content())
    process = psutil.Process(running(place)["registry"])
    found = [
        one.laddr
        for each in (process, *process.children(recursive=True))
        for one in each.net_connections("inet")
        if one.status == "LISTEN"
    ]
    assert {one.ip for one in found} == {"127.0.0.1"}
    assert {one.port for one in found} == {place.port("registry"), place.port("hub")}
    log = (place.log / "registry.log").read_text()
    assert not any(one.token in log for one in People(place))
    assert (place.root / "registry" / "secret").stat().st_mode & 0o077 == 0


def test_a_token_ends(place: Place, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.campus.registry.access import LASTS, Doorkeeper

    token = anna.token(f"repository:{ANNA}/hw:pull")
    door = Doorkeeper(place)
    assert door.access(f"Bearer {token}") is not None
    later = time.time() + LASTS + 1
    monkeypatch.setattr("checker.campus.registry.access.time.time", lambda: later)
    assert door.access(f"Bearer {token}") is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_large_and_a_full_disk_are_one_sentence_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    part(kind)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("checker.campus.registry.front.LARGEST_BLOB", 3_000_000)
    place = Place.open(tmp_path / "campus")
    anna = People(place).join(ANNA, ANNA)
    path = f"/v2/{ANNA}/large/blobs/uploads/"

    async def attempts() -> tuple[httpx.Response, ...]:
        keeper: Keeper = Own(place) if kind == "own" else Behind(place)
        await keeper.start()
        transport = httpx.ASGITransport(Application(place, Front(place, keeper)))
        try:
            async with httpx.AsyncClient(
                transport=transport, base_url=place.url("registry"), auth=(ANNA, anna.token)
            ) as client:
                begun = await client.post(path)
                large = await client.patch(begun.headers["Location"], content=b"x" * 3_000_001)
                usage = shutil.disk_usage(tmp_path)
                monkeypatch.setattr(
                    "checker.campus.registry.front.shutil.disk_usage",
                    lambda _: usage._replace(free=7_000_000),
                )
                full = await client.patch(begun.headers["Location"], content=b"x")
                pulled = await client.get(f"/v2/{ANNA}/large/tags/list")
                return begun, large, full, pulled
        finally:
            await keeper.stop()

    begun, large, full, pulled = asyncio.run(attempts())
    assert begun.status_code == 202
    assert (large.status_code, large.json()["errors"][0]["message"]) == (
        413,
        "a layer may have 3 MB",
    )
    said = "7 MB are left on the disk of the campus; free some and push again"
    assert (full.status_code, full.json()["errors"][0]["message"]) == (413, said)
    assert pulled.status_code == 404
