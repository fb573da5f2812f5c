"""Playing settings in the background: what a tab waits for is played, first answers first, the
newest wins.

Nothing is played that nobody waits for: a tab asks again for more once it has shown what it got. A
setting's runs are replications 0, 1, 2, ... of its policy, as in every other run of it, so all
settings are compared replication by replication. They are kept by the policy's content key alone,
whoever asked, as long as there is room.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import TYPE_CHECKING

from sim.errors import RunsFailed

if TYPE_CHECKING:
    from sim.live.setting import Meant
    from sim.outcome import Outcome
    from sim.parameters import Parameters

ROOM = 384 * 2**20
"""Bytes of outcomes that are kept; what was asked for longest ago is let go first."""
FIRST = 4
MOST_KEPT = 256
"""Settings that are kept, however little room they take."""
MOST_TABS = 64


@dataclass
class PlayedPolicy:
    """What has been played of one policy: the outcomes of replications 0, 1, ..., as far as they
    are without a gap."""

    key: bytes
    parameters: Parameters
    outcomes: list[Outcome] = field(default_factory=list)
    early: dict[int, Outcome] = field(default_factory=dict)
    playing: set[int] = field(default_factory=set)
    failure: str = ""
    size: int = 0

    @property
    def played(self) -> int:
        """How many replications were played, gaps or not."""
        return len(self.outcomes) + len(self.early)

    def add(self, replication: int, outcome: Outcome) -> int:
        """Keep an outcome; says how many bytes it takes."""
        self.early[replication] = outcome
        while len(self.outcomes) in self.early:
            self.outcomes.append(self.early.pop(len(self.outcomes)))
        taken = outcome.decisions.nbytes + outcome.leaders.nbytes + outcome.days.nbytes
        self.size += taken
        return taken


@dataclass(eq=False)
class _Wait:
    """A request that waits: for which settings, up to how many replications of each."""

    tab: str
    number: int
    kept: Sequence[PlayedPolicy]
    targets: Sequence[int]
    since: float


@dataclass(frozen=True)
class PlayedSettings:
    """What there is of each setting asked for: its parameters and the outcomes of its first
    replications.

    done, wanted: how many replications of all settings together were played, of those that come
    next.
    """

    parameters: tuple[Parameters, ...]
    outcomes: tuple[tuple[Outcome, ...], ...]
    done: int
    wanted: int

    @property
    def counts(self) -> tuple[int, ...]:
        """How many replications of each setting there are."""
        return tuple(map(len, self.outcomes))


class LiveEngine:
    """Plays settings on `workers` threads, `most` replications of each in all, by `simulate` (the
    compiled driver).

    prepare: is run once before anything is played, such as what compiles the driver; `preparing`
    says so in the meantime, in these words. What is asked for meanwhile has to wait.
    """

    def __init__(
        self,
        simulate: Callable[[Parameters, int], Outcome],
        workers: int,
        most: int,
        room: int = ROOM,
        prepare: Callable[[], object] | None = None,
        words: str = "",
    ) -> None:
        self.preparing = words if prepare is not None else ""
        self.most = most
        self.workers = workers
        self._simulate = simulate
        self._room = room
        self._taken = 0
        self._kept: OrderedDict[bytes, PlayedPolicy] = OrderedDict()
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._waiting: list[_Wait] = []
        self._change = Condition()
        self._ended = False
        self._broken = ""
        if prepare is None:
            self._begin()
        else:
            name = "leaderstream-live-prepare"
            Thread(target=self._prepare, args=(prepare,), name=name, daemon=True).start()

    def _begin(self) -> None:
        for place in range(self.workers):
            Thread(target=self._work, name=f"leaderstream-live-{place}", daemon=True).start()

    def _prepare(self, prepare: Callable[[], object]) -> None:
        try:
            prepare()
        except Exception as error:
            self._broken = f"the simulator cannot be made ready: {error}"
        self.preparing = ""
        self._begin()
        with self._change:
            self._change.notify_all()

    def stage(self, count: int) -> int:
        """How many replications come after `count`: a few first, then three times as many each
        time, up to the most."""
        first = min(max(FIRST, self.workers), self.most)
        return first if count < first else min(3 * count, self.most)

    def look(
        self, tab: str, number: int, settings: Sequence[Meant], have: Sequence[int], patience: float
    ) -> PlayedSettings | None:
        """What there is of the settings, once there is more than the tab has, or after `patience`
        seconds.

        tab: its name; what stands behind a / says which part of it asks. number: counts the changes
        in the tab; what an older change of it asked for is given up.
        have: how many replications of each setting the tab shows. None: superseded. RunsFailed when
        a run of a setting fails.
        """
        kept = [self._keep(setting) for setting in settings]
        of = tab.partition("/")[0]
        with self._change:
            if self._newest.get(of, number) > number:
                return None
            self._newest[of] = number
            self._newest.move_to_end(of)
            while len(self._newest) > MOST_TABS:
                self._newest.popitem(last=False)
            self._waiting = [
                wait for wait in self._waiting if wait.tab != of or wait.number >= number
            ]
            targets = [self.stage(count) if count < self.most else count for count in have]
            wait = _Wait(of, number, kept, targets, time.monotonic())
            self._waiting.append(wait)
            self._change.notify_all()
            try:
                return self._await(wait, have, wait.since + patience)
            finally:
                if wait in self._waiting:
                    self._waiting.remove(wait)

    def _await(self, wait: _Wait, have: Sequence[int], until: float) -> PlayedSettings | None:
        while wait in self._waiting:
            if self._broken:
                raise RunsFailed(self._broken)
            for kept in wait.kept:
                if kept.failure:
                    raise RunsFailed(f"a run of this setting failed: {kept.failure}")
            counts = [self._last_stage(kept) for kept in wait.kept]
            # The setting that is being turned comes first; pinned ones may follow.
            more = counts[0] > 0 and sum(counts) > sum(have)
            left = until - time.monotonic()
            if more or left <= 0 or min(have) >= self.most:
                done = sum(
                    min(kept.played, target)
                    for kept, target in zip(wait.kept, wait.targets, strict=True)
                )
                outcomes = tuple(
                    tuple(kept.outcomes[:count])
                    for kept, count in zip(wait.kept, counts, strict=True)
                )
                return PlayedSettings(
                    tuple(kept.parameters for kept in wait.kept), outcomes, done, sum(wait.targets)
                )
            self._change.wait(left)
        return None

    def _last_stage(self, kept: PlayedPolicy) -> int:
        """The last stage that a setting has reached; 0 before the first."""
        count = 0
        while count < self.most and self.stage(count) <= len(kept.outcomes):
            count = self.stage(count)
        return count

    def first(self, setting: Meant) -> Outcome | None:
        """The outcome of a setting's first replication, if it was played."""
        with self._change:
            kept = self._kept.get(setting.key)
            return kept.outcomes[0] if kept is not None and kept.outcomes else None

    def close(self) -> None:
        """Let the threads end, each after the replication that it is playing."""
        with self._change:
            self._ended = True
            self._waiting.clear()
            self._change.notify_all()

    def _keep(self, setting: Meant) -> PlayedPolicy:
        from sim.parameters import parameters

        with self._change:
            if setting.key in self._kept:
                self._kept.move_to_end(setting.key)
                return self._kept[setting.key]
        made = PlayedPolicy(setting.key, parameters(setting.policy))
        with self._change:
            return self._kept.setdefault(setting.key, made)

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._ended and (job := self._next()) is None:
                    self._change.wait()
                if self._ended:
                    return
                assert job is not None
                kept, replication = job
                kept.playing.add(replication)
            outcome, failure = None, ""
            try:
                outcome = self._simulate(kept.parameters, replication)
            except Exception as error:
                from sim.runner.pool import failed

                failure = f"replication {replication}: {failed(error, kept.parameters).error}"
            with self._change:
                kept.playing.discard(replication)
                if outcome is None:
                    kept.failure = failure
                else:
                    taken = kept.add(replication, outcome)
                    self._taken += taken if self._kept.get(kept.key) is kept else 0
                    self._make_room()
                self._change.notify_all()

    def _next(self) -> tuple[PlayedPolicy, int] | None:
        """The run that is most wanted: of the setting with the fewest replications, the one turned
        before the pins."""
        best: tuple[tuple[int, int, float], PlayedPolicy, int] | None = None
        for wait in self._waiting:
            for place, (kept, target) in enumerate(zip(wait.kept, wait.targets, strict=True)):
                if kept.failure:
                    continue
                missing = (
                    number
                    for number in range(len(kept.outcomes), target)
                    if number not in kept.early and number not in kept.playing
                )
                replication = next(missing, None)
                rank = (target, place, wait.since)
                if replication is not None and (best is None or rank < best[0]):
                    best = rank, kept, replication
        return None if best is None else best[1:]

    def _make_room(self) -> None:
        """Let settings go that nobody waits for, those asked for longest ago first."""
        wanted = {kept.key for wait in self._waiting for kept in wait.kept}
        for key in list(self._kept):
            if self._taken <= self._room and len(self._kept) <= MOST_KEPT:
                return
            if key not in wanted:
                self._taken -= self._kept.pop(key).size
