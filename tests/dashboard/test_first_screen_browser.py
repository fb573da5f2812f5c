"""The first screen in a real browser: what is seen at once, sections that open and are remembered,
dark pages, and paper."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from sim.comparison.questions import answers
from sim.dashboard import report
from sim.dashboard.sweep_report import write_sweep_report
from sim.experiments.questions import of_sweep
from tests.dashboard import swept, synthetic
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
def made(tmp_path_factory):
    """Pages by name, each with the answers that its tables give."""
    folder = tmp_path_factory.mktemp("first")
    tables, manifest = synthetic.tables(replications=12, issues=80), synthetic.manifest()
    run = report.write_report(tables, manifest, folder / "run.html")
    runs, swept_manifest = swept.runs(swept.grid(swept.KEYS)), swept.manifest(list(swept.KEYS))
    sweep = write_sweep_report(runs, swept_manifest, folder / "sweep.html")
    return {
        "run": (run, answers(tables, manifest)),
        "sweep": (sweep, of_sweep(runs, swept_manifest)),
    }


@pytest.mark.parametrize("name", ["run", "sweep"])
def test_answer_figure_and_questions_stand_on_the_first_screen(browser, made, name):
    path, said = made[name]
    with opened(browser, path) as page:
        for answer in said:
            for text in answer:
                box = page.locator("#answer").get_by_text(text, exact=True).first.bounding_box()
                assert box and box["y"] >= 0 and box["y"] + box["height"] <= 900, text
        figure = page.locator("#answer .figure").bounding_box()
        assert figure and figure["y"] + figure["height"] <= 900


def test_sections_open_are_remembered_and_a_link_opens_one(browser, made):
    path, _ = made["run"]
    with opened(browser, path) as page:
        assert (
            page.evaluate(OPEN) == ["trust", "trade-off"] and page.evaluate("location.hash") == ""
        )
        page.locator("#time summary").first.click()
        until(page, "document.querySelector('#figure-time .picture.wide > svg').clientWidth > 0")
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
        page.locator("#answer .figure").focus()
        page.keyboard.press("Enter")
        until(page, DRAWN)
        assert page.evaluate(light) < 120 and "255" not in page.evaluate(paper)
        page.emulate_media(color_scheme="light")
        until(page, f"({paper})().includes('255')")
        assert page.evaluate(light) > 700


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
