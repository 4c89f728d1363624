"""Images that skopeo and buildah push to a real registry, read as they are read from Docker Hub."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.services.dockerhub import image_of, origin_of
from checker.services.images import Image, Origin, Tag
from tests.standins.door import Door
from tests.standins.image import SLSA_02, SLSA_1, Build, content
from tests.standins.processes import program
from tests.standins.registry import Running, registry

pytestmark = pytest.mark.slow

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
COMMIT = "a" * 40
LABELS = {
    "org.opencontainers.image.source": "https://github.com/ivanova/hw",
    "org.opencontainers.image.revision": COMMIT,
}
BUILDS = [
    Build("ivanova/hw", 42, 2, "refs/tags/v1.2.3", COMMIT, kind) for kind in (SLSA_02, SLSA_1)
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with registry(tmp_path_factory.mktemp("registry")) as one:
        yield one


@pytest.fixture
def door(running: Running) -> Door:
    return Door(Addresses(dockerhub=running.url, registry=running.url))


def tool(name: str, *words: str, folder: Path) -> str:
    """Run skopeo or buildah with a home and a store of its own, and return what it prints."""
    binary = program(name, name)
    (folder / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    done = subprocess.run(
        [binary, *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={
            **os.environ,
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "NO_PROXY": "127.0.0.1",
        },
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def origin(door: Door, name: str, tag: str) -> Origin | None:
    image = image_of(name, door)
    [found] = [one for one in image.tags if one.name == tag]
    door.requests.clear()
    said = origin_of(image, found, door)
    assert len(door.requests) <= 5
    return said


@pytest.mark.parametrize("build", BUILDS, ids=["SLSA 0.2", "SLSA 1"])
def test_the_run_is_read_from_provenance_that_a_real_registry_keeps(
    running: Running, door: Door, build: Build
) -> None:
    made = content(labels=LABELS, build=build)
    running.front.push("ivanova/hw", "1.2.3", made)
    running.front.list("ivanova/hw", "1.2.3", at=NOON, pusher="ivanova")
    [tag] = image_of("ivanova/hw", door).tags
    assert (tag.digest, tag.pushed, tag.pusher) == (made.digest, NOON, "ivanova")
    assert origin(door, "ivanova/hw", "1.2.3") == Origin(
        "ivanova/hw", COMMIT, "refs/tags/v1.2.3", 42, 2, "provenance"
    )


def test_provenance_survives_a_copy_by_skopeo(running: Running, door: Door, tmp_path: Path) -> None:
    made = content(build=BUILDS[0])
    running.front.push("ivanova/original", "1.0", made)
    words = ["--policy", str(tmp_path / "policy.json"), "copy", "--all", "--preserve-digests"]
    words += ["--src-tls-verify=false", "--dest-tls-verify=false"]
    source, copy = (f"docker://{running.host}/ivanova/{name}:1.0" for name in ("original", "copy"))
    tool("skopeo", *words, source, copy, folder=tmp_path)
    running.front.list("ivanova/copy", "1.0", at=NOON)
    assert image_of("ivanova/copy", door).tags[0].digest == made.digest
    found = origin(door, "ivanova/copy", "1.0")
    assert found is not None
    assert (found.run, found.by) == (42, "provenance")


@pytest.mark.parametrize("form", ["oci", "docker"])
def test_labels_of_an_image_that_buildah_builds_name_repository_and_commit(
    running: Running, door: Door, tmp_path: Path, form: str
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    labels = [f"--label={key}={value}" for key, value in LABELS.items()]
    policy = f"--signature-policy={tmp_path / 'policy.json'}"
    store = [f"--root={tmp_path / 'root'}", f"--runroot={tmp_path / 'runroot'}"]
    store += ["--storage-driver=vfs"]
    where = f"{running.host}/petrov/hw:{form}"
    build = ["bud", policy, f"--format={form}", "--isolation=chroot", *labels, "-t", where]
    tool("buildah", *store, *build, str(tmp_path), folder=tmp_path)
    tool("buildah", *store, "push", policy, "--tls-verify=false", where, folder=tmp_path)
    running.front.list("petrov/hw", form, at=NOON)
    assert origin(door, "petrov/hw", form) == Origin("ivanova/hw", COMMIT, by="labels")


def test_the_digest_is_the_one_that_skopeo_sees(
    running: Running, door: Door, tmp_path: Path
) -> None:
    running.front.push("ivanova/seen", "1.0", content(labels=LABELS))
    running.front.list("ivanova/seen", "1.0", at=NOON)
    words = ["inspect", "--tls-verify=false", f"docker://{running.host}/ivanova/seen:1.0"]
    seen = json.loads(tool("skopeo", *words, folder=tmp_path))
    assert image_of("ivanova/seen", door).tags[0].digest == seen["Digest"]
    assert seen["Labels"] == LABELS


def test_a_tag_that_the_registry_does_not_have_has_no_origin(running: Running, door: Door) -> None:
    running.front.push("ivanova/gone", "1.0", content(labels=LABELS))
    image = Image("ivanova/gone", "Docker Hub", "")
    assert origin_of(image, Tag("2.0", "", NOON), door) is None
    assert origin_of(image, Tag("1.0", "sha256:" + "0" * 64, NOON), door) is None


def test_the_registry_itself_wants_a_token_that_is_for_that_image(
    running: Running, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.front.push("ivanova/guarded", "1.0", content(labels=LABELS))
    image = Image("ivanova/guarded", "Docker Hub", "")
    issue = running.front.issuer.token
    monkeypatch.setattr(
        running.front.issuer,
        "token",
        lambda certificate, _: issue(certificate, "repository:ivanova/other:pull"),
    )
    with pytest.raises(Unavailable, match="401"):
        origin_of(image, Tag("1.0", "", NOON), door)
