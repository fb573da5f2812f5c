"""The live app in a real browser: dials move the figures, tabs keep to themselves, nothing leaves
this machine."""

from __future__ import annotations

import json
import re
import shutil
import threading
from contextlib import contextmanager

import pytest

from sim.comparison.questions import answers
from sim.experiments.keys import policy_key
from sim.scenario import Scenario
from tests.dashboard.fonts import SWITCHES
from tests.dashboard.test_access_browser import FOUND, axe
from tests.dashboard.test_report_browser import until
from tests.live import small

pytest.importorskip("dash", reason="the live app's extra is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.slow]

__all__ = ["axe"]

MOST = 4
NOW = "this setting"
WAIT = 120_000
HOSTILE = """
name: hostile
title: "</title><script>alert(1)</script> <img src=x onerror=alert(2)>"
seed: 11
clock: {tick: 8h, horizon: 16w, warmup: 2w}
consensus: {round: 8h}
stream:
  positions:
    - {name: "<img src=x onerror=alert(3)>", leaders: 2}
    - {name: "</script> & %{x} $y$", leaders: 5}
"""
MARKS = """[...document.querySelectorAll('.stream .marks .mark')]
  .map((each) => each.getAttribute('transform'))"""
POINTS = """(id) => Object.fromEntries(document.querySelector(`#${id} .js-plotly-plot`).data
  .filter((trace) => trace.mode === 'markers' && trace.x[0] !== null)
  .map((trace) => [trace.name, [trace.x[0], trace.y[0]]]))"""


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield opened
        opened.close()


@contextmanager
def served(text=small.TEXT, **preparing):
    """The app on a free port, and its settings."""
    from sim.live.app import build
    from sim.live.server import listening

    server, engine, settings = listening(0), small.engine(MOST, **preparing), small.settings(text)
    server.app = build(settings, engine, server.port).server
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}/", settings
    server.shutdown()
    engine.close()


@pytest.fixture(scope="module")
def app():
    with served() as running:
        yield running


@contextmanager
def opened(browser, url, width=1400, address=""):
    """A tab of the app, settled; in the end it must have complained of nothing and asked nobody
    else."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    noise = []
    page.on("console", lambda message: noise.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noise.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (noise.append("dialog"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            request.url.startswith((url, "data:", "blob:")) or noise.append(request.url)
        ),
    )
    page.goto(f"{url}#{address}" if address else url)
    if not address:
        settled(page)
    yield page
    page.close()
    assert noise == []


def settled(page):
    page.locator("body[data-settled=yes]").wait_for(timeout=WAIT)


def dial(page, name):
    return page.locator(f"[id='{json.dumps({'dial': name}, separators=(',', ':'))}']")


def turn(page, name, steps, key="ArrowRight"):
    """Turn a dial by the keyboard, and wait for the last answer."""
    before = int(page.locator("body").get_attribute("data-shown"))
    dial(page, name).focus()
    for _ in range(steps):
        page.keyboard.press(key)
    page.locator(f"body:not([data-shown='{before}'])[data-settled=yes]").wait_for(timeout=WAIT)


def choose(page, name, word):
    before = int(page.locator("body").get_attribute("data-shown"))
    dial(page, name).click()
    page.get_by_role("option", name=word, exact=True).click()
    page.locator(f"body:not([data-shown='{before}'])[data-settled=yes]").wait_for(timeout=WAIT)


def means(settings, start, world=None, **dials):
    """Delay and quality of a setting as `run` has them."""
    body = {
        "start": start,
        "dials": {name.replace("__", "."): value for name, value in dials.items()},
    }
    result = small.ran(settings, settings.named(body, [], world), MOST)
    return list(result.tables["runs"][["delay", "quality"]].mean())


def test_dials_move_the_figures_to_what_run_gives(browser, app):
    url, settings = app
    with opened(browser, url) as page:
        points = page.evaluate(POINTS, "trade-off")
        assert points[NOW] == pytest.approx(means(settings, "shared"))
        assert points["A-top-down"] == pytest.approx(means(settings, "top-down"))
        turn(page, "consensus.limit", 2, "ArrowLeft")
        choose(page, "consensus.rule", "unanimity")
        moved = page.evaluate(POINTS, "trade-off")
        assert moved[NOW] == pytest.approx(
            means(settings, "shared", consensus__limit="2d", consensus__rule="unanimity")
        )
        assert moved[NOW] != points[NOW] and moved["A-top-down"] == points["A-top-down"]
        assert f"{MOST} replications" in page.locator("#precision").inner_text()
        shown = f"{moved[NOW][0]:.2f} days"
        assert shown in page.locator("#time").inner_text().replace("\u2212", "-")


def test_urgency_moves_the_mark_of_every_policy_along_its_curve(browser, app):
    url, settings = app
    with opened(browser, url) as page:
        marks = (f"{NOW}, here", "A-top-down, here")
        assert {page.evaluate(POINTS, "value")[mark][0] for mark in marks} == {1}
        turn(page, "urgency", 2, "ArrowLeft")
        assert {page.evaluate(POINTS, "value")[mark][0] for mark in marks} == {0.25}
        points = page.evaluate(POINTS, "trade-off")
        for name, start in ((NOW, "shared"), ("A-top-down", "top-down")):
            assert points[name] == pytest.approx(means(settings, start, {"urgency": "4"}))
        page.locator("#reset").click()
        page.locator("[id*=shown]", has_text="× 4").wait_for(state="detached")


def test_a_pin_stays_while_the_dials_turn(browser, app):
    url, settings = app
    with opened(browser, url) as page:
        turn(page, "power.sharing", 2)
        page.locator("#pin").click()
        page.locator(".card", has_text="The same setting.").wait_for(timeout=WAIT)
        turn(page, "power.sharing", 3, "ArrowLeft")
        points = page.evaluate(POINTS, "trade-off")
        assert points["B"] == pytest.approx(means(settings, "shared", power__sharing="0.8"))
        text = page.locator(".card", has_text="power.sharing 0.8").inner_text()
        assert re.search(r"value [+-]?\d", text) and f"over {MOST} paired replications" in text
        page.get_by_role("button", name="Unpin A-top-down").click()
        page.locator(".card", has_text="A-top-down").wait_for(state="detached")
        settled(page)
        assert set(page.evaluate(POINTS, "trade-off")) == {NOW, "B"}


def shown(page):
    """What a tab shows once it has settled: the answer, the figures' points, pins, the issue."""
    settled(page)
    return (
        page.locator("#headline").inner_text(),
        page.evaluate(POINTS, "trade-off"),
        page.locator("#compared").inner_text(),
        page.locator("#story").inner_text(),
    )


def test_a_reload_and_a_sent_link_show_the_same(browser, app):
    with opened(browser, app[0]) as page:
        turn(page, "work.load", 2)
        choose(page, "consensus.rule", "unanimity")
        page.locator("#pin").click()
        page.locator(".card", has_text="The same setting.").wait_for(timeout=WAIT)
        turn(page, "power.sharing", 1)
        tell(page, 1)
        page.locator("#story h3").wait_for(timeout=WAIT)
        before, link = shown(page), page.url
        assert "work.load=0.8" in link and "issue=2" in link and "consensus.rule" in link
        page.reload()
        page.locator("#story h3").wait_for(timeout=WAIT)
        assert shown(page) == before and page.url == link
    with opened(browser, app[0], address=link.partition("#")[2]) as other:
        other.locator("#story h3").wait_for(timeout=WAIT)
        assert shown(other) == before and other.url == link


def test_back_undoes_turn_by_turn(browser, app):
    with opened(browser, app[0]) as page:
        undo, places = page.locator("#undo"), [shown(page)]
        assert undo.is_disabled()
        for name, key in (("power.sharing", "ArrowRight"), ("urgency", "ArrowLeft")):
            turn(page, name, 3, key)
            places.append(shown(page))
        for back in (page.go_back, undo.click):
            number = page.locator("body").get_attribute("data-shown")
            back()
            page.locator(f"body:not([data-shown='{number}'])[data-settled=yes]").wait_for()
            places.pop()
            assert shown(page) == places[-1]
        assert undo.is_disabled() and len(places) == 1
        page.go_forward()
        page.locator("[id*=shown].moved").first.wait_for()


def test_what_an_address_names_that_is_not_there_is_told(browser, app):
    address = "start=nobody&power.sharing=7&work.load=0.8&pin1=x&colour=%3Cb%3Ered"
    with opened(browser, app[0], address=address) as page:
        settled(page)
        told = page.locator("#problems").inner_text()
        assert all(odd in told for odd in ("start nobody", "power.sharing 7", "pin1", "colour"))
        assert "work.load" not in told and page.locator("#problems b").count() == 0
        assert page.locator("[id*=shown].moved").all_inner_texts() == ["80 %"]


def test_the_map_says_where_the_dials_stand(browser, app):
    here = "document.querySelector('#map .js-plotly-plot').data.find((e) => e.name === '%s')"
    with opened(browser, app[0]) as page:
        turn(page, "urgency", 1)
        turn(page, "power.sharing", 2)
        number = page.locator("body").get_attribute("data-shown")
        page.locator(f"body[data-mapped='{number}']").wait_for(timeout=WAIT)
        mark = page.evaluate(here % "you are here")
        assert (mark["x"], mark["y"]) == ([1], [4]), "half as urgent, four fifths shared"
        assert "80 % (here)" in page.locator("#map-words").inner_text()


def test_where_one_was_stays_in_sight_on_the_same_axes(browser, app):
    figure = "document.querySelector('#trade-off .js-plotly-plot')"
    with opened(browser, app[0]) as page:
        first = page.evaluate(POINTS, "trade-off")[NOW]
        axes = page.evaluate(f"{figure}.layout.xaxis.range")
        turn(page, "consensus.limit", 4, "ArrowLeft")
        earlier = page.evaluate(f"{figure}.data.find((e) => e.name === 'earlier positions')")
        assert [earlier["x"][0], earlier["y"][0]] == pytest.approx(first)
        after = page.evaluate(f"{figure}.layout.xaxis.range")
        assert after[0] <= axes[0] and after[1] >= axes[1]


def test_a_dark_page_has_dark_figures(browser, app):
    colours = """() => [getComputedStyle(document.body).backgroundColor, ...['value', 'trade-off']
      .map((id) => getComputedStyle(document.querySelector(`#${id} .main-svg`)).backgroundColor)]"""
    with opened(browser, app[0]) as page:
        assert set(page.evaluate(colours)) == {"rgb(255, 255, 255)"}
        before = page.locator("body").get_attribute("data-shown")
        page.emulate_media(color_scheme="dark")
        page.locator(f"body:not([data-shown='{before}'])[data-settled=yes]").wait_for(timeout=WAIT)
        assert set(page.evaluate(colours)) == {"rgb(20, 25, 30)"}


@pytest.mark.parametrize(("width", "screens"), [(1400, 1), (500, 2)])
def test_the_first_screen_answers_four_questions(browser, app, width, screens):
    """Is it worth it here, when not, what does it cost, and how sure is that?"""
    url, settings = app
    named = settings.named(
        {"start": "shared", "dials": {}},
        [{"place": 1, "setting": {"start": "top-down", "dials": {}}}],
    )
    result = small.ran(settings, named, MOST)
    told = answers(result.tables, {**result.manifest, "against": "A-top-down"})
    with opened(browser, url, width) as page:
        for answer in told:
            for text in answer:
                text = re.sub(r"\bnow\b", NOW, text)
                place = page.locator("main").get_by_text(text).first
                place.wait_for(timeout=WAIT)
                foot = place.evaluate("(e) => e.getBoundingClientRect().bottom")
                assert foot <= 900 * screens, text
        assert page.locator("#precision").inner_text().startswith(f"{MOST} replications.")
        foot = page.locator("#panel-gain").evaluate("(e) => e.getBoundingClientRect().bottom")
        assert foot <= 900 or width < 1400, "with the figure, it is all on the first screen"


def test_axe_finds_nothing(browser, app, axe):
    with opened(browser, app[0]) as page:
        tell(page, 1)
        page.locator("#explain summary").click()
        page.evaluate(axe)
        for width, scheme in ((1400, "light"), (1400, "dark"), (500, "dark"), (500, "light")):
            number = page.locator("body").get_attribute("data-shown")
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            if (width, scheme) != (1400, "light"):
                moved = f"body:not([data-shown='{number}'])[data-settled=yes]"
                page.locator(moved).wait_for(timeout=WAIT)
            number = page.locator("body").get_attribute("data-shown")
            page.locator(f"body[data-mapped='{number}']").wait_for(timeout=WAIT)
            assert page.evaluate(FOUND) == [], (width, scheme)


def test_before_the_simulator_is_ready_the_page_says_so(browser):
    gate = threading.Event()
    preparing = {"prepare": gate.wait, "words": "compiling, about 30 s"}
    with served(**preparing) as (url, _):
        page = browser.new_page()
        page.goto(url)
        page.locator("#precision", has_text="compiling, about 30 s …").wait_for(timeout=WAIT)
        waiting, graphs = page.locator(".waiting"), page.locator(".dash-graph")
        assert waiting.count() == graphs.count() == 5
        assert "The map is drawn when the answer is complete." in waiting.all_inner_texts()
        assert all(each.is_visible() for each in waiting.all())
        assert not any(each.is_visible() for each in graphs.all())
        gate.set()
        settled(page)
        page.locator("#panel-map.drawn").wait_for(timeout=WAIT)
        assert all(each.is_visible() for each in graphs.all())
        assert not any(each.is_visible() for each in waiting.all())
        page.close()


def test_two_tabs_do_not_disturb_one_another(browser, app):
    url, settings = app
    with opened(browser, url) as one, opened(browser, url) as other:
        dial(one, "flow.up.open").focus()
        dial(other, "flow.down.open").focus()
        for _ in range(3):
            one.keyboard.press("ArrowLeft")
            other.keyboard.press("ArrowLeft")
        for page, key in ((one, "flow.up.open"), (other, "flow.down.open")):
            page.locator(".card", has_text=key).first.wait_for(timeout=WAIT)
            settled(page)
        steps = {turned.name: [step.value for step in turned.steps] for turned in settings.dials}
        start = settings.starting_steps("shared")
        for page, key in ((one, "flow.up.open"), (other, "flow.down.open")):
            value = steps[key][steps[key].index(start[key]) - 3]
            assert page.evaluate(POINTS, "trade-off")[NOW] == pytest.approx(
                means(settings, "shared", **{key.replace(".", "__"): value})
            )


def test_every_dial_is_reached_by_the_keyboard(browser, app):
    with opened(browser, app[0]) as page:
        reached = set()
        for _ in range(24):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.id"))
        ids = {json.dumps({"dial": dial.name}, separators=(",", ":")) for dial in app[1].dials}
        assert ids | {"start", "pin", "reset"} <= reached


def test_a_quick_hand_gets_the_last_setting(browser, app):
    url, settings = app
    with opened(browser, url) as page:
        dial(page, "power.forum.size").focus()
        for key in ["ArrowRight"] * 4 + ["ArrowLeft"] * 3 + ["Home"]:
            page.keyboard.press(key)
        page.locator(".card", has_text="power.forum.size 2").first.wait_for(timeout=WAIT)
        settled(page)
        assert page.evaluate(POINTS, "trade-off")[NOW] == pytest.approx(
            means(settings, "shared", power__forum__size="2")
        )
        assert dial(page, "power.forum.size").get_attribute("aria-valuetext") == "2"


def test_downloads_give_the_setting_back(browser, app, tmp_path):
    url, settings = app
    with opened(browser, url) as page:
        turn(page, "power.sharing", 1)
        with page.expect_download() as taken:
            page.locator("#get-scenario").click()
        taken.value.save_as(tmp_path / "taken.yaml")
        with page.expect_download(timeout=WAIT) as report:
            page.locator("#get-report").click()
        report.value.save_as(tmp_path / "taken.html")
    again = Scenario.load(tmp_path / "taken.yaml")
    request = {"start": "shared", "dials": {"power.sharing": "0.7"}}
    pins = [{"place": 1, "setting": {"start": "top-down", "dials": {}}}]
    keys = [named.meant.key for named in settings.named(request, pins)]
    assert [policy_key(policy) for policy in again.policies().values()] == keys
    text = (tmp_path / "taken.html").read_text(encoding="utf-8")
    assert "A-top-down" in text and "<title>A small stream</title>" in text


def tell(page, place):
    """Have the issue at a place of the list told."""
    page.locator("#issue").click()
    page.get_by_role("option").nth(place).click()
    page.locator("#tell").click()
    page.locator("#replay .stream .leaders g").first.wait_for(timeout=WAIT)


def test_one_issue_is_told_and_stays_chosen(browser, app):
    with opened(browser, app[0]) as page:
        tell(page, 1)
        assert "In short" in page.locator(".stream-story").first.inner_text()
        assert page.locator("#story h3").inner_text() == "Issue 2 under shared, beside A-top-down"
        assert page.locator(".stream-pane:visible").count() == 2
        assert "worth" in page.locator(".stream-left").first.inner_text()
        turn(page, "power.sharing", 1)
        page.locator("#earlier", has_text="moved since").wait_for()
        assert page.locator("#issue").inner_text().startswith("2: ")
        page.locator("#tell").click()
        page.locator("#story h3", has_text="with the dials as they stand").wait_for(timeout=WAIT)
        assert page.locator("#earlier").inner_text() == ""
        assert page.locator(".stream").count() == 1
        turn(page, "power.sharing", 1, "ArrowLeft")
        page.locator("#earlier", has_text="moved since").wait_for()


def test_the_replay_plays_and_obeys_the_slider(browser, app):
    with opened(browser, app[0]) as page:
        tell(page, 1)
        slider, play = page.locator(".stream-slider"), page.locator(".stream-play")
        shown = page.evaluate(MARKS)
        assert shown
        slider.focus()
        page.keyboard.press("End")
        assert (
            page.evaluate(MARKS) == []
            and "it takes effect" in page.locator(".stream-caption").first.inner_text()
        )
        page.keyboard.press("Home")
        assert page.evaluate(MARKS) not in ([], shown)
        first = int(slider.input_value())
        page.locator(".stream-speed").select_option("4")
        play.click()
        until(page, f"Number(document.querySelector('.stream-slider').value) > {first + 2}")
        play.click()
        assert play.inner_text() == "Play"


def test_names_stay_names_and_what_cannot_be_is_told(browser):
    with served(HOSTILE) as (url, _), opened(browser, url) as page:
        assert page.locator("h1").inner_text().startswith("</title><script>alert(1)</script>")
        tell(page, 0)
        assert (
            "<img src=x onerror=alert(3)>"
            in page.locator(".stream-picture .band").first.text_content()
        )
        assert "<img src=x onerror=alert(3)>" in page.locator(".stream-story").first.inner_text()
        assert page.locator("img").count() == 0
        assert page.evaluate("[...document.scripts].every((each) => !each.text.includes('alert('))")
        dial(page, "consensus.limit").focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        page.locator("#problems p").wait_for(timeout=WAIT)
        assert "0.5d is no whole number of ticks" in page.locator("#problems").inner_text()
        page.keyboard.press("ArrowRight")
        settled(page)
        assert page.locator("#problems p").count() == 0


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (500, 900), (700, 450)])
def test_all_dials_are_there_without_scrolling_within(browser, app, width, height):
    """At 700 x 450 as at 1400 x 900 and 200 % zoom: nothing but the page itself scrolls."""
    inner = """[...document.querySelectorAll('.page *')].filter((each) =>
      ['auto', 'scroll'].includes(getComputedStyle(each).overflowY)
        && each.scrollHeight > each.clientHeight + 1).map((each) => each.className)"""
    with opened(browser, app[0], width) as page:
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        assert page.evaluate(inner) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        foot = page.locator(".side").evaluate("(each) => each.getBoundingClientRect().bottom")
        assert foot <= height or width < 1400
        assert page.locator("#brief").is_visible() == (width <= 820)
        assert page.locator("#brief").inner_text() or width > 820


def test_it_fits(browser, app):
    with opened(browser, app[0]) as page:
        tell(page, 1)
        for width in (1400, 500):
            page.set_viewport_size({"width": width, "height": 900})
            page.locator(".stream[data-shape=short]").wait_for()
            until(
                page,
                (
                    f"document.querySelector('#time .main-svg').getBoundingClientRect().width <= "
                    f"{width}"
                ),
            )
            settled(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for name in ("gain", "value", "map", "trade-off", "time"):
                frame = page.locator(f"#{name}").bounding_box()
                drawn = page.locator(f"#{name} .main-svg").first.bounding_box()
                assert (
                    drawn["width"] <= frame["width"] + 1 and drawn["height"] <= frame["height"] + 1
                )
        unnamed = """[...document.querySelectorAll('.dial [type=range]')]
            .filter((each) => !each.labels.length).length"""
        assert page.evaluate(unnamed) == 0
        labels = ("Start from", "Power rule", "Consensus rule")
        assert all(page.get_by_role("button", name=label).count() == 1 for label in labels)
