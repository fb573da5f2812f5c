"""The report of what matters: every index drawn and told, policies to pick from, names that are
only names."""

from __future__ import annotations

import html
import re
import shlex

import numpy as np
import pandas as pd
import pytest

from sim.dashboard.figures.sensitivity import FIGURE, Search, draw, policies
from sim.dashboard.sensitivity_report import command, render, write_sensitivity_report
from sim.tables.columns import SENSITIVITY
from tests.dashboard.hostile import NAMES
from tests.dashboard.test_report_browser import browser, fits, resized
from tests.dashboard.test_sweep_report_browser import opened
from tests.texts.commands import parsed

__all__ = ["browser"]
INDICES = {"sobol": ("first", "total"), "morris": ("mu", "sigma", "mu_star")}


def made(
    method="sobol",
    policies=("shared", "top-down"),
    keys=("power.sharing", "consensus.limit", "flow.up.open"),
):
    """A table and its manifest: value and delay under every policy, quality the same everywhere."""
    draws = np.random.default_rng(3)
    rows = [
        ("s", policy, metric, key, index, size, size - 0.05, size + 0.1)
        for policy in policies
        for metric in ("value", "delay")
        for key, size in zip(keys, sorted(draws.random(len(keys)))[::-1], strict=True)
        for index in INDICES[method]
    ]
    table = pd.DataFrame(rows, columns=[column.name for column in SENSITIVITY])
    findings = [
        {
            "variant": policy,
            "metric": metric,
            "finding": f"{metric}: <{keys[0]}> matters.",
            "unsettled": [keys[-1]],
        }
        for policy in policies
        for metric in ("value", "quality", "delay")
    ]
    settings = {
        "method": method,
        "points": 64,
        "levels": 4,
        "replications": 5,
        "confidence": 0.9,
        "half_width": 0.1,
    }
    more = {
        "metrics": ["value", "quality", "delay"],
        "needed": {"points": 128, "replications": 9},
        "found": findings,
    }
    manifest = {
        "name": "s",
        "keys": list(keys),
        "policies": list(policies),
        "points": 320,
        "seed": 1,
    }
    return table, manifest | {"sensitivity": settings | more, "tables": {"runs": {"rows": 3200}}}


@pytest.mark.parametrize(("method", "ranked"), [("sobol", "total"), ("morris", "mu_star")])
def test_the_figure_shows_every_key_with_its_interval(method, ranked):
    table, manifest = made(method)
    assert policies(manifest) == ["shared", "top-down"]
    for narrow in (False, True):
        spec = draw(Search(table, manifest), narrow, 1)
        mine = table[
            (table["variant"] == "top-down")
            & (table["metric"] == "value")
            & (table["index"] == ranked)
        ]
        trace = spec["data"][0]
        assert trace["x"] == mine["estimate"].tolist()
        assert np.array(trace["x"]) - trace["error_x"]["arrayminus"] == pytest.approx(
            mine["low"].to_numpy()
        )
        assert np.array(trace["x"]) + trace["error_x"]["array"] == pytest.approx(
            mine["high"].to_numpy()
        )
        assert len(spec["data"]) == 4 and trace["y"] == sorted(trace["y"], reverse=True)
    assert len(FIGURE.shapes(Search(table, manifest))["wide"]) == 2


def test_when_nothing_can_be_said_the_figure_says_so():
    table, manifest = made()
    (note,) = draw(Search(table[:0], manifest), False)["layout"]["annotations"]
    assert "no key can be shown to matter" in note["text"].replace("<br>", " ")
    assert "What matters" in render(table[:0], manifest)


def test_the_page_tells_what_was_found_what_is_open_and_what_would_do(tmp_path):
    path = write_sensitivity_report(*made(), tmp_path / "page.html")
    text = path.read_text(encoding="utf-8")
    page = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert "Under shared: value: &lt;power.sharing&gt; matters." in page
    assert "What cannot be concluded yet" in page and "Delay, top-down: flow.up.open" in page
    commands = re.sub(r"</?span[^>]*>", "", page)
    assert (
        "leaderstream sensitivity s.yaml --method sobol --points 128 --replications 9" in commands
    )
    assert "leaderstream sensitivity s.yaml --method sobol --points 64 --replications 5" in commands
    assert page.count("<tr>") == 1 + 2 * 2 * 3
    manifest = made()[1]
    manifest["sensitivity"]["needed"] = {"points": 64, "replications": 5}
    assert "would make every interval" not in render(made()[0], manifest)


def test_names_are_only_names():
    table, manifest = made(policies=NAMES, keys=NAMES[:3])
    manifest["name"] = "'; rm <b>"
    manifest["scenario"] = {
        "title": "</title><script>alert(1)</script>",
        "description": "<img src=x onerror=alert(1)>",
    }
    text = render(table, manifest)
    assert "<img" not in text and "<script>alert" not in text and "</script><b>" not in text
    assert command(manifest, 1, 1).startswith(
        "leaderstream sensitivity ''\"'\"'; rm <b>.yaml' --method"
    )


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_the_page_draws_in_silence_and_fits(browser, tmp_path, method):
    path = write_sensitivity_report(*made(method), tmp_path / "page.html")
    with opened(browser, path, 1400, "sensitivity") as (page, noise):
        for width in (1400, 500):
            resized(page, width)
            fits(page, width)
        page.locator("#figure-sensitivity-pick").select_option("1")
        assert page.locator("#figure-sensitivity .main-svg").first.is_visible()
    assert noise == []


def test_the_card_names_commands_that_can_be_pasted():
    table, manifest = made()
    manifest |= {"scenario": {**manifest.get("scenario", {}), "variants": {"a": {}}}}
    shown = re.findall(r"<pre><code>(.*?)</code>", render(table, manifest))
    plain = [shlex.split(html.unescape(re.sub(r"<[^>]+>", "", code))) for code in shown]
    assert {"sweep", "audit", "sensitivity"} <= {words[1] for words in plain}
    assert all(parsed(words) for words in plain)
