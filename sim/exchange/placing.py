"""Files put into a folder, all of them or none, and none in the place of another."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Refused
from sim.files import flush
from sim.partial_files import partial_folder, remove_left_behind
from sim.tables.storage import cells, quoted

if TYPE_CHECKING:
    import pandas as pd

Writer = Callable[[Path], None]
"""Writes one file to the path that it is given."""


@dataclass(frozen=True)
class Export:
    """A file to be written: its name, what writes it, and how many of what it holds (`unit`: row,
    channel, issue). described: what `--json` says of it."""

    name: str
    write: Writer
    count: int
    unit: str = "row"
    described: Mapping[str, Any] = field(default_factory=dict)


def place(exports: Sequence[Export], out: Path) -> list[Path]:
    """Write files in the folder `out`, all or none, and return their paths.

    A file that is there already with the same content stays. Refused when a file of the name holds
    something else, or `out` is a file.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{out} cannot hold tables: it, or a folder above it, is a file") from None
    paths = [out / export.name for export in exports]
    remove_left_behind(out)
    with partial_folder(out, "export") as aside:
        made = [aside / path.name for path in paths]
        for export, path in zip(exports, made, strict=True):
            export.write(path)
            flush(path)
        _insist_on_room(paths, made)
        for path, finished in zip(paths, made, strict=True):
            os.replace(finished, path)
    return paths


def csv(name: str, table: pd.DataFrame) -> Export:
    """A table as NAME.csv: UTF-8; commas; texts in quotes, none of which a spreadsheet takes for a
    formula; numbers with as many digits as it takes to read them back exactly; a number that is not
    known is empty."""

    def write(path: Path) -> None:
        columns = [cells(table[name]) for name in table.columns]
        with path.open("w", encoding="utf-8", newline="") as file:
            file.write(_line(quoted(str(name)) for name in table.columns))
            file.writelines(map(_line, zip(*columns, strict=True)))

    about = {"table": name, "rows": len(table)}
    return Export(f"{name}.csv", write, len(table), described=about)


def _line(values: Iterable[str]) -> str:
    return f"{','.join(values)}\n"


def _insist_on_room(paths: Sequence[Path], made: Sequence[Path]) -> None:
    """Refused when a path is taken, unless by the very same file."""
    for path, finished in zip(paths, made, strict=True):
        if os.path.lexists(path) and not (
            path.is_file() and filecmp.cmp(path, finished, shallow=False)
        ):
            raise Refused(f"{path} exists and holds something else; nothing was written")
