"""A result as a line, as the short answer in text, and as a card of a notebook: what was run, and
what came of it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cards import card, count, text
from sim.comparison import cards
from sim.comparison.headline import headline, lines, notes
from sim.comparison.judged import judged_by
from sim.comparison.labels import labelled
from sim.comparison.short import in_short
from sim.texts import clean

if TYPE_CHECKING:
    import pandas as pd

Manifest = Mapping[str, Any]

_COMMAND = r"leaderstream run FILE( --[a-z]+ [^ .]+)*"
_KEPT = "\x1f"
"""Stands for a space at which no line is broken; `clean` leaves none in a text."""


def facts(manifest: Manifest, failed: int) -> list[str]:
    """What was run, in a few plain texts."""
    policies, often = manifest.get("policies") or (), manifest.get("replications")
    parts = [count(int(manifest["points"]), "point")] if manifest.get("points") else []
    parts.append(count(len(policies), "policy", "policies"))
    if isinstance(often, int):
        parts.append(count(often, "replication"))
    parts.append(f"seed {manifest.get('seed')}")
    return [*parts, *([f"{count(failed, 'run')} failed"] if failed else [])]


def line(manifest: Manifest, failed: int) -> str:
    """The same as one line, for `repr`."""
    return f"{manifest.get('name')!s:.60}: {', '.join(facts(manifest, failed))}"


def failures(
    failures_of_run: Sequence[Mapping[str, Any]], left_out: Sequence[Mapping[str, Any]] = ()
) -> str:
    """What failed first, and how many points were left out, as HTML; empty where all went well."""
    markup = ""
    if failures_of_run:
        first = failures_of_run[0]
        markup += (
            f"<p><b>{count(len(failures_of_run), 'run')} failed.</b> The first, under "
            f"{text(first.get('variant'), 40)}: "
        )
        markup += f"{text(first.get('error'), 200)}</p>"
    if left_out:
        markup += (
            f"<p>{count(len(left_out), 'point')} left out; the first: "
            f"{text(left_out[0].get('reason'), 200)}</p>"
        )
    return markup


def answer(
    tables: Mapping[str, pd.DataFrame],
    manifest: Manifest,
    width: int,
    bold: Callable[[str], str] = lambda text: text,
) -> list[str]:
    """The short answer and the one table of a run, as two texts whose lines have at most `width`
    letters."""
    tables, manifest = labelled(tables, manifest)
    said = in_short(tables, manifest)
    table = headline(tables["runs"], manifest.get("against"), judged_by(manifest))
    if table is None:
        return ["No run came to an end, so there is nothing to report."]
    sentences = "\n".join(filled(sentence, width) for sentence in said)
    below = filled(" ".join(notes(table)), width)
    return [f"{bold('In short')}\n{sentences}", "\n".join([*lines(table, width, bold), below])]


def filled(sentence: str, width: int) -> str:
    """A sentence as lines of at most `width` letters; names and, where there is room, commands stay
    whole."""
    whole = re.sub(_COMMAND, lambda found: found[0].replace(" ", _KEPT), clean(sentence))
    if any(len(word) > width for word in whole.split()):
        whole = clean(sentence)
    return textwrap.fill(whole, width, break_on_hyphens=False).replace(_KEPT, " ")


def as_text(
    tables: Mapping[str, pd.DataFrame],
    manifest: Manifest,
    failed: Sequence[Mapping[str, Any]],
    width: int = 80,
) -> str:
    """A result as `print` shows it: of a run the short answer and its table, of another kind one
    line."""
    head = line(manifest, len(failed))
    if manifest.get("kind", "run") != "run" or "decisions" not in tables:
        return head
    return "\n\n".join([filled(head, width), *answer(tables, manifest, width)])


def of_run(
    tables: Mapping[str, pd.DataFrame],
    manifest: Manifest,
    folder: Path | None,
    failed: Sequence[Mapping[str, Any]],
) -> str:
    """The card of a result of any kind, as `sim.load` reads it."""
    tables, manifest = labelled(tables, manifest)
    runs, keys = tables["runs"], manifest.get("keys")
    title, hints = (
        f"{manifest.get('name')}: results",
        [".comparison", ".verdict", ".details", ".tables"],
    )
    if "sensitivity" in tables:
        shown, hints = (
            cards.ranking(tables["sensitivity"]),
            ['.tables["sensitivity"]', '.tables["runs"]'],
        )
    elif keys is not None:
        shown, hints = cards.points(runs, keys, judged_by(manifest)), ['.tables["runs"]']
    else:
        shown = cards.sentences(in_short(tables, manifest)) + cards.policies(
            runs, manifest.get("against"), judged_by(manifest)
        )
    where = [f"in {folder}"] if folder is not None else ["not saved"]
    parts = [*facts(manifest, len(failed)), *where]
    return card(title, parts, shown, failures(failed, manifest.get("left_out") or ()), hints=hints)
