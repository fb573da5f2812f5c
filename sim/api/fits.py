"""Settings fitted from the logs of an organisation of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.fitting.fit import Fitted
    from sim.sources.bring import Imported
    from sim.sources.scenario_text import Setting

Name = str | PathLike[str]


@dataclass(frozen=True, eq=False)
class Fit:
    """What was fitted.

    found: all estimates. imported: the organisation. settings: of a scenario, that were fitted.
    kept: those that such logs cannot tell, with their defaults.
    """

    found: Fitted
    imported: Imported
    settings: list[Setting]
    kept: list[Setting]


def fit(
    logs: Name | Sequence[Name],
    people: Name,
    out: Name | None = None,
    *,
    chosen: Mapping[str, str] | None = None,
    timezone: str | None = None,
    decided: Sequence[str] = (),
    attention: float | None = None,
    **options: Any,
) -> Fit:
    """Fit settings to logs and, with `out`, write a scenario that has them.

    logs: one log or several, of messages (in any format that the command `import` reads) or of
    decisions (CSV, Excel or XES: case, activity, resource, time). people: a CSV file or Excel
    sheet. out: the scenario file; beside it stand OUT-people.csv and OUT-ties.csv. None: nothing is
    written. chosen: columns by role. timezone: a name of the IANA database (default: what the log
    says). decided: the activities by which cases are decided (default: by their names). attention:
    messages that people read in an hour (default: the scenario's). options: the other ones of
    `sim.sources.options.Options`.

    Raises errors.InvalidInput, errors.UsageError or errors.Refused as the command does; nothing is
    written then.
    """
    from sim.fitting.fit import fit_records
    from sim.fitting.records import read_records
    from sim.fitting.settings import not_fitted, settings_of, usual_attention
    from sim.sources.options import Options
    from sim.sources.policies import policies
    from sim.sources.scenario_text import shape_of
    from sim.sources.writing import write

    files = [logs] if isinstance(logs, str | PathLike) else list(logs)
    if options.get("pseudonyms") is not None:
        options["pseudonyms"] = Path(options["pseudonyms"])
    records, imported = read_records(
        [Path(file) for file in files], Path(people), chosen or {}, Options(**options)
    )
    reads = usual_attention() if attention is None else attention
    found = fit_records(records, reads, timezone, decided)
    settings = settings_of(found, policies(shape_of(imported)), attention)
    kept = not_fitted(settings)
    if out is not None:
        write(imported, Path(out), [*settings, *kept])
    return Fit(found, imported, settings, kept)
