"""Strangers' text acts in no medium: not in a terminal, not in Markdown, not in a diagram."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.report.escape import code, markdown, mermaid, plain

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\x9b31m",
    "\x1b]0;title\x07",
    "a\rb",
    "a\nb\tc",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "zero\u200bwidth\ufeff",
    "\ud800 lone",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "`code` and ``more`` and `",
    "| cell | cell |",
    "[link](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "@somebody fixes #1",
    "https://evil.example www.evil.example",
    '"] --> evil["',
    "click n1 call alert()",
    "&lt;b&gt; &amp;",
    "[bold]rich markup[/bold]",
    "$(rm -rf /)",
    "Привет, мир 🎉 👩‍🔬",
    "",
    "x" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_terminal_acts(text: str) -> None:
    shown = plain(text)
    assert not re.search(
        r"[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown
    )
    assert len(shown) < 3000
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "␛[31m"),
        ("a\x00b\x7f", "a␀b␡"),
        ("a\nb", "a b"),
        ("\u202e", "\\u202e"),
        ("\x9b", "\\u009b"),
        ("\ud800", "\\ud800"),
        ("Привет 👩‍🔬", "Привет 👩‍🔬"),
    ],
)
def test_what_cannot_be_sent_is_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("escape", [markdown, code])
def test_markdown_renders_nobodys_html_links_or_images(text: str, escape: object) -> None:
    html = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(
            f"| a | b |\n|---|---|\n| {escape(text)} | end |\n"  # type: ignore[operator]
        )
    )
    tags = set(re.findall(r"</?([a-z]+)", html))
    assert tags <= {"table", "thead", "tbody", "tr", "th", "td", "code", "p"}
    assert html.count("<td>") == 2


def test_markdown_mentions_no_issue_by_its_other_name() -> None:
    assert "GH-1" not in markdown("see GH-1")
    assert markdown("pypa/gh-action-pypi-publish") == "pypa/gh-action-pypi-publish"


def test_markdown_mentions_nobody() -> None:
    assert "@somebody" not in markdown("@somebody fixes #1")
    assert "#1" not in markdown("@somebody fixes #1")


def test_what_stands_between_backticks_is_code() -> None:
    assert markdown("see `a|b` and `c`") == "see `a\\|b` and `c`"
    assert markdown("one ` alone") == "one \\` alone"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_mermaid_label_stays_inside_its_quotes(text: str) -> None:
    label = mermaid(text)
    assert not set(label) & set("\"`<>[](){}|\\'\n")
    assert re.fullmatch(r"(?:[\w .,/=+@…-]|#\d+;)*", label)


@given(st.text())
def test_no_text_at_all_breaks_a_line_or_the_escapes(text: str) -> None:
    for shown in (plain(text), markdown(text), code(text), mermaid(text)):
        assert len(shown.splitlines()) <= 1
        shown.encode("utf-8")
