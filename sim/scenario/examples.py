"""Snippets of YAML that messages recommend, made for the scenario at hand: each passes `check`
where it is put."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.reads import reads

if TYPE_CHECKING:
    from sim.scenario.keys.settings import Settings

VARIED = {
    "power.sharing": ("[0, 0.5, 1]", "{from: 0, to: 1, steps: 3}"),
    "consensus.limit": ("[1d, 5d]", "{from: 1d, to: 2w, steps: 3}"),
    "flow.up.open": ("[0, 0.5, 1]", "{from: 0, to: 1, steps: 3}"),
    "power.gather": ("[0d, 1d]", "{from: 0d, to: 5d, steps: 3}"),
    "work.load": ("[50%, 70%]", "{from: 50%, to: 80%, steps: 3}"),
}
"""Keys that may be varied, as a list and as a range; some of them every policy reads."""


def vary(policy: Settings, keys: int = 1, ranges: bool = False) -> str:
    """A `vary:` of so many keys that the policy reads, in lists or in ranges."""
    known = [key for key in VARIED if reads(policy, key)][:keys]
    return f"vary: {{{', '.join(f'{key}: {VARIED[key][ranges]}' for key in known)}}}"


def sweep(policy: Settings, keys: int = 1, ranges: bool = False) -> str:
    """A whole section `sweep:` that varies so many keys."""
    return f"sweep: {{{vary(policy, keys, ranges)}}}"
