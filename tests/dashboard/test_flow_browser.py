"""The map of the flow of ideas in a browser: by pointer and by keyboard, wide and narrow."""

from __future__ import annotations

import pytest

from sim.dashboard import report
from tests.dashboard import synthetic
from tests.dashboard.test_report_browser import browser, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["browser"]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The page of a result with 92 leaders in three units."""
    tables = synthetic.tables(replications=3, issues=20)
    positions = {"upstream": 2, "midstream": 30, "downstream": 60}
    tables["leaders"] = synthetic.leaders(tables["runs"], positions)
    folder = tmp_path_factory.mktemp("flow")
    made = synthetic.with_ideas(tables, units=3)
    return report.write_report(made, synthetic.manifest(), folder / "page.html", verdict=[])


def test_units_open_by_click_and_by_keyboard_and_policies_change(browser, path):
    page, noise = browser.new_page(viewport={"width": 1400, "height": 900}), []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on("request", lambda request: noise.append(request.url))
    page.goto(path.as_uri() + "#open=flow")
    noise.clear()  # the page itself was asked for
    marks, panel = page.locator(".flow .at"), page.locator(".flow-panel")
    assert marks.count() == 7 and page.locator(".flow .kept").count() >= 6
    # Where most stop is shown first, and named in the picture.
    assert page.locator(".flow .name").text_content().endswith(panel.locator("h3").text_content())
    marks.nth(0).focus()
    assert panel.locator("h3").text_content() == "upstream in u"
    page.keyboard.press("ArrowRight")
    title = panel.locator("h3").text_content()
    assert title.startswith("midstream in u") and page.locator(".flow .at.shown").count() == 1
    assert panel.locator("table").count() == 0
    page.keyboard.press("Enter")
    assert panel.locator("tbody tr").count() == 10
    assert page.locator('.flow .at[aria-expanded="true"]').count() == 1
    assert page.locator(".flow .at:focus").get_attribute("aria-label").startswith(title)
    page.keyboard.press("Escape")
    assert panel.locator("table").count() == 0
    marks.nth(0).click()
    assert panel.locator("tbody tr td").first.text_content() == "upstream-2"
    page.locator(".flow-policy").select_option(index=1)
    name = page.locator(".flow-policy option").nth(1).text_content()
    assert page.locator(".flow-said li").first.text_content().startswith(f"Under {name}, of 100")
    for width, box in ((500, "0 0 460 560"), (1400, "0 0 720 520")):
        page.set_viewport_size({"width": width, "height": 900})
        until(page, f"document.querySelector('.flow-picture').getAttribute('viewBox') === '{box}'")
        until(page, "document.documentElement.scrollWidth <= innerWidth")
    assert noise == []
    page.close()
