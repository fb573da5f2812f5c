"""Ties of two real organisations; skipped where their data are not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.sources.channels import Ties, ties_of
from sim.sources.contacts import read_contacts
from sim.sources.oddities import Oddities
from sim.sources.people import read_people
from sim.sources.thresholds import Rules
from sim.sources.tie_facts import TieFacts, tie_facts


def ties(folder: Path) -> tuple[Ties, TieFacts, dict[str, int]]:
    oddities = Oddities()
    people = read_people(folder / "people.csv", "people.csv", oddities, {})
    directory = people.directory(oddities)
    contacts = read_contacts(folder / "ties.csv", "ties.csv", oddities, {}, match=directory.match)
    found = ties_of([contacts], directory, Rules(), oddities)
    manager = directory.match(people.table["manager"]).to_numpy(np.int64)
    said = {odd.code: odd.count for odd in oddities if odd.file == "ties.csv"}
    return found, tie_facts(found, manager), said


def test_krackhardts_managers(shared_data):
    found, facts, said = ties(shared_data / "krackhardt_hightech")
    advice, friendship = facts.kinds
    assert (advice.kind, advice.ties, advice.lines_with) == ("advice", 190, 20)
    assert (friendship.kind, friendship.ties, friendship.lines_with) == ("friendship", 102, 12)
    assert facts.lines == facts.said_lines == facts.agreeing == 20
    assert len(found.written()) == 292 and found.messages.empty
    assert not said


def test_mission_control_of_apollo_13(shared_data):
    found, facts, said = ties(shared_data / "apollo13_mission_control")
    assert said["no-person"] == 7 and said["no-calendar"] == 3882
    assert len(found.messages) == 3875
    assert not found.calendar
    (voice,) = facts.kinds
    assert (voice.kind, voice.messages, voice.lines_with, facts.lines) == ("voice", 3875, 12, 14)
