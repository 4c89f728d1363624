"""What the forge and the runner know survives, and nothing is lost when many write at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from checker.campus.place import Place
from checker.campus.store import Event, Issue, PullRequest, Release, Repository, Run, Store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a campus runs on POSIX systems")


@pytest.fixture
def store(tmp_path: Path):
    made = Store(Place.open(tmp_path / "campus"))
    yield made
    made.close()


def event(number: int = 1) -> Event:
    return Event(1, "push", "ivanova_anna", "refs/heads/main", f"{number:040x}", 12.5)


def test_a_row_comes_back_as_it_went_in(store: Store) -> None:
    made = store.add(Release(1, "v1", "abc", "anna", 1.5, draft=True))
    assert store.one(Release, tag="v1") == made
    assert (made.id, made.draft) == (1, True)


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.repository("nobody/nothing") is None
    assert store.find(Run, repository=7) == ()


def test_a_second_repository_of_the_same_name_is_refused(store: Store) -> None:
    store.add(Repository("anna", "hw", 1.0))
    with pytest.raises(ValueError, match="such a repository already"):
        store.add(Repository("anna", "hw", 2.0))
    assert store.add(Repository("boris", "hw", 2.0)).full_name == "boris/hw"


def test_a_change_is_kept(store: Store) -> None:
    made = store.add(Repository("anna", "hw", 1.0))
    changed = store.change(made, pushed=9.0)
    assert changed == store.repository("anna/hw")
    assert changed.pushed == 9.0


def test_the_newest_come_first_when_asked_for(store: Store) -> None:
    made = [store.add(event(number)) for number in range(5)]
    assert store.find(Event, newest=True, most=2) == (made[4], made[3])
    store.remove(made[4])
    assert store.find(Event) == tuple(made[:4])


def test_issues_and_pull_requests_share_their_numbers(store: Store) -> None:
    assert store.next_number(1) == 1
    store.add(Issue(1, 1, "a", "anna", 1.0))
    store.add(PullRequest(1, 2, "b", "anna", "main", "topic", "abc", 1.0))
    assert (store.next_number(1), store.next_number(2)) == (3, 1)


def test_an_event_is_taken_once_however_many_take(store: Store) -> None:
    for number in range(40):
        store.add(event(number))
    taken: list[int] = []

    def take() -> None:
        while (found := store.take(1.0)) is not None:
            taken.append(found.id)
        store.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(taken) == list(range(1, 41))


def test_quiet_means_no_event_waits_and_no_run_is_open(store: Store) -> None:
    assert store.is_quiet
    happened = store.add(event())
    assert not store.is_quiet
    store.change(happened, taken=1.0, done=2.0)
    assert store.is_quiet
    run = store.add(Run(1, 1, "ci.yml", "CI", "push", "main", "a", 1, "anna", "", 1.0))
    assert not store.is_quiet
    store.change(run, status="completed")
    assert store.is_quiet


def test_rows_survive_a_process_that_is_killed(store: Store) -> None:
    root = store.file.parent.parent
    code = (
        "import os, signal, sys; from pathlib import Path;"
        "from checker.campus.place import Place; from checker.campus.store import Issue, Store;"
        "store = Store(Place.open(Path(sys.argv[1])));"
        "[store.add(Issue(1, n, 'kept', 'anna', 1.0)) for n in range(1, 101)];"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(root)], check=False)
    assert len(store.find(Issue, title="kept")) == 100
