"""The decisions of one replication as an event log for process mining (XES, IEEE 1849): a trace an
issue, an event a step.

The log holds the issues of the table `decisions`, each to its end, also where that lies beyond the
horizon.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.exchange._xml import attribute
from sim.exchange.dates import Dates, iso
from sim.exchange.log import resources, timed
from sim.exchange.placing import Export
from sim.exchange.recording import Recording, Step

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

FILE = "decisions.xes"
_INDENT = "  "
_OPENING = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
    <string key="kind" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity and lifecycle" keys="concept:name lifecycle:transition"/>
"""
_NO_FACTS = ("scenario", "variant", "point", "replication", "issue")
"""Columns of `decisions` that are the same for all traces, or their names."""


def as_xes(recording: Recording, decisions: pd.DataFrame, about: Mapping[str, str | int]) -> Export:
    """The event log of one replication. decisions: its rows of the table, whose other columns are
    attributes of the traces. about: attributes of the log."""

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_log(recording, decisions, about))

    return Export(FILE, write, len(decisions), "issue", {"issues": len(decisions)})


def _log(
    recording: Recording, decisions: pd.DataFrame, about: Mapping[str, str | int]
) -> Iterator[str]:
    yield _OPENING
    for key, value in about.items():
        yield _attribute(key, value, 1)
    steps: dict[str, list[tuple[datetime, Step]]] = {}
    for moment, step in timed(recording, Dates(recording.inputs.scenario.calendar)):
        steps.setdefault(step.case, []).append((moment, step))
    names, ids = resources(recording.inputs.structure.id), recording.inputs.structure.id
    facts = [str(name) for name in decisions.columns if name not in _NO_FACTS]
    for row in decisions.to_dict("records"):
        yield f"{_INDENT}<trace>\n{_attribute('concept:name', str(row['issue']), 2)}"
        yield from (_attribute(name, row[name], 2) for name in facts)
        for moment, step in steps.get(str(row["issue"]), ()):
            yield _event(moment, step, names[step.resource], [ids[i] for i in step.attendees])
        yield f"{_INDENT}</trace>\n"
    yield "</log>\n"


def _event(moment: datetime, step: Step, resource: str, attendees: list[str]) -> str:
    attributes = {
        "concept:name": step.activity,
        "org:resource": resource,
        "lifecycle:transition": step.lifecycle,
        "attendees": "; ".join(attendees),
        "detail": step.detail,
    }
    texts = [_attribute(key, value, 3) for key, value in attributes.items() if value]
    texts.append(f'{_INDENT * 3}<date key="time:timestamp" value="{iso(moment)}"/>\n')
    return f"{_INDENT * 2}<event>\n{''.join(texts)}{_INDENT * 2}</event>\n"


def _attribute(key: str, value: Any, depth: int) -> str:
    """An attribute by the type of its value; none for a number that is not known."""
    if value != value:
        return ""
    kind = "string" if isinstance(value, str) else "int" if isinstance(value, int) else "float"
    text = attribute(value if isinstance(value, str) else repr(value))
    return f"{_INDENT * depth}<{kind} key={attribute(key)} value={text}/>\n"
