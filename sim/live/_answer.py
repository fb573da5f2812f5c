"""The answer to a change: figures, words and progress, as the page takes them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from math import isfinite
from threading import Lock
from typing import Any

from sim.comparison.statistics import interval
from sim.dashboard.figures import draw
from sim.live._curve import curves
from sim.live._look import Frames, LiveData, Runs
from sim.live._pair import gained, pair_of
from sim.live._value import value_curve
from sim.live._words import compared, headline, precision
from sim.live.engine import PlayedSettings
from sim.live.setting import Named
from sim.outcome import Outcome

_MOST = 48

_kept: OrderedDict[tuple[Any, ...], Runs] = OrderedDict()
_lock = Lock()


def look_at(
    named: list[Named], played: PlayedSettings, frames: Frames | None = None, final: bool = True
) -> LiveData:
    """What has been played of the settings that have any run, on axes that hold `frames`. final:
    whether no more replications will come."""
    together = zip(named, played.outcomes, strict=True)
    settings = [_runs(setting, outcomes) for setting, outcomes in together if outcomes]
    return LiveData({}, {}, settings, frames or {}, final)


def _runs(named: Named, outcomes: tuple[Outcome, ...]) -> Runs:
    """The runs of a setting; what was worked out of them is kept, as a pinned setting is looked at
    again and again."""
    key = (named.name, named.place, named.meant.key, named.meant.start, len(outcomes))
    with _lock:
        runs = _kept.pop(key, None) or Runs(named, outcomes)
        _kept[key] = runs
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return runs


def progress(played: PlayedSettings, most: int) -> dict[str, Any]:
    """How much there is. have: replications of each setting; settled: nothing more will come."""
    return {
        "have": list(played.counts),
        "settled": min(played.counts) >= most,
        "done": played.done,
        "wanted": played.wanted,
    }


def answer(
    named: list[Named],
    played: PlayedSettings,
    have: list[int],
    most: int,
    narrow: Mapping[str, bool],
    frames: Frames | None = None,
) -> dict[str, Any]:
    """Figures and words of what there is; progress alone where that is no more than the tab has.

    narrow: by figure, whether it has to do with less than about 800 pixels.
    have: replications shown of each setting. frames: the axes that the tab has shown; those of the
    answer hold them. point: delay and quality of the setting that is being turned.
    """
    reply = progress(played, most)
    if not played.counts[0] or list(played.counts) == have:
        return reply
    look = look_at(named, played, frames, reply["settled"])
    lines = curves(look)
    measures = look.settings[0].measures
    pair = pair_of(look)
    figures = {
        "gain": gained(pair, bool(narrow.get("gain"))),
        "value": value_curve(look, lines, bool(narrow.get("value"))),
        "trade-off": draw("trade-off", look, bool(narrow.get("trade-off"))),
        "time": draw("time", look, bool(narrow.get("time"))),
    }
    return reply | {
        "figures": figures,
        "frames": look.used,
        "point": [_mean(measures["delay"]), _mean(measures["quality"])],
        "precision": precision(look, most),
        "headline": headline(look, pair),
        "compared": compared(look, lines),
    }


def _mean(values: Any) -> float | None:
    """The mean as the figures have it; None where there is none."""
    mean = interval(values).mean
    return mean if isfinite(mean) else None
