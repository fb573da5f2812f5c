"""The stream in a real browser: it plays, obeys the slider and the choices, and shows names as
text."""

from __future__ import annotations

import math
import re
from contextlib import contextmanager

import pandas as pd
import pytest

from sim.dashboard import _watched, report
from sim.dashboard._layout import WIDE, layout
from sim.replays import choosing
from tests.dashboard import replayed, synthetic
from tests.dashboard.test_report_browser import browser, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser"]

LEFT = ".stream-pane:nth-of-type(1)"
MARKS = """() => [...document.querySelectorAll('.stream-pane:nth-of-type(1) .mark.idea')].map(m => {
  const at = m.transform.baseVal.getItem(0).matrix; return [at.e, at.f]; })"""


@contextmanager
def opened(browser, path, width=1400, motion="no-preference", fragment="#stream:1"):
    """The page, and a list of whatever it complains of or asks for."""
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion=motion)
    noise = []
    page.on("console", lambda message: noise.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noise.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (noise.append("dialog"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            request.url.split("#")[0] == path.as_uri() or noise.append(f"request: {request.url}")
        ),
    )
    page.goto(path.as_uri() + fragment)
    page.locator(".stream-picture .leaders g").first.wait_for()
    yield page, noise
    page.close()


@pytest.fixture(scope="module")
def tables():
    made = replayed.replayed(synthetic.tables(replications=3, issues=30))
    for name in ("replays", "stories"):
        made[name] = pd.concat([made[name], made[name].assign(issue=2)], ignore_index=True)
    # In the second issue nothing moves for a day before the room meets.
    replays = made["replays"]
    for column in ("tick", "since"):
        later = (replays["issue"] == 2) & (replays[column] >= 172)
        replays.loc[later, column] += 8
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
        discs = page.locator(f"{LEFT} .leaders circle.heard")
        assert discs.nth(0).get_attribute("r") != "0"
        assert discs.nth(4).get_attribute("r") == "0"
    assert noise == []


def test_ideas_have_the_colour_and_size_of_what_they_speak_for(browser, path):
    with opened(browser, path) as (page, noise):
        at(page, 162)
        marks = page.evaluate(
            """() => [...document.querySelectorAll('.stream-pane:nth-of-type(1) .mark.idea')]
              .map(m => [m.getAttribute('class'), Number(m.getAttribute('r')),
                         getComputedStyle(m).fill])"""
        )
        seen = {kind.split("alternative-")[1]: (size, fill) for kind, size, fill in marks}
        assert set(seen) == {"0", "1"} and seen["0"][0] > seen["1"][0]
        assert seen["0"][1] == "rgb(0, 95, 168)" and seen["1"][1] == "rgb(199, 83, 0)"
        assert page.locator(".stream-key li").all_inner_texts()[:2] == ["A", "B"]
    assert noise == []


def test_ideas_are_seen_to_end_where_they_ended(browser, path):
    with opened(browser, path) as (page, noise):
        crosses = page.locator(f"{LEFT} .ended")
        at(page, 161)
        assert crosses.count() == 0
        at(page, 163)
        assert crosses.count() == 1
        assert "never passed on" in crosses.first.locator("title").text_content()
        at(page, 173)
        assert page.locator(f"{LEFT} .waits").count() == 1
        at(page, 174)
        why = [each.locator("title").text_content() for each in crosses.all()]
        assert sorted(text.split(": ")[-1] for text in why) == [
            "never passed on",
            "never said in the room",
            "unread",
        ]
        assert page.locator(f"{LEFT} .waits").count() == 0
    assert noise == []


def test_two_policies_share_one_clock_and_the_worth_melts(browser, path, tables):
    with opened(browser, path) as (page, noise):
        assert page.locator(".stream-pane:visible").count() == 2
        titles = page.locator(".stream-title").all_inner_texts()
        at(page, 165)
        left = page.locator(".stream-left")
        early = left.all_inner_texts()
        at(page, 173)
        late = left.all_inner_texts()
        assert all("at stake" in text for text in early + late)
        shares = [
            [int(text.split("at stake, ")[1].split(" ")[0]) for text in some]
            for some in (early, late)
        ]
        assert all(a > b for a, b in zip(*shares, strict=True))
        at(page, 180)
        decisions = tables["decisions"].query("replication == 0").set_index(["variant", "issue"])
        issue = int(page.locator(".stream-issue option:checked").inner_text().split(":")[0])
        for title, text in zip(titles, left.all_inner_texts(), strict=True):
            value = decisions.loc[(title, issue), "value"]
            assert f"worth {value:.3f}".replace("-", "\u2212") in text
            assert text.startswith("decided: A, ")
        page.locator(".stream-beside").select_option("")
        assert page.locator(".stream-pane:visible").count() == 1
    assert noise == []


def test_it_plays_skips_what_is_idle_and_stops_at_the_end(browser, path):
    with opened(browser, path, fragment="#stream:2:shared:cascade") as (page, noise):
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
        page.evaluate(
            "() => { window.clocks = []; new MutationObserver(() => window.clocks.push("
            "document.querySelector('.stream-clock').textContent)).observe("
            "document.querySelector('.stream-clock'), {childList: true, subtree: true}); }"
        )
        page.locator(".stream-play").click()
        until(page, "document.querySelector('.stream-slider').value === '188'")
        until(page, "document.querySelector('.stream-play').textContent === 'Play'")
        assert "8 hours in which nothing moves: skipped" in "".join(page.evaluate("clocks"))
        assert "it takes effect" in page.locator(".stream-caption").first.inner_text()
    assert noise == []


def test_the_keyboard_moves_time_and_says_which(browser, path):
    with opened(browser, path) as (page, noise):
        slider = page.locator(".stream-slider")
        slider.focus()
        page.keyboard.press("Home")
        assert slider.get_attribute("aria-valuetext").startswith(
            "Day 21, hour 1. shared: a raises the question"
        )
        for _ in range(12):
            page.keyboard.press("ArrowRight")
        said = slider.get_attribute("aria-valuetext")
        assert said.startswith(
            "Day 22, hour 5 \u2013 12 hours after the question arose. shared: the"
        )
        assert page.locator(f"{LEFT} .leaders g.meeting").count() == 3
        assert page.locator(f"{LEFT} .room .lit").count() > 3
        page.keyboard.press("End")
        assert page.locator(f"{LEFT} .leaders g.decider").count() == 1
        assert page.locator(f"{LEFT} .leaders g.knows").count() == 5
        page.locator(".stream-play").focus()
        page.keyboard.press("Space")
        until(page, "document.querySelector('.stream-play').textContent === 'Pause'")
    assert noise == []


def test_the_keyboard_alone_reaches_every_choice_in_order(browser, path):
    with opened(browser, path) as (page, noise):
        page.locator(".stream-issue").focus()
        reached = []
        for _ in range(9):
            reached.append(page.evaluate("document.activeElement.className.split(' ')[0]"))
            page.keyboard.press("Tab")
        names = ("issue", "policy", "beside", "most", "link", "play", "back", "on", "slider")
        assert reached == [f"stream-{name}" for name in names]
        slider = page.locator(".stream-slider")
        slider.focus()
        page.keyboard.press("Home")
        page.locator(".stream-on").focus()
        page.keyboard.press("Enter")
        assert slider.input_value() == "161"
        page.keyboard.press("Enter")
        page.locator(".stream-back").focus()
        page.keyboard.press("Enter")
        assert slider.input_value() == "161"
    assert noise == []


def test_issue_and_policy_are_chosen_and_the_story_follows(browser, path):
    with opened(browser, path) as (page, noise):
        assert page.locator(".stream-issue option").count() == 2
        assert page.locator(".stream-policy option").all_inner_texts() == list(synthetic.VARIANTS)
        at(page, 165)
        page.locator(".stream-policy").select_option("4")
        assert page.locator(".stream-slider").input_value() == "165"
        page.locator(".stream-issue").select_option("0")
        assert page.locator(".stream-slider").input_value() == "172"
        story = page.locator(".stream-story").first
        assert "A room of three leaders settled on A" in story.inner_text()
        assert story.locator("tr").count() == 3 and story.locator("li").count() == 1
        at(page, 171)
        assert story.locator(".told").count() == 0
        at(page, 173)
        assert story.locator(".told").all_inner_texts() == [story.locator("li").inner_text()]
    assert noise == []


def test_an_address_opens_an_issue_under_two_policies(browser, path, tables):
    last = choosing.replayable(tables["decisions"], synthetic.VARIANTS)[-1]
    with opened(browser, path, fragment="#stream:2:consensus:cascade") as (page, noise):
        assert page.locator(".stream-issue").input_value() == "1"
        assert page.locator(".stream-title").all_inner_texts() == ["consensus", "cascade"]
        link = page.locator(".stream-link")
        assert link.get_attribute("href") == "#stream:2:consensus:cascade"
        page.locator(".stream-beside").select_option("")
        assert link.get_attribute("href") == "#stream:2:consensus"
        page.evaluate("location.hash = '#stream:1:shared'")
        until(page, "document.querySelector('.stream-issue').value === '0'")
        assert page.locator(".stream-pane:visible").count() == 1
        for number, said in (
            (last, f"Issue {last} is not recorded in this page. This command makes a page that "),
            (last + 1, f"There is no issue {last + 1} in this replication: there are 1 to {last}."),
        ):
            page.evaluate(f"location.hash = '#stream:{number}'")
            until(page, f"document.querySelector('.stream-missing').textContent.includes({number})")
            assert page.locator(".stream-missing").inner_text().startswith(said)
            if number == last:
                again = page.locator(".stream-missing code").inner_text()
                assert again.startswith("leaderstream run ") and f" --replay {last}" in again
    assert noise == []


def test_the_issue_in_which_two_policies_differ_most_is_played(browser, path, tables):
    with opened(browser, path, fragment="#stream:1:shared:delegated") as (page, noise):
        gaps = choosing.apart(tables["decisions"], "shared", "value").loc[[1, 2], "delegated"].abs()
        page.locator(".stream-most").click()
        until(page, "document.querySelector('.stream-play').textContent === 'Pause'")
        shown = page.locator(".stream-issue option:checked").inner_text()
        assert shown.startswith(f"{gaps.idxmax()}:")
    assert noise == []


def test_pause_can_be_read_while_the_pointer_is_on_it(browser, path):
    with opened(browser, path) as (page, noise):
        button = page.locator(".stream-play")
        button.click()
        button.hover()
        ink, ground = button.evaluate(
            "b => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
        )
        assert contrast(ink, ground) >= 4.5
    assert noise == []


def contrast(*colours):
    """The contrast of two colours, as WCAG 2 defines it."""
    lights = []
    for colour in colours:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("width", [900, 500])
def test_it_fits_follows_the_window_and_prints_the_end(browser, path, width):
    with opened(browser, path, width) as (page, noise):
        shown = page.locator(".stream-pane").first
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.get_attribute("data-shape") == "short"
        page.locator(".stream-beside").select_option("")
        assert shown.get_attribute("data-shape") == ("narrow" if width == 500 else "wide")
        page.set_viewport_size({"width": 480, "height": 900})
        page.locator(".stream-pane[data-shape=narrow]").wait_for()
        assert page.locator(f"{LEFT} .leaders g").count() == 7
        before = page.locator(".stream-slider").input_value()
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator(f"{LEFT} .leaders g.decider").count() == 1
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
