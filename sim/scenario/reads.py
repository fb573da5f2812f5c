"""Which keys a policy reads: whether its results can depend on a key at all.

    reads(scenario.policies()["top-down"], "power.sharing") # False: one voice decides, no room
    weighs votes

What a rule reads is declared with the rule (`sim.rules.family`); this file puts together what the
rules of a policy say. A key on which nothing is declared is read. What is declared unread is held
by a test that plays both values of such keys and compares every byte. A policy with custom leader
classes reads everything, as their methods may look anywhere; so does one with events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from sim.extension.files import is_reference
from sim.rules.catalog import DECLARED
from sim.rules.family import CUSTOM_NAME, Family
from sim.rules.power import POWER, READS_ADVISED, READS_TOGETHER, ROUTABLE, ROUTES
from sim.scenario.tree import entries
from sim.scenario.value_types import plainly
from sim.texts import isolated

if TYPE_CHECKING:
    from sim.scenario.keys.facts import Section
    from sim.scenario.keys.issues import IssueKind
    from sim.scenario.keys.settings import Settings

POWER_RULES: Mapping[str, frozenset[str]] = {
    **{name: POWER.rules[name].reads for name in ROUTABLE},
    CUSTOM_NAME: POWER.custom_reads,
}
"""What each power rule reads, where the conditions below hold; `contingent` reads what the rules do
that it may come to, and its own section."""

KNOWN = frozenset().union(*POWER_RULES.values()) | {"power.contingent"}
"""The keys of `power` and `consensus` on which something is declared."""

OTHERS = tuple(family for family in DECLARED.values() if family is not POWER)
"""The families whose rules say, each for itself, which keys are read only under them."""

ONLY_UNDER = frozenset(
    key for family in OTHERS for rule in family.rules.values() for key in rule.reads
)
"""The keys that are read only where a rule is in force that says so."""

CONDITIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "power.voice": lambda policy, kind: kind.power.sharing > 0.0,
    "consensus.self": lambda policy, kind: (
        kind.consensus.G is None and policy.influence.rule != "reflected"
    ),
    "consensus.stranger": lambda policy, kind: kind.consensus.G is None,
}
"""Of a policy and a kind of issue: when a rule that could read the key does."""

SECTIONS = ("power", "consensus")
"""The sections that a kind of issue may have for itself."""

SWITCHES = frozenset(
    {"rule", "choose", "mode", "type", "G", "routing", "class", "open", "voice", "sharing"}
    | {"strength", *ROUTES}
)
"""The last words of the keys that decide which others are read."""


def read_under(policy: Settings, kind: IssueKind) -> frozenset[str]:
    """The keys that some rule in force for a kind of issue says it reads, power rules apart."""
    return frozenset().union(*(_reads_of(family, policy, kind) for family in OTHERS))


def _reads_of(family: Family, policy: Settings, kind: IssueKind) -> frozenset[str]:
    """What the rule of a family that is in force says it reads."""
    steps, of_kind = _place_of(family.key)
    rule = value_at(kind if of_kind else policy, steps)
    return family.custom_reads if is_reference(rule) else family.rules[rule].reads


@cache
def _place_of(key: str) -> tuple[list[str], bool]:
    """The steps to the key of a family's rule, and whether they begin at a kind of issue."""
    steps = key.removeprefix("issues.NAME.").split(".")
    return steps, key.startswith("issues.") or steps[0] in SECTIONS


@dataclass(frozen=True)
class KeysRead:
    """What a resolved policy reads."""

    policy: Settings

    @cached_property
    def everything(self) -> bool:
        """Whether anything may be read, as it has leaders of a custom class, or events that may
        change what is read."""
        custom = any(entry.class_ is not None for entry in self.policy.leaders)
        return custom or bool(self.policy.events)

    @cached_property
    def kinds(self) -> dict[str, frozenset[str]]:
        """By kind of issue, which keys of `power` and `consensus` are read; a section `with` or
        `contingent` whole."""
        return {name: frozenset(self._of_kind(kind)) for name, kind in self.policy.issues.items()}

    @cached_property
    def _under(self) -> dict[int, frozenset[str]]:
        """What `read_under` says of each kind of issue, by its identity."""
        return {id(kind): read_under(self.policy, kind) for kind in self.policy.issues.values()}

    def _of_kind(self, kind: IssueKind) -> Iterator[str]:
        could = set().union(*(self._of_rule(rule, kind) for rule in rules_of(kind)))
        if kind.power.rule == "contingent":
            could |= {"power.rule", "power.contingent"}
        under = self._under[id(kind)]
        for key in could:
            if key in ONLY_UNDER and key not in under:
                continue
            if key not in CONDITIONS or CONDITIONS[key](self.policy, kind):
                yield key
        yield from _undeclared(kind)

    def _of_rule(self, rule: str, kind: IssueKind) -> frozenset[str]:
        read = POWER_RULES.get(rule, POWER.custom_reads)
        # Custom rules are given the weights in the room, also where they decide nothing there.
        custom = is_reference(kind.consensus.rule) or is_reference(self.policy.influence.rule)
        return READS_TOGETHER if read == READS_ADVISED and custom else read

    @cached_property
    def unread(self) -> frozenset[str]:
        """Which other keys are not read."""
        return frozenset() if self.everything else frozenset(self._unread())

    def _unread(self) -> Iterator[str]:
        policy, flow = self.policy, self.policy.flow
        kinds = list(policy.issues.values())
        used = {rule for kind in kinds for rule in rules_of(kind)}
        read = frozenset().union(*self._under.values(), *(POWER_RULES[rule] for rule in used))
        yield from (key for key in ONLY_UNDER - read if key.partition(".")[0] not in SECTIONS)
        if not any("consensus.round" in read for read in self.kinds.values()):
            yield "work.focus"
        if not any("consensus.susceptibility" in read for read in self.kinds.values()):
            yield from ("persuade.rule", "persuade.with")
        if policy.interests.strength == 0.0:
            yield "interests.of"
        if policy.competence.spread == 0.0:
            yield "trust"
        if not any(self._by_authority(name) for name in self.kinds):
            places = policy.stream.positions
            yield from (f"stream.positions.{place.name}.authority" for place in places)
        for way in ("up", "down", "across"):
            if getattr(flow, way).open == 0 and not is_reference(flow.rule):
                yield from (f"flow.{way}.{key}" for key in ("distortion", "loss", "retry"))

    def _by_authority(self, name: str) -> bool:
        """Whether formal authority gives voice in the rooms of a kind of issue."""
        voice = self.policy.issues[name].power.voice
        return "power.voice" in self.kinds[name] and voice == "authority"

    def reads(self, key: str) -> bool:
        """Whether it reads a dotted key (of a section: any key of it)."""
        steps = key.split(".")
        if steps[0] == "variants":
            return (
                len(steps) > 2 and steps[1] == self.policy.base and self.reads(".".join(steps[2:]))
            )
        if self.everything:
            return True
        if steps[0] in ("power", "consensus"):
            return any(
                self._follows(kind, steps) and _among(key, self.kinds[name])
                for name, kind in self._issues
            )
        if (
            steps[0] == "issues"
            and len(steps) > 3
            and steps[2] in ("power", "consensus")
            and steps[1] in self.kinds
        ):
            return _among(".".join(steps[2:]), self.kinds[steps[1]])
        return not any(key == name or key.startswith(f"{name}.") for name in self.unread)

    @property
    def _issues(self) -> list[tuple[str, IssueKind]]:
        return list(self.policy.issues.items())

    def _follows(self, kind: IssueKind, steps: list[str]) -> bool:
        """Whether a kind of issue may have the policy's own value of a key; one that differs is
        surely its own."""
        return bool(value_at(self.policy, steps) == value_at(kind, steps))

    def effective(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The policy's `resolved()` settings without what it does not read: equal ones give the
        same results."""
        if self.everything:
            return dict(settings)
        # Each kind of issue holds its own power and consensus whole.
        kept = {
            key: value
            for key, value in settings.items()
            if key not in ("power", "consensus", "issues")
        }
        effective: dict[str, Any] = _without(kept, "", lambda key: key not in self.unread)
        effective["issues"] = {
            name: _of_kind(kind, self.kinds[name]) for name, kind in settings["issues"].items()
        }
        return effective


def reads(policy: Settings, key: str) -> bool:
    """Whether a policy's results can depend on a dotted key; True wherever that is not known.

    policy: resolved, one of `Scenario.policies()` or `Scenario.at(...)`. key: power.sharing,
    issues.NAME.consensus.limit, ...; variants.NAME.KEY is read by the policy NAME alone; a whole
    section is read where any key of it is.
    """
    return KeysRead(policy).reads(key)


def rules_of(kind: IssueKind) -> list[str]:
    """The power rules that a kind of issue may come to; `custom` for a custom rule."""
    power = kind.power
    if power.rule == "contingent":
        return [getattr(power.contingent, route) for route in ROUTES]
    return [CUSTOM_NAME if is_reference(power.rule) else power.rule]


def switches(key: str) -> bool:
    """Whether a key decides which others are read."""
    return key.rpartition(".")[2] in SWITCHES


def idle_text(key: str, names: Mapping[str, Settings]) -> str:
    """Why varying a key changes nothing, by the policies that do not read it: for a warning."""
    policies = [
        name if policy.label is None else isolated(policy.label) for name, policy in names.items()
    ]
    who = policies[0] if len(policies) == 1 else f"{', '.join(policies[:-1])} and {policies[-1]}"
    section = key.split(".")
    why = {_why(policy, section) for policy in names.values()}
    reasons = f" ({'; '.join(sorted(why - {''}))})" if why - {""} else ""
    return f"{key} changes nothing under {who}{reasons}"


def _why(policy: Settings, steps: list[str]) -> str:
    """Which rules there are that do not read the key."""
    if steps[0] == "issues" and len(steps) > 3:
        return (
            f"power.rule {policy.issues[steps[1]].power.rule}" if steps[1] in policy.issues else ""
        )
    if steps[0] in ("power", "consensus"):
        rules = dict.fromkeys(kind.power.rule for kind in policy.issues.values())
        return f"power.rule {', '.join(rules)}"
    if steps[0] in ("engagement", "influence"):
        return f"{steps[0]}.rule {plainly(getattr(policy, steps[0]).rule)}"
    return ""


def _of_kind(settings: Mapping[str, Any], read: frozenset[str]) -> dict[str, Any]:
    """The settings of a kind of issue with what is read of its power and consensus."""
    return {
        name: _without(value, f"{name}.", lambda key: _among(key, read))
        if name in ("power", "consensus")
        else value
        for name, value in settings.items()
    }


def _undeclared(kind: IssueKind) -> Iterator[str]:
    """The keys of a kind's power and consensus on which nothing is declared: they are read."""
    for name in SECTIONS:
        section: type[Section] = type(getattr(kind, name))
        for entry in entries(section):
            key = f"{name}.{entry}"
            if not _among(key, KNOWN):
                yield key


@lru_cache(maxsize=4096)
def _among(key: str, read: frozenset[str]) -> bool:
    return key in read or any(
        known.startswith(f"{key}.") or key.startswith(f"{known}.") for known in read
    )


def value_at(holder: Any, steps: list[str]) -> Any:
    """The value at dotted steps of a section; a mapping's entry of that name, None where there is
    none."""
    for step in steps:
        if isinstance(holder, Mapping):
            holder = holder.get(step)
        elif holder is not None:
            section: type[Section] = type(holder)
            names = _attributes(section)
            holder = getattr(holder, names[step]) if step in names else None
    return holder


@cache
def _attributes(section: type[Section]) -> Mapping[str, str]:
    """The attribute that holds each key of a section, by the key's name in the file."""
    return dict(zip(entries(section), section.model_fields, strict=True))


def _without(value: Any, path: str, keep: Callable[[str], bool]) -> Any:
    """A mapping without the keys, at any depth, that are not to be kept."""
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, inner in value.items():
        if keep(f"{path}{name}"):
            kept[name] = _without(inner, f"{path}{name}.", keep)
    return kept
