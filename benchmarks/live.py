"""How long after a dial's change the live app shows its first answer: the flagship, in a real
browser.

    python benchmarks/live.py                   # 50 changes, about a minute
    python benchmarks/live.py --changes 20 --chromium /usr/bin/chromium

A change is timed from the input event of the dial to the frame after its first answer is drawn, the
words and when it pays, and to the one after the last of the three figures is. The dials are turned
one after another, each to a step that was not there before, so that no answer is known already; a
change comes up to a second after the one before was answered, mostly while the app goes on refining
it. Beside it stands what the app alone took, from the request's arrival to its answer, as the
browser saw it.

On a machine that others use, wall time says little. So the changes are made once more with nothing
to refine, and the processor time that a first answer takes is counted: the app's, whose runs are
shared out among the cores, and the browser's.
"""

from __future__ import annotations

import argparse
import os
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
    "interests.strength",
    "urgency",
    "work.load",
)
SEED = 20_260_701
BUDGET = 300
"""Milliseconds within which 95 of 100 changes are to be shown."""

TURN = """([dial, place]) => new Promise((done) => {
  const input = document.getElementById(JSON.stringify({dial: dial}));
  const to = input.value === String(place) ? (place || 2) - 1 : place;
  const before = {...document.body.dataset}, began = performance.now();
  let first = 0;
  // The app says which change its figures show once they have been drawn.
  const watch = new MutationObserver(() => {
    const now = document.body.dataset;
    if (!first && now.answered !== before.answered) first = performance.now() - began;
    if (now.shown === before.shown) return;
    watch.disconnect();
    const all = performance.now() - began;
    setTimeout(() => {
      const asked = performance.getEntriesByType('resource').filter(
        (each) => each.name.endsWith('/api/look') && each.startTime >= began);
      done([first, all, asked.length ? asked[0].duration : 0]);
      performance.clearResourceTimings();
    });
  });
  watch.observe(document.body,
    {attributes: true, attributeFilter: ['data-answered', 'data-shown']});
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, String(to));
  input.dispatchEvent(new Event('input', {bubbles: true}));
})"""


@contextmanager
def served(*options: str) -> Iterator[tuple[str, int]]:
    """The app in a process of its own; gives its address and its process."""
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "serve",
        "--port",
        "0",
        "--no-browser",
        *options,
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            address = re.search(r"http://\S+", line)
            if address is None:
                raise SystemExit("the app did not start")
            yield address[0], process.pid
        finally:
            process.terminate()


def script(changes: int) -> list[tuple[str, int]]:
    """The changes: a dial and the place of its new step; always another dial than before, and
    another step."""
    draw = random.Random(SEED)
    where: dict[str, int] = {}
    turns: list[tuple[str, int]] = []
    for turn in range(changes):
        dial = DIALS[turn % len(DIALS)]
        place = draw.choice([step for step in range(7) if step != where.get(dial)])
        where[dial] = place
        turns.append((dial, place))
    return turns


def measured(page: Any, changes: int, warm: int, done: int = 0) -> list[tuple[float, ...]]:
    """Of each change after `done` of the script's and some to warm up, milliseconds to its first
    answer and to all three figures, and those between request and answer."""
    page.locator("body[data-settled=yes]").wait_for(timeout=120_000)
    times, rest = [], random.Random(SEED)
    for dial, place in script(done + warm + changes)[done:]:
        page.wait_for_timeout(rest.uniform(0, 1000))
        times.append(tuple(page.evaluate(TURN, [dial, place])))
    return times[warm:]


def processor(process: int) -> float:
    """Milliseconds of processor time that a process has used (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return 1000 * sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def renderers() -> list[int]:
    """The processes of browsers that draw pages (Linux)."""
    processes = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"--type=renderer" in place.read_bytes():
                processes.append(int(place.parent.name))
        except OSError:
            continue
    return processes


def tell(times: list[tuple[float, ...]]) -> None:
    """Print the times of changes."""
    for name, values in zip(
        ("answered", "all shown", "app alone"), zip(*times, strict=True), strict=True
    ):
        ordered = sorted(values)
        middle, late = ordered[len(ordered) // 2], ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
        least = f"least {ordered[0]:4.0f} ms   "
        print(
            f"{name:9s} {least}median {middle:4.0f} ms   95th of 100 {late:4.0f} ms   most "
            f"{ordered[-1]:4.0f} ms"
        )
        if name == "answered":
            print(
                f"          {sum(value <= BUDGET for value in values)} of {len(values)} within "
                f"{BUDGET} ms"
            )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument(
        "--changes", type=int, default=50, help="changes that are timed (default 50)"
    )
    options.add_argument("--warm", type=int, default=9, help="changes before those (default 9)")
    options.add_argument(
        "--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser")
    )
    given = options.parse_args()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        before = set(renderers())
        browser = playwright.chromium.launch(
            executable_path=given.chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        with served() as (url, _):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(url)
            tell(measured(page, given.changes, given.warm))
            page.close()
        with served("--replications", "4") as (url, app):
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(url)
            measured(page, 0, given.warm)
            drawing = set(renderers()) - before
            spent = {
                name: processor(app) if name == "app" else sum(map(processor, drawing))
                for name in ("app", "page")
            }
            tell(measured(page, given.changes, 0))
            spent["app"] = processor(app) - spent["app"]
            spent["page"] = sum(map(processor, drawing)) - spent["page"]
            shares = ", ".join(
                f"{name} {spent_on / given.changes:.0f} ms" for name, spent_on in spent.items()
            )
            print(
                f"processor time of a first answer: {shares} (load of the machine: "
                f"{os.getloadavg()[0]:.1f})"
            )
        browser.close()


if __name__ == "__main__":
    main()
