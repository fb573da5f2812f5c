"""When sharing pays: the curves and break-even points in the page are those of the recorded
decisions, or of the runs at other urgencies where there are any."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from sim.comparison.turns import UNTOLD, point_text
from sim.comparison.wording import plain
from sim.dashboard import figures, theme
from sim.dashboard._sections import sections
from sim.dashboard.estimates import RunData
from sim.dashboard.figures.run import urgency
from sim.parameters.urgency import GRID
from sim.results import RUN
from sim.tables import read_table, write_table
from tests.dashboard import synthetic

MANIFEST = synthetic.manifest()
DAYS = {"operational": 5.0, "strategic": 63.0}  # 3 months are 63 working days
STAKES = {"operational": 1.0, "strategic": 8.0}


@pytest.fixture(scope="module")
def tables():
    return synthetic.tables(replications=40, issues=80)


@pytest.fixture(scope="module")
def recorded(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("result") / "decisions.parquet"
    write_table("decisions", tables["decisions"], path)
    return read_table(path)


def worth(decisions, variant, factor):
    """The mean over replications of the mean value of their decisions, worked out decision by
    decision."""
    by_run = {}
    for row in decisions[decisions["variant"] == variant].itertuples():
        worth = 0.0
        if row.decider:
            kept = 2 ** (-row.delay / (DAYS[row.kind] * factor))
            worth = STAKES[row.kind] * (
                max(row.quality, 0) * row.commitment * kept - max(-row.quality, 0)
            )
        by_run.setdefault(row.replication, []).append(worth)
    return np.mean([np.mean(values) for values in by_run.values()])


def test_the_break_even_points_printed_are_those_of_the_recorded_decisions(tables, recorded):
    reading = RunData(tables, MANIFEST)
    by_urgency = reading.once(urgency.urgency)
    drawn = {
        t["name"]: t for t in figures.draw("urgency", reading)["data"] if "breaks even" in t["name"]
    }
    printed = urgency.table(reading)
    met = {policy.variant: turn for policy, turn in by_urgency.points}
    assert {f"{name} breaks even" for name in met} == set(drawn) and len(met) == len(
        by_urgency.points
    ) >= 2
    for name, turn in met.items():

        def gap(log, name=name):
            return worth(recorded, name, 10**log) - worth(recorded, "shared", 10**log)

        log = brentq(gap, np.log10(turn.at) - 0.01, np.log10(turn.at) + 0.01, xtol=1e-9)
        assert drawn[f"{name} breaks even"]["x"] == [pytest.approx(log, abs=1e-6)]
        assert turn.half_lives["operational"] == pytest.approx(5 * 10**log, rel=1e-6)
        assert (
            urgency.factor_text(turn).replace(" ×", "") == point_text(turn)
            and urgency.factor_text(turn) in printed
        )
        text = said(reading)
        assert point_text(turn) in text and f"{turn.urgent} is worth more when" in text
        assert re.search(rf"operational {re.escape(plain(5 * 10**log))}\b", printed)


def said(reading):
    """The finding as one text; a list where it tells of several policies."""
    text = urgency.finding(reading)
    assert isinstance(text, str) or len(text) > 2
    return text if isinstance(text, str) else " ".join(text)


def test_the_curves_are_the_recorded_decisions_weighed_anew(tables, recorded):
    reading = RunData(tables, MANIFEST)
    rows = pd.DataFrame(
        urgency.data(reading).rows, columns=["variant", "factor", "value", "low", "high"]
    )
    here = rows[np.isclose(rows["factor"], 1)].set_index("variant")["value"]
    means = tables["runs"].groupby("variant")["value"].mean()
    assert here.to_dict() == pytest.approx(means.to_dict())
    some = rows[(rows["variant"] == "cascade")].iloc[::10]
    for row in some.itertuples():
        assert row.value == pytest.approx(worth(recorded, "cascade", row.factor))
    assert rows["factor"].min() == pytest.approx(0.01) and rows["factor"].max() == pytest.approx(
        100
    )
    drawn = figures.draw("urgency", reading)["data"]
    lines = [t for t in drawn if t["name"] == "cascade" and "hovertext" in t]
    assert len(lines) == 1 and len(lines[0]["x"]) == 41


def other_urgencies(runs):
    """A table `urgency` in which top-down meets shared at half-lives of a half, whatever was
    recorded."""
    parts = []
    for factor in GRID:
        part = runs[["scenario", "variant", "point", "replication"]].assign(factor=factor)
        ahead = np.where(part["variant"] == "top-down", -0.2 * np.log2(2 * factor), 0.0)
        parts.append(part.assign(value=np.log2(32 * factor) + ahead + 0.01 * part["replication"]))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("narrow", [False, True])
def test_names_of_break_even_points_stand_beside_the_curves(tables, narrow):
    reading = RunData({**tables, "urgency": other_urgencies(tables["runs"])}, MANIFEST)
    drawn = figures.draw("urgency", reading, narrow)
    across, up = drawn["layout"]["xaxis"]["range"], drawn["layout"]["yaxis"]["range"]
    wide, high = (356, 326) if narrow else (736, 356)
    (name,) = [note for note in drawn["layout"]["annotations"] if "0.500 ×" in note["text"]]
    x = (name["x"] - across[0]) / (across[1] - across[0]) * wide + name.get(
        "xshift", name.get("ax", 0)
    )
    y = (up[1] - name["y"]) / (up[1] - up[0]) * high + name.get("ay", -name.get("yshift", 0))
    half = theme.text_width(name["text"], 12) / 2
    for line in [t for t in drawn["data"] if t["mode"] == "lines" and "hovertext" in t]:
        at = (np.linspace(x - half, x + half, 50) / wide) * (across[1] - across[0]) + across[0]
        there = (up[1] - np.interp(at, line["x"], line["y"])) / (up[1] - up[0]) * high
        assert np.abs(there - y).min() > 6


def test_runs_at_other_urgencies_are_shown_where_there_are_any(tables):
    again = {**tables, "urgency": other_urgencies(tables["runs"])}
    reading = RunData(again, MANIFEST)
    by_urgency = reading.once(urgency.urgency)
    assert by_urgency.simulated and by_urgency.factors.tolist() == list(GRID)
    turns = {policy.variant: turn for policy, turn in by_urgency.turns.items()}
    assert turns["top-down"].at == pytest.approx(0.5) and turns["cascade"].state == UNTOLD
    assert "was run again" in urgency.note(reading) and "weighed anew with all" not in urgency.note(
        reading
    )
    assert "every half-life is 0.500 [0.500 to 0.500] times the scenario's" in said(reading)
    assert "top-down is worth more when issues are more urgent, shared when they are less" in said(
        reading
    )
    assert (
        "shared are worth the same at every urgency, from 16 times more urgent than here"
        in said(reading)
    )
    ticks = figures.draw("urgency", reading)["layout"]["xaxis"]["ticktext"]
    assert ticks[0].startswith("0.0625 ×<br>") and ticks[2] == "1 ×<br>5.0 d"
    recorded = RunData(tables, MANIFEST).once(urgency.urgency)
    assert not recorded.simulated and recorded.turns != by_urgency.turns


def test_one_replication_and_one_policy_and_nothing_decided(tables):
    once = RunData(synthetic.tables(replications=1), MANIFEST)
    assert not any("[" in line for line in [urgency.finding(once), urgency.table(once)])
    alone = RunData(synthetic.tables(("shared",), 3, 50), synthetic.manifest(("shared",)))
    assert "nothing to compare it with" in urgency.finding(alone)
    nothing = RunData(synthetic.nothing_decided(tables), MANIFEST)
    assert urgency.finding(nothing).startswith("Nothing was decided")
    (section,) = [s for s in sections(RUN, nothing) if s.anchor == "urgency"]
    assert section.table == "" and section.data is None
