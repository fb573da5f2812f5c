"""A driver that makes up outcomes: random, but valid and a pure function of policy and
replication."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.clock import Calendar
from sim.measures import DELAY_PARTS
from sim.outcome import CLOSED_BY, DAY, DECISION, LAPSED, LEADER, Outcome
from sim.scenario.keys.replications import RunReplications

DRIVER = f"{__name__}:simulate"
FAILING = f"{__name__}:simulate_but_fail"
KILLED_ONCE = f"{__name__}:simulate_but_be_killed_once"
SLOW = f"{__name__}:simulate_slowly"

KINDS = {
    "operational": {"stakes": 1.0, "half_life": "5d"},
    "strategic": {"stakes": 8.0, "half_life": "3mo"},
}


@dataclass
class FakeScenario:
    """As much of a scenario as running it takes."""

    name: str = "fake"
    seed: int = 7
    replications: int = 4
    rules: dict[str, str] = field(default_factory=lambda: {"base": "shared", "alone": "autocratic"})
    rule: str = ""
    folder: Path | None = None
    calendar: Calendar = field(default_factory=Calendar)
    claims: tuple[Any, ...] = ()
    rule_files: tuple[Any, ...] = ()
    leaders: tuple[Any, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)

    @property
    def repeats(self) -> RunReplications:
        return RunReplications(max=self.replications)

    def custom_rule(self, family: str, kind: str = "") -> None:
        return None

    def leader_classes(self) -> dict[str, type]:
        return {}

    @property
    def issues(self) -> dict[str, Any]:
        power, consensus = SimpleNamespace(rule=self.rule), SimpleNamespace(limit=None)
        return dict.fromkeys(KINDS, SimpleNamespace(power=power, consensus=consensus))

    @property
    def stream(self) -> Any:
        return SimpleNamespace(people=None, ties=None)

    @property
    def periods(self) -> list[tuple[int, FakeScenario]]:
        return [(0, self)]

    @property
    def events(self) -> tuple[Any, ...]:
        return ()

    def policies(self) -> dict[str, FakeScenario]:
        return {
            name: FakeScenario(
                self.name, self.seed, self.replications, {}, rule, self.folder, self.calendar
            )
            for name, rule in self.rules.items()
        }

    def resolved(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "name": self.name,
            "seed": self.seed,
            "replications": self.replications,
        }
        found["clock"] = {"tick": "1h", "day": f"{self.calendar.ticks_per_day}h"}
        if self.rule:
            power = {"rule": self.rule, "sharing": 0.5}
            issues = {name: {**kind, "power": power} for name, kind in KINDS.items()}
            return {**found, "power": power, "issues": issues, "stream": {"peers": "unit"}}
        return {**found, "variants": self.rules}

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.resolved(), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class FakeParameters:
    """As much of the parameters as the fake driver and the tables take."""

    scenario: FakeScenario
    structure: Any
    rule: str
    seed: int

    @property
    def numbers(self) -> SimpleNamespace:
        """Numbers of a calendar without a tick: no issue is expected in it."""
        return SimpleNamespace(leaders=len(self.structure.id), horizon=0, warmup=0, day=1)

    @property
    def periods(self) -> tuple[SimpleNamespace, ...]:
        return (SimpleNamespace(start=0),)

    @property
    def later(self) -> tuple[SimpleNamespace, ...]:
        return ()

    def alone(self, _: SimpleNamespace) -> SimpleNamespace:
        return SimpleNamespace(kinds=SimpleNamespace(rate=np.zeros(len(self.scenario.issues))))


def structure(leaders: int = 5, stored: list[int] | None = None) -> SimpleNamespace:
    """Leaders L0, L1, ... of two positions and two units; `stored` is the row of each."""
    return SimpleNamespace(
        id=[f"L{i}" for i in range(leaders)],
        row=np.array(stored if stored is not None else range(leaders)),
        position=np.array([0] + [1] * (leaders - 1)),
        positions=["upstream", "downstream"],
        unit=np.arange(leaders) % 2,
        units=["north", "south"],
    )


def parameters(scenario: FakeScenario) -> FakeParameters:
    return FakeParameters(scenario, structure(), scenario.rule, scenario.seed)


def parameters_of(policy: Any) -> FakeParameters:
    """The same for a real scenario's policy."""
    return FakeParameters(policy, structure(), policy.power.rule, policy.seed)


def simulate(given: FakeParameters, replication: int) -> Outcome:
    entropy = [given.seed, zlib.crc32(given.rule.encode()), replication]
    return outcome(np.random.default_rng(entropy), len(given.structure.id))


def simulate_but_fail(given: FakeParameters, replication: int) -> Outcome:
    """Fails for the second replication of the policy in which one voice decides."""
    if given.rule == "autocratic" and replication == 1:
        raise ArithmeticError("made to fail")
    return simulate(given, replication)


def simulate_but_be_killed_once(given: FakeParameters, replication: int) -> Outcome:
    """The first process to get here is killed, as by a machine that runs out of memory."""
    mark = Path(os.environ["FAKE_DRIVER_MARK"])
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(given, replication)


def outcome(
    draws: np.random.Generator, leaders: int, issues: int | None = None, days: int = 6
) -> Outcome:
    """A valid outcome of made-up numbers; about one decision in ten lapses, one kind makes
    estimates."""
    count = int(draws.integers(10, 30)) if issues is None else issues
    rows = np.zeros(count, DECISION)
    rows["issue"] = np.arange(1, count + 1)
    rows["kind"] = draws.integers(0, len(KINDS), count)
    rows["raised"] = np.sort(draws.integers(0, 2000, count))
    for name in ("origin", "accountable", "decider"):
        rows[name] = draws.integers(0, leaders, count)
    rows["decider"] = np.where(draws.random(count) < 0.5, -1, rows["decider"])
    rows["alternatives"], rows["chosen"], rows["best"] = (
        3,
        draws.integers(0, 3, count),
        draws.integers(0, 3, count),
    )
    for name in ("quality", "ceiling", "dissent", "coverage", "commitment", "regret", "value"):
        rows[name] = draws.random(count)
    rows["correct"] = rows["chosen"] == rows["best"]
    rows["person_hours"], rows["rounds"] = draws.random(count) * 20, draws.integers(1, 4, count)
    rows["participants"] = draws.integers(1, 7, count)
    for name in DELAY_PARTS:
        rows[name] = draws.integers(0, 40, count)
        rows["delay"] += rows[name]
    rows["closed_by"] = draws.integers(0, len(CLOSED_BY) - 1, count)
    estimates = rows["kind"] == 1
    rows["estimate"], rows["truth"] = (
        np.where(estimates, draws.normal(size=count), np.nan) for _ in range(2)
    )
    rows["correct"][estimates] = np.nan
    for name, value in (("alternatives", 0), ("chosen", -1), ("best", -1)):
        rows[name][estimates] = value
    lapsed = draws.random(count) < 0.1
    rows["closed_by"][lapsed], rows["decider"][lapsed], rows["chosen"][lapsed] = (
        len(CLOSED_BY) - 1,
        LAPSED,
        -1,
    )
    rows["value"][lapsed] = 0
    for name in ("quality", "correct", "regret", "estimate"):
        rows[name][lapsed] = np.nan
    people = np.zeros(leaders, LEADER)
    for name in LEADER.names or ():
        people[name] = draws.random(leaders)
    people["heard"][draws.random(leaders) < 0.2] = np.nan
    calendar = np.zeros(days, DAY)
    calendar["day"] = np.arange(20, 20 + days)
    for name in ("backlog", "alignment", "engagement", "power_gini"):
        calendar[name] = draws.random(days)
    ledger = {
        name: int(draws.integers(0, 900)) for name in ("read", "waiting", "in_transit", "expired")
    }
    run: dict[str, float] = {f"messages_{name}": number for name, number in ledger.items()}
    run |= {
        "messages_sent": sum(ledger.values()),
        "messages": ledger["read"],
        "replaced": 0,
        "progress": float(draws.random()),
    }
    return Outcome(rows, people, calendar, run)


def simulate_slowly(given: FakeParameters, replication: int) -> Outcome:
    """Says which process it is in, then takes a minute."""
    (Path(os.environ["FAKE_DRIVER_MARK"]) / str(os.getpid())).touch()
    time.sleep(60)
    return simulate(given, replication)
