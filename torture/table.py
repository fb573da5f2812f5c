"""The table: printed, kept as JSON, and written into docs/reliability.md by docs/generate.py."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from torture.rows import ROOT, Row
from torture.rows import rows as declared

KEPT = ROOT / "docs" / "torture.json"
"""The last whole run of each row; what docs/reliability.md shows."""


class Line(NamedTuple):
    """A row as it was played. verdict: "holds", "fails", or "not here: " and what is missing."""

    id: str
    done: str
    must: str
    times: int
    figure: str
    verdict: str
    seconds: float
    faults: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        return self.verdict == "fails"


def line_of(row: Row, times: int, answer: dict[str, Any], seconds: float) -> Line:
    """A row with what its process answered."""
    about = row.id, row.done, row.must
    if "missing" in answer:
        return Line(*about, 0, "not done", f"not here: {answer['missing']}", seconds)
    verdict = "holds" if answer["holds"] else "fails"
    times = times if answer["times"] is None else answer["times"]
    return Line(*about, times, answer["figure"], verdict, seconds, tuple(answer["faults"]))


def printed(line: Line) -> str:
    """A line for the terminal."""
    head = f"{line.verdict.split(':')[0]:<9}{line.seconds:>7.1f} s {line.times:>6,} x {line.done}"
    faults = "".join(f"\n          ! {fault}" for fault in line.faults[:8]) if line.fails else ""
    tail = "" if not line.verdict.startswith("not here") else f" ({line.verdict})"
    return f"{head}\n          {line.id}: {line.figure}{tail}{faults}"


def keep(lines: Sequence[Line], order: Sequence[Row], path: Path, *, merge: bool) -> None:
    """Write lines as JSON; merge: rows that were not played keep their last lines."""
    known = {}
    if merge and path.exists():
        known = {one["id"]: one for one in json.loads(path.read_text("utf-8"))["rows"]}
    known |= {line.id: {**line._asdict(), "seconds": round(line.seconds, 1)} for line in lines}
    kept = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "rows": [known[row.id] for row in order if row.id in known],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def paragraphs(path: Path = KEPT) -> list[str]:
    """The kept table as paragraphs of Markdown: what it comes to, and a list of rows for each
    part."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    rows = kept["rows"]
    fails = [f"`{one['id']}`" for one in rows if one["verdict"] == "fails"]
    missing = [f"`{one['id']}`" for one in rows if one["verdict"].startswith("not here")]
    first = f"{len(fails)} of {len(rows)} rows fail: {', '.join(fails)}." if fails else ""
    first = first or f"All {len(rows) - len(missing)} rows hold."
    if missing:
        first += f" Not tried on this machine: {', '.join(missing)}."
    here = {one["id"] for one in rows}
    if unplayed := [f"`{one.id}`" for one in declared() if one.id not in here]:
        first += f" Not played in full yet: {', '.join(unplayed)}."
    minutes = sum(one["seconds"] for one in rows) / 60
    system = f"{kept['system']}, Python {kept['python']}"
    times = f"Their times add up to {minutes:.0f} minutes; two are played at once"
    texts = [f"{first} {times} ({system})."]
    part = ""
    for one in rows:
        now, _, name = one["id"].partition(".")
        if now != part:
            part = now
            texts.append(f"### {part.capitalize()}")
        texts.append(
            f"- **{name}** ({one['times']:,} times, {one['seconds']:.0f} s): {one['done']}. Must "
            f"hold: {one['must']}. Came of it: **{one['figure']}**."
            + ("" if one["verdict"] == "holds" else f" *{one['verdict'].capitalize()}.*")
        )
    return texts
