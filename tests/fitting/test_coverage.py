"""A small form of benchmarks/fit_coverage.py: known settings are found again in logs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
import fit_coverage

from sim.fitting.fit import fit_records
from sim.fitting.hops import Basis

SEEDS = range(1001, 1009)


@pytest.fixture(scope="module")
def found() -> list[fit_coverage.Found]:
    """Every setting of eight logs."""
    return [one for seed in SEEDS for one in fit_coverage.fits(seed)]


@pytest.mark.parametrize("log", ["as exported", "as mail and decisions", "answered mail"])
def test_intervals_cover_what_logs_were_made_with(found, log):
    mine = [one for one in found if one.log == log and one.fitted]
    assert len(mine) >= 20
    # With 95 % the chance of less than 80 % of 24 is below 1 %.
    assert sum(one.covered for one in mine) >= 0.8 * len(mine)


def test_a_table_counts_what_was_fitted_and_what_is_covered():
    some = [fit_coverage.Found("a log", "clock.day", fitted, True) for fitted in (True, False)]
    some.append(fit_coverage.Found("a log", "clock.day", True, False))
    assert fit_coverage.table(some, 3)[-1] == "| a log | `clock.day` | 2 of 3 | 50.0 % |"


def test_threads_are_linked_with_their_cases_by_beginning_and_people():
    records = fit_coverage.as_mail(fit_coverage.records_of(fit_coverage.known(3)))
    fitted = fit_records(records, 4.0)
    assert fitted.basis is Basis.MATTERS and fitted.links is not None
    right = sum(thread == f"thread {case}" for thread, case in fitted.links.case.items())
    assert right >= 0.9 * len(fitted.links.case)
    assert not fitted.links.by_name


def test_logs_that_do_not_belong_together_are_not_linked():
    mail, _ = fit_coverage.answered_mail(3)
    other = fit_coverage.records_of(fit_coverage.known(3))
    mixed = type(mail)(**{**vars(mail), "steps": other.steps, "people": other.people})
    fitted = fit_records(mixed, 4.0)
    assert (fitted.basis, fitted.links) == (Basis.MESSAGES, None)
    assert fitted.delays["up"].known
