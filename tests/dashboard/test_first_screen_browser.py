"""The first screen in a real browser: what is seen at once, sections that open and are remembered,
dark pages, and paper."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from experiments.calibration.test_calibrate import found
from experiments.test_sensitivity import found_in, small

from sim.comparison.questions import answers
from sim.dashboard import report
from sim.dashboard.calibration_report import write_calibration_report
from sim.dashboard.sensitivity_report import write_sensitivity_report
from sim.dashboard.sweep_report import write_sweep_report
from sim.experiments.conclusions import about
from sim.experiments.questions import of_calibration, of_sensitivity, of_sweep
from sim.experiments.saved import save
from sim.experiments.sweep import runs_table
from tests.dashboard import swept, synthetic
from tests.dashboard.raw_names import Shown
from tests.dashboard.test_organisation import MANIFEST as IMPORTED_MANIFEST
from tests.dashboard.test_organisation import with_leaders
from tests.dashboard.test_report_browser import browser, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser"]

DRAWN = "document.querySelector('#answer .figure .main-svg') !== null"
OPEN = "[...document.querySelectorAll('details.part[open]')].map(d => d.parentElement.id)"


@contextmanager
def opened(browser, path, fragment="", **how):
    """The page once its first figure is drawn; in the end it must have complained of nothing."""
    page = browser.new_page(viewport={"width": 1400, "height": 900}, **how)
    noise = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.goto(path.as_uri() + fragment)
    assert page.locator("#answer .picture.wide > svg").is_visible()
    yield page
    page.close()
    assert noise == []


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A small search for what matters: its runs, its indices, and its manifest."""
    vary = {
        "power.sharing": {"from": 0, "to": 1, "steps": 3},
        "power.gather": {"from": "0d", "to": "2d", "steps": 3},
    }
    folder, scenario = tmp_path_factory.mktemp("search"), small(vary=vary, against="alone")
    search = found_in(folder, scenario, points=8, metrics=["value", "delay"])
    indices = search.table()
    manifest = save(search.swept, "mesa", about=about(search), further={"sensitivity": indices})
    return runs_table(search.swept), indices, manifest


@pytest.fixture(scope="module")
def made(tmp_path_factory, searched):
    """Pages by name, each with the answers that its tables give."""
    folder = tmp_path_factory.mktemp("first")
    tables, manifest = synthetic.tables(replications=12, issues=80), synthetic.manifest()
    runs, swept_manifest = swept.runs(swept.grid(swept.KEYS)), swept.manifest(list(swept.KEYS))
    leaders = with_leaders(12, 3, runs=12)
    _, indices, search = searched
    calibrated = found(folder / "calibration", workers=1)
    return {
        "run": (
            report.write_report(tables, manifest, folder / "run.html"),
            answers(tables, manifest),
        ),
        "organisation": (
            report.write_report(leaders, IMPORTED_MANIFEST, folder / "organisation.html"),
            answers(leaders, IMPORTED_MANIFEST),
        ),
        "sweep": (
            write_sweep_report(runs, swept_manifest, folder / "sweep.html"),
            of_sweep(runs, swept_manifest),
        ),
        "sensitivity": (
            write_sensitivity_report(indices, search, folder / "sensitivity.html"),
            of_sensitivity(search),
        ),
        "calibration": (
            write_calibration_report(calibrated, folder / "calibration.html"),
            of_calibration(calibrated),
        ),
    }


KINDS = ["run", "organisation", "sweep", "sensitivity", "calibration"]


@pytest.mark.parametrize("name", KINDS)
def test_the_first_screen_answers_four_questions(browser, made, name):
    """Above the fold at 1400 x 900, with the figure; within two screens at 500 pixels."""
    path, said = made[name]
    assert len(said) == 4
    with opened(browser, path) as page:
        for width, screens in ((1400, 1), (500, 2)):
            page.set_viewport_size({"width": width, "height": 900})
            for answer in said:
                for text in answer:
                    shown = page.locator("#answer").get_by_text(text, exact=True).first
                    box = shown.bounding_box()
                    assert box and box["y"] >= 0, text
                    assert box["y"] + box["height"] <= 900 * screens, (width, text)
            figure = page.locator("#answer .figure").first.bounding_box()
            assert figure and figure["y"] + figure["height"] <= 900 * screens, width


@pytest.mark.parametrize("name", KINDS)
def test_a_page_shows_titles_in_the_place_of_keys_and_columns(made, name):
    assert Shown(made[name][0].read_text(encoding="utf-8")).found == []


def test_a_raw_name_is_found_outside_of_commands():
    html = "<p>power.sharing or half_life, 0.5 of a.yaml</p><code>person_hours</code>"
    assert [found.partition(":")[0] for found in Shown(html).found] == [
        "power.sharing",
        "half_life",
    ]


def test_the_numbers_of_a_search_are_those_of_its_tables(searched):
    runs, indices, manifest = searched
    which, when, cost, sure = (answer.text for answer in of_sensitivity(manifest))
    total = indices[(indices["variant"] == "base") & (indices["index"] == "total")]
    total = total.set_index(["metric", "key"])
    assert total["low"].min() == total.loc[("delay", "power.sharing"), "high"] == 0
    assert which == (
        "Under base, value moves with time to gather and power sharing; delay moves with time to "
        "gather, next to nothing with power sharing."
    )
    worth = runs.pivot_table(index="point", columns="variant", values="value", observed=True)
    more = worth["base"] > worth["alone"]
    assert 0 < more.sum() < len(more)
    assert when.startswith(
        f"base is worth more than alone at {more.sum()} of {len(more)} settings tried; where it "
        "is not, time to gather is mostly lower. Each setting by 2 replications"
    )
    row = total.loc[("delay", "power.gather")]
    least, most = max(row["low"], 0), min(row["high"], 1)
    assert f"time to gather {row['estimate']:.2f} [{least:.2f} to {most:.2f}]" in cost
    # What a policy does not read makes no run of its own.
    read = {"base": ["power.sharing", "power.gather"], "alone": ["power.gather"]}
    once = sum(
        len(runs[runs["variant"] == name][[*keys, "replication"]].drop_duplicates())
        for name, keys in read.items()
    )
    assert sure.endswith(f"with 2 replications, {once} runs in all.")


def test_sections_open_are_remembered_and_a_link_opens_one(browser, made):
    path, _ = made["run"]
    with opened(browser, path) as page:
        assert (
            page.evaluate(OPEN) == ["trust", "trade-off"] and page.evaluate("location.hash") == ""
        )
        page.locator("#time summary").first.click()
        until(page, "document.querySelector('#figure-time .picture.wide > svg').clientWidth > 0")
        until(page, "location.hash === '#open=trust.trade-off.time'")
        address = page.url
        assert address.endswith("#open=trust.trade-off.time")
        page.locator("nav a", has_text="How issues end").click()
        until(page, f"({OPEN}).includes('endings')")
        page.locator("#open-all").click()
        until(page, "location.hash === '#open=all'")
        page.locator("#open-all").click()
        until(page, "document.querySelectorAll('details.part[open]').length === 0")
    with opened(browser, path, "#open=trust.trade-off.time") as page:
        assert page.evaluate(OPEN) == ["trust", "trade-off", "time"] and page.url == address
    with opened(browser, path, "#costs") as page:
        assert "costs" in page.evaluate(OPEN)


def test_a_dark_page_is_dark_and_its_figures_too(browser, made):
    light = """() => getComputedStyle(document.body).backgroundColor
      .match(/[0-9]+/g).map(Number).reduce((a, b) => a + b)"""
    paper = """() => document.querySelector('#answer .main-svg').style.background"""
    ink = """() => getComputedStyle(document.querySelector('#answer .picture .line')).stroke"""
    path, _ = made["run"]
    with opened(browser, path, color_scheme="dark") as page:
        assert page.evaluate(ink) == "rgb(227, 232, 236)"  # pictures before Plotly draws, too
        high = page.evaluate("document.documentElement.scrollHeight")
        page.locator("#answer .figure").focus()
        page.keyboard.press("Enter")
        until(page, DRAWN)
        assert page.evaluate("document.documentElement.scrollHeight") == high  # nothing moves
        assert not page.locator("#answer .picture.wide").is_visible()
        assert page.evaluate(light) < 120 and "255" not in page.evaluate(paper)
        page.emulate_media(color_scheme="light")
        until(page, f"({paper})().includes('255')")
        assert page.evaluate(light) > 700


def test_where_a_browser_cannot_unpack_the_pictures_stay(browser, made):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    noise = []
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.add_init_script("delete window.DecompressionStream")
    page.goto(made["run"][0].as_uri())
    page.locator("#answer .figure").click()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#answer .picture.wide > svg").is_visible() and noise == []
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    page.locator("#leaders .grid", has_text="cannot unpack").wait_for()
    assert page.locator(".pick:visible, button.save:visible, #present-open:visible").count() == 0
    page.close()


def test_on_paper_every_section_and_every_choice_stands(browser, made):
    path, _ = made["run"]
    with opened(browser, path) as page:
        until(page, "document.getElementById('figure-leaders').printed !== undefined")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator("details.part:not([open])").count() == 0
        for pick in page.locator(".pick select").all():
            name = str(pick.get_attribute("id")).removesuffix("-pick")
            drawn = page.locator(f"#{name}, #{name} ~ .figure.printed").count()
            assert drawn == pick.locator("option").count()
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator(".figure.printed").count() == 0
        assert page.evaluate(OPEN) == ["trust", "trade-off"]
