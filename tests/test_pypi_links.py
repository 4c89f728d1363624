"""Where a library's metadata leads, and who owns the library."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.services.packages import File, Package
from checker.services.pypi import package_of, with_links
from tests.standins.door import Door
from tests.standins.index import SIMPLE, Index
from tests.standins.server import Answer, Call, Server

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PUBLISHED = Package("hw", "PyPI", "", (File("hw-1.0.tar.gz", "1.0", NOON),))
HOME = "https://github.com/ivanova/hw"

METADATA = f"""\
Metadata-Version: 2.4
Name: hw
Version: 1.0
Home-page: {HOME}
Project-URL: Documentation, https://hw.example/docs
Project-URL: Broken, javascript:alert(1)

The README.
"""


def answering(content: object, status: int = 200) -> Package:
    """Ask for the links of `hw` where the index answers this."""
    with Server(lambda _: Answer(content, status)) as server:
        return with_links(PUBLISHED, Door(Addresses(pypi=server.url)))


def test_links_and_owners_come_from_the_json_api() -> None:
    index = Index()
    links = {"Homepage": HOME, "Issues": f"{HOME}/issues"}
    index.upload("hw", "1.0", at=NOON, links=links, owners=["ivanova", "petrov"])
    with Server(index) as server:
        door = Door(Addresses(pypi=server.url))
        package = with_links(package_of("hw", "PyPI", door), door)
    assert package.links == (HOME, f"{HOME}/issues")
    assert package.owners == ("ivanova", "petrov")
    assert len(package.files) == 2


def test_a_library_without_files_has_no_metadata_to_ask_for() -> None:
    door = Door(Addresses(pypi="http://127.0.0.1:9"))
    package = Package("hw", "PyPI", "")
    assert with_links(package, door) is package
    assert door.asked == []


@pytest.mark.parametrize("kind", ["metadata", "no metadata"])
def test_without_the_json_api_core_metadata_on_the_same_host_has_to_do(kind: str) -> None:
    def handle(call: Call) -> Answer:
        here = f"http://{call.headers['host']}"
        name = "hw-1.0-py3-none-any.whl"
        file = {"filename": name, "url": f"{here}/f/{name}", "hashes": {}, "core-metadata": True}
        page = {"meta": {"api-version": "1.1"}, "name": "hw", "files": [file]}
        if call.path == "/simple/hw/":
            return Answer(json.dumps(page), headers={"Content-Type": SIMPLE})
        if call.path == f"/f/{name}.metadata" and kind == "metadata":
            return Answer(METADATA)
        return Answer("", 404)

    with Server(handle) as server:
        door = Door(Addresses(pypi=server.url))
        package = with_links(package_of("hw", "PyPI", door), door)
    expected = ("https://hw.example/docs", HOME) if kind == "metadata" else ()
    assert package.links == expected
    assert len(door.asked) == 3


def test_without_any_metadata_nothing_is_known() -> None:
    assert answering({"message": "Not Found"}, 404) == PUBLISHED


@pytest.mark.parametrize(
    "info",
    [
        {"project_urls": None, "home_page": None},
        {"project_urls": [HOME], "home_page": 5},
        {"project_urls": {"a": None, "b": 5, "c": [HOME], "d": ""}},
        {"project_urls": {"a": "javascript:alert(1)", "b": "ftp://x/", "c": "file:///etc/passwd"}},
        {
            "project_urls": {
                "a": "https://a b/",
                "b": "https://",
                "c": "https://[",
                "d": "HTTPS://x",
            }
        },
        {"home_page": "https://x/" + "y" * 600},
        {"home_page": "https://x/\u202egpj.exe"},
        {"project_urls": {"a": "https://x/\x1b[2J", "b": "https://x/\ud800", "c": "https://x/\ny"}},
    ],
)
def test_what_is_no_address_of_the_web_is_no_link(info: dict[str, object]) -> None:
    assert answering({"info": info}).links == ()


def test_many_links_are_cut_and_each_is_told_once() -> None:
    urls = {str(number): f" https://x/{number // 2}\n" for number in range(500)}
    links = answering({"info": {"project_urls": urls}}).links
    assert (len(links), links[:2]) == (50, ("https://x/0", "https://x/1"))


@pytest.mark.parametrize(
    "ownership",
    [
        None,
        [],
        {"roles": {}},
        {"roles": [None, 5, {}, {"user": 5}, {"user": "a b"}, {"user": "\n"}]},
    ],
)
def test_odd_owners_are_none(ownership: object) -> None:
    assert answering({"info": {}, "ownership": ownership}).owners == ()


@pytest.mark.parametrize("content", ["<html>", "{", [], None, {}, {"info": []}])
def test_an_answer_of_another_shape_is_no_evidence(content: object) -> None:
    with pytest.raises(Unavailable, match="PyPI answered with"):
        answering(content)


def test_a_refusal_is_no_evidence() -> None:
    with pytest.raises(Unavailable, match="PyPI answered 403"):
        answering("", 403)
