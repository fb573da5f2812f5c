"""A setting: the position of every dial, as the tab sends it, and the policy that it means.

The tab names a policy to start from and, for the dials of a policy that were moved, a step each.
Beside it stands the world, a step for each of its dials that was moved: every policy on the page is
played in it, the one that is being turned and the pinned ones. Nothing else
can be asked for: no key without a dial and no value that is none of its steps. The policy is made,
and checked, by the scenario's own machinery, as at a point of a sweep. A setting
is given back as files: the scenario as YAML, and the report as HTML.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from threading import Lock
from typing import Any

from sim.errors import UsageError
from sim.experiments.keys import policy_key
from sim.live._dials import URGENCY, Dial, dials
from sim.scenario import Scenario
from sim.scenario.keys.settings import LONGEST_LABEL, NO_ASSUMPTIONS
from sim.scenario.nodes import Location, Node, child, plain
from sim.scenario.override import override
from sim.scenario.policy import alone, unlabelled
from sim.scenario.scenario import difference
from sim.texts import clean, isolated

MOST_PINS = 4
NOW = "now"
LETTERS = "ABCD"

_KEPT = 512


@dataclass(frozen=True)
class Meant:
    """What a setting means in a world: its policy, the policy's content key, and how many times as
    urgent issues are as in the scenario.

    changes: the dotted keys that were set, with their values as YAML has them; turned: those of
    them that the dials of the policy set, the world apart.
    """

    start: str
    policy: Scenario
    resolved: Mapping[str, Any]
    key: bytes
    urgency: float
    changes: Mapping[str, Any]
    turned: Mapping[str, Any]

    @property
    def start_shown(self) -> str:
        """What the policy that it starts from is shown as: its label or its name."""
        return isolated(self.policy.label or self.start)


@dataclass(frozen=True)
class Named:
    """A setting with the name and the place (0: the one that is being turned; pins from 1) that it
    is shown by."""

    name: str
    place: int
    meant: Meant

    @property
    def label(self) -> str:
        """What it is called by the label of the policy that it is, such as 'A: shared power'; ''
        where it has none, or dials were turned."""
        label = self.meant.policy.label
        if label is None or not self.place or self.meant.turned:
            return ""
        return f"{LETTERS[self.place - 1]}: {clean(label)}"

    @property
    def shown(self) -> str:
        """What it is shown as: by its label, safe within a text of any direction, or its name."""
        return isolated(self.label) if self.label else self.name


class DialSettings:
    """The settings of one scenario. Threads may share it: it keeps only what follows from a
    setting's content."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.dials: tuple[Dial, ...] = dials(scenario)
        self.policies = scenario.policies()
        self.resolved = {name: policy.resolved() for name, policy in self.policies.items()}
        self._dials = {dial.name: dial for dial in self.dials}
        self._kept: OrderedDict[tuple[Any, ...], Meant] = OrderedDict()
        self._lock = Lock()

    def starting_steps(self, start: str) -> dict[str, str]:
        """The step of every dial at which a policy of the scenario stands by itself."""
        return {dial.name: dial.starting_step(self.resolved[start]) for dial in self.dials}

    def meant(self, request: Any, world: Any = None) -> Meant:
        """What {"start": policy, "dials": {dial: step}} means in a world, {dial: step}; None: as it
        is in the scenario.

        UsageError for what no tab of this app would ask; InvalidInput where the scenario does not
        allow it.
        """
        start, steps = self._read(request)
        outside = self._moved({} if world is None else world, self.scenario.base, True)
        name = (start, *sorted(steps.items()), "", *sorted(outside.items()))
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        made = self._build(start, steps, outside)
        with self._lock:
            self._kept[name] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def named(self, request: Any, pins: Any, world: Any = None) -> list[Named]:
        """The setting that is being turned and the pinned ones, with their names, all in one world;
        errors as of `meant`."""
        if not isinstance(pins, list) or len(pins) > MOST_PINS:
            raise UsageError(f"expected at most {MOST_PINS} pinned settings")
        settings = [Named(NOW, 0, self.meant(request, world))]
        for pin in pins:
            place: Any = pin.get("place") if isinstance(pin, dict) else None
            known = type(place) is int and 1 <= place <= MOST_PINS
            if not known or place in {named.place for named in settings}:
                raise UsageError("expected pinned settings, each with a place of its own")
            meant = self.meant(pin.get("setting"), world)
            letter = LETTERS[place - 1]
            settings.append(
                Named(letter if meant.turned else f"{letter}-{meant.start[:60]}", place, meant)
            )
        return settings

    def _read(self, request: Any) -> tuple[str, dict[str, str]]:
        start, steps = (
            (request.get("start"), request.get("dials"))
            if isinstance(request, dict)
            else (None, None)
        )
        if not isinstance(start, str) or start not in self.policies:
            raise UsageError("expected a setting: a policy to start from, and steps of dials")
        return start, self._moved(steps, start, False)

    def _moved(self, steps: Any, start: str, world: bool) -> dict[str, str]:
        """The steps of dials (of the world, or of a policy) that are not those of `start` itself;
        UsageError for what is no step."""
        if not isinstance(steps, dict):
            raise UsageError("expected steps of dials")
        moved = {}
        for name, value in steps.items():
            dial = self._dials.get(name)
            if (
                dial is None
                or dial.world != world
                or not isinstance(value, str)
                or value not in {step.value for step in dial.steps}
            ):
                raise UsageError("no dial has such a step")
            if value != dial.starting_step(self.resolved[start]):
                moved[name] = value
        return moved

    def _build(self, start: str, steps: Mapping[str, str], world: Mapping[str, str]) -> Meant:
        outside, turned = self._changes(start, world), self._changes(start, steps)
        changes = outside | turned
        policy = self.policies[start]
        if changes:
            mark = Location("<dial>")
            before = "" if start == self.scenario.base else f"variants.{start}."
            nodes = {f"{before}{key}": Node(value, mark) for key, value in changes.items()}
            policy = self.scenario.at(nodes, [start])[start]
        urgency = float(Fraction(world.get(URGENCY, "1")))
        return Meant(start, policy, policy.resolved(), policy_key(policy), urgency, changes, turned)

    def _changes(self, start: str, steps: Mapping[str, str]) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for name, value in steps.items():
            own = self.resolved[start]
            changes |= self._dials[name].changes(own, value, self.scenario.calendar)
        return changes


# A setting given back as files: the scenario as YAML, and the report as HTML.

_HEAD = """\
# A setting of the live app, the pinned ones as its variants. Data files, if any, are named from the
# folder of the scenario it was made from.
"""


def name_of_download(scenario: Scenario) -> str:
    """The name of the scenario that `scenario_of` makes of one, and of the files with it."""
    return f"{scenario.name[:59]}-live"


def scenario_of(
    settings: DialSettings, named: Sequence[Named], replications: int | None = None
) -> Scenario:
    """The setting as the base of a scenario and the pinned ones as its variants, under the names
    they are shown by.

    It holds what the file holds and what the setting changes there; claims and sweep, which are
    about the file's own policies, are left out. replications: in place of the file's own.
    """
    now, *pins = named
    whole = _settings_of(settings.scenario, now)
    variants = {
        pin.name: difference(_policy(now), _policy(pin))
        | ({"label": pin.label[:LONGEST_LABEL]} if pin.label else {})
        for pin in pins
    }
    whole |= {"name": name_of_download(settings.scenario), "base": now.name, "variants": variants}
    if replications is not None:
        whole["replications"] = replications
    return Scenario.from_dict(whole, settings.scenario.folder)


def yaml_text(settings: DialSettings, named: Sequence[Named]) -> str:
    """The scenario of `scenario_of` as the text of a YAML file."""
    import yaml

    mapping = plain(scenario_of(settings, named).root)
    return _HEAD + yaml.safe_dump(mapping, sort_keys=False, allow_unicode=True, width=100)


def report(settings: DialSettings, named: Sequence[Named], replications: int, workers: int) -> str:
    """The report on these settings as HTML: of the same runs as any `run` of the scenario makes."""
    from sim.dashboard.report import render
    from sim.runner import run

    result = run(scenario_of(settings, named, replications), workers=workers)
    return render(result.tables, result.manifest, result.verdict)


def _settings_of(scenario: Scenario, now: Named) -> dict[str, object]:
    """What the file holds, with what the policy it starts from and then the dials change there."""
    root = alone(scenario.root)
    variant = child(scenario.root, "variants", now.meant.start)
    for key, node in (variant.value if variant is not None else {}).items():
        root, _ = override(root, key, node)
    root = unlabelled(root)
    for key, value in now.meant.changes.items():
        root, _ = override(root, key, Node(value, root.mark))
    return dict(plain(root))


def _policy(named: Named) -> dict[str, object]:
    """What decides a policy's runs."""
    resolved = named.meant.resolved
    return {key: value for key, value in resolved.items() if key not in NO_ASSUMPTIONS}
