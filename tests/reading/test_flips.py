"""A few flipped bits of each kind: none is silently wrong. `python benchmarks/flips.py` flips 500
of each."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
import flips

ALWAYS_NOTICED = ("tables", "page", "manifest", "swept")


@pytest.mark.parametrize(
    ("kind", "count"), [(kind, 6) for kind in ALWAYS_NOTICED] + [("store", 25), ("log", 6)]
)
def test_no_flipped_bit_is_silently_wrong(kind, count):
    outcomes, faults = flips.measure(kind, count, seed=1)
    assert faults == []
    assert sum(outcomes.values()) == count
    if kind in ALWAYS_NOTICED:
        assert outcomes[flips.NOTICED] == count
    elif kind == "store":
        assert outcomes[flips.NOTICED] >= count // 10, "too few flips hit anything that matters"


def test_what_is_wrong_and_not_said_is_counted_as_such():
    true = [flips.Said("1"), flips.Said("2", "as ever")]
    assert flips.outcome(true, true) == flips.HARMLESS
    assert flips.outcome(true, [flips.Said("3"), flips.Said("2", "as ever")]) == flips.WRONG
    assert flips.outcome(true, [flips.Said("1"), flips.Said("3", "as ever")]) == flips.WRONG
    assert (
        flips.outcome(true, [flips.Said("3"), flips.Said("", "no more", error=True)]) == flips.WRONG
    )
    assert (
        flips.outcome(true, [flips.Said("3", "altered"), flips.Said("2", "as ever")])
        == flips.NOTICED
    )
    assert flips.outcome(true, [flips.Said("altered"), flips.Said("2", "as ever")]) == flips.NOTICED
    assert flips.outcome(true, [flips.Said("1"), flips.Said("", "?", crash=True)]) == flips.CRASH
