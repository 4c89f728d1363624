"""Saved cases: what is remembered, what is written, and that the same comes back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses, Page, Request
from checker.http.case import read
from checker.http.failures import Overloaded, RateLimited
from checker.http.replay import Recorder, Replay
from checker.target import Target

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOMEWORK = Target(repository="me/homework", ref="hw5", package="my-library", student="doe_jo")


class Table:
    """A door that answers from a table: url to what comes, one after the other."""

    addresses = Addresses(github="https://github.example.edu/api/v3")
    has_token = True
    now = NOW

    def __init__(self, **answers):
        self.answers = {name: list(given) for name, given in answers.items()}

    def get(self, request):
        given = self.answers[request.url.rpartition("/")[2]]
        answer = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(answer, Unavailable):
            raise answer
        status, headers, body = answer
        return Page(request, status, headers, body, request.url)


def asks(name, **more):
    return Request("GitHub", f"https://github.example.edu/api/v3/{name}", f"the {name}", **more)


def outcome(door, request):
    try:
        page = door.get(request)
    except Unavailable as failure:
        return type(failure), failure.asked, failure.answer, failure.remedy
    return page.status, dict(page.headers), page.body, page.url


def saved(tmp_path, door, target=HOMEWORK):
    file = tmp_path / "case.json"
    door.write(file, target)
    return file


ANSWERS = {
    "text": (200, {"content-type": "application/json"}, b'{"a": 1}'),
    "text that is not English": (200, {}, "Домашнее задание № 5 — ✓".encode()),
    "bytes": (200, {}, b"\x1f\x8b\xff\x00"),
    "nothing": (204, {}, b""),
    "not found": (404, {"link": "<x>; rel=next", "x-ratelimit-remaining": "3"}, b"{}"),
    "line ends": (200, {}, b"a\r\nb\rc\n\x00\x7f\xe2\x80\xa8"),
    "outage": Unavailable("the it", "GitHub answered 503", "try again later"),
    "overloaded": Overloaded("the it", "GitHub answered 502"),
    "limit": RateLimited("the it", "GitHub's limit is reached", "try again after 12:00 UTC"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_what_was_answered_comes_back(tmp_path, answer):
    recorder = Recorder(Table(it=[answer]))
    live = outcome(recorder, asks("it"))
    replay = Replay(read(saved(tmp_path, recorder)))
    assert outcome(replay, asks("it")) == live
    assert outcome(replay, asks("it")) == live


def test_the_settings_come_back(tmp_path):
    recorder = Recorder(Table())
    case = read(saved(tmp_path, recorder))
    replay = Replay(case)
    assert case.target == HOMEWORK
    assert (replay.addresses, replay.has_token, replay.now) == (Table.addresses, True, NOW)


def test_other_addresses_of_the_environment_play_no_part(tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_GITHUB_URL", "https://elsewhere.example")
    recorder = Recorder(Table(it=[ANSWERS["text"]]))
    recorder.get(asks("it"))
    replay = Replay(read(saved(tmp_path, recorder)))
    assert replay.addresses.github == "https://github.example.edu/api/v3"
    assert replay.get(asks("it")).json() == {"a": 1}


def test_what_is_asked_twice_is_answered_in_the_same_order(tmp_path):
    answers = [ANSWERS[name] for name in ("text", "text", "outage", "bytes")]
    recorder = Recorder(Table(it=answers))
    live = [outcome(recorder, asks("it")) for _ in range(4)]
    replay = Replay(read(saved(tmp_path, recorder)))
    assert [outcome(replay, asks("it")) for _ in range(5)] == [*live, live[-1]]


def test_what_was_never_asked_is_not_in_the_case(tmp_path):
    replay = Replay(read(saved(tmp_path, Recorder(Table()))))
    with pytest.raises(Unavailable, match="the runs is not in the saved case"):
        replay.get(asks("runs"))


@pytest.mark.parametrize(
    "other",
    [{"accept": "text/html"}, {"body": b"{}"}, {"method": "HEAD"}],
    ids=["another representation", "another body", "another method"],
)
def test_a_request_that_differs_is_another(tmp_path, other):
    recorder = Recorder(Table(it=[ANSWERS["text"]]))
    recorder.get(asks("it"))
    replay = Replay(read(saved(tmp_path, recorder)))
    with pytest.raises(Unavailable, match="not in the saved case"):
        replay.get(asks("it", **other))


def test_headers_that_say_nothing_are_not_seen_while_recording_either(tmp_path):
    headers = {
        "etag": '"1"',
        "set-cookie": "a=b",
        "content-type": "text/plain",
        "x-github-media-type": "v3",
    }
    recorder = Recorder(Table(it=[(200, headers, b"")]))
    assert recorder.get(asks("it")).headers == {"content-type": "text/plain"}
    text = saved(tmp_path, recorder).read_text(encoding="utf-8")
    assert "etag" not in text
    assert "cookie" not in text


def test_a_token_given_for_the_asking_is_not_saved(tmp_path):
    handout = asks("it", is_handout=True)
    recorder = Recorder(Table(it=[(200, {}, b'{"token": "Handed0Out"}')], next=[ANSWERS["text"]]))
    assert recorder.get(handout).json() == {"token": "Handed0Out"}
    recorder.get(asks("next", bearer="Handed0Out"))
    file = saved(tmp_path, recorder)
    assert "Handed0Out" not in file.read_text(encoding="utf-8")
    replay = Replay(read(file))
    page = replay.get(handout)
    assert page.ok
    assert page.json()["token"]
    assert replay.get(asks("next", bearer=page.json()["token"])).json() == {"a": 1}


def test_an_outage_of_such_a_token_is_saved(tmp_path):
    recorder = Recorder(Table(it=[ANSWERS["outage"]]))
    live = outcome(recorder, asks("it", is_handout=True))
    replay = Replay(read(saved(tmp_path, recorder)))
    assert outcome(replay, asks("it", is_handout=True)) == live


def test_the_time_stands_still_once_it_was_looked_at(tmp_path):
    door = Table()
    recorder = Recorder(door)
    assert recorder.now == NOW
    door.now = NOW.replace(hour=13)
    assert recorder.now == NOW
    assert read(saved(tmp_path, recorder)).now == NOW


def test_the_same_answers_make_the_same_file_in_whatever_order_they_came(tmp_path):
    files = []
    for names in (["one", "two"], ["two", "one"]):
        recorder = Recorder(Table(one=[ANSWERS["text"]], two=[ANSWERS["bytes"]]))
        for name in names:
            recorder.get(asks(name))
        files.append(saved(tmp_path, recorder).read_bytes())
    assert files[0] == files[1]


def test_a_replay_saved_again_is_the_same_file(tmp_path):
    recorder = Recorder(Table(one=[ANSWERS["text"]], two=[ANSWERS["limit"]]))
    for name in ("one", "two"):
        outcome(recorder, asks(name))
    first = saved(tmp_path, recorder).read_bytes()
    again = Recorder(Replay(read(tmp_path / "case.json")))
    for name in ("two", "one"):
        outcome(again, asks(name))
    assert saved(tmp_path, again).read_bytes() == first


def test_text_is_saved_as_text(tmp_path):
    recorder = Recorder(Table(it=[(200, {}, "имя".encode())]))
    recorder.get(asks("it"))
    content = json.loads(saved(tmp_path, recorder).read_text(encoding="utf-8"))
    assert content["answers"][0]["body"] == "имя"


def test_half_a_character_can_be_saved(tmp_path):
    recorder = Recorder(Table(**{"half-\ud800": [ANSWERS["text"]]}))
    recorder.get(asks("half-\ud800"))
    replay = Replay(read(saved(tmp_path, recorder)))
    assert replay.get(asks("half-\ud800")).ok


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    recorder = Recorder(Table(it=[ANSWERS["text"]]))
    file = saved(tmp_path, recorder)
    before = file.read_bytes()
    recorder.get(
        Request("GitHub", "https://github.example.edu/api/v3/it", object())
    )  # a key, but no text
    recorder._answers["x"].append(object())
    with pytest.raises(AttributeError):
        recorder.write(file, HOMEWORK)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["case.json"]


def good():
    """Return what a saved case holds."""
    line = {
        "request": "GET https://host/ application/json",
        "status": 200,
        "url": "",
        "headers": {},
        "body": "",
    }
    return {
        "schema": 1,
        "checker": "0.1.0",
        "target": {"repository": "me/homework"},
        "addresses": {},
        "has_token": False,
        "now": "2026-11-20T12:00:00+00:00",
        "answers": [line],
    }


def with_line(**changes):
    content = good()
    content["answers"][0] |= changes
    return content


OUTAGE = {"request": "x", "outage": "unavailable", "asked": "it", "answer": "no", "remedy": ""}

MALFORMED = {
    "an empty file": (b"", "line 1 is no JSON"),
    "a list": (b"[]", "the file is no mapping"),
    "no JSON": (b'{\n"schema": 1,\n', "line 3 is no JSON"),
    "bytes": (b"\xff\xfe\x00{", "it is no text in UTF-8|line 1 is no JSON"),
    "nested too deeply": (b"[" * 200_000, "it is nested too deeply"),
    "a huge number": (b'{"schema": ' + b"9" * 5000 + b"}", "no saved case"),
    "no schema": ({}, "its `schema` is None: expected 1"),
    "a newer schema": ({"schema": 2}, "its `schema` is 2: a newer checker saved it, update this one"),
    "another schema": ({"schema": "1"}, "its `schema` is '1': expected 1"),
    "no answers": (good() | {"answers": {}}, "its `answers` are no list"),
    "too many answers": (good() | {"answers": [1] * 20_001}, "its `answers` are no list of at most 20000"),
    "an answer that is none": (good() | {"answers": [5]}, "answer 1 is no mapping"),
    "no target": (good() | {"target": None}, "`target` is no mapping"),
    "a target of the future": (good() | {"target": {"planet": "x"}}, "its `target` has 'planet', which this checker reads otherwise"),
    "a target of another kind": (good() | {"target": {"repository": 5}}, "its `target` has 'repository'"),
    "no target in it": (good() | {"target": {}}, "there is nothing to grade"),
    "a target with a bad branch": (good() | {"target": {"repository": "a/b", "ref": "a..b"}}, "is no branch name"),
    "addresses of nobody": (good() | {"addresses": {"gitlab": "https://x"}}, "its `addresses` have 'gitlab'"),
    "an address that is none": (good() | {"addresses": {"github": "x"}}, "expected an address"),
    "an address that is no text": (good() | {"addresses": {"github": 1}}, "its `addresses` have 'github'"),
    "no word on the token": (good() | {"has_token": 1}, "`has_token` of the file is no true or false"),
    "no time": (good() | {"now": "yesterday"}, "its `now` is 'yesterday', which is no moment with a time zone"),
    "a time of nowhere": (good() | {"now": "2026-11-20T12:00:00"}, "no moment with a time zone"),
    "a request that is none": (with_line(request=1), "`request` of answer 1 is no text"),
    "a status that is none": (with_line(status="200"), "`status` of answer 1 is no number"),
    "a status that is true": (with_line(status=True), "`status` of answer 1 is no number"),
    "a status out of bounds": (with_line(status=1000), "the `status` of answer 1 is 1000"),
    "headers that are none": (with_line(headers=[]), "`headers` of answer 1 is no mapping"),
    "a header that is none": (with_line(headers={"date": 1}), "a header of answer 1 is no text"),
    "a body that is none": (with_line(body=None), "`body` of answer 1 is no text"),
    "base64 that is none": (with_line(base64="%"), "the `base64` of answer 1 is none"),
    "an outage of no kind": (good() | {"answers": [OUTAGE | {"outage": "x"}]}, "the `outage` of answer 1 is none of unavailable, overloaded, rate limited"),
    "an outage that says nothing": (good() | {"answers": [{"request": "x", "outage": "unavailable"}]}, "`asked` of answer 1 is no text"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "says"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_answered_with_one_sentence(tmp_path, content, says):
    file = tmp_path / "case.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(ValueError, match=says) as error:
        read(file)
    text = str(error.value)
    assert text.startswith(f"{file} is no saved case: ")
    assert text.endswith("make one with `checker grade … --save FILE`")
    assert "\n" not in text
    assert len(text) < 500


def test_a_well_formed_file_is_read(tmp_path):
    file = tmp_path / "case.json"
    file.write_text(
        json.dumps(good() | {"answers": [*good()["answers"], OUTAGE]}), encoding="utf-8"
    )
    assert [one.status for one in read(file).answers] == [200, 0]


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("checker.http.case.LARGEST", 1_000_000)
    file = tmp_path / "case.json"
    file.write_bytes(b" " * 1_000_001)
    with pytest.raises(ValueError, match="it has more than 1 MB"):
        read(file)


def test_a_file_that_is_not_there_is_the_systems_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.json")
