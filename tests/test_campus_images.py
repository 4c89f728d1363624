"""Images built on the campus, with buildah and by hand, and what skopeo and the grader see of them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.campus.images.build import Built
from checker.campus.images.build import build as build_image
from checker.campus.images.layout import CONFIG, LAYER, MANIFEST, Layout
from checker.campus.images.order import BuildError, Order, Run
from checker.campus.images.program import command
from checker.campus.images.reference import Reference, reference_of
from checker.campus.images.remote import Remote
from checker.campus.images.step import build_and_push
from checker.campus.images.with_buildah import is_usable
from checker.campus.images.wording import filled, pairs
from checker.campus.people import People
from checker.campus.place import Place
from checker.campus.registry import Registry
from checker.campus.supervisor import Supervisor
from checker.http import Addresses
from checker.services.dockerhub import image_of, origin_of
from checker.services.images import Origin
from tests.standins.door import Door
from tests.standins.processes import program

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems"),
]

ANNA, BORIS = "ivanova_anna", "petrov_boris"
COMMIT = "a" * 40
WAYS = ("buildah", "hand")

DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG BASE=scratch
FROM ${BASE} AS build
COPY app /src/app
FROM scratch
ARG VERSION=0
ENV MODE=serve LEVEL="very high" \\
    HOME_OF=$VERSION
LABEL org.opencontainers.image.title="hw" version=${VERSION:-none}
WORKDIR /app
COPY --from=build /src/app ./
COPY pyproject.toml README.md docs/
COPY *.cfg /etc/hw/
EXPOSE 8000
USER 1000
ENTRYPOINT ["python"]
CMD ["-m", "app"]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place.open(tmp_path_factory.mktemp("images") / "campus")
    for login in (ANNA, BORIS):
        People(made).join(login, login)
    with Supervisor(made, [Registry(own=True)]) as up:
        up.up()
        yield made


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    files = {
        "Dockerfile": DOCKERFILE,
        ".dockerignore": "# secrets\n*.env\n**/__pycache__\napp/data\n!app/data/kept.txt\n",
        "app/__init__.py": "",
        "app/__main__.py": "print('hw')\n",
        "app/run.sh": "#!/bin/sh\n",
        "app/local.env": "",
        "local.env": "TOKEN=secret\n",
        "app/__pycache__/x.pyc": "",
        "app/data/large.bin": "x",
        "app/data/kept.txt": "kept",
        "pyproject.toml": "",
        "README.md": "hw\n",
        "one.cfg": "1",
        "two.cfg": "2",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "app" / "run.sh").chmod(0o755)
    (folder / "app" / "link").symlink_to("/etc/passwd")
    return folder


@pytest.fixture
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "hand":
        monkeypatch.setattr("checker.campus.images.with_buildah.is_usable", lambda: False)
    else:
        program("buildah", "buildah")
        assert is_usable()
    return str(request.param)


both_ways = pytest.mark.parametrize("way", WAYS, indirect=True)


def build(place: Place, order: Order, *tags: str, login: str = ANNA, **given: Any) -> Built:
    password = People(place)[login].token
    words = {"say": lambda _: None, **given}
    return build_image(
        order, registry=place.url("registry"), tags=tags, login=login, password=password, **words
    )


def door(place: Place) -> Door:
    return Door(Addresses(dockerhub=place.url("hub"), registry=place.url("registry")))


def pulled(
    place: Place, name: str, folder: Path
) -> tuple[dict[str, Any], dict[str, tarfile.TarInfo]]:
    """Return an image's configuration and the files of all its layers, as skopeo copies them."""
    binary = program("skopeo", "skopeo")
    policy = folder / "policy.json"
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    where = folder / f"pulled-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    source = f"docker://127.0.0.1:{place.port('registry')}/{name}"
    words = [
        binary,
        "--policy",
        str(policy),
        "copy",
        "--src-tls-verify=false",
        source,
        f"oci:{where}:x",
    ]
    env = {**os.environ, "HOME": str(folder), "NO_PROXY": "127.0.0.1"}
    subprocess.run(words, check=True, capture_output=True, timeout=60, env=env)
    layout = Layout(where)
    image = layout.find("x")
    assert image is not None
    manifest = layout.json(image)
    files: dict[str, tarfile.TarInfo] = {}
    for layer in manifest["layers"]:
        with tarfile.open(layout.path(layer["digest"])) as archive:
            files |= {one.name.strip("/"): one for one in archive}
    return layout.json(manifest["config"]), files


@both_ways
def test_files_and_settings_are_those_of_the_dockerfile(
    place: Place, context: Path, tmp_path: Path, way: str
) -> None:
    order = Order(context, build_args={"VERSION": "1.2"}, labels={"revision": COMMIT})
    built = build(place, order, f"{ANNA}/{way}:1.2", f"docker.io/{ANNA}/{way}:latest")
    assert (built.by, built.notes) == (way, ())
    image = image_of(f"{ANNA}/{way}", door(place))
    assert {one.name: one.digest for one in image.tags} == {
        "1.2": built.digest,
        "latest": built.digest,
    }
    config, files = pulled(place, f"{ANNA}/{way}:1.2", tmp_path)
    settings = config["config"]
    env = dict(one.partition("=")[::2] for one in settings["Env"])
    assert (env["MODE"], env["LEVEL"], env["HOME_OF"]) == ("serve", "very high", "1.2")
    labels = {"org.opencontainers.image.title": "hw", "version": "1.2", "revision": COMMIT}
    assert settings["Labels"].items() >= labels.items()
    assert (settings["WorkingDir"], settings["User"]) == ("/app", "1000")
    assert (settings["Entrypoint"], settings["Cmd"]) == (["python"], ["-m", "app"])
    assert settings["ExposedPorts"] == {"8000/tcp": {}}
    there = {name for name, one in files.items() if not one.isdir()}
    assert there == {
        "app/__init__.py",
        "app/__main__.py",
        "app/run.sh",
        "app/link",
        "app/data/kept.txt",
        "app/local.env",
        "app/docs/pyproject.toml",
        "app/docs/README.md",
        "etc/hw/one.cfg",
        "etc/hw/two.cfg",
    }
    assert files["app/run.sh"].mode & 0o777 == 0o755
    assert (files["app/link"].issym(), files["app/link"].linkname) == (True, "/etc/passwd")


@both_ways
def test_an_image_names_the_run_that_built_it(place: Place, context: Path, way: str) -> None:
    run = Run("ivanova/hw", 42, 2, "refs/tags/v1.0", COMMIT)
    name = f"{ANNA}/proven-{way}"
    built = build(place, Order(context), f"{name}:1.0", run=run)
    image = image_of(name, door(place))
    [tag] = image.tags
    assert tag.digest == built.digest
    expected = Origin("ivanova/hw", COMMIT, "refs/tags/v1.0", 42, 2, "provenance")
    assert origin_of(image, tag, door(place)) == expected


def test_an_image_of_a_run_on_the_campus_is_known_by_the_forges_address(
    place: Place, context: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checker.campus.images.with_buildah.is_usable", lambda: False)
    forge = place.url("forge")
    build(place, Order(context), f"{ANNA}/own:1", run=Run(f"{ANNA}/hw", 7, server=forge))
    base = Addresses(github=forge, dockerhub=place.url("hub"), registry=place.url("registry"))
    image = image_of(f"{ANNA}/own", Door(base))
    found = origin_of(image, image.tags[0], Door(base))
    assert found == Origin(f"{ANNA}/hw", run=7, attempt=1, by="provenance")


@pytest.mark.parametrize("way", ["hand"], indirect=True)
def test_the_same_files_give_the_same_image(place: Place, context: Path, way: str) -> None:
    first = build(place, Order(context), f"{ANNA}/same-{way}:1")
    for path in context.rglob("*"):
        os.utime(path, (1, 1), follow_symlinks=False)
    assert build(place, Order(context), push=False).digest == first.digest
    (context / "README.md").write_text("other\n")
    assert build(place, Order(context), push=False).digest != first.digest


@pytest.mark.parametrize("way", ["hand"], indirect=True)
def test_what_was_not_executed_is_said(
    place: Place, context: Path, tmp_path: Path, way: str
) -> None:
    (context / "Dockerfile").write_text(
        "FROM python:3.12-slim AS build\nRUN pip install \\\n  --prefix=/install .\n"
        "FROM python:3.12-slim\nCOPY --from=build /install /usr/local\nADD https://example.org/x /x\n"
        "HEALTHCHECK CMD true\nCOPY app /app\n"
    )
    lines: list[str] = []
    built = build(place, Order(context), f"{ANNA}/said-{way}:1", say=lines.append)
    assert built.notes == (
        "python:3.12-slim cannot be had here: a small base that holds nothing stands in for it",
        "not executed: RUN pip install    --prefix=/install .",
        "not there, as nothing was run: COPY --from=build /install",
        "not executed: ADD https://example.org/x",
        "not heeded: HEALTHCHECK CMD true",
    )
    assert [line for line in lines if line.startswith("WARNING")] == [
        f"WARNING: {one}" for one in built.notes
    ]
    config, files = pulled(place, f"{ANNA}/said-{way}:1", tmp_path)
    assert config["config"]["Labels"] == {"campus.stand-in-for": "python:3.12-slim"}
    assert "etc/campus-stand-in" in files


@both_ways
def test_a_base_that_the_teacher_pushed_is_built_upon(
    place: Place, context: Path, tmp_path: Path, way: str
) -> None:
    (context / "Dockerfile").write_text("FROM scratch\nENV FROM_BASE=1\nCOPY one.cfg /base.cfg\n")
    build(place, Order(context), "python:3.12-slim-test", login="teacher")
    (context / "Dockerfile").write_text("FROM python:3.12-slim-test\nCOPY two.cfg /\n")
    built = build(place, Order(context), f"{ANNA}/upon-{way}:1")
    assert (built.by, built.notes) == (way, ())
    config, files = pulled(place, f"{ANNA}/upon-{way}:1", tmp_path)
    assert "FROM_BASE=1" in config["config"]["Env"]
    assert set(files) >= {"base.cfg", "two.cfg"}


def test_buildah_executes_run_and_a_failing_one_fails_the_build(
    place: Place, context: Path
) -> None:
    program("buildah", "buildah")
    assert is_usable()
    statically_linked = Path(sys.executable).with_name("act")  # needs nothing else in its image
    (context / "act").write_bytes(statically_linked.read_bytes())
    (context / "act").chmod(0o755)
    (context / "Dockerfile").write_text('FROM scratch\nCOPY act /act\nRUN ["/act", "--version"]\n')
    lines: list[str] = []
    built = build(place, Order(context), f"{ANNA}/ran:1", say=lines.append)
    assert (built.by, built.notes) == ("buildah", ())
    assert any(line.startswith("act version ") for line in lines)
    (context / "Dockerfile").write_text('FROM scratch\nCOPY act /act\nRUN ["/act", "--no-such"]\n')
    with pytest.raises(BuildError, match=r"the build failed: .*exit status 1"):
        build(place, Order(context), f"{ANNA}/failed:1")
    assert not image_of(f"{ANNA}/failed", door(place)).exists


@both_ways
@pytest.mark.parametrize(
    "source",
    ["../outside.txt", "out/outside.txt", "secret.txt", "out"],
    ids=["above", "by a folder", "by a link", "a folder"],
)
def test_no_file_from_outside_the_context_gets_into_an_image(
    place: Place, context: Path, tmp_path: Path, way: str, source: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "outside.txt").write_text("secret")
    (tmp_path / "outside.txt").write_text("secret")
    (context / "out").symlink_to(outside)
    (context / "secret.txt").symlink_to(outside / "outside.txt")
    (context / "Dockerfile").write_text(f"FROM scratch\nCOPY {source} /got/\n")
    with pytest.raises(BuildError):
        build(place, Order(context), f"{ANNA}/escaped-{way}:1")
    assert not image_of(f"{ANNA}/escaped-{way}", door(place)).exists


@both_ways
def test_a_push_to_anothers_name_is_refused(place: Place, context: Path, way: str) -> None:
    with pytest.raises(BuildError, match=f"{BORIS} may not push to {ANNA}/theirs-{way}"):
        build(place, Order(context), f"{ANNA}/theirs-{way}:1", login=BORIS)
    assert not image_of(f"{ANNA}/theirs-{way}", door(place)).exists


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no FROM"),
        ("RUN x\nFROM scratch\n", "RUN stands before FROM"),
        ("FROM\n", "has no FROM|names no image"),
        ("FROM scratch\nCOPY nothing.txt /\n", "no such file in the context"),
        ("FROM scratch\nCOPY local.env /\n", "or .dockerignore leaves it out"),
        ("FROM scratch\nCOPY one.cfg\n", "needs a source and a destination"),
        ("FROM scratch\nCOPY <<E /x\ntext\nE\n", "here-document"),
    ],
)
def test_a_wrong_dockerfile_is_one_sentence(
    place: Place, context: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    monkeypatch.setattr("checker.campus.images.with_buildah.is_usable", lambda: False)
    (context / "Dockerfile").write_text(text)
    with pytest.raises(BuildError, match=says):
        build(place, Order(context), push=False)


def test_a_target_and_platforms_are_heeded(
    place: Place, context: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checker.campus.images.with_buildah.is_usable", lambda: False)
    (context / "Dockerfile").write_text(
        "FROM scratch AS one\nLABEL at=one\nFROM one\nLABEL at=two\n"
    )
    platforms = ("linux/amd64", "linux/arm64")
    layout = Layout(context.parent / "layout")
    order = Order(context, target="one", platforms=platforms)
    built = build(place, order, f"{ANNA}/many:1", layout=layout)
    tag = image_of(f"{ANNA}/many", door(place)).tags[0]
    assert tag.digest == built.digest
    for one in platforms:
        found = Remote(place.url("registry")).pull(layout, Reference(f"{ANNA}/many", "1"), one)
        assert found is not None
        config = layout.json(layout.json(found)["config"])
        assert f"{config['os']}/{config['architecture']}" == one
        assert config["config"]["Labels"] == {"at": "one"}
    with pytest.raises(BuildError, match="has no stage 'three'"):
        build(place, Order(context, target="three"), push=False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("user/hw", "user/hw:latest"),
        ("user/hw:1.0", "user/hw:1.0"),
        ("docker.io/user/hw:1.0", "user/hw:1.0"),
        ("index.docker.io/user/hw", "user/hw:latest"),
        ("python:3.12-slim", "library/python:3.12-slim"),
        ("127.0.0.1:5000/user/hw:1", "user/hw:1"),
        (f"user/hw@sha256:{'0' * 64}", f"user/hw@sha256:{'0' * 64}"),
    ],
)
def test_a_name_means_an_image_of_the_campus(text: str, expected: str) -> None:
    assert str(reference_of(text, "127.0.0.1:5000")) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ghcr.io/user/hw:1", "ghcr.io is not on the campus"),
        ("localhost:5001/user/hw", "localhost:5001 is not on the campus"),
        ("User/hw:1", "lower case"),
        ("user/hw:", "invalid reference"),
        ("", "invalid reference"),
        ("user/../hw", "invalid reference"),
    ],
)
def test_what_is_no_image_of_the_campus_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(BuildError, match=says):
        reference_of(text, "127.0.0.1:5000")


def test_variables_are_put_in_as_docker_does_it() -> None:
    values = {"A": "1", "E": ""}
    text = r"$A ${A} \$A ${E:-d} ${E-d} ${N-d} ${A:+s} ${E:+s} ${E+s} $N."
    assert filled(text, values) == "1 1 $A d  d s  s ."
    assert pairs('A="two words" B=x C=a\\ b', {}) == {"A": "two words", "B": "x", "C": "a b"}
    assert pairs("OLD the rest", {}) == {"OLD": "the rest"}


class Shell:
    """Steps of a workflow with `docker` on their PATH."""

    def __init__(self, place: Place, home: Path) -> None:
        binaries = command(home / "bin").parent
        self.env = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "HOME": str(home),
            "CAMPUS_PYTHON": sys.executable,
            "CAMPUS_REGISTRY": place.url("registry").removeprefix("http://"),
        }

    def __call__(
        self, text: str, folder: Path, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-ec", text],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=folder,
            env={**self.env, **variables},
        )


@pytest.fixture
def shell(place: Place, tmp_path: Path) -> Shell:
    return Shell(place, tmp_path / "home")


def test_the_steps_of_a_workflow_log_in_build_tag_and_push(
    place: Place, context: Path, shell: Shell, tmp_path: Path
) -> None:
    token = People(place)[ANNA].token
    text = f"""
        echo "$TOKEN" | docker login -u {ANNA} --password-stdin
        docker build -t {ANNA}/steps:1.0 --build-arg VERSION=1.0 .
        docker tag {ANNA}/steps:1.0 docker.io/{ANNA}/steps:latest
        docker push {ANNA}/steps:1.0
        docker push --all-tags {ANNA}/steps
        docker images
        docker logout
    """
    done = shell(text, context, TOKEN=token)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Login Succeeded" in done.stdout
    tags = image_of(f"{ANNA}/steps", door(place)).tags
    assert {one.name for one in tags} == {"1.0", "latest"}
    assert len({one.digest for one in tags}) == 1
    assert {one.pusher for one in tags} == {ANNA}
    assert token not in done.stdout + done.stderr
    settings = tmp_path / "home" / ".docker" / "config.json"
    assert json.loads(settings.read_text())["auths"] == {}
    assert settings.stat().st_mode & 0o077 == 0


def test_buildx_builds_pushes_and_names_the_run(
    place: Place, context: Path, shell: Shell, tmp_path: Path
) -> None:
    url = "https://github.com/ivanova/hw/actions/runs/42/attempts/1"
    text = f"""
        docker buildx create --use
        docker login -u {ANNA} -p "$TOKEN" docker.io
        docker buildx build --push --platform linux/amd64 --provenance mode=max,builder-id={url} \\
            --cache-from type=gha --label a=b -f Dockerfile --metadata-file {tmp_path}/facts.json \\
            -t docker.io/{ANNA}/buildx:1.0 .
    """
    variables = {
        "TOKEN": People(place)[ANNA].token,
        "GITHUB_REF": "refs/tags/1.0",
        "GITHUB_SHA": COMMIT,
    }
    done = shell(text, context, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    image = image_of(f"{ANNA}/buildx", door(place))
    facts = json.loads((tmp_path / "facts.json").read_text())
    assert facts["containerimage.digest"] == image.tags[0].digest
    expected = Origin("ivanova/hw", COMMIT, "refs/tags/1.0", 42, 1, "provenance")
    assert origin_of(image, image.tags[0], door(place)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "echo wrong | docker login -u ivanova_anna --password-stdin",
            "incorrect username or password",
        ),
        (
            "echo x | docker login ghcr.io -u ivanova_anna --password-stdin",
            "ghcr.io is not on the campus",
        ),
        ("docker push ivanova_anna/never:1", "does not exist locally"),
        ("docker build -t ghcr.io/x/y .", "ghcr.io is not on the campus"),
        ("docker build -t ivanova_anna/x:1 --push .", "authentication required"),
        ("docker build https://github.com/x/y.git", "is no folder"),
        ("docker build -f Nowhere .", "cannot be read"),
        ("docker build --no-such-option .", "unrecognized arguments"),
        ("docker run python:3.12", "runs none"),
        ("docker frobnicate", "is not known on the campus"),
    ],
)
def test_what_docker_cannot_do_is_one_sentence(
    shell: Shell, context: Path, text: str, says: str
) -> None:
    done = shell(text, context)
    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.startswith("ERROR: ")
    assert "Traceback" not in done.stderr


def test_a_layer_that_is_not_its_digest_is_not_taken(place: Place, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "one")
    layer = layout.put(b"layer", LAYER)
    config = layout.put_json({"os": "linux", "architecture": "amd64"}, CONFIG)
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}
    image = layout.put_json(manifest, MANIFEST)
    person, what = People(place)[ANNA], Reference(f"{ANNA}/damaged", "1")
    Remote(place.url("registry"), ANNA, person.token).push(layout, image, what)
    stored = layer["digest"].removeprefix("sha256:")
    (place.root / "registry" / "own" / "blobs" / stored[:2] / stored).write_bytes(b"other")
    with pytest.raises(BuildError, match="not what its digest says"):
        Remote(place.url("registry")).pull(Layout(tmp_path / "two"), what, "linux/amd64")


def test_an_action_builds_and_pushes_with_the_login_and_the_run_of_its_job(
    place: Place, context: Path, shell: Shell
) -> None:
    assert (
        shell(
            f'docker login -u {ANNA} -p "$TOKEN"', context, TOKEN=People(place)[ANNA].token
        ).returncode
        == 0
    )
    job = {
        **shell.env,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "ivanova/hw",
        "GITHUB_RUN_ID": "43",
        "GITHUB_RUN_ATTEMPT": "2",
        "GITHUB_REF": "refs/tags/1.0",
        "GITHUB_SHA": COMMIT,
    }
    (context / "docker").mkdir()
    (context / "Dockerfile").rename(context / "docker" / "Dockerfile")
    built = build_and_push(
        context=context,
        dockerfile=context / "docker" / "Dockerfile",
        tags=(f"{ANNA}/acted:1.0",),
        labels={"a": "b"},
        push=True,
        environment=job,
        say=lambda _: None,
    )
    image = image_of(f"{ANNA}/acted", door(place))
    [tag] = image.tags
    assert tag.digest == str(built)
    expected = Origin("ivanova/hw", COMMIT, "refs/tags/1.0", 43, 2, "provenance")
    assert origin_of(image, tag, door(place)) == expected
    waiting = {"context": context, "dockerfile": "docker/Dockerfile", "tags": (f"{ANNA}/later:1",)}
    build_and_push(**waiting, provenance=False, environment=job, say=lambda _: None)  # type: ignore[arg-type]
    assert not image_of(f"{ANNA}/later", door(place)).exists
    assert shell(f"docker push {ANNA}/later:1", context).returncode == 0
    image = image_of(f"{ANNA}/later", door(place))
    assert origin_of(image, image.tags[0], door(place)) is None
