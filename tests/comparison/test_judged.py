"""By which measure policies are judged: value, or net value where hours have a price; and that all
which says who is worth more goes by it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drivers.ready import make_ready

from sim.comparison import compare
from sim.comparison.best import ranking
from sim.comparison.headline import headline
from sim.comparison.judged import in_net_value, judged_by, prices, unlike_prices
from sim.comparison.sentences import details
from sim.comparison.short import in_short
from sim.comparison.turns import sentence, turns_of
from sim.comparison.urgency import reweighted
from sim.measures import DETAILS, HEADLINE, MAIN, shown_in
from sim.runner import run
from sim.scenario import Scenario

SCENARIO = {
    "name": "priced",
    "seed": 3,
    "replications": 12,
    "clock": {"horizon": "3mo", "warmup": "0d"},
    "stream": {"positions": [{"name": "up", "leaders": 2}, {"name": "down", "leaders": 6}]},
    "perspective": {"breadth": 0.2},
    "issues": {
        "matter": {"rate": "5/w", "raised_at": "down", "decided_at": "up", "half_life": "20d"}
    },
    "work": {"rework": "2h"},
    "variants": {"alone": {"power.rule": "autocratic"}},
}
DEAR = 0.05


def _run(**variant):
    work = {"work": {**SCENARIO["work"], "worth": DEAR}}
    variants = {"variants": {"alone": {**SCENARIO["variants"]["alone"], **variant}}}
    return _played({**SCENARIO, **work, **variants})


def _played(mapping):
    make_ready()
    return run(Scenario.from_dict(mapping), progress=False)


@pytest.fixture(scope="module")
def free():
    return _played(SCENARIO)


@pytest.fixture(scope="module")
def priced():
    return _run()


def test_policies_are_judged_by_net_value_where_an_hour_has_a_price():
    policies = {"a": {"work": {"worth": 0.0}}, "b": {"work": {"worth": 0.5}}, "c": {}}
    assert prices({"policies": policies}) == {"a": 0.0, "b": 0.5, "c": 0.0}
    assert judged_by({"policies": policies}) == "net_value"
    assert judged_by({"policies": {"a": policies["a"], "c": {}}}) == "value"
    assert judged_by({}) == "value" == judged_by({"policies": ["a", "b"]})
    assert judged_by({"policies": ["a"], "prices": {"a": 0.5}}) == "net_value"
    assert judged_by({"policies": ["a"], "keys": ["work.worth"]}) == "net_value"
    assert in_net_value("net_value") == " in net value" and in_net_value("value") == ""


def test_net_value_takes_the_place_of_value_but_in_the_details():
    for place in (HEADLINE, MAIN):
        at = shown_in(place).index("value")
        assert shown_in(place, "net_value")[at] == "net_value"
        assert "value" not in shown_in(place, "net_value")
    assert shown_in(DETAILS, "net_value") == shown_in(DETAILS)
    assert {"value", "net_value"} <= set(shown_in(DETAILS))


def test_a_price_changes_no_run_but_net_value(free, priced):
    for name in ("decisions", "leaders", "days"):
        one, other = free.tables[name], priced.tables[name]
        kept = [column for column in one.columns if column != "net_value"]
        assert one[kept].equals(other[kept])
    rows = priced.tables["decisions"]
    hours = rows["person_hours"] + rows["reading_hours"] + rows["rework_hours"]
    np.testing.assert_array_equal(rows["net_value"], rows["value"] - DEAR * hours)
    assert free.tables["decisions"]["net_value"].equals(free.tables["decisions"]["value"])


def test_the_best_is_another_where_hours_are_dear(free, priced):
    by_value, by_net = (
        ranking(free.tables["runs"], "value"),
        ranking(priced.tables["runs"], "net_value"),
    )
    assert (by_value.first, by_net.first) == ("base", "alone") and not by_net.others
    for result, named in (
        (free, "base, where a decision is worth most, "),
        (priced, "alone, where a decision is worth most in net value, "),
    ):
        said = in_short(result.tables, result.manifest)
        assert said[0].startswith(f"Best here: {named}")
    for text in in_short(free.tables, free.manifest) + _details(free):
        assert "net value" not in text
    assert "less a decision in net value" not in " ".join(in_short(free.tables, free.manifest))
    assert "is worth more (" in " ".join(_details(priced)) and "hours paid for" in str(
        _details(priced)
    )


def _details(result):
    return details(result.tables["runs"], result.tables["decisions"], manifest=result.manifest)


def test_the_table_of_every_answer_shows_net_value(priced):
    table = headline(priced.tables["runs"], None, judged_by(priced.manifest))
    assert "net_value" in table.rows[0].cells and "value" not in table.rows[0].cells
    runs = priced.tables["runs"]
    found = compare(runs, ["net_value"]).set_index("variant")["mean"]
    assert table.rows[1].cells["net_value"].mean == found["alone"]


def test_value_by_urgency_pays_for_the_hours(free, priced):
    names, one = ["base", "alone"], np.array([0.01, 1.0, 100.0])
    curves = {
        name: reweighted(result.tables["decisions"], names, result.manifest, factors=one)
        for name, result in (("free", free), ("priced", priced))
    }
    assert (curves["free"].measure, curves["priced"].measure) == ("value", "net_value")
    runs = priced.tables["runs"].set_index("variant")
    for name in names:
        np.testing.assert_allclose(
            curves["priced"].values[name][1], runs.loc[name, "net_value"], rtol=1e-12
        )
        # The same price at every urgency.
        costs = curves["free"].values[name] - curves["priced"].values[name]
        np.testing.assert_allclose(costs, np.broadcast_to(costs[1], costs.shape), atol=1e-12)
        assert np.all(costs > 0)


def test_net_value_by_urgency_by_hand():
    """One decision that is good and one that nobody took: only the gain falls with delay."""
    rows = pd.DataFrame(
        {
            "variant": ["base", "base"],
            "point": [0, 0],
            "replication": [0, 0],
            "kind": ["matter", "matter"],
            "quality": [0.5, np.nan],
            "commitment": [0.5, 0.0],
            "delay": [4.0, 9.0],
            "person_hours": [8.0, 2.0],
            "reading_hours": [2.0, 1.0],
            "rework_hours": [4.0, 0.0],
        }
    )
    policy = {
        "issues": {"matter": {"stakes": 2, "half_life": "4d"}},
        "work": {"worth": 0.125},
    }
    found = reweighted(rows, ["base"], {"policies": {"base": policy}}, factors=np.array([0.5, 1.0]))
    # 2 x .5 x .5 halved twice, then once; less 17 hours at 1/8 stakes; over two decisions.
    expected = [(0.5 / 4 - 17 / 8) / 2, (0.5 / 2 - 17 / 8) / 2]
    assert found.values["base"][:, 0] == pytest.approx(expected, abs=1e-12)


def test_turning_points_say_that_they_are_of_net_value(free, priced):
    texts = [
        sentence(turns_of(r.tables["decisions"], r.manifest, "alone", "base")[0])
        for r in (free, priced)
    ]
    assert not texts[0].startswith("By net value") and texts[1].startswith("By net value, ")


def test_what_has_another_price_is_not_comparable():
    result = _run(**{"work.worth": 2 * DEAR})
    said = unlike_prices(result.manifest)
    assert said == (
        "An hour is not worth the same under all policies (work.worth: base 0.050 and alone 0.10), "
        "so that their net values are not comparable."
    )
    assert said in in_short(result.tables, result.manifest) and said in _details(result)
    assert unlike_prices(_run().manifest) == ""


def test_the_table_of_urgency_has_net_value_too():
    result = _played(
        {
            **SCENARIO,
            "replications": 3,
            "work": {"rework": "2h", "worth": DEAR},
            "variants": {"shares": {"consensus.limit": "50%"}},
        }
    )
    table, runs = result.tables["urgency"], result.tables["runs"]
    here = table[table["factor"] == 1.0].sort_values(["variant", "replication"])
    expected = runs.sort_values(["variant", "replication"])
    for name in ("value", "net_value"):
        assert here[name].tolist() == expected[name].tolist()
    assert np.all(table["net_value"] < table["value"])
    other = table[(table["variant"] == "base") & (table["factor"] != 1.0)]
    exact = (other["value"] - other["net_value"]).groupby(other["replication"])
    assert np.all(exact.max() - exact.min() < 1e-9)


def test_a_claim_may_be_of_net_value():
    claims = [{"metric": "net_value", "higher": "alone", "than": "base"}]
    work = {"rework": "2h", "worth": DEAR}
    result = _played({**SCENARIO, "work": work, "claims": claims})
    assert [claim["verdict"] for claim in result.manifest["claims"]] == ["holds"]
