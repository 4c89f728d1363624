"""A repository on GitHub, read once over the network and again from the saved case: the same comes out."""

from __future__ import annotations

import pytest

from checker.evidence import Unavailable
from checker.http import Addresses
from checker.http.case import read
from checker.http.live import Live, Patience
from checker.http.replay import Recorder, Replay
from checker.services.github import records_of, runs_of, snapshot
from checker.target import Target
from tests.standins.faulty import FAULTS, Faulty
from tests.standins.github import GitHub

CI = "on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n"
HOMEWORK = Target(repository="ivanova/hw")
PATIENCE = Patience(connect=5, idle=0.5, whole=5, tries=2, pause=0.001)


def look(door):
    """Return all that is read of a repository, or what was unavailable."""
    found = []
    try:
        seen = snapshot(HOMEWORK, door)
        files = seen.repository.files
        found += [seen.project, files.paths, [files.text(path) for path in files.paths]]
        runs = runs_of(seen.project.full_name, door)
        found += [runs, records_of(seen.project, runs.all, door)]
    except Unavailable as failure:
        found.append((type(failure), failure.asked, str(failure)))
    return found


@pytest.fixture
def github():
    with GitHub().running() as server:
        homework = server.world.repository("ivanova/hw", {".github/workflows/ci.yml": CI})
        homework.run(at="2026-11-03T10:00:00Z")
        homework.tag("v1.0.0")
        homework.run(branch="v1.0.0", at="2026-11-04T10:00:00Z", fails="pytest")
        yield server


@pytest.mark.parametrize("with_token", [True, False], ids=["with a token", "without"])
def test_a_repository_is_the_same_from_a_saved_case(github, tmp_path, monkeypatch, with_token):
    recorder = Recorder(github.door(None if with_token else "", cache=tmp_path / "cache"))
    live = look(recorder)
    assert len(live) == 5 or not with_token
    recorder.write(tmp_path / "case.json", HOMEWORK)
    asked = len(github.calls)
    monkeypatch.setenv("CHECKER_GITHUB_URL", "https://elsewhere.example")
    assert look(Replay(read(tmp_path / "case.json"))) == live
    assert len(github.calls) == asked


@pytest.mark.parametrize("path", ["/graphql", ".*/runs", ".*/jobs", ".*"])
@pytest.mark.parametrize(
    "fault",
    ["500", "502", "429", "403 primary", "401", "connection reset", "cut", "a web page", "no JSON", "gzip bomb", "time-out", "redirect loop"],
)  # fmt: skip
def test_what_goes_wrong_goes_wrong_in_the_same_way_from_a_saved_case(
    github, tmp_path, fault, path
):
    with (
        Faulty(github.url) as front,
        Live(
            Addresses(github=front.url),
            github.world.token(),
            patience=PATIENCE,
            sleep=lambda _: None,
        ) as door,
    ):
        front.breaks(path, FAULTS[fault])
        recorder = Recorder(door)
        live = look(recorder)
        recorder.write(tmp_path / "case.json", HOMEWORK)
    assert live
    assert look(Replay(read(tmp_path / "case.json"))) == live
