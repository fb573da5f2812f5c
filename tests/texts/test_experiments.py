"""What is said of a sensitivity analysis and of a calibration holds in every degenerate form: one
parameter, one point, nothing clear, all equal, nothing decided.

A further text is a line in SENSITIVITY or CALIBRATION; a further form is a line in FORMS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from experiments.players import played_by
from model.tiny import PLAIN

from sim.experiments import _cards, conclusions, important
from sim.experiments._play import MEASURES
from sim.experiments.calibration import calibrate, short, wording
from sim.experiments.sensitivity import request, sensitivity
from sim.scenario import Scenario
from sim.scenario.titles import phrase_of
from tests.texts.test_run import HOLES, MINUS_ONE, NOT_A_NUMBER, _plain

SHARING, LIMIT = "power.sharing", "consensus.limit"
TWO_KEYS = {SHARING: {"from": 0, "to": 1}, LIMIT: ["0d", "2d"]}
ONE_KEY = {SHARING: {"from": 0, "to": 1}}
ONE_POINT = {SHARING: [0.5]}


def _linear(sharing: float, replication: int) -> tuple[float, float]:
    return 3 * sharing, 1 + sharing


def _equal(_sharing: float, _replication: int) -> tuple[float, float]:
    return 0.5, 2.0


def _chance(sharing: float, replication: int) -> tuple[float, float]:
    """What a setting gives in a replication has nothing to do with what it gives in another."""
    value, delay = np.random.default_rng([replication, round(1e6 * sharing)]).normal(size=2)
    return 0.3 * value, 9 + 0.3 * delay


def _undecided(_sharing: float, _replication: int) -> tuple[float, float]:
    return np.nan, np.nan


FORMS: dict[str, tuple[dict[str, Any], Any, int]] = {
    "usual": (TWO_KEYS, _linear, 3),
    "one parameter": (ONE_KEY, _linear, 3),
    "one point": (ONE_POINT, _linear, 3),
    "one point, all equal": (ONE_POINT, _equal, 3),
    "nothing clear": (TWO_KEYS, _chance, 3),
    "all equal": (TWO_KEYS, _equal, 3),
    "one replication": (TWO_KEYS, _linear, 1),
    "one parameter, one replication, all equal": (ONE_KEY, _equal, 1),
    "nothing decided": (TWO_KEYS, _undecided, 3),
}
"""What varies, what a run gives (value and delay), and how many replications there are."""

SENSITIVITY: dict[str, Callable[[Any], str]] = {
    "in short": lambda done: "\n".join(important.in_short(done)),
    "findings": lambda done: "\n".join(conclusions.finding(result) for result in done.found),
    "unsettled": lambda done: "\n".join(
        text for result in done.found for text in conclusions.unsettled(result, done.asked)
    ),
    "noise": important.noise,
    "table": important.table_of,
    "card": lambda done: _plain(_cards.of_sensitivity(done)),
}
CALIBRATION: dict[str, Callable[[Any], str]] = {
    "in short": lambda done: "\n".join(short.in_short(done)),
    "weightings": lambda done: "\n".join(
        f"By {wording.weighting(done, name)}." for name in done.recommendations
    ),
    "break-even": lambda done: "\n".join(
        wording.break_even(crossing, other) for (_, other), crossing in done.crossings.items()
    ),
    "assumptions": lambda done: "\n".join(wording.assumptions(done)),
    "measures": lambda done: _rows(wording.measure_rows(done)),
    "front": lambda done: _rows(wording.front_rows(done)),
    "regrets": lambda done: _rows(
        row for name in done.recommendations for row in wording.regret_rows(done, name)
    ),
    "card": lambda done: _plain(_cards.of_calibration(done)),
}
NAMES = ("value ", "delay ", "base ", "alone ")
"""Lower-case names that a sentence may begin with."""
NO_SENTENCES = ("assumptions", "card", "table", "measures", "front", "regrets")


def _rows(rows) -> str:
    return "\n".join(" | ".join(cell or "–" for cell in row) for row in rows)


def _scenario(**changes: Any) -> Scenario:
    shared = {**PLAIN["power"], "rule": "shared"}
    clock = {**PLAIN["clock"], "horizon": "1w"}
    return Scenario.from_dict({**PLAIN, "clock": clock, "power": shared, **changes})


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A sensitivity analysis or a calibration of a form, made once."""
    made: dict[tuple[str, str], Any] = {}

    def of(what: str, form: str) -> Any:
        if (what, form) not in made:
            with pytest.MonkeyPatch.context() as patch:
                played_by(patch, _played(FORMS[form][1]))
                folder = tmp_path_factory.mktemp("texts")
                made[what, form] = {"sensitivity": _analysed, "calibration": _calibrated}[what](
                    folder, form
                )
        return made[what, form]

    return of


def _played(gives):
    """In place of the model: value and delay by power.sharing and the replication's number."""

    def play(self, batch):
        rows = [np.full(len(MEASURES), np.nan) for _ in batch.replications]
        for number, row in zip(batch.replications, rows, strict=True):
            row[MEASURES.index("value")], row[MEASURES.index("delay")] = gives(
                float(batch.policy.power.sharing), number
            )
        return rows

    return play


ENGINE = {"engine": "mesa", "executor": "threads", "workers": 1}


def _analysed(folder, form):
    vary, _, replications = FORMS[form]
    section = {"vary": vary, "design": "sobol", "points": 8, "replications": replications}
    scenario = _scenario(sweep=section)
    return sensitivity(
        scenario, folder, request(scenario, metrics=["value", "delay"], points=8), **ENGINE
    )


def _calibrated(folder, form):
    search, _, replications = FORMS[form]
    section = {
        "search": search,
        "objectives": {"value": "up", "delay": "down"},
        "runs": 24,
        "replications": {"min": 2, "max": 4, "test": max(2, replications)},
    }
    variants = {"alone": {"power.sharing": 0}}
    return calibrate(_scenario(calibrate=section, variants=variants), folder, **ENGINE)


ALL = [
    (what, text, form)
    for what, texts in (("sensitivity", SENSITIVITY), ("calibration", CALIBRATION))
    for text in texts
    for form in FORMS
    if (what, form) != ("calibration", "nothing decided")
]


def said(done, what, text, form) -> str:
    return {"sensitivity": SENSITIVITY, "calibration": CALIBRATION}[what][text](done(what, form))


@pytest.mark.parametrize(("what", "text", "form"), ALL)
def test_no_text_has_a_hole_or_a_number_that_is_none(done, what, text, form):
    whole = said(done, what, text, form)
    # A card ends with code, such as .table(), which is no hole in a sentence.
    for pattern in (
        (NOT_A_NUMBER, MINUS_ONE) if text == "card" else (NOT_A_NUMBER, HOLES, MINUS_ONE)
    ):
        assert not pattern.search(whole), (pattern.search(whole), whole)
    if text not in NO_SENTENCES:
        for line in filter(None, whole.split("\n")):
            assert line[0].isupper() or line.startswith(NAMES), line
            assert line.endswith("."), line


@pytest.mark.parametrize("form", ["nothing clear", "all equal", "one point, all equal"])
def test_no_key_matters_where_nothing_differs(done, form):
    whole = said(done, "sensitivity", "in short", form)
    assert not re.search(rf"moves with (power|consensus)\.\w+ \[?|moves with {SHARING}", whole)
    if "equal" in form:
        assert not said(done, "sensitivity", "noise", form)


def test_no_setting_is_clearly_better_where_nothing_is_clear(done):
    whole = said(done, "calibration", "in short", "nothing clear")
    assert "clearly better" not in whole and "Nothing that was searched matters much" in whole
    assert "*" not in said(done, "calibration", "measures", "nothing clear")


@pytest.mark.parametrize("form", [form for form in FORMS if "all equal" in form])
def test_no_setting_is_best_where_all_are_equal(done, form):
    whole = said(done, "calibration", "in short", form)
    assert whole.startswith("No setting is best: value and delay came to the same as under base")
    assert "Best for" not in whole and "better" not in whole
    assert "*" not in said(done, "calibration", "measures", form)


def test_one_replication_is_not_some(done):
    for text in ("in short", "unsettled"):
        whole = said(done, "sensitivity", text, "one replication")
        assert "1 replication" in whole and "1 replications" not in whole


def test_where_all_varies_with_one_key_that_is_said(done):
    assert f"only {phrase_of(SHARING)} acts" in said(
        done, "sensitivity", "in short", "one parameter"
    )
