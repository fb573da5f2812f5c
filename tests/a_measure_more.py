"""Adds one entry to the measures before anything else of leaderstream is loaded, and prints where
it stands.

Run by `test_measures.py` in a process of its own: python a_measure_more.py FOLDER
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

from sim.measures import MEASURES, RESOLVED, Measure

MEASURES["alternatives"] = Measure("alternatives", RESOLVED)
NAME = "alternatives"

SCENARIO = """
name: tiny
clock: {horizon: 3mo, warmup: 0d}
stream: {positions: [{name: top, leaders: 1}, {name: team, leaders: 3}]}
issues:
  small: {rate: 2/mo, alternatives: 2, decided_at: top, raised_at: team}
  large: {rate: 2/mo, alternatives: 5, decided_at: top, raised_at: team}
base: shared
power: {sharing: 1.0}
variants: {alone: {power: {sharing: 0.0}}}
replications: {min: 2, max: 4, until: {metric: alternatives, half_width: 50}}
claims: [{metric: alternatives, higher: alone, than: shared}]
calibrate: {objectives: {alternatives: up, value: up}}
"""


def main(folder: Path) -> dict[str, object]:
    """Everything that shows the measure, by where it is shown."""
    import sim
    from sim.comparison import compare, judge
    from sim.experiments._play import MEASURES as KEPT
    from sim.experiments.sensitivity import request
    from sim.scenario import Scenario
    from sim.scenario.schema import text
    from sim.tables import TABLES, read_table

    path = folder / "tiny.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    scenario = Scenario.load(path)
    with redirect_stdout(io.StringIO()):
        result = sim.run(scenario, engine="mesa", workers=1, out=folder / "result")
    runs, decisions = result.tables["runs"], result.tables["decisions"]
    decided = decisions[decisions["decider"] != ""]
    expected = decided.groupby(["variant", "replication"], sort=False)[NAME].mean()
    (verdict,) = judge(runs, scenario.claims)
    column = next(column for column in TABLES["runs"] if column.name == NAME)
    return {
        "runs": runs[NAME].tolist(),
        "expected": expected.tolist(),
        "saved": read_table(next((folder / "result").rglob("runs.parquet")))[NAME].tolist(),
        "compared": sorted(set(compare(runs)["metric"])),
        "claimed": verdict.metric,
        "meaning": column.meaning,
        "unit": column.unit,
        "schema": text().count(f'"{NAME}"'),
        "sensitivity": list(request(scenario, metrics=(NAME,)).metrics),
        "kept": NAME in KEPT,
        "until": result.manifest["until"]["measures"][0]["metric"],
        "documented": _documented(),
    }


def _documented() -> str:
    """What docs/model.md would say of the measure among the columns of `runs`, as one line."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))
    from generate import columns

    after = columns().partition(f"\n- `{NAME}` ")[2]
    return " ".join(after.partition("\n- ")[0].split())


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
