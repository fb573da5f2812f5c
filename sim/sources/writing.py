"""An imported organisation written as a scenario with its files: all of them, or nothing."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from sim.errors import Refused, UsageError
from sim.files import cannot_write, flush
from sim.organization import build, key_of
from sim.scenario import Scenario
from sim.scenario.earlier import SCHEMA
from sim.sources import pseudonyms
from sim.sources.bring import Imported
from sim.sources.directory import address_of, name_of
from sim.sources.policies import Shape, WhatIf, policies

PEOPLE_COLUMNS = ("id", "name", "manager_id", "level", "level_rank", "department")
TIE_COLUMNS = ("source", "target", "kind")

SMALLEST_GROUP = 5
"""The smallest group of people that results of an imported organisation show; convention."""


@dataclass(frozen=True)
class Setting:
    """A further setting of the scenario: its dotted key, its value as YAML has it, and where it
    comes from, for a comment ('' for none)."""

    path: str
    value: Any
    comment: str = ""


@dataclass(frozen=True)
class Written:
    """The files of an organisation: their names and what they hold, the scenario first."""

    files: dict[Path, str]
    pseudonyms: dict[str, str]

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(self.files)


def write(imported: Imported, out: Path, extra_settings: Sequence[Setting] = ()) -> Written:
    """Write OUT.yaml, OUT-people.csv and (where there are ties) OUT-ties.csv.

    extra_settings: what is set beside what `import` sets, in its place where both set it. The files
    are first written beside their place and read as a scenario. UsageError for a name that is not
    that of a YAML file; Refused where a file is there that holds something else; InvalidInput where
    the scenario is not valid. Nothing is left behind then.
    """
    written = contents(imported, out, extra_settings)
    _insist_on_place(out, written)
    if imported.options.pseudonyms is not None:
        _insist_key_apart(imported.options.pseudonyms, written)
    try:
        with tempfile.TemporaryDirectory(prefix=".leaderstream-", dir=out.parent) as folder:
            waiting = {path: Path(folder, path.name) for path in written.files}
            for path, text in written.files.items():
                waiting[path].write_text(text, encoding="utf-8", newline="")
                flush(waiting[path])
            scenario = Scenario.load(waiting[out])
            for policy in scenario.policies().values():
                build(policy)
            if imported.options.pseudonyms is not None:
                pseudonyms.write(imported.options.pseudonyms, written.pseudonyms)
            _move(waiting)
    except OSError as error:
        raise cannot_write(out.parent, error) from None
    return written


def contents(imported: Imported, out: Path, extra_settings: Sequence[Setting] = ()) -> Written:
    """What `write` writes, without writing it; new pseudonyms are drawn each time."""
    if out.suffix not in (".yaml", ".yml"):
        raise UsageError(f"--out {out}: expected the name of a scenario file, such as org.yaml")
    ids, known = _ids(imported)
    people = out.with_name(f"{out.stem}-people.csv")
    ties = out.with_name(f"{out.stem}-ties.csv")
    tied = imported.ties.written()
    files = {people: _people_text(imported, ids)}
    if len(tied):
        files[ties] = _ties_text(tied, ids, imported.options.keep_names)
    tree = _settings(imported, out, ties.name if len(tied) else None, extra_settings)
    return Written({out: _yaml_text(imported, tree), **files}, known)


def _ids(imported: Imported) -> tuple[list[str], dict[str, str]]:
    """Everybody's id in the files, and what the key file has to hold."""
    own = imported.people["id"].tolist()
    if imported.options.keep_names:
        return _of_own_key(own), {}
    if imported.options.pseudonyms is not None:
        return pseudonyms.kept(own, imported.options.pseudonyms)
    return pseudonyms.drawn(len(own)), {}


def _of_own_key(ids: Sequence[str]) -> list[str]:
    """The ids, those that happen to have another's key in a scenario with a number behind them."""
    keys: set[int] = set()
    found = []
    for identity in ids:
        name, again = identity, 1
        while key_of(name) in keys or (again > 1 and name in ids):
            again += 1
            name = f"{identity}-{again}"
        keys.add(key_of(name))
        found.append(name)
    return found


def _people_text(imported: Imported, ids: Sequence[str]) -> str:
    """The file of people; with pseudonyms without names, and in the order of the pseudonyms."""
    table, named = imported.people, imported.options.keep_names
    managers = [ids[above] if above >= 0 else "" for above in table["manager"]]
    level, department = table["level"], table["department"]
    if not named:
        level, department = _nameless(level, imported), _nameless(department, imported)
    rows = zip(ids, table["name"], managers, level, table["rank"], department, strict=True)
    kept = [place for place, name in enumerate(PEOPLE_COLUMNS) if named or name != "name"]
    cells = [[row[place] for place in kept] for row in rows]
    if not named:
        cells.sort()
    return _csv([PEOPLE_COLUMNS[place] for place in kept], cells)


def _nameless(texts: pd.Series, imported: Imported) -> pd.Series:
    """Texts of which none holds a person's name, address or id of letters: 'group 3' in the place
    of one."""
    names = {name_of(name) for name in imported.people["name"]} - {""}
    ids = {text for text in imported.people["id"] if re.search(r"[^\W\d_]", text)}
    safe = {}
    for number, text in enumerate(texts.unique(), 1):
        words = name_of(text).split()
        pairs = {" ".join(words[at : at + size]) for size in (2, 3, 4) for at in range(len(words))}
        told = bool(pairs & names) or address_of(text) or text in ids
        safe[text] = f"group {number}" if told else text
    return texts.map(safe)


def _ties_text(tied: pd.DataFrame, ids: Sequence[str], own: bool) -> str:
    rows = [
        [ids[source], ids[target], kind]
        for source, target, kind in zip(tied["source"], tied["target"], tied["kind"], strict=True)
    ]
    return _csv(TIE_COLUMNS, rows if own else sorted(rows))


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


# The scenario


def shape_of(imported: Imported) -> Shape:
    """What the policies depend on."""
    manager = imported.people["manager"].to_numpy(np.int64)
    tied = imported.ties.written()
    one, other = tied["source"].to_numpy(np.int64), tied["target"].to_numpy(np.int64)
    line = (manager[one] == other) | (manager[other] == one)
    pairs = np.unique(np.sort(np.stack([one, other], axis=1)[~line], axis=1), axis=0)
    rank = imported.people["rank"].to_numpy(np.int64)
    return Shape(imported.positions, rank, manager, len(pairs))


Comments = dict[str, str]


def _settings(
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
        tree["privacy"] = {"smallest_group": SMALLEST_GROUP}
    tree |= whatif.settings
    tree |= {"base": whatif.base, "variants": whatif.variants}
    comments = _comments(imported, whatif)
    for setting in extra:
        _set(tree, setting)
        if setting.comment:
            comments[setting.path] = setting.comment
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
    shown = f"results show groups of at least {SMALLEST_GROUP} people, and nobody alone"
    comments = {
        "stream": f"{facts.people} people, {facts.lines} reporting lines; positions {sizes}, "
        f"{facts.source}",
        "privacy": f"{shown}; ids are pseudonyms",
        "issues": "what arises, in the usual proportions; a rate with `each` keeps 20 and 5,000 "
        "people equally busy",
        "power": "who decides; the variants below change this",
        "base": f"{whatif.base}: {whatif.labels[whatif.base]}",
        "variants": "the policies that are compared with the base",
    }
    if imported.ties.written().size:
        kinds = ", ".join(
            f"{kind.channels} {kind.kind}" for kind in facts.ties.kinds if kind.channels
        )
        comments["stream.ties"] = f"channels beside the lines: pairs by kind: {kinds}"
    for variant in whatif.variants:
        comments[f"variants.{variant}"] = whatif.labels[variant]
    return comments


def _yaml_text(imported: Imported, tree: tuple[dict[str, Any], Comments]) -> str:
    """The scenario file: a section for each key, each opened by what it comes from."""
    settings, comments = tree
    head = [
        f"# {settings['name']}: an organisation, written by leaderstream import.",
        "# Is it right, what will run:     leaderstream check FILE",
        "# To compare its policies:        leaderstream run FILE",
        "# What a key means:               leaderstream explain KEY",
        "",
    ]
    return "\n".join([*head, *_emitted(settings, comments, "", 0)]) + "\n"


def _emitted(settings: Mapping[str, Any], comments: Comments, above: str, depth: int) -> list[str]:
    """The lines of a mapping; comments stand above their key."""
    lines = []
    indent = "  " * depth
    for key, value in settings.items():
        path = f"{above}.{key}" if above else str(key)
        if said := comments.get(path):
            lines += [f"{indent}# {part}" for part in _wrapped(said, 96 - len(indent))]
        name = _inline(key)
        deeper = any(other.startswith(f"{path}.") for other in comments)
        if isinstance(value, Mapping) and value and (depth == 0 or deeper):
            lines += [f"{indent}{name}:", *_emitted(value, comments, path, depth + 1)]
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            lines += [f"{indent}{name}:", *(f"{indent}  - {_inline(item)}" for item in value)]
        else:
            lines.append(f"{indent}{name}: {_inline(value)}")
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


def _inline(value: Any) -> str:
    """A value on one line, as YAML."""
    text = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=100_000, allow_unicode=True
    )
    return text.removesuffix("\n").removesuffix("\n...")


# Files


def _insist_on_place(out: Path, written: Written) -> None:
    """Refused where a file is there that holds something else."""
    if not out.parent.is_dir():
        raise Refused(f"{out.parent} does not exist; create the folder first")
    other = [
        path
        for path, text in written.files.items()
        if os.path.lexists(path) and not _holds(path, text)
    ]
    if other:
        names = ", ".join(map(str, other))
        raise Refused(f"{names}: already there, with something else; choose another --out")


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _insist_key_apart(file: Path, written: Written) -> None:
    if file.resolve() in {path.resolve() for path in written.files}:
        raise Refused(f"{file}: --pseudonyms names a file of the organisation itself")
    pseudonyms.insist_apart(file)


def _move(waiting: Mapping[Path, Path]) -> None:
    """Put the files in their places, the scenario last; what was placed goes where one fails."""
    placed: list[Path] = []
    try:
        for path, file in reversed(waiting.items()):
            there = path.exists()
            os.replace(file, path)
            if not there:
                placed.append(path)
    except OSError:
        for path in placed:
            with suppress(OSError):
                path.unlink()
        raise
    flush(next(iter(waiting)).parent)
