"""The four tables of a result: runs, decisions, leaders, days; and those that only some results
have.

`columns` says what each column means and is measured in; `build` makes the tables from what the
drivers return; `storage` writes and reads them as Parquet and hashes their content.
"""

from sim.tables.build import PolicyRuns, further, join, ordered, policy_tables, widened
from sim.tables.columns import OPTIONAL, TABLES, Column, column
from sim.tables.storage import (
    TableWriter,
    content_hash,
    file_hash,
    name_of,
    read_table,
    write_table,
)

__all__ = [
    "OPTIONAL",
    "TABLES",
    "Column",
    "PolicyRuns",
    "TableWriter",
    "column",
    "content_hash",
    "file_hash",
    "further",
    "join",
    "name_of",
    "ordered",
    "policy_tables",
    "read_table",
    "widened",
    "write_table",
]
