"""Every figure with only DejaVu, only Liberation and only Noto on the machine: nothing is cut, nothing lies on another.

The names are as wide and as long as names get. What passes here has to pass under other versions of Chromium, which
draw the same fonts a little wider or narrower: with hinting each letter is as wide as whole pixels, without it as its
outline. The pages are drawn once each way (`--font-render-hinting`, full and none: what versions and systems differ
in), and every text counts as 3 % wider than it is drawn: about what the two ways differ by over the length of a label
(a pixel in 12 letters at 12 pixels is 1.2 %), twice.
"""

from __future__ import annotations

import pytest

from benchmarks.screenshots import LOOK
from sim.dashboard import report
from sim.dashboard.sensitivity_report import write_sensitivity_report
from sim.dashboard.sweep_report import write_sweep_report
from tests.dashboard import fonts, replayed, swept, synthetic
from tests.dashboard.hostile import PAYLOADS
from tests.dashboard.test_dashboard_browser import resized
from tests.dashboard.test_sensitivity_report import made

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SLACK = 0.03
WIDTHS = (1400, 900, 500)
"""Windows: the widest page, the narrowest in which figures are wide (852 pixels), and narrow figures."""
WIDE = (
    "WWWWMMMM" * 6,
    "% of @@@ MMM " * 5,
    "A ROOM OF ALL LEADERS WHO KNOW",
    "wwwmmm wwwmmm wwwmmm wwwmmm",
    "plain",
    "方針の名前がここに入ります方針の名前",
)
WAYS = {"DejaVu": "full", "Liberation": "none", "Noto": "full"}


def _run(folder):
    kinds = {name: {"stakes": 1.0, "half_life": "5d", "expiry": "20d", "share": 1 / 3} for name in WIDE[:3]}
    tables = synthetic.tables(WIDE, replications=6, issues=60, kinds=kinds)
    positions = dict(zip(synthetic.POSITIONS, WIDE[:3], strict=True))
    tables["leaders"] = tables["leaders"].assign(position=tables["leaders"]["position"].map(positions))
    tables = replayed.replayed(tables, [f"{name} {place}" for place, name in enumerate((*WIDE, "g"))], WIDE[:3])
    return report.write_report(tables, synthetic.manifest(WIDE, kinds=kinds), folder / "run.html", verdict=[])


def _plain(folder):
    every = synthetic.ALL_ENDINGS
    tables = synthetic.tables(every, replications=8, issues=80)
    return report.write_report(tables, synthetic.manifest(every), folder / "plain.html", verdict=[])


def _sweep(folder):
    keys = {f"issues.{PAYLOADS[0]}.x": list(PAYLOADS), WIDE[0]: list(WIDE), WIDE[1]: [0.1, 1234567.5]}
    runs = swept.runs(swept.grid(keys), WIDE[:3], replications=2)
    return write_sweep_report(runs, swept.manifest(list(keys), WIDE[:3]), folder / "sweep.html")


def _line(folder):
    keys = {WIDE[0]: list(WIDE)}
    return write_sweep_report(
        swept.runs(swept.grid(keys), WIDE, 2), swept.manifest(list(keys), WIDE), folder / "line.html"
    )


def _sensitivity(folder):
    return write_sensitivity_report(*made(policies=WIDE[:2], keys=WIDE), folder / "sensitivity.html")


PAGES = {"run": _run, "plain": _plain, "sweep": _sweep, "line": _line, "sensitivity": _sensitivity}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {name: make(folder) for name, make in PAGES.items()}


@pytest.fixture(scope="module", params=fonts.FAMILIES)
def family(request):
    return request.param


@pytest.fixture(scope="module")
def browser(family, tmp_path_factory):
    conf = fonts.configuration(family, tmp_path_factory.mktemp("fonts"))
    with fonts.launched(conf, f"--font-render-hinting={WAYS[family]}") as opened:
        yield opened


def test_the_page_is_drawn_in_this_family_alone(browser, family):
    page = browser.new_page()
    page.set_content('<p style="font-family: system-ui, sans-serif">Mean delay</p>')
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "p"})["nodeId"]
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [font["familyName"] for font in used] == [fonts.FAMILIES[family][1]]
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_and_nothing_lies_on_another(browser, pages, name):
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
    page.goto(pages[name].as_uri())
    page.locator(".figure").last.locator(".main-svg").first.wait_for()
    for width in WIDTHS:
        resized(page, width)
        assert (width, page.evaluate(LOOK, SLACK)) == (width, [])
    page.close()
