"""Logs of decisions: read as CSV and XES, and what they tell of cases."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.errors import InvalidInput, UsageError
from sim.exchange.log import log_of
from sim.exchange.recording import record
from sim.exchange.xes import as_xes
from sim.fitting.cases import cases_of, kinds_of
from sim.fitting.events import is_event_log, read_events
from sim.fitting.meetings import meetings_of, meetings_told
from sim.fitting.worktime import WorkTime
from sim.parameters import parameters
from sim.scenario import Scenario
from sim.sources.oddities import Oddities

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
import fit_coverage

ROWS = """Vorgang;Art;Aktivität;Bearbeiter;Zeitstempel
1;purchase;opened;ann;2026-01-05T09:00:00+00:00
1;purchase;approved;tom;2026-01-06T09:00:00+00:00
2;purchase;opened;ann;2026-01-05T10:00:00+00:00
2;purchase;withdrawn;ann;2026-01-05T16:00:00+00:00
3;hire;opened;tom;2026-01-07T09:00:00+00:00
;hire;opened;tom;2026-01-07T09:00:00+00:00
"""
XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <trace>
    <string key="concept:name" value="1"/><string key="kind" value="purchase"/>
    <event><string key="concept:name" value="opened"/><string key="org:resource" value="ann"/>
      <date key="time:timestamp" value="2026-01-05T09:00:00+00:00"/></event>
    <event><string key="concept:name" value="approved"/><string key="org:resource" value="tom"/>
      <date key="time:timestamp" value="2026-01-06T09:00:00+00:00"/></event>
  </trace>
  <trace>
    <string key="concept:name" value="2"/><string key="kind" value="purchase"/>
    <event><string key="concept:name" value="opened"/><string key="org:resource" value="ann"/>
      <date key="time:timestamp" value="2026-01-05T10:00:00+00:00"/></event>
  </trace>
</log>
"""
CLOCK = WorkTime(
    False,
    opens=9.0,
    day=8.0,
    weekdays=(0, 1, 2, 3, 4),
    first=pd.Timestamp("2026-01-05 09:00", tz="UTC"),
)
PEOPLE = {"ann": 0, "tom": 1}


def read(tmp_path: Path, name: str, text: str) -> tuple[pd.DataFrame, Oddities]:
    path, oddities = tmp_path / name, Oddities()
    path.write_text(text, encoding="utf-8")
    return read_events(path, name, oddities, {}), oddities


def cases(steps: pd.DataFrame, *decided: str):
    return cases_of(steps, steps["resource"].map(PEOPLE).fillna(-1).astype(int), CLOCK, decided)


def test_a_table_and_xes_tell_the_same_of_their_cases(tmp_path):
    table, oddities = read(tmp_path, "log.csv", ROWS)
    events, _ = read(tmp_path, "log.xes", XES)
    assert [one.code for one in oddities] == ["step-without-case"]
    for steps in (table, events):
        first = cases(steps).table.set_index("case").loc["1"]
        assert (first["kind"], first["arose"], first["decided"]) == ("purchase", 0.0, 8.0)
        assert (first["origin"], first["decider"]) == (0, 1)


def test_both_exports_of_a_run_tell_the_same_cases(tmp_path):
    recording = record(parameters(Scenario.from_dict(dict(fit_coverage.known(5).scenario))), 0)
    log_of(recording).decisions.to_csv(tmp_path / "decisions.csv", index=False)
    arose = [step for step in recording.steps if step.activity == "raised" and step.case.isdigit()]
    kinds = list(recording.inputs.scenario.issues)
    table = pd.DataFrame(
        {"issue": [int(step.case) for step in arose], "kind": [kinds[step.kind] for step in arose]}
    )
    as_xes(recording, table, {}).write(tmp_path / "decisions.xes")
    found = []
    for name in ("decisions.csv", "decisions.xes"):
        steps = read_events(tmp_path / name, name, Oddities(), {})
        nobody = pd.Series(-1, index=steps.index)
        rows = cases_of(steps, nobody, CLOCK).table.set_index("case").dropna(subset="decided")
        found.append(rows[["kind", "arose", "decided"]])
        held = meetings_of(steps, CLOCK, pd.Series({recording.inputs.structure.id[0]: 0}))
        assert len(held) and (held["end"] - held["start"] == 2.0).all()
    csv, xes = (rows.dropna(subset="arose").sort_index() for rows in found)
    assert len(csv) > 20
    pd.testing.assert_frame_equal(csv, xes.loc[csv.index])


def test_cases_end_without_a_decision_or_stay_open(tmp_path):
    table, _ = read(tmp_path, "log.csv", ROWS)
    found = cases(table).table.set_index("case")
    assert found.loc["2", "over"] == 7.0 and np.isnan(found.loc["2", "decided"])
    assert np.isnan(found.loc["3", "over"])
    purchase = next(kind for kind in kinds_of(cases(table)) if kind.kind == "purchase")
    assert (purchase.cases, purchase.undecided.value) == (2, 0.5)


def test_the_user_says_what_decides_and_is_told_what_there_is(tmp_path):
    table, _ = read(tmp_path, "log.csv", ROWS)
    assert cases(table, "withdrawn").table.set_index("case").loc["2", "decided"] == 7.0
    with pytest.raises(UsageError, match=r"aproved.*did you mean 'approved'"):
        cases(table, "aproved")


def test_cases_that_begin_in_the_midst_have_no_beginning():
    rows = [
        (str(n), "raised" if n else "discussed", f"2026-01-05T{9 + n % 8:02}:00") for n in range(9)
    ]
    steps = pd.DataFrame(rows, columns=["case", "activity", "time"]).assign(
        kind="", resource="", lifecycle="", attendees=""
    )
    steps["time"] = pd.to_datetime(steps["time"], utc=True)
    found = cases(steps)
    assert found.midst == 1
    assert np.isnan(found.table.set_index("case").loc["0", "arose"])


def test_files_that_are_no_log_of_decisions_are_told_apart_or_refused(tmp_path):
    (tmp_path / "mail.csv").write_text("time,source,target\n1,a,b\n", encoding="utf-8")
    (tmp_path / "log.xes").write_text(XES, encoding="utf-8")
    (tmp_path / "log.csv").write_text(ROWS, encoding="utf-8")
    found = [is_event_log(tmp_path / name, name, {}) for name in ("mail.csv", "log.xes", "log.csv")]
    assert found == [False, True, True]
    with pytest.raises(InvalidInput, match="no well-formed event log"):
        read(tmp_path, "cut.xes", XES[:400])
    with pytest.raises(InvalidInput, match="document type"):
        read(tmp_path, "doctype.xes", XES.replace("<log", "<!DOCTYPE log []>\n<log", 1))
    with pytest.raises(InvalidInput, match=r"log \(XES\): unknown encoding"):
        read(tmp_path, "odd.xes", XES.replace('"UTF-8"', '"UTF-4"', 1))
    with pytest.raises(InvalidInput, match="no step with a case"):
        read(tmp_path, "empty.csv", "case,activity,time\n,opened,2026-01-05\n")


def test_meetings_are_steps_with_attendees_from_start_to_end():
    rows = [
        ("7", "forum met", "start", "ann; tom; eve", "2026-01-05T09:00"),
        ("7", "forum met", "complete", "ann; tom; eve", "2026-01-05T11:00"),
        ("7", "forum wrote", "start", "ann; tom", "2026-01-05T12:00"),
        ("7", "forum wrote", "complete", "ann; tom", "2026-01-05T13:00"),
        ("7", "forum met", "start", "ann; tom; eve", "2026-01-06T09:00"),
        ("7", "forum met", "complete", "ann; tom; eve", "2026-01-06T10:00"),
    ]
    names = ["case", "activity", "lifecycle", "attendees", "time"]
    steps = pd.DataFrame(rows, columns=names)
    steps["time"] = pd.to_datetime(steps["time"], utc=True)
    held = meetings_of(steps, CLOCK, pd.Series(PEOPLE))
    assert sorted(zip(held["person"], held["start"], held["end"], strict=True)) == [
        (0, 0.0, 2.0),
        (0, 8.0, 9.0),
        (1, 0.0, 2.0),
        (1, 8.0, 9.0),
    ]
    told = meetings_told(held, 4, 80.0, 8.0)
    assert told is not None
    assert (told.meetings, told.length.value) == (2, 1.5)
    assert told.person_hours.value == pytest.approx(6 / 4 / 2)
