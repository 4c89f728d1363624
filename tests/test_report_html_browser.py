"""The page of a grade in a real browser: nothing is asked, everything fits, day and night and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checker.actions.activity import Activities
from checker.report import html
from tests.browser import chromium
from tests.samples import everything, graded, no_workflows
from tests.test_report_html import HOSTILE, hostile, live

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.oracle]

GRADES = {
    "live": live(),
    "folder": graded(everything()),
    "nothing": graded(Activities(), flows=no_workflows()),
    **{f"hostile {number}": hostile(text) for number, text in enumerate(HOSTILE)},
}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Shown:
    """A page in the browser, with what it asked for and complained of."""

    def __init__(self, browser: Browser, folder: Path, text: str, **settings: object) -> None:
        file = folder / "grade.html"
        file.write_text(text, encoding="utf-8")
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page: Page = browser.new_page(**settings)  # type: ignore[arg-type]
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.goto(file.as_uri())
        self.home = file.as_uri()


@pytest.mark.parametrize("name", GRADES)
def test_a_page_asks_for_nothing_runs_nothing_and_fits_a_phone(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    size = {"width": 360, "height": 740}
    shown = Shown(browser, tmp_path, html.report(GRADES[name]), viewport=size)
    assert [url for url in shown.asked if not url.startswith("data:")] == [shown.home]
    assert shown.said == []
    assert shown.page.evaluate(TOO_WIDE) == 0
    assert shown.page.locator("article.verdict").count() == len(GRADES[name].lines)
    shown.page.close()


@pytest.mark.parametrize(("scheme", "light"), [("light", True), ("dark", False)])
def test_a_page_is_light_by_day_and_dark_by_night(
    scheme: str, light: bool, browser: Browser, tmp_path: Path
) -> None:
    shown = Shown(browser, tmp_path, html.report(live()), color_scheme=scheme)
    ground = _colour(shown.page, "body", "backgroundColor")
    ink = _colour(shown.page, "article.verdict.not-met .reason", "color")
    assert (sum(ground) > sum(ink)) is light
    shown.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(
    scheme: str, browser: Browser, tmp_path: Path
) -> None:
    shown = Shown(browser, tmp_path, html.report(live()), color_scheme=scheme)
    pairs = {
        "p.kicker": "body",
        ".legend .met": "body",
        ".legend .unknown": "body",
        ".legend .not-met": "body",
        "article.verdict .reason": "article.verdict",
        ".links li.not-met .ids a.not-met": ".links li.not-met",
        ".links li.met .count": ".links li.met",
        ".links li.unknown .ids a.unknown": ".links li.unknown",
        ".snippet a": ".snippet",
        ".advice pre .nt": ".advice pre",
    }
    for word, ground in pairs.items():
        contrast = _contrast(
            _colour(shown.page, word, "color"), _colour(shown.page, ground, "backgroundColor")
        )
        assert contrast >= 4.5, f"{word} on {ground}: {contrast:.2f}"  # WCAG 2.2, level AA
    shown.page.close()


def test_paper_shows_all_advice(browser: Browser, tmp_path: Path) -> None:
    shown = Shown(browser, tmp_path, html.report(live()))
    closed = shown.page.locator("details.advice:not([open]) .body").first
    assert not closed.is_visible()
    shown.page.emulate_media(media="print")
    assert closed.bounding_box()["height"] > 50
    assert shown.page.pdf().startswith(b"%PDF")
    shown.page.close()


def _colour(page: Page, selector: str, name: str) -> tuple[float, ...]:
    """Return what a browser makes of a colour: red, green and blue from 0 to 1."""
    text = page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{name}")
    red, green, blue, *_ = (float(part) for part in text[text.index("(") + 1 : -1].split(","))
    return (red / 255, green / 255, blue / 255)


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the contrast ratio of two colours as WCAG 2.2 defines it."""

    def luminance(colour: tuple[float, ...]) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
