"""The parts of a campus start side by side, come back when they are killed, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from checker.campus.part import lacks, python, reaches
from checker.campus.people import People
from checker.campus.place import CampusError, Place
from checker.campus.supervisor import Supervisor, end, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")


@dataclass(frozen=True)
class Pages:
    """A part: Python's own web server, which needs nothing."""

    name: str = "pages"
    after: Sequence[str] = ()
    code: str = "import http.server, sys; http.server.test(port=int(sys.argv[1]), bind='127.0.0.1')"
    lack: str = ""

    @property
    def title(self) -> str:
        return f"server of {self.name}"

    @property
    def ports(self) -> Sequence[str]:
        return (self.name,)

    def missing(self) -> str:
        return self.lack

    def command(self, place: Place) -> Sequence[str]:
        return python("-c", self.code, str(place.port(self.name)))

    def environment(self, place: Place) -> Mapping[str, str]:
        return {"PART": f"{self.name} in {place.root.name}"}

    def answers(self, place: Place) -> bool:
        return reaches(place.url(self.name))

    def settle(self, place: Place) -> None:
        place.folder(self.name).joinpath("settled").touch()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place.open(tmp_path / "campus")
    yield made
    end(made)


def test_parts_answer_and_are_gone_afterwards(place: Place) -> None:
    seen = []
    with Supervisor(
        place, [Pages("one"), Pages("two")], lambda *news: seen.append(news[:2])
    ) as made:
        made.up()
        pids = running(place)
        assert set(pids) == {"", "one", "two"}
        assert reaches(place.url("one"))
        assert (place.root / "two" / "settled").exists()
    assert running(place) == {}
    assert not any(psutil.pid_exists(pid) for name, pid in pids.items() if name)
    assert {("one", "starting"), ("one", "ready"), ("two", "ready"), ("two", "ended")} <= set(seen)


def test_a_part_starts_after_what_it_needs(place: Place) -> None:
    order = []
    parts = [Pages("second", after=("first",)), Pages("first")]
    with Supervisor(place, parts, lambda *news: order.append(news[:2])) as made:
        made.up()
    assert order.index(("first", "ready")) < order.index(("second", "starting"))


def test_a_killed_part_comes_back_at_the_same_address(place: Place) -> None:
    again = threading.Event()
    starts = []

    def progress(name: str, state: str, _: float) -> None:
        if state == "ready":
            starts.append(name)
            if len(starts) == 2:
                again.set()

    with Supervisor(place, [Pages()], progress) as made:
        made.up()
        watching = threading.Thread(target=made.watch, kwargs={"seconds": 0.02})
        watching.start()
        os.kill(running(place)["pages"], signal.SIGKILL)
        assert again.wait(30)
        assert reaches(place.url("pages"))
        made.stop()
        watching.join(30)


@dataclass(frozen=True)
class Doors(Pages):
    """A part that has to be told who joins; one of them is too many for it."""

    told: threading.Event = field(default_factory=threading.Event)

    def welcome(self, place: Place) -> None:
        logins = [one.login for one in People(place)]
        place.folder(self.name).joinpath("guests").write_text(" ".join(logins))
        self.told.set()
        if "petrov_boris" in logins:
            raise CampusError("there is no room for petrov_boris")


def test_a_part_is_told_who_joins_and_outlives_that_it_cannot_let_them_in(place: Place) -> None:
    doors = Doors("doors")
    People(place).join("early_ella", "")
    with Supervisor(place, [Pages(), doors]) as made:
        made.up()
        watching = threading.Thread(target=made.watch, kwargs={"seconds": 0.02})
        watching.start()
        for login in ("ivanova_anna", "petrov_boris"):
            People(place).join(login, "")
            assert doors.told.wait(30)
            doors.told.clear()
            assert (place.root / "doors" / "guests").read_text().split()[-1] == login
        made.stop()
        watching.join(30)
        assert set(running(place)) == {"", "pages", "doors"}
    assert (place.log / "doors.log").read_text().endswith("there is no room for petrov_boris\n")


@dataclass(frozen=True)
class Deaf(Pages):
    """A part that does not end when it is asked to; nothing is lost when it is killed."""

    ends_within: float = 0.1
    code: str = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {Pages.code}"


def test_a_part_that_does_not_end_is_killed_as_soon_as_it_says(place: Place) -> None:
    with Supervisor(place, [Pages(), Deaf("deaf")]) as made:
        made.up()
        processes = {name: psutil.Process(pid) for name, pid in running(place).items() if name}
    assert not any(one.is_running() for one in processes.values())
    assert running(place) == {}


def test_a_part_that_dies_over_and_over_is_given_up_with_its_last_words(place: Place) -> None:
    dying = Pages(code="import sys; sys.exit('no such thing as a port')")
    with (
        Supervisor(place, [dying]) as made,
        pytest.raises(CampusError, match="no such thing as a port"),
    ):
        made.up()
    assert running(place) == {}


def test_one_part_that_fails_ends_the_others(place: Place) -> None:
    parts = [Pages("good"), Pages("bad", code="raise SystemExit(7)"), Pages("late", after=("bad",))]
    with (
        Supervisor(place, parts) as made,
        pytest.raises(CampusError, match="server of bad ended with status 7"),
    ):
        made.up()
    assert running(place) == {}


def test_a_missing_part_is_named_before_anything_starts(place: Place) -> None:
    parts = [Pages("good"), Pages("bad", lack=lacks("no_such_module_here"))]
    with (
        Supervisor(place, parts) as made,
        pytest.raises(CampusError, match="pip install 'ml-cicd-workbook"),
    ):
        made.up()
    assert running(place) == {}


def test_a_taken_port_is_named_with_who_took_it(place: Place) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", place.port("pages")))
        other.listen()
        with Supervisor(place, [Pages()]) as made, pytest.raises(CampusError) as told:
            made.up()
    assert f"port {place.port('pages')}" in str(told.value)
    assert f"by process {os.getpid()}" in str(told.value)


def test_what_a_killed_campus_left_is_ended_by_the_next(place: Place) -> None:
    left = Supervisor(place, [Pages()])
    left.up()
    old = running(place)["pages"]
    with Supervisor(place, [Pages()]) as made:
        made.up()
        assert running(place)["pages"] != old
    assert not psutil.pid_exists(old) or psutil.Process(old).status() == psutil.STATUS_ZOMBIE
    left.down()


def test_a_process_of_the_same_number_is_not_taken_for_a_part(place: Place) -> None:
    place.write("running.json", {"pages": [os.getpid(), 12.5]})
    assert running(place) == {}
    assert end(place) is False


def test_a_part_gets_no_token_of_whoever_started_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "planted")
    code = (
        "import http.server, os, pathlib, sys;"
        "pathlib.Path('seen').write_text(repr(dict(os.environ)));"
        "http.server.test(port=int(sys.argv[1]), bind='127.0.0.1')"
    )
    with Supervisor(place, [Pages(code=code)]) as made:
        made.up()
    seen = (place.root / "pages" / "seen").read_text()
    assert "planted" not in seen
    assert "pages in campus" in seen


def test_ports_last(place: Place) -> None:
    assert place.port("a") == Place.open(place.root).port("a") != place.port("b")


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(CampusError, match="holds other files"):
        Place.open(tmp_path)


def test_a_campus_of_another_version_says_so(place: Place) -> None:
    (place.root / ".campus").write_text("99\n")
    with pytest.raises(CampusError, match="another version"):
        Place.open(place.root)


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.campus.place._free", lambda _: 5_000_000)
    with pytest.raises(CampusError, match="has 5 MB left"):
        Place.open(tmp_path / "campus")


def test_what_is_kept_can_be_read_by_its_owner_only(place: Place) -> None:
    People(place).join("ivanova_anna", "Иванова Анна")
    assert (place.root / "people.json").stat().st_mode & 0o077 == 0
    assert place.root.stat().st_mode & 0o077 == 0


def test_joining_twice_gives_the_same_person(place: Place) -> None:
    first = People(place).join("ivanova_anna", "Иванова Анна")
    assert People(place).join("ivanova_anna", "Another") == first
    assert [one.login for one in People(place)] == ["teacher", "ivanova_anna"]


def test_thirty_who_join_at_once_are_all_there(place: Place) -> None:
    logins = [f"student_{number}" for number in range(30)]
    threads = [threading.Thread(target=People(place).join, args=(one, one)) for one in logins]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    people = list(People(place))
    assert {one.login for one in people} == {"teacher", *logins}
    assert len({one.id for one in people}) == len({one.token for one in people}) == 31


def test_a_token_opens_one_persons_things_only(place: Place) -> None:
    people = People(place)
    anna, boris = people.join("ivanova_anna", ""), people.join("petrov_boris", "")
    assert people.by_token(anna.token) == anna
    assert people.by_password("ivanova_anna", anna.token) == anna
    assert people.by_password("ivanova_anna", boris.token) is None
    assert people.by_token("") is None
    assert people.by_token("пароль") is None


@pytest.mark.parametrize("login", ["", "Ivanova_Anna", "../x", "a b", "teacher", "x" * 40, "a__b"])
def test_what_is_no_login_is_refused(place: Place, login: str) -> None:
    with pytest.raises(CampusError, match="is no login"):
        People(place).join(login, "")


def test_a_secret_shows_in_no_repr(place: Place) -> None:
    anna = People(place).join("ivanova_anna", "")
    assert not {anna.token, anna.s3_secret, anna.s3_key} & set(repr(anna).replace("'", " ").split())
    assert anna.token not in repr(anna)


def test_nothing_listens_beyond_loopback(place: Place) -> None:
    with Supervisor(place, [Pages()]) as made:
        made.up()
        pid = running(place)["pages"]
        listening = [
            one.laddr.ip for one in psutil.Process(pid).net_connections() if one.status == "LISTEN"
        ]
    assert listening == ["127.0.0.1"]


def test_reaching_an_address_ignores_proxies(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with Supervisor(place, [Pages()]) as made:
        made.up()
    assert urllib.request.getproxies()["http"] == "http://127.0.0.1:9"
