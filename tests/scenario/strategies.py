"""Random scenarios for tests: small, valid, and using every key."""

from __future__ import annotations

import math
import random
from typing import Any

NAMES = ("top", "upper", "lower", "ground")
RULES = (
    "autocratic",
    "consultative",
    "delegated",
    "shared",
    "vote",
    "rotating",
    "emergent",
    "chain",
    "champion",
)
TICKS = {"15m": 15, "30m": 30, "1h": 60, "2h": 120}


class _Scene:
    """One random scenario; every choice comes from `self.random`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.tick = self.random.choice(("30m", "1h", "1h", "1h", "2h", "15m"))
        self.minutes = TICKS[self.tick]
        self.day = self.random.choice(("8h", "8h", "6h"))
        self.day_ticks = int(self.day[:-1]) * 60 // self.minutes

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def ticks(self, low: int, high: int) -> str:
        """A duration of a whole number of ticks, in minutes or, where it fits, in hours."""
        minutes = self.random.randint(low, high) * self.minutes
        return f"{minutes // 60}h" if minutes % 60 == 0 and self.chance(0.8) else f"{minutes}m"

    def days(self, low: int, high: int) -> str:
        """A duration of whole days, a whole number of ticks whatever the tick."""
        return f"{self.random.randint(low, high)}d"

    def share(self, *special: float) -> float | str:
        """A share, sometimes one of the special values, sometimes as a percentage."""
        if special and self.chance(0.3):
            return self.random.choice(special)
        percent = self.random.randint(1, 99)
        return f"{percent}%" if self.chance(0.3) else percent / 100

    def some(self, mapping: dict[str, Any], keep: float = 0.75) -> dict[str, Any]:
        """Part of a mapping: every key may be left to its default."""
        return {key: value for key, value in mapping.items() if self.chance(keep)}


def random_scenario(seed: int) -> dict[str, Any]:
    """A small, valid scenario of 1 to 14 leaders and a few weeks, different for every seed."""
    scene = _Scene(seed)
    rng = scene.random
    positions = _positions(scene)
    names = [position["name"] for position in positions]
    focus = scene.random.randint(0, scene.day_ticks - 1) if scene.chance(0.4) else 0
    free = scene.day_ticks - focus
    scenario: dict[str, Any] = {
        "schema": 2,
        "name": f"random-{seed}",
        "seed": rng.randrange(2**63),
        "replications": 1,
        "clock": {
            "tick": scene.tick,
            "day": scene.day,
            "horizon": f"{rng.randint(2, 5)}w",
            "warmup": scene.days(0, 5),
        },
        "stream": {
            "positions": positions,
            "peers": rng.choice(("unit", "unit", "position", "none")),
            "bridges": rng.choice((0, "5%", 0.3, "100%")),
        },
        "perspective": _perspective(scene),
        "direction": scene.some(
            {
                "source": rng.choice((*names, "located")),
                "shifts": rng.choice(("0/y", "2/mo", "1/w", "4/y")),
            }
        ),
        "flow": _flow(scene),
        "attention": _attention(scene),
        "power": _power(scene),
        "consensus": {"round": _round(scene, free), **_consensus(scene, free)},
        "interests": _interests(scene),
        "assess": scene.some({"overprecision": rng.choice((1, 1, 1.5, 4, 100))}, 0.4),
        "rollout": _rollout(scene),
        "work": {
            "load": scene.share(0, 0.95),
            "focus": f"{focus * scene.minutes}m",
            "away": rng.choice((0, 0, "10%")),
        },
        "engagement": _engagement(scene),
        "influence": scene.some(
            {
                "rule": rng.choice(("fixed", "merit", "merit", "reflected", "reputation")),
                "rate": rng.choice((0, 0.3, 2)),
                "forgetting": scene.share(0, 1),
            }
        ),
        "reading": rng.choice(("arrival", "arrival", "urgency")),
    }
    scenario["issues"] = _issues(scene, names, free)
    leaders = sum(position["leaders"] for position in positions)
    if scene.chance(0.15):
        scenario["consensus"]["G"] = _matrix(rng, leaders)
    scenario["work"] |= scene.some(
        {"worth": rng.choice((0, 0.001, 0.5)), "rework": rng.choice(("0h", "20m", "3h", "2d"))}
    )
    if scene.chance(0.5):
        scenario |= _competence(rng)
    if scene.chance(0.3):
        kept = {key: value for key, value in scenario["direction"].items() if key != "source"}
        scenario["direction"] = {**kept, "set_by": rng.choice(list(scenario["issues"]))}
    return scenario


def random_with_events(seed: int, days: int) -> dict[str, Any]:
    """A random scenario with a horizon of so many days, and events before it."""
    scenario = random_scenario(seed)
    scene = _Scene(seed + 10**6)
    scene.tick, scene.day = scenario["clock"]["tick"], scenario["clock"]["day"]
    scene.minutes, scene.day_ticks = (
        TICKS[scene.tick],
        _ticks_of(scenario, scenario["clock"]["day"]),
    )
    scenario["clock"]["horizon"] = f"{days}d"
    count = scene.random.randint(1, 4)
    scenario["events"] = [_event(scene, scenario, days) for _ in range(count)]
    if scene.chance(0.4):
        scenario["turnover"] = scene.random.choice(("200%/y", "900%/y", "0.1/d"))
    return scenario


def _ticks_of(scenario: dict[str, Any], span: str) -> int:
    """How many ticks a duration in hours or minutes is."""
    return int(span[:-1]) * (60 if span[-1] == "h" else 1) // TICKS[scenario["clock"]["tick"]]


def _event(scene: _Scene, scenario: dict[str, Any], days: int) -> dict[str, Any]:
    event: dict[str, Any] = {"at": scene.days(1, days - 1)}
    if scene.chance(0.3):
        event["for"] = scene.days(1, days)
    if scene.chance(0.8):
        event["set"] = _changes(scene, scenario)
    if scene.chance(0.3):
        event["replace"] = scene.random.choice(("5%", 0.3, 1))
    if "set" not in event or scene.chance(0.4):
        rate = f"issues.{scene.random.choice(list(scenario['issues']))}.rate"
        event["times"] = {rate: scene.random.choice((0, 0.5, 3)), "direction.shifts": 2}
    return event


def _changes(scene: _Scene, scenario: dict[str, Any]) -> dict[str, Any]:
    """New values of some of the keys that an event may change."""
    rng, kind = scene.random, scene.random.choice(list(scenario["issues"]))
    free = scene.day_ticks - _ticks_of(scenario, scenario["work"]["focus"])
    power, consensus = _power(scene), _consensus(scene, free)
    changes = {
        **{f"power.{key}": value for key, value in scene.some(power, 0.5).items()},
        **{f"consensus.{key}": value for key, value in scene.some(consensus, 0.3).items()},
        **{f"flow.{key}": value for key, value in scene.some(_flow(scene), 0.5).items()},
        "attention": _attention(scene),
        "reading": rng.choice(("arrival", "urgency")),
        "work.load": scene.share(0, 0.95),
        "rollout.coverage": rng.choice((0.01, "50%", 1)),
        "rollout.base": scene.share(0, 1),
        "assess.overprecision": rng.choice((1, 4)),
        "perspective.span": rng.choice((1, 2, 4, "off")),
        "influence.rate": rng.choice((0, 0.3, 2)),
        "direction.shifts": rng.choice(("0/y", "2/mo", "1/w")),
        "turnover": rng.choice(("0%/y", "900%/y")),
        f"issues.{kind}.rate": rng.choice(("0/w", "2/w", "6/w", {"each": "0.4/w"})),
        f"issues.{kind}.witnesses": rng.choice((1, 2, 8, "all")),
        f"issues.{kind}.affects": rng.choice(("team", "unit", "witnesses", "all")),
        f"issues.{kind}.power": scene.some(power, 0.4),
    }
    if "accuracy" not in scenario["issues"][kind]:
        changes[f"issues.{kind}.study"] = rng.choice((0, 0.5))
    kept = scene.some(changes, 0.4) or {"attention": changes["attention"]}
    return {key: value for key, value in kept.items() if value != {}}


def _competence(rng: random.Random) -> dict[str, Any]:
    """How people differ, and whether that is learned."""
    spread, judgement = rng.choice((0, 0.2, 0.5, 1)), rng.choice((0, 0, 0.5, 2))
    competence = {"spread": spread, "judgement": judgement}
    return {"competence": competence, "trust": rng.choice(("none", "learned"))}


def _interests(scene: _Scene) -> dict[str, Any]:
    """Often none: then all take the same to matter."""
    rng = scene.random
    of = {"of": rng.choice(("leader", "leader", "unit"))}
    return {"strength": rng.choice((0, 0.1, 0.5, 2, 10)), **of} if scene.chance(0.5) else {}


def _rollout(scene: _Scene) -> dict[str, Any]:
    """`heard` and `say` are together at most 1."""
    rng, heard = scene.random, scene.random.randint(0, 100)
    say = rng.choice((0, 100 - heard, rng.randint(0, 100 - heard)))
    rest = {"heard": heard / 100, "say": say / 100} if scene.chance(0.5) else {}
    return rest | scene.some(
        {
            "coverage": rng.choice((0.01, "50%", 0.8, 1)),
            "base": scene.share(0, 1),
            "disagree_and_commit": scene.share(0, 1),
        }
    )


def _engagement(scene: _Scene) -> Any:
    if scene.chance(0.5):
        return scene.random.choice(("off", "off", "on"))
    rates = {
        name: scene.share(0, 1) for name in ("start", "heard", "unheard", "behind", "recovery")
    }
    return scene.some(rates) or "on"


def _matrix(rng: random.Random, leaders: int) -> list[list[float]]:
    """An influence matrix whose rows sum to 1; some leaders trust only themselves."""
    rows = []
    for me in range(leaders):
        row = [rng.random() if rng.random() < 0.7 else 0.0 for _ in range(leaders)]
        total = math.fsum(row)
        alone = [1.0 if other == me else 0.0 for other in range(leaders)]
        rows.append([share / total for share in row] if total > 0.0 else alone)
    return rows


def _positions(scene: _Scene) -> list[dict[str, Any]]:
    rng = scene.random
    count = rng.choice((1, 2, 3, 3, 4))
    left = 14
    positions: list[dict[str, Any]] = []
    for i in range(count):
        leaders = rng.randint(1, max(1, min((3, 4, 6, 8)[i], left - (count - i - 1))))
        left -= leaders
        optional = {
            "authority": rng.choice((0.5, 1, 2, 4, 2.75)),
            "attention": _attention(scene),
            "acuity": rng.choice((0.3, 1, 5)),
        }
        positions.append({"name": NAMES[i], "leaders": leaders, **scene.some(optional, 0.4)})
    return positions


def _attention(scene: _Scene) -> float | int:
    """Messages an hour that are a whole number, at least one, a tick."""
    per_tick = scene.random.choice((1, 1, 2, 4, 7))
    hourly = per_tick * 60 / scene.minutes
    return int(hourly) if hourly == int(hourly) else hourly


def _perspective(scene: _Scene) -> dict[str, Any]:
    rng = scene.random
    return scene.some(
        {
            "facets": rng.choice((1, 2, 4, 6, 9)),
            "breadth": rng.choice((0.05, 0.35, 1, "inf")),
            "acuity": rng.choice((0.2, 1, 2.5, 20)),
            "outside": rng.choice((0.01, 0.3, "60%", 1)),
            "span": rng.choice((1, 1, 2, 3, 4, "off")),
        }
    )


def _flow(scene: _Scene) -> dict[str, Any]:
    rng = scene.random

    def channel() -> dict[str, Any]:
        return scene.some(
            {
                "open": scene.share(0, 1, 1),
                "delay": rng.choice(("0h", "10m", "1.25h", "3h", "1d")),
                "distortion": rng.choice((0, 0.1, 0.5, 2)),
                "loss": scene.share(0, 1),
                "retry": rng.choice(("none", "none", scene.ticks(1, 20), scene.days(1, 3))),
            }
        )

    return {
        "up": channel(),
        "down": channel(),
        "across": channel(),
        "routing": rng.choice(("line", "spread", "both", "both")),
        "reach": rng.choice((0, 1, 2, 3, 5)),
    }


def _power(scene: _Scene) -> dict[str, Any]:
    rng = scene.random
    forum = {
        "size": rng.choice((1, 2, 3, 5, 6, 12)),
        "choose": rng.choice(("relevance", "balanced", "random", "all", "influence")),
        "quorum": rng.choice((1, "100%", "50%", 0.7)),
        "mode": rng.choice(("together", "together", "written")),
        "reply": rng.choice((scene.ticks(1, 8), scene.days(1, 2))),
    }
    routes = {
        "urgent_within": rng.choice(("0d", scene.days(1, 5))),
        "when_urgent": rng.choice(RULES),
        "spread_above": scene.share(0, 1),
        "when_spread": rng.choice(RULES),
        "stakes_above": rng.choice((0, 0.7, 5)),
        "when_stakes": rng.choice(RULES),
        "otherwise": rng.choice(RULES),
    }
    return scene.some(
        {
            "rule": rng.choice((*RULES, "shared", "vote", "contingent", "contingent")),
            "sharing": scene.share(0, 1),
            "voice": rng.choice(("equal", "expertise", "influence", "authority")),
            "contingent": scene.some(routes),
            "gather": rng.choice(("0h", scene.ticks(1, 8), scene.days(1, 2))),
            "forum": scene.some(forum),
        },
        0.9,
    )


def _round(scene: _Scene, free: int) -> str:
    return f"{scene.random.randint(1, min(free, 6)) * scene.minutes}m"


def _consensus(scene: _Scene, free: int) -> dict[str, Any]:
    rng = scene.random
    return scene.some(
        {
            "rule": rng.choice(
                (
                    "none",
                    "majority",
                    "supermajority",
                    "unanimity",
                    "unanimity",
                    "tolerance",
                    "consent",
                    "confidence",
                )
            ),
            "threshold": rng.choice((0.51, "66%", "75%", 1)),
            "round": _round(scene, free),
            "pause": rng.choice(("0h", scene.ticks(1, 8), scene.days(1, 2))),
            "limit": rng.choice(
                ("0d", scene.days(1, 3), scene.days(4, 10), "1 round", "3 rounds", "50%", "120%")
            ),
            "fallback": rng.choice(
                ("authority", "majority", "best-so-far", "escalate", "escalate", "drop")
            ),
            "turns": rng.choice(("off", "off", 0.5, 1, 3, 3, 6, 20)),
            "candour": scene.share(0, 1),
            "susceptibility": scene.share(0, 1),
            "self": scene.share(0, 1),
            "stranger": scene.share(0, 1),
            "tolerance": rng.choice((0.05, 0.25, 1)),
            "objection": rng.choice((0, 0.2, 1)),
            "confidence": rng.choice((0.6, "80%", 0.95, 0.999)),
            "confidence_bound": rng.choice(("off", "off", 0, 0.5, 2)),
        }
    )


def _issues(scene: _Scene, names: list[str], free: int) -> dict[str, Any]:
    kinds = scene.random.randint(1, 3)
    return {f"kind-{'abc'[i]}": _kind(scene, names, free) for i in range(kinds)}


def _kind(scene: _Scene, names: list[str], free: int) -> dict[str, Any]:
    rng = scene.random
    raised = rng.choice((*names, "any"))
    highest = names.index(raised) if raised in names else len(names) - 1
    half_life = rng.choice((scene.ticks(2, 20), scene.days(1, 5), scene.days(3, 15)))
    kind: dict[str, Any] = {
        "type": rng.choice(("choice", "choice", "approve", "estimate")),
        "rate": rng.choice(("2/w", "6/w", "1/d", {"each": "0.4/w"}, {"each": "0.1/d"})),
        "raised_at": raised,
        "decided_at": rng.choice((*names[: highest + 1], "origin")),
        "witnesses": rng.choice((1, 2, 4, 8, 64, "all")),
        "stakes": rng.choice((1, 0.5, 8)),
        "half_life": half_life,
        "affects": rng.choice(("team", "unit", "witnesses", "all")),
    }
    if scene.chance(0.5):
        kind["expiry"] = rng.choice((scene.ticks(4, 40), scene.days(2, 20)))
    if kind["type"] == "choice" and scene.chance(0.7):
        kind["alternatives"] = rng.choice((2, 2, 3, 5))
    two = kind["type"] == "approve" or kind.get("alternatives") == 2
    if two and scene.chance(0.3):
        kind["accuracy"] = scene.share(0, 1)
    _time(scene, kind)
    if scene.chance(0.35):
        kind["power"] = scene.some(_power(scene), 0.5)
    if scene.chance(0.35):
        kind["consensus"] = scene.some(_consensus(scene, free), 0.5)
    return kind


def _time(scene: _Scene, kind: dict[str, Any]) -> None:
    """What moves a kind's truth and evidence over time, and what shapes its alternatives."""
    rng, choosing = scene.random, kind["type"] == "choice"
    if choosing and scene.chance(0.3):
        kind["status_quo"] = True
    if "accuracy" in kind:
        return
    if choosing and scene.chance(0.4):
        kind["invent"] = scene.share(0, 1)
    if scene.chance(0.4):
        kind["study"] = rng.choice((0.1, 0.5, 3))
    if scene.chance(0.3):
        kind["drift"] = rng.choice(("7h", "3d", "20d"))
    elif kind["type"] != "estimate" and scene.chance(0.2):
        kind["gap"] = rng.choice((0.05, 0.5, 2))
