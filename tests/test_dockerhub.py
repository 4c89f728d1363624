"""An image on Docker Hub: its tags, their digests and when they were pushed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.services.dockerhub import image_of
from checker.services.dockerhub.hub import normal
from checker.services.images import Image
from tests.standins.door import Door
from tests.standins.hub import Hub
from tests.standins.server import Answer, Server

NOON = datetime(2026, 5, 1, 12, 0, 0, 500000, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def door(hub: Hub) -> Iterator[Door]:
    with Server(hub) as server:
        yield Door(Addresses(dockerhub=server.url, registry=server.url))


def answering(content: object, status: int = 200) -> Image:
    """Ask for `ivanova/hw` where Docker Hub answers this."""
    with Server(lambda _: Answer(content, status)) as server:
        return image_of("ivanova/hw", Door(Addresses(dockerhub=server.url)))


def listing(*tags: Any, **more: Any) -> dict[str, Any]:
    return {"count": len(tags), "next": None, "previous": None, "results": list(tags), **more}


def test_tags_come_newest_first_with_digest_and_pusher(hub: Hub, door: Door) -> None:
    hub.push("ivanova/hw", "1.0.0", at=NOON)
    pushed = hub.push("ivanova/hw", "1.1.0", at=NOON + timedelta(hours=1), pusher="petrov")
    image = image_of("ivanova/hw", door)
    assert [tag.name for tag in image.tags] == ["1.1.0", "1.0.0"]
    assert (image.tags[0].digest, image.tags[0].pusher) == (pushed.digest, "petrov")
    assert image.tags[1].pushed == NOON
    assert image.url.endswith("/r/ivanova/hw")
    assert len(door.asked) == 1


def test_an_image_that_was_never_pushed_does_not_exist(door: Door) -> None:
    image = image_of("ivanova/hw", door)
    assert (image.exists, image.tags) == (False, ())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ivanova/HW", "ivanova/hw"),
        ("docker.io/ivanova/hw:1.0", "ivanova/hw"),
        ("index.docker.io/ivanova/hw@sha256:abc", "ivanova/hw"),
        ("https://registry.hub.docker.com/ivanova/hw", "ivanova/hw"),
        ("python", "library/python"),
        ("ivanova/my-home_work.app", "ivanova/my-home_work.app"),
        ("ghcr.io/ivanova/hw", ""),
        ("ivanova/hw/extra", ""),
        ("ivanova//hw", ""),
        ("ivanova/", ""),
        ("../hw", ""),
        ("ivanova/hw?page=2", ""),
        ("ivanova/дз", ""),
        ("ivanova/-hw", ""),
        ("", ""),
        ("a/" + "b" * 300, ""),
        ("ivanova/hw\r\nX: 1", ""),
        ("a" + "-a" * 100 + "/" + "-" * 20, ""),
    ],
)
def test_a_name_is_written_as_docker_hub_writes_it_or_refused(name: str, expected: str) -> None:
    assert normal(name) == expected


def test_a_name_that_no_image_can_have_is_not_asked_for(door: Door) -> None:
    image = image_of("ivanova/my hw\x1b[31m", door)
    assert (image.exists, image.tags, door.asked) == (False, (), [])
    assert image.remarks == (
        "'ivanova/my hw[31m' is no name an image can have; expected user/repository",
    )


def test_further_pages_are_read(hub: Hub, door: Door) -> None:
    for number in range(250):
        hub.push("ivanova/hw", f"1.{number}", at=NOON + timedelta(minutes=number))
    image = image_of("ivanova/hw", door)
    assert (len(image.tags), image.tags[0].name, image.remarks) == (250, "1.249", ())
    assert len(door.asked) == 3


def test_pages_without_end_are_read_up_to_a_bound() -> None:
    tags = [{"name": f"t{number}"} for number in range(100)]
    image = answering(listing(*tags, next="http://elsewhere.example/v2/"))
    assert image.remarks == ("only the newest 500 of its tags were read",)


def test_the_address_of_the_next_page_is_not_taken_from_the_answer() -> None:
    with Server(lambda _: Answer(listing(next="http://elsewhere.example/"))) as server:
        door = Door(Addresses(dockerhub=server.url))
        image_of("ivanova/hw", door)
        assert all(line.startswith(f"GET {server.url}/") for line in door.asked)


def test_a_tag_of_the_older_api_has_the_digest_of_its_one_image() -> None:
    old = {"name": "1.0", "last_updated": "2026-05-01T12:00:00.5Z", "images": [{"digest": DIGEST}]}
    [tag] = answering(listing(old)).tags
    assert (tag.digest, tag.pushed) == (DIGEST, NOON)


@pytest.mark.parametrize(
    "tag",
    [
        pytest.param(None, id="null"),
        pytest.param("1.0", id="a text"),
        pytest.param({}, id="no name"),
        pytest.param({"name": 1}, id="a number for a name"),
        pytest.param({"name": "a b"}, id="a blank"),
        pytest.param({"name": "1.0\x1b"}, id="control characters"),
        pytest.param({"name": "1" * 129}, id="a long name"),
    ],
)
def test_what_is_no_tag_is_passed_over(tag: object) -> None:
    image = answering(listing(tag, {"name": "1.0"}))
    assert [one.name for one in image.tags] == ["1.0"]


@pytest.mark.parametrize(
    "fields",
    [
        {"digest": 5, "tag_last_pushed": 5, "last_updater_username": 5, "images": 5},
        {"digest": "md5:x", "tag_last_pushed": "yesterday", "images": {"digest": DIGEST}},
        {"digest": "", "tag_last_pushed": "0001-01-01T00:00:00Z", "images": [5, None]},
        {"digest": None, "tag_last_pushed": None, "images": [{"digest": DIGEST}] * 2},
        {"digest": [DIGEST], "tag_last_pushed": "9999-12-31T23:59:59-23:00", "images": None},
    ],
)
def test_a_field_of_another_type_is_unknown(fields: dict[str, object]) -> None:
    [tag] = answering(listing({"name": "1.0", **fields})).tags
    assert (tag.digest, tag.pushed, tag.pusher) == ("", None, "")


@pytest.mark.parametrize(
    "content",
    ["<html>busy</html>", "{", [], None, 5, {}, {"results": None}, {"results": {"name": "1.0"}}],
)
def test_an_answer_of_another_shape_is_no_evidence(content: object) -> None:
    with pytest.raises(Unavailable, match="Docker Hub answered with"):
        answering(content)


@pytest.mark.parametrize("status", [403, 410, 422])
def test_a_refusal_is_not_taken_for_an_image_that_does_not_exist(status: int) -> None:
    with pytest.raises(Unavailable, match=f"Docker Hub answered {status}"):
        answering({"message": "no"}, status)
