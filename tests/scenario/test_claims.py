"""Claims in a scenario: what they may name, where mistakes are shown, and that they belong to the
whole comparison."""

from __future__ import annotations

import pytest

from sim.errors import InvalidInput
from sim.scenario import Scenario
from sim.scenario.explain import explain, keys

TEXT = """\
name: c
base: mine
variants: {top: {power.rule: autocratic}, open: {flow.up.open: 1}}
claims:
"""
GOOD = """\
  - {metric: quality, higher: mine, than: top, confidence: 99%}
  - {metric: delay, lower: top, than: open, by: 0.5}
"""


def problems(claims):
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(TEXT + claims, name="t.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_claims_are_read_with_their_defaults():
    first, second = Scenario.from_text(TEXT + GOOD).claims
    assert (first.metric, first.direction, first.policy, first.than) == (
        "quality",
        "higher",
        "mine",
        "top",
    )
    assert (first.by, first.confidence) == (0, 0.99)
    assert (second.direction, second.policy, second.by, second.confidence) == (
        "lower",
        "top",
        0.5,
        0.95,
    )
    assert Scenario.from_text("name: c").claims == ()


def test_claims_survive_a_round_trip_and_stand_in_no_policy():
    scenario = Scenario.from_text(TEXT + GOOD)
    again = Scenario.from_dict(scenario.resolved())
    assert again == scenario and again.claims == scenario.claims
    assert scenario.resolved()["claims"][1] == {
        "metric": "delay",
        "lower": "top",
        "than": "open",
        "by": 0.5,
        "confidence": 0.95,
    }
    assert all(policy.claims == () for policy in scenario.policies().values())
    without = Scenario.from_text(TEXT.removesuffix("claims:\n"))
    assert without.digest != scenario.digest
    assert {name: policy.digest for name, policy in without.policies().items()} == {
        name: policy.digest for name, policy in scenario.policies().items()
    }


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("metric: qualty, higher: top, than: mine", [(
            "t.yaml:5:14: claims[0].metric: 'qualty' "
            "is not allowed"
        )]),
        ("metric: delay, lower: tpo, than: mine",
         [(
             "5:28: claims[0].lower: there is no variant tpo; there are: mine, top, open "
             "(did you mean 'top'?)"
         )]),
        ("metric: delay, lower: top, than: base", [(
            "5:39: claims[0].than: there "
            "is no variant base"
        )]),
        ("metric: delay, than: top", [(
            "5:5: claims[0]: has no "
            "direction: expected higher or lower"
        )]),
        ((
            "metric: delay, lower: top, "
            "higher: mine, than: open"
        ), ["5:5: claims[0]: has both higher and lower"]),
        ("metric: delay, lower: top, than: top", [(
            "5:39: claims[0].than: compares "
            "top with itself"
        )]),
        ("lower: top, than: mine", ["5:5: claims[0].metric: is missing"]),
        ("metric: delay, lower: top", ["5:5: claims[0].than: is missing"]),
        ((
            "metric: delay, lower: top, "
            "than: mine, by: -1"
        ), ["5:49: claims[0].by: -1 is not allowed"]),
        ((
            "metric: delay, lower: top, "
            "than: mine, confidence: 50%"
        ), ["confidence: '50%' is not allowed"]),
        ("metric: delay, lower: top, than: mine, confidence: 1", ["confidence: 1 is not allowed"]),
        ((
            "metric: delay, lower: top, "
            "than: mine, at: 95%"
        ), ["at: is no key; allowed here: metric, higher"]),
        ((
            "metric: kind, lower: "
            "tpo, than: 4"
        ), ["'kind' is not allowed", "no variant tpo", "than: 4 is not allowed"]),
    ],
)  # fmt: skip
def test_each_mistake_is_shown_at_its_place_and_hides_no_other(claim, expected):
    messages = problems(f"  - {{{claim}}}\n  - 3\n  - {{metric: value, higher: opne, than: top}}\n")
    assert len(messages) == len(expected) + 2
    for text in expected:
        assert any(text in problem for problem in messages), messages
    assert messages[-2].startswith(
        "t.yaml:6:5: claims[1]: is not allowed: expected a mapping of the keys metric"
    )
    assert messages[-1].startswith("t.yaml:7:29: claims[2].higher: there is no variant opne")


def test_a_metric_that_comes_near_is_named():
    (message,) = problems("  - {metric: person-hours, higher: top, than: mine}\n")
    assert message.endswith("(did you mean 'person_hours'?)")


def test_variants_that_cannot_be_read_are_not_said_to_be_missing():
    with pytest.raises(InvalidInput) as caught:
        Scenario.from_text(
            "name: c\nvariants: {a: 3}\nclaims: [{metric: value, higher: a, than: base}]"
        )
    assert [problem.path for problem in caught.value.problems] == ["variants.a"]


def test_a_variant_may_not_change_the_claims():
    with pytest.raises(InvalidInput, match=r"variants\.a\.claims: belongs to the whole comparison"):
        Scenario.from_text("name: c\nvariants: {a: {claims: []}}")


def test_claims_are_taken_over_replaced_and_dropped(tmp_path):
    (tmp_path / "base.yaml").write_text(TEXT + GOOD)
    (tmp_path / "more.yaml").write_text("extends: base.yaml\nname: more\n")
    extending = "extends: base.yaml\nname: own\nvariants: {new: {power.rule: vote}}\n"
    (tmp_path / "own.yaml").write_text(
        f"{extending}claims: [{{metric: value, lower: new, than: top}}]\n"
    )
    assert len(Scenario.load(tmp_path / "more.yaml").claims) == 2
    assert Scenario.load(tmp_path / "more.yaml", overrides={"claims": "[]"}).claims == ()
    (claim,) = Scenario.load(tmp_path / "own.yaml").claims
    assert (claim.policy, claim.than) == ("new", "top")
    (tmp_path / "less.yaml").write_text("extends: base.yaml\nname: less\nvariants: {open: null}\n")
    with pytest.raises(
        InvalidInput, match=r"base\.yaml:6:.* claims\[1\]\.than: there is no variant open"
    ):
        Scenario.load(tmp_path / "less.yaml")


def test_keys_of_claims_are_addressed_by_number():
    assert [key for key in keys() if key.startswith("claims.")] == [
        f"claims.N.{name}" for name in ("metric", "higher", "lower", "than", "by", "confidence")
    ]
    assert explain("claims.2.by").key == "claims.N.by"
    assert explain("claims").type == "list of mappings"
