"""A search for bridges: paired runs, intervals that hold together, groups where people are hidden,
the page of the run."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import sim
from experiments.bridges.organisations import scenario, written
from sim.comparison.statistics import interval
from sim.errors import Refused, UsageError
from sim.experiments._play import MEASURES
from sim.experiments.bridges import bridges as searching
from sim.experiments.bridges.saved import OUTCOME, beside, outcome, read
from sim.experiments.store import Store
from sim.tables import read_table

HOW = {"engine": "mesa", "executor": "threads", "workers": 1, "candidates": 3, "replications": 3}


@pytest.fixture(scope="module", autouse=True)
def short_pilot():
    """Few runs are enough to see that there is a pilot."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "PILOT", 2)
        yield


@pytest.fixture(scope="module")
def searched(tmp_path_factory, short_pilot):
    """A search and its folder, played once."""
    folder = tmp_path_factory.mktemp("bridges")
    return sim.bridges(written(folder), out=folder, **HOW), folder


def test_each_candidate_is_the_policy_with_one_further_pair_under_the_same_seeds(searched):
    found, folder = searched
    runs = read_table(found.folder / "runs.parquet")
    assert sorted(set(runs["point"])) == [0, 1, 2, 3]
    assert found.folder == folder / "two-bridges"
    again = sim.run(
        scenario(folder, stream__pairs=[list(found.found[0].ids)], replications=3),
        variants=["line"],
        engine="mesa",
        workers=1,
        save=False,
    ).tables["runs"]
    gap = again["value"].to_numpy() - runs[runs["point"] == 0]["value"].to_numpy()
    assert found.found[0].alone == pytest.approx(tuple(interval(gap)))
    assert found.found[0].gap == pytest.approx(tuple(interval(gap, 1 - 0.05 / 3)))


def test_what_was_run_is_not_run_again_and_the_best_mean_is_first(searched):
    found, folder = searched
    again = sim.bridges(folder / "two.yaml", out=folder, **HOW)
    assert (again.done, again.before) == (12, 12)
    assert (found.done, found.before) == (12, 0)
    means = [one.gap.mean for one in again.found]
    assert means == sorted(means, reverse=True)
    told, kept = outcome(again), read(found.folder)
    assert [one["ids"] for one in told["candidates"]] == [one["ids"] for one in kept["candidates"]]
    assert again.verdict == found.verdict == kept["verdict"]


def test_the_pilot_judges_nothing(searched):
    found, _ = searched
    with Store.open(found.folder, MEASURES, write=False) as store:
        blocks = list(store.rows(found.segments))
    assert {int(n) for block in blocks for n in block.replications} == {0, 1, 2}


def test_the_page_of_the_run_shows_it_whichever_comes_first(tmp_path):
    path = written(tmp_path)
    first = sim.run(path, out=tmp_path, engine="mesa", workers=1, replications=2, replays=0)
    assert 'id="organisation"' in (first.folder / "dashboard.html").read_text()
    assert 'id="bridges"' not in (first.folder / "dashboard.html").read_text()
    found = sim.bridges(path, out=tmp_path, **{**HOW, "candidates": 1, "replications": 2})
    page = (first.folder / "dashboard.html").read_text()
    assert 'id="bridges"' in page
    assert sim.load(first.folder).manifest["bridges"] == read(found.folder)
    # A run of another setting does not show it; one more of the same does.
    other = sim.run(
        scenario(tmp_path, flow__down__open="10%"),
        out=tmp_path,
        engine="mesa",
        workers=1,
        replications=2,
        replays=0,
    )
    assert "bridges" not in other.manifest
    assert beside(tmp_path, first.manifest) == read(found.folder)
    assert beside(tmp_path, {**first.manifest, "seed": 9}) is None
    assert beside(tmp_path / "nowhere", first.manifest) is None


def test_people_shown_in_groups_are_named_by_groups_alone(tmp_path):
    path = written(tmp_path, "privacy: {smallest_group: 3}\n")
    found = sim.bridges(path, out=tmp_path, **{**HOW, "replications": 2})
    text = (found.folder / OUTCOME).read_text() + "\n".join(found.verdict)
    told = json.loads((found.folder / OUTCOME).read_text())
    assert all(one["ids"] == [] for one in told["candidates"])
    assert "Unmistakable" not in text
    assert not re.search(r"\b[lr][123]\b", text)
    assert "stream.pairs: [[" not in text
    assert all("leader" in one["called"] for one in told["candidates"])


def test_arguments_that_make_no_sense(tmp_path):
    one = scenario(tmp_path)
    for more, message in (
        ({"policy": "lien"}, "did you mean 'line'"),
        ({"replications": 1}, "at least 2"),
        ({"candidates": 0}, "at least 1"),
    ):
        with pytest.raises(UsageError, match=message):
            sim.bridges(one, out=tmp_path, **{**HOW, **more})
    with pytest.raises(Refused, match=r"flow\.routing: line"):
        sim.bridges(scenario(tmp_path, flow__routing="line"), out=tmp_path, **HOW)


def test_a_variant_can_be_asked_about(tmp_path):
    found = sim.bridges(written(tmp_path), out=tmp_path, policy="open", **{**HOW, "candidates": 1})
    assert found.policy == "open"
    assert np.isfinite(found.found[0].gap.mean)
