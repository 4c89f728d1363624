"""The forge's pages show what came out: packages of the index, images of the registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.campus.forge.pages import delivered
from checker.campus.place import Place
from checker.campus.registry.listing import Tag, record
from checker.campus.store import Repository


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.open(tmp_path / "campus")


def test_a_repository_shows_its_owners_images_and_nobody_elses(place: Place) -> None:
    for name in ("anna/hw", "boris/hw"):
        record(place, name, Tag("1.2.3", "sha256:00", "m", 12.0, name.partition("/")[0]))
    shown = delivered.images_of(place, Repository("anna", "hw", 1.0))
    assert [(one.name, one.detail, one.url) for one in shown] == [("anna/hw", "1.2.3", "")]


def test_an_image_leads_to_the_registry_where_there_is_one(place: Place) -> None:
    record(place, "anna/hw", Tag("1.2.3", "sha256:00", "m", 12.0, "anna"))
    address = place.url("registry")
    (one,) = delivered.images_of(place, Repository("anna", "hw", 1.0))
    assert one.url == f"{address}/v2/anna/hw/tags/list"


def test_where_nothing_came_out_nothing_is_shown(place: Place) -> None:
    assert list(delivered.packages_of(place, Repository("anna", "hw", 1.0))) == []
