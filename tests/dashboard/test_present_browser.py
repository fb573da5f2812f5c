"""The page presented, in a real browser: every slide says what the tables say, keys and address
lead through them, the focus stays inside, and the reader comes back to where they were."""

from __future__ import annotations

import pytest

from sim.dashboard import presenter, report
from sim.dashboard.estimates import RunData
from tests.dashboard import replayed, synthetic
from tests.dashboard.test_access_browser import axe
from tests.dashboard.test_report_browser import browser, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["axe", "browser"]

SHOWN = "document.querySelector('.slide')"
PLACE = "(document.querySelector('.slide-place') || {}).textContent"
PICTURE = f"{SHOWN}.querySelector('.slide-picture')"
FOUND = """async () => (await axe.run('.slides')).violations.map(found =>
  found.id + ': ' + found.nodes.map(node => node.target.join(' ')).join(', '))"""
INSIDE = "document.activeElement.closest('.slides') !== null"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The page of a run with a replay, and its slides as (about, says, rests)."""
    tables = replayed.replayed(synthetic.tables(replications=12, issues=60))
    manifest = synthetic.manifest()
    path = report.write_report(tables, manifest, tmp_path_factory.mktemp("slides") / "run.html")
    reading = RunData(tables, manifest)
    slides = [figure.slide for figure in presenter.slides(reading)]
    return path, [(s.about(reading), s.says(reading), s.rests(reading)) for s in slides]


@pytest.fixture
def opened(browser, made):
    """Opens the page at an address; in the end it must have complained of nothing."""
    noise, pages = [], []

    def at(fragment="", width=1600, height=900, **how):
        page = browser.new_page(viewport={"width": width, "height": height}, **how)
        pages.append(page)
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.goto(made[0].as_uri() + fragment)
        page.locator("#present-open").wait_for(state="attached")
        return page

    yield at
    for page in pages:
        page.close()
    assert noise == []


def slide(page):
    """What stands on the slide."""
    return tuple(
        page.evaluate(
            f"({SHOWN}.querySelector('.slide-{part}') || {{textContent: ''}}).textContent"
        )
        for part in ("about", "says", "rests")
    )


def test_keys_lead_through_all_slides_and_back_to_where_the_reader_was(opened, made):
    page = opened(reduced_motion="reduce")
    page.locator("#open-all").click()
    page.evaluate("window.scrollTo(0, 900)")
    address, y = page.url, page.evaluate("scrollY")
    before = page.evaluate("document.querySelector('.stream-issue').value")
    page.evaluate("document.getElementById('present-open').click()")
    seen = []
    for number, key in enumerate((None, "ArrowRight", " ", "PageDown", "ArrowRight"), 1):
        if key:
            page.keyboard.press(key)
        until(page, f"{PLACE} === '{number} / 5'")
        assert page.url.endswith(f"#present={number}") and page.evaluate(INSIDE)
        assert page.evaluate(f"{PICTURE}.querySelector('svg').getBoundingClientRect().height") > 200
        # One screen holds it all.
        assert page.evaluate(f"{SHOWN}.scrollHeight <= {SHOWN}.clientHeight + 1"), number
        seen.append(slide(page))
    assert seen == made[1]
    for key, number in (
        ("End", 5),
        ("ArrowRight", 5),
        ("Home", 1),
        ("PageUp", 1),
        ("ArrowRight", 2),
    ):
        page.keyboard.press(key)
        assert page.evaluate(PLACE) == f"{number} / 5"
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(INSIDE)
    page.keyboard.press("Escape")
    assert page.locator(".slides").count() == 0 and page.url == address
    assert page.evaluate("scrollY") == y
    assert page.evaluate("document.querySelector('#stream .stream-issue').value") == before
    assert page.locator("[inert]").count() == 0


def test_the_replay_plays_in_its_slide_and_an_address_opens_it(opened):
    page = opened("#present=2")
    play = page.locator(".slide .stream-play")
    until(page, "document.querySelector('.slide .stream-play').textContent === 'Pause'")
    assert page.locator("#stream .stream").count() == 0
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".slides").count() == 0 and page.locator("#stream .stream").count() == 1
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    play.wait_for()
    page.locator(".slide-on").click()
    assert page.evaluate(PLACE) == "3 / 5" and page.locator("#stream .stream").count() == 1
    page.locator(".slide-close").click()
    assert page.locator(".slides").count() == 0 and page.evaluate("location.hash") == ""


def test_slides_fit_narrow_and_dark_windows_without_scrolling_aside(opened):
    page = opened("#present=1", 500, 900, color_scheme="dark", reduced_motion="reduce")
    for number in range(1, 6):
        until(page, f"{PLACE} === '{number} / 5'")
        assert page.evaluate(f"{SHOWN}.scrollWidth") <= 500
        shape = page.evaluate(f"{PICTURE}.dataset.shape || 'narrow'")
        assert shape == "narrow"
        page.keyboard.press("ArrowRight")
    ground = "getComputedStyle(document.querySelector('.slides')).backgroundColor"
    assert sum(map(int, page.evaluate(f"{ground}.match(/[0-9]+/g)"))) < 120


def test_axe_finds_nothing_against_any_slide(opened, axe):
    page = opened("#present=1", color_scheme="dark", reduced_motion="reduce")
    page.evaluate(axe)
    for number in range(1, 6):
        until(page, f"{PLACE} === '{number} / 5'")
        assert page.evaluate(FOUND) == []
        page.keyboard.press("ArrowRight")
