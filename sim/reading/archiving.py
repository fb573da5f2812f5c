"""A result as an archive that others can cite, check and run again: an RO-Crate in one zip file.

It holds the result as it is, its scenario with the data files, the description of the model with
the scenario's settings, the source of the model, and what is needed to run it. The same result
gives the same bytes: files stand in a fixed order, with fixed dates, and are not compressed.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import sim
from sim import seal, shipped
from sim.errors import InvalidInput, Problem, Refused, UsageError
from sim.exchange.placing import Export, place
from sim.files import DATA_BYTES, insist_no_link, open_regular, read_regular
from sim.reading._again import Source, source
from sim.reading._archive_texts import SCENARIO, found, read_me, requirements
from sim.reading._scenario_again import scenario_text
from sim.reading._settings_told import description
from sim.reading.crate import CODE, METADATA, Part, Published, metadata
from sim.results import DASHBOARD, MANIFEST, RUN, SENSITIVITY, SWEEP, RunResult, load
from sim.tables.privacy import KEY, hidden
from sim.version import model_version

CHECKSUMS = "checksums.sha256"
"""The last file of an archive: the SHA-256 of every other one, as `sha256sum` writes it."""
RESULT = "result/"
"""The folder of an archive that holds the result as it is."""
_DATE = (1980, 1, 1, 0, 0, 0)
_ARCHIVED = (RUN, SWEEP, SENSITIVITY)
_PORTION = 1 << 20
_ABOUT = {
    "odd.md": "the model (ODD protocol), with all settings of this scenario",
    "CITATION.cff": "how to cite leaderstream",
    "requirements.txt": "the packages that the model needs, with versions",
    SCENARIO: "the scenario, complete",
    RESULT + MANIFEST: "what was run, with which versions, and the hash of every file",
    RESULT + DASHBOARD: "the page that shows the result; open it in a browser",
}


@dataclass(frozen=True)
class Member:
    """A file of an archive: its path, its bytes or the file that holds them, and the SHA-256 that
    it must have ('' where none is known)."""

    path: str
    content: bytes | Path
    digest: str = ""


def archive(
    folder: Path, out: Path, *, data: Path | None = None, published: Published | None = None
) -> tuple[Path, int]:
    """Write the result of a folder as an archive; its path and the number of its files.

    out: the zip file, which must not be there, unless it is the same. data: the folder of the
    scenario's data files (default: the current one). published: the authors and the licence.
    UsageError for a kind of result whose runs cannot be verified; InvalidInput for a result or a
    data file that is not as it was; Refused where another version of the model made the result.
    """
    if out.suffix.lower() != ".zip":
        raise UsageError(f"--out {out}: an archive is a .zip file")
    result = load(folder)
    _insist_archivable(result)
    seal.insist(folder, result.manifest)
    known = source(result, Path() if data is None else data)
    members = _members(result, known, Path() if data is None else data, published or Published())

    def write(path: Path) -> None:
        _write(members, path)

    (path,) = place([Export(out.name, write, len(members) + 1, "file")], out.parent)
    return path, len(members) + 1


def _insist_archivable(result: RunResult) -> None:
    manifest = result.manifest
    kind = manifest.get("kind", RUN)
    if kind not in _ARCHIVED:
        raise UsageError(
            f"{result.folder} is a result of {kind}: only results of {', '.join(_ARCHIVED)} can be "
            "archived, as only their runs can be verified"
        )
    if manifest.get("model") != model_version():
        raise Refused(
            f"{result.folder} was made by model {manifest.get('model', 'unknown')} (leaderstream "
            f"{manifest.get('leaderstream', 'unknown')}), this is {model_version()}: an archive "
            "holds the model that made the result, so archive it with that version, or run its "
            "scenario again"
        )


def _members(result: RunResult, known: Source, data: Path, published: Published) -> list[Member]:
    """All files of an archive but the checksums, in their order."""
    manifest, folder = result.manifest, result.folder or Path()
    names = sorted({MANIFEST, *manifest[seal.HASHES]})
    hashes = manifest[seal.HASHES]
    results = [Member(RESULT + name, folder / name, hashes.get(name, "")) for name in names]
    inputs, left_out = _inputs(known, data)
    model = read_regular(shipped.document(shipped.MODEL), DATA_BYTES).decode()
    texts = [
        ("odd.md", description(manifest, model).encode()),
        ("CITATION.cff", read_regular(shipped.document(shipped.CITATION), DATA_BYTES)),
        ("requirements.txt", requirements(manifest).encode()),
        (SCENARIO, scenario_text(manifest).encode()),
    ]
    mine = [*(Member(path, text) for path, text in texts), *inputs, *results]
    for member in mine:
        if isinstance(member.content, Path):
            insist_no_link(member.content)
    code = _code()
    described = Part(CHECKSUMS, "the SHA-256 of every other file", _length([*mine, *code]))
    parts = [*map(_part, mine), described]
    about = read_me(result, parts, published, left_out).encode()
    told = Part("README.md", "what this is, and how to run it again", len(about))
    crate = metadata(manifest, found(result), [told, *parts], published)
    return [Member(METADATA, crate), Member("README.md", about), *mine, *code]


def _inputs(known: Source, data: Path) -> tuple[list[Member], list[str]]:
    """The data files and the files of rules that the scenario names, beside it; and in sentences
    which of them are not in the archive."""
    manifest, left_out = known.result.manifest, []
    inputs: Mapping[str, str] = manifest.get("inputs") or {}
    members = [Member(_beside(name), data / name, digest) for name, digest in inputs.items()]
    if members and hidden(manifest):
        members = []
        left_out.append(
            f"Not here, as people are shown in groups only ({KEY}): {', '.join(sorted(inputs))}. "
            "Who has these files gives their folder with `--data`."
        )
    files = {file.name: file for policy in known.named_policies() for file in policy.rule_files}
    for file in files.values():
        if file.text is None:
            left_out.append(f"Not here, as it comes with an installed package: {file.name}.")
        else:
            members.append(Member(_beside(file.name), file.text.encode(), file.digest))
    return sorted(members, key=lambda member: member.path), left_out


def _beside(name: str) -> str:
    """The place in an archive of a file that a scenario names; InvalidInput for one that does not
    lie in the scenario's folder or below it."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name:
        message = "lies outside of the scenario's folder, so an archive cannot hold it: move it"
        raise InvalidInput([Problem(name, 0, 0, "", message)])
    return f"scenario/{path}"


def _code() -> list[Member]:
    """The source of leaderstream, and its licence."""
    root = Path(sim.__file__).parent
    files = sorted(
        path.relative_to(root)
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    licence = Member(f"{CODE}LICENSE", read_regular(shipped.document(shipped.LICENSE), DATA_BYTES))
    return [licence, *(Member(f"{CODE}sim/{path.as_posix()}", root / path) for path in files)]


def _part(member: Member) -> Part:
    """What an archive says of a file."""
    return Part(member.path, _ABOUT.get(member.path) or _usual(member.path), _size(member))


def _length(members: Sequence[Member]) -> int:
    """The number of bytes of the checksums of these files, of the metadata and of the README."""
    paths = [METADATA, "README.md", *(member.path for member in members)]
    return len(checksums(dict.fromkeys(paths, "0" * 64)))


def _usual(path: str) -> str:
    if path.startswith(RESULT):
        return f"table {PurePosixPath(path).stem} of the result; odd.md explains its columns"
    return "a file of rules" if path.endswith(".py") else "a data file that the scenario names"


def _size(member: Member) -> int:
    content = member.content
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _write(members: Sequence[Member], path: Path) -> None:
    """Write the zip file, the checksums of what was written last. InvalidInput when a file is not
    what it was."""
    sums: dict[str, str] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for member in members:
            digest = hashlib.sha256()
            with file.open(_entry(member.path), "w", force_zip64=True) as target:
                for portion in _portions(member):
                    digest.update(portion)
                    target.write(portion)
            sums[member.path] = digest.hexdigest()
            if member.digest not in ("", sums[member.path]):
                message = "is not as it was when the result was made"
                raise InvalidInput([Problem(str(member.path), 0, 0, "", message)])
        file.writestr(_entry(CHECKSUMS), checksums(sums))


def checksums(sums: Mapping[str, str]) -> bytes:
    """The content of the file of checksums: path by path, as `sha256sum --check` reads it."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(sums.items())).encode()


def _portions(member: Member) -> Iterator[bytes]:
    with _opened(member.content) as stream:
        while portion := stream.read(_PORTION):
            yield portion


def _opened(content: bytes | Path) -> BinaryIO | Any:
    return BytesIO(content) if isinstance(content, bytes) else open_regular(content)


def _entry(path: str) -> zipfile.ZipInfo:
    """A file's head in the zip: the same on every system and at any time."""
    entry = zipfile.ZipInfo(path, _DATE)
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry
