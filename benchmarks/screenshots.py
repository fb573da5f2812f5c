"""Pictures of everything there is to see, at 1400 and 500 pixels, and a check of what a machine can
tell about them.

    python benchmarks/screenshots.py # into results/screenshots, about a minute python
    benchmarks/screenshots.py --readme docs/picture.png # the README's picture alone

The flagship's report, a small sweep's report and, where Dash is installed, the live app are made
and opened in Chromium. Exit 1, with what is wrong, when a page writes to the console, asks for
anything, is wider than the window, has an empty figure, or a figure's text is cut or lies on
another.
"""

from __future__ import annotations

import argparse
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
WIDTHS = (1400, 500)
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


def leaderstream(*words: object) -> str:
    """What the command prints; SystemExit when it fails."""
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", *map(str, words)], capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"leaderstream {' '.join(map(str, words))} failed:\n{done.stderr}")
    return done.stdout


def made(out: Path, replications: int, runs: int) -> dict[str, Path]:
    """The reports by name, made anew where they have changed."""
    run = leaderstream(
        "run", FLAGSHIP, "--replications", replications, "--out", out, "--json", "--quiet"
    )
    swept = ("--set", f"sweep.replications={runs}", "--out", out, "--json", "--quiet")
    report = json.loads(run)["results"][0]["dashboard"]
    sweep = json.loads(leaderstream("sweep", FLAGSHIP, *swept))["folder"]
    return {"report": Path(report).resolve(), "sweep": (Path(sweep) / "dashboard.html").resolve()}


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
def opened(browser: Any, url: str, width: int, ready: str) -> Iterator[tuple[Any, list[str]]]:
    """A page once its figures are drawn, and what it complained of or asked for."""
    page = browser.new_page(viewport={"width": width, "height": 1000})
    noise: list[str] = []
    page.on("console", lambda message: noise.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: noise.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            request.url.startswith((url, "data:", "blob:")) or noise.append(request.url)
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


def readme(browser: Any, report: Path, target: Path) -> None:
    """The README's picture: one issue on its way through the stream."""
    with opened(browser, report.as_uri(), 1160, DRAWN) as (page, _):
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
    out, pages = arguments.out, made(arguments.out, arguments.replications, arguments.sweep)
    if arguments.readme:
        readme(browser, pages["report"], arguments.readme)
        return []
    wrong = []
    for name, path in pages.items():
        wrong += pictured(browser, name, path.as_uri(), out, DRAWN)
    if find_spec("dash"):
        with served() as url:
            wrong += pictured(browser, "app", url, out, SETTLED)
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
