"""The answer to a change: figures, words and progress, as the page takes them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from sim.dashboard.figures import draw
from sim.live.curve import curves, value_curve
from sim.live.engine import PlayedSettings
from sim.live.look import LiveData, Runs
from sim.live.setting import Named
from sim.live.words import compared, finding, precision
from sim.outcome import Outcome

_MOST = 24

_kept: OrderedDict[tuple[Any, ...], Runs] = OrderedDict()
_lock = Lock()


def look_at(named: list[Named], played: PlayedSettings) -> LiveData:
    """What has been played of the settings that have any run."""
    together = zip(named, played.outcomes, strict=True)
    return LiveData({}, {}, [_runs(each, outcomes) for each, outcomes in together if outcomes])


def _runs(named: Named, outcomes: tuple[Outcome, ...]) -> Runs:
    """The runs of a setting; what was worked out of them is kept, as a pinned setting is looked at
    again and again."""
    key = (named.name, named.place, named.meant.key, named.meant.start, len(outcomes))
    with _lock:
        found = _kept.pop(key, None) or Runs(named, outcomes)
        _kept[key] = found
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return found


def answer(
    named: list[Named],
    played: PlayedSettings,
    have: list[int],
    most: int,
    narrow: Mapping[str, bool],
) -> dict[str, Any]:
    """Figures and words of what there is; progress alone where that is no more than the tab has.

    narrow: by figure, whether it has to do with less than about 800 pixels.
    have: replications shown of each setting. settled: nothing more will come.
    """
    told: dict[str, Any] = {
        "have": list(played.counts),
        "settled": min(played.counts) >= most,
        "done": played.done,
        "wanted": played.wanted,
    }
    if not played.counts[0] or list(played.counts) == have:
        return told
    look = look_at(named, played)
    found = curves(look)
    return told | {
        "figures": {
            "trade-off": draw("trade-off", look, bool(narrow.get("trade-off"))),
            "value": value_curve(look, found, bool(narrow.get("value"))),
            "time": draw("time", look, bool(narrow.get("time"))),
        },
        "precision": precision(look, most),
        "finding": finding(look),
        "compared": compared(look, found),
    }
