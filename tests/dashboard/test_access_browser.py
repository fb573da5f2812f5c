"""Pages for everybody: axe-core finds nothing against any kind of page, light or dark, with all
that opens open."""

from __future__ import annotations

from importlib.resources import files

import pytest

from sim.dashboard import report
from sim.dashboard.calibration_report import write_calibration_report
from sim.dashboard.sensitivity_report import write_sensitivity_report
from sim.dashboard.sweep_report import write_sweep_report
from tests.dashboard import swept, synthetic
from tests.dashboard.test_organisation import MANIFEST as IMPORTED_MANIFEST
from tests.dashboard.test_organisation import with_leaders
from tests.dashboard.test_report_browser import ALL, ASK, browser, until
from tests.dashboard.test_sensitivity_report import made as searched

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser"]

DRAWN = """[...document.querySelectorAll('.figure')]
  .every(each => each.querySelector('.main-svg'))"""
OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
FOUND = """async () => (await axe.run(document)).violations.map(found =>
  found.id + ': ' + found.nodes.map(node => node.target.join(' ')).join(', '))"""


@pytest.fixture(scope="module")
def axe():
    """The source of axe-core."""
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def _run(folder):
    tables = synthetic.with_ideas(synthetic.tables(replications=3, issues=40))
    return report.write_report(tables, synthetic.manifest(), folder / "run.html", verdict=["Well."])


def _sweep(folder):
    runs = swept.runs(swept.grid(swept.KEYS), replications=3)
    return write_sweep_report(runs, swept.manifest(list(swept.KEYS)), folder / "sweep.html")


def _organisation(folder):
    tables = with_leaders(12, 3, runs=3)
    return report.write_report(tables, IMPORTED_MANIFEST, folder / "organisation.html")


def _calibration(folder, calibrated):
    return write_calibration_report(calibrated, folder / "calibration.html")


def _sensitivity(folder):
    return write_sensitivity_report(*searched(), folder / "sensitivity.html")


@pytest.mark.parametrize(
    ("make", "schemes"),
    [
        (_run, ("light", "dark")),
        (_sweep, ("dark",)),
        (_sensitivity, ("light",)),
        (_organisation, ("light", "dark")),
        (_calibration, ("dark", "light")),
    ],
)
def test_axe_finds_nothing(browser, axe, tmp_path, request, make, schemes):
    more = [request.getfixturevalue("calibrated")] if make is _calibration else []
    page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme=schemes[0])
    page.goto(make(tmp_path, *more).as_uri() + ALL)
    page.evaluate(OPEN)
    page.evaluate(axe)
    assert page.evaluate(FOUND) == []
    page.evaluate(ASK)
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        until(page, DRAWN)
        assert page.evaluate(FOUND) == []
    page.close()
