"""A grade as a page: everything is said, nothing acts, and no link leads where it should not."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from checker.actions.activity import Activities
from checker.evidence import Unavailable
from checker.grading import Grade, number
from checker.report import html
from checker.report.chain import chains
from checker.report.links import Links
from checker.rubric.notices import Notice
from checker.rubric.settings import read
from checker.rubric.verdict import Outcome, Seen, unknown
from tests.past import all_of_it, executions, pushed, ran
from tests.samples import everything, graded, missed, mixed, no_workflows, workflows

RUN = "https://github.com/me/hw/actions/runs/2"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></pre></textarea><b>",
    "<!-- --><base href=//evil.example>",
    "{{ 7 * 7 }}{% include 'page.css' %}",
    "[x](javascript:alert(1)) ![i](https://evil.example/x.png)",
    "`<b>` and `code` and ` alone",
    "*<i>x</i>*",
    "\x1b[31mred",
    "\u202egnp.exe\u202c",
    "&lt;b&gt;&#x3c;",
    "\ud800",
    "x" * 5000,
    "مرحبا שלום",
]
TAGS = set(
    "a article aside bdi body code details div em footer h1 h2 h3 h4 head header html i li link main"
    " meta ol p pre section span strong style summary table tbody td th thead time title tr ul".split()
)
ATTRIBUTES = set(
    "aria-label aria-labelledby charset class content datetime href http-equiv id lang name open rel role style title"
    " width".split()
)


class Page(HTMLParser):
    """Reads a page as a browser does, and remembers tags, attributes, links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]
        self.links += [value or "" for name, value in attributes if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def live() -> Grade:
    """Return a grade with every outcome, with times, with lateness, and with a flag."""
    found = all_of_it()
    gap = Unavailable("the image me/app", "Docker Hub answered 503", "ask again later")
    failed = ran("image-push", "tag", "failure", id=3, target="dockerhub")
    history = executions(ran("publish", "merge", id=2, target="pypi"), failed)
    past = found | {"history": history, "pushed": pushed(gaps=(gap,))}
    rubric = read("deadlines: {soft: 2026-11-02T12:02+00:00, late: 50%}", "rubric.yaml")
    grade = graded(mixed(), name="me/homework", rubric=rubric, **past)
    fork = Notice("The repository is a fork of `you/homework`.", "Compare the two.", is_flag=True)
    return replace(
        grade,
        page="https://github.com/me/homework",
        commit=COMMIT,
        ref="hw5",
        notices=(*grade.notices, fork),
    )


def hostile(text: str) -> Grade:
    """Return a grade in which a student has put the same text wherever students can put text."""
    flows = workflows(text, stray=(f"x/.github/workflows/{text}.yml",))
    grade = graded(Activities((), (missed("publish", text, text),)), name=text, flows=flows)
    notice = Notice(text, text, (Seen(text, text, 3), Seen(text, url=text)))
    return replace(
        grade,
        ref=text,
        chosen=text,
        default_branches=(text,),
        page=text,
        commit=text,
        notices=(notice,),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_strangers_text_makes_neither_tags_nor_attributes_nor_links(text: str) -> None:
    written = html.report(hostile(text))
    page = Page(written)
    assert set(page.tags) <= TAGS
    assert {name for name, _ in page.attributes} <= ATTRIBUTES
    assert all(re.fullmatch(r"#[A-Z]+\d|data:,", link) for link in page.links)
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x1b\ud800]", written)
    assert page.tags.count("style") == 1
    written.encode("utf-8")


def test_a_page_asks_nothing_of_the_network_and_runs_nothing() -> None:
    written = html.report(live())
    assert "<script" not in written
    assert "@import" not in written
    assert "url(" not in written
    assert "default-src 'none'" in written
    page = Page(written)
    assert not {"img", "iframe", "object", "video", "form", "base"} & set(page.tags)
    assert not any(name.startswith("on") or name == "src" for name, _ in page.attributes)


def test_each_verdict_is_there_with_its_reason_its_line_and_its_points() -> None:
    grade = live()
    written = html.report(grade)
    page = Page(written)
    ids = [value for name, value in page.attributes if name == "id"]
    for line in grade.lines:
        assert ids.count(line.criterion.id) == 1
        assert line.criterion.statement in page.text
        assert line.verdict.reason.replace("`", "") in page.text
        assert all(seen.text in page.text for seen in line.verdict.seen)
    assert f"{number(grade.points)} of {number(grade.of)}" in page.text
    assert "Docker Hub answered 503: ask again later IMG5 IMG6 3" in page.text


def test_times_lateness_and_deadlines_are_told() -> None:
    text = Page(html.report(live())).text
    assert "2 Nov 2026 12:02 UTC" in text
    assert "late by 1 min: 50 %" in text
    assert "Soft deadline: 2 Nov 2026 12:02 UTC; what is newer keeps 50 % of its points." in text


def test_a_flag_is_for_the_teacher_and_a_notice_for_the_student() -> None:
    written = html.report(live())
    flags = written.partition('id="flags"')[2].partition("<section")[0]
    assert "The repository is a fork of <code>you/homework</code>." in flags
    assert 'id="flags"' not in html.report(graded(everything()))
    assert '<aside class="notice">' in html.report(graded(Activities(), flows=no_workflows()))


def test_a_quoted_line_leads_to_its_place_at_the_graded_commit() -> None:
    links = Page(html.report(live())).links
    blob = f"https://github.com/me/homework/blob/{COMMIT}/.github/workflows"
    assert f"{blob}/ci.yml#L14" in links
    assert RUN in links


def test_without_a_commit_a_quoted_line_is_a_place_and_no_link() -> None:
    page = Page(html.report(replace(live(), commit="", page="")))
    assert not any("/blob/" in link for link in page.links)
    assert ".github/workflows/ci.yml:14" in page.text


def test_what_to_do_next_has_the_yaml_to_copy_and_the_first_of_each_item_open() -> None:
    written = html.report(live())
    section = written.partition('id="next"')[2].partition('id="verdicts"')[0]
    opened = re.findall(r'<details class="advice" open>\s*<summary><span class="id">(\w+)', section)
    assert opened == ["CI3", "LIB1", "IMG2"]
    assert len(re.findall("<details", section)) == len(live().unmet)
    assert "uses: pypa/gh-action-pypi-publish@release/v1" in Page(section).text


def test_a_grade_without_gaps_or_unmet_criteria_has_no_section_for_them() -> None:
    page = html.report(graded(everything()))
    assert 'id="next"' not in page
    assert 'id="gaps"' in page
    whole = graded(everything(), **all_of_it())
    assert 'id="gaps"' not in html.report(whole)


def test_a_repository_that_could_not_be_had_has_no_verdicts_to_show() -> None:
    grade = graded(Activities())
    unseen = tuple(
        replace(line, verdict=unknown("GitHub answered 503")) for line in grade.items[0].lines
    )
    blank = replace(grade, default_branches=(), items=(replace(grade.items[0], lines=unseen),))
    written = html.report(blank)
    assert 'id="verdicts"' not in written
    assert "GitHub answered 503" in written.partition('id="gaps"')[2]


def test_nothing_yet_is_a_first_step_and_not_a_wall_of_red() -> None:
    written = html.report(graded(Activities(), flows=no_workflows()))
    assert '<body class="start">' in written
    assert written.count('<details class="advice" open>') == 1
    assert '<body class="start">' not in html.report(live())


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://github.com/me/homework/actions/runs/17/job/3", True),
        ("https://hub.docker.com/r/me/app/tags?name=1.0", True),
        ("https://index.example.edu:8443/project/x/", True),
        ("http://127.0.0.1:8080/me/homework", True),
        ("https://GitHub.com/me", True),
        ("https://github.com@evil.example/", False),
        ("https://github.com.evil.example/", False),
        ("https://evil.example/github.com", False),
        ("http://127.0.0.1:8081/me/homework", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//github.com/me", False),
        ('https://github.com/" onclick="x', False),
        ("https://github.com/a b", False),
        ("https://github.com/\u202e", False),
        ("https://github.com/\n", False),
        ("https://github.com/" + "x" * 2000, False),
        ("https://[github.com/", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_services_are_followed(url: str, followed: bool) -> None:
    assert bool(Links("index.example.edu:8443", "127.0.0.1:8080").safe(url)) is followed


def test_packages_pages_on_both_indexes_are_followed() -> None:
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    home = PYPI_SIMPLE_ENDPOINT.removesuffix("simple/")
    for page in (f"{home}project/x/1.0/", f"{home.replace('://', '://test.')}project/x/1.0/"):
        assert Links().safe(page) == page


def test_a_chain_has_a_link_for_each_level_and_the_missing_one_speaks() -> None:
    ci, library, image = chains(live())
    assert [one.level for one in ci.links] == ["configured", "ran"]
    assert [one.level for one in library.links] == ["configured", "ran", "delivered"]
    assert [one.outcome for one in library.links] == [Outcome.NOT_MET, Outcome.MET, Outcome.MET]
    assert library.links[0].telling.criterion.id == "LIB1"
    assert (library.links[0].met, library.links[2].met) == (0, 2)
    assert [one.outcome for one in image.links] == [
        Outcome.NOT_MET,
        Outcome.NOT_MET,
        Outcome.UNKNOWN,
    ]
    assert image.links[2].seen is None
