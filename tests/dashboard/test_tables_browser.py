"""The numbers behind the figures in a real browser: toggles, downloads, sorting, filtering,
keyboard, print."""

from __future__ import annotations

import csv
import io
import itertools

import pytest

from sim.dashboard import report
from tests.dashboard import synthetic
from tests.dashboard.test_report_browser import browser, opened

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = (
    "Array.from(document.querySelectorAll('#decisions tbody tr')).map(r => "
    "r.children[{}].textContent)"
)


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=4, issues=60)


@pytest.fixture(scope="module")
def path(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return report.write_report(tables, synthetic.manifest(), folder / "dashboard.html")


@pytest.fixture(scope="module")
def page(browser, path):
    with opened(browser, path, 1400) as (page, noise):
        yield page
        assert noise == []


def downloaded(page, name):
    """The rows of a section's CSV, downloaded as a reader would."""
    button = page.locator(f"button.save[data-of={name}]")
    if not button.is_visible():
        page.locator(f"details:not(.part):has(button.save[data-of={name}]) > summary").click()
    with page.expect_download() as waiting:
        button.click()
    file = waiting.value
    with open(file.path(), encoding="utf-8", newline="") as text:
        head, *rows = csv.reader(io.StringIO(text.read()))
    return file.suggested_filename, [dict(zip(head, row, strict=True)) for row in rows]


def test_every_section_offers_its_numbers(page):
    names = page.eval_on_selector_all("button.save", "all => all.map(b => b.dataset.of)")
    anchors = page.eval_on_selector_all("main section.part", "all => all.map(s => s.id)")
    # No issue of these tables was watched, so the stream has nothing to show.
    assert set(names) == {*anchors, "gain", "course"} - {"stream", "trust"}
    assert len(anchors) == 11


def test_a_download_holds_the_numbers_of_the_table(page, tables):
    name, rows = downloaded(page, "trade-off")
    assert name == "leader-stream-trade-off.csv"
    runs = tables["runs"]
    for row in rows:
        mine = runs[runs["variant"] == row["variant"]]
        assert float(row["delay"]) == mine["delay"].to_numpy().mean()
        assert float(row["value"]) == mine["value"].to_numpy().mean()
    assert rows[0]["variant"] == "shared" and rows[0]["delay_difference"] == ""
    assert len(rows) == len(synthetic.VARIANTS)


def test_a_toggle_shows_a_table_made_when_it_is_opened(page):
    grid = page.locator("#leaders .grid")
    assert grid.locator("table").count() == 0
    page.locator("#leaders details details > summary").click()
    grid.locator("tbody tr").first.wait_for()  # the event of opening comes after the click
    assert grid.locator("tbody tr").count() == 50 and "90 of 90 rows" in grid.inner_text()
    grid.get_by_role("button", name="Show more rows").click()
    assert (
        grid.locator("tbody tr").count() == 90
        and not grid.get_by_role("button", name="Show more").is_visible()
    )


def test_decisions_are_sorted_by_a_click_and_by_the_keyboard(page, tables):
    first = tables["decisions"][tables["decisions"]["replication"] == 0]
    delay = page.locator("#decisions th", has_text="Delay, days")
    delay.locator("button").click()
    assert delay.get_attribute("aria-sort") == "ascending"
    shown = page.evaluate(CELLS.format(9))
    assert [float(text) for text in shown] == pytest.approx(sorted(first["delay"])[:50], abs=0.0051)
    page.keyboard.press("Enter")
    assert delay.get_attribute("aria-sort") == "descending"
    shown = page.evaluate(CELLS.format(9))
    assert [float(text) for text in shown] == pytest.approx(
        sorted(first["delay"], reverse=True)[:50], abs=0.0051
    )
    page.locator("#decisions th button", has_text="Quality").click()
    page.get_by_role("button", name="Show more rows").last.click()
    assert page.evaluate(CELLS.format(8))[-1] == "–"  # what nobody decided stands last


def test_decisions_are_filtered_by_choice_and_by_text(page, tables):
    first = tables["decisions"][tables["decisions"]["replication"] == 0]
    status = page.locator("#decisions [role=status]")
    page.locator("#decisions").get_by_label("Policy").select_option(label="consensus")
    page.locator("#decisions").get_by_label("Kind").select_option(label="strategic")
    some = first[(first["variant"] == "consensus") & (first["kind"] == "strategic")]
    assert status.inner_text() == f"{len(some)} of {len(first)} rows"
    assert set(page.evaluate(CELLS.format(0))) == {"consensus"}
    page.locator("#decisions").get_by_label("Policy").select_option(label="all")
    page.locator("#decisions").get_by_label("Kind").select_option(label="all")
    page.locator("#decisions input").fill("LAPSED")
    assert status.inner_text().startswith(f"{(first['closed_by'] == 'lapsed').sum()} of ")
    page.locator("#decisions input").fill("")
    assert status.inner_text().startswith(f"{len(first)} of {len(first)} rows")


def test_a_picker_changes_the_figure(page, tables):
    figure = page.locator("#figure-trade-off")
    page.locator("#figure-trade-off-pick").select_option(label="Value against delay")
    means = tables["runs"].groupby("variant")["value"].mean()
    drawn = page.evaluate(
        "document.getElementById('figure-trade-off').data.filter(t => t.mode === 'markers').map(t "
        "=> [t.name, t.y[0]])"
    )
    assert dict(drawn) == pytest.approx(means.to_dict())
    assert "Mean value" in figure.inner_text() and "ceiling" not in figure.inner_text()
    page.locator("#figure-leaders-pick").select_option(label="cascade")
    assert "cascade" in page.evaluate(
        "document.getElementById('figure-leaders').data.map(t => t.name)"
    )


def test_the_keyboard_reaches_every_control_and_shows_where_it_is(page):
    wanted = page.evaluate(
        "document.querySelectorAll('a[href], button, select, input, summary').length"
    )
    reached = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, select, input, summary')]
          .filter(e => e.tabIndex >= 0 && !e.disabled).length"""
    )
    assert reached == wanted
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    heads = page.eval_on_selector_all("h1, h2, h3", "all => all.map(h => Number(h.tagName[1]))")
    assert heads[0] == 1 and all(after - before <= 1 for before, after in itertools.pairwise(heads))
    assert all(
        page.eval_on_selector_all(
            ".figure", "all => all.map(f => f.getAttribute('aria-label').length > 20)"
        )
    )


def test_on_paper_all_sections_stand_and_toggles_are_closed(page):
    page.locator("#time details details > summary").click()
    page.locator("#time table").wait_for()
    page.emulate_media(media="print")
    assert not page.locator("#time table").is_visible()
    assert not page.locator("button.save").first.is_visible()
    for name in ("time", "urgency", "decisions", "endings"):
        assert page.locator(f"#{name} .figure").first.is_visible()
    page.emulate_media(media="screen")
