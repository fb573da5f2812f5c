"""The scenario of an imported organisation as YAML, with comments that say where each part comes
from."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim.scenario.earlier import SCHEMA
from sim.scenario.keys.privacy import USUAL
from sim.sources.bring import Imported
from sim.sources.policies import Shape, WhatIf, policies


@dataclass(frozen=True)
class Setting:
    """A further setting of the scenario: its dotted key, its value as YAML has it, and where it
    comes from, for a comment ('' for none).

    fitted: whether it was estimated from logs; the scenario then marks it (`origin.fitted`).
    """

    path: str
    value: Any
    comment: str = ""
    fitted: bool = False


def shape_of(imported: Imported) -> Shape:
    """What the policies depend on."""
    manager = imported.people["manager"].to_numpy(np.int64)
    tied = imported.ties.written()
    one, other = tied["source"].to_numpy(np.int64), tied["target"].to_numpy(np.int64)
    line = (manager[one] == other) | (manager[other] == one)
    pairs = np.unique(np.sort(np.stack([one, other], axis=1)[~line], axis=1), axis=0)
    rank = imported.people["rank"].to_numpy(np.int64)
    return Shape(imported.positions, rank, manager, len(pairs))


WIDTH = 98
"""Columns of a line of the scenario; long texts may be longer."""

Comments = dict[str, str]

_HEAD = (
    "# An organisation, read from its own files. To see what is wrong, and what will run:",
    "#   leaderstream check FILE",
    "# To compare its policies:",
    "#   leaderstream run FILE",
    "# What a key means, such as power.sharing:",
    "#   leaderstream explain KEY",
    "",
)


def settings_of(
    imported: Imported, out: Path, ties: str | None, extra: Sequence[Setting]
) -> tuple[dict[str, Any], Comments]:
    """The scenario as a mapping, and comments by dotted key."""
    whatif = policies(shape_of(imported))
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", out.stem).strip("-")[:64] or "organisation"
    stream: dict[str, Any] = {"people": f"{out.stem}-people.csv"}
    if ties is not None:
        stream["ties"] = ties
    if imported.options.roots is not None:
        stream["roots"] = imported.options.roots
    count = len(imported.positions)
    stream["positions"] = [
        {"name": label, "authority": 2 ** (count - 1 - place)}
        for place, label in enumerate(imported.positions)
    ]
    tree: dict[str, Any] = {"schema": SCHEMA, "name": name, "stream": stream}
    if not imported.options.keep_names:
        tree["privacy"] = {"smallest_group": USUAL}
    tree |= whatif.settings
    tree |= {"base": whatif.base, "label": whatif.label, "variants": whatif.variants}
    comments = _comments(imported, whatif)
    for setting in extra:
        _set(tree, setting)
        if setting.comment:
            comments[setting.path] = setting.comment
    if fitted := {setting.path: setting.value for setting in extra if setting.fitted}:
        tree["origin"] = {"fitted": fitted}
        comments["origin"] = "what was estimated from the logs; change a value above, and it counts"
        comments["origin"] += " as given"
    return tree, comments


def _set(tree: dict[str, Any], setting: Setting) -> None:
    *sections, last = setting.path.split(".")
    here = tree
    for section in sections:
        inner = here.setdefault(section, {})
        if not isinstance(inner, dict):
            here[section] = inner = {}
        here = inner
    here[last] = setting.value


def _comments(imported: Imported, whatif: WhatIf) -> Comments:
    facts = imported.facts
    sizes = "/".join(str(position.people) for position in facts.positions)
    shown = f"results show groups of at least {USUAL} people, and nobody alone"
    comments = {
        "stream": f"{facts.people} people, {facts.lines} reporting lines; positions {sizes}, "
        f"{facts.source}",
        "privacy": f"{shown}; ids are pseudonyms",
        "issues": "what arises, in the usual proportions; a rate with `each` keeps 20 and 5,000 "
        "people equally busy",
        "power": "who decides; the variants below change this",
        "base": f"{whatif.base}: {whatif.meanings[whatif.base]}",
        "variants": "the policies that are compared with the base",
    }
    if imported.ties.written().size:
        kinds = ", ".join(
            f"{kind.channels} {kind.kind}" for kind in facts.ties.kinds if kind.channels
        )
        comments["stream.ties"] = f"channels beside the lines: pairs by kind: {kinds}"
    for variant in whatif.variants:
        comments[f"variants.{variant}"] = whatif.meanings[variant]
    return comments


def yaml_text(settings: Mapping[str, Any], comments: Comments) -> str:
    """The scenario file: a section for each key, each opened by what it comes from."""
    return "\n".join([*_HEAD, *_emitted(settings, comments, "", 0)]) + "\n"


def _emitted(settings: Mapping[str, Any], comments: Comments, above: str, depth: int) -> list[str]:
    """The lines of a mapping; comments stand above their key."""
    lines = []
    indent = "  " * depth
    for key, value in settings.items():
        path = f"{above}.{key}" if above else str(key)
        if said := comments.get(path):
            lines += [f"{indent}# {part}" for part in _wrapped(said, WIDTH - len(indent) - 2)]
        name = _inline(key)
        deeper = any(other.startswith(f"{path}.") for other in comments)
        long = len(_inline(value)) + len(indent) + len(name) > WIDTH
        if isinstance(value, Mapping) and value and (depth == 0 or deeper or long):
            lines += [f"{indent}{name}:", *_emitted(value, comments, path, depth + 1)]
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines += [f"{indent}{name}:", *(f"{indent}  - {_inline(item)}" for item in value)]
        else:
            lines.append(f"{indent}{name}: {_inline(value)}")
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


def _inline(value: Any) -> str:
    """A value on one line, as YAML."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=100_000, allow_unicode=True
    )
    return text.removesuffix("\n").removesuffix("\n...")
