"""Ties of two real organisations; skipped where their data are not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.sources.channels import Rules, Ties, ties_of
from sim.sources.contacts import read_contacts
from sim.sources.oddities import Oddities
from sim.sources.tie_facts import TieFacts, tie_facts
from sources.known import Known


def ties(folder: Path, *accounts: str) -> tuple[Ties, TieFacts, dict[str, int]]:
    people = pd.read_csv(folder / "people.csv", dtype=str, keep_default_na=False)
    people = people[~people["id"].isin(accounts)]
    known, oddities = Known(people["id"].tolist(), accounts), Oddities()
    contacts = read_contacts(folder / "ties.csv", "ties.csv", oddities, {})
    found = ties_of([contacts], known, Rules(), oddities)
    manager = known.match(people["manager_id"]).to_numpy(np.int64)
    return found, tie_facts(found, manager), {one.code: one.count for one in oddities}


def test_krackhardts_managers(shared_data):
    found, facts, said = ties(shared_data / "krackhardt_hightech")
    advice, friendship = facts.kinds
    assert (advice.kind, advice.ties, advice.lines_with) == ("advice", 190, 20)
    assert (friendship.kind, friendship.ties, friendship.lines_with) == ("friendship", 102, 12)
    assert facts.lines == facts.said_lines == facts.agreeing == 20
    assert len(found.written()) == 292 and found.messages.empty
    assert not said


def test_mission_control_of_apollo_13(shared_data):
    found, facts, said = ties(shared_data / "apollo13_mission_control", "5")
    assert said["no-person"] == 7 and said["no-calendar"] == 3882
    assert len(found.messages) == 3875
    assert not found.calendar
    (voice,) = facts.kinds
    assert (voice.kind, voice.messages, voice.lines_with, facts.lines) == ("voice", 3875, 12, 14)
