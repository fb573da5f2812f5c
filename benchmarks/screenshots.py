"""Pictures of everything there is to see, at 1400 and 500 pixels, and a check of what a machine can
tell about them.

    python benchmarks/screenshots.py # into results/screenshots, some minutes
    python benchmarks/screenshots.py --first # the first screens alone, light and dark
    python benchmarks/screenshots.py --readme docs/picture.png # that of docs/running.md

A page of each kind is made (a run with its slides, an organisation's, a sweep's, a search for what
matters, a calibration, and, where Dash is installed, the live app) and opened in Chromium. Exit 1,
with what is wrong, when a page writes to the console, asks for anything, is wider than the window,
has an empty figure, a figure's text is cut or lies on another, or a text on the first screen is
smaller than 12 pixels.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WIDTHS, HEIGHT, SCREEN = (1400, 500), 900, 1600
SCHEMES = ("light", "dark")
COMPANY = ROOT / "scenarios" / "company"
FLAGSHIP = ROOT / "scenarios" / "leader-stream.yaml"
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# slack: by which share of its width a text counts as wider than it is drawn here.
DRAWN = """() => [...document.querySelectorAll('.figure')]
  .every(each => each.querySelector('.picture svg'))"""
FIRST_DRAWN = "() => document.querySelector('#answer .figure .picture svg') !== null"
ALL = "#open=all"
"""The end of an address that opens all sections of a page."""
SLIDE = "() => document.querySelector('.slides') !== null"
SLIDES = "Number(document.querySelector('.slide-place').textContent.split('/')[1])"
SETTLED = "() => document.body.dataset.mapped && document.body.dataset.settled === 'yes'"
LOOK = """(slack = 0) => {
  const found = [], wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) found.push('the page is wider than the window');
  const scrolls = each => each && each !== document.body
    && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(each).overflowX)
        || scrolls(each.parentElement));
  const named = each => each.id ? '#' + each.id
    : each.tagName.toLowerCase() + '.' + (each.getAttribute('class') || '');
  for (const each of document.body.querySelectorAll('*')) {
    const box = each.getBoundingClientRect();
    if (box.width && box.right > wide + 1 && !each.closest('svg') && !scrolls(each.parentElement))
      found.push(named(each) + ' reaches beyond the window');
  }
  const grown = box => ({top: box.top, bottom: box.bottom,
    left: box.left - slack * box.width / 2, right: box.right + slack * box.width / 2});
  const filled = trace => Object.keys(trace).some(key => {
    const value = trace[key] && (trace[key].bdata ? [1] : trace[key]);
    return ['x', 'y', 'z', 'values'].includes(key) && value && value.length
      && [].concat(...Array.from(value)).some(each => each !== null);
  });
  for (const plot of document.querySelectorAll('.js-plotly-plot, .stream-picture, .picture')) {
    const name = named(plot.id ? plot : plot.parentElement);
    const drawn = plot.querySelector('.main-svg');
    if (drawn && !(plot.data || []).some(filled)) found.push(name + ' is empty');
    const frame = (drawn || plot).getBoundingClientRect();
    const texts = [...plot.querySelectorAll('text')]
      .filter(text => text.textContent.trim() && text.getBoundingClientRect().width
        && !text.closest('.hoverlayer'))
      .map(text => [text.textContent, grown(text.getBoundingClientRect())]);
    texts.forEach(([text, box], place) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
          || box.bottom > frame.bottom + 1) found.push(name + ' cuts ' + text);
      for (const [other, next] of texts.slice(0, place)) {
        const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
        const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
        if (across > 2 && down > 4) found.push(name + ': ' + text + ' lies on ' + other);
      }
    });
  }
  return found;
}"""


SMALL = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement, box = parent.getBoundingClientRect();
    if (!node.textContent.trim() || !box.width || box.top > innerHeight) continue;
    if (parent.closest('script, style, sup, sub')) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize);
    const turned = parent.getScreenCTM ? parent.getScreenCTM() : {a: 1, b: 0};
    if (size * Math.hypot(turned.a, turned.b) < 11.9)
      found.push(node.textContent.trim().slice(0, 60));
  }
  return found;
}"""


def leaderstream(*words: object) -> str:
    """What the command prints; SystemExit when it fails."""
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", *map(str, words)], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"leaderstream {' '.join(map(str, words))} failed:\n{done.stderr}")
    return done.stdout


def made(out: Path, replications: int, runs: int) -> dict[str, Path]:
    """The reports by name, made anew where they have changed: of the kinds of page all but the
    app's."""
    shared = ("--out", out, "--json", "--quiet")
    organisation = out / "rivermill.yaml"
    if not organisation.exists():
        files = (COMPANY / "people.xlsx", COMPANY / "mail.csv")
        leaderstream("import", *files, "--out", organisation, "--quiet")
    found = {
        "run": run_of(FLAGSHIP, out, replications),
        "organisation": run_of(organisation, out, replications),
    }
    often = ("--set", f"sweep.replications={runs}")
    searched = ("--points", 8, "--replications", runs)
    leaderstream("sweep", FLAGSHIP, *often, *shared)
    leaderstream("sensitivity", FLAGSHIP, *searched, *shared)
    leaderstream("calibrate", FLAGSHIP, "--runs", 40 * replications, *shared)
    for kind in ("sweep", "sensitivity", "calibrate"):
        found[kind] = out / f"{FLAGSHIP.stem}-{kind}" / "dashboard.html"
    return {name: path.resolve() for name, path in found.items()}


def run_of(scenario: Path, out: Path, replications: int) -> Path:
    """The page of a run of a scenario."""
    asked = ("--replications", replications, "--out", out, "--json", "--quiet")
    printed = json.loads(leaderstream("run", scenario, *asked))
    return Path(printed["results"][0]["dashboard"]).resolve()


@contextmanager
def served() -> Iterator[str]:
    """The address of the live app, which runs until the block ends."""
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "serve",
        str(FLAGSHIP),
        "--port",
        "0",
        "--no-browser",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as app:
        try:
            line = app.stdout.readline() if app.stdout else ""
            address = re.search(r"http://\S+", line)
            if address is None:
                sys.exit("the live app did not start")
            yield address[0]
        finally:
            app.terminate()


@contextmanager
def opened(
    browser: Any, url: str, width: int, ready: str, scheme: str = "light"
) -> Iterator[tuple[Any, list[str]]]:
    """A page once its figures are drawn, and what it complained of or asked for."""
    page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
    noise: list[str] = []
    page.on("console", lambda message: noise.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noise.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            request.url.startswith((url.partition("#")[0], "data:", "blob:"))
            or noise.append(request.url)
        ),
    )
    page.goto(url)
    page.wait_for_function(ready, timeout=120_000)
    page.wait_for_timeout(600)
    yield page, noise
    page.close()


def pictured(browser: Any, name: str, url: str, out: Path, ready: str) -> list[str]:
    """Take the pictures of a page, whole and section by section; what is wrong with it."""
    wrong = []
    for width in WIDTHS:
        folder = out / f"{name}-{width}"
        folder.mkdir(parents=True, exist_ok=True)
        with opened(browser, url, width, ready) as (page, noise):
            page.screenshot(path=out / f"{name}-{width}.png", full_page=True)
            for section in page.locator("main section[id], header").all():
                part = section.get_attribute("id") or "head"
                section.screenshot(path=folder / f"{part}.png")
            wrong += [f"{name}, {width} px: {fault}" for fault in (*page.evaluate(LOOK), *noise)]
    return wrong


def first_screens(browser: Any, name: str, url: str, out: Path, ready: str) -> list[str]:
    """Take the pictures of what is seen of a page at first, light and dark; texts that are too
    small."""
    wrong = []
    for width in WIDTHS:
        for scheme in SCHEMES:
            with opened(browser, url, width, ready, scheme) as (page, noise):
                page.screenshot(path=out / f"first-{name}-{width}-{scheme}.png")
                for text in page.evaluate(SMALL) if scheme == "light" else ():
                    wrong.append(f"{name}, {width} px: smaller than 12 pixels: {text}")
                wrong += [f"{name}, {width} px, {scheme}: {fault}" for fault in noise]
    return wrong


def slides(browser: Any, url: str, out: Path) -> list[str]:
    """Take the pictures of a page's slides, light and dark; what they complain of."""
    wrong = []
    for width, scheme in itertools.product((SCREEN, WIDTHS[-1]), SCHEMES):
        with opened(browser, f"{url}#present", width, SLIDE, scheme) as (page, noise):
            for number in range(1, page.evaluate(SLIDES) + 1):
                page.wait_for_timeout(600)
                page.screenshot(path=out / f"slide-{number}-{width}-{scheme}.png")
                page.keyboard.press("ArrowRight")
            wrong += [f"slides, {width} px, {scheme}: {fault}" for fault in noise]
    return wrong


def readme(browser: Any, report: Path, target: Path) -> None:
    """The README's picture: one issue on its way through the stream."""
    with opened(browser, report.as_uri() + ALL, 1160, DRAWN) as (page, _):
        # The section without its rule above and what stands below the player.
        head, foot = (
            page.locator("#stream h2").bounding_box(),
            page.locator("#stream-player").bounding_box(),
        )
        frame = {"x": foot["x"] - 16, "y": head["y"] - 12, "width": foot["width"] + 32}
        page.screenshot(
            path=target,
            full_page=True,
            clip=frame | {"height": foot["y"] + foot["height"] + 1 - frame["y"]},
        )


def taken(browser: Any, arguments: argparse.Namespace) -> list[str]:
    """All pictures that were asked for; what is wrong."""
    out = arguments.out
    if arguments.readme:
        readme(browser, run_of(FLAGSHIP, out, arguments.replications), arguments.readme)
        return []
    pages, wrong = made(out, arguments.replications, arguments.sweep), []
    for name, path in pages.items():
        wrong += first_screens(browser, name, path.as_uri(), out, FIRST_DRAWN)
        if not arguments.first:
            wrong += pictured(browser, name, path.as_uri() + ALL, out, DRAWN)
    if not arguments.first:
        wrong += slides(browser, pages["run"].as_uri(), out)
    if find_spec("dash"):
        with served() as url:
            wrong += first_screens(browser, "app", url, out, SETTLED)
            wrong += [] if arguments.first else pictured(browser, "app", url, out, SETTLED)
    return wrong


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/screenshots"), help="write into this folder"
    )
    parser.add_argument("--replications", type=int, default=20, help="of the flagship's policies")
    parser.add_argument("--sweep", type=int, default=5, help="replications of a point of the sweep")
    parser.add_argument("--first", action="store_true", help="only the first screens")
    parser.add_argument("--readme", type=Path, help="only write the README's picture to this file")
    parser.add_argument(
        "--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser")
    )
    arguments = parser.parse_args(words)
    if not arguments.chromium:
        sys.exit("there is no chromium on this machine; name one with --chromium")
    from playwright.sync_api import sync_playwright

    arguments.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=arguments.chromium, args=list(SWITCHES))
        wrong = taken(browser, arguments)
        browser.close()
    print(
        "\n".join(wrong)
        if wrong
        else f"pictures in {arguments.out}; nothing cut, empty, overlapping or asked for"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
