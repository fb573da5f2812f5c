"""The essay put to the test: what the runs say of each of its sentences.

    python docs/essay.py            # plays, and writes docs/essay.json and docs/essay.md
    python docs/essay.py --quick    # few replications; writes nothing, prints the table
    python docs/essay.py --text     # plays nothing; writes docs/essay.md from docs/essay.json
    python docs/essay.py --only people      # plays this scenario; keeps what is stored of others

It needs ten minutes or so on two cores. Sentences, claims, dials and readings are declared in
docs/essay.yaml, policies and claims in scenarios/essay/; every number of the document comes from
docs/essay.json. Exit code 1: a reading was written for another verdict than the runs give.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Container, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

from essay_claims import (  # noqa: E402
    SCENARIOS,
    Essay,
    Statement,
    first_gap,
    found,
    load,
    mistakes,
    shipped,
    verdict,
)
from essay_text import PARTS, table  # noqa: E402
from generate import put  # noqa: E402

from sim.errors import LeaderstreamError  # noqa: E402
from sim.progress import Progress  # noqa: E402

if TYPE_CHECKING:
    import pandas as pd

RESULTS = ROOT / "docs" / "essay.json"
DOCUMENT = ROOT / "docs" / "essay.md"
REPLICATIONS, TURNED = 300, 100
"""How often each policy runs for the claims, and at each setting of a dial."""
QUICK = 4

Setting = tuple[str, str, str]
"""A scenario; the name of the dial and the label of the setting laid upon it ('' for its own)."""


def settings(essay: Essay) -> dict[Setting, dict[str, None]]:
    """What has to be played, with the policies that are needed there, in order."""
    needed: dict[Setting, dict[str, None]] = {}
    for one in essay.statements:
        for claim in one.claims:
            needed.setdefault((one.scenario, "", ""), {}).update(dict.fromkeys(claim.policies))
        for label in one.dial.settings:
            place = needed.setdefault((one.scenario, one.dial.name, label), {})
            place.update(dict.fromkeys(one.claims[0].policies))
    return needed


def play(essay: Essay, replications: int, turned: int) -> dict[Setting, pd.DataFrame]:
    """The runs of every setting."""
    from sim.runner import run

    needed, done = settings(essay), 0
    dials = {one.dial.name: one.dial for one in essay.statements}
    counts = {place: turned if place[1] else replications for place in needed}
    total = sum(counts[place] * len(policies) for place, policies in needed.items())
    played, progress = {}, Progress()
    for place, policies in needed.items():
        name, dial, label = place
        own = shipped(name)
        scenario = dials[dial].scenario(label, SCENARIOS / f"{name}.yaml") if dial else own
        played[place] = run(
            scenario,
            variants=list(policies),
            replications=counts[place],
            seed=own.seed,
        ).tables["runs"]
        done += counts[place] * len(policies)
        progress(done, total, f"{name} {dial} {label}".strip())
    progress.close()
    return played


def judged(essay: Essay, played: Mapping[Setting, pd.DataFrame]) -> dict[str, Any]:
    """What the runs say of each statement of the scenarios that were played, by its name; plain
    values, as they are stored."""
    there = {name for name, _, _ in played}
    return {
        one.name: _judged(essay, one, played) for one in essay.statements if one.scenario in there
    }


def _judged(essay: Essay, one: Statement, played: Mapping[Setting, pd.DataFrame]) -> dict[str, Any]:
    runs, main = played[one.scenario, "", ""], one.claims[0]
    claims = {
        str(claim): found(runs, claim, essay.smallest[claim.metric], essay.confidence)
        for claim in one.claims
    }
    first = {str(claim): first_gap(runs, claim) for claim in one.claims}
    dial = {
        label: found(
            played[one.scenario, one.dial.name, label],
            main,
            essay.smallest[main.metric],
            essay.confidence,
        )
        for label in one.dial.settings
    }
    outcomes = [[each.outcome for each in some.values()] for some in (claims, dial)]
    return {
        "verdict": verdict(*outcomes),
        "claims": {name: asdict(each) | {"first": first[name]} for name, each in claims.items()},
        "dial": {name: asdict(each) for name, each in dial.items()},
    }


def stale(essay: Essay, results: Mapping[str, Any]) -> list[str]:
    """The statements whose reading was written for another verdict, a line each."""
    return [
        f"{one.name}: its reading says {one.verdict!r}, the runs say {now!r}"
        for one in essay.statements
        if (now := results["statements"][one.name]["verdict"]) != one.verdict
    ]


def written(text: str, essay: Essay, results: Mapping[str, Any]) -> str:
    """The document with all its generated parts brought up to date."""
    for name, body in PARTS.items():
        text = put(text, name, body(essay, results))
    return text


def results_of(essay: Essay, scenarios: Container[str], quick: bool = False) -> dict[str, Any]:
    """What the runs of some scenarios say, and of the others what is stored.

    LeaderstreamError where a statement has neither.
    """
    counts = (QUICK, QUICK) if quick else (REPLICATIONS, TURNED)
    asked = tuple(one for one in essay.statements if one.scenario in scenarios)
    results: dict[str, Any] = {"replications": counts[0], "turned": counts[1], "statements": {}}
    if len(asked) < len(essay.statements):
        results = json.loads(RESULTS.read_text(encoding="utf-8"))
    there = results["statements"]
    if asked:
        there = there | judged(essay, play(replace(essay, statements=asked), *counts))
    missing = [one.name for one in essay.statements if one.name not in there]
    if missing:
        raise LeaderstreamError(f"no results are stored of {', '.join(missing)}")
    return results | {"statements": {one.name: there[one.name] for one in essay.statements}}


def main() -> int:
    """Play, and write or print what was found."""
    essay = load()
    parser = argparse.ArgumentParser(description="What the runs say of the essay's sentences.")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="few replications; only prints")
    how.add_argument("--text", action="store_true", help="write the document from stored results")
    how.add_argument(
        "--only", nargs="+", choices=list(essay.scenarios()), help="play these scenarios alone"
    )
    arguments = parser.parse_args()
    if wrong := list(mistakes(essay)):
        print("\n".join(wrong), file=sys.stderr)
        return 1
    asked = () if arguments.text else arguments.only or essay.scenarios()
    results = results_of(essay, asked, arguments.quick)
    if arguments.quick:
        print(table(essay, results))
        return 0
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    text = written(DOCUMENT.read_text(encoding="utf-8"), essay, results)
    DOCUMENT.write_text(text, encoding="utf-8")
    print("\n".join(("docs/essay.json and docs/essay.md written", *stale(essay, results))))
    return 1 if stale(essay, results) else 0


if __name__ == "__main__":
    sys.exit(main())
