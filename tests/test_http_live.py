"""The live door: credentials, redirects, limits, counts; its faults have a table of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses, Request
from checker.http.credentials import Token
from checker.http.failures import Overloaded, RateLimited
from checker.http.live import Count, Live, Patience
from tests.standins.server import Answer, Server

ROOT = Path(__file__).parent.parent
TOKEN = "github_pat_Planted0Secret"
QUICK = Patience(connect=2, idle=2, whole=5, tries=3, pause=0.001, waits=20)


def door(server=None, *, token=TOKEN, patience=QUICK, sleeps=None, cache=None, **addresses):
    if server is not None:
        addresses.setdefault("github", server.url)
    sleep = sleeps.append if sleeps is not None else [].append
    return Live(Addresses(**addresses), token, patience=patience, sleep=sleep, cache=cache)


def asks(server, path="/repos/me/homework", service="GitHub", **more):
    return Request(service, f"{server.url}{path}", "the repository me/homework", **more)


def test_github_is_asked_with_its_token():
    with Server(lambda _: Answer({})) as github, door(github) as live:
        assert live.get(asks(github)).json() == {}
    assert github.calls[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert live.has_token


def test_without_a_token_no_credential_is_sent():
    with Server(lambda _: Answer({})) as github, door(github, token="") as live:
        live.get(asks(github))
    assert "authorization" not in github.calls[0].headers
    assert not live.has_token


def test_other_services_never_get_githubs_token():
    with (
        Server(lambda _: Answer({})) as github,
        Server(lambda _: Answer({})) as pypi,
        door(github, pypi=pypi.url) as live,
    ):
        live.get(asks(pypi, service="PyPI"))
    assert "authorization" not in pypi.calls[0].headers


def test_a_service_at_githubs_own_address_gets_no_token_either():
    with Server(lambda _: Answer({})) as both, door(both, pypi=both.url) as live:
        live.get(asks(both, service="PyPI"))
    assert "authorization" not in both.calls[0].headers


def test_a_token_for_the_asking_goes_to_the_service_that_gave_it():
    with Server(lambda _: Answer({})) as registry, door(registry=registry.url) as live:
        live.get(asks(registry, service="Docker Hub", bearer="handed-out"))
    assert registry.calls[0].headers["authorization"] == "Bearer handed-out"


def test_netrc_is_not_read(tmp_path, monkeypatch):
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(file))
    with Server(lambda _: Answer({})) as pypi, door(pypi=pypi.url) as live:
        live.get(asks(pypi, service="PyPI"))
    assert "authorization" not in pypi.calls[0].headers


def test_loopback_is_asked_without_a_proxy(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with Server(lambda _: Answer({})) as github, door(github) as live:
        assert live.get(asks(github)).ok


def test_a_proxy_of_the_environment_is_used(monkeypatch):
    with Server(lambda call: Answer({"via": call.headers["host"]})) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with door(token="", github="http://github.example.edu") as live:
            page = live.get(Request("GitHub", "http://github.example.edu/repos", "it"))
    assert page.json() == {"via": "github.example.edu"}


def test_a_token_is_not_sent_over_plain_http_to_another_machine():
    with pytest.raises(ValueError, match="a token would travel readable") as error:
        door(github="http://github.example.edu/api/v3")
    assert TOKEN not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://pypi.example.edu/simple",
        "ftp://127.0.0.1/x",
        "https:///x",
        "https://me:you@127.0.0.1/x",
        "http://[/",
        "x",
    ],
)
def test_an_address_that_was_not_set_is_asked_with_tls_or_not_at_all(url):
    with door(token="") as live, pytest.raises(Unavailable, match="PyPI was to be asked"):
        live.get(Request("PyPI", url, "it"))


@pytest.mark.parametrize("status", [200, 201, 403, 404, 409, 410, 422, 451])
def test_a_status_that_says_something_is_an_answer(status):
    with Server(lambda _: Answer({"message": "so"}, status)) as github, door(github) as live:
        page = live.get(asks(github))
    assert (page.status, page.json()) == (status, {"message": "so"})
    assert len(github.calls) == 1


@pytest.mark.parametrize(
    ("status", "tries"),
    [
        (400, 1),
        (401, 1),
        (405, 1),
        (418, 1),
        (500, 3),
        (501, 1),
        (502, 3),
        (503, 3),
        (504, 3),
        (599, 1),
    ],
)
def test_another_status_is_no_answer_and_trouble_is_tried_again(status, tries):
    with (
        Server(lambda _: Answer({}, status)) as github,
        door(github) as live,
        pytest.raises(Unavailable, match=f"GitHub answered {status}") as outage,
    ):
        live.get(asks(github))
    assert len(github.calls) == tries
    assert outage.value.asked == "the repository me/homework"


def test_what_works_at_the_second_try_is_an_answer():
    answers = [Answer(status=503), Answer({"a": 1})]
    sleeps: list[float] = []
    with Server(lambda _: answers.pop(0)) as github, door(github, sleeps=sleeps) as live:
        assert live.get(asks(github)).json() == {"a": 1}
    assert len(sleeps) == 1
    assert 0 < sleeps[0] <= QUICK.pause


def test_the_pause_doubles_and_is_spread_at_random():
    sleeps: list[float] = []
    patience = Patience(whole=3600, tries=6, pause=1, waits=3600)
    with (
        Server(lambda _: Answer(status=500)) as github,
        door(github, patience=patience, sleeps=sleeps) as live,
        pytest.raises(Unavailable),
    ):
        live.get(asks(github))
    assert [0.5 * 2**n <= slept <= 2**n for n, slept in enumerate(sleeps)] == [True] * 5


def test_what_changes_something_is_not_repeated():
    with (
        Server(lambda _: Answer(status=500)) as github,
        door(github) as live,
        pytest.raises(Unavailable),
    ):
        live.get(asks(github, body=b"{}"))
    assert len(github.calls) == 1


def test_a_query_is_repeated_though_it_is_posted():
    answers = [Answer(status=500), Answer({"data": {}})]
    with Server(lambda _: answers.pop(0)) as github, door(github) as live:
        assert live.get(asks(github, "/graphql", body=b'{"query": ""}')).json() == {"data": {}}
    assert [call.headers["content-type"] for call in github.calls] == ["application/json"] * 2


@pytest.mark.parametrize("status", [502, 504])
def test_a_query_that_was_too_large_is_tried_twice_and_said_to_be_so(status):
    with (
        Server(lambda _: Answer(status=status)) as github,
        door(github) as live,
        pytest.raises(Overloaded),
    ):
        live.get(asks(github, "/graphql", body=b"{}"))
    assert len(github.calls) == 2


def test_a_refused_token_is_named_by_where_it_came_from():
    with (
        Server(lambda _: Answer({"message": "Bad credentials"}, 401)) as github,
        door(github, token=Token(TOKEN, "GITHUB_TOKEN")) as live,
        pytest.raises(Unavailable, match="the token from GITHUB_TOKEN is refused") as outage,
    ):
        live.get(asks(github))
    assert TOKEN not in str(outage.value)


def test_a_refused_question_without_a_token_says_which_to_set():
    with (
        Server(lambda _: Answer(status=401)) as github,
        door(github, token="") as live,
        pytest.raises(Unavailable, match="set CHECKER_GITHUB_TOKEN"),
    ):
        live.get(asks(github))


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
LIMITS = {
    "used up": (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": f"{NOON + 720:.0f}"}, "12:12 UTC, in about 12 min"),
    "retry-after": (403, {"retry-after": "90"}, "12:01 UTC, in about 2 min"),
    "retry-after, a date": (403, {"retry-after": formatdate(NOON + 600, usegmt=True)}, "12:10 UTC, in about 10 min"),
    "429": (429, {"retry-after": "3600"}, "13:00 UTC, in about 60 min"),
    "429 that says nothing": (429, {}, "12:01 UTC, in about 1 min"),
    "tomorrow": (429, {"retry-after": "86400"}, "2026-11-21 12:00 UTC, in about 24 h"),
    "no number": (429, {"retry-after": "soon", "x-ratelimit-reset": "9" * 30}, "12:01 UTC, in about 1 min"),
    "reset of what is not used up": (
        429, {"x-ratelimit-remaining": "4000", "x-ratelimit-reset": f"{NOON + 1800:.0f}"}, "12:01 UTC",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("status", "headers", "when"), LIMITS.values(), ids=LIMITS)
def test_a_limit_says_when_it_ends_and_is_not_waited_for(status, headers, when):
    sleeps: list[float] = []
    with (
        Server(lambda _: Answer({}, status, headers), clock=lambda: NOON) as github,
        door(github, sleeps=sleeps) as live,
        pytest.raises(RateLimited, match=when),
    ):
        live.get(asks(github))
    assert (len(github.calls), sleeps) == (1, [])


def test_a_secondary_limit_is_known_by_its_body():
    body = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
    with (
        Server(lambda _: Answer(body, 403)) as github,
        door(github) as live,
        pytest.raises(RateLimited),
    ):
        live.get(asks(github))


def test_a_refusal_without_a_limit_is_an_answer():
    headers = {"x-ratelimit-remaining": "4999", "x-ratelimit-reset": f"{NOON + 720:.0f}"}
    with Server(lambda _: Answer({}, 403, headers)) as github, door(github) as live:
        assert live.get(asks(github)).status == 403


def test_a_short_limit_is_waited_for():
    answers = [Answer(status=429, headers={"retry-after": "2"}), Answer({"a": 1})]
    sleeps: list[float] = []
    with (
        Server(lambda _: answers.pop(0)) as github,
        door(github, sleeps=sleeps, patience=Patience()) as live,
    ):
        assert live.get(asks(github)).json() == {"a": 1}
    assert sleeps == [2]


def test_waits_are_bounded_all_in_all():
    sleeps: list[float] = []
    with (
        Server(lambda _: Answer(status=429, headers={"retry-after": "8"})) as github,
        door(github, sleeps=sleeps, patience=Patience(tries=9, waits=20)) as live,
        pytest.raises(RateLimited),
    ):
        live.get(asks(github))
    assert sleeps == [8, 8]


def test_after_a_limit_a_service_is_not_asked_in_vain_and_the_others_are():
    limit = Answer(status=429, headers={"retry-after": "600"})
    with (
        Server(lambda _: limit) as github,
        Server(lambda _: Answer({})) as pypi,
        door(github, pypi=pypi.url) as live,
    ):
        for path in ("/one", "/two"):
            with pytest.raises(RateLimited):
                live.get(asks(github, path))
        with pytest.raises(RateLimited):  # what GitHub counts apart is asked
            live.get(asks(github, "/graphql", body=b"{}"))
        assert live.get(asks(pypi, service="PyPI")).ok
    assert [call.path for call in github.calls] == ["/one", "/graphql"]


def test_a_limit_without_a_token_says_that_a_token_raises_it():
    with (
        Server(lambda _: Answer(status=429)) as github,
        door(github, token="") as live,
        pytest.raises(
            RateLimited, match="set CHECKER_GITHUB_TOKEN, with a token the limit is higher"
        ),
    ):
        live.get(asks(github))


def test_the_quota_is_githubs_newest():
    def handle(call):
        kind = "graphql" if call.path == "/graphql" else "core"
        left = {"/one": "54", "/two": "53"}.get(call.path, "4000")
        return Answer(
            {},
            headers={
                "x-ratelimit-limit": "60" if kind == "core" else "5000",
                "x-ratelimit-remaining": left,
                "x-ratelimit-reset": f"{NOON:.0f}",
                "x-ratelimit-resource": kind,
            },
        )

    with Server(handle) as github, Server(handle) as hub, door(github, dockerhub=hub.url) as live:
        assert live.quota is None
        live.get(asks(hub, service="Docker Hub"))
        assert live.quota is None
        for path in ("/one", "/two"):
            live.get(asks(github, path))
        assert live.quota.remaining == 53
        live.get(asks(github, "/graphql", body=b"{}"))
    assert [(one.resource, one.remaining, one.limit) for one in live.quotas] == [
        ("core", 53, 60),
        ("graphql", 4000, 5000),
    ]
    assert live.quota == live.quotas[1]
    assert live.quota.reset == datetime.fromtimestamp(NOON, UTC)


@pytest.mark.parametrize("reset", ["", "-1", "soon", "9" * 40, "²"])
def test_a_quota_that_is_none_is_passed_over(reset):
    headers = {
        "x-ratelimit-limit": "60",
        "x-ratelimit-remaining": "5",
        "x-ratelimit-reset": reset.encode().decode("latin-1"),
    }
    with Server(lambda _: Answer({}, headers=headers)) as github, door(github) as live:
        assert live.get(asks(github)).ok
    assert live.quota is None


def test_requests_are_counted_by_service():
    answers = [Answer(status=500), Answer({}), Answer({})]
    with (
        Server(lambda _: answers.pop(0)) as github,
        Server(lambda _: Answer({})) as pypi,
        door(github, pypi=pypi.url) as live,
    ):
        for path in ("/one", "/two"):
            live.get(asks(github, path))
        live.get(asks(pypi, service="PyPI"))
    assert live.counts == {"GitHub": Count(3, 3), "PyPI": Count(1, 1)}


def test_the_time_is_that_of_the_services():
    times = [NOON, NOON + 5, NOON + 1]
    before = datetime.now(UTC)
    with (
        Server(lambda _: Answer({}), clock=lambda: times.pop(0)) as github,
        door(github) as live,
    ):
        assert live.now >= before
        for _ in range(3):
            live.get(asks(github))
    assert live.now == datetime.fromtimestamp(NOON + 5, UTC)


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Foo 2026", "x" * 9000])
def test_a_date_that_is_none_leaves_the_clock(date):
    before = datetime.now(UTC)
    with Server(lambda _: Answer({}, headers={"Date": date})) as github, door(github) as live:
        live.get(asks(github))
    assert live.now >= before


def hops(table):
    """Return a handler that redirects along a table of paths and answers where it ends."""

    def handle(call):
        if call.path in table:
            status, location = table[call.path]
            return Answer(status=status, headers={"location": location})
        return Answer({"path": call.path})

    return handle


def test_a_redirect_on_the_same_host_keeps_the_token():
    table = {"/repos/me/homework": (301, "/repositories/7")}
    with Server(hops(table)) as github, door(github) as live:
        page = live.get(asks(github))
    assert page.json() == {"path": "/repositories/7"}
    assert page.url == f"{github.url}/repositories/7"
    assert github.calls[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_redirect_to_a_named_host_carries_no_credential_there_nor_back():
    here, there = {}, {}
    with Server(hops(here)) as github, Server(hops(there)) as other, door(github) as live:
        here |= {"/one": (302, f"{other.url}/away"), "/two": (302, f"{other.url}/back")}
        there |= {"/back": (302, f"{github.url}/home")}
        named = (github.url.removeprefix("http://"), other.url.removeprefix("http://"))
        assert live.get(asks(github, "/one", redirects=named)).json() == {"path": "/away"}
        assert live.get(asks(github, "/two", redirects=named)).json() == {"path": "/home"}
    assert ["authorization" in call.headers for call in other.calls] == [False, False]
    assert ["authorization" in call.headers for call in github.calls] == [True, True, False]


def test_a_redirect_to_another_host_is_refused_and_that_host_is_not_asked():
    with Server(lambda _: Answer({})) as other:
        table = {"/repos/me/homework": (302, f"{other.url}/steal")}
        with (
            Server(hops(table)) as github,
            door(github) as live,
            pytest.raises(Unavailable, match="GitHub redirected to another host"),
        ):
            live.get(asks(github))
    assert other.calls == []


@pytest.mark.parametrize(
    "location",
    [
        "",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        "http://[",
        "http://me:you@127.0.0.1/",
        "//:0/",
    ],
)
def test_a_redirect_that_leads_nowhere_is_refused(location):
    with (
        Server(hops({"/repos/me/homework": (302, location)})) as github,
        door(github) as live,
        pytest.raises(Unavailable, match="GitHub redirected to an address that is none"),
    ):
        live.get(asks(github))
    assert len(github.calls) == 1


@pytest.mark.parametrize("status", [301, 302, 303])
def test_what_is_posted_is_not_turned_into_a_get(status):
    with (
        Server(hops({"/graphql": (status, "/elsewhere")})) as github,
        door(github) as live,
        pytest.raises(Unavailable, match="redirected what was posted"),
    ):
        live.get(asks(github, "/graphql", body=b"{}"))


@pytest.mark.parametrize("status", [307, 308])
def test_what_is_posted_is_posted_again_where_the_status_says_so(status):
    with Server(hops({"/graphql": (status, "/elsewhere")})) as github, door(github) as live:
        live.get(asks(github, "/graphql", body=b'{"a": 1}'))
    assert [(call.method, json.loads(call.body)) for call in github.calls] == [
        ("POST", {"a": 1})
    ] * 2


def test_a_page_has_only_the_headers_that_a_saved_case_has():
    headers = {"link": "<x>; rel=next", "set-cookie": "a=b", "etag": '"1"', "x-ratelimit-used": "1"}
    with Server(lambda _: Answer({}, headers=headers)) as github, door(github) as live:
        page = live.get(asks(github))
    assert set(page.headers) == {"content-type", "date", "link", "x-ratelimit-used"}


def test_head_asks_for_headers_alone():
    headers = {"docker-content-digest": "sha256:1"}
    with (
        Server(lambda _: Answer(b"body", headers=headers)) as hub,
        door(registry=hub.url) as live,
    ):
        page = live.get(asks(hub, service="Docker Hub", method="HEAD"))
    assert (page.body, page.headers["docker-content-digest"]) == (b"", "sha256:1")


@pytest.mark.parametrize(
    "more", [{}, {"method": "HEAD"}, {"body": b"{}"}], ids=["GET", "HEAD", "POST"]
)
def test_connections_are_used_again(more):
    ports = set()
    with Server(lambda _: Answer({})) as github, door(github) as live:
        accept = github._server.process_request

        def remember(request, address):
            ports.add(address)
            accept(request, address)

        github._server.process_request = remember
        for _ in range(5):
            live.get(asks(github, **more))
    assert len(ports) == 1


LOADED = """
import sys
from checker.cli import main
sys.argv = ["checker", *sys.argv[1:]]
try:
    main()
except SystemExit:
    pass
print("loaded:", *sorted({name.partition(".")[0] for name in sys.modules} & {"requests", "urllib3", "sqlite3"}))
"""


@pytest.mark.parametrize("command", ["--version", "explain", "rubric"])
def test_what_asks_nobody_does_not_load_the_network(command, tmp_path):
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    flow = "on: push\njobs:\n  ci:\n    runs-on: x\n    steps:\n      - run: pytest\n"
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text(flow, encoding="utf-8")
    arguments = [command, str(tmp_path)] if command == "explain" else [command]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded:"
    assert len(done.stdout.splitlines()) > 1
