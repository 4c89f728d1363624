"""A grade as people read it: in a terminal of any width, and in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len

from checker.actions.activity import Activities
from checker.evidence import Unavailable
from checker.grading import Grade
from checker.report import markdown
from checker.report.terminal import terminal
from checker.rubric.settings import read
from checker.rubric.verdict import unknown
from tests.past import all_of_it, pushed
from tests.samples import everything, graded, missed, mixed, no_workflows, workflows
from tests.test_report_html import COMMIT, live

HOSTILE = "\x1b[31m<b>[red]|`x`\u202e"


@pytest.mark.parametrize("width", [40, 60, 80, 120, 300])
@pytest.mark.parametrize("found", [everything(), mixed()], ids=["everything", "mixed"])
def test_no_line_is_wider_than_the_window_except_code(width: int, found: Activities) -> None:
    lines = terminal(graded(found), width=width).splitlines()
    assert [line for line in lines if cell_len(line) > width and not line.startswith("    ")] == []
    assert not any(line.endswith(" ") for line in lines)


def test_each_criterion_has_its_mark_and_points() -> None:
    text = terminal(graded(mixed()), width=100)
    for line in (
        r"✓ CI2 .* 2/2",
        r"✗ CI3 .* 0/2",
        r"\? CI5 .* –/3",
        r"CI · Lint and test every change +5 of 10",
    ):
        assert re.search(line, text)


def test_what_is_not_met_says_why_and_where() -> None:
    text = terminal(graded(mixed()), width=100)
    assert "`--exit-zero` swallows every failure of flake8" in text
    assert ".github/workflows/ci.yml:14  - run: make lint" in text


def test_what_is_met_says_where_on_the_same_line() -> None:
    assert "pytest runs on every push and pull request · ci.yml:18" in terminal(graded(mixed()))


def test_advice_shows_the_yaml_for_the_first_gap_of_each_item_and_names_the_rest() -> None:
    text = terminal(graded(mixed()), width=100)
    advice = text.partition("What to do next")[2]
    assert advice.count("uses: pypa/gh-action-pypi-publish@release/v1") == 1
    assert re.findall(r"^(\w+\d) · ", advice, re.MULTILINE) == ["CI3", "LIB1", "IMG2"]
    assert "Then LIB2, LIB3, IMG3." in advice


def test_yaml_is_never_cut_however_narrow_the_window() -> None:
    text = terminal(graded(mixed()), width=40)
    assert "          - uses: pypa/gh-action-pypi-publish@release/v1\n" in text


def test_a_perfect_grade_needs_no_advice() -> None:
    assert "What to do next" not in terminal(graded(everything()))


def test_the_footer_says_what_stays_open_and_the_exit_status() -> None:
    text = terminal(graded(everything()), width=100)
    assert "17 of 30; 13 could not be graded: a folder shows no runs" in text
    assert "exit status 3" in text


def test_no_workflows_is_a_kind_first_step_not_a_wall_of_red() -> None:
    text = terminal(graded(Activities(), flows=no_workflows()), width=100, colour=True)
    assert "There are no workflows yet." in text
    assert text.count("\x1b[31m") + text.count("\x1b[1;31m") <= 1  # the bar
    plain = terminal(graded(Activities(), flows=no_workflows()), width=100)
    assert "no step runs a linter" not in plain
    assert re.findall(r"^(\w+\d) · ", plain, re.MULTILINE) == ["CI1"]


def test_colours_only_where_they_are_wanted() -> None:
    assert "\x1b" not in terminal(graded(mixed()))
    assert "\x1b[" in terminal(graded(mixed()), colour=True)


def test_dropping_everything_but_one_item_leaves_one_table() -> None:
    text = terminal(graded(mixed(), rubric=read("drop: [CI, IMG]", "r.yaml")))
    assert "LIB · " in text
    assert "CI · " not in text


def hostile() -> Grade:
    near = missed("publish", HOSTILE, HOSTILE)
    flows = workflows(HOSTILE, stray=(f"x/.github/workflows/{HOSTILE}.yml",))
    return graded(Activities((), (near,)), name=HOSTILE, flows=flows)


def test_a_hostile_name_does_nothing_in_a_terminal() -> None:
    for colour in (True, False):
        text = terminal(hostile(), width=100, colour=colour)
        assert "\u202e" not in text
        assert "␛[31m<b>[red]|" in text
    assert "\x1b" not in terminal(hostile())


def test_a_hostile_name_does_nothing_in_markdown() -> None:
    html = (
        MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown.report(hostile()))
    )
    assert "<b>[" not in html
    assert "\u202e" not in html
    assert set(re.findall(r"</?([a-z]+\d?)", html)) <= {
        "h2", "h3", "p", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "code", "br",
        "em", "strong", "details", "summary", "b", "pre",
    }  # fmt: skip


def test_markdown_has_a_row_for_each_criterion_and_advice_for_each_gap() -> None:
    grade = graded(mixed())
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown.report(grade))
    rows = re.findall(r"<tr>\n<td>(.)</td>\n<td>(\w+)</td>", html)
    assert [id for _, id in rows] == [line.criterion.id for line in grade.lines]
    assert html.count("<details>") == len(grade.unmet)
    assert "homework: 8 of 30" in html
    assert "<code>.github/workflows/ci.yml:14</code> <code>- run: make lint</code>" in html


def test_the_chain_is_a_line_for_each_item() -> None:
    lines = terminal(live(), width=100).splitlines()
    drawn = [line for line in lines if re.match(r"(CI|LIB|IMG) +[✓✗?…] configured", line)]
    assert [re.findall(r"[✓✗?…] (?:configured|ran|delivered)", line) for line in drawn] == [
        ["✗ configured", "✓ ran"],
        ["✗ configured", "✓ ran", "✓ delivered"],
        ["✗ configured", "✗ ran", "? delivered"],
    ]
    assert not any("configured" in line for line in terminal(graded(mixed())).splitlines())


def test_lateness_flags_and_gaps_are_told_in_a_terminal() -> None:
    text = terminal(live(), width=100)
    assert "late by 1 min: 50 %" in text
    assert "For the teacher to look at" in text
    assert text.index("fork of `you/homework`") > text.index("For the teacher to look at")
    assert "actions/runs/2/job/21" in text


def test_several_gaps_are_told_one_by_one() -> None:
    past = all_of_it()
    gaps = (Unavailable("x", "Docker Hub answered 503"),)
    library = replace(past["library"], listings=(), gaps=(Unavailable("y", "PyPI answered 502"),))
    grade = graded(everything(), **{**past, "library": library, "pushed": pushed(gaps=gaps)})
    text = terminal(grade, width=100)
    assert "24 of 30; 6 could not be graded:" in text
    assert "  3 (LIB5, LIB6): PyPI answered 502" in text
    assert "  3 (IMG5, IMG6): Docker Hub answered 503" in text


def test_a_repository_that_could_not_be_had_is_a_sentence() -> None:
    grade = graded(Activities())
    unseen = tuple(
        replace(line, verdict=unknown("GitHub answered 503")) for line in grade.items[0].lines
    )
    blank = replace(grade, default_branches=(), items=(replace(grade.items[0], lines=unseen),))
    assert terminal(blank, width=100).splitlines() == [
        "homework",
        "",
        "0 of 30; 10 could not be graded: GitHub answered 503",
    ]
    assert "| CI1 |" not in markdown.report(blank)


def test_markdown_shows_the_chain_with_links_to_runs_and_lines() -> None:
    text = markdown.report(live())
    assert "| | configured | → ran | → delivered |" in text
    assert "[Run publish: success](<https://github.com/me/hw/actions/runs/2/job/21>)" in text
    assert f"(<https://github.com/me/homework/blob/{COMMIT}/.github/workflows/ci.yml#L14>)" in text
    assert "*2 Nov 2026 12:03 UTC: late by 1 min: 50 %*" in text
    assert text.index("### For the teacher to look at") < text.index("fork of")
