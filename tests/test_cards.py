"""What objects look like in a notebook: complete, small, and harmless whatever the names in a
scenario are."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from model.tiny import PLAIN

from sim import Scenario, load, run, sweep
from sim.agents import Organization
from sim.cards import MOST_ROWS, short_table, text
from sim.comparison import compare
from sim.experiments.api import SweepResult
from sim.results import RunResult
from sim.texts import number
from tests.dashboard import hostile

TAGS = set("div p b br small bdi code ul li table thead tbody tr th td".split())
ATTRIBUTES = {("th", "scope"), ("div", "class")}
MOST_BYTES = 8_000
SWEEP = {"vary": {"power.sharing": [0, 0.5, 1], "consensus.limit": ["1d", "5d"]}, "replications": 2}


class Reader(HTMLParser):
    """What an HTML text shows: its tags with attributes, its texts, and the cells of its tables,
    row by row."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.texts, self.rows = set(), set(), [], []
        self.in_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in ("th", "td")

    def handle_data(self, data):
        self.texts.append(data)
        if self.in_cell:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def shown(thing) -> Reader:
    """What a notebook shows of a thing, once it is seen to be small and plain."""
    html = thing._repr_html_()
    read = Reader(html)
    assert read.tags <= TAGS and read.attributes <= ATTRIBUTES
    assert len(html.encode()) < MOST_BYTES
    assert len(repr(thing)) < 200 and "\n" not in repr(thing)
    return read


@pytest.fixture(scope="module")
def tiny():
    plain = {
        **PLAIN,
        "clock": {**PLAIN["clock"], "horizon": "3w"},
        "power": {**PLAIN["power"], "rule": "shared"},
    }
    return Scenario.from_dict(
        {**plain, "variants": {"alone": {"power.rule": "autocratic"}}, "sweep": SWEEP}
    )


@pytest.fixture(scope="module")
def result(tiny):
    return run(tiny, replications=4, engine="mesa", workers=1, save=False)


@pytest.fixture(scope="module")
def swept(tiny, tmp_path_factory):
    return sweep(
        tiny, out=tmp_path_factory.mktemp("swept"), engine="mesa", workers=1, executor="threads"
    )


def test_a_scenario_shows_its_policies_and_what_each_changes(tiny):
    read = shown(tiny)
    assert ["alone", "power.rule autocratic"] in read.rows
    assert any(row[0] == "base (base)" and "power.rule shared" in row[1] for row in read.rows)
    for told in (
        "tiny",
        "2 policies",
        "100 replications",
        "seed 11",
        "horizon 3w",
        "power.sharing, consensus.limit",
    ):
        assert told in read.text
    assert repr(tiny) == str(tiny) == "Scenario(tiny: 2 policies, 100 replications, seed 11)"


def test_what_a_kind_of_issue_takes_over_is_not_repeated():
    shipped = Scenario.load("scenarios/leader-stream.yaml")
    read = shown(shipped)
    assert [
        "consensus",
        "power.sharing 1.0, consensus.rule unanimity, consensus.limit 15d",
    ] in read.rows


def test_a_result_shows_the_short_answer_and_the_numbers_of_its_table(result):
    read = shown(result)
    rows = {row[0]: row[1:] for row in read.rows}
    found = compare(result.tables["runs"]).set_index(["variant", "metric"])
    for place, (metric, digits) in enumerate((("quality", 3), ("delay", 2), ("value", 3))):
        for policy in ("base (base)", "alone"):
            one = found.loc[policy.split()[0], metric]
            half = (one["high"] - one["low"]) / 2
            assert rows[policy][place].startswith(
                f"{number(one['mean'], digits)}±{half:.{digits}f}".replace("±", " ±")
            )
    assert result.verdict and all(sentence in read.text for sentence in result.verdict)
    assert repr(result) == "RunResult(tiny: 2 policies, 4 replications, seed 11)"
    assert "not saved" in read.text
    assert str(result).startswith("tiny: 2 policies, 4 replications, seed 11\n\nIn short\n")


def test_one_replication_has_means_and_no_intervals(tiny):
    alone = run(tiny, variants=["base"], replications=1, engine="mesa", workers=1, save=False)
    assert all("±" not in cell for row in shown(alone).rows for cell in row)


def test_what_failed_is_said(result):
    failed = [{"variant": "alone", "replication": 3, "error": "ValueError: <b>no</b>"}]
    read = shown(RunResult(result.tables, result.manifest, failures=failed))
    assert "1 run failed" in read.text and "<b>no</b>" in read.text
    assert "1 run failed" in repr(RunResult(result.tables, result.manifest, failures=failed))


def test_several_scenarios_have_a_card_each(result):
    both = RunResult(result.tables, result.manifest, None, [], (result, result))
    assert both._repr_html_() == 2 * result._repr_html_()
    assert repr(both).count("tiny") == 2


def test_a_sweep_shows_its_best_points_and_reads_back_the_same(swept):
    read = shown(swept)
    rows = read.rows[1:]
    table = swept.table
    best = (
        table.groupby(["variant", "power.sharing", "consensus.limit"])["value"]
        .mean()
        .sort_values(ascending=False)
    )
    assert rows[0][-1].startswith(number(best.iloc[0], 3)) and len(rows) == len(best)
    assert repr(swept).startswith(
        "SweepResult(tiny: 6 points, 1 policy, 2 replications, seed 11; in "
    )
    again = shown(load(swept.folder))
    assert again.rows == read.rows


def test_a_long_table_is_cut_and_says_what_is_left():
    read = Reader(short_table(["a"], [[str(place)] for place in range(MOST_ROWS + 3)], more=1000))
    assert len(read.rows) == MOST_ROWS + 1
    assert "and 1,003 more" in read.text


def test_an_organisation_shows_how_far_it_is(tiny):
    model = Organization(tiny)
    read = shown(model)
    assert next(row for row in read.rows if row[0] == "ground")[:2] == ["ground", "4"]
    assert "day 1, tick 0" in read.text and "quality" not in read.text
    for _ in range(8 * 5):
        model.step()
    assert "day 6, tick 0" in shown(model).text
    assert repr(model).startswith("Organization(base, 5 leaders, day 6, tick 0, ")
    model.run()
    quality = model.outcome().decisions["quality"].mean()
    assert (
        "finished" in shown(model).text and f"mean quality {number(quality)}" in shown(model).text
    )


def test_looking_at_an_organisation_changes_nothing(tiny):
    looked_at, left_alone = Organization(tiny), Organization(tiny)
    while looked_at.running:
        looked_at.step()
        looked_at._repr_html_()
    assert looked_at.outcome().decisions.tobytes() == left_alone.run().decisions.tobytes()


@pytest.mark.parametrize("payload", hostile.PAYLOADS)
def test_a_hostile_text_is_a_text(payload):
    read = Reader(f"<p>{text(payload)}</p>")
    assert read.tags == {"p"} and not read.attributes
    assert "\x1b" not in read.text and "\u202e" not in read.text


def test_names_that_are_markup_are_shown_as_they_are(tmp_path, monkeypatch):
    runs, manifest = hostile.hostile_sweep()
    cards = [RunResult(hostile.hostile_tables(), hostile.hostile_manifest())]
    kind = {
        "kind": "sweep",
        "failures": [],
        "left_out": [{"point": 0, "reason": hostile.NAMES[0]}],
        "runs": len(runs),
    }
    cards.append(SweepResult(tmp_path / hostile.NAMES[3].replace("/", "-"), manifest | kind))
    monkeypatch.setitem(cards[1].__dict__, "table", runs)
    for card in cards:
        read = Reader(card._repr_html_())
        assert read.tags <= TAGS and read.attributes <= ATTRIBUTES
        assert hostile.NAMES[0] in read.text
        assert "\u202e" not in read.text and "\u2066" not in read.text


def test_a_hostile_scenario_and_its_organisation_are_harmless(tmp_path):
    scenario = Scenario.load(hostile.hostile_scenario(tmp_path))
    assert "__proto__" in shown(scenario).text
    assert any("<script>" in row[0] for row in shown(Organization(scenario)).rows)


def test_mathematics_in_a_name_is_left_alone(tiny):
    assert '<div class="leaderstream tex2jax_ignore mathjax_ignore">' in tiny._repr_html_()
