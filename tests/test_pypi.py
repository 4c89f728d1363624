"""A library on PyPI: its files, versions and times, read from the Simple API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.services.packages import Package
from checker.services.pypi import package_of
from tests.standins.door import Door
from tests.standins.index import SIMPLE, Index
from tests.standins.server import Answer, Call, Server

NOON = datetime(2026, 5, 1, 12, 0, 5, 123456, tzinfo=UTC)


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def door(index: Index) -> Iterator[Door]:
    with Server(index) as server:
        yield Door(Addresses(pypi=server.url, testpypi=server.url))


def answering(content: object, kind: str = SIMPLE, status: int = 200) -> Package:
    """Ask for `hw` where the index answers this."""
    body = content if isinstance(content, (bytes, str)) else json.dumps(content)
    with Server(lambda _: Answer(body, status, {"Content-Type": kind})) as server:
        return package_of("hw", "PyPI", Door(Addresses(pypi=server.url)))


def listing(*files: Any, **more: Any) -> dict[str, Any]:
    return {"meta": {"api-version": "1.4"}, "name": "hw", "files": list(files), **more}


def file(name: str = "hw-1.0-py3-none-any.whl", **more: Any) -> dict[str, Any]:
    return {"filename": name, "url": f"https://files.example/{name}", "hashes": {}, **more}


def test_files_come_newest_first_with_their_times_in_utc(index: Index, door: Door) -> None:
    index.upload("hw", "1.0", at=NOON.replace(day=1))
    index.upload("hw", "0.9.1", at=NOON.replace(day=2), kinds=["sdist"])
    package = package_of("hw", "PyPI", door)
    assert [(file.name, file.version) for file in package.files] == [
        ("hw-0.9.1.tar.gz", "0.9.1"),
        ("hw-1.0.tar.gz", "1.0"),
        ("hw-1.0-py3-none-any.whl", "1.0"),
    ]
    assert package.files[2].uploaded == NOON
    assert len(package.files[0].sha256) == 64
    assert package.page("1.0").endswith("/project/hw/1.0/")


def test_a_name_is_normalised_before_it_is_asked_for(index: Index, door: Door) -> None:
    index.upload("My_Home.Work", "1.0", at=NOON)
    package = package_of("my--home_WORK", "TestPyPI", door)
    assert (package.name, package.index, len(package.files)) == ("my-home-work", "TestPyPI", 2)
    assert len(door.asked) == 1


def test_a_library_that_was_never_published_has_no_files(door: Door) -> None:
    package = package_of("hw", "PyPI", door)
    assert (package.files, package.status, package.remarks) == ((), "active", ())


@pytest.mark.parametrize(
    "name",
    ["", "my lib", "-hw", "hw-", "../hw", "hw/1", "дз", "hw\n", "h" * 101, "hw?x", "hw\x1b[0m"],
)
def test_a_name_that_no_package_can_have_is_not_asked_for(door: Door, name: str) -> None:
    package = package_of(name, "PyPI", door)
    assert package.files == ()
    assert "is no name a package can have" in package.remarks[0]
    assert door.asked == []


def test_another_index_is_refused(door: Door) -> None:
    with pytest.raises(ValueError, match="there are PyPI and TestPyPI"):
        package_of("hw", "npm", door)


def test_yanked_files_and_files_with_provenance_are_told_apart(index: Index, door: Door) -> None:
    index.upload("hw", "1.0", at=NOON, kinds=["wheel"])
    index.upload("hw", "1.1", at=NOON.replace(hour=13), kinds=["wheel"], by="ivanova/hw")
    index.yank("hw", "1.0")
    new, old = package_of("hw", "PyPI", door).files
    assert (new.yanked, new.has_provenance) == (False, True)
    assert (old.yanked, old.has_provenance) == (True, False)


@pytest.mark.parametrize("status", ["archived", "quarantined", "deprecated", "put-to-sleep"])
def test_the_status_of_a_project_is_told_also_when_it_is_a_new_one(
    index: Index, door: Door, status: str
) -> None:
    index.upload("hw", "1.0", at=NOON).status = status
    assert package_of("hw", "PyPI", door).status == status


def test_an_index_that_speaks_html_alone_tells_no_times() -> None:
    page = (
        '<html><body><a href="/packages/hw-1.0.tar.gz#sha256=' + "a" * 64 + '">hw-1.0.tar.gz</a>'
        '<a href="x" data-yanked="bad">hw-1.1-py3-none-any.whl</a><a href="../">up</a></body></html>'
    )
    package = answering(page, "text/html; charset=utf-8")
    assert [(one.version, one.uploaded, one.yanked) for one in package.files] == [
        ("1.1", None, True),
        ("1.0", None, False),
    ]
    assert package.files[1].sha256 == "a" * 64
    assert "does not tell when" in package.remarks[0]


def test_a_newer_minor_version_of_the_api_is_read() -> None:
    assert (
        answering(listing(file(), meta={"api-version": "1.9", "new": 1})).files[0].version == "1.0"
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param("<html>Checking your browser", SIMPLE, id="a page for browsers, named JSON"),
        pytest.param("{", SIMPLE, id="cut JSON"),
        pytest.param("[" * 100_000, SIMPLE, id="deep JSON"),
        pytest.param([], SIMPLE, id="a list"),
        pytest.param(None, SIMPLE, id="null"),
        pytest.param({}, SIMPLE, id="no files"),
        pytest.param({"files": {}}, SIMPLE, id="files that are no list"),
        pytest.param({"files": []}, SIMPLE, id="no version of the API"),
        pytest.param(listing(meta={"api-version": "2.0"}), SIMPLE, id="another API"),
        pytest.param(listing(meta=[1]), SIMPLE, id="meta that is a list"),
        pytest.param(listing("hw-1.0.tar.gz"), SIMPLE, id="a file that is a text"),
        pytest.param(listing({"url": "x"}), SIMPLE, id="a file without a name"),
        pytest.param(listing(file(hashes=[])), SIMPLE, id="hashes that are a list"),
        pytest.param(listing(file(**{"upload-time": 5})), SIMPLE, id="a time that is a number"),
        pytest.param(listing(file(**{"upload-time": "noon"})), SIMPLE, id="a time that is none"),
        pytest.param(listing(file(yanked=[1])), SIMPLE, id="yanked by a list"),
        pytest.param(listing(file(provenance=7)), SIMPLE, id="provenance that is a number"),
        pytest.param(listing(file(url=None)), SIMPLE, id="a file without an address"),
        pytest.param("hw-1.0", "text/plain", id="plain text"),
        pytest.param("<a>" * 2_000, "text/html", id="a web page of anchors"),
        pytest.param("x" * 400_000, "text/html", id="a long web page"),
        pytest.param("<b>" * 3_000 + "</x>" * 3_000, "text/html", id="a web page of tags"),
        pytest.param("<!--" * 70_000, "text/html", id="a web page of comments"),
        pytest.param(
            '<meta name="pypi:repository-version" content="9.0"><a href="x">hw-1.0.zip</a>',
            "text/html",
            id="a web page of another API",
        ),
    ],
)
def test_an_answer_of_another_shape_is_no_evidence(content: object, kind: str) -> None:
    with pytest.raises(Unavailable, match="answered"):
        answering(content, kind)


@pytest.mark.parametrize("status", [403, 410, 451])
def test_a_refusal_is_not_taken_for_a_library_without_files(status: int) -> None:
    with pytest.raises(Unavailable, match=f"PyPI answered {status}"):
        answering("", status=status)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("other-1.0.tar.gz", id="another project"),
        pytest.param("hw-1.0.exe", id="an installer"),
        pytest.param("hw-not.a.version.tar.gz", id="no version"),
        pytest.param("hw-" + "1" * 300 + ".tar.gz", id="a long name"),
        pytest.param("hw" + "-" * 200 + "1.whl", id="a name of dashes"),
        pytest.param("hw-" + "-".join("1" * 100) + ".tar.gz", id="a hundred dashes"),
        pytest.param("hw-1.0\x1b[31m.tar.gz", id="control characters"),
        pytest.param("", id="empty"),
    ],
)
def test_a_file_with_an_odd_name_is_passed_over(name: str) -> None:
    package = answering(listing(file(name), file()))
    assert [one.name for one in package.files] == ["hw-1.0-py3-none-any.whl"]


def test_of_a_hundred_thousand_files_the_newest_are_kept() -> None:
    files = [
        file(f"hw-1.{number}.zip", **{"upload-time": f"2026-05-01T00:00:00.{number:06}Z"})
        for number in range(100_000)
    ]
    package = answering(listing(*files))
    assert (package.files[0].version, len(package.files)) == ("1.99999", 2_000)
    assert package.remarks == ("only the newest 2000 of its 100000 files were read",)


def test_metadata_on_another_host_is_not_for_us() -> None:
    package = answering(listing(file(**{"core-metadata": True}), file("hw-2.zip")))
    assert [one.metadata for one in package.files] == ["", ""]


def test_a_time_with_an_offset_becomes_utc() -> None:
    package = answering(listing(file(**{"upload-time": "2026-05-01T03:00:00+03:00"})))
    assert package.files[0].uploaded == datetime(2026, 5, 1, tzinfo=UTC)


def test_the_public_indexes_are_two_hosts() -> None:
    from checker.services.pypi.index import address

    ours, tests = (address(index, Addresses()) for index in ("PyPI", "TestPyPI"))
    assert tests == ours.replace("://", "://test.")
    assert address("PyPI", Addresses(pypi="http://here/simple")) == "http://here"


def test_the_stand_in_answers_a_conditional_request_without_a_body(index: Index) -> None:
    index.upload("hw", "1.0", at=NOON)
    asked = Call("GET", "/simple/hw/", {}, {"host": "here", "accept": SIMPLE}, b"")
    tag = index(asked).headers["ETag"]
    again = Call("GET", "/simple/hw/", {}, {**asked.headers, "if-none-match": tag}, b"")
    assert index(again).status == 304
