"""The campus' package index as twine, uv, pip and the grader meet it, and what it refuses."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from requests_toolbelt import MultipartEncoder

from checker.campus.actions.pythons import installed
from checker.campus.identity import Audience, mint
from checker.campus.index import Index, packages, stock, wheels
from checker.campus.index.distribution import metadata_of
from checker.campus.index.shelf import Shelf
from checker.campus.people import People
from checker.campus.place import Place
from checker.campus.supervisor import Supervisor, running
from checker.http import Addresses
from checker.services.pypi import package_of, with_links
from tests.standins.door import Door
from tests.standins.index_servers import wheel

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

ANNA, BORIS = "ivanova_anna", "petrov_boris"
HOME = "https://github.com/ivanova/my-hw"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place.open(tmp_path_factory.mktemp("index") / "campus")
    for login in (ANNA, BORIS):
        People(made).join(login, login)
    with Supervisor(made, [Index()]) as up:
        up.up()
        yield made


def token(place: Place, login: str) -> str:
    return People(place)[login].token


def twine(
    place: Place,
    login: str,
    *files: Path,
    user: str = "__token__",
    where: str = "/legacy/",
) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "twine", "upload", "--non-interactive"]
    words += ["--disable-progress-bar", *map(str, files)]
    return subprocess.run(
        words,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={
            **bare(),
            "TWINE_REPOSITORY_URL": place.url("index") + where,
            "TWINE_USERNAME": user,
            "TWINE_PASSWORD": token(place, login),
        },
    )


def bare() -> dict[str, str]:
    """The environment without settings of this machine that name other indexes."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))
    }
    return {
        **kept,
        "NO_PROXY": "127.0.0.1",
        "PIP_CONFIG_FILE": os.devnull,
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }


@dataclass(frozen=True)
class Said:
    status: int
    reason: str
    kind: str
    body: bytes
    url: str


def ask(url: str, body: bytes | None = None, *, method: str = "", **headers: str) -> Said:
    """Ask without a proxy and return whatever is answered."""
    asked = urllib.request.Request(url, data=body, method=method or None)  # noqa: S310 - loopback
    for name, value in headers.items():
        asked.add_header(name.replace("_", "-"), value)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(asked, timeout=60) as answer:
            return Said(
                answer.status,
                answer.reason,
                answer.headers["Content-Type"],
                answer.read(),
                answer.url,
            )
    except urllib.error.HTTPError as error:
        with error:
            return Said(
                error.code, error.reason, error.headers["Content-Type"], error.read(), error.url
            )


def basic(login: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


def send(
    place: Place,
    login: str,
    filename: str,
    content: bytes,
    *,
    where: str = "/legacy/",
    **fields: str,
) -> Said:
    """Upload whatever one likes, as a client does that checks nothing."""
    form = {":action": "file_upload", "protocol_version": "1", **fields}
    form["content"] = (filename, io.BytesIO(content), "application/octet-stream")  # type: ignore[assignment]
    encoder = MultipartEncoder(form)
    return ask(
        place.url("index") + where,
        encoder.read(),
        Authorization=basic("__token__", token(place, login)),
        Content_Type=encoder.content_type,
    )


def put(place: Place, login: str, *files: Path, where: str = "/legacy/") -> int:
    """Upload files without a client; return the last answer's status."""
    return [send(place, login, one.name, one.read_bytes(), where=where).status for one in files][-1]


def sdist(folder: Path, name: str, version: str, inside: str = "") -> Path:
    stem = f"{name.replace('-', '_')}-{version}"
    path = folder / f"{stem}.tar.gz"
    info = f"Metadata-Version: 2.4\nName: {inside or name}\nVersion: {version}\n\n".encode()
    with tarfile.open(path, "w:gz") as archive:
        for where, text in ((f"{stem}/pyproject.toml", b""), (f"{stem}/PKG-INFO", info)):
            one = tarfile.TarInfo(where)
            one.size = len(text)
            archive.addfile(one, io.BytesIO(text))
    return path


def door(place: Place) -> Door:
    base = place.url("index")
    return Door(Addresses(pypi=base, testpypi=f"{base}/test"))


def test_twine_uploads_and_the_grader_reads_time_digest_links_and_owner(
    place: Place, tmp_path: Path
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    files = [wheel(tmp_path, "Read.HW", "1.2", {"Source": HOME}), sdist(tmp_path, "read-hw", "1.2")]
    done = twine(place, ANNA, *files)
    assert done.returncode == 0, done.stdout + done.stderr
    found = with_links(package_of("read-hw", "PyPI", door(place)), door(place))
    assert {one.name for one in found.files} == {one.name for one in files}
    assert all(one.uploaded and before <= one.uploaded <= datetime.now(UTC) for one in found.files)
    assert {one.version for one in found.files} == {"1.2"}
    assert found.links == (HOME,)
    assert found.owners == (ANNA,)
    assert not found.remarks


def test_uv_publishes_with_the_same_token(place: Place, tmp_path: Path) -> None:
    made = wheel(tmp_path, "by-uv", "1.0")
    words = [
        str(Path(sys.executable).with_name("uv")),
        "publish",
        "--no-cache",
        "--no-config",
        str(made),
    ]
    url = place.url("index")
    env = {**bare(), "UV_PUBLISH_URL": f"{url}/legacy/", "UV_PUBLISH_TOKEN": token(place, ANNA)}
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60, env=env)
    assert done.returncode == 0, done.stderr
    [file] = package_of("by-uv", "PyPI", door(place)).files
    assert file.name == made.name
    other = subprocess.run(
        words,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**env, "UV_PUBLISH_TOKEN": token(place, BORIS)},
    )
    assert other.returncode != 0
    assert f"it belongs to {ANNA}" in other.stderr


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_what_was_uploaded_is_installed_with_its_dependency(
    place: Place, tmp_path: Path, tool: str
) -> None:
    lower = wheel(tmp_path, f"lower-{tool}", "1.0")
    assert put(place, ANNA, lower, sdist(tmp_path, f"lower-{tool}", "1.0")) == 200
    target, simple = tmp_path / "installed", f"{place.url('index')}/simple/"
    if tool == "pip":
        words = [sys.executable, "-m", "pip", "install", "--no-cache-dir", "--target", str(target)]
        words += ["--index-url", simple, f"lower-{tool}"]
    else:
        words = [
            str(Path(sys.executable).with_name("uv")),
            "pip",
            "install",
            "--no-cache",
            "--no-config",
        ]
        words += ["--target", str(target), "--default-index", simple, f"lower-{tool}"]
    subprocess.run(words, check=True, capture_output=True, timeout=60, env=bare())
    assert (target / f"lower_{tool}.py").is_file()


def test_what_nobody_has_is_one_clear_line_of_pip(place: Place) -> None:
    words = [sys.executable, "-m", "pip", "download", "--no-cache-dir", "--retries=0"]
    words += ["--index-url", f"{place.url('index')}/simple/", "no-such-hw"]
    done = subprocess.run(
        words, check=False, capture_output=True, text=True, timeout=60, env=bare()
    )
    assert done.returncode != 0
    assert "No matching distribution found for no-such-hw" in done.stderr


def test_a_project_belongs_to_whoever_uploaded_it_first(place: Place, tmp_path: Path) -> None:
    assert twine(place, ANNA, wheel(tmp_path, "owned-hw", "1.0")).returncode == 0
    theirs = twine(place, BORIS, wheel(tmp_path, "Owned_HW", "2.0"))
    assert theirs.returncode != 0
    assert "403" in theirs.stdout
    assert f"isn't allowed to upload to project 'owned-hw': it belongs to {ANNA}" in theirs.stdout
    assert [one.version for one in package_of("owned-hw", "PyPI", door(place)).files] == ["1.0"]
    assert twine(place, ANNA, wheel(tmp_path, "owned-hw", "2.0")).returncode == 0


def test_of_two_who_claim_a_name_at_once_one_gets_it(place: Place, tmp_path: Path) -> None:
    made = {
        login: wheel(tmp_path, "claimed", version).read_bytes()
        for login, version in ((ANNA, "1.0"), (BORIS, "2.0"))
    }
    files = {ANNA: "claimed-1.0-py3-none-any.whl", BORIS: "claimed-2.0-py3-none-any.whl"}
    said: dict[str, int] = {}
    threads = [
        threading.Thread(
            target=lambda one=one: said.update(
                {one: send(place, one, files[one], made[one]).status}
            )
        )
        for one in made
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said.values()) == [200, 403]
    [winner] = [login for login, status in said.items() if status == 200]
    assert [one.owner for one in packages(place) if one.name == "claimed"] == [winner]


def test_another_file_under_a_published_version_is_refused_as_on_pypi(
    place: Place, tmp_path: Path
) -> None:
    first = wheel(tmp_path, "once", "1.0")
    assert twine(place, ANNA, first).returncode == 0
    kept = first.read_bytes()
    assert twine(place, ANNA, first).returncode == 0  # PyPI, too, accepts the very same file again
    changed = wheel(tmp_path, "once", "1.0", {"Source": HOME})
    again = twine(place, ANNA, changed)
    assert again.returncode != 0
    assert "400" in again.stdout
    assert "File already exists" in again.stdout
    where = f"{place.url('index')}/files/once/{first.name}"
    assert ask(where).body == kept


@pytest.mark.parametrize("user", ["__token__", ANNA])
def test_a_token_opens_the_index_alone_or_with_its_login(
    place: Place, tmp_path: Path, user: str
) -> None:
    name = f"login-{user.strip('_').replace('_', '-')}"
    assert twine(place, ANNA, wheel(tmp_path, name, "1.0"), user=user).returncode == 0


def test_a_token_under_anothers_login_or_nobodys_token_is_refused(
    place: Place, tmp_path: Path
) -> None:
    made = wheel(tmp_path, "refused-hw", "1.0")
    assert "403" in twine(place, ANNA, made, user=BORIS).stdout
    url = f"{place.url('index')}/legacy/"
    for password in ("", "campus_" + "0" * 40, "пароль"):
        said = ask(url, b"", Authorization=basic("__token__", password))
        assert (said.status, said.reason.partition(".")[0]) == (
            403,
            "Invalid or non-existent authentication information",
        )
    assert ask(url, b"", Authorization="Basic ☠".encode().decode("latin-1")).status == 403
    unknown = ask(url, b"")
    assert unknown.status == 401
    assert package_of("refused-hw", "PyPI", door(place)).files == ()


def test_a_run_publishes_for_its_owner_with_its_identity_and_for_nobody_else(
    place: Place, tmp_path: Path
) -> None:
    def upload(password: str, name: str) -> int:
        made = wheel(tmp_path, name, "1.0")
        content = (made.name, io.BytesIO(made.read_bytes()), "application/octet-stream")
        encoder = MultipartEncoder({":action": "file_upload", "content": content})
        return ask(
            f"{place.url('index')}/legacy/",
            encoder.read(),
            Authorization=basic("__token__", password),
            Content_Type=encoder.content_type,
        ).status

    def shown(owner: str, seconds: float = 60, audience: Audience = "index") -> str:
        told = {"owner": owner, "repository": "hw", "run": 7, "job": "publish"}
        return mint(place, **told, seconds=seconds, audience=audience)  # type: ignore[arg-type]

    asked = f"{place.url('index')}/_/oidc/mint-token"
    minted = ask(asked, json.dumps({"token": shown(ANNA)}).encode())
    assert minted.status == 200
    assert upload(json.loads(minted.body)["token"], "by-run") == 200
    [file] = Shelf(place).files("by-run")
    assert (file.by, file.run) == (ANNA, f"{ANNA}/hw#7")
    assert upload(shown(BORIS), "by-run") == 403
    for wrong in (shown(ANNA, seconds=-1), shown(ANNA, audience="forge"), shown(ANNA) + "x"):
        assert upload(wrong, "by-nobody") == 403
        assert ask(asked, json.dumps({"token": wrong}).encode()).status == 422
    assert Shelf(place).files("by-nobody") == ()


def test_nobody_removes_or_replaces_what_is_published(place: Place, tmp_path: Path) -> None:
    assert put(place, ANNA, wheel(tmp_path, "stays", "1.0")) == 200
    encoder = MultipartEncoder({":action": "remove_pkg", "name": "stays", "version": "1.0"})
    for login in (ANNA, BORIS):
        said = ask(
            f"{place.url('index')}/legacy/",
            encoder.to_string()
            if login == ANNA
            else MultipartEncoder(
                {":action": "remove_pkg", "name": "stays", "version": "1.0"}, encoder.boundary_value
            ).to_string(),
            Authorization=basic("__token__", token(place, login)),
            Content_Type=encoder.content_type,
        )
        assert said.status == 404
    for method in ("DELETE", "PUT", "PATCH"):
        said = ask(f"{place.url('index')}/files/stays/stays-1.0-py3-none-any.whl", method=method)
        assert said.status == 405
    assert len(package_of("stays", "PyPI", door(place)).files) == 1


def bomb() -> bytes:
    """An sdist whose first file is 600 MB of nothing."""
    one = tarfile.TarInfo("bomb-1.0/nothing")
    one.size = 600_000_000
    return gzip.compress(one.tobuf() + b"\0" * one.size, compresslevel=1)


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "Metadata-Version: 2.1\nName: other\nVersion: 9\n\n")
    return file.getvalue()


@pytest.mark.parametrize(
    ("filename", "content", "says"),
    [
        ("hw-1.0-py3-none-any.whl", b"no zip", "is damaged"),
        ("hw-1.0-py3-none-any.whl", zipped("hw.py"), "holds no METADATA"),
        ("hw-1.0-py3-none-any.whl", zipped("hw-1.0.dist-info/METADATA"), "says inside that it is other 9"),
        ("hw-1.0.tar.gz", b"no gzip", "is damaged"),
        ("hw-1.0.tar.gz", gzip.compress(b"no tar", mtime=0), "is damaged"),
        ("hw-one.tar.gz", b"", "no name of a wheel or sdist"),
        ("hw-1.0.exe", b"", "Bad filename"),
        ("../../people.json", b"", "Bad filename"),
        ("hw-1.0.zip", zipped("hw-1.0/PKG-INFO"), "neither a wheel nor an sdist"),
        (".project.json", b"{}", "Bad filename"),
    ],
)  # fmt: skip
def test_what_is_no_distribution_is_refused_with_a_reason(
    place: Place, filename: str, content: bytes, says: str
) -> None:
    said = send(place, ANNA, filename, content)
    assert said.status == 400
    assert says in said.reason
    assert says in said.body.decode()
    assert not any((place.root / "index" / "receiving").iterdir())


def test_an_sdist_that_unpacks_to_half_a_gigabyte_is_refused(place: Place) -> None:
    said = send(place, ANNA, "bomb-1.0.tar.gz", bomb())
    assert said.status == 400
    assert "unpacks to more than 500 MB" in said.reason


def test_a_form_that_names_something_else_is_refused(place: Place, tmp_path: Path) -> None:
    made = wheel(tmp_path, "named", "1.0")
    for fields in ({"name": "other"}, {"version": "2.0"}, {"sha256_digest": "0" * 64}):
        assert send(place, ANNA, made.name, made.read_bytes(), **fields).status == 400
    right = {"name": "Named", "version": "1.0.0"}
    assert send(place, ANNA, made.name, made.read_bytes(), **right).status == 200


def test_a_long_readme_comes_along(place: Place, tmp_path: Path) -> None:
    made = wheel(tmp_path, "wordy", "1.0")
    said = send(place, ANNA, made.name, made.read_bytes(), description="word " * 200_000)
    assert said.status == 200


def test_a_file_that_is_too_large_is_refused(place: Place) -> None:
    said = send(place, ANNA, "large-1.0-py3-none-any.whl", b"\0" * 100_000_001)
    assert said.status == 400
    assert "100 MB" in said.reason


def test_the_pages_are_pypis(place: Place, tmp_path: Path) -> None:
    assert put(place, ANNA, wheel(tmp_path, "Paged.HW", "1.0", {"Source": HOME})) == 200
    assert put(place, ANNA, wheel(tmp_path, "paged-hw", "1.1rc1")) == 200
    base = place.url("index")
    page = ask(f"{base}/simple/Paged.HW/", Accept="application/vnd.pypi.simple.v1+json")
    assert (page.url, page.kind) == (
        f"{base}/simple/paged-hw/",
        "application/vnd.pypi.simple.v1+json",
    )
    found = json.loads(page.body)
    assert found["meta"]["api-version"] == "1.1"
    assert sorted(found["versions"]) == ["1.0", "1.1rc1"]
    for file in found["files"]:
        metadata = ask(file["url"] + ".metadata").body
        assert metadata.startswith(b"Metadata-Version")
        assert set(file) >= {
            "filename",
            "url",
            "hashes",
            "size",
            "upload-time",
            "yanked",
            "core-metadata",
        }
    html = ask(f"{base}/simple/paged-hw/")
    assert "text/html" in html.kind
    assert b"#sha256=" in html.body
    assert b'href="paged-hw/"' in ask(f"{base}/simple/").body
    project = json.loads(ask(f"{base}/pypi/paged-hw/json").body)
    assert (project["info"]["name"], project["info"]["version"]) == ("Paged.HW", "1.0")
    assert project["info"]["project_urls"] == {"Source": HOME}
    assert project["urls"][0]["upload_time_iso_8601"].endswith("Z")
    assert set(project["releases"]) == {"1.0", "1.1rc1"}
    of_version = json.loads(ask(f"{base}/pypi/paged-hw/1.1rc1/json").body)
    assert of_version["info"]["version"] == "1.1rc1"
    for missing in (
        "/pypi/never/json",
        "/pypi/paged-hw/9/json",
        "/simple/never/",
        "/files/never/x.whl",
        "/x",
    ):
        assert ask(base + missing).status == 404
    assert ask(f"{base}/simple/paged-hw/", Accept="text/css").status == 406


@pytest.mark.parametrize(
    "path",
    [
        "/files/../../people.json",
        "/files/%2e%2e/people.json",
        "/files/..%2f..%2fpeople.json/x",
        "/files/paged-hw/..%2f..%2f..%2fpeople.json",
        "/files/paged-hw/.project.json",
        "/simple/%3Cscript%3E/",
        "/pypi/../people.json/json",
    ],
)
def test_no_path_leads_out_of_the_index(place: Place, path: str) -> None:
    said = ask(place.url("index") + path)
    assert said.status in {301, 404}
    assert token(place, ANNA).encode() not in said.body
    assert b"<script>" not in said.body


def test_testpypi_is_an_index_of_its_own(place: Place, tmp_path: Path) -> None:
    made = wheel(tmp_path, "tried-hw", "1.0")
    assert twine(place, ANNA, made, where="/test/legacy/").returncode == 0
    assert len(package_of("tried-hw", "TestPyPI", door(place)).files) == 1
    assert package_of("tried-hw", "PyPI", door(place)).files == ()
    assert twine(place, BORIS, made).returncode == 0
    theirs = {(one.index, one.owner) for one in packages(place) if one.name == "tried-hw"}
    assert theirs == {("TestPyPI", ANNA), ("PyPI", BORIS)}


def test_the_forge_sees_names_owners_versions_and_times(place: Place, tmp_path: Path) -> None:
    for version in ("1.0", "1.1"):
        files = [wheel(tmp_path, "shown-hw", version), sdist(tmp_path, "shown-hw", version)]
        assert put(place, ANNA, *files) == 200
    [shown] = [one for one in packages(place) if one.name == "shown-hw"]
    assert (shown.index, shown.owner) == ("PyPI", ANNA)
    assert [one.version for one in shown.versions] == ["1.1", "1.0"]
    assert shown.versions[0].uploaded > shown.versions[1].uploaded
    assert len(shown.versions[0].files) == 2


def test_what_was_accepted_outlives_a_kill(tmp_path: Path) -> None:
    place = Place.open(tmp_path / "campus")
    People(place).join(ANNA, ANNA)
    made = {
        version: wheel(tmp_path, "kept", version).read_bytes() for version in map(str, range(400))
    }
    accepted: list[str] = []
    enough = threading.Event()

    def write() -> None:
        for version, content in made.items():
            try:
                if send(place, ANNA, f"kept-{version}-py3-none-any.whl", content).status != 200:
                    return
            except OSError:
                return
            accepted.append(version)
            if len(accepted) == 20:
                enough.set()

    with Supervisor(place, [Index()]) as killed:
        killed.up()
        writer = threading.Thread(target=write)
        writer.start()
        assert enough.wait(30)
        os.kill(running(place)["index"], signal.SIGKILL)
        writer.join(30)
    with Supervisor(place, [Index()]) as again:
        again.up()
        base = place.url("index")
        for version in accepted:
            assert ask(f"{base}/files/kept/kept-{version}-py3-none-any.whl").body == made[version]
        assert not any((place.root / "index" / "receiving").iterdir())
        assert (
            send(
                place,
                ANNA,
                "kept-1000-py3-none-any.whl",
                wheel(tmp_path, "kept", "1000").read_bytes(),
            ).status
            == 200
        )


def test_it_listens_on_loopback_alone_and_logs_no_token(place: Place) -> None:
    pid = running(place)["index"]
    found = {
        one.laddr.ip for one in psutil.Process(pid).net_connections() if one.status == "LISTEN"
    }
    assert found == {"127.0.0.1"}
    log = (place.log / "index.log").read_text()
    assert not any(one.token in log for one in People(place))


def test_wheels_are_laid_in_for_every_python_that_a_job_may_get() -> None:
    laid_in = {tuple(map(int, one.split("."))) for one in wheels.pythons()}
    assert laid_in == {one for one in installed() if one >= wheels.OLDEST}
    assert wheels.pythons()[0] == f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def upstream(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """This index stands in for PyPI when another campus fills its stock."""
    for name in [one for one in os.environ if one.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{place.url('index')}/simple/")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("checker.campus.index.wheels._requirements", lambda: "tool-one\ntool-two")
    monkeypatch.setattr("checker.campus.index.wheels.pythons", lambda: ("3.12",))
    one = wheel(tmp_path, "tool-one", "1.0")
    assert put(place, ANNA, one) == 200
    return place


def test_a_stock_is_downloaded_once_checked_and_served_beside_uploads(
    upstream: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place.open(tmp_path / "second")
    People(place).join(BORIS, BORIS)
    shared, news = tmp_path / "shared", []
    first = stock(place, news.append, folder=shared)
    [gap] = first.gaps
    assert gap.startswith("no wheel of tool-two for Python 3.12: No matching distribution")
    assert set(first.by_project) == {"tool-one"}
    assert put(upstream, ANNA, wheel(tmp_path, "tool-two", "1.0")) == 200
    filled = stock(place, news.append, folder=shared)
    assert (filled.gaps, filled.pythons) == ((), ("3.12",))

    monkeypatch.setenv(
        "PIP_INDEX_URL", "http://127.0.0.1:9/simple/"
    )  # from here on there is no internet
    news.clear()
    assert stock(place, news.append, folder=shared).gaps == ()
    assert news == ["checking the digests of the wheels at hand"]
    [file] = filled.files("tool-two")
    with Supervisor(place, [Index()]) as up:
        (place.root / "index" / "stock.json").rename(tmp_path / "stock.json")
        up.up()
        base = place.url("index")
        assert ask(f"{base}/simple/tool-two/").status == 404
        (tmp_path / "stock.json").rename(place.root / "index" / "stock.json")
        page = json.loads(
            ask(f"{base}/simple/tool-two/", Accept="application/vnd.pypi.simple.v1+json").body
        )
        assert page["files"][0]["hashes"] == {"sha256": file.sha256}
        assert b'href="tool-one/"' in ask(f"{base}/simple/").body
        assert ask(f"{base}/test/simple/tool-one/").status == 404
        theirs = twine(place, BORIS, wheel(tmp_path, "tool_one", "9.0"))
        assert theirs.returncode != 0
        assert "somebody else's on PyPI" in theirs.stdout
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-d", str(tmp_path / "got"), "tool-one"],
            check=True,
            capture_output=True,
            timeout=60,
            env={**bare(), "PIP_INDEX_URL": f"{base}/simple/"},
        )
    filled.path(file).write_bytes(b"damaged")
    damaged = stock(place, news.append, folder=shared)
    assert damaged.gaps == ("no wheels for Python 3.12: PyPI does not answer",)
    assert damaged.files("tool-two") == ()
    monkeypatch.setenv("PIP_INDEX_URL", f"{upstream.url('index')}/simple/")
    mended = stock(place, news.append, folder=shared)
    assert mended.gaps == ()
    assert metadata_of(mended.path(file)).startswith(b"Metadata-Version")
