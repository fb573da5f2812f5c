"""Desks over replications: shares, waits, who has most and who may; and the sentences of the
organisation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.comparison.desks import desks, most, positions_of, spoken
from sim.comparison.organisation import gatekeepers, organisation

WHO = [("ann", "Head", "all"), ("bob", "Staff", "east"), ("cat", "Staff", "west")]
NAMES = ("ideas_in", "ideas_own", "ideas_stopped", "ideas_late", "messages_in", "inbox_hours")
RUNS = pd.DataFrame({"variant": ["now"]})


def leaders(rows, variant="now", who=WHO):
    """A table of leaders; rows: by replication, then leader: the NAMES and `heard`."""
    made = []
    for replication, of_run in enumerate(rows):
        for (leader, position, unit), numbers in zip(who, of_run, strict=True):
            cells = dict(zip((*NAMES, "heard"), numbers, strict=True))
            keys = {"variant": variant, "replication": replication, "leader": leader}
            made.append({**keys, "position": position, "unit": unit, **cells})
    return pd.DataFrame(made)


def several(runs=30, ann=(60, 20, 30, 2, 100, 2.0, 0.5), seed=1):
    """Runs that differ a little by chance; ann's desk is the fullest."""
    rng = np.random.default_rng(seed)
    usual = [ann, (30, 20, 5, 1, 50, 0.5, 0.4), (20, 20, 4, 0, 40, 0.5, 0.6)]
    return leaders(
        [
            [[n * (1 + 0.02 * rng.standard_normal()) for n in one] for one in usual]
            for _ in range(runs)
        ]
    )


def told(table, **manifest):
    runs = pd.DataFrame({"variant": list(dict.fromkeys(table["variant"]))})
    return organisation({"runs": runs, "leaders": table}, manifest)


def test_numbers_of_desks_by_hand():
    rows = [
        [(10, 5, 4, 1, 8, 2.0, 1.0), (6, 5, 2, 0, 0, np.nan, 0.5), (4, 10, 1, 0, 4, 1.0, 0.0)],
        [(10, 5, 0, 0, 8, 1.0, 0.5), (6, 5, 6, 0, 2, 3.0, np.nan), (4, 0, 0, 0, 4, 1.0, 0.5)],
    ]
    mine = desks({"leaders": leaders(rows)}, {}, "now")
    assert mine.all_formed.tolist() == [20, 10]
    np.testing.assert_allclose(mine.stopped_share, [[0.2, 0.1, 0.05], [0.0, 0.6, 0.0]])
    np.testing.assert_allclose(mine.weighed, [1 - 8 / 20, 1 - 6 / 10])
    np.testing.assert_allclose(mine.wait, [[2.0, np.nan, 1.0], [1.0, 3.0, 1.0]])
    np.testing.assert_allclose(mine.elsewhere(0), [1.0, 10 / 6])
    folded = desks({"leaders": leaders(rows, who=[*WHO[:2], ("cat", "Staff", "east")])}, {}, "now")
    both = folded.folded()
    assert both.names == ["Head in all", "Staff in east"]
    assert both.leaders.tolist() == [1, 2]
    np.testing.assert_allclose(both.stopped, [[4, 3], [0, 6]])
    np.testing.assert_allclose(both.wait, [[2.0, 1.0], [1.0, 10 / 6]])
    np.testing.assert_allclose(both.heard, [[1.0, 0.25], [0.5, 0.5]])


def test_rows_of_groups_count_for_all_their_leaders():
    table = leaders(
        [[(10, 5, 4, 1, 8, 2.0, 1.0), (6, 5, 2, 0, 0, 0.0, 0.5), (1, 1, 1, 0, 4, 1, 0)]]
    )
    mine = desks({"leaders": table.assign(leaders=[1, 10, 3])}, {}, "now")
    assert mine.people == 14
    assert mine.stopped.tolist() == [[4, 20, 3]]


def test_a_table_without_desks_says_nothing():
    table = several().drop(columns="ideas_stopped")
    assert desks({"leaders": table}, {}, "now") is None
    assert desks({}, {}, "now") is None
    assert desks({"leaders": several()}, {}, "other") is None
    assert told(table) == []


def test_who_has_most_and_who_may_have_as_much():
    rng = np.random.default_rng(3)
    clear = rng.normal([5, 1, 1], 0.1, (20, 3))
    assert most(clear).level == (0,)
    assert most(rng.normal([5, 5, 1], 1.0, (20, 3))).level[1:] in ((0,), (1,))
    assert most(np.zeros((5, 3))) is None
    assert most(np.full((5, 3), np.nan)) is None
    assert most(np.array([[2.0, 1.0]])).level == (0, 1)  # one replication tells nothing


@pytest.mark.parametrize(("desks_there", "clear"), [(2, True), (10, False)])
def test_the_more_desks_the_more_it_takes_to_be_clearly_first(desks_there, clear):
    # One desk ahead by 2.5 standard errors of 20 replications without skewness: beyond the 2.09 of
    # one comparison, not the 3.0 of nine.
    ahead = np.tile([1.0, -1.0], 10)
    ahead += 2.5 * ahead.std(ddof=1) / np.sqrt(20)
    values = np.zeros((20, desks_there))
    values[:, 0] = ahead
    assert most(values).clear == clear


def test_the_top_is_rarely_called_clear_among_equals():
    rng = np.random.default_rng(4)
    wrong = sum(most(rng.normal(5, 1, (20, 10))).clear for _ in range(200))
    assert wrong <= 10 + 3 * np.sqrt(200 * 0.05 * 0.95)  # at most 5 %, and 3 standard errors


def test_the_sentences_name_the_desk_and_the_inbox():
    said, mine = told(several()), desks({"leaders": several()}, {}, "now")
    weighed, here = (100 * values.mean() for values in (mine.weighed, mine.stopped_share[:, 0]))
    start = "Under now, of 100 ideas that leaders form, those who decide weigh"
    assert said[0].startswith(f"{start} {weighed:.1f} [")
    assert f"most at ann (Head): {here:.1f} [" in said[0]
    assert said[1].startswith("The inbox of ann (Head) is the bottleneck: messages wait 2.0 [")
    assert "0.50 [" in said[1]
    assert said[2].startswith("Heard least: bob (Staff); their ideas counted in 40")


def test_what_cannot_be_told_apart_is_said():
    said = told(several(runs=2))
    assert "most at ann (Head) (it cannot be told from any other)" in said[0]
    assert said[1].startswith("No inbox is surely the bottleneck; most waiting is at ann (Head)")


def test_a_wait_of_minutes_is_no_bottleneck():
    said = told(several(ann=(60, 20, 30, 2, 1000, 0.1, 0.5)))
    assert said[1].startswith("No inbox is a bottleneck: where most waiting is, at ann (Head)")


@pytest.mark.parametrize(("formed", "named"), [(20, True), (0.2, False)])
def test_never_heard_needs_enough_ideas(formed, named):
    table = several()
    table.loc[table["leader"] == "bob", ["heard", "ideas_own"]] = [0.0, formed]
    said = told(table)
    assert said[2].startswith("Never heard: bob; of at least 600 ideas" if named else "Heard least")


def test_other_policies_are_compared_in_pairs():
    more = several().assign(variant="open")
    more["ideas_stopped"] *= 0.5
    said = told(pd.concat([several(), more, several(seed=1).assign(variant="same")]))
    assert said[-1].startswith(
        "Of 100 ideas so many more or fewer are weighed under other policies"
    )
    assert "open +32" in said[-1] or "open +33" in said[-1]
    assert said[-1].endswith("no clear difference under same.")


def test_people_are_called_by_their_names_and_positions_go_upstream_first():
    manifest = {
        "organization": {
            "names": {"ann": "Ann Lee", "bob": "Max", "cat": "Max"},
            "policies": {"now": {"positions": ["Staff", "Head"], "gatekeepers": []}},
        }
    }
    assert spoken(["ann", "bob", "dan"], manifest) == ["Ann Lee", "Max [bob]", "dan"]
    mine = desks({"leaders": several()}, manifest, "now")
    assert positions_of(manifest, mine) == ["Staff", "Head"]
    assert positions_of({}, mine) == ["Head", "Staff"]
    both = leaders([[(1,) * 7] * 3], who=[("x", "Head", "a"), ("y", "Staff + Aide", "b"), WHO[1]])
    in_groups = desks({"leaders": both}, manifest, "now")
    assert positions_of(manifest, in_groups) == ["Staff + Aide", "Staff", "Head"]
    assert "most at Ann Lee (Head)" in told(several(), **manifest)[0]


def gatekeeper(**more):
    return {
        "leader": "cap",
        "between": ["crew", "ground"],
        "sizes": [3, 12],
        "channels": 3,
        "of": 3,
        "only": False,
        **more,
    }


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (
            gatekeeper(only=True, between=["crew", "all others"]),
            "Everything between crew (3) and all others passes Cap.",
        ),
        (
            gatekeeper(only=True, between=["3 leaders", "all others"]),
            "Everything between 3 leaders and all others passes Cap.",
        ),
        (
            gatekeeper(),
            "Everything between crew (3) and ground (12) but what goes by reporting lines passes "
            "Cap.",
        ),
        (
            gatekeeper(of=4),
            "Of the 4 channels between crew (3) and ground (12) beside reporting lines 3 are those "
            "of Cap.",
        ),
    ],
)
def test_gatekeepers_in_words(one, sentence):
    policies = {"now": {"positions": [], "gatekeepers": [one]}}
    manifest = {"organization": {"names": {"cap": "Cap"}, "policies": policies}}
    assert gatekeepers(manifest, "now") == [sentence]
    assert gatekeepers(manifest, "other") == gatekeepers({}, "now") == []
