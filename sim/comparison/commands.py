"""Commands that go on from a result, as words that a shell takes once they are quoted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.texts import clean

Manifest = Mapping[str, Any]

LARGEST_SEED = 2**63 - 1


def on_file(command: str, manifest: Manifest, *options: str, file: str = "") -> tuple[str, ...]:
    """The words of a command on the scenario of a result, with what was set on top of its file.

    command: such as run. options: further words. file: in place of the scenario's, NAME.yaml.
    """
    scenario = manifest.get("scenario") or {}
    name = manifest.get("name") or scenario.get("name") or "scenario"
    words = ("leaderstream", command, file or f"{clean(name)}.yaml", *map(clean, options))
    return (*words, *changed_options(manifest))


def changed_options(manifest: Manifest) -> list[str]:
    """The options that repeat what was changed on the command line (`changes`: text by dotted key),
    and that allow the files of rules which were read (`rules`: hashes by name)."""
    changes, files = manifest.get("changes") or {}, manifest.get("rules") or {}
    words = [("--rules", str(name)) for name in files if str(name).endswith(".py")]
    words += [("--set", f"{key}={value}") for key, value in changes.items()]
    return [clean(word) for pair in words for word in pair]


def other_seed(manifest: Manifest) -> tuple[str, str]:
    """The option that asks for another seed than that of a result."""
    seed = manifest.get("seed")
    return "--seed", str(seed + 1 if isinstance(seed, int) and seed < LARGEST_SEED else 0)
