"""A library uploaded with twine to a real index, and read as it is read from PyPI."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.http import Addresses
from checker.services.pypi import package_of, provenance_of, with_links
from tests.standins.door import Door
from tests.standins.index_servers import Indexes, indexes, wheel

pytestmark = pytest.mark.slow

HOME = "https://github.com/ivanova/my-hw"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indexes]:
    """Both indexes, with two releases of one library uploaded by twine."""
    folder = tmp_path_factory.mktemp("index")
    with indexes(folder, "my-hw") as running:
        for version in ("0.9", "1.0.post1"):
            made = wheel(folder, "My.HW", version, {"Source": HOME})
            _upload(running, made)
        yield running


def _upload(running: Indexes, file: Path) -> None:
    twine = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
    subprocess.run(
        [*twine, "--repository-url", running.uploads, "-u", "a", "-p", "a", str(file)],
        check=True,
        capture_output=True,
        timeout=60,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )


def test_an_index_of_json_tells_times_and_one_of_html_does_not(servers: Indexes) -> None:
    by_json = package_of("my.hw", "PyPI", Door(Addresses(pypi=servers.json)))
    by_html = package_of("my.hw", "PyPI", Door(Addresses(pypi=servers.html)))
    names = ["my_hw-1.0.post1-py3-none-any.whl", "my_hw-0.9-py3-none-any.whl"]
    assert [file.name for file in by_json.files] == names
    assert [file.name for file in by_html.files] == names
    assert [file.version for file in by_json.files] == ["1.0.post1", "0.9"]
    for file in by_json.files:
        written = (servers.folder / file.name).stat().st_mtime
        assert file.uploaded is not None
        assert abs(file.uploaded - datetime.fromtimestamp(written, UTC)).total_seconds() < 1
    assert all(file.uploaded is None for file in by_html.files)
    assert "does not tell when" in by_html.remarks[0]


def test_the_digest_is_the_one_of_the_uploaded_file(servers: Indexes) -> None:
    package = package_of("my-hw", "TestPyPI", Door(Addresses(testpypi=servers.html)))
    for file in package.files:
        data = (servers.folder / file.name).read_bytes()
        assert file.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("kind", ["json", "html"])
def test_a_library_that_was_never_uploaded_has_no_files(servers: Indexes, kind: str) -> None:
    package = package_of("their-hw", "PyPI", Door(Addresses(pypi=getattr(servers, kind))))
    assert package.files == ()


def test_the_address_of_the_simple_api_itself_may_be_set(servers: Indexes) -> None:
    package = package_of("my-hw", "PyPI", Door(Addresses(pypi=f"{servers.json}/simple")))
    assert len(package.files) == 2


def test_links_come_from_the_metadata_of_the_newest_file(servers: Indexes) -> None:
    door = Door(Addresses(pypi=servers.json))
    package = with_links(package_of("my-hw", "PyPI", door), door)
    assert package.links == (HOME,)
    assert door.asked[-1].endswith("/my_hw-1.0.post1-py3-none-any.whl.metadata")


def test_what_was_uploaded_with_a_password_has_no_provenance(servers: Indexes) -> None:
    door = Door(Addresses(pypi=servers.json))
    package = package_of("my-hw", "PyPI", door)
    assert provenance_of(package, package.files[0], door) is None
    assert len(door.asked) == 1
