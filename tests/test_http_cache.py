"""Answers kept between grades: what is asked again, for whom, in which bounds, and what a broken file costs."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses, Request
from checker.http.cache import Answers, Kept, Size, clear, folder, size
from checker.http.live import Count, Live, Patience
from tests.standins.server import Answer, Server

ROOT = Path(__file__).parent.parent
TOKEN = "github_pat_Planted0Secret"
PLACE = "answers-1.sqlite"


def door(server, place, token=TOKEN):
    patience = Patience(tries=1)
    return Live(
        Addresses(github=server.url, pypi=server.url), token, cache=place, patience=patience
    )


def asks(server, path="/repos/me/homework", service="GitHub", **more):
    return Request(service, f"{server.url}{path}", "the repository", **more)


class Counting:
    """Answers with an ETag that is the content's, and honours If-None-Match."""

    def __init__(self, **headers):
        self.content = {"version": 1}
        self.headers = headers
        self.status = 200

    def __call__(self, call):
        etag = f'"{self.content["version"]}"'
        if call.headers.get("if-none-match") == etag:
            return Answer(status=304, headers={"etag": etag, "x-ratelimit-used": "7"})
        return Answer(self.content, self.status, {"etag": etag, **self.headers})


def test_what_never_changes_is_asked_once(tmp_path):
    with Server(Counting()) as github:
        for _ in range(3):
            with door(github, tmp_path) as live:
                page = live.get(asks(github, keep="forever"))
                assert (page.status, page.json(), page.url) == (
                    200,
                    {"version": 1},
                    asks(github).url,
                )
        assert live.counts == {}
    assert len(github.calls) == 1


def test_what_may_change_is_asked_again_with_its_etag(tmp_path):
    service = Counting(link="<next>; rel=next")
    with Server(service) as github:
        for version in (1, 1, 2):
            service.content = {"version": version}
            with door(github, tmp_path) as live:
                page = live.get(asks(github))
                assert page.json() == {"version": version}
                assert (page.status, page.headers["link"]) == (200, "<next>; rel=next")
                assert page.headers["content-type"].startswith("application/json")
    assert [call.headers.get("if-none-match") for call in github.calls] == [None, '"1"', '"1"']


def test_not_modified_is_free_with_a_token_alone(tmp_path):
    with Server(Counting()) as github:
        for token, billed in ((TOKEN, 0), ("", 1)):
            for _ in range(2):
                with door(github, tmp_path, token) as live:
                    live.get(asks(github))
            assert live.counts == {"GitHub": Count(asked=1, billed=billed)}


def test_the_time_is_that_of_the_newest_answer(tmp_path):
    moments = (1_000_000_000.0, 1_100_000_000.0)
    times = list(moments)
    with Server(Counting(), clock=lambda: times.pop(0)) as github:
        for moment in moments:
            with door(github, tmp_path) as live:
                live.get(asks(github))
                assert live.now == datetime.fromtimestamp(moment, UTC)
        before = datetime.now(UTC)
        with door(github, tmp_path) as live:
            live.get(asks(github, keep="forever"))
            assert live.now >= before


@pytest.mark.parametrize("keep", ["no", "fresh", "forever"])
def test_what_is_not_to_be_kept_is_asked_anew(tmp_path, keep):
    with Server(Counting()) as github:
        for _ in range(2):
            with door(github, tmp_path) as live:
                live.get(asks(github, keep=keep))
    plain = [call for call in github.calls if "if-none-match" not in call.headers]
    assert len(plain) == (2 if keep == "no" else 1)


NOT_KEPT = {
    "without an ETag": (Answer({}), {}),
    "with an ETag that is none": (Answer({}, 200, {"etag": '"a\tb"'}), {}),
    "with an endless ETag": (Answer({}, 200, {"etag": f'"{"x" * 5000}"'}), {}),
    "not found": (Answer({}, 404, {"etag": '"1"'}), {"keep": "forever"}),
    "a refusal": (Answer({}, 403, {"etag": '"1"'}), {"keep": "forever"}),
    "a web page": (Answer("<html>", 200, {"etag": '"1"', "content-type": "text/html"}), {"keep": "forever"}),
    "half a document": (Answer('{"half": ', 200, {"etag": '"1"'}), {}),
    "a query that failed in part": (
        Answer({"data": {}, "errors": [{"type": "RATE_LIMITED"}]}), {"keep": "forever", "body": b"{}"},
    ),
    "a query that may change": (Answer({"data": {}}), {"body": b"{}"}),
    "headers alone": (Answer({}, 200, {"etag": '"1"'}), {"keep": "forever", "method": "HEAD"}),
    "a token for the asking": (Answer({"token": "x"}, 200, {"etag": '"1"'}), {"keep": "forever", "is_handout": True}),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "more"), NOT_KEPT.values(), ids=NOT_KEPT)
def test_what_is_no_use_to_another_grade_is_not_kept(tmp_path, answer, more):
    with Server(lambda _: answer) as github:
        for _ in range(2):
            with door(github, tmp_path) as live:
                live.get(asks(github, **more))
    assert ["if-none-match" in call.headers for call in github.calls] == [False, False]


KEPT = {
    "a query's whole answer": (Answer({"data": {}}), {"keep": "forever", "body": b"{}"}),
    "what is no JSON and was not to be": (Answer(b"\x00\xff"), {"keep": "forever", "accept": "application/octet-stream"}),
    "without an ETag, for ever": (Answer({}), {"keep": "forever"}),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "more"), KEPT.values(), ids=KEPT)
def test_what_is_of_use_to_another_grade_is_kept(tmp_path, answer, more):
    with Server(lambda _: answer) as github:
        for _ in range(2):
            with door(github, tmp_path) as live:
                assert live.get(asks(github, **more)).body == answer.body
    assert len(github.calls) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"accept": "text/plain"},
        {"headers": {"X-GitHub-Api-Version": "2026-03-10"}},
        {"body": b"{}"},
    ],
    ids=["another representation", "another version", "another body"],
)
def test_a_request_that_differs_is_kept_apart(tmp_path, other):
    with Server(Counting()) as github, door(github, tmp_path) as live:
        live.get(asks(github, keep="forever"))
        live.get(asks(github, keep="forever", **other))
    assert len(github.calls) == 2


def test_answers_are_kept_apart_by_token(tmp_path):
    with Server(Counting()) as github:
        for token in (TOKEN, "another", "", TOKEN):
            with door(github, tmp_path, token) as live:
                live.get(asks(github, keep="forever"))
    assert len(github.calls) == 3


def test_answers_of_other_services_are_the_same_with_every_token(tmp_path):
    with Server(Counting()) as pypi:
        for token in (TOKEN, "another", ""):
            with door(pypi, tmp_path, token) as live:
                live.get(asks(pypi, service="PyPI", keep="forever"))
    assert len(pypi.calls) == 1


def test_an_outage_is_not_covered_up_by_what_was_kept(tmp_path):
    service = Counting()
    with Server(service) as github, door(github, tmp_path) as live:
        live.get(asks(github))
        service.content, service.status = {"version": 2}, 500
        with pytest.raises(Unavailable):
            live.get(asks(github))


def test_the_files_tell_no_token_and_are_the_owners_alone(tmp_path):
    place = tmp_path / "new" / "cache"
    with Server(Counting()) as github, door(github, place) as live:
        live.get(asks(github))
        files = list(place.iterdir())
        assert {file.name for file in files} == {PLACE, f"{PLACE}-wal", f"{PLACE}-shm"}
        assert not any(TOKEN.encode() in file.read_bytes() for file in files)
        if os.name != "nt":
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
            assert place.stat().st_mode & 0o777 == 0o700


def kept(content, etag='"1"'):
    return Kept(200, {"date": "today"}, etag, "https://host/", content)


def test_what_was_not_used_for_longest_goes_first(tmp_path):
    answers = Answers(tmp_path, bound=100_000)
    keys = [answers.key(str(n)) for n in range(40)]
    for n, key in enumerate(keys):
        answers.keep(key, kept(os.urandom(5000)))
        with sqlite3.connect(tmp_path / PLACE) as database:  # one day after the other
            database.execute("UPDATE answer SET used = ? WHERE key = ?", (n * 100_000, key))
        database.close()
        answers.find(keys[0])  # in use all the time
    found = [n for n, key in enumerate(keys) if answers.find(key)]
    assert found == [0, *range(found[1], 40)]
    assert 10 <= len(found) <= 20
    answers.close()


def test_an_answer_larger_than_all_that_may_be_kept_costs_nothing(tmp_path):
    answers = Answers(tmp_path, bound=10_000)
    answers.keep(answers.key("large"), kept(os.urandom(50_000)))
    assert answers.find(answers.key("large")) is None
    assert answers.note == ""
    answers.close()


def write(place, content):
    place.mkdir(parents=True, exist_ok=True)
    (place / PLACE).write_bytes(content)


def damage(place):
    """Overwrite the middle of a good file."""
    answers = Answers(place)
    for n in range(50):
        answers.keep(answers.key(str(n)), kept(os.urandom(4000)))
    answers.close()
    content = bytearray((place / PLACE).read_bytes())
    content[100:] = os.urandom(len(content) - 100)
    write(place, bytes(content))


def other_tables(place):
    place.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(place / PLACE) as database:
        database.execute("CREATE TABLE answer (something TEXT)")
    database.close()


BROKEN = {
    "bytes": lambda place: write(place, os.urandom(8192)),
    "the beginning of a file": lambda place: write(place, b"SQLite format 3\0" + bytes(50)),
    "a damaged file": damage,
    "other tables": other_tables,
    "a folder in its place": lambda place: (place / PLACE).mkdir(parents=True),
    "a file in the folder's place": lambda place: place.write_bytes(b""),
}


@pytest.mark.parametrize("damaged", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_costs_the_answers_and_is_said_once(tmp_path, damaged):
    place = tmp_path / "cache"
    damaged(place)
    with Server(Counting()) as github, door(github, place) as live:
        for path in ("/one", "/two"):
            assert live.get(asks(github, path)).ok
            assert live.get(asks(github, path)).ok
        (note,) = live.notes
    assert note.startswith(f"answers are not kept between grades: {place / PLACE} ")
    assert "`checker cache clear` empties it, CHECKER_CACHE names another folder" in note
    assert len(github.calls) == 4


@pytest.mark.parametrize("damaged", [name for name in BROKEN if "place" not in name])
def test_clearing_mends_a_broken_file(tmp_path, damaged):
    BROKEN[damaged](tmp_path)
    clear(tmp_path)
    with Server(Counting()) as github:
        for _ in range(2):
            with door(github, tmp_path) as live:
                live.get(asks(github, keep="forever"))
                assert live.notes == ()
    assert len(github.calls) == 1


TAMPERED = {
    "a body cut": "UPDATE answer SET body = substr(body, 1, 5)",
    "a body that unpacks to more": "UPDATE answer SET size = 3",
    "a body that is no bytes": "UPDATE answer SET body = 5",
    "headers that are no mapping": "UPDATE answer SET headers = '[1]'",
    "headers that are no text": "UPDATE answer SET headers = '{\"date\": 1}'",
    "headers that are no JSON": "UPDATE answer SET headers = '{'",
    "a status that is none": "UPDATE answer SET status = 'ok'",
}


@pytest.mark.parametrize("statement", TAMPERED.values(), ids=TAMPERED)
def test_a_row_that_cannot_be_right_is_not_used(tmp_path, statement):
    with Server(Counting()) as github:
        with door(github, tmp_path) as live:
            live.get(asks(github, keep="forever"))
        with sqlite3.connect(tmp_path / PLACE) as database:
            database.execute(statement)
        database.close()
        with door(github, tmp_path) as live:
            assert live.get(asks(github, keep="forever")).json() == {"version": 1}
            assert len(live.notes) == 1
    assert len(github.calls) == 2


def test_a_file_that_cannot_grow_costs_the_answers(tmp_path):
    answers = Answers(tmp_path)
    with sqlite3.connect(tmp_path / PLACE) as database:
        ((pages,),) = database.execute("PRAGMA page_count")
    database.close()
    answers._database.execute(f"PRAGMA max_page_count = {pages}")
    answers.keep(answers.key("it"), kept(os.urandom(100_000)))
    assert "cannot grow, the disk is full" in answers.note
    assert answers.find(answers.key("it")) is None
    answers.close()


def test_a_file_that_is_busy_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.http.cache.BUSY", 0.05)
    with Server(Counting()) as github, door(github, tmp_path) as live:
        live.get(asks(github, "/before", keep="forever"))
        other = sqlite3.connect(tmp_path / PLACE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert live.get(asks(github, "/during", keep="forever")).ok
        other.execute("ROLLBACK")
        other.close()
        assert live.notes == ()
        for path in ("/before", "/during", "/after", "/after"):
            live.get(asks(github, path, keep="forever"))
    assert [call.path for call in github.calls] == ["/before", "/during", "/during", "/after"]


def test_threads_share_a_door(tmp_path):
    barrier = threading.Barrier(8)

    def handle(call):
        return Answer({"path": call.path}, headers={"etag": '"1"'})

    with Server(handle) as github, door(github, tmp_path) as live, ThreadPoolExecutor(8) as pool:

        def work(worker):
            barrier.wait(timeout=10)
            return [
                live.get(asks(github, f"/{n}", keep="forever")).json() == {"path": f"/{n}"}
                for n in range(worker, worker + 25)
            ]

        assert all(all(done) for done in pool.map(work, range(8)))
        assert live.notes == ()
    assert live.counts["GitHub"].asked == len(github.calls)
    assert {call.path for call in github.calls} == {f"/{n}" for n in range(32)}


PROCESS = """
import sys
from pathlib import Path
from checker.http.cache import Answers, Kept
answers = Answers(Path(sys.argv[1]))
for n in range(150):
    key = answers.key(str(n % 50))
    found = answers.find(key)
    assert found is None or found.body == b"x" * (n % 50), found
    answers.keep(key, Kept(200, {}, "", "", b"x" * (n % 50)))
assert not answers.note, answers.note
answers.close()
"""


def test_processes_share_a_folder(tmp_path):
    command = [sys.executable, "-c", PROCESS, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, b"")
    assert size(tmp_path).answers == 50


def test_clearing_forgets_all_and_says_how_much_it_was(tmp_path):
    with Server(Counting()) as github, door(github, tmp_path) as live:
        for path in ("/one", "/two"):
            live.get(asks(github, path))
        assert size(tmp_path).answers == 2
        gone = clear(tmp_path)
        assert gone.answers == 2
        assert gone.bytes > 4096
        assert size(tmp_path).answers == 0
        live.get(asks(github, "/one"))  # a grade that runs at the same time goes on
        assert live.notes == ()
    assert size(tmp_path).answers == 1


def test_a_file_in_use_is_not_cleared_and_stays_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.http.cache.BUSY", 0.05)
    answers = Answers(tmp_path)
    answers.keep(answers.key("it"), kept(b"body"))
    other = sqlite3.connect(tmp_path / PLACE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ValueError, match="is in use by another process"):
        clear(tmp_path)
    other.execute("ROLLBACK")
    other.close()
    assert answers.find(answers.key("it")) == kept(b"body")
    answers.close()
    assert clear(tmp_path).answers == 1


def test_a_folder_that_cannot_be_emptied_says_so(tmp_path, monkeypatch):
    write(tmp_path, os.urandom(8192))

    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ValueError, match=r"cannot be emptied \(Operation not permitted\)"):
        clear(tmp_path)


def test_where_there_is_no_cache_nothing_is_made(tmp_path):
    place = tmp_path / "none"
    assert (size(place), clear(place)) == (Size(0, 0), Size(0, 0))
    assert not place.exists()


def test_the_size_of_a_broken_file_says_what_is_wrong(tmp_path):
    write(tmp_path, os.urandom(8192))
    with pytest.raises(ValueError, match=f"{PLACE} is damaged"):
        size(tmp_path)


FOLDERS = {
    "its own setting": ({"CHECKER_CACHE": "/somewhere/else"}, "/somewhere/else"),
    "a home": ({"CHECKER_CACHE": "~/answers"}, str(Path("~/answers").expanduser())),
}


@pytest.mark.parametrize(("environment", "place"), FOLDERS.values(), ids=FOLDERS)
def test_a_setting_names_the_folder(environment, place):
    assert folder(environment) == Path(place)


@pytest.mark.skipif(sys.platform != "linux", reason="the rule of Linux")
def test_without_a_setting_it_is_where_the_system_keeps_caches(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder({}) == tmp_path / "ml-cicd-workbook"
