"""The essay put to the test: what is declared fits together, what is judged is judged rightly, and
the document is what was found."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from documents import ROOT, text_of
from drivers.ready import make_ready

from sim.errors import LeaderstreamError

sys.path.append(str(ROOT / "docs"))
import essay
import essay_text
from essay_claims import (
    DEPENDS,
    FAILS,
    HOLDS,
    NOT_CLEAR,
    NOT_SO,
    OPPOSITE,
    VERDICTS,
    Named,
    found,
    load,
    mistakes,
    verdict,
)

DECLARED = load()
STORED = json.loads(text_of(essay.RESULTS))


def test_what_is_declared_fits_the_scenarios():
    assert list(mistakes(DECLARED)) == []


def test_there_are_many_statements_each_with_a_verdict():
    names = [one.name for one in DECLARED.statements]
    assert len(set(names)) == len(names) >= 15
    assert {one.verdict for one in DECLARED.statements} <= set(VERDICTS)
    assert all(len(one.quote) <= essay_text.QUOTE for one in DECLARED.statements)
    assert all(text.strip() for text in (*DECLARED.unsaid, *DECLARED.unsaid.values()))


def test_readings_leave_numbers_to_the_runs():
    assert [one.name for one in DECLARED.statements if re.search(r"\d\.\d", one.reading)] == []


def test_every_reading_was_written_for_the_verdict_of_the_runs():
    assert essay.stale(DECLARED, STORED) == []


def test_exactly_what_is_declared_was_run():
    assert list(STORED["statements"]) == [one.name for one in DECLARED.statements]
    for one in DECLARED.statements:
        facts = STORED["statements"][one.name]
        assert list(facts["claims"]) == [str(claim) for claim in one.claims]
        assert list(facts["dial"]) == list(one.dial.settings)
        outcomes = [
            [each["outcome"] for each in facts[part].values()] for part in ("claims", "dial")
        ]
        assert facts["verdict"] == verdict(*outcomes)


def test_the_document_says_what_is_declared_and_was_found():
    text = text_of(essay.DOCUMENT)
    assert essay.written(text, DECLARED, STORED) == text, "run python docs/essay.py --text"


def test_the_first_replication_gives_the_stored_differences_again():
    make_ready()
    only = tuple(replace(one, dial=replace(one.dial, settings={})) for one in DECLARED.statements)
    quick = replace(DECLARED, statements=only)
    again = essay.judged(quick, essay.play(quick, 2, 2))
    for name, facts in again.items():
        for claim, each in facts["claims"].items():
            stored = STORED["statements"][name]["claims"][claim]["first"]
            assert each["first"] == pytest.approx(stored, abs=1e-9), f"{name}: run make essay"


def test_a_dial_is_turned_in_the_scenario_of_the_statement(monkeypatch):
    one = next(one for one in DECLARED.statements if one.dial.name == "world")
    played = []

    def run(scenario, **how):
        played.append((scenario, how))
        return SimpleNamespace(tables={"runs": None})

    monkeypatch.setattr("sim.runner.run", run)
    essay.play(replace(DECLARED, statements=(one,)), 7, 5)
    names = [scenario.name for scenario, _ in played]
    count = len(one.dial.settings)
    assert names == [f"essay-{one.scenario}"] * count + ["crisis"]
    assert [how["replications"] for _, how in played] == [7, *[5] * count]
    own, urgent = (scenario.issues["operational"].half_life for scenario, _ in played[:2])
    assert urgent != own
    assert {how["seed"] for _, how in played} == {played[0][0].seed}
    needed = {policy for claim in one.claims for policy in claim.policies}
    assert set(played[0][1]["variants"]) == needed
    assert set(played[1][1]["variants"]) == set(one.claims[0].policies)


def runs_of(**values):
    """A runs table with a measure under some policies, replication by replication."""
    rows = [
        {"variant": name, "point": 0, "replication": place, "quality": value}
        for name, some in values.items()
        for place, value in enumerate(some)
    ]
    return pd.DataFrame(rows)


NOISE = np.random.default_rng(1).normal(0, 0.01, 40)


@pytest.mark.parametrize(
    ("gap", "by", "outcome"),
    [(0.1, 0.05, HOLDS), (-0.1, 0.05, OPPOSITE), (0.0, 0.05, NOT_SO), (0.05, 0.05, NOT_CLEAR)],
)
def test_the_outcome_of_a_claim(gap, by, outcome):
    centred = NOISE - NOISE.mean()
    runs = runs_of(a=0.5 + gap + centred, b=np.full(40, 0.5))
    claim = Named.read("quality higher a than b")
    one = found(runs, claim, by, 0.999)
    assert one.outcome == outcome and one.difference == pytest.approx(gap)
    assert one.low < one.difference < one.high
    turned = found(runs, Named.read("quality lower b than a"), by, 0.999)
    assert (turned.outcome, turned.difference) == (outcome, pytest.approx(-gap))


def test_a_contrast_compares_two_differences():
    runs = runs_of(a=0.9 + NOISE, b=0.4 + NOISE, c=np.full(40, 0.7), d=0.5 - NOISE)
    claim = Named.read("quality higher a less b than c less d")
    assert claim.contrast and claim.policies == ("a", "b", "c", "d")
    one = found(runs, claim, 0.1, 0.999)
    assert one.outcome == HOLDS
    assert one.difference == pytest.approx(0.5 - 0.2 - NOISE.mean())
    assert str(claim) == "quality higher a less b than c less d"


@pytest.mark.parametrize("text", ["quality higher a", "quality above a than b", "a than b"])
def test_what_names_no_claim_is_refused(text):
    with pytest.raises(ValueError, match="higher"):
        Named.read(text)


@pytest.mark.parametrize(
    ("claims", "turned", "said"),
    [
        ([HOLDS, HOLDS], [HOLDS, NOT_CLEAR, NOT_SO], HOLDS),
        ([HOLDS], [OPPOSITE], DEPENDS),
        ([HOLDS, NOT_SO], [HOLDS], DEPENDS),
        ([OPPOSITE], [HOLDS], DEPENDS),
        ([NOT_SO, NOT_SO], [NOT_CLEAR], FAILS),
        ([OPPOSITE], [], FAILS),
        ([HOLDS, NOT_CLEAR], [HOLDS], NOT_CLEAR),
        ([NOT_CLEAR], [NOT_SO], NOT_CLEAR),
        ([NOT_CLEAR], [NOT_SO, HOLDS], DEPENDS),
    ],
)
def test_the_verdict_on_a_statement(claims, turned, said):
    assert verdict(claims, turned) == said


def test_mistakes_in_what_is_declared_are_found():
    one = DECLARED.statements[0]
    odd = replace(one, claims=(Named.read("quality higher shared than nobody"),), verdict="perhaps")
    found_mistakes = list(mistakes(replace(DECLARED, statements=(odd, *DECLARED.statements[1:]))))
    assert (
        f"{one.scenario}: 'quality higher shared than nobody' is no claim of it" in found_mistakes
    )
    assert any(text.startswith(f"{one.name}: 'perhaps' is no verdict") for text in found_mistakes)
    assert any("for no statement" in text for text in found_mistakes)
    stricter = replace(DECLARED, smallest={**DECLARED.smallest, "quality": 1}, confidence=0.5)
    texts = "\n".join(mistakes(stricter))
    assert "`by` is" in texts and "the confidence is not 0.5" in texts


def test_without_a_scenario_to_play_the_stored_results_are_taken():
    assert essay.results_of(DECLARED, ()) == STORED
    unknown = replace(DECLARED.statements[0], name="unheard-of")
    with pytest.raises(LeaderstreamError, match=r"no results are stored of unheard-of$"):
        essay.results_of(replace(DECLARED, statements=(unknown,)), ())


def test_a_dial_is_summed_up_by_outcome():
    dial = {"low": {"outcome": HOLDS}, "mid": {"outcome": NOT_CLEAR}, "high": {"outcome": HOLDS}}
    said = "The first comparison holds at low and high; is not clear at mid."
    assert essay_text.summary(dial) == said
    assert essay_text.summary({"low": {"outcome": OPPOSITE}, "high": {"outcome": OPPOSITE}}) == (
        "At every setting the first comparison turns into its opposite."
    )


def test_a_dial_of_one_key_says_what_the_scenario_has():
    named = {one.dial.name: one for one in DECLARED.statements}
    scenarios = DECLARED.scenarios()
    load_dial, half_lives = named["load"], named["half-lives"]
    assert (
        essay_text.dial_title(load_dial, scenarios[load_dial.scenario]) == "`work.load`, here 70%"
    )
    assert essay_text.dial_title(half_lives, scenarios[half_lives.scenario]) == "all half-lives"
