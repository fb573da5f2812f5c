"""The report of a sweep in a real browser: it draws in silence, asks for nothing, fits, can be
changed."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

from sim.dashboard.sweep_report import write_sweep_report
from tests.dashboard import swept
from tests.dashboard.test_report_browser import (
    ALL,
    ASK,
    DRAWN,
    OVERLAPS,
    TEXTS,
    browser,
    fits,
    resized,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser"]

HALF_LIFE = {"issues.operational.half_life": ["2d", "5d", "4w"]}


@contextmanager
def opened(browser, path, width, figure="precision"):
    """The page, and a list of whatever it complains of or asks for."""
    page = browser.new_page(viewport={"width": width, "height": 900})
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
    assert page.locator(f"#figure-{figure} .picture > svg").count() == 2
    assert page.evaluate(OVERLAPS, TEXTS) == []
    page.evaluate(ASK)
    until(page, DRAWN)
    yield page, noise
    page.close()


def sweeps():
    """Sweeps of several kinds, by name: runs and manifest."""
    policies = ("shared", "consulted", "top-down")
    random = np.random.default_rng(3)
    sample = [
        {"power.sharing": float(a), "consensus.limit": f"{int(b * 200) + 1}h"}
        for a, b in random.random((40, 2))
    ]
    words = {
        "power.rule": ["shared", "autocratic", "consultative", "delegated"],
        "power.sharing": [0.0, 0.5, 1.0],
    }
    limits = {"consensus.limit": ["1h", "1d", "3d", "1w", "2w", "1mo", "1y"]}
    until = {"min": 4, "max": 6, "until": {"metric": "value", "half_width": 0.02}}
    grids = {"plane": swept.KEYS, "three": swept.KEYS | HALF_LIFE, "line": limits, "words": words}
    made = {name: (swept.runs(swept.grid(keys), policies, 5), keys) for name, keys in grids.items()}
    made["sample"] = swept.runs(sample, policies, 5), sample[0]
    made["once"] = swept.runs(swept.grid(words), policies, 1), words
    return {
        name: (runs, swept.manifest(list(keys), policies, replications=until))
        for name, (runs, keys) in made.items()
    }


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps")
    return {
        name: write_sweep_report(*made, folder / f"{name}.html") for name, made in sweeps().items()
    }


@pytest.mark.parametrize("name", ["plane", "three", "line", "words", "sample", "once"])
def test_it_draws_in_silence_and_fits(browser, paths, name):
    with opened(browser, paths[name], 1400) as (page, noise):
        for width in (1400, 500):
            resized(page, width)
            assert page.locator(".figure .main-svg").count() >= page.locator(".figure").count()
            fits(page, width, TEXTS + ", .cbaxis text")
    assert noise == []


def test_the_break_even_line_is_drawn_where_the_difference_is_zero(browser, paths):
    with opened(browser, paths["plane"], 1400) as (page, noise):
        assert page.locator("#figure-break-even-map .contourlevel path").count() > 0
        assert page.locator("#figure-maps .contourlevel path").count() >= 8
    assert noise == []


def test_another_part_is_shown_when_it_is_picked(browser, paths):
    runs, _ = sweeps()["three"]
    with opened(browser, paths["three"], 500) as (page, noise):
        page.locator("#figure-maps-pick").select_option(
            label="consulted, half-life (operational) 4w"
        )
        drawn = page.evaluate("document.getElementById('figure-maps').data[0].z")
        page.locator("#figure-maps-pick").focus()
        page.keyboard.press("Home")
        first = page.evaluate("document.getElementById('figure-maps').data[0].z")
        part = runs[
            (runs["variant"] == "consulted") & (runs["issues.operational.half_life"] == "4w")
        ]
        means = part.pivot_table(
            index="consensus.limit", columns="power.sharing", values="value"
        ).loc[swept.LIMITS]
        assert np.array(drawn) == pytest.approx(means.to_numpy(), rel=1e-5)
        assert first != drawn
        for metric in ("Delay", "Progress"):
            page.locator("#figure-effects-pick").select_option(label=metric)
            assert metric in page.locator("#figure-effects .ytitle").first.text_content()
        for width in (500, 1400):
            resized(page, width)
            fits(page, width)
    assert noise == []


def test_hovering_says_the_point(browser, paths):
    with opened(browser, paths["plane"], 1400) as (page, noise):
        page.locator("#figure-pareto").scroll_into_view_if_needed()
        page.locator("#figure-pareto .point").last.hover(force=True)
        hovered = page.locator("#figure-pareto .hoverlayer").text_content()
        assert (
            "Power sharing: " in hovered
            and "Limit for agreeing: " in hovered
            and "Decision quality: " in hovered
        )
        page.locator("#figure-break-even-map .nsewdrag").hover(
            position={"x": 300, "y": 150}, force=True
        )
        assert (
            "Difference in value: "
            in page.locator("#figure-break-even-map .hoverlayer").text_content()
        )
    assert noise == []
