"""The figures that need events, or leaders of unlike competence, drawn from a real run that has
both."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from sim import run
from sim.dashboard import figures
from sim.dashboard.estimates import RunData
from sim.shipped import shipped
from tests.dashboard import synthetic


@pytest.fixture(scope="module")
def result():
    return run(shipped()["transition"], replications=3, save=False)


def test_a_run_with_events_and_unlike_people_has_these_figures(result):
    assert set(figures.names(result)) >= synthetic.NEED_MORE


@pytest.mark.parametrize("name", sorted(synthetic.NEED_MORE))
def test_wide_and_narrow_draw_the_same_lines(result, name):
    reading = RunData(result.tables, result.manifest)
    policies = {policy.variant for policy in reading.policies}

    def drawn(narrow):
        lines = figures.draw(name, reading, narrow)["data"]
        return [(one["name"], one["x"], one["y"]) for one in lines if one["name"] in policies]

    assert drawn(False) and drawn(False) == drawn(True)
    figure = figures.FIGURES[name](result.tables, result.manifest)
    assert isinstance(figure, go.Figure) and figure.data and figure.layout.height < 3000
