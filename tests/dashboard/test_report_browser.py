"""The report in a real browser: it draws, complains of nothing, asks for nothing, and fits the
page."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from sim.dashboard import report, theme
from sim.outcome import CLOSED_BY
from tests.dashboard import fonts, synthetic

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIGURES = 11
ALL = "#open=all"
"""What the address ends with where every section stands open."""
TEXTS = ".annotation-text, .ytick text, .xtick text, .legendtext, .textpoint text"
DRAWN = """() => [...document.querySelectorAll('.figure')].every(figure => {
  const drawn = figure.querySelector('.main-svg');
  return drawn && Math.abs(drawn.getBoundingClientRect().width - figure.clientWidth) < 2;
})"""
ASK = "document.querySelectorAll('.figure').forEach(each => each.click())"
"""Turn to every figure, which makes Plotly draw it where its picture was."""
OVERLAPS = """(selector) => {
  const found = [];
  for (const figure of document.querySelectorAll('.figure')) {
    const texts = [...figure.querySelectorAll(selector)]
      .filter(text => text.textContent.trim() && text.getBoundingClientRect().width)
      .map(text => [text.textContent, text.getBoundingClientRect()]);
    const frame = figure.getBoundingClientRect();
    for (const [name, box] of texts) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1)
        found.push(figure.id + ' cuts ' + name);
      for (const [other, next] of texts) {
        if (box === next) break;
        const wide = Math.min(box.right, next.right) - Math.max(box.left, next.left);
        const high = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
        if (wide > 2 && high > 4) found.push(figure.id + ': ' + name + ' over ' + other);
      }
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser():
    with fonts.launched() as opened:
        yield opened


@contextmanager
def opened(browser, path, width):
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
    assert page.evaluate("typeof Plotly") == "undefined" and page.evaluate(OVERLAPS, TEXTS) == []
    page.evaluate(ASK)
    until(page, DRAWN)
    yield page, noise
    page.close()


def until(page, condition):
    """Wait for a condition (JavaScript); the page's policy forbids what Playwright would do for
    this."""
    for _ in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def resized(page, width):
    """Make the window so wide; every figure is then drawn for it."""
    page.set_viewport_size({"width": width, "height": 900})
    until(page, DRAWN)


def fits(page, width, texts=TEXTS):
    """The page is no wider than the window, and no text of a figure is cut or lies on another."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERLAPS, texts) == []


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=12, issues=80)


@pytest.fixture(scope="module")
def path(tables, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return report.write_report(tables, synthetic.manifest(), folder / "dashboard.html")


def test_it_draws_in_silence_fits_follows_the_window_and_prints(browser, path):
    with opened(browser, path, 1400) as (page, noise):
        for width in (1400, 900, 500):
            resized(page, width)
            assert page.locator(".figure .main-svg").count() >= FIGURES
            shape = "narrow" if width < 868 else "wide"
            assert set(
                page.eval_on_selector_all(".figure", "all => all.map(f => f.dataset.shape)")
            ) == {shape}
            fits(page, width)
        assert len(page.pdf(format="A4")) > 20_000
    assert noise == []


def test_no_line_of_a_sentence_ends_within_the_name_of_an_option(browser, tmp_path, tables):
    manifest = synthetic.manifest()
    advice = [f"{'x' * count} one run says little: add --max-replications 40" for count in range(9)]
    file = report.write_report(tables, manifest, tmp_path / "dashboard.html", verdict=advice)
    with opened(browser, file, 340) as (page, noise):
        lines = page.eval_on_selector_all(
            "#summary .option", "all => all.map(option => option.getClientRects().length)"
        )
    assert lines == [1] * len(advice) and noise == []


def test_every_way_of_closing_fits_and_is_drawn(browser, tmp_path):
    every = synthetic.ALL_ENDINGS
    tables = synthetic.tables(every, replications=8, issues=80)
    file = report.write_report(tables, synthetic.manifest(every), tmp_path / "dashboard.html")
    with opened(browser, file, 500) as (page, noise):
        for width in (500, 1400):
            resized(page, width)
            fits(page, width)
            assert page.locator("#figure-endings .main-svg .legendtext").count() == len(CLOSED_BY)
            assert page.locator("#figure-endings .main-svg pattern").count() >= len(
                theme.CLOSED_PATTERNS
            )
        highlighted(page, every)
        fits(page, 1400)
    assert noise == []


def highlighted(page, policies):
    """What is picked in one figure has its colour in all, and the legend names it."""
    page.select_option("#figure-course-lit", label=policies[-1])
    picked = page.eval_on_selector_all("[id$=-lit]", "all => all.map(each => each.value)")
    assert len(picked) > 5 and set(picked) == {str(len(policies) - 1)}
    for name in ("course", "urgency"):
        legend = f"[...document.querySelectorAll('#figure-{name} .main-svg .legendtext')]"
        texts = f"{legend}.map(each => each.textContent).join('|')"
        until(page, f"{texts} === '{policies[0]}|{policies[-1]}|other policies'")


def test_the_values_in_the_page_are_those_of_the_tables(browser, path, tables):
    with opened(browser, path, 1400) as (page, noise):
        drawn = page.evaluate(
            "Object.fromEntries(document.getElementById('figure-trade-off').data"
            ".filter(t => t.mode === 'markers').map(t => [t.name, [t.x[0], t.y[0]]]))"
        )
        means = tables["runs"].groupby("variant")[["delay", "quality"]].mean()
        for variant, point in drawn.items():
            assert point == pytest.approx(list(means.loc[variant]))
        page.locator("#time details details > summary").click()
        page.locator("#time table").wait_for()
        assert (
            f"{means.loc['shared', 'delay']:.3f}"
            in page.locator("#time table tbody tr").first.inner_text()
        )
    assert len(drawn) == len(synthetic.VARIANTS) and noise == []
