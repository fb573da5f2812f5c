"""How heavy the page of a run is: its bytes, what of them a browser parses at once, and the work of
the browser's main thread until the page is ready.

python benchmarks/page_load.py                          # all cases, some minutes
python benchmarks/page_load.py --quick                  # the first case alone
python benchmarks/page_load.py --before FOLDER          # also the pages of another version

FOLDER holds the source of another version, such as a worktree of git. Its pages are of the same
results. Needs playwright and a Chromium. docs/performance.md holds what was measured.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.screenshots import SWITCHES  # noqa: E402
from sim import Scenario, run  # noqa: E402
from sim.replays import add_replays  # noqa: E402
from sim.results import save  # noqa: E402

FLAGSHIP = ROOT / "scenarios" / "leader-stream.yaml"
INERT = re.compile(r'<script type="application/gzip".*?</script>', re.DOTALL)
RENDER = (
    "import sys; from pathlib import Path; from sim.results import load; "
    "from sim.dashboard.report import write_report; "
    "found = load(Path(sys.argv[1])); write_report(found.tables, found.manifest, sys.argv[2])"
)
TIMES = 3
_STEADY = 0.005  # seconds of work in half a second, below which a page counts as ready


class Case(NamedTuple):
    """What is run: leaders upstream, midstream and downstream, policies, replications, and how long
    the run is."""

    leaders: tuple[int, int, int]
    policies: int
    replications: int
    horizon: str


CASES = (
    Case((3, 9, 27), 6, 20, "1y"),
    Case((3, 9, 27), 6, 1000, "8w"),
    Case((3, 9, 27), 17, 20, "26w"),
    Case((12, 48, 240), 6, 20, "12w"),
    Case((39, 324, 2916), 6, 4, "8w"),
)


def made(case: Case, folder: Path) -> Path:
    """The folder of the result of a case, in which one issue is replayed."""
    text = FLAGSHIP.read_text(encoding="utf-8")
    more = "".join(
        f"  share-{place}: {{power.sharing: {0.05 + 0.08 * place:.2f}}}\n"
        for place in range(case.policies - 6)
    )
    path = folder / FLAGSHIP.name
    path.write_text(text.replace("\nvariants:\n", f"\nvariants:\n{more}"), encoding="utf-8")
    positions = zip(("upstream", "midstream", "downstream"), case.leaders, strict=True)
    changes = {f"stream.positions.{name}.leaders": str(count) for name, count in positions}
    changes |= {"clock.horizon": case.horizon, "replications": str(case.replications)}
    scenario = Scenario.load(path, changes)
    result = run(scenario)
    add_replays(result, scenario.folder, 1, 1)
    return save(result, folder / "results")


def rendered(result: Path, code: Path, page: Path) -> Path:
    """The page of a result as the source in the folder `code` writes it."""
    subprocess.run(
        [sys.executable, "-c", RENDER, str(result), str(page)],
        cwd=code,
        env={**os.environ, "PYTHONPATH": str(code)},
        check=True,
    )
    return page


def work(browser: Any, page: Path) -> dict[str, float]:
    """Seconds of the main thread until the page has nothing left to do, all and in scripts."""
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    session = opened.context.new_cdp_session(opened)
    session.send("Performance.enable")

    def metrics() -> dict[str, float]:
        return {
            each["name"]: each["value"]
            for each in session.send("Performance.getMetrics")["metrics"]
        }

    opened.goto(page.as_uri())
    before, now = {"TaskDuration": 0.0}, metrics()
    while now["TaskDuration"] - before["TaskDuration"] > _STEADY:
        before = now
        opened.wait_for_timeout(500)
        now = metrics()
    opened.close()
    return now


def measured(browser: Any, page: Path) -> dict[str, float]:
    """Bytes, bytes parsed at once, and the median seconds of work of a page."""
    text = page.read_text(encoding="utf-8")
    runs = [work(browser, page) for _ in range(TIMES)]
    return {
        "bytes": len(text.encode()),
        "parsed": len(INERT.sub("", text).encode()),
        "seconds": statistics.median(each["TaskDuration"] for each in runs),
        "scripts": statistics.median(each["ScriptDuration"] for each in runs),
    }


def main() -> None:
    """Measure every case, and print a row of a table for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--before", type=Path)
    found_here = shutil.which("chromium") or shutil.which("chromium-browser")
    parser.add_argument("--chromium", default=found_here)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    sources = ([("before", options.before.resolve())] if options.before else []) + [("now", ROOT)]
    print(
        "leaders | policies | replications | run | page | MB | MB parsed | s of work | in scripts"
    )
    with sync_playwright() as running, tempfile.TemporaryDirectory() as name:
        browser = running.chromium.launch(executable_path=options.chromium, args=SWITCHES)
        for number, case in enumerate(CASES[:1] if options.quick else CASES):
            folder = Path(name) / str(number)
            folder.mkdir()
            result = made(case, folder)
            for label, code in sources:
                found = measured(browser, rendered(result, code, folder / f"{label}.html"))
                numbers = (f"{found[key] / 1e6:.2f}" for key in ("bytes", "parsed"))
                works = (f"{found[key]:.2f}" for key in ("seconds", "scripts"))
                facts = (sum(case.leaders), case.policies, case.replications, case.horizon, label)
                print(" | ".join(map(str, (*facts, *numbers, *works))), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
