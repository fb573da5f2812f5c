"""The scenario of a result as a file: from it the command that is named with it makes the same
tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.results import RUN
from sim.scenario.scenario import difference

Manifest = Mapping[str, Any]


def scenario_text(manifest: Manifest) -> str:
    """The scenario that a result was made from, as YAML, with all that was set on the command line.

    Of a run every key stands there, defaults too, and the policies are those that ran.
    """
    import yaml

    is_run = manifest.get("kind", RUN) == RUN
    data = _of_run(manifest) if is_run else manifest["scenario"]
    head = "# Written by `leaderstream archive`: the scenario as it was run, without comments.\n"
    return head + yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=100)


def command_words(manifest: Manifest, file: str) -> list[str]:
    """The words of the command that makes the tables again from the scenario's file."""
    kind = str(manifest.get("kind") or RUN)
    words = [kind, file]
    if kind != RUN:
        return words
    if manifest["base"] not in manifest["policies"]:
        words += [word for name in manifest["policies"] for word in ("--variant", name)]
    if manifest.get("against"):
        words += ["--against", str(manifest["against"])]
    asked = (manifest.get("replays") or {}).get("asked")
    if isinstance(asked, list):
        words += [word for issue in asked for word in ("--replay", str(issue))]
    return words


def _of_run(manifest: Manifest) -> dict[str, Any]:
    """The base, the other policies by what they change in it, and what was claimed of them."""
    base = dict(manifest["scenario"])
    others = {
        name: difference(base, policy)
        for name, policy in manifest["policies"].items()
        if name != manifest["base"]
    }
    return base | {
        "replications": manifest["replications"],
        "variants": others,
        "claims": [_claim(claim) for claim in manifest.get("claims") or ()],
    }


def _claim(judged: Mapping[str, Any]) -> dict[str, Any]:
    """What was claimed, as a scenario says it."""
    kept = {key: judged[key] for key in ("than", "by", "confidence")}
    return {"metric": judged["metric"], judged["direction"]: judged["policy"], **kept}
