"""Thirty texts that would be more, in every field that can hold one, in a real browser: all
stay text."""

from __future__ import annotations

import csv
from contextlib import contextmanager

import pytest

from sim import Scenario, run
from sim.dashboard import report, theme
from sim.dashboard.sweep_report import write_sweep_report
from sim.replays import add_replays
from sim.tables.storage import harmless
from sim.texts import isolated
from tests.dashboard import swept, synthetic
from tests.dashboard.hostile import FREE, LABEL, PAYLOADS, hostile_scenario
from tests.dashboard.test_report_browser import (
    ALL,
    ASK,
    DRAWN,
    OVERLAPS,
    TEXTS,
    browser,
    resized,
    until,
)

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

GROWN = """() => {
  const found = [];
  for (const each of document.querySelectorAll('*')) {
    const name = each.tagName.toLowerCase();
    const unsafe = ['iframe', 'object', 'embed', 'base', 'form', 'img', 'audio', 'video'];
    if (unsafe.includes(name)) found.push(name);
    for (const {name: key, value} of each.attributes) {
      if (key.toLowerCase().startsWith('on')) found.push(`${name} ${key}`);
      if (['href', 'xlink:href', 'src'].includes(key) && !/^(#|data:(,$|image.png))/.test(value))
        found.push(`${name} ${value}`);
    }
  }
  return found;
}"""
SCRIPTS = "[...document.scripts].filter(each => !each.type).length"
WRITTEN = """() => [...document.querySelectorAll('body, body *:not(script):not(style)')]
  .flatMap(each => [...each.childNodes].filter(node => node.nodeType === 3))
  .map(node => node.textContent)
  .join('\\n')"""


@contextmanager
def unmoved(browser, path):
    """The page, all drawn; in the end nothing of it may have become more than text."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
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
    page.evaluate(ASK)
    until(page, DRAWN)
    for summary in page.locator("main details:not(.part) > summary").all():
        summary.click()
    yield page
    for width in (1400, 500):
        resized(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SCRIPTS) == 2
    assert page.evaluate(GROWN) == []
    assert noise == []
    page.close()


def missing(page, texts, most=20):
    """Those of the texts of which the page does not show as much as stands in the narrowest
    place."""
    written = page.evaluate(WRITTEN)
    return [text for text in texts if theme.clip(text, most).removesuffix("…") not in written]


def downloaded(page, name):
    with page.expect_download() as waiting:
        page.locator(f"button.save[data-of={name}]").click()
    with open(waiting.value.path(), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_scenario_made_of_payloads_runs_and_its_report_shows_them_as_text(browser, tmp_path):
    scenario = Scenario.load(hostile_scenario(tmp_path))
    result = run(scenario, engine="mesa", workers=1)
    assert len(add_replays(result, scenario.folder, 1, 1)) == 1
    file = report.write_report(
        result.tables, result.manifest, tmp_path / "dashboard.html", verdict=result.verdict
    )
    with unmoved(browser, file) as page:
        assert page.title() == theme.clean(scenario.title)
        assert "<script>alert(1)</script>" in page.locator("h1").inner_text()
        assert missing(page, [*FREE, LABEL]) == []
        assert {row["variant"] for row in downloaded(page, "costs")} == {"constructor", "__proto__"}
        leaders = {row["leader"] for row in downloaded(page, "leaders")}
        assert leaders == {harmless(theme.clean(text)) for text in FREE}
        names = {row["accountable"] for row in downloaded(page, "decisions")}
        assert names and names <= leaders
        for policy in (isolated(LABEL), "__proto__"):
            page.locator(".stream-policy").select_option(label=policy)
            page.locator(".stream-play").click()
            assert page.locator(".stream-story").first.inner_text()


def test_policies_and_kinds_that_are_payloads_are_shown_as_text(browser, tmp_path):
    names, sorts = PAYLOADS[::3], PAYLOADS[1::3]
    kind = {"stakes": 1.0, "half_life": "5d", "expiry": "20d", "share": 1 / len(sorts)}
    kinds = dict.fromkeys(sorts, kind)
    tables = synthetic.tables(names, replications=2, issues=2 * len(sorts), kinds=kinds)
    manifest = synthetic.manifest(names, kinds=kinds)
    file = report.write_report(tables, manifest, tmp_path / "dashboard.html", verdict=[])
    with unmoved(browser, file) as page:
        assert missing(page, (*names, *sorts)) == []
        points = page.locator("#figure-trade-off .points .point")
        for place in range(0, points.count(), 4):
            points.nth(place).hover(force=True)
        assert page.locator(".hoverlayer a").count() == 0


def test_a_sweep_whose_keys_values_and_policies_are_payloads_is_shown_as_text(browser, tmp_path):
    keys = {f"issues.{PAYLOADS[0]}.x": list(PAYLOADS), PAYLOADS[9]: ["1d", PAYLOADS[14]]}
    runs = swept.runs(swept.grid(keys), PAYLOADS[10:12], replications=2)
    more = {
        "name": PAYLOADS[8],
        "title": PAYLOADS[16],
        "description": " ".join(PAYLOADS),
        "design": PAYLOADS[17],
    }
    file = write_sweep_report(
        runs, swept.manifest(list(keys), PAYLOADS[10:12], **more), tmp_path / "sweep.html"
    )
    with unmoved(browser, file) as page:
        assert missing(page, PAYLOADS, 12) == []
        assert theme.clean(PAYLOADS[16]) in page.locator("h1").inner_text()
        assert page.evaluate(OVERLAPS, TEXTS) == []
        page.locator("#figure-maps-pick").select_option(index=1)
        for point in page.locator("#figure-pareto .point").all()[:6]:
            point.hover(force=True)
        assert page.locator(".hoverlayer a").count() == 0
