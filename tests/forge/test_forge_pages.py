"""The forge's pages: nothing of a student's becomes markup, nothing is fetched from elsewhere, a run is seen live."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from checker.campus.forge.pages import providers
from checker.campus.forge.pages.diagram import Diagram, diagram
from checker.campus.forge.pages.providers import Item, provides, shelves
from checker.campus.forge.pages.words import log_lines, markdown, size, took
from checker.campus.people import Person
from checker.campus.place import Place
from checker.campus.store import Job, Repository, Run, Step
from tests.browser import chromium
from tests.forges import Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
README = f"""# Title {EVIL}
[a](javascript:alert(1)) [b](data:text/html,x) ![p](http://evil.example/p.png) <http://example.com/> {EVIL}
<iframe src="http://evil.example"></iframe>
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def fill(running: Running, name: str) -> tuple[Repository, Run]:
    """Make a repository whose every text is hostile, with a run that is going on."""
    anna: Person = running.anna
    row = running.repository(name)
    base = f"/repos/{row.full_name}"

    def put(path: str, text: str, **more: str) -> None:
        content = base64.b64encode(text.encode()).decode()
        given = {"message": f"Say {EVIL}", "content": content, **more}
        reply = running.ask("PUT", f"{base}/contents/{urllib.parse.quote(path)}", anna, given)
        assert reply.status == 201, reply.body

    put("README.md", README)
    put(f"src/{EVIL.replace('/', '_')}.py", f"x = '{EVIL}'\n" * 3)
    sha = running.site.bare(row).resolve("refs/heads/main")
    branch = "<b>&'topic"
    assert (
        running.ask(
            "POST", f"{base}/git/refs", anna, {"ref": f"refs/heads/{branch}", "sha": sha}
        ).status
        == 201
    )
    put("t.txt", EVIL, branch=branch)
    opened = {"title": EVIL, "body": README, "head": branch, "base": "main"}
    assert running.ask("POST", f"{base}/pulls", anna, opened).status == 201
    running.ask("POST", f"{base}/issues", anna, {"title": EVIL, "body": README})
    running.ask("POST", f"{base}/issues/2/comments", running.boris, {"body": README})
    running.ask(
        "POST", f"{base}/releases", anna, {"tag_name": "v<1>", "name": EVIL, "body": README}
    )
    running.ask("PATCH", base, anna, {"description": EVIL})
    store = running.site.store
    run = store.add(
        Run(
            row.id,
            1,
            EVIL,
            EVIL,
            "push",
            branch,
            sha,
            1,
            "ivanova_anna",
            EVIL,
            1.7e9,
            "in_progress",
            "",
            2,
            1.7e9,
        )
    )
    lint = store.add(
        Job(run.id, f"lint {EVIL}", "lint", 2, "completed", "success", 1.7e9, 1.7e9 + 4)
    )
    test = store.add(
        Job(run.id, "test", "test", 2, "in_progress", "", 1.7e9, 0.0, json.dumps(["lint"]))
    )
    store.add(Job(run.id, "publish", "publish", 2, "queued", "", 0.0, 0.0, json.dumps(["test"])))
    log = "".join(f"2026-11-02T10:00:0{n}.1234567Z {EVIL} {'long ' * 60}\n" for n in range(5))
    store.add(Step(lint.id, 1, EVIL, "completed", "failure", 1.7e9, 1.7e9 + 1, log))
    store.add(Step(test.id, 1, "Set up job", "in_progress", "", 1.7e9))
    found = store.one(Repository, id=row.id)
    assert found is not None
    return found, run


@pytest.fixture(scope="module")
def filled(running: Running) -> tuple[Repository, Run]:
    return fill(running, "hostile")


def paths(running: Running, filled: tuple[Repository, Run]) -> list[str]:
    row, run = filled
    home = f"/{row.full_name}"
    jobs = running.site.store.find(Job, run=run.id)
    evil = urllib.parse.quote(f"src/{EVIL.replace('/', '_')}.py")
    topic = urllib.parse.quote("<b>&'topic")
    return [
        "/",
        f"/{row.owner}",
        home,
        f"{home}/tree/main/src",
        f"{home}/tree/{topic}",
        f"{home}/blob/main/{evil}",
        f"{home}/blob/main/README.md",
        f"{home}/commits",
        f"{home}/commits/{topic}",
        f"{home}/commit/main",
        f"{home}/pulls",
        f"{home}/pull/1",
        f"{home}/issues",
        f"{home}/issues/2",
        f"{home}/releases",
        f"{home}/actions",
        f"{home}/actions/runs/{run.id}",
        *(f"{home}/actions/runs/{run.id}/job/{job.id}" for job in jobs),
        f"{home}/packages",
    ]


class Seen(HTMLParser):
    """The tags of a page, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.handlers.append(name)
            if name in {"href", "src"}:
                self.targets.append(value or "")


def test_nothing_of_a_student_s_becomes_markup(
    running: Running, filled: tuple[Repository, Run]
) -> None:
    for path in paths(running, filled):
        reply = running.ask("GET", running.site.url + path)
        assert reply.status == 200, path
        seen = Seen()
        seen.feed(reply.body.decode())
        assert seen.handlers == [], path
        assert not seen.tags & {"iframe", "img", "form", "object", "embed"}, path
        scripts = reply.body.count(b"<script")
        assert scripts == reply.body.count(b'<script src="/static/live.js" defer></script>'), path
        outside = {one for one in seen.targets if not one.startswith(("/", "#", "?"))}
        # a picture becomes a link, which is followed by hand or never
        assert outside <= {"http://example.com/", "http://evil.example/p.png"}, path
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "unsafe" not in reply.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/nobody",
        "/nobody/nothing",
        "/ivanova_anna/hostile/tree/nothing",
        "/ivanova_anna/hostile/blob/main/x",
        "/ivanova_anna/hostile/pull/99",
        "/ivanova_anna/hostile/actions/runs/999",
        "/ivanova_anna/hostile/commit/nothing",
        "/ivanova_anna/hostile/issues/x",
    ],
)
@pytest.mark.usefixtures("filled")
def test_what_is_not_there_is_said(path: str, running: Running) -> None:
    reply = running.ask("GET", running.site.url + path)
    assert reply.status == 404
    assert b"Not here" in reply.body


def test_a_file_as_it_is_is_never_a_page(running: Running, filled: tuple[Repository, Run]) -> None:
    url = f"{running.site.url}/{filled[0].full_name}/raw/main/README.md"
    reply = running.ask("GET", url)
    assert reply.body.decode() == README
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]


def test_the_address_that_git_is_given_leads_to_the_page(
    running: Running, filled: tuple[Repository, Run]
) -> None:
    reply = running.ask("GET", f"{running.site.url}/{filled[0].full_name}.git")
    assert (reply.status, reply.headers["location"]) == (301, f"/{filled[0].full_name}")


def test_an_empty_repository_says_how_to_push(running: Running) -> None:
    row = running.repository("nothing-yet")
    page = running.ask("GET", f"{running.site.url}/{row.full_name}").body.decode()
    assert f"git remote add campus {running.site.url}/{row.full_name}.git" in page


class TestPackages:
    @pytest.fixture
    def known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(providers, "_PROVIDERS", {})

    @pytest.mark.usefixtures("known")
    def test_other_parts_tell_what_there_is(self, running: Running) -> None:
        @provides("Packages")
        def packages(place: Place, repository: Repository) -> Sequence[Item]:
            assert place == running.place
            return [Item(repository.name, "http://127.0.0.1/x", "1.0")]

        (shelf,) = shelves(running.place, Repository("anna", "hw", 1.0))
        assert (shelf.title, shelf.items[0].name, shelf.problem) == ("Packages", "hw", "")

    @pytest.mark.usefixtures("known")
    def test_one_that_does_not_answer_hides_no_other(self, running: Running) -> None:
        @provides("Packages")
        def broken(place: Place, repository: Repository) -> Sequence[Item]:
            raise OSError(f"the index of {place.root.name} does not answer to {repository.name}")

        @provides("Images")
        def images(place: Place, repository: Repository) -> Sequence[Item]:
            return [Item(f"{repository.name} in {place.root.name}")]

        first, second = shelves(running.place, Repository("anna", "hw", 1.0))
        assert "does not answer" in first.problem
        assert second.items


class TestTheGraphOfJobs:
    def draw(self, *jobs: tuple[str, list[str]]) -> Diagram:
        return diagram(
            [
                Job(1, key, key, needs=json.dumps(needs), id=n)
                for n, (key, needs) in enumerate(jobs, 1)
            ]
        )

    def columns(self, found: Diagram) -> dict[str, int]:
        xs = sorted({box.x for box in found.boxes})
        return {box.job.key: xs.index(box.x) for box in found.boxes}

    def test_a_job_stands_right_of_all_that_it_waits_for(self) -> None:
        found = self.draw(
            ("publish", ["build", "lint"]), ("build", ["test"]), ("lint", []), ("test", [])
        )
        assert self.columns(found) == {"lint": 0, "test": 0, "build": 1, "publish": 2}
        assert len(found.arrows) == 3

    def test_jobs_that_wait_for_nothing_stand_below_each_other(self) -> None:
        found = self.draw(("a", []), ("b", []))
        assert self.columns(found) == {"a": 0, "b": 0}
        assert found.arrows == ()
        assert len({box.y for box in found.boxes}) == 2

    def test_every_job_of_a_matrix_has_its_arrow(self) -> None:
        found = self.draw(("test", []), ("test", []), ("publish", ["test"]))
        assert len(found.arrows) == 2

    @pytest.mark.parametrize("needs", ["[", "3", '["nothing"]', '["a"]', "[[]]"])
    def test_needs_that_make_no_sense_draw_no_arrow(self, needs: str) -> None:
        assert diagram([Job(1, "a", "a", needs=needs, id=1)]).arrows == ()

    def test_a_circle_is_cut(self) -> None:
        assert len(self.draw(("a", ["b"]), ("b", ["a"])).boxes) == 2

    def test_no_jobs_are_no_graph(self) -> None:
        assert diagram([]).boxes == ()


@pytest.mark.parametrize(
    ("started", "ended", "words"),
    [
        (0, 5, ""),
        (10, 9, ""),
        (10, 10.25, "0.2 s"),
        (10, 52, "42 s"),
        (10, 200, "3 min 10 s"),
        (10, 7_300, "2 h 1 min"),
    ],
)
def test_a_length_of_time_is_said(started: float, ended: float, words: str) -> None:
    assert took(started, ended) == words


@pytest.mark.parametrize(("count", "words"), [(9, "9 B"), (1_500, "1.5 kB"), (2_340_000, "2.3 MB")])
def test_a_size_is_said(count: int, words: str) -> None:
    assert size(count) == words


def test_a_log_is_split_into_times_and_lines() -> None:
    assert log_lines("2026-11-02T10:00:01.5Z one\nplain\n") == [("10:00:01", "one"), ("", "plain")]
    assert len(log_lines("x\n" * 5_000)) == 2_000


def test_markdown_is_written_as_it_is_read() -> None:
    assert str(markdown("**a** | `b`")) == "<p><strong>a</strong> | <code>b</code></p>\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Shown:
    """A page in the browser, with what it asked for and complained of."""

    def __init__(self, browser: Browser, url: str, **settings: Any) -> None:
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page: Page = browser.new_page(**settings)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.goto(url)


@pytest.mark.slow
@pytest.mark.oracle
class TestInABrowser:
    def test_every_page_fits_a_phone_asks_nobody_else_and_runs_nothing(
        self, browser: Browser, running: Running, filled: tuple[Repository, Run]
    ) -> None:
        for path in paths(running, filled):
            shown = Shown(browser, running.site.url + path, viewport={"width": 360, "height": 740})
            assert [url for url in shown.asked if not url.startswith(running.site.url)] == []
            assert shown.said == [], path
            assert shown.page.evaluate(TOO_WIDE) == 0, path
            shown.page.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_every_word_stands_out_from_its_ground(
        self, scheme: Any, browser: Browser, running: Running, filled: tuple[Repository, Run]
    ) -> None:
        from tests.test_report_html_browser import _colour, _contrast

        row, run = filled
        url = f"{running.site.url}/{row.full_name}/actions/runs/{run.id}"
        shown = Shown(browser, url, color_scheme=scheme)
        grounds = {
            "h1": "body",
            "main .soft": "body",
            ".tabs a": "body",
            ".badge.success": ".badge.success",
            ".badge.in_progress": ".badge.in_progress",
            ".badge.queued": ".badge.queued",
            ".steps a": ".card",
        }
        for word, ground in grounds.items():
            text = _colour(shown.page, word, "color")
            contrast = _contrast(text, _colour(shown.page, ground, "backgroundColor"))
            assert contrast >= 4.5, f"{word}: {contrast:.2f}"  # WCAG 2.2, level AA
        paper = _colour(shown.page, "body", "backgroundColor")
        assert (sum(paper) > 1.5) is (scheme == "light")
        shown.page.close()

    def test_a_run_is_seen_going_on_without_a_reload(
        self, browser: Browser, running: Running
    ) -> None:
        row, run = fill(running, "live")
        store = running.site.store
        shown = Shown(browser, f"{running.site.url}/{row.full_name}/actions/runs/{run.id}")
        page = shown.page
        page.evaluate("window.still = true")
        assert page.locator(".graph .job.in_progress").count() == 1
        assert page.locator(".graph .arrow").count() == 2
        for job in store.find(Job, run=run.id):
            store.change(
                job, status="completed", conclusion="success", started=1.7e9, completed=1.7e9 + 5
            )
        page.locator(".graph .job.success >> nth=2").wait_for(timeout=20_000)
        store.change(run, status="completed", conclusion="success", updated=1.7e9 + 9)
        page.locator('#live[data-live="no"]').wait_for(timeout=20_000)
        assert page.evaluate("window.still") is True
        assert page.locator("h1 .badge.success").count() == 1
        page.locator(".graph a >> nth=0").click()
        page.locator("details.step").first.wait_for()
        assert "alert(1)" in page.locator("pre.log").first.inner_text()
        assert shown.said == []
        page.close()

    def test_what_was_opened_stays_open_while_the_page_goes_on(
        self, browser: Browser, running: Running
    ) -> None:
        row, run = fill(running, "open")
        store = running.site.store
        job = store.find(Job, run=run.id)[1]
        store.add(Step(job.id, 2, "Run pytest", "queued"))
        page = Shown(
            browser, f"{running.site.url}/{row.full_name}/actions/runs/{run.id}/job/{job.id}"
        ).page
        page.locator("#step-2 summary").click()
        step = store.one(Step, job=job.id, number=2)
        assert step is not None
        store.change(
            step,
            status="completed",
            conclusion="success",
            started=1.7e9,
            completed=1.7e9 + 1,
            log="2026-11-02T10:00:00Z it works\n",
        )
        page.get_by_text("it works").wait_for(timeout=20_000)
        assert page.locator("#step-2[open]").count() == 1
        page.close()
