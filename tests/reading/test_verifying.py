"""Which runs of a result are run again, and in what portions."""

from __future__ import annotations

from collections import Counter

import pytest

from reading.results_made import made_sweep, runs_of
from sim.reading import _again
from sim.reading.verifying import sample, verify


def test_a_sample_has_some_runs_of_each_policy_and_is_always_the_same():
    result = runs_of({"base": 1.0, "other": 2.0}, replications=range(40))
    chosen = sample(result, 5)
    assert {place: len(set(numbers)) for place, numbers in chosen.items()} == {
        ("base", 0): 5,
        ("other", 0): 5,
    }
    assert chosen == sample(result, 5)
    assert all(
        numbers == sorted(numbers) and set(numbers) <= set(range(40)) for numbers in chosen.values()
    )
    result.manifest["digest"] = "another"
    assert sample(result, 5) != chosen
    assert (
        sample(result, None)
        == sample(result, 99)
        == {("base", 0): [*range(40)], ("other", 0): [*range(40)]}
    )


def test_the_sample_of_a_sweep_is_over_its_points():
    result = runs_of({"base": 1.0}, replications=range(60))
    runs = result.tables["runs"]
    result.tables["runs"] = runs.assign(
        point=runs["replication"] // 3, replication=runs["replication"] % 3
    )
    chosen = sample(result, 6)
    assert sum(len(numbers) for numbers in chosen.values()) == 6
    assert len({point for _, point in chosen}) > 2


@pytest.mark.parametrize(("portion", "workers"), [(1, 1), (3, 1), (64, 2)])
def test_every_run_is_run_again_once_whatever_the_portions(tmp_path, monkeypatch, portion, workers):
    monkeypatch.setattr(_again, "BATCH", portion)
    progress: list[tuple[int, int]] = []
    folder = made_sweep(tmp_path, "{attention: [2, 4], power.gather: [0d, 1d]}", replications="1")
    verification = verify(
        folder,
        runs=None,
        engine="mesa",
        workers=workers,
        progress=lambda done, total, _: progress.append((done, total)),
    )
    assert (verification.runs, verification.differences, verification.altered) == (8, [], [])
    assert Counter(progress) == {(done, 8): 1 for done in range(9)}
