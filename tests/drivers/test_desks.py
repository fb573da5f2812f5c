"""The books of desks, kept from the messages themselves, agree with what the Mesa driver counts."""

from __future__ import annotations

from scenario.strategies import random_scenario

from drivers.accounts import audited
from drivers.desk_accounts import RIGHT
from sim.parameters import parameters
from sim.scenario import Scenario


def test_the_books_of_desks_balance_on_random_scenarios():
    ended = dict.fromkeys(("ideas_stopped", "ideas_unread", "ideas_late", "messages_unread"), 0.0)
    ended |= dict.fromkeys((f"ideas_{name}" for name in RIGHT), 0.0)
    for seed in range(30):
        mapping = random_scenario(seed)
        mapping["clock"]["horizon"] = "8d"
        outcome, wrong = audited(parameters(Scenario.from_dict(mapping)), replication=seed)
        assert wrong == [], f"random scenario {seed}"
        for name in ended:
            ended[name] += float(outcome.leaders[name].sum())
    # Otherwise nothing would have been compared.
    assert min(ended.values()) > 0.0, ended
