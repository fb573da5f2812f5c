"""What must hold between the labels of a scenario's policies: each tells its policy from all
others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.errors import Problem
from sim.scenario.keys.settings import Settings
from sim.scenario.nodes import Node, child, problem
from sim.texts import clean


def wrong_labels(root: Node, base: str, policies: Mapping[str, Settings]) -> Iterator[Problem]:
    """Labels that are shown as another policy's label or name is, each at its place."""
    shown = {clean(name): name for name in policies}
    for name, policy in policies.items():
        label = None if policy.label is None else clean(policy.label)
        if label is None or shown.setdefault(label, name) == name:
            continue
        steps = ("label",) if name == base else ("variants", name, "label")
        node = child(root, *steps)
        other = shown[label]
        what = "name" if label == other else "label"
        message = f"{policy.label!r} is the {what} of the policy {other} too; choose another"
        if node is not None:
            yield problem(node.mark, ".".join(steps), message)
