"""Servers that several test modules share: started once, by the first test that asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checker.campus.people import People
from checker.campus.place import Place
from checker.campus.storage import Storage
from checker.campus.supervisor import Supervisor
from checker.campus.tracking import Tracking

STUDENTS = ("ivanova_anna", "petrov_boris", "sidorova_vera")


@pytest.fixture(scope="session")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A campus with storage and tracking, and three students."""
    place = Place.open(tmp_path_factory.mktemp("classroom") / "campus")
    for login in STUDENTS:
        People(place).join(login, login)
    with Supervisor(place, [Storage(), Tracking()]) as up:
        up.up()
        yield place
