"""What an image says of the run that built it: provenance first, labels after it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.http.replay import Recorder, Replay
from checker.services.dockerhub import image_of, origin_of
from checker.services.images import Image, Origin, Tag
from checker.target import Target
from tests.standins.door import Door
from tests.standins.hub import TOKEN, Hub
from tests.standins.image import SLSA_02, SLSA_1, Build
from tests.standins.server import Answer, Call, Server

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
RUN = Build("ivanova/hw", 42, 2, "refs/tags/v1.2.3", "a" * 40)
LABELS = {
    "org.opencontainers.image.source": "https://github.com/ivanova/hw",
    "org.opencontainers.image.revision": "b" * 40,
}


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def door(hub: Hub) -> Iterator[Door]:
    with Server(hub) as server:
        yield Door(Addresses(dockerhub=server.url, registry=server.url))


def origin(door: Door, name: str = "ivanova/hw") -> Origin | None:
    """Ask for the origin of the newest tag."""
    image = image_of(name, door)
    door.requests.clear()
    return origin_of(image, image.tags[0], door)


@pytest.mark.parametrize("predicate", [SLSA_02, SLSA_1])
def test_provenance_names_run_attempt_commit_and_tag(hub: Hub, door: Door, predicate: str) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=replace(RUN, predicate=predicate), labels=LABELS)
    assert origin(door) == Origin("ivanova/hw", "a" * 40, "refs/tags/v1.2.3", 42, 2, "provenance")


def test_without_provenance_labels_name_repository_and_commit(hub: Hub, door: Door) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON, labels=LABELS)
    assert origin(door) == Origin("ivanova/hw", "b" * 40, by="labels")


def test_an_image_that_says_nothing_has_no_origin(hub: Hub, door: Door) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON)
    assert origin(door) is None


@pytest.mark.parametrize("run", [RUN, None])
def test_at_most_five_requests_are_sent_and_no_layer_is_pulled(
    hub: Hub, door: Door, run: Build | None
) -> None:
    made = hub.push("ivanova/hw", "1.2.3", at=NOON, run=run, labels=LABELS)
    origin(door)
    layers = [digest for digest, data in made.blobs.items() if data == b"ivanova/hw:1.2.3"]
    assert layers
    assert len(door.requests) <= 5
    assert not any(layers[0] in line for line in door.asked)


def test_what_is_asked_by_digest_is_kept_for_ever_and_the_rest_is_not(hub: Hub, door: Door) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    origin(door)
    token, head, *content = door.requests
    assert (token.keep, token.is_handout, token.bearer) == ("no", True, "")
    assert (head.keep, head.verb, head.bearer) == ("no", "HEAD", TOKEN)
    assert {one.keep for one in content} == {"forever"}
    assert TOKEN not in repr(head)


def test_blobs_come_from_another_host_that_sees_no_token(hub: Hub) -> None:
    with Server(hub.cdn) as delivery, Server(hub) as server:
        hub.blobs_at = delivery.url
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
        found = origin(door)
        assert [call.line.split(":")[0] for call in delivery.calls] == ["GET /blobs/sha256"]
    assert found is not None
    assert found.run == 42


def test_a_redirect_of_a_blob_to_a_stranger_is_not_followed(hub: Hub, door: Door) -> None:
    hub.blobs_at = "http://stranger.example"
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with pytest.raises(Unavailable, match="redirected to another host"):
        origin(door)


def test_no_pull_is_spent_when_none_is_left() -> None:
    hub = Hub(pulls=0)
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(hub) as server:
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        with pytest.raises(Unavailable, match=r"any more from this address \(100 in 6 hours\)"):
            origin(door)
        assert [call.method for call in server.calls] == ["GET", "GET", "HEAD"]


def test_a_pull_that_is_left_is_spent() -> None:
    hub = Hub(pulls=1)
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(hub) as server:
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        assert origin(door) is not None


def test_a_tag_that_is_gone_has_no_origin(hub: Hub, door: Door) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    image = image_of("ivanova/hw", door)
    assert origin_of(image, Tag("2.0", "", NOON), door) is None
    assert origin_of(image, Tag("1.2.3", "sha256:" + "0" * 64, NOON), door) is None


def test_a_tag_without_a_digest_is_asked_for_it(hub: Hub, door: Door) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    image = image_of("ivanova/hw", door)
    found = origin_of(image, Tag("1.2.3", "", NOON), door)
    assert found is not None
    assert found.run == 42


@pytest.mark.parametrize(
    ("name", "tag"),
    [("ivanova/hw", "../../x"), ("Ivanova/HW", "1.0"), ("ivanova/hw/../x", "1.0"), ("", "1.0")],
)
def test_an_odd_name_is_not_asked_for(door: Door, name: str, tag: str) -> None:
    image = Image(name, "Docker Hub", "")
    assert origin_of(image, Tag(tag, "", NOON), door) is None
    assert door.asked == []


def test_an_outage_of_the_token_service_is_told_as_what_it_is(hub: Hub) -> None:
    def handle(call: Call) -> Answer:
        return Answer("", 503) if call.path == "/token" else hub(call)

    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(handle) as server:
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        with pytest.raises(Unavailable, match="503"):
            origin(door)


def test_a_registry_without_a_token_service_is_asked_without_a_token(hub: Hub) -> None:
    def handle(call: Call) -> Answer:
        if call.path == "/token":
            return Answer("404 page not found", 404)
        assert "authorization" not in call.headers
        call.headers["authorization"] = f"Bearer {TOKEN}"  # type: ignore[index]
        return hub(call)

    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(handle) as server:
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        assert origin(door) is not None


@pytest.mark.parametrize("token", [None, 5, "", "a b", "a\r\nX-Evil: 1", "x" * 20_000, ["t"]])
def test_a_token_that_is_none_is_not_sent(hub: Hub, token: object) -> None:
    def handle(call: Call) -> Answer:
        return Answer({"token": token}) if call.path == "/token" else hub(call)

    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(handle) as server:
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        with pytest.raises(Unavailable, match="401"):
            origin(door)
        assert all("authorization" not in call.headers for call in server.calls)


def test_no_header_of_an_answer_leads_to_another_host_for_a_token(hub: Hub) -> None:
    refused = {"WWW-Authenticate": 'Bearer realm="http://stranger.example/token",service="x"'}

    def handle(call: Call) -> Answer:
        return Answer({}, 401, refused) if "manifests" in call.path else hub(call)

    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(handle) as server:
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        with pytest.raises(Unavailable):
            origin(door)
        assert all(line.split()[1].startswith(server.url) for line in door.asked)


def test_of_docker_hub_the_token_is_asked_at_docker_hub() -> None:
    from checker.services.dockerhub.registry import _places

    base, service, tokens, delivery = _places(Addresses())
    assert (base, service) == ("https://registry-1.docker.io", "registry.docker.io")
    assert tokens == "https://auth.docker.io/token"
    assert all("docker" in host for host in delivery)


# What images say that nobody should believe, or that is of another shape.


def pushed(change: Callable[[Any], Any], labels: Mapping[str, Any] | None = None) -> Origin | None:
    """Ask for the origin of an image whose provenance was changed before it was pushed."""

    class Changed(Build):
        @property
        def statement(self) -> dict[str, Any]:
            return change(super().statement)  # type: ignore[no-any-return]

    hub = Hub()
    build = Changed(RUN.repository, RUN.run, RUN.attempt, RUN.ref, RUN.commit)
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=build, labels=labels)
    with Server(hub) as server:
        return origin(Door(Addresses(dockerhub=server.url, registry=server.url)))


def _builder(value: object) -> Callable[[Any], Any]:
    def change(statement: Any) -> Any:
        statement["predicate"]["builder"] = value
        return statement

    return change


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="null"),
        pytest.param([], id="a list"),
        pytest.param({"id": 5}, id="a number"),
        pytest.param({"id": ""}, id="empty"),
        pytest.param(
            {"id": "https://gitlab.com/ivanova/hw/actions/runs/42/attempts/1"}, id="gitlab"
        ),
        pytest.param(
            {"id": "https://github.com.evil.example/ivanova/hw/actions/runs/42"}, id="host"
        ),
        pytest.param({"id": "https://github.com/ivanova/hw/actions/runs/x"}, id="no number"),
        pytest.param({"id": "https://github.com/ivanova/hw/actions/runs/" + "9" * 30}, id="huge"),
        pytest.param({"id": "https://[/ivanova/hw/actions/runs/42"}, id="no address"),
        pytest.param({"id": "javascript://github.com/ivanova/hw/actions/runs/42"}, id="script"),
    ],
)
def test_a_builder_that_is_no_run_leaves_the_source_alone(value: object) -> None:
    assert pushed(_builder(value)) == Origin(
        "ivanova/hw", "a" * 40, "refs/tags/v1.2.3", 0, 0, "provenance"
    )


def test_a_run_without_an_attempt_is_a_run() -> None:
    found = pushed(_builder({"id": "https://github.com/ivanova/hw/actions/runs/42"}))
    assert found is not None
    assert (found.run, found.attempt) == (42, 0)


def test_the_repository_is_the_one_of_the_run() -> None:
    found = pushed(_builder({"id": "https://github.com/petrov/hw/actions/runs/7/attempts/1"}))
    assert found is not None
    assert (found.source, found.run) == ("petrov/hw", 7)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: None, id="null"),
        pytest.param(lambda _: [1], id="a list"),
        pytest.param(lambda statement: {**statement, "predicate": 5}, id="a number"),
        pytest.param(lambda statement: {**statement, "predicate": {"builder": {}}}, id="empty"),
    ],
)
def test_a_statement_of_another_shape_says_nothing(change: Callable[[Any], Any]) -> None:
    assert pushed(change) is None


@pytest.mark.parametrize(
    ("uri", "source", "ref"),
    [
        ("https://github.com/ivanova/hw.git#refs/heads/main", "ivanova/hw", "refs/heads/main"),
        ("https://github.com/ivanova/hw#refs/tags/v1:sub/dir", "ivanova/hw", "refs/tags/v1"),
        ("https://github.com/ivanova/hw.git#" + "d" * 40, "ivanova/hw", ""),
        ("https://github.com/ivanova/hw.git#refs/tags/a b", "ivanova/hw", ""),
        ("https://github.com/ivanova/hw.git#refs/tags/\x1b[31m", "ivanova/hw", "refs/tags/[31m"),
        ("https://github.com/ivanova/hw.git", "ivanova/hw", ""),
    ],
)
def test_the_source_is_read_from_the_git_address(uri: str, source: str, ref: str) -> None:
    def change(statement: Any) -> Any:
        statement["predicate"]["builder"] = {}
        statement["predicate"]["invocation"]["configSource"]["uri"] = uri
        return statement

    found = pushed(change)
    assert found is not None
    assert (found.source, found.ref) == (source, ref)


def test_a_build_of_a_folder_names_what_its_client_says_of_git() -> None:
    def change(statement: Any) -> Any:
        predicate = statement["predicate"]
        predicate["invocation"]["configSource"] = {"entryPoint": "Dockerfile"}
        vcs = {"source": "https://github.com/ivanova/hw", "revision": "e" * 40}
        predicate["metadata"]["https://mobyproject.org/buildkit@v1#metadata"] = {"vcs": vcs}
        predicate["builder"] = {"id": ""}
        return statement

    assert pushed(change) == Origin("ivanova/hw", "e" * 40, by="provenance")


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param({"org.opencontainers.image.source": 5}, id="a number"),
        pytest.param({"org.opencontainers.image.source": "ivanova/hw"}, id="no address"),
        pytest.param({"org.opencontainers.image.source": "https://gitlab.com/a/b"}, id="elsewhere"),
        pytest.param({"org.opencontainers.image.source": "https://github.com/ivanova"}, id="half"),
        pytest.param(
            {"org.opencontainers.image.source": "https://github.com/a b/hw"}, id="a blank"
        ),
        pytest.param({"org.opencontainers.image.revision": "b" * 40}, id="a commit alone"),
    ],
)
def test_labels_that_name_no_repository_on_github_are_no_origin(
    hub: Hub, door: Door, labels: dict[str, Any]
) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON, labels=labels)
    assert origin(door) is None


def test_a_label_whose_commit_is_none_names_the_repository(hub: Hub, door: Door) -> None:
    labels = {**LABELS, "org.opencontainers.image.revision": "main"}
    hub.push("ivanova/hw", "1.2.3", at=NOON, labels=labels)
    assert origin(door) == Origin("ivanova/hw")


def serving(manifest: object) -> Origin | None:
    """Ask for the origin of a tag whose manifest is this."""
    body = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"

    def handle(call: Call) -> Answer:
        found = call.path.endswith(f"manifests/{digest}") or call.method == "HEAD"
        return Answer(body, headers={"Docker-Content-Digest": digest}) if found else Answer("", 404)

    with Server(handle) as server:
        door = Door(Addresses(registry=server.url))
        found = origin_of(Image("ivanova/hw", "Docker Hub", ""), Tag("1.0", digest, NOON), door)
        assert len(door.requests) <= 5
    return found


DEEP = b'{"manifests":' + b"[" * 50_000


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"<html>",
        DEEP,
        b"[]",
        b"null",
        {"manifests": 5},
        {"manifests": [None, 5, "x"]},
        {"manifests": [{"digest": "sha256:../../x"}]},
        {"manifests": [{"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}]},
        {"config": {"digest": ["x"]}},
        {"config": None, "annotations": [1]},
        {"manifests": [{"digest": "sha256:" + "0" * 64}] * 10_000},
    ],
)
def test_a_manifest_of_another_shape_says_nothing(manifest: object) -> None:
    assert serving(manifest) is None


def test_annotations_of_the_index_do_for_labels() -> None:
    entry = {"digest": "sha256:" + "0" * 64}
    assert serving({"manifests": [entry], "annotations": LABELS}) == Origin("ivanova/hw", "b" * 40)


def test_other_content_than_that_of_the_digest_is_no_evidence(hub: Hub) -> None:
    def handle(call: Call) -> Answer:
        answer = hub(call)
        if call.method == "GET" and "/manifests/" in call.path:
            return replace(answer, content=answer.body + b" ")
        return answer

    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(handle) as server:
        door = Door(Addresses(dockerhub=server.url, registry=server.url))
        with pytest.raises(Unavailable, match="another manifest than the one of that digest"):
            origin(door)


def test_a_blob_that_is_too_large_is_no_evidence(hub: Hub, door: Door) -> None:
    labels = {**LABELS, "padding": "x" * 5_000_000}
    hub.push("ivanova/hw", "1.2.3", at=NOON, labels=labels)
    with pytest.raises(Unavailable, match="more than 4 MB"):
        origin(door)


def test_a_saved_case_gives_the_same_origin_without_a_token_in_it(hub: Hub, door: Door) -> None:
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    recorder = Recorder(door)
    image = image_of("ivanova/hw", recorder)
    found = origin_of(image, image.tags[0], recorder)
    case = recorder.case(Target(repository="ivanova/hw"))
    replay = Replay(case)
    assert image_of("ivanova/hw", replay) == image
    assert origin_of(image, image.tags[0], replay) == found
    assert found is not None
    assert TOKEN.encode() not in b"".join(one.body for one in case.answers)


def test_a_saved_case_says_again_that_no_pull_was_left() -> None:
    hub = Hub(pulls=0)
    hub.push("ivanova/hw", "1.2.3", at=NOON, run=RUN)
    with Server(hub) as server:
        recorder = Recorder(Door(Addresses(dockerhub=server.url, registry=server.url)))
        image = image_of("ivanova/hw", recorder)
        with pytest.raises(Unavailable):
            origin_of(image, image.tags[0], recorder)
    replay = Replay(recorder.case(Target(repository="ivanova/hw")))
    with pytest.raises(Unavailable, match="any more from this address"):
        origin_of(image, image.tags[0], replay)
