"""The scenario: a YAML file as validated, frozen settings."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr

from sim.clock import Calendar
from sim.errors import InvalidInput, Problem
from sim.extension import FAMILIES, BoundRule, RuleFile, is_reference
from sim.extension.files import of_names
from sim.extension.leaders import LeaderKind
from sim.scenario._cards import html, line
from sim.scenario._event_changes import expanded
from sim.scenario._validate import KeyProblem, problems_of
from sim.scenario.clock_checks import calendar_of
from sim.scenario.custom_rules import find, find_class, references, values
from sim.scenario.keys.issues import KINDS
from sim.scenario.keys.settings import NOT_IN_VARIANTS, Settings
from sim.scenario.load import FileReader, as_texts, assemble, with_overrides
from sim.scenario.nodes import Location, Node, child, from_plain
from sim.scenario.points import policies_at
from sim.scenario.policy import with_source
from sim.texts import clean, isolated


class Scenario(Settings):
    """A scenario, whole and valid: attributes are named as the keys of the YAML file.

    Made by `load`, `from_text` or `from_dict`, each of which raises `errors.InvalidInput` with
    every problem at once. Durations are `sim.clock.Duration`, rates `Rate` (or
    `RatePerLeader`, a rate for every leader), shares numbers in [0, 1]; `off` and `none` where a
    number or duration could stand are None. Three names differ from the file's: `schema_version`
    (schema) and `consensus.self_` (self), as Python needs, and `repeats` (replications), of which
    `replications` is the number alone. Each kind of issue holds its complete power and consensus.
    Two scenarios are equal when they resolve to the same. `with_` gives a changed copy.
    """

    _folder: Path = PrivateAttr(default=Path())
    _policies: dict[str, Scenario] = PrivateAttr(default_factory=dict)
    _root: Node = PrivateAttr(default_factory=lambda: Node({}, Location("<nothing>")))
    _rules: tuple[RuleFile, ...] = PrivateAttr(default=())
    _changes: dict[str, str] = PrivateAttr(default_factory=dict)
    _notes: tuple[Problem, ...] = PrivateAttr(default=())

    @classmethod
    def load(
        cls, path: str | Path, overrides: Mapping[str, Any] | None = None, *, named: str = ""
    ) -> Scenario:
        """The scenario in a file, with `overrides` (dotted key to YAML text) laid upon it.

        named: what stands before the keys of overrides in messages, as the name of the file before
        its own.
        """
        reading = FileReader()
        root = reading.file(Path(path))
        return cls._build(root, reading, Path(path).parent, overrides, named)

    @classmethod
    def from_text(
        cls,
        text: str,
        name: str = "<text>",
        folder: str | Path | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> Scenario:
        """The scenario in a YAML text; `name` stands for the file in messages, `folder` for its
        folder."""
        reading = FileReader()
        home = Path(folder) if folder is not None else Path()
        return cls._build(reading.text(text, name, home), reading, home, overrides)

    @classmethod
    def from_dict(
        cls,
        mapping: Mapping[str, Any],
        folder: str | Path | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> Scenario:
        """The scenario in a mapping such as `resolved()` gives; values as YAML would give them."""
        if mapping.get("extends"):
            # The reader of texts is who opens the other file; JSON is YAML.
            return cls.from_text(json.dumps(dict(mapping)), "<mapping>", folder, overrides)
        home = Path(folder) if folder is not None else Path()
        reading = FileReader()
        root = reading.modern(from_plain(mapping, Location("<mapping>")))
        return cls._build(root, reading, home, overrides)

    @classmethod
    def _build(
        cls,
        root: Node | None,
        reading: FileReader,
        folder: Path,
        overrides: Mapping[str, Any] | None,
        named: str = "",
    ) -> Scenario:
        problems = list(reading.problems)
        if root is not None:
            root = with_source(root, folder)[0]
        if root is not None and overrides:
            root, wrong = with_overrides(root, overrides, named)
            problems += wrong
        scenario = cls._assembled(root, problems, folder)
        scenario._changes = as_texts(overrides or {})
        scenario._notes = tuple(n for n in reading.notes if n.path not in scenario._changes)
        return scenario

    @classmethod
    def _assembled(cls, root: Node | None, problems: list[Problem], folder: Path) -> Scenario:
        loaded = assemble(root, problems, cls, folder)
        scenario = loaded.settings
        for policy in (scenario, *loaded.policies.values()):
            policy._take_files(folder)
        scenario._policies = loaded.policies
        scenario._root = root if root is not None else scenario._root
        return scenario

    def _take_files(self, folder: Path) -> None:
        """Note where data files are, and the files of custom rules, also for what events change."""
        self._folder, self._rules = folder, of_names(references(self))
        for _, period in self._periods:
            period._folder, period._rules = self._folder, self._rules

    def with_(self, changes: Mapping[str, Any] | None = None, /, **more: Any) -> Scenario:
        """A copy in which some keys have other values; this scenario stays as it is.

        changes: dotted key -> value, as `--set` and variants name keys; variants.NAME.KEY is a key
        of one variant. Values are as YAML would give them: numbers, texts such as "40%" or "3d",
        lists, mappings (laid upon what is there, key by key), None (removes the key, so that its
        default holds). Keys without a dot may be given by name.

            >>> from sim import Scenario
            >>> scenario = Scenario.from_text("name: mine")
            >>> open_up = scenario.with_({"power.sharing": 0.5, "flow.up.open": "40%"})
            >>> open_up.power.sharing, open_up.flow.up.open
            (0.5, 0.4)
            >>> scenario.with_(seed=7, replications=20)
            Scenario(mine: 1 policy, 20 replications, seed 7)
            >>> scenario.with_(variants={"top-down": {"power.rule": "autocratic"}})
            Scenario(mine: 2 policies, 100 replications, seed 0)
            >>> scenario.with_({"power.sharing": 1.5})
            Traceback (most recent call last):
            ...
            sim.errors.InvalidInput: power.sharing: 1.5 is not allowed: expected a share ...

        The copy is as valid as a scenario that was read, and the same:
        `Scenario.load(path).with_(changes)` equals `Scenario.load(path, overrides=changes)`.
        InvalidInput names every key that cannot be set so. One of several policies (from
        `policies()`) may be changed too, and stays a policy without variants.
        """
        root = (
            self._root if self._root.value else from_plain(self.resolved(), Location("<mapping>"))
        )
        wanted = {**(changes or {}), **more}
        root, problems = with_overrides(root, wanted, texts=False)
        changed = self._assembled(root, problems, self._folder)
        changed._changes = self._changes | as_texts(wanted)
        changed._notes = tuple(note for note in self._notes if note.path not in wanted)
        return changed

    @property
    def folder(self) -> Path:
        """The folder that the paths of data files are relative to."""
        return self._folder

    @property
    def changes(self) -> dict[str, str]:
        """What was set on top of the file, by dotted key, as `--set KEY=VALUE` would write it."""
        return dict(self._changes)

    @property
    def format_notes(self) -> list[Problem]:
        """What its files set that meant something else in the format they say (`schema: 1`), each
        with its place, in order; `check` says it."""
        return sorted(self._notes)

    @property
    def calendar(self) -> Calendar:
        """How long a tick, a day, a week, a month and a year are."""
        calendar = calendar_of(self)
        if isinstance(calendar, str):
            raise ValueError(calendar)
        return calendar

    @property
    def rule_files(self) -> tuple[RuleFile, ...]:
        """The files of its custom rules, as they were read; they go with it wherever it is sent."""
        return self._rules

    def custom_rule(self, family: str, kind: str = "") -> BoundRule | None:
        """The custom rule of a family that this policy names, with the values of its parameters;
        None: a built-in one.

        kind: the kind of issue, for families that a kind may have a rule of.
        """
        of = FAMILIES[family]
        section = getattr(self.issues[kind] if of.by_kind and kind else self, of.section)
        if not is_reference(section.rule):
            return None
        rule = find(section.rule, family, self._rules)
        return BoundRule(rule, section.rule, values(rule, section.with_))

    @property
    def periods(self) -> list[tuple[int, Scenario]]:
        """From which tick on which settings hold: its own from 0 on, then those that its events
        bring about."""
        return [(0, self), *self._periods]

    def settings_at(self, tick: int) -> Scenario:
        """The settings that hold in a tick of a run."""
        return next(period for start, period in reversed(self.periods) if start <= tick)

    def own_rule(self, family: str, kind: str = "") -> BoundRule | None:
        """The earlier name of `custom_rule`; deprecated."""
        message = "Scenario.own_rule is now called Scenario.custom_rule"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return self.custom_rule(family, kind)

    def leader_classes(self) -> dict[str, type[LeaderKind]]:
        """The custom leader classes that this policy names, by the names of their entries in
        `leaders`."""
        return {
            str(one.name): find_class(one.class_, self._rules)
            for one in self.leaders
            if one.class_ is not None
        }

    def policies(self) -> dict[str, Scenario]:
        """Every policy to compare, fully resolved and without variants of its own: the base first,
        then the variants as they stand in the file. A policy's own `base` is its name.
        """
        return dict(self._policies) or {self.base: self}

    @property
    def labels(self) -> dict[str, str]:
        """What policies are called where they are shown, by name; only of those with a `label`."""
        return {
            name: clean(policy.label)
            for name, policy in self.policies().items()
            if policy.label is not None
        }

    def shown(self, policy: str) -> str:
        """What a policy is shown as: its label, safe within a text of any direction, or its
        name."""
        return isolated(self.labels.get(policy, policy))

    @property
    def root(self) -> Node:
        """What was read, overrides included, each value with its place; empty for one of several
        policies."""
        return self._root

    def says(self, path: str) -> bool:
        """Whether a key of this policy was written, in its file or a variant of it, rather than
        left to its default."""
        node = None if self._written is None else child(self._written, *path.split("."))
        section, *inside = path.split(".")
        usual = (
            KINDS.get(inside[0], {}).get(inside[-1])
            if section == "issues" and len(inside) == 2
            else None
        )
        return node is not None and not node.derived and (usual is None or node.value != usual)

    def problem_at(self, path: str, message: str) -> Problem:
        """A problem with a key of this policy, at the place where it was written or what it follows
        from."""
        words = re.findall(r"\[([0-9]+)\]|([^.\[\]]+)", path)
        steps = tuple(int(number) if number else step for number, step in words)
        if self._written is None:
            return Problem(self.name, 0, 0, path, message)
        return problems_of(self._written, [KeyProblem(steps, message)])[0]

    def at(
        self, changes: Mapping[str, Node], names: Sequence[str], label: str = ""
    ) -> dict[str, Scenario]:
        """The named policies with some keys set, as at a point of a sweep; InvalidInput when they
        cannot be.

        changes: dotted key -> value; variants.NAME.KEY sets KEY for that variant alone. `label`
        stands before keys in the paths of problems.
        """
        resolved, problems = policies_at(
            self._root, changes, names, self.base, type(self), label, self._folder
        )
        if problems:
            raise InvalidInput(problems)
        for policy in resolved.values():
            policy._take_files(self._folder)
        return resolved

    def resolved(self) -> dict[str, Any]:
        """Everything, with every default filled in, as data that JSON can hold and `from_dict`
        reads back.

        Variants are given as all that they change in the resolved base, so that they still mean the
        same.
        """
        data = _without_none(self.model_dump(by_alias=True))
        data["events"] = _without_none(expanded(self))
        for name in ("leaders", "events"):
            if not data[name]:
                del data[name]
        base = {key: value for key, value in data.items() if key not in NOT_IN_VARIANTS}
        data["variants"] = {
            name: difference(base, policy.resolved())
            for name, policy in self._policies.items()
            if name != self.base
        }
        return data

    @property
    def digest(self) -> str:
        """SHA-256 of the resolved scenario's JSON, in its own order."""
        text = json.dumps(
            self.resolved(), separators=(",", ":"), ensure_ascii=True, allow_nan=False
        )
        return sha256(text.encode()).hexdigest()

    def __repr__(self) -> str:
        return line(self)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return html(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.digest == other.digest

    def __hash__(self) -> int:
        return int(self.digest[:15], 16)


def _without_none(value: Any) -> Any:
    """Plain data without the keys that hold nothing, tuples as lists."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value] if isinstance(value, list | tuple) else value


def difference(base: dict[str, Any], other: dict[str, Any], path: str = "") -> dict[str, Any]:
    """The dotted keys that turn `base` into `other`; None removes a key."""
    changes: dict[str, Any] = {}
    for key in (*base, *(key for key in other if key not in base)):
        here = f"{path}{key}"
        if not path and key in NOT_IN_VARIANTS:
            continue
        old, new = base.get(key), other.get(key)
        if isinstance(old, dict) and isinstance(new, dict) and "each" not in (*old, *new):
            changes |= difference(old, new, f"{here}.")
        elif old != new or type(old) is not type(new):
            changes[here] = new
    return changes
