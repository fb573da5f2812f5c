"""The tables as Parquet, with units in the column metadata, and the hash of what they say.

The hash covers names, types and values in row order and nothing else: not the encoding, not the
versions of pandas or Parquet, so it is the same wherever the content is.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.tables.columns import column

_ARROW = {"integer": pa.int64(), "number": pa.float64(), "text": pa.string()}


def content_hash(table: pd.DataFrame) -> str:
    """SHA-256 (hex) over the column names, their types and all values, column by column in row order.

    Numbers enter as 8 little-endian bytes (every NaN alike, -0 as 0), texts as their lengths and UTF-8 bytes.
    TypeError for a column that is neither integer, number nor text.
    """
    digest = hashlib.sha256()
    kinds = [(str(name), _kind(table[name])) for name in table.columns]
    digest.update(json.dumps([len(table), kinds], ensure_ascii=False).encode())
    for name, kind in kinds:
        if kind == "text":
            _hash_text(digest, table[name])
        elif kind == "integer":
            digest.update(np.ascontiguousarray(table[name].to_numpy(), dtype="<i8").data)
        else:
            values = table[name].to_numpy(dtype=np.float64) + 0.0
            values[np.isnan(values)] = np.nan
            digest.update(np.ascontiguousarray(values, dtype="<f8").data)
    return digest.hexdigest()


def write_table(name: str, table: pd.DataFrame, path: Path) -> None:
    """Write the table `name` as Parquet (zstd); each column's metadata holds its `unit` and `meaning`."""
    fields, arrays = [], []
    for column_name in table.columns:
        kind, about = _kind(table[column_name]), column(name, column_name)
        metadata = {"unit": about.unit, "meaning": about.meaning}
        fields.append(pa.field(column_name, _ARROW[kind], nullable=True, metadata=metadata))
        arrays.append(pa.array(table[column_name], type=_ARROW[kind], from_pandas=True))
    schema = pa.schema(fields, metadata={"leaderstream.table": name})
    arrow = pa.Table.from_arrays([_one(array) for array in arrays], schema=schema)
    pq.write_table(arrow, path, compression="zstd", row_group_size=1 << 18)


def read_table(path: Path) -> pd.DataFrame:
    """Read a table that `write_table` wrote: the same columns, types and values."""
    return pq.read_table(path, use_threads=True).to_pandas()


def _kind(values: pd.Series) -> str:
    """integer, number or text."""
    if pd.api.types.is_integer_dtype(values.dtype):
        return "integer"
    if pd.api.types.is_float_dtype(values.dtype):
        return "number"
    if pd.api.types.is_string_dtype(values.dtype) or isinstance(values.dtype, pd.CategoricalDtype):
        return "text"
    raise TypeError(f"column {values.name} is neither integer, number nor text but {values.dtype}")


def _one(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _hash_text(digest: hashlib._Hash, values: pd.Series) -> None:
    array = pa.array(values.astype("str"), type=pa.large_string(), from_pandas=True)
    if array.null_count:
        raise TypeError(f"column {values.name} has missing texts")
    chunks = array.chunks if isinstance(array, pa.ChunkedArray) else [array]
    for chunk in chunks:
        lengths = pc.binary_length(chunk).to_numpy(zero_copy_only=False)
        digest.update(np.ascontiguousarray(lengths, dtype="<i8").data)
    for chunk in chunks:
        data = chunk.buffers()[2]
        if data is not None and len(chunk):
            ends = np.frombuffer(chunk.buffers()[1], dtype=np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
            digest.update(memoryview(data)[int(ends[0]) : int(ends[-1])])
