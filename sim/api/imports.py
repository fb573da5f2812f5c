"""An organisation of one's own: from files of people and ties to a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.sources.bring import Imported

Name = str | PathLike[str]


def import_organization(
    people: Name,
    ties: Name | Sequence[Name] = (),
    out: Name | None = None,
    *,
    dry_run: bool = False,
    **options: Any,
) -> Imported:
    """Read an organisation from its files and, with `out`, write it as a scenario.

    people: a CSV file or Excel sheet of people. ties: one file of ties or messages, or several, in
    any format that the command `import` reads. out: the scenario file, such as org.yaml; beside it
    stand OUT-people.csv and OUT-ties.csv. None: nothing is written. dry_run: the same, but what
    would be written is checked (as org.yaml without `out`). options: those of
    `sim.sources.options.Options`, such as unknown="add" or chosen={"manager": "Boss"}.

    The answer holds people, ties, facts and everything odd. Raises errors.InvalidInput,
    errors.UsageError or errors.Refused as the command does; nothing is written then.
    """
    from sim.sources.bring import bring
    from sim.sources.options import Options
    from sim.sources.writing import check, write

    files = [ties] if isinstance(ties, str | PathLike) else list(ties)
    if options.get("pseudonyms") is not None:
        options["pseudonyms"] = Path(options["pseudonyms"])
    imported = bring(Path(people), [Path(file) for file in files], Options(**options))
    if dry_run:
        check(imported, None if out is None else Path(out))
    elif out is not None:
        write(imported, Path(out))
    return imported
