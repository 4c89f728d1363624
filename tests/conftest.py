"""What all tests share: servers started once, by the first test that asks for them, and no silent skips in CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from checker.campus.people import People
from checker.campus.place import Place
from checker.campus.storage import Storage
from checker.campus.supervisor import Supervisor
from checker.campus.tracking import Tracking

STUDENTS = ("ivanova_anna", "petrov_boris", "sidorova_vera")


NOTEBOOKS = ("tests/test_book_nbval_", "tests/test_book_proofs.py")


class ByFile(LoadFileScheduling):
    """Keeps a file's tests in one process, but gives each run of a notebook to whichever process is free."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(NOTEBOOKS) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Have xdist share tests out in this way."""
    return ByFile(config, log)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that may skip nothing (NO_SKIPS=1, as `.ci/run` sets it) when it skipped something."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", ()) if reporter is not None else ()
    if os.environ.get("NO_SKIPS") and skipped:
        reporter.write_line(f"{len(skipped)} skipped, and NO_SKIPS is set", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A campus with storage and tracking, and three students."""
    place = Place.open(tmp_path_factory.mktemp("classroom") / "campus")
    for login in STUDENTS:
        People(place).join(login, login)
    with Supervisor(place, [Storage(), Tracking()]) as up:
        up.up()
        yield place
