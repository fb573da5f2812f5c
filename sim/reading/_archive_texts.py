"""The texts of an archive: what it is and how to run it again, and the packages that it needs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from sim.comparison.labels import labelled
from sim.reading._scenario_again import command_words
from sim.reading.crate import CODE, Part, Published, made_on
from sim.results import RUN, RunResult
from sim.texts import clean

SCENARIO = "scenario/scenario.yaml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def found(result: RunResult) -> str:
    """What was found, in short; of a sweep or a sensitivity analysis, how much was run."""
    manifest = result.manifest
    if manifest.get("kind", RUN) == RUN:
        return " ".join(result.verdict)
    runs = manifest["tables"]["runs"]["rows"]
    return f"{manifest.get('points', 0)} points, {runs} runs; result/dashboard.html says more."


def read_me(
    result: RunResult, parts: Sequence[Part], published: Published, left_out: Sequence[str]
) -> str:
    """README.md of the archive. left_out: sentences on what it does not hold, and why."""
    _, manifest = labelled({}, result.manifest)
    title = clean((manifest.get("scenario") or {}).get("title") or "")
    listed = "\n".join(f"- `{part.path}`: {part.about}" for part in parts)
    listed += f"\n- `{CODE}`: the source of leaderstream that made the result"
    return (
        "\n\n".join(
            [
                f"# {manifest['name']}: archive of a simulation{f' ({title})' if title else ''}",
                found(result),
                _who(manifest, published),
                "## What is here",
                listed,
                *left_out,
                *_again(result.manifest),
                "## Cite it",
                _citing(manifest),
            ]
        )
        + "\n"
    )


def _who(manifest: Mapping[str, Any], published: Published) -> str:
    by = f" by {', '.join(published.authors)}" if published.authors else ""
    licence = f"Licence: {published.license}." if published.license else "No licence was stated."
    return (
        f"Made{by} on {made_on(manifest)[:10]} with leaderstream {manifest.get('leaderstream')} "
        f"(model {manifest.get('model')}), Python {manifest.get('python')}, on "
        f"{manifest.get('machine')}. {licence} The code is under the MIT licence."
    )


def _again(manifest: Mapping[str, Any]) -> list[str]:
    rules = [
        word
        for name in manifest.get("rules") or {}
        if str(name).endswith(".py")
        for word in ("--rules", f"scenario/{name}")
    ]
    command = shlex.join([*command_words(manifest, SCENARIO), *rules])
    check = shlex.join(["leaderstream", "verify", ".", "--all", *rules])
    return [
        "## Run it again",
        "With leaderstream installed, in this folder. The first command checks every file, runs "
        "everything again, and compares every byte; the second makes the result anew.",
        f"```sh\n{check}\nleaderstream {command}\n```",
        "With the code in this archive alone (Python "
        f"{'.'.join(str(manifest.get('python')).split('.')[:2])}):",
        "```sh\npython -m venv environment\nsource environment/bin/activate\n"
        "pip install -r requirements.txt\n"
        f"PYTHONPATH=code python -m sim {command}\n```",
        "On Windows: `environment\\Scripts\\activate`, then `$env:PYTHONPATH = 'code'` before "
        "`python -m sim ...`. Without leaderstream, `sha256sum --check checksums.sha256` "
        "compares the files with their checksums.",
    ]


def _citing(manifest: Mapping[str, Any]) -> str:
    return (
        "`CITATION.cff` says how to cite leaderstream. State its version "
        f"({manifest.get('leaderstream')}), the seed ({manifest.get('seed')}) and the digest of "
        f"the scenario ({manifest.get('digest')}): with these, everybody gets the same tables."
    )


def requirements(manifest: Mapping[str, Any]) -> str:
    """The packages that leaderstream needs, one a line, with versions: those that made the result,
    as its manifest says; others as they are installed here."""
    head = (
        f"# Python {manifest.get('python')}, {manifest.get('machine')}.\n"
        "# numpy, numba, mesa, pandas and pyarrow are the versions that made the result; the\n"
        "# others are those of the environment in which the archive was written.\n"
    )
    made = {name: str(manifest[name]) for name in _MADE if name in manifest}
    lines = [f"{name}=={number}" for name, number in sorted({**_installed(), **made}.items())]
    return head + "".join(f"{line}\n" for line in lines if not line.endswith("==none"))


_MADE = ("numpy", "numba", "mesa", "pandas", "pyarrow")


def _installed() -> dict[str, str]:
    """The versions of what leaderstream requires without its extras, by name."""
    from importlib.metadata import PackageNotFoundError, requires, version

    versions: dict[str, str] = {}
    try:
        required = requires("leaderstream") or []
    except PackageNotFoundError:
        return versions
    for line in required:
        name = _NAME.match(line)
        if name is None or "extra ==" in line:
            continue
        try:
            versions[name[0].lower()] = version(name[0])
        except PackageNotFoundError:
            continue
    return versions
