"""Feedback is one issue: opened once, brought up to date, and harmless to everybody whose name stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from githubkit_schemas.latest.models import Issue as Described
from markdown_it import MarkdownIt

from checker.cli.commands import checker
from checker.evidence import Unavailable
from checker.http import Addresses
from checker.http.live import Live
from checker.report.feedback import LONGEST, MARK, body, title
from checker.rubric.notices import Notice
from checker.services.github.issues import publish
from tests.samples import graded, mixed
from tests.standins.github import GitHub
from tests.standins.issues import Issues
from tests.standins.outside import outside
from tests.standins.server import Answer, Call, Server
from tests.test_cli_live import environment
from tests.test_live import homework
from tests.test_report_html import HOSTILE, hostile, live

TOKEN = "visibly-fake"


class Prose(HTMLParser):
    """The text of a page outside of code and links: where GitHub looks for names and numbers."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside = 0
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.inside += tag in {"code", "pre", "a"}

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in {"code", "pre", "a"}

    def handle_data(self, data: str) -> None:
        self.words += "" if self.inside else data


@pytest.fixture
def issues() -> Issues:
    return Issues()


@pytest.fixture
def served(issues: Issues) -> Iterator[Server]:
    with Server(issues) as server:
        yield server


@pytest.fixture
def door(served: Server) -> Iterator[Live]:
    with Live(Addresses(github=served.url), TOKEN, sleep=lambda _: None) as door:
        yield door


def test_it_is_opened_once_and_then_brought_up_to_date(issues: Issues, door: Live) -> None:
    first, done = publish("me/hw", MARK, "One", f"{MARK}\n1", door)
    assert (first.number, done, first.url) == (1, "opened", "https://github.com/me/hw/issues/1")
    assert publish("me/hw", MARK, "One", f"{MARK}\n1", door)[1] == "unchanged"
    second, done = publish("me/hw", MARK, "Two", f"{MARK}\n2", door)
    assert (second.number, done) == (1, "updated")
    assert [(one["title"], one["body"]) for one in issues.found] == [("Two", f"{MARK}\n2")]


def test_a_mark_that_somebody_else_planted_is_passed_over(issues: Issues, door: Live) -> None:
    issues.add("student", f"{MARK}\nfull marks")
    assert publish("me/hw", MARK, "One", f"{MARK}\n1", door)[0].number == 2
    assert issues.found[0]["body"] == f"{MARK}\nfull marks"


def test_of_several_the_oldest_is_kept_and_pull_requests_are_none(
    issues: Issues, door: Live
) -> None:
    issues.add("teacher", "another matter")
    issues.add("teacher", f"{MARK}\n", pull_request={"url": "https://api.github.com/x"})
    issues.add("teacher", f"{MARK}\nold")
    issues.add("teacher", f"{MARK}\nnew")
    assert publish("me/hw", MARK, "One", f"{MARK}\n1", door)[0].number == 3


def test_a_closed_one_is_brought_up_to_date_and_stays_closed(issues: Issues, door: Live) -> None:
    issues.add("teacher", f"{MARK}\nold", state="closed")
    found, done = publish("me/hw", MARK, "One", f"{MARK}\n1", door)
    assert (found.number, found.state, done) == (1, "closed", "updated")


def test_a_workflows_own_token_finds_its_issues_too(issues: Issues, door: Live) -> None:
    issues.login = "github-actions[bot]"
    issues.statuses["GET user"] = 403
    publish("me/hw", MARK, "One", f"{MARK}\n1", door)
    assert publish("me/hw", MARK, "Two", f"{MARK}\n2", door)[1] == "updated"


@pytest.mark.parametrize(
    ("verb", "status", "words"),
    [
        ("GET issues", 404, "there is no such repository"),
        ("GET issues", 410, "its issues are switched off"),
        ("POST issues", 403, "the token may not write issues there"),
        ("POST issues", 410, "its issues are switched off"),
        ("POST issues", 422, "GitHub refuses the text"),
    ],
)
def test_where_there_can_be_no_issue_one_sentence_says_why(
    verb: str, status: int, words: str, issues: Issues, door: Live
) -> None:
    issues.statuses[verb] = status
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        publish("me/hw", MARK, "One", f"{MARK}\n1", door)
    assert words in str(caught.value)


@pytest.mark.parametrize("verb", ["POST issues", "PATCH issues"])
def test_what_writes_is_never_sent_twice(
    verb: str, issues: Issues, served: Server, door: Live
) -> None:
    if verb.startswith("PATCH"):
        issues.add("teacher", f"{MARK}\nold")
    issues.statuses[verb] = 502
    with pytest.raises(Unavailable, match="502"):
        publish("me/hw", MARK, "One", f"{MARK}\n1", door)
    assert sum(call.method == verb.split(maxsplit=1)[0] for call in served.calls) == 1


@pytest.mark.parametrize(
    "answer", [b"[]", b"{}", b"<html>", b'[{"number": "1"}]', b'{"login": 7}', b'{"login": "a b"}']
)
def test_a_wrong_answer_is_an_outage(answer: bytes) -> None:
    with (
        Server(lambda _: Answer(answer)) as server,
        Live(Addresses(github=server.url), TOKEN) as door,
        pytest.raises(Unavailable),
    ):
        publish("me/hw", MARK, "One", f"{MARK}\n1", door)


def test_without_a_token_nothing_is_asked(served: Server) -> None:
    with (
        Live(Addresses(github=served.url)) as door,
        pytest.raises(ValueError, match="GITHUB_TOKEN"),
    ):
        publish("me/hw", MARK, "One", f"{MARK}\n1", door)
    assert served.calls == []


def test_the_stand_in_describes_issues_as_github_does(issues: Issues) -> None:
    Described.model_validate(issues.add("student", "x"))


def test_the_body_is_marked_and_keeps_from_the_student_what_is_for_the_teacher() -> None:
    text = body(live())
    assert text.startswith(f"{MARK}\n## me/homework: ")
    assert "fork" not in text
    assert "brought up to date" in text
    assert title(live()) == "CI/CD homework: 13.5 of 30"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_strangers_text_mentions_nobody_and_links_nowhere(text: str) -> None:
    written = body(
        hostile(f"{text[:80]} @somebody me/hw#1 #2 GH-3 @org/team https://github.com/a/b/issues/4")
    )
    html = (
        MarkdownIt("commonmark", {"html": True}).enable("table").render(written.removeprefix(MARK))
    )
    words = Prose(html).words
    assert "somebody" in words
    assert re.search(r"[@#](?=\w)|\bGH-\d", words) is None
    assert "<a " not in html
    assert "<img" not in html
    assert "<script" not in html


def test_a_long_report_is_cut_between_its_parts() -> None:
    grade = graded(mixed())
    whole = body(grade)
    assert "no room here" not in whole
    many = tuple(Notice("x" * 250, "y" * 250) for _ in range(125))
    cut = body(replace(grade, notices=many))
    assert len(cut) <= LONGEST
    assert "no room here" in cut
    assert cut.count("<details>") == cut.count("</details>") < whole.count("<details>")
    huge = body(replace(grade, notices=many * 3))
    assert len(huge) < 1000
    assert huge.startswith(f"{MARK}\n## homework: ")


def test_the_command_writes_once_and_prints_on_a_dry_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with outside() as world:
        homework(world)
        issues = Issues()
        github: GitHub = world.service
        with Server(
            lambda call: issues(_of(call)) if _is_about_issues(call) else github(call)
        ) as server:
            settings = {**environment(world), "CHECKER_GITHUB_URL": server.url}

            def run(*words: str) -> tuple[int, str, str]:
                done = CliRunner().invoke(checker, ["feedback", *words], env=settings)
                return done.exit_code, done.stdout, done.stderr

            status, printed, _ = run("ivanova/hw", "--dry-run")
            assert (status, issues.found) == (0, [])
            assert printed.startswith(
                f"CI/CD homework: 30 of 30\n\n{MARK}\n## ivanova/hw: 30 of 30"
            )
            assert run("ivanova/hw") == (0, "", "opened: https://github.com/me/hw/issues/1\n")
            assert run("ivanova/hw")[2].startswith("unchanged: ")
            assert issues.found[0]["body"] == printed.partition("\n\n")[2].rstrip("\n") + "\n"
            status, _, said = run("ivanova/absent")
            assert status == 3
            assert "nothing was written" in said
            assert len(issues.found) == 1


def _is_about_issues(call: Call) -> bool:
    return call.path == "/user" or "/issues" in call.path


def _of(call: Call) -> Call:
    """Return the same call to the repository that the stand-in knows."""
    return replace(call, path=call.path.replace("ivanova/hw", "me/hw"))
