"""The contract of a kind of leader: what any subclass of `Leader` must keep to, whatever step it
overrides."""

from __future__ import annotations

import copy
import functools
import pickle
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

import numpy as np
import pytest

from sim.agents import Organization
from sim.agents.leader import Leader
from sim.extension import InvalidRule
from sim.measures import MEASURES, RESOLVED, SHARE
from sim.testing.subject import Outside, subject
from sim.testing.whole import difference, small

if TYPE_CHECKING:
    from sim.outcome import Outcome

HOURS = ("forum_hours", "reading_hours", "work_hours", "away_hours")
SLACK = 1e-9
HALFWAY = 100
"""The tick after which a run is pickled, and goes on as itself and as its copy."""


Check = Callable[["LeaderContract"], None]


def _in_words(check: Check) -> Check:
    """Fail with what the drivers say of a leader that does what none may, without the course of the
    program."""

    @functools.wraps(check)
    def checked(it: LeaderContract) -> None:
        try:
            return check(it)
        except InvalidRule as error:
            message = str(error)
        _fail(message)

    return checked


class LeaderContract:
    """What a kind of leader must do. Inherit it, say which class, and run pytest.

    leader: FILE.py:NAME, the file relative to the test's own; or the class itself. scenario:
    sections or dotted keys in which the small organisation should differ that it is tried in; all
    its leaders are of this kind.
    """

    leader: ClassVar[Any] = None
    scenario: ClassVar[Mapping[str, Any]] = {}

    def test_is_a_leader(self) -> None:
        """It is a subclass of `Leader` that says in its docstring what is different about it."""
        leader_class = subject(type(self), "leader").thing
        if not isinstance(leader_class, type) or not issubclass(leader_class, Leader):
            _fail(f"{self._name()} is no subclass of sim.agents.Leader")
        if not (leader_class.__dict__.get("__doc__") or "").strip():
            _fail(
                f"{self._name()} lacks a docstring, whose first line says what is different about "
                f"it"
            )

    @_in_words
    def test_is_deterministic(self) -> None:
        """Two runs of one seed have the same tables, byte for byte."""
        if change := difference(self._organization().run(), self._organization().run()):
            _fail(f"two runs of one seed with {self._name()} differ: {change}")

    @_in_words
    def test_draws_nothing_by_itself(self) -> None:
        """It leaves alone what its module holds and the random numbers of Python, numpy and Mesa:
        draws are keyed."""
        model = self._organization()
        outside, before = Outside(subject(type(self), "leader").thing), _of_mesa(model)
        model.run()
        changed = outside.changed() + ["the random numbers of Mesa"] * (_of_mesa(model) != before)
        if changed:
            _fail(
                f"{self._name()} changes {', '.join(changed)}; draw with sim.draws.uniform and a "
                f"separate key"
            )

    @_in_words
    def test_pickles(self) -> None:
        """A run that is pickled halfway goes on as the run itself does."""
        model = self._organization()
        for _ in range(HALFWAY):
            model.step()
        with self._known():
            try:
                copied = pickle.loads(pickle.dumps(model))
            except Exception as error:
                change = f"{type(error).__name__}: {error}"
            else:
                change = difference(model.run(), copied.run())
        if change:
            _fail(f"a run with {self._name()}, pickled at tick {HALFWAY}: {change}")

    @_in_words
    def test_loses_no_message(self) -> None:
        """Every message sent is read, waiting, in transit or expired, at the end of every tick."""
        model = self._organization()
        while model.running:
            model.step()
            waiting = sum(len(leader.inbox) + leader.owed for leader in model.leaders)
            moving = sum(
                1 for due in model.in_transit.values() for message in due if not message.held
            )
            ledger = model.ledger
            if ledger["sent"] != ledger["read"] + ledger["expired"] + waiting + moving:
                counts = (
                    f"{ledger['sent']} messages were sent, {ledger['read']} read, "
                    f"{ledger['expired']} expired"
                )
                _fail(
                    f"{self._name()}: by tick {model.tick - 1} {counts}, "
                    f"{waiting} wait and {moving} are in transit"
                )

    @_in_words
    def test_hours_add_up(self) -> None:
        """Hours in forums, reading, at work and away make up the measured time of each leader; none
        is negative."""
        model = self._organization()
        table, n = model.run().leaders, model.numbers
        hours = np.array([table[name] for name in HOURS])
        wrong = np.flatnonzero(
            abs(hours.sum(axis=0) - (n.horizon - n.warmup) * n.tick_hours) > SLACK
        )
        wrong = np.union1d(wrong, np.flatnonzero((hours < -SLACK).any(axis=0)))
        for index in wrong[:1].tolist():
            by_activity = ", ".join(
                f"{hours[place, index]:g} {name}" for place, name in enumerate(HOURS)
            )
            _fail(
                f"{self._name()}: the hours of leader {model.leaders[index].id} do not add up: "
                f"{by_activity}"
            )

    @_in_words
    def test_probabilities_and_measures_are_in_range(self) -> None:
        """It passes items on with a probability; engagement and measured shares stay in [0, 1],
        influence above 0."""
        model = self._organization()
        outcome = model.run()
        faults: list[str] = []
        for leader in model.leaders:
            if not 0.0 <= leader.engagement <= 1.0 or not 0.0 < leader.influence < np.inf:
                held = f"engagement {leader.engagement!r} and influence {leader.influence!r}"
                faults.append(f"leader {leader.id} ends with {held}")
        if faults := faults + _out_of_range(outcome):
            _fail(f"{self._name()}: {faults[0]}")

    # -- the organisation it is tried in
    # -------------------------------------------------------------------

    def _name(self) -> str:
        return subject(type(self), "leader").reference

    @contextmanager
    def _known(self) -> Iterator[None]:
        with subject(type(self), "leader").known():
            yield

    def _organization(self) -> Organization:
        with self._known():
            inputs = small(copy.deepcopy(dict(self.scenario)))
            return Organization(
                inputs.scenario, leader=subject(type(self), "leader").thing, inputs=inputs
            )


def _fail(what: str) -> NoReturn:
    pytest.fail(what, pytrace=False)


def _of_mesa(model: Organization) -> tuple[Any, ...]:
    """The state of the random numbers that Mesa brings along, which nothing here uses."""
    mesas: random.Random = model.random
    return mesas.getstate(), str(model.rng.bit_generator.state)


def _out_of_range(outcome: Outcome) -> list[str]:
    rows = outcome.decisions
    # Whether it was correct is not known of an estimate.
    measured = [
        m.name
        for m in MEASURES.values()
        if m.over == RESOLVED and m.unit == SHARE and m.name != "correct"
    ]
    shares = {name: rows[name] for name in measured}
    shares |= {name: outcome.leaders[name] for name in ("alignment", "context")}
    wrong = [
        name
        for name, column in shares.items()
        if not np.all((column >= 0.0) & (column <= 1.0 + SLACK))
    ]
    return [f"{name} is not within [0, 1]" for name in wrong]
