"""The tables as Parquet, with units in the column metadata, and the hash of what they say.

The hash covers names, types and values in row order and nothing else: not the encoding, not the
versions of pandas or Parquet, so it is the same wherever the content is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.files import insist_regular
from sim.tables.columns import CLASS, CUSTOM_COLUMN, GROUP_SIZE, TABLES, Column, column

if TYPE_CHECKING:
    import pandas as pd

_ARROW = {"integer": pa.int64(), "number": pa.float64(), "text": pa.string()}
_TABLE = "leaderstream.table"
"""Where a file of a table says which one it is."""
_READ = 1 << 13
"""How many rows of a column are read at a time."""

Kinds = Sequence[tuple[str, str]]
"""The columns of a table by name, each integer, number or text."""
Pieces = Callable[[str], Iterable[Any]]
"""The values of a column, in order, in some pieces."""


def content_hash(table: pd.DataFrame) -> str:
    """SHA-256 (hex) over the column names, their types and all values, column by column in row
    order.

    Numbers enter as 8 little-endian bytes (every NaN alike, -0 as 0), texts as their lengths and
    UTF-8 bytes. TypeError for a column that is neither integer, number nor text.
    """
    kinds = [(str(name), kind_of(table[name])) for name in table.columns]
    types = {"integer": np.int64, "number": np.float64}
    held = dict(kinds)

    def pieces(name: str) -> list[Any]:
        values = table[name]
        return (
            _texts(values) if held[name] == "text" else [values.to_numpy(dtype=types[held[name]])]
        )

    return _hash(len(table), kinds, pieces)


def file_hash(path: Path) -> str:
    """The `content_hash` of the table in a file of `write_table` or `TableWriter`, which is read
    bit by bit."""
    insist_regular(path)
    with pq.ParquetFile(path) as file:
        kinds = [(field.name, _kind_of(field)) for field in file.schema_arrow]

        def pieces(name: str) -> Iterator[Any]:
            for array in _batches(file, name):
                text = pa.types.is_string(array.type)
                yield (
                    array.cast(pa.large_string()) if text else array.to_numpy(zero_copy_only=False)
                )

        return _hash(file.metadata.num_rows, kinds, pieces)


def write_table(
    name: str, table: pd.DataFrame, path: Path, meanings: Mapping[str, str] | None = None
) -> None:
    """Write the table `name` as Parquet (zstd); each column's metadata holds its `unit` and
    `meaning`.

    meanings: of the columns that custom leader classes add.
    """
    kinds = [(str(column), kind_of(table[column])) for column in table.columns]
    arrays = [
        _one(pa.array(table[column], type=_ARROW[kind], from_pandas=True)) for column, kind in kinds
    ]
    arrow = pa.Table.from_arrays(arrays, schema=_schema(name, kinds, meanings or {}))
    pq.write_table(arrow, path, compression="zstd", row_group_size=1 << 18)


class TableWriter:
    """Writes the table `name` as `write_table` does, some rows at a time, so that it need not fit
    into memory.

    kinds: its columns. Closed by `with`; a file that was not closed is none.
    """

    def __init__(self, name: str, kinds: Kinds, path: Path) -> None:
        self._schema = _schema(name, kinds)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, columns: Mapping[str, Any]) -> None:
        """Add rows, a group of the file: the values of every column."""
        arrays = [
            pa.array(columns[field.name], type=field.type, from_pandas=True)
            for field in self._schema
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def read_table(path: Path, columns: Iterable[str] | None = None) -> pd.DataFrame:
    """Read a table that `write_table` wrote: the same columns, types and values.

    columns: read those of them that are there alone, in the order of the file, texts as categories:
    a fraction of the memory.
    """
    insist_regular(path)
    if columns is None:
        return pq.read_table(path, use_threads=True).to_pandas()
    wanted = set(columns)
    with pq.ParquetFile(path) as file:
        fields = [field for field in file.schema_arrow if field.name in wanted]
    texts = [field.name for field in fields if _kind_of(field) == "text"]
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        values = {field.name: _held(file, field) for field in fields}
    return pd.DataFrame(values, copy=False)


def name_of(path: Path) -> str | None:
    """The name of the table that a file was written as; None where it does not say."""
    insist_regular(path)
    name = (pq.read_schema(path).metadata or {}).get(_TABLE.encode())
    return None if name is None else name.decode(errors="replace")


def _held(file: pq.ParquetFile, field: pa.Field) -> Any:
    """A column as an array or, of text, as categories in order of appearance."""
    numbers = {"integer": np.int64, "number": np.float64}.get(_kind_of(field))
    values = np.empty(file.metadata.num_rows, np.int32 if numbers is None else numbers)
    names: dict[str, int] = {}
    start = 0
    for batch in _batches(file, field.name):
        end = start + len(batch)
        if numbers is None:
            codes = [names.setdefault(text, len(names)) for text in batch.dictionary.to_pylist()]
            values[start:end] = np.array(codes, np.int32)[batch.indices.to_numpy()]
        else:
            values[start:end] = batch.to_numpy(zero_copy_only=False)
        start = end
    return values if numbers is not None else pd.Categorical.from_codes(values, list(names))


def _batches(file: pq.ParquetFile, name: str) -> Iterator[pa.Array]:
    """A column, some rows at a time, by this thread alone: others would each keep memory of their
    own."""
    for batch in file.iter_batches(_READ, columns=[name], use_threads=False):
        yield batch.column(0)


def _schema(
    name: str, kinds: Kinds, meanings: Mapping[str, str] = MappingProxyType({})
) -> pa.Schema:
    fields = []
    for title, kind in kinds:
        about = described(name, title, kind, meanings)
        metadata = {"unit": about.unit, "meaning": about.meaning}
        fields.append(pa.field(title, _ARROW[kind], nullable=True, metadata=metadata))
    return pa.schema(fields, metadata={_TABLE: name})


def described(table: str, title: str, kind: str, meanings: Mapping[str, str]) -> Column:
    """What a column of a table means, also one that custom leader classes add (`meanings`)."""
    known = {about.name for about in (*TABLES.get(table, ()), CLASS, GROUP_SIZE)}
    if table == "leaders" and title not in known:
        return Column(title, kind, "", meanings.get(title, CUSTOM_COLUMN))
    return column(table, title)


def kind_of(values: pd.Series) -> str:
    """integer, number or text; TypeError for a column that is none of them."""
    if pd.api.types.is_integer_dtype(values.dtype):
        return "integer"
    if pd.api.types.is_float_dtype(values.dtype):
        return "number"
    if pd.api.types.is_string_dtype(values.dtype) or isinstance(values.dtype, pd.CategoricalDtype):
        return "text"
    raise TypeError(f"column {values.name} is neither integer, number nor text but {values.dtype}")


def _kind_of(field: pa.Field) -> str:
    """integer, number or text."""
    for kind, type_ in _ARROW.items():
        if field.type == type_:
            return kind
    raise TypeError(f"column {field.name} is neither integer, number nor text but {field.type}")


def _one(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _texts(values: pd.Series) -> list[pa.Array]:
    array = pa.array(values.astype("str"), type=pa.large_string(), from_pandas=True)
    return array.chunks if isinstance(array, pa.ChunkedArray) else [array]


def _hash(rows: int, kinds: Kinds, pieces: Pieces) -> str:
    digest = hashlib.sha256(json.dumps([rows, kinds], ensure_ascii=False).encode())
    for name, kind in kinds:
        if kind == "text":
            _hash_text(digest, name, pieces)
        elif kind == "integer":
            for values in pieces(name):
                digest.update(np.ascontiguousarray(values, dtype="<i8").data)
        else:
            for values in pieces(name):
                numbers = values.astype(np.float64) + 0.0
                numbers[np.isnan(numbers)] = np.nan
                digest.update(np.ascontiguousarray(numbers, dtype="<f8").data)
    return digest.hexdigest()


def _hash_text(digest: hashlib._Hash, name: str, pieces: Pieces) -> None:
    """The lengths of all texts, then their bytes."""
    for piece in pieces(name):
        if piece.null_count:
            raise TypeError(f"column {name} has missing texts")
        lengths = pc.binary_length(piece).to_numpy(zero_copy_only=False)
        digest.update(np.ascontiguousarray(lengths, dtype="<i8").data)
    for piece in pieces(name):
        data = piece.buffers()[2]
        if data is not None and len(piece):
            ends = np.frombuffer(piece.buffers()[1], dtype=np.int64)[
                piece.offset : piece.offset + len(piece) + 1
            ]
            digest.update(memoryview(data)[int(ends[0]) : int(ends[-1])])


# Texts and numbers as cells of a CSV file for spreadsheets: no text is taken for a formula, every
# number is exact


FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a text that a spreadsheet takes for a formula begins with; the last four are wide forms of
the first (OWASP, CSV Injection)."""
MARK = "'"
"""Set before such a text: a spreadsheet then shows it and calculates nothing."""


def harmless(text: str) -> str:
    """The text, with a mark before it when a spreadsheet would take it for a formula."""
    return f"{MARK}{text}" if text.startswith(FORMULA) else text


def cells(values: pd.Series) -> Iterator[str]:
    """The cells of a column as they stand in the file."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values.dtype):
        return (quoted(str(text)) for text in values)
    # `repr` of a Python number is the shortest text that reads back as the very same number.
    return ("" if number != number else repr(number) for number in values.tolist())


def quoted(text: str) -> str:
    """A text as a cell: harmless, and in quotes."""
    quotes = harmless(text).replace('"', '""')
    return f'"{quotes}"'
