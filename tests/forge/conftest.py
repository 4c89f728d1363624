"""One forge for the tests of a module; each makes its own repositories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checker.campus.store import Repository
from tests.forges import IS_WINDOWS, Clone, Running, forge


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    if IS_WINDOWS:
        pytest.skip("a campus runs on POSIX systems")
    with forge(tmp_path_factory.mktemp("forge")) as found:
        yield found


@pytest.fixture
def repository(running: Running, request: pytest.FixtureRequest) -> Repository:
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[:90]
    return running.repository(name)


@pytest.fixture
def clone(running: Running, repository: Repository) -> Clone:
    return running.clone(repository.full_name)
