"""The checksum of a stored run: over its key, its columns and its numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

CHECKED = "checksum"
"""Stands behind the columns of a version. Runs of version 0.3.0, which have none, so are those of
another version."""
CHECKSUM = 8


def digest_of(columns: Sequence[str]) -> bytes:
    """A digest of the columns of a version (without `CHECKED`)."""
    return blake2b(json.dumps(list(columns)).encode(), digest_size=16).digest()


def begun(columns: bytes, policy: bytes) -> blake2b:
    """What the checksums of a policy's runs have in common; `columns` as of `digest_of`."""
    return blake2b(columns + policy, digest_size=CHECKSUM)


def checksum(begun: blake2b, replication: int, numbers: bytes) -> bytes:
    """The checksum of a run: another one where its numbers stand under another key, or other
    columns."""
    digest = begun.copy()
    digest.update(replication.to_bytes(8, "little", signed=True) + numbers)
    return digest.digest()


def as_stored(begun: blake2b, size: int, replication: Any, row: Any) -> bool:
    """Whether what the file holds for a run has its checksum behind its numbers, `size` bytes."""
    if not (
        isinstance(replication, int) and isinstance(row, bytes) and len(row) == size + CHECKSUM
    ):
        return False
    return row[size:] == checksum(begun, replication, row[:size])
