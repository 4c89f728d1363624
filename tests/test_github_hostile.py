"""Answers that GitHub would not give: each ends as evidence or as one sentence, never as a crash."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses, Page, Request
from checker.http.failures import Overloaded, RateLimited
from checker.services.github import attempt_of, records_of, runs_of, snapshot
from checker.services.github.fields import MAX_ITEMS, MAX_TEXT, Fields
from checker.target import Target
from tests.standins.github import GitHub, job
from tests.watchdog import watchdog

CI = "on: push\njobs: {check: {runs-on: ubuntu-latest, steps: [{run: pytest}, {run: bash a.sh}]}}\n"
HOMEWORK = Target(repository="ivanova/hw")
Change = Callable[[Request, Any], Any]


class Twisting:
    """A door that changes what another one answers; its pages are made once."""

    def __init__(self, door: Any) -> None:
        self.addresses: Addresses = door.addresses
        self.has_token: bool = door.has_token
        self.now = datetime(2026, 11, 5, tzinfo=UTC)
        self.change: Change = lambda _, content: content
        self._door = door
        self._pages: dict[str, Page] = {}

    def get(self, request: Request) -> Page:
        page = self._pages.get(request.key)
        if page is None:
            page = self._pages[request.key] = self._door.get(request)
        if "json" not in page.headers.get("content-type", ""):
            return page
        return replace(page, body=json.dumps(self.change(request, page.json())).encode())


def look(door: Any) -> list[Any]:
    """Read all that can be read; return what was found, or the outage alone."""
    try:
        return list(everything(door))
    except (Unavailable, ValueError) as failure:
        return [failure]


def everything(door: Any) -> Iterator[Any]:
    found = snapshot(HOMEWORK, door)
    files = found.repository.files
    yield found.project
    yield [files.text(path) for path in files.paths]
    runs = runs_of("ivanova/hw", door)
    yield records_of(found.project, runs.all, door)
    yield [attempt_of(found.project, run, 1, door) for run in runs.all if run.attempt > 1]


@pytest.fixture(params=["with a token", "without one"])
def door(request: pytest.FixtureRequest) -> Iterator[Twisting]:
    github = GitHub()
    repo = github.world.repository("ivanova/hw", {".github/workflows/ci.yml": CI, "a.sh": "ls\n"})
    repo.push("hw5", {"b.py": ""})
    repo.pull_request("hw5")
    repo.tag("v1", annotated=True)
    repo.release("v1")
    repo.again(repo.run())
    repo.run(jobs=[job("check", [f"Step {n}" for n in range(60)])])
    with github.running():
        yield Twisting(github.door(None if request.param == "with a token" else ""))


WRONG: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**70,
    1e300,
    "",
    "x",
    "\ud800",
    "\x1b[31m",
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00+23:59",
    [],
    [None],
    [[]],
    {},
    {"nodes": 5},
)


def twisted(content: Any, noise: random.Random) -> Any:
    """Return a copy with one thing in it replaced, taken out, or doubled."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            places.append((value, key))
            if isinstance(inner, (dict, list)):
                walk(inner)

    whole = json.loads(json.dumps([content]))
    walk(whole)
    holder, key = noise.choice(places)
    if isinstance(holder, dict) and noise.random() < 0.2:
        del holder[key]
    else:
        holder[key] = noise.choice(WRONG)
    return whole[0]


@pytest.mark.parametrize("seed", range(4))
def test_one_wrong_value_anywhere_is_survived(door: Twisting, seed: int) -> None:
    assert len(look(door)) == 4  # nothing is wrong yet
    noise = random.Random(seed)
    outages = []
    for _ in range(150):
        door.change = lambda _, one: twisted(one, noise) if noise.random() < 0.2 else one
        found = look(door)
        outages += found if len(found) == 1 else []
    assert 0 < len(outages) < 150
    assert all(len(str(outage)) < 1_000 and str(outage).isprintable() for outage in outages)


@pytest.mark.parametrize(
    "content",
    [None, [], {}, "text", 5, {"data": None}, {"data": []}, {"data": {"repository": []}}, {"errors": 5}, [5]],
    ids=str,
)  # fmt: skip
def test_another_shape_altogether_is_one_sentence(door: Twisting, content: Any) -> None:
    door.change = lambda _, __: content
    found = look(door)
    assert isinstance(found[0], Unavailable)
    assert "GitHub" in str(found[0])


def test_errors_that_only_graphql_has_become_what_they_mean() -> None:
    github = GitHub()
    github.world.repository("ivanova/hw", {".github/workflows/ci.yml": CI})
    with github.running():
        for kind, message, expected in (
            ("RATE_LIMITED", "API rate limit exceeded", RateLimited),
            ("RESOURCE_LIMITS_EXCEEDED", "Resource limits for this query exceeded", Overloaded),
            (
                "",
                "Something went wrong while executing your query. It may be a timeout.",
                Overloaded,
            ),
            ("INSUFFICIENT_SCOPES", "Your token has not been granted the scopes", Unavailable),
        ):
            github.instead.clear()
            error = {"message": message} | ({"type": kind} if kind else {})
            github.fail("/graphql", 200, content={"data": None, "errors": [error]})
            with pytest.raises(expected) as caught:
                snapshot(HOMEWORK, github.door())
            assert type(caught.value) is expected


@pytest.mark.parametrize("status", [403, 404, 422])
def test_a_refusal_of_graphql_is_told_with_its_reason(status: int) -> None:
    github = GitHub()
    with github.running():
        github.fail("/graphql", status, content={"message": "Your IP\x1b[31m is not allowed"})
        with pytest.raises(Unavailable, match=f"GitHub answered {status}: Your IP"):
            snapshot(HOMEWORK, github.door())


def test_part_of_an_answer_is_kept_and_what_a_grade_needs_is_not_guessed() -> None:
    github = GitHub()
    github.world.repository("ivanova/hw", {".github/workflows/ci.yml": CI})
    with github.running():
        door = Twisting(github.door())

        def without(key: str) -> Change:
            def change(_: Request, content: Any) -> Any:
                content["data"]["repository"][key] = None
                message = "Something about\x1b[31m it"
                error = {"type": "INTERNAL", "path": ["repository", key], "message": message}
                return content | {"errors": [error]}

            return change

        door.change = without("releases")
        assert snapshot(HOMEWORK, door).project.releases == ()
        door.change = without("tags")
        with pytest.raises(Unavailable, match="did not tell its tags: Something about"):
            snapshot(HOMEWORK, door)


@pytest.mark.parametrize("gone", ["tree", "entries"])
def test_files_that_were_not_listed_are_no_empty_commit(gone: str) -> None:
    github = GitHub()
    github.world.repository("ivanova/hw", {".github/workflows/ci.yml": CI})
    with github.running():
        door = Twisting(github.door())

        def change(_: Request, content: Any) -> Any:
            head = content["data"]["repository"]["defaultBranchRef"]["target"]
            (head if gone == "tree" else head["tree"])[gone] = None
            return content

        door.change = change
        with pytest.raises(Unavailable, match="did not list the files of a commit"):
            snapshot(HOMEWORK, door)


def test_ten_thousand_branches_are_read_in_bounds(door: Twisting) -> None:
    def change(request: Request, content: Any) -> Any:
        if request.url.endswith("/graphql"):
            branches = content["data"].get("repository", {}).get("branches")
            if branches:
                branches["nodes"] = branches["nodes"] * 5_000
                branches["totalCount"] = 10_000
        elif "/branches" in request.url:
            content = content * 5_000
        return content

    door.change = change
    project = look(door)[0]
    assert len(project.branches) == MAX_ITEMS


def test_huge_names_are_cut_and_half_characters_replaced() -> None:
    page = Page(Request("GitHub", "https://x", "a thing"), 200, {})
    fields = Fields({"name": "x" * 10_000_000, "half": "a\ud800b"}, page)
    assert fields.text("name") == "x" * MAX_TEXT
    assert fields.text("half") == "a?b"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020-01-20T09:42:40.000-08:00", datetime(2020, 1, 20, 17, 42, 40, tzinfo=UTC)),
        ("2026-11-02T09:00:00Z", datetime(2026, 11, 2, 9, tzinfo=UTC)),
        (None, None),
    ],
)
def test_times_are_read_with_their_offsets(value: str | None, expected: datetime | None) -> None:
    page = Page(Request("GitHub", "https://x", "a thing"), 200, {})
    assert Fields({"at": value}, page).time("at") == expected


@pytest.mark.parametrize("value", ["2026-11-02T09:00:00", "yesterday", 5, [], "", "9" * 1_000_000])
def test_what_is_no_time_is_no_answer(value: object) -> None:
    page = Page(Request("GitHub", "https://x", "a thing"), 200, {})
    with pytest.raises(Unavailable, match="something else than a time"):
        Fields({"at": value}, page).time("at")


SLOW = {
    "newlines": "\n" * 1_000_000,
    "blanks": " " * 1_000_000,
    "triggers": "on:" * 300_000,
    "calls": "uses:./.github/workflows/" * 40_000,
    "releases": "  release\n" * 100_000,
    "dots": "a." * 500_000,
    "slashes": "a/" * 500_000,
}


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("with_token", [True, False], ids=["with a token", "without one"])
def test_a_text_made_to_be_slow_is_read_in_time(text: str, with_token: bool) -> None:
    github = GitHub()
    scripts = {f"scripts/{n}": f"{n}" for n in range(500)}
    repo = github.world.repository("ivanova/hw", {".github/workflows/ci.yml": text} | scripts)
    repo.run(jobs=[job("check", ["Run pytest"])])
    repo.push("main", {"a.py": ""})
    with github.running(), watchdog():
        door = github.door(None if with_token else "")
        found = snapshot(HOMEWORK, door)
        assert found.repository.files.text("scripts/7") == "7"
        assert records_of(found.project, runs_of("ivanova/hw", door).all, door)
