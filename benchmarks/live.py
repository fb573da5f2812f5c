"""How long after a dial's change the live app shows its first answer: the flagship, in a real browser.

    python benchmarks/live.py                   # 50 changes, about a minute
    python benchmarks/live.py --changes 20 --chromium /usr/bin/chromium

A change is timed from the input event of the dial to the frame in which all three figures show the new setting. The
dials are turned one after another, each to a step that was not there before, so that no answer is known already; a
change comes when the one before has been answered, while the app goes on refining it. Beside it stands what the app
alone took, from the request's arrival to its answer, as the browser saw it.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DIALS = (
    "power.sharing",
    "power.forum.size",
    "consensus.limit",
    "flow.up.open",
    "flow.down.open",
    "flow.across.open",
    "delays",
    "urgency",
    "work.load",
)
SEED = 20_260_701
BUDGET = 300
"""Milliseconds within which 95 of 100 changes are to be shown."""

TURN = """([dial, place]) => new Promise((done) => {
  const input = document.getElementById(JSON.stringify({dial: dial}));
  const plots = [...document.querySelectorAll('.js-plotly-plot')];
  let left = plots.length;
  const began = performance.now();
  for (const plot of plots) {
    plot.once('plotly_afterplot', () => {
      left -= 1;
      if (left) return;
      requestAnimationFrame(() => setTimeout(() => {
        const asked = performance.getEntriesByType('resource').filter(
          (each) => each.name.endsWith('/api/look') && each.startTime >= began);
        done([performance.now() - began, asked.length ? asked[0].duration : 0]);
        performance.clearResourceTimings();
      }));
    });
  }
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, String(place));
  input.dispatchEvent(new Event('input', {bubbles: true}));
})"""


@contextmanager
def served(*options: str) -> Iterator[str]:
    """The app in a process of its own; gives its address."""
    command = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", "0", "--no-browser", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://\S+", line)
            if found is None:
                raise SystemExit("the app did not start")
            yield found[0]
        finally:
            process.terminate()


def script(changes: int) -> list[tuple[str, int]]:
    """The changes: a dial and the place of its new step; always another dial than before, and another step."""
    draw = random.Random(SEED)
    where: dict[str, int] = {}
    found: list[tuple[str, int]] = []
    for turn in range(changes):
        dial = DIALS[turn % len(DIALS)]
        place = draw.choice([step for step in range(7) if step != where.get(dial)])
        where[dial] = place
        found.append((dial, place))
    return found


def measured(page: Any, changes: int, warm: int) -> list[tuple[float, float]]:
    """Milliseconds to the first answer of each change, and those between request and answer."""
    page.locator("body[data-settled=yes]").wait_for(timeout=120_000)
    found = []
    for dial, place in script(warm + changes):
        found.append(tuple(page.evaluate(TURN, [dial, place])))
    return found[warm:]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--changes", type=int, default=50, help="changes that are timed (default 50)")
    options.add_argument("--warm", type=int, default=9, help="changes before those (default 9)")
    options.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser"))
    asked = options.parse_args()
    from playwright.sync_api import sync_playwright

    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(url)
        times = measured(page, asked.changes, asked.warm)
        browser.close()
    for name, found in zip(("shown", "answered"), zip(*times, strict=True), strict=True):
        ordered = sorted(found)
        middle, late = ordered[len(ordered) // 2], ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
        print(f"{name:9s} median {middle:4.0f} ms   95th of 100 {late:4.0f} ms   most {ordered[-1]:4.0f} ms")
        if name == "shown":
            print(f"          {sum(each <= BUDGET for each in found)} of {len(found)} within {BUDGET} ms")


if __name__ == "__main__":
    main()
