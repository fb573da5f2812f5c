"""A result as a line, and as a card of a notebook: what was run, what came of it, and how to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cards import card, count, text
from sim.comparison import cards

if TYPE_CHECKING:
    import pandas as pd

Manifest = Mapping[str, Any]


def facts(manifest: Manifest, failed: int) -> list[str]:
    """What was run, in a few plain texts."""
    policies, often = manifest.get("policies") or (), manifest.get("replications")
    found = [count(int(manifest["points"]), "point")] if manifest.get("points") else []
    found.append(count(len(policies), "policy", "policies"))
    if isinstance(often, int):
        found.append(count(often, "replication"))
    found.append(f"seed {manifest.get('seed')}")
    return [*found, *([f"{count(failed, 'run')} failed"] if failed else [])]


def line(manifest: Manifest, failed: int) -> str:
    """The same as one line, for `repr`."""
    return f"{manifest.get('name')!s:.60}: {', '.join(facts(manifest, failed))}"


def failures(found: Sequence[Mapping[str, Any]], left_out: Sequence[Mapping[str, Any]] = ()) -> str:
    """What failed first, and how many points were left out, as HTML; empty where all went well."""
    told = ""
    if found:
        first = found[0]
        told += f"<p><b>{count(len(found), 'run')} failed.</b> The first, under {text(first.get('variant'), 40)}: "
        told += f"{text(first.get('error'), 200)}</p>"
    if left_out:
        told += f"<p>{count(len(left_out), 'point')} left out; the first: {text(left_out[0].get('reason'), 200)}</p>"
    return told


def of_run(
    tables: Mapping[str, pd.DataFrame], manifest: Manifest, folder: Path | None, failed: Sequence[Mapping[str, Any]]
) -> str:
    """The card of a result of any kind, as `sim.load` reads it."""
    runs, keys = tables["runs"], manifest.get("keys")
    title, hints = f"{manifest.get('name')}: results", [".comparison", ".verdict", ".tables"]
    if "sensitivity" in tables:
        shown, hints = cards.ranking(tables["sensitivity"]), ['.tables["sensitivity"]', '.tables["runs"]']
    elif keys is not None:
        shown, hints = cards.points(runs, keys), ['.tables["runs"]']
    else:
        shown = cards.policies(runs, manifest.get("against"))
    where = [f"in {folder}"] if folder is not None else ["not saved"]
    told = [*facts(manifest, len(failed)), *where]
    return card(title, told, shown, failures(failed, manifest.get("left_out") or ()), hints=hints)
