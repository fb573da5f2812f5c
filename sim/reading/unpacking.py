"""Archives of results, read back: a zip file or the folder that it was unpacked into, each file as
its checksum says."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from sim.errors import InvalidInput, Problem, Refused
from sim.files import MANIFEST_BYTES, insist_no_link, open_regular, read_regular, sha256
from sim.reading.archiving import CHECKSUMS, RESULT
from sim.reading.crate import METADATA
from sim.reading.verifying import Verification, verify
from sim.version import model_version

MOST_FILES = 20_000
MOST_BYTES = 8 << 30
"""The most files, and bytes in all, that are taken out of a zip file."""
_LINE = re.compile(r"([0-9a-f]{64})  (\S.*)")
_LINK = 0o120000


@dataclass(frozen=True)
class Archive:
    """An archive on the disk. folder: where its files lie. altered: those that are not as they were
    written, by path."""

    folder: Path
    altered: tuple[str, ...]

    @property
    def result(self) -> Path:
        """The folder of its result."""
        return self.folder / RESULT

    @property
    def scenario(self) -> Path:
        """The folder of its scenario and data files."""
        return self.folder / "scenario"


def is_archive(path: Path) -> bool:
    """Whether a path is that of an archive: a zip file, or the folder of an unpacked one."""
    return (path.suffix.lower() == ".zip" and path.is_file()) or (path / CHECKSUMS).is_file()


def verify_archive(path: Path, *, data: Path | None = None, **options: Any) -> Verification:
    """Check every file of an archive, then its result as `verify` does, with the scenario's data
    files in it.

    data, options: as `verify` takes them. Nothing is run again where a file is not as it was
    written. InvalidInput where it is no archive; Refused for one that is too large, or that would
    write elsewhere.
    """
    with opened(path) as archive:
        if archive.altered:
            return Verification(path, [*archive.altered], 0, 0, [], "", model_version())
        found = verify(archive.result, data=archive.scenario if data is None else data, **options)
        altered = [f"{RESULT}{name}" for name in found.altered]
        return replace(found, folder=path, altered=altered)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive to read; a zip file is unpacked into a folder that is gone afterwards."""
    if path.is_dir():
        yield Archive(path, tuple(_altered(path)))
        return
    folder = Path(tempfile.mkdtemp(prefix="leaderstream-"))
    try:
        damaged = _unpack(path, folder)
        yield Archive(folder, tuple(dict.fromkeys([*damaged, *_altered(folder)])))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _altered(folder: Path) -> Iterator[str]:
    """The files that are not as their checksums say, and what the archive names without one."""
    sums = _checksums(folder)
    if sums is None:
        yield CHECKSUMS
        return
    for name, digest in sums.items():
        try:
            _insist_inside(folder, name)
            same = sha256(folder / name) == digest
        except OSError:
            same = False
        if not same:
            yield name
    if METADATA not in sums or not any(name.startswith(RESULT) for name in sums):
        yield CHECKSUMS


def _insist_inside(folder: Path, name: str) -> None:
    """Refused where a file of the archive, or a folder on the way to it, is a link."""
    parts = PurePosixPath(name).parts
    insist_no_link(*(folder.joinpath(*parts[:count]) for count in range(1, len(parts) + 1)))


def _checksums(folder: Path) -> Mapping[str, str] | None:
    """The SHA-256 of each file by its path; None where the list is not one that was written."""
    insist_no_link(folder / CHECKSUMS)
    try:
        text = read_regular(folder / CHECKSUMS, MANIFEST_BYTES).decode()
    except (OSError, UnicodeDecodeError):
        return None
    lines = [_LINE.fullmatch(line) for line in text.splitlines()]
    if not lines or not all(line is not None and _is_safe(line[2]) for line in lines):
        return None
    return {line[2]: line[1] for line in lines if line is not None}


def _is_safe(name: str) -> bool:
    """Whether a path stays within the folder that it is relative to, on every system."""
    steps = name.split("/")
    inside = all(step not in ("", ".", "..") for step in steps)
    return inside and name.isprintable() and not set(name) & set('\\:*?"<>|')


def _unpack(path: Path, folder: Path) -> list[str]:
    """Unpack a zip file; the files that are damaged within it. InvalidInput where it is no archive;
    Refused for one that is too large, or holds links or paths that lead elsewhere."""
    try:
        with open_regular(path) as stream, zipfile.ZipFile(stream) as file:
            entries = [entry for entry in file.infolist() if not entry.is_dir()]
            _insist_harmless(path, entries)
            if CHECKSUMS not in file.namelist():
                raise _no_archive(path, f"it holds no {CHECKSUMS}")
            return [entry.filename for entry in entries if not _extract(file, entry, folder)]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise _no_archive(path, f"it cannot be unpacked: {error}") from None


def _insist_harmless(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    for entry in entries:
        if not _is_safe(entry.filename) or entry.external_attr >> 16 & 0o170000 == _LINK:
            raise Refused(f"{path} holds {entry.filename!r}, which would be written elsewhere")
    if len(set(names)) != len(names):
        raise Refused(f"{path} holds several files of one name")
    if len(names) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refused(f"{path} holds more than {MOST_FILES} files or {MOST_BYTES >> 30} GiB")


def _extract(file: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> bool:
    """Write one file; False where its content is damaged."""
    target = folder / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open(entry) as stream, target.open("xb") as written:
            shutil.copyfileobj(stream, written, 1 << 20)
    except (zipfile.BadZipFile, EOFError):
        return False
    return True


def _no_archive(path: Path, why: str) -> InvalidInput:
    return InvalidInput([Problem(str(path), 0, 0, "", f"no archive of a result: {why}")])
