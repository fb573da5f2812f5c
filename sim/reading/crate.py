"""The description of an archive by the RO-Crate specification 1.2: what is in it, who made it, with
what, and from what (https://w3id.org/ro/crate/1.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sim.errors import UsageError

METADATA = "ro-crate-metadata.json"
"""The file that makes a folder an RO-Crate."""
CODE = "code/"
"""The folder of an archive that holds the source of the model."""
SPECIFICATION = "https://w3id.org/ro/crate/1.2"
ODD = "https://doi.org/10.18564/jasss.4259"
"""The second update of the ODD protocol (Grimm et al. 2020)."""

_ORCID = re.compile(r"(.*\S)\s+(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")
_TYPES = {
    ".json": "application/json",
    ".html": "text/html",
    ".md": "text/markdown",
    ".yaml": "application/yaml",
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".py": "text/x-python",
    ".txt": "text/plain",
    ".cff": "application/yaml",
    ".sha256": "text/plain",
}
_NO_LICENCE = {
    "@id": "#no-licence",
    "@type": "CreativeWork",
    "name": "No licence was stated",
    "description": "Ask the authors before you use this result. The code is under the MIT licence.",
}

Entity = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A file of the archive: its path, what it is, and the number of its bytes."""

    path: str
    about: str
    size: int


@dataclass(frozen=True)
class Published:
    """What only its authors know of an archive: their names, each with an ORCID after it where
    there is one, and the licence: an SPDX identifier or an address of the web, '' for none."""

    authors: tuple[str, ...] = ()
    license: str = ""

    def __post_init__(self) -> None:
        if any(not author.strip() or not author.isprintable() for author in self.authors):
            raise UsageError("--author: expected a name, with or without an ORCID after it")
        known = _SPDX.fullmatch(self.license) or re.fullmatch(r"https?://[^\s<>\"]+", self.license)
        if self.license and not known:
            raise UsageError(
                f"--license {self.license}: expected an SPDX identifier such as CC-BY-4.0, or an "
                "address that begins with https://"
            )


def metadata(
    manifest: Mapping[str, Any], described: str, parts: Sequence[Part], published: Published
) -> bytes:
    """The content of `ro-crate-metadata.json`, the same bytes for the same result.

    described: what was found, in a paragraph. parts: all that the archive says of its content.
    """
    authors = [_person(author, place) for place, author in enumerate(published.authors, start=1)]
    licence = _licence(published.license)
    version = str(manifest.get("leaderstream", ""))
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{manifest['name']}: result of a simulation with leaderstream {version}",
        "description": described,
        "datePublished": made_on(manifest)[:10],
        "license": _reference(licence),
        "keywords": "agent-based model, leadership, decision making, simulation",
        "hasPart": [*({"@id": quote(part.path)} for part in parts), {"@id": CODE}],
        "mentions": {"@id": "#run"},
    }
    if authors:
        root["author"] = _one_or_all([_reference(one) for one in authors])
    graph = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": SPECIFICATION},
            "about": {"@id": "./"},
        },
        root,
        *map(_part, parts),
        *_provenance(manifest),
        licence,
        *authors,
    ]
    context = f"{SPECIFICATION}/context"
    text = json.dumps({"@context": context, "@graph": graph}, indent=2, ensure_ascii=False)
    return text.encode() + b"\n"


def made_on(manifest: Mapping[str, Any]) -> str:
    """When the result was made, as ISO 8601."""
    return str(manifest.get("started") or manifest.get("finished") or "")


def _part(part: Part) -> Entity:
    entity: Entity = {
        "@id": quote(part.path),
        "@type": "File",
        "name": part.path,
        "description": part.about,
        "encodingFormat": _TYPES.get(f".{part.path.rpartition('.')[2]}", "text/plain"),
        "contentSize": str(part.size),
    }
    if part.path == "odd.md":
        entity["conformsTo"] = {"@id": ODD}
    return entity


def _provenance(manifest: Mapping[str, Any]) -> Iterable[Entity]:
    """What was run, with which program."""
    yield {
        "@id": CODE,
        "@type": "Dataset",
        "name": "source code",
        "description": "The source of leaderstream that made the result, under the MIT licence.",
    }
    yield {
        "@id": "#leaderstream",
        "@type": "SoftwareApplication",
        "name": "leaderstream",
        "description": "A simulator of leadership as a stream.",
        "url": {"@id": CODE},
        "version": str(manifest.get("leaderstream", "")),
        "softwareRequirements": f"Python {manifest.get('python', '')}, and requirements.txt",
    }
    yield {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"leaderstream {manifest.get('kind') or 'run'}",
        "description": f"Seed {manifest.get('seed')}, on {manifest.get('machine', 'a machine')}.",
        "instrument": {"@id": "#leaderstream"},
        "object": {"@id": "scenario/scenario.yaml"},
        "result": _one_or_all([{"@id": f"result/{name}.parquet"} for name in manifest["tables"]]),
        "endTime": made_on(manifest),
    }
    yield {"@id": ODD, "@type": "CreativeWork", "name": "The ODD protocol, second update"}


def _one_or_all(references: list[Entity]) -> Entity | list[Entity]:
    """References as a property holds them: a single one without a list."""
    return references[0] if len(references) == 1 else references


def _licence(license: str) -> Entity:
    if not license:
        return dict(_NO_LICENCE)
    web = license.startswith("http")
    address = license if web else f"https://spdx.org/licenses/{license}"
    about = f"The licence of this result: {license}"
    return {"@id": address, "@type": "CreativeWork", "name": license, "description": about}


def _person(author: str, place: int) -> Entity:
    known = _ORCID.fullmatch(author.strip())
    if known is None:
        return {"@id": f"#author-{place}", "@type": "Person", "name": author.strip()}
    return {"@id": f"https://orcid.org/{known[2]}", "@type": "Person", "name": known[1]}


def _reference(entity: Entity) -> Entity:
    return {"@id": entity["@id"]}
