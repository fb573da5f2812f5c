"""From a file to settings: read, extend, override, fill, validate and check, collecting every
problem."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic

from sim.errors import InvalidInput, Problem
from sim.files import SCENARIO_BYTES, read_regular
from sim.scenario._labels import wrong_labels
from sim.scenario._privacy import named_people
from sim.scenario._validate import Model, problems_of
from sim.scenario.earlier import modern
from sim.scenario.keys.facts import FrozenDict
from sim.scenario.nodes import Location, Node, child, from_plain, merge, plain, problem
from sim.scenario.override import override
from sim.scenario.points import wrong_search, wrong_values
from sim.scenario.policy import alone, policy_of, variant_of
from sim.scenario.reader import read
from sim.texts import decoded

MOST_FILES = 16
MOST_PROBLEMS = 1000
"""With so many, no further variants are looked at."""
COMMAND_LINE = "--set"
"""What stands before a key that was set on the command line, in messages about it."""


@dataclass
class Loaded(Generic[Model]):
    """A file's own settings, and each of its policies resolved, the base first."""

    settings: Model
    policies: dict[str, Model]


@dataclass
class FileReader:
    """What has been read so far, everything found wrong, and what means something else than in the
    format that a file says."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    def text(self, text: str, name: str, folder: Path) -> Node | None:
        """The scenario in a text, with whatever it extends beneath it; None when it cannot be
        read."""
        root, problems = read(text.removeprefix("\ufeff"), name)
        self.problems += problems
        root = None if root is None else self.modern(root)
        extends = child(root, "extends")
        if root is None or extends is None or not isinstance(extends.value, str):
            return root
        entries = {key: node for key, node in root.value.items() if key != "extends"}
        base = self.extended(extends, folder)
        root = replace(root, value=entries)
        return root if base is None else merge(base, root)

    def modern(self, root: Node) -> Node:
        """The root of a file of an earlier format as today's has it."""
        root, notes = modern(root)
        self.notes += notes
        return root

    def extended(self, extends: Node, folder: Path) -> Node | None:
        """The scenario that `extends` names, its own paths made relative to `folder`."""
        path = folder / extends.value
        if _real(path) in self.files or len(self.files) >= MOST_FILES:
            message = (
                "extends itself, directly or through others"
                if _real(path) in self.files
                else "goes too deep"
            )
            self.problems.append(problem(extends.mark, "extends", f"{extends.value!r} {message}"))
            return None
        known = len(self.problems)
        base = self.file(path, extends)
        if base is not None and isinstance(base.value, dict) and base.value:
            return _relocated(base, path.parent, folder)
        if len(self.problems) == known:
            what = "a list" if base is not None and isinstance(base.value, list) else "text"
            what = what if base is not None and base.value else "empty"
            message = (
                f"{extends.value!r} is {what}, so there is nothing to extend: expected a "
                f"mapping of keys"
            )
            self.problems.append(
                problem(extends.mark, "extends", f"{message}, such as name: my-scenario")
            )
        return None

    def file(self, path: Path, named_by: Node | None = None) -> Node | None:
        """The scenario in a file; a file that cannot be read is a problem of whoever named it."""
        try:
            self.files.append(_real(path))
            text = decoded(read_regular(path, SCENARIO_BYTES))
        except UnicodeDecodeError as error:
            message = f"is no UTF-8 text (byte {error.start + 1})"
            self.problems.append(problem(Location(str(path)), "", message))
            return None
        except (OSError, ValueError) as error:
            mark = named_by.mark if named_by else Location(str(path))
            why = getattr(error, "strerror", None) or str(error)
            message = (
                f"{str(path)!r} cannot be read: {why}" if named_by else f"cannot be read: {why}"
            )
            self.problems.append(problem(mark, "extends" if named_by else "", message))
            return None
        return self.text(text, str(path), path.parent)


def _real(path: Path) -> Path:
    """The path without links, as far as it can be followed."""
    return Path(os.path.realpath(path))


def _relocated(root: Node, old: Path, new: Path) -> Node:
    """The scenario with the paths of its data files made relative to another folder."""
    for section, key in (("stream", "people"), ("stream", "ties"), ("sweep", "file")):
        node = child(root, section, key)
        if node is not None and isinstance(node.value, str) and not Path(node.value).is_absolute():
            moved = Path(os.path.relpath(old / node.value, new)).as_posix()
            holder = root.value[section]
            holder = replace(holder, value={**holder.value, key: replace(node, value=moved)})
            root = replace(root, value={**root.value, section: holder})
    return root


def with_overrides(
    root: Node, overrides: Mapping[str, Any], named: str = "", texts: bool = True
) -> tuple[Node, list[Problem]]:
    """The scenario with some keys set, by their dotted names, and what is wrong with that.

    named: what stands before a key in messages, as a file's name does. texts: read texts as YAML;
    else they are taken as they are, as other values always are.
    """
    problems: list[Problem] = []
    mark = Location(named)
    for dotted, value in overrides.items():
        try:
            if isinstance(value, str) and texts:
                node, wrong = read(value, named)
                if node is None or wrong:
                    problems += [problem(mark, dotted, item.message) for item in wrong]
                    continue
                value = plain(node) if value.strip() else None
            node = replace(from_plain(value, mark), key_mark=mark)
        except InvalidInput as error:
            problems += [problem(mark, dotted, item.message) for item in error.problems]
            continue
        root, wrong = _set(root, dotted, node)
        problems += wrong
    return root, problems


def as_texts(changes: Mapping[str, Any]) -> dict[str, str]:
    """Values by dotted key as texts that YAML reads as the same values; texts stay as they are."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, default=str)
        for key, value in changes.items()
    }


def _set(root: Node, dotted: str, node: Node) -> tuple[Node, list[Problem]]:
    """Set a key; one inside a variant (variants.NAME.KEY) is that variant's dotted key."""
    steps = dotted.split(".", 2)
    if steps[0] != "variants" or len(steps) < 3:
        return override(root, dotted, node)
    variants = child(root, "variants")
    variant = child(root, "variants", steps[1])
    settings = (
        dict(variant.value) if variant is not None and isinstance(variant.value, dict) else {}
    )
    named = Node({**settings, steps[2]: node}, node.mark, node.where)
    others = variants.value if variants is not None and isinstance(variants.value, dict) else {}
    both = Node({**others, steps[1]: named}, node.mark, node.where)
    return replace(root, value={**root.value, "variants": both}), []


def assemble(
    root: Node | None, problems: list[Problem], model: type[Model], folder: Path
) -> Loaded[Model]:
    """The settings and policies of a scenario; InvalidInput with everything wrong, `problems`
    included."""
    if root is None:
        raise InvalidInput(problems)
    known = {(item.file, item.line, item.column) for item in problems if item.line}
    settings, wrong_base = policy_of(root, model, folder)
    problems = problems + [
        item for item in wrong_base if (item.file, item.line, item.column) not in known
    ]
    policies: dict[str, Model] = {}
    if settings is not None and isinstance(root.value, dict):
        common = alone(root)
        none: dict[str, Any] = {
            "variants": FrozenDict(),
            "claims": (),
            "sweep": None,
            "calibrate": None,
        }
        policies[settings.base] = settings.model_copy(update=none)
        reported = set(wrong_base)
        for place, name in enumerate(settings.variants):
            entry = root.value["variants"].value[name]
            if len(problems) >= MOST_PROBLEMS:
                left = len(settings.variants) - place
                message = f"with so many problems, {left:,} variants from here on were not checked"
                problems.append(problem(entry.mark, f"variants.{name}", message))
                break
            policy, wrong = variant_of(common, name, entry, settings.base, model, reported, folder)
            problems += [item for item in wrong if (item.file, item.line, item.column) not in known]
            if policy is not None:
                policies[name] = policy
        problems += wrong_labels(root, settings.base, policies)
        if settings.sweep is not None:
            problems += wrong_values(root, settings, policies, model, not problems, folder)
        if settings.calibrate is not None:
            problems += wrong_search(root, settings, policies, model, not problems, folder)
    for policy in policies.values():
        if policy._written is not None:
            problems += problems_of(policy._written, [*named_people(policy)])
    if problems or settings is None:
        raise InvalidInput(problems)
    return Loaded(settings, policies)
