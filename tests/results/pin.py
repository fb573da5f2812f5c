"""Pin the tables anew: after a change of results that is meant, and that the changelog tells.

    python tests/results/pin.py random      # of the random scenarios, data/tables-random.json
    python tests/results/pin.py shipped     # of the shipped ones, data/tables-shipped.json

Run from anywhere; prints how many of them differ from what was pinned.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from results.test_shipped_tables import (  # noqa: E402
    KNOWN,
    RANDOM,
    fingerprints,
    of_shipped,
    shipped_names,
)

DATA = Path(__file__).parent / "data"
RANDOM_SCENARIOS = 200


def pin(name: str, found: dict[str, object], before: dict[str, object]) -> str:
    """Write what was found, and say how much of it is new."""
    path = DATA / f"tables-{name}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    changed = sum(before.get(key) != value for key, value in found.items())
    return f"{path.relative_to(ROOT)}: {changed} of {len(found)} differ from before"


def main(wanted: list[str]) -> None:
    """Pin what is asked for."""
    if not wanted or set(wanted) - {"random", "shipped"}:
        sys.exit(__doc__)
    if "random" in wanted:
        found = {str(seed): fingerprints(seed) for seed in range(RANDOM_SCENARIOS)}
        print(pin("random", dict(found), RANDOM))
    if "shipped" in wanted:
        print(pin("shipped", {name: of_shipped(name) for name in shipped_names()}, KNOWN))


if __name__ == "__main__":
    main(sys.argv[1:])
