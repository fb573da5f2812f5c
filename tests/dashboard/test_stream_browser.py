"""The stream in a real browser: it plays, obeys the slider and the choices, and shows names as
text."""

from __future__ import annotations

import math
from contextlib import contextmanager

import pandas as pd
import pytest

from sim.dashboard import _watched, report
from sim.dashboard._layout import WIDE, layout
from tests.dashboard import replayed, synthetic
from tests.dashboard.test_report_browser import ALL, browser, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser"]

MARKS = """() => [...document.querySelectorAll('.stream .marks .mark.idea')].map(m => {
  const at = m.transform.baseVal.getItem(0).matrix; return [at.e, at.f]; })"""


@contextmanager
def opened(browser, path, width=1400, motion="no-preference"):
    """The page, and a list of whatever it complains of or asks for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion=motion)
    noise = []
    page.on("console", lambda message: noise.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noise.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (noise.append("dialog"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            request.url.startswith(path.as_uri()) or noise.append(f"request: {request.url}")
        ),
    )
    page.goto(path.as_uri() + ALL)
    page.locator(".stream-picture .leaders g").first.wait_for()
    yield page, noise
    page.close()


@pytest.fixture(scope="module")
def tables():
    made = replayed.replayed(synthetic.tables(replications=3, issues=30))
    for name in ("replays", "stories"):
        made[name] = pd.concat([made[name], made[name].assign(issue=2)], ignore_index=True)
    return made


@pytest.fixture(scope="module")
def path(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stream")
    return report.write_report(tables, synthetic.manifest(), folder / "dashboard.html", verdict=[])


def at(page, tick):
    page.locator(".stream-slider").evaluate(
        "(s, t) => { s.value = t; s.dispatchEvent(new Event('input')); }", tick
    )


def test_marks_are_where_the_tables_say(browser, path, tables):
    who = _watched.organisation(tables, "shared")
    places = layout(who, WIDE).places
    with opened(browser, path) as (page, noise):
        at(page, 160)
        assert sorted(page.evaluate(MARKS)) == [
            pytest.approx(p, abs=0.1) for p in sorted((places[3], places[6]))
        ]
        at(page, 164)
        (carried,) = [p for p in page.evaluate(MARKS) if math.dist(p, places[1]) < 1]
        assert carried
        at(page, 167)
        assert {
            k for k in range(7) if any(math.dist(p, places[k]) < 1 for p in page.evaluate(MARKS))
        } == set()
        at(page, 168)
        assert page.evaluate(MARKS) == []
        assert page.locator(".stream .leaders circle.heard").nth(0).get_attribute("r") != "0"
        assert page.locator(".stream .leaders circle.heard").nth(4).get_attribute("r") == "0"
    assert noise == []


def test_it_plays_and_pauses_and_stops_at_the_end(browser, path):
    with opened(browser, path) as (page, noise):
        page.locator(".stream-speed").select_option("4")
        page.locator(".stream-play").click()
        until(page, "document.querySelectorAll('.stream .marks .mark').length > 1")
        first = page.evaluate(MARKS)
        until(page, "Number(document.querySelector('.stream-slider').value) > 161")
        assert page.evaluate(MARKS) != first
        page.locator(".stream-play").click()
        assert page.locator(".stream-play").inner_text() == "Play"
        held = page.locator(".stream-slider").input_value()
        page.wait_for_timeout(300)
        assert page.locator(".stream-slider").input_value() == held
        page.locator(".stream-play").click()
        until(page, "document.querySelector('.stream-slider').value === '180'")
        until(page, "document.querySelector('.stream-play').textContent === 'Play'")
        assert "it takes effect" in page.locator(".stream-caption").inner_text()
    assert noise == []


def test_the_keyboard_moves_time_and_says_which(browser, path):
    with opened(browser, path) as (page, noise):
        slider = page.locator(".stream-slider")
        slider.focus()
        page.keyboard.press("Home")
        assert slider.get_attribute("aria-valuetext").startswith(
            "Day 21, hour 1 – a raises the question"
        )
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext").startswith(
            "Day 22, hour 5 – the room meets: 3 leaders"
        )
        assert page.locator(".stream .leaders g.meeting").count() == 3
        assert page.locator(".stream .room .lit").count() > 3
        page.keyboard.press("End")
        assert page.locator(".stream .leaders g.decider").count() == 1
        assert page.locator(".stream .leaders g.knows").count() == 5
        page.locator(".stream-play").focus()
        page.keyboard.press("Space")
        until(page, "document.querySelector('.stream-play').textContent === 'Pause'")
    assert noise == []


def test_issue_and_policy_are_chosen_and_the_story_follows(browser, path, tables, tmp_path):
    with opened(browser, path) as (page, noise):
        assert page.locator(".stream-issue option").count() == 2
        assert page.locator(".stream-policy option").all_inner_texts() == list(synthetic.VARIANTS)
        at(page, 165)
        page.locator(".stream-policy").select_option("4")
        assert page.locator(".stream-slider").input_value() == "165"
        page.locator(".stream-issue").select_option("0")
        assert page.locator(".stream-slider").input_value() == "172"
        story = page.locator(".stream-story")
        assert "A room of three leaders settled on A" in story.inner_text()
        assert story.locator("tr").count() == 3 and story.locator("li").count() == 1
    assert noise == []


@pytest.mark.parametrize("width", [900, 500])
def test_it_fits_follows_the_window_and_prints_the_end(browser, path, width):
    with opened(browser, path, width) as (page, noise):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".stream").get_attribute("data-shape") == (
            "narrow" if width == 500 else "wide"
        )
        page.set_viewport_size({"width": 480, "height": 900})
        page.locator(".stream[data-shape=narrow]").wait_for()
        assert page.locator(".stream .leaders g").count() == 7
        before = page.locator(".stream-slider").input_value()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".stream .leaders g.decider").count() == 1
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator(".stream-slider").input_value() == before
    assert noise == []


def test_with_less_motion_it_goes_from_tick_to_tick(browser, path):
    with opened(browser, path, motion="reduce") as (page, noise):
        page.locator(".stream-speed").select_option("4")
        page.evaluate(
            "() => { window.places = new Set(); new MutationObserver(() => { "
            "const m = document.querySelector("
            "'.stream .marks .mark.idea'); if (m) window.places.add(m.getAttribute('transform')); "
            "}).observe(document.querySelector('.stream .marks'), {childList: true}); }"
        )
        page.locator(".stream-play").click()
        until(page, "Number(document.querySelector('.stream-slider').value) >= 168")
        assert 1 <= page.evaluate("window.places.size") <= 9
    assert noise == []
