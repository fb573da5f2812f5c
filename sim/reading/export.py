"""Tables as CSV for spreadsheets: no text of which is taken for a formula, and every number as
exact as it was."""

from __future__ import annotations

import filecmp
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import Refused
from sim.tables.storage import cells, quoted

if TYPE_CHECKING:
    import pandas as pd


def write_csv(tables: Mapping[str, pd.DataFrame], out: Path) -> list[Path]:
    """Write each table as NAME.csv in the folder `out`, all or none, and return the paths.

    UTF-8; commas; texts in quotes; numbers with as many digits as it takes to read them back
    exactly; a number that is not known is empty. Refused when a file of the name holds something
    else, or `out` is a file.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{out} cannot hold tables: it, or a folder above it, is a file") from None
    paths = [out / f"{name}.csv" for name in tables]
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out) as aside:
        made = [Path(aside) / path.name for path in paths]
        for table, path in zip(tables.values(), made, strict=True):
            _write(table, path)
        _insist_on_room(paths, made)
        for path, finished in zip(paths, made, strict=True):
            os.replace(finished, path)
    return paths


def _insist_on_room(paths: Sequence[Path], made: Sequence[Path]) -> None:
    """Refused when a path is taken, unless by the very same file."""
    for path, finished in zip(paths, made, strict=True):
        if os.path.lexists(path) and not (
            path.is_file() and filecmp.cmp(path, finished, shallow=False)
        ):
            raise Refused(f"{path} exists and holds something else; nothing was written")


def _write(table: pd.DataFrame, path: Path) -> None:
    columns = [cells(table[name]) for name in table.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(quoted(str(name)) for name in table.columns) + "\n")
        file.writelines(",".join(row) + "\n" for row in zip(*columns, strict=True))
