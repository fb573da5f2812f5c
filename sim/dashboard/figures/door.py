"""Any figure of any result by its name: the one door for those who do not know what kind of result they hold.

names(result)                       # what there is to see of it
of(result, "trade-off")             # a plotly Figure
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from sim.dashboard import figures, watched
from sim.dashboard.figures import calibrated, sensitivity, sweeps
from sim.dashboard.figures.common import Spec
from sim.dashboard.figures.stream import stream
from sim.dashboard.measures import Reading
from sim.dashboard.sweep import Sweep
from sim.errors import Refused, UsageError, nearest
from sim.results import CALIBRATION, RUN, SENSITIVITY, SWEEP

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from sim.results import RunResult

TITLES = {
    "trade-off": "quality, or value, against delay",
    "trade-off-by-kind": "the same, kind of issue by kind of issue",
    "time": "where the time goes: the parts of the delay",
    "costs": "what it costs and builds",
    "course": "backlog, alignment, engagement and power over time",
    "differences": "differences to the base",
    "urgency": "value by urgency, with the break-even points",
    "leaders": "the leaders by position",
    "decisions": "how quality and delay are spread",
    "endings": "how issues end",
    "stream": "one issue replayed from upstream to downstream",
    "break-even-map": "where it is worth more, over two keys",
    "maps": "the measures over two keys",
    "break-even-line": "where it is worth more, along one key",
    "lines": "the measures along one key",
    "pareto": "the best trades of quality for delay",
    "effects": "what each key does",
    "parallel": "every point at once, in parallel coordinates",
    "precision": "how well each point is known",
    "sensitivity": "which keys matter for which measure",
    "front": "the Pareto front, and the policies of the scenario",
}
"""What every figure shows, in the order in which they are listed."""


@dataclass(frozen=True)
class Atlas:
    """The figures of one result.

    choices(name): between what can be picked, as plain texts. policies(name): the same as names of policies, where it
    is policies that can be picked, else empty. draw(name, narrow, choice): the figure.
    """

    names: Sequence[str]
    choices: Callable[[str], Sequence[str]]
    policies: Callable[[str], Sequence[str]]
    draw: Callable[[str, bool, int], Spec]


def names(result: RunResult) -> list[str]:
    """The figures that there are of a result, in order."""
    return list(_atlas(result).names)


def choices(result: RunResult, name: str) -> list[str]:
    """What a figure can show, one at a time; empty where it shows one thing. UsageError for a name that is not
    there."""
    atlas = _atlas(result)
    _insist(atlas, name)
    found = list(atlas.choices(name))
    return found if len(found) > 1 else []


def of(
    result: RunResult,
    name: str,
    *,
    narrow: bool = False,
    choice: int | str = 0,
    variant: str | None = None,
    issue: int | None = None,
    still: bool = False,
) -> go.Figure:
    """A figure of a result of any kind, as `sim.load` reads it, or as `sim.run` returns it.

    narrow: for less than about 800 pixels. choice: which of `choices(result, name)`, by its place from 0 or its text.
    variant: the policy, where a figure shows one. issue: of the stream, which one; still: the stream without controls,
    at the moment with most to see. UsageError for what is not there, Refused where there is nothing to show.
    """
    atlas = _atlas(result)
    _insist(atlas, name)
    if issue is not None and name != "stream":
        raise UsageError(f"an issue can be chosen for the figure 'stream' alone, not for '{name}'")
    if name == "stream":
        if choice != 0:
            raise UsageError("of the figure 'stream' an issue and a variant can be chosen, nothing else")
        return _stream(result, narrow, issue, variant, still)
    place = _place(atlas, name, choice, variant)
    spec = atlas.draw(name, narrow, place)
    if not spec["data"]:
        told = " ".join(unescape(str(note["text"])) for note in spec["layout"]["annotations"])
        raise Refused(f"there is nothing to draw: {told}")
    import plotly.graph_objects as go

    return go.Figure(spec)


def _insist(atlas: Atlas, name: str) -> None:
    if name not in atlas.names:
        raise UsageError(f"no figure '{name}' of this result{nearest(name, atlas.names)}; there are: {_listed(atlas)}")


def _listed(atlas: Atlas) -> str:
    return ", ".join(atlas.names) or "none"


def _place(atlas: Atlas, name: str, choice: int | str, variant: str | None) -> int:
    """The number of the part that is asked for, from 0."""
    if variant is not None:
        return _policy(atlas, name, choice, variant)
    found = list(atlas.choices(name)) or [""]
    if isinstance(choice, int):
        if not 0 <= choice < len(found):
            raise UsageError(f"the figure '{name}' has {len(found)} to choose from")
        return choice
    same = [place for place, text in enumerate(found) if text.casefold() == choice.casefold()]
    if not same:
        there = "; ".join(found) if len(found) > 1 else "nothing"
        raise UsageError(f"no '{choice}' to choose in '{name}'{nearest(choice, found)}; there is: {there}")
    return same[0]


def _policy(atlas: Atlas, name: str, choice: int | str, variant: str) -> int:
    known = list(atlas.policies(name))
    if choice != 0:
        raise UsageError("give a variant or a choice, not both")
    if not known:
        raise UsageError(f"the figure '{name}' is not of one policy: no variant can be chosen")
    if variant not in known:
        raise UsageError(f"no variant '{variant}' in '{name}'{nearest(variant, known)}; there are: {', '.join(known)}")
    return known.index(variant)


def _stream(result: RunResult, narrow: bool, issue: int | None, variant: str | None, still: bool) -> go.Figure:
    issues, policies = watched.issues(result.tables), watched.variants(result.tables)
    if issue is not None and issue not in issues:
        there = ", ".join(map(str, issues))
        raise UsageError(f"issue {issue} was not watched; there are: {there}")
    if variant is not None and variant not in policies:
        raise UsageError(f"no variant '{variant}'{nearest(variant, policies)}; there are: {', '.join(policies)}")
    try:
        return stream(result.tables, result.manifest, narrow, issue, variant, still)
    except KeyError as error:
        raise UsageError(str(error.args[0])) from None


def _atlas(result: RunResult) -> Atlas:
    kind = str(result.manifest.get("kind") or RUN)
    return _ATLASES[kind](result) if kind in _ATLASES else Atlas((), _none, _none, _nothing)


def _of_run(result: RunResult) -> Atlas:
    reading = Reading(result.tables, result.manifest)
    left = set() if watched.has_replays(result.tables) else {"stream"}
    if len(reading.kinds) < 2:
        left.add("trade-off-by-kind")
    if len(reading.policies) == 1:
        left.add("differences")
    return Atlas(
        [name for name in figures.FIGURES if name not in left],
        lambda name: figures.choices(name, reading),
        lambda name: [policy.variant for policy in reading.policies] if name == "leaders" else [],
        lambda name, narrow, choice: figures.draw(name, reading, narrow, choice),
    )


def _of_sweep(result: RunResult) -> Atlas:
    sweep = Sweep(result.tables["runs"], result.manifest)
    return Atlas(
        sweeps.names(sweep),
        lambda name: sweeps.choices(name, sweep),
        lambda name: [policy.variant for policy in sweep.policies] if name == "parallel" else [],
        lambda name, narrow, choice: sweeps.draw(name, sweep, narrow, choice),
    )


def _of_sensitivity(result: RunResult) -> Atlas:
    table, manifest = result.tables["sensitivity"], result.manifest
    policies = sensitivity.choices(manifest)
    return Atlas(
        ["sensitivity"],
        lambda name: policies,
        lambda name: policies,
        lambda name, narrow, choice: sensitivity.draw(table, manifest, narrow, choice),
    )


def _of_calibration(result: RunResult) -> Atlas:
    def draw(name: str, narrow: bool, choice: int) -> Spec:
        return calibrated.draw(calibrated.saved(result), narrow)

    return Atlas(["front"], _none, _none, draw)


def _none(name: str) -> Sequence[str]:
    return []


def _nothing(name: str, narrow: bool, choice: int) -> Spec:
    raise LookupError(name)


_ATLASES: Mapping[str, Callable[[Any], Atlas]] = {
    RUN: _of_run,
    SWEEP: _of_sweep,
    SENSITIVITY: _of_sensitivity,
    CALIBRATION: _of_calibration,
}
