"""Archives of results."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path


def archive(
    result: str | PathLike[str],
    out: str | PathLike[str] | None = None,
    *,
    data: str | PathLike[str] | None = None,
    authors: Sequence[str] = (),
    license: str = "",
) -> Path:
    """Write a result of `run`, `sweep` or `sensitivity` as an archive that others can cite, check
    and run again: an RO-Crate (version 1.2) in one zip file. Returns its path.

    result: the folder of a result, or its name in results/. out: the zip file (default: the name
    of the result, in the current folder). data: the folder of the scenario's data files (default:
    the current one). authors: names, each with an ORCID after it where there is one
    ("Ada Lovelace 0000-0002-1825-0097"). license: an SPDX identifier such as "CC-BY-4.0", or an
    address of the web.

    Where `privacy.smallest_group` is set, the files of people and ties are left out. The same
    result gives the same bytes. Raises errors.UsageError, errors.InvalidInput and errors.Refused as
    the command `archive` does; nothing is written then.
    """
    from sim.reading import archiving
    from sim.reading.crate import Published
    from sim.reading.listing import find

    folder = find(str(result))
    target = Path(f"{folder.resolve().name}.zip" if out is None else out)
    published = Published(tuple(authors), license)
    where = None if data is None else Path(data)
    path, _ = archiving.archive(folder, target, data=where, published=published)
    return path
