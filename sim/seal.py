"""The seal of a result: by it every change of any of its files since they were written is found.

`manifest.json` holds the SHA-256 of every other file (`file_hashes`) and, as its last line, that of
its own text without this line (`manifest_sha256`). Against chance and carelessness, not against
forgery: who can write the files can write the digests. Files that the manifest does not name are
nobody's concern.

Results of version 0.3.0 and before have no seal. Of them the content of the tables is checked, by
the hashes that their manifests hold, and of sweeps the other files too; their manifests cannot be.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import InvalidInput, Problem
from sim.files import MANIFEST_BYTES, read_regular, sha256

MANIFEST = "manifest.json"
FORMAT = 2
"""The format of a folder of results: the first that is sealed. Stands at the head of the manifest,
the digest at its end: no single fault takes both away."""

MARK, HASHES = "format", "file_hashes"
_DIGEST = "manifest_sha256"
_LAST_LINE = re.compile(rb',\n +"' + _DIGEST.encode() + rb'": "([0-9a-f]{64})"\n}\n\Z')
_END = b"\n}"
CHANGED = "is not as it was written (changed or damaged since, or its writing was cut short)"
LOST = "is missing"


def sealed(manifest: Mapping[str, Any], indent: int = 2) -> bytes:
    """The content of `manifest.json` for a manifest of plain values, which has a key at least."""
    contents = {MARK: FORMAT, **{key: value for key, value in manifest.items() if key != MARK}}
    text = json.dumps(contents, indent=indent, ensure_ascii=False).encode()
    last = f',\n{" " * indent}"{_DIGEST}": "{hashlib.sha256(text).hexdigest()}"'
    return text.removesuffix(_END) + last.encode() + _END + b"\n"


def write(manifest: Mapping[str, Any], path: Path, indent: int = 2) -> None:
    """Write a manifest with its seal. As bytes: the ends of its lines are the same on every
    system."""
    path.write_bytes(sealed(manifest, indent))


def hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of the named files of a folder, for `file_hashes`."""
    return {name: sha256(folder / name) for name in names if name != MANIFEST}


def manifest_of(folder: Path) -> dict[str, Any]:
    """A folder's manifest, without its digest. InvalidInput when there is none, it was changed, or
    says too little."""
    path = folder / MANIFEST
    try:
        data = read_regular(path, MANIFEST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise _no_result(folder) from None
    except OSError as error:
        raise InvalidInput(
            [Problem(str(path), 0, 0, "", f"cannot be read: {error.strerror or error}")]
        ) from None
    manifest = _unsealed(data)
    if manifest is None:
        raise InvalidInput([Problem(str(path), 0, 0, "", f"{CHANGED}; {_ANEW}")])
    if "tables" not in manifest:
        raise _no_result(folder)
    if problems := [
        Problem(str(path), 0, 0, key, f"is not {shape.what}; {_ANEW}")
        for key, shape in SHAPES.items()
        if key in manifest and not shape.fits(manifest[key])
    ]:
        raise InvalidInput(problems)
    return manifest


class Shape(NamedTuple):
    """What stands under a key of a manifest: in words, and how it is recognised."""

    what: str
    fits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_mapping_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


def _is_list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _are_facts(value: Any) -> bool:
    """The hash and the number of rows of a table."""
    return _is_mapping(value) and _is_text(value.get("sha256")) and _is_count(value.get("rows"))


def _or_nothing(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


_TEXT = Shape("a text", _or_nothing(_is_text))
_COUNT = Shape("a whole number from 0", _or_nothing(_is_count))
_TEXTS = Shape("a list of texts", _is_list_of(_is_text))
_MAPPING = Shape("a mapping", _or_nothing(_is_mapping))
_MAPPINGS = Shape("a list of mappings", _is_list_of(_is_mapping))
_MAPPING_OF_TEXTS = Shape("a mapping of texts", _or_nothing(_is_mapping_of(_is_text)))

SHAPES: Mapping[str, Shape] = {
    "tables": Shape("a mapping of tables, each with sha256 and rows", _is_mapping_of(_are_facts)),
    "policies": Shape(
        "a list of names, or a mapping of names to settings",
        lambda value: _is_mapping_of(_is_mapping)(value) or _is_list_of(_is_text)(value),
    ),
    HASHES: _MAPPING_OF_TEXTS,
    **dict.fromkeys(("inputs", "rules", "decides", "columns", "labels"), _MAPPING_OF_TEXTS),
    **dict.fromkeys(("files", "variants", "alternatives", "keys"), _TEXTS),
    **dict.fromkeys(("failures", "claims", "left_out"), _MAPPINGS),
    **dict.fromkeys(("kind", "name", "leaderstream", "model", "resolving", "digest"), _TEXT),
    **dict.fromkeys(("base", "against", "engine", "started", "finished", "asked"), _TEXT),
    **dict.fromkeys(("points", "runs", "stored", "damaged"), _COUNT),
    # A calibration says how often at least, at most, and in its test.
    "replications": Shape(
        f"{_COUNT.what}, or a mapping of such",
        lambda value: _COUNT.fits(value) or _is_mapping_of(_is_count)(value),
    ),
    "labels": _MAPPING_OF_TEXTS,
    **dict.fromkeys(("scenario", "sweep", "varied", "organization", "replays"), _MAPPING),
    **dict.fromkeys(("audit", "resolved"), _MAPPING),
}
"""What a manifest may say under the keys that readers use. A manifest that says something else was
not written by leaderstream, and nothing of it is used."""


_ANEW = (
    "nothing of this result is shown: remove its folder, and run its scenario again as it was run"
)


def _no_result(folder: Path) -> InvalidInput:
    return InvalidInput(
        [Problem(str(folder), 0, 0, "", f"no result: there is no readable {MANIFEST}")]
    )


def _unsealed(data: bytes) -> dict[str, Any] | None:
    """What a manifest says, once its seal is found whole; of one that never had a seal, what it
    says; else None."""
    end = _LAST_LINE.search(data)
    if end is not None:
        text = data[: end.start()] + _END
        if hashlib.sha256(text).hexdigest().encode() != end[1]:
            return None
    else:
        text = data
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):  # the second for brackets within brackets without end
        return None
    if not isinstance(manifest, dict):
        return None
    has_seal = end is not None
    return manifest if (MARK in manifest) == has_seal and _DIGEST not in manifest else None


def is_sealed(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest was written with a seal, by version 0.4.0 or later."""
    return MARK in manifest


def changed(
    folder: Path, manifest: Mapping[str, Any], only: Iterable[str] | None = None
) -> dict[str, str]:
    """Which files of a result are not as they were written, by name, and what is the matter with
    each.

    only: look at these alone. Tables of results without a seal are compared by their content.
    """
    from sim.tables import file_hash

    known = _mapping(manifest.get(HASHES))
    tables = {
        f"{name}.parquet": _mapping(about)
        for name, about in _mapping(manifest.get("tables")).items()
    }
    names = list(dict.fromkeys([*known, *tables]))
    wanted = names if only is None else [name for name in names if name in set(only)]
    altered = {}
    for name in wanted:
        path = folder / name
        try:
            same = (
                sha256(path) == known[name]
                if name in known
                else file_hash(path) == tables[name].get("sha256")
            )
            if not same:
                altered[name] = CHANGED
        except FileNotFoundError:
            altered[name] = LOST
        except OSError as error:
            altered[name] = f"cannot be read: {error.strerror or error}"
        except Exception as error:  # reading a damaged table may end in any
            altered[name] = f"cannot be read: {error}"
    return altered


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def insist(folder: Path, manifest: Mapping[str, Any], only: Iterable[str] | None = None) -> None:
    """See that the files of a result (`only` these) are as they were written. InvalidInput names
    those that are not, and what to do."""
    if altered := changed(folder, manifest, only):
        remedy = f"nothing of this result is shown: make it again with `{again(manifest)}`"
        raise InvalidInput(
            [
                Problem(str(folder / name), 0, 0, "", f"{what}; {remedy}")
                for name, what in altered.items()
            ]
        )


def insist_on_input(path: Path) -> None:
    """See that a scenario's file, where it belongs to a saved result, is as it was written there.

    InvalidInput when it was changed or damaged, or when the manifest that would tell was. Files
    that no manifest beside them names are anybody's, and so is a `manifest.json` of something else.
    """
    beside = path.parent / MANIFEST
    try:
        data = read_regular(beside, MANIFEST_BYTES)
    except OSError:
        return
    manifest = _unsealed(data)
    remedy = "copy the scenario to another folder to run it as it is now"
    if manifest is None:
        if f'"{HASHES}"'.encode() in data and json.dumps(path.name).encode() in data:
            message = f"nothing was run: {path.name} beside it cannot be checked; {remedy}"
            raise InvalidInput([Problem(str(beside), 0, 0, "", f"{CHANGED}; {message}")])
    elif path.name in _mapping(manifest.get(HASHES)):
        for what in changed(path.parent, manifest, [path.name]).values():
            message = f"nothing was run: make it again with `{again(manifest)}`, or {remedy}"
            raise InvalidInput([Problem(str(path), 0, 0, "", f"{what}; {message}")])


def again(manifest: Mapping[str, Any]) -> str:
    """The command that makes a result again, without what else was changed on its command line."""
    verb = manifest.get("kind") or "run"  # a kind is called as the command that makes it
    more = [
        f" --{option} {manifest[option]}"
        for option in ("seed", "replications")
        if verb == "run" and option in manifest
    ]
    return f"leaderstream {verb} {manifest.get('name') or 'FILE'}.yaml{''.join(more)}"
