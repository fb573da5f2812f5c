"""The made-up company: its files are those of its generator, and what is fitted to them is what
they were made with."""

from __future__ import annotations

import runpy

import pytest
from documents import ROOT

from sim import fit

COMPANY = ROOT / "scenarios" / "company"
HOURS_A_WEEK = 40
FILES = ("people.xlsx", "mail.csv", "decisions.csv")


@pytest.mark.slow
def test_the_generator_makes_the_files_that_are_there(tmp_path):
    runpy.run_path(str(COMPANY / "generate.py"))["write"](tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (COMPANY / name).read_bytes(), name


def test_the_settings_behind_the_logs_are_found_again():
    truth = runpy.run_path(str(COMPANY / "generate.py"))["TRUTH"]
    people, mail, decisions = (COMPANY / name for name in FILES)
    found = fit([mail, decisions], people).found
    hours = {way: float(of["delay"].removesuffix("h")) for way, of in truth["flow"].items()}
    within = {way: one.low <= hours[way] <= one.high for way, one in found.delays.items()}
    within |= {
        kind.kind: kind.rate.low <= truth[kind.kind] / HOURS_A_WEEK <= kind.rate.high
        for kind in found.kinds
    }
    assert len(within) == 5
    assert all(within.values()), within
