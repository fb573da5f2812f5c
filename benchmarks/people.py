"""What it is worth that power goes to the competent, where people differ: the flagship with people
of unlike competence and judgement.

    python benchmarks/people.py                               # prints a block for each question
    python benchmarks/people.py --replications 200 --write    # and puts them into docs/model.md

All policies face the same worlds and the same people, so each interval is that of a paired
difference. It also measures by how much records err in matters of choice: those who decided looked
at what they chose because they thought it good.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]
MODEL = ROOT / "docs" / "model.md"

if TYPE_CHECKING:
    import pandas as pd

    from sim.comparison.statistics import Interval

FLAGSHIP = "leader-stream.yaml"
SPREADS = (0.0, 0.5, 1.0)
RULES = ("none", "supermajority")
TRUSTS = ("none", "learned")
JUDGEMENT = 0.5
POLICIES: Mapping[str, Mapping[str, Any]] = {
    "rotating": {"power.rule": "rotating"},
    "emergent": {"power.rule": "emergent"},
    "equal": {"power.voice": "equal"},
    "influence": {"power.voice": "influence"},
}
"""By name, what differs from the flagship's base."""
CONTRASTS = (
    ("emergent against rotating", "emergent", "rotating"),
    ("voice: influence against equal", "influence", "equal"),
)
OF_TRUST = (
    ("a room of equal voices", "equal"),
    ("a room by influence", "influence"),
    ("emergent", "emergent"),
)
LOOKS = {
    "a room of equal voices": {"power.voice": "equal"},
    "one voice": {"power.rule": "autocratic"},
}
"""Under what the error of the record is measured."""
CHOICES = {"issues.matter.type": "choice", "issues.matter.alternatives": 3}
HEAD = f"{'spread':<8}{'rule':<15}{'trust':<9}"
WIDTH = 26


def name_of(policy: str, spread: float, rule: str, trust: str) -> str:
    """The name of a policy among people who differ so much, in a scenario."""
    return f"{policy}-{spread:g}-{rule}-{trust}".replace(".", "-")


def worlds() -> list[tuple[float, str, str]]:
    """Spread, consensus rule and trust of each line; where all are alike trust changes nothing."""
    every = product(SPREADS, RULES, TRUSTS)
    return [world for world in every if world[0] > 0.0 or world[2] == "none"]


def scenario() -> Any:
    """The flagship with a variant for each policy in each world."""
    from sim import Scenario

    variants = {
        name_of(policy, spread, rule, trust): {
            "competence.spread": spread,
            "consensus.rule": rule,
            "trust": trust,
            **keys,
        }
        for (spread, rule, trust), (policy, keys) in product(worlds(), POLICIES.items())
    }
    common = {
        "name": "people",
        "extends": FLAGSHIP,
        "competence": {"judgement": JUDGEMENT},
        "influence": {"rule": "reputation"},
        "variants": variants,
    }
    return Scenario.from_dict(common, ROOT / "scenarios")


def difference(runs: pd.DataFrame, metric: str, one: str, other: str) -> Interval:
    """The mean of one policy less another over the same worlds, and its 95 % interval."""
    from sim.comparison.statistics import interval, paired

    values = paired(runs, metric)
    return interval((values[one] - values[other]).to_numpy())


def cell(gap: Interval) -> str:
    """A difference and its interval."""
    return f"{gap.mean:+z.3f} ({gap.low:+z.3f} to {gap.high:+z.3f})"


def contrast(runs: pd.DataFrame, title: str, one: str, other: str) -> str:
    """A policy against another: a line a world."""
    lines = [f"{title}", f"{HEAD}{'quality':>{WIDTH}}{'value':>{WIDTH}}"]
    for spread, rule, trust in worlds():
        names = [name_of(policy, spread, rule, trust) for policy in (one, other)]
        gaps = [cell(difference(runs, metric, *names)) for metric in ("quality", "value")]
        shown = trust if spread > 0.0 else "-"
        lines.append(f"{spread:<8g}{rule:<15}{shown:<9}{gaps[0]:>{WIDTH}}{gaps[1]:>{WIDTH}}")
    return "\n".join(["```text", *lines, "```"])


def learning(runs: pd.DataFrame) -> str:
    """Trust learned against none, under some policies."""
    lines = ["trust: learned against none"]
    lines.append(f"{'spread':<8}{'rule':<15}{'under':<24}{'quality':>{WIDTH}}{'value':>{WIDTH}}")
    for spread, rule, (title, policy) in product(SPREADS[1:], RULES, OF_TRUST):
        names = [name_of(policy, spread, rule, trust) for trust in ("learned", "none")]
        gaps = [cell(difference(runs, metric, *names)) for metric in ("quality", "value")]
        lines.append(f"{spread:<8g}{rule:<15}{title:<24}{gaps[0]:>{WIDTH}}{gaps[1]:>{WIDTH}}")
    return "\n".join(["```text", *lines, "```"])


def closings(decisions: pd.DataFrame) -> str:
    """How the rooms of a chair end where three quarters of the heads must agree, and how good it
    is."""
    lines = ["where three quarters must agree, by how it closed"]
    lines.append(
        f"{'spread':<8}{'trust':<9}{'':<12}{'agreed':>9}{'quality':>10}{'best so far':>14}"
        f"{'quality':>10}"
    )
    for (spread, rule, trust), policy in product(worlds(), ("rotating", "emergent")):
        if rule != "supermajority":
            continue
        mine = decisions[decisions["variant"] == name_of(policy, spread, rule, trust)]
        cells = []
        for how in ("agreement", "best-so-far"):
            part = mine[mine["closed_by"] == how]
            cells += [f"{100 * len(part) / len(mine):.1f} %", f"{part['quality'].mean():.3f}"]
        shown = trust if spread > 0.0 else "-"
        lines.append(
            f"{spread:<8g}{shown:<9}{policy:<12}{cells[0]:>9}{cells[1]:>10}{cells[2]:>14}"
            f"{cells[3]:>10}"
        )
    return "\n".join(["```text", *lines, "```"])


def error_in_theory(policy: str, replications: int) -> Interval:
    """By how much more than its competence says a look missed, as a share of the expected square,
    when the leaders of scenarios/theory/record.yaml choose one of three: a run is one value."""
    from sim import kernel
    from sim.comparison.statistics import interval
    from sim.parameters import parameters
    from sim.scenario import Scenario
    from sim.shipped import shipped
    from sim.validation import CHECKS, PlayedRun, rows_of

    (row,) = rows_of(CHECKS, shipped("theory"), [f"record-of-each/{policy}"])
    settings, folder = row.scenario.resolved(), row.scenario.folder
    inputs = parameters(Scenario.from_dict(settings, folder, CHOICES))
    found = []
    for replication in range(replications):
        seen = PlayedRun(row.scenario, inputs, kernel.simulate(inputs, replication), replication)
        found.append(row.check.observe(seen).mean() - 1.0)
    return interval(np.array(found))


def error_in_flagship(keys: Mapping[str, Any], replications: int) -> Interval:
    """The same in the flagship: the sum of 2 c (rate - start) over the leaders, over the sum of
    n K, less 1."""
    from sim.agents import Organization
    from sim.comparison.statistics import interval
    from sim.parameters import parameters
    from sim.scenario import Scenario

    changes = {"competence.spread": 0.5, "trust": "learned", **keys}
    inputs = parameters(Scenario.load(ROOT / "scenarios" / FLAGSHIP, overrides=changes))
    start, found = 1.0 / math.expm1(0.5**2), []
    for replication in range(replications):
        model = Organization(inputs.scenario, inputs=inputs, replication=replication)
        model.run()
        missed = sum(2.0 * who.competence * (who.rate - start) for who in model.leaders)
        found.append(missed / sum(2.0 * (who.shape - start) for who in model.leaders) - 1.0)
    return interval(np.array(found))


def looks(replications: int, few: int) -> str:
    """How far the record errs in matters of choice, by who decides."""
    found = {
        f"{title}: {'each alone' if policy == 'each-alone' else 'one who hears sixteen'}": (
            error_in_theory(policy, replications)
        )
        for title, policy in (("record.yaml", "each-alone"), ("record.yaml", "heard-by-one"))
    }
    found |= {f"flagship: {title}": error_in_flagship(keys, few) for title, keys in LOOKS.items()}
    lines = ["squares by which looks at what was chosen miss more than competence says"]
    for title, gap in found.items():
        shares = f"{100 * gap.mean:+z.1f} % ({100 * gap.low:+z.1f} to {100 * gap.high:+z.1f})"
        lines.append(f"{title:<40}{shares:>{WIDTH}}")
    return "\n".join(["```text", *lines, "```"])


def document(replications: int, few: int) -> str:
    """All of it, as it stands in the document."""
    from generate import wrapped

    from sim import run

    made = scenario()
    result = run(
        made, variants=list(made.variants), replications=replications, save=False, progress=_tell
    )
    runs = result.tables["runs"]
    head = wrapped(
        f"`scenarios/{FLAGSHIP}` with `competence.judgement: {JUDGEMENT:g}` and `influence.rule: "
        f"reputation`, {replications} replications. Differences are paired, with 95 % intervals."
    )
    blocks = [contrast(runs, *one) for one in CONTRASTS]
    blocks += [closings(result.tables["decisions"]), learning(runs), looks(replications, few)]
    return "\n\n".join([head, *blocks])


def _tell(done: int, total: int, message: str) -> None:
    if message or done % 1000 == 0 or done == total:
        print(f"{done}/{total} {message}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n\n")[0])
    parser.add_argument("--replications", type=int, default=60, help="of each policy (default 60)")
    parser.add_argument(
        "--few", type=int, default=20, help="of the readable driver, for the record (default 20)"
    )
    parser.add_argument("--write", action="store_true", help="also put them into docs/model.md")
    given = parser.parse_args(arguments)
    from generate import put

    body = document(given.replications, given.few)
    print(body)
    if given.write:
        text = MODEL.read_text(encoding="utf-8")
        MODEL.write_text(put(text, "people", body), encoding="utf-8")


if __name__ == "__main__":
    main()
