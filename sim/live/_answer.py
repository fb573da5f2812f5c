"""The answer to a change: figures, words and progress, as the page takes them."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from sim.comparison.judged import in_net_value
from sim.comparison.overload import blocks_of, piles_up, share
from sim.comparison.statistics import Interval, interval
from sim.comparison.turns import renamed, sentence
from sim.comparison.wording import amount, decimals_for, signed
from sim.dashboard import theme
from sim.dashboard.figures import draw
from sim.live._curve import THEN, Curve, curves, turn_between, value_curve
from sim.live._dials import Dial, at
from sim.live._look import LiveData, Runs, difference
from sim.live.engine import PlayedSettings
from sim.live.setting import Named
from sim.measures import HEADLINE, MEASURES, WORTH, shown_in
from sim.outcome import Outcome

_MOST = 24

_kept: OrderedDict[tuple[Any, ...], Runs] = OrderedDict()
_lock = Lock()


def look_at(named: list[Named], played: PlayedSettings) -> LiveData:
    """What has been played of the settings that have any run."""
    together = zip(named, played.outcomes, strict=True)
    return LiveData(
        {}, {}, [_runs(setting, outcomes) for setting, outcomes in together if outcomes]
    )


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
    reply: dict[str, Any] = {
        "have": list(played.counts),
        "settled": min(played.counts) >= most,
        "done": played.done,
        "wanted": played.wanted,
    }
    if not played.counts[0] or list(played.counts) == have:
        return reply
    look = look_at(named, played)
    lines = curves(look)
    return reply | {
        "figures": {
            "trade-off": draw("trade-off", look, bool(narrow.get("trade-off"))),
            "value": value_curve(look, lines, bool(narrow.get("value"))),
            "time": draw("time", look, bool(narrow.get("time"))),
        },
        "precision": precision(look, most),
        "finding": finding(look),
        "compared": compared(look, lines),
    }


# The answer in words: how the setting does, and how it compares with the pinned ones.

FASTER = ("slower", "faster")
_NAMED = 3  # kinds of issues that are named beside a dial


def kinds_with_own_value(dials: Sequence[Dial], policy: Mapping[str, Any]) -> dict[str, str]:
    """By dial which kinds of issues go by a value of their own, whatever the dial says; '' where
    none does.

    policy: the resolved policy that is being turned.
    """
    return {
        dial.name: _own_value(dial.keys[0], policy) if len(dial.keys) == 1 else "" for dial in dials
    }


def _own_value(key: str, policy: Mapping[str, Any]) -> str:
    if not all(key.partition(".")[0] in kind for kind in policy["issues"].values()):
        return ""
    usual = at(policy, key)
    exceptions = {
        name: at(kind, key) for name, kind in policy["issues"].items() if at(kind, key) != usual
    }
    named = [
        f"{theme.clip(name, 30)} ({theme.clip(value, 20)})" for name, value in exceptions.items()
    ]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return (
        f"Kinds of issues that set their own keep it: {', '.join(named[:_NAMED])}{more}."
        if exceptions
        else ""
    )


def precision(look: LiveData, most: int) -> str:
    """How many replications stand behind what is shown."""
    count = look.settings[0].count
    runs = f"{count} replication{'' if count == 1 else 's'}"
    if count >= most:
        return f"{runs}. Bars and bands are 95 % intervals."
    return f"{runs} so far, of {most}. Bars and bands are 95 % intervals; they narrow."


def finding(look: LiveData) -> str:
    """How the setting that is being turned does, in a sentence."""
    runs = look.settings[0]
    known = {name: interval(runs.measures[name]) for name in shown_in(HEADLINE, look.worth)}
    if math.isnan(known["delay"].mean):
        return "No issue arose in the measured time."
    text = (
        f"A decision takes {amount(known['delay'])} working days to take effect and is worth "
        f"{amount(known[look.worth])}{in_net_value(look.worth)}"
    )
    if math.isnan(known["quality"].mean):
        return f"{text}. None was resolved.{_overload(runs)}"
    return (
        f"{text}. Its quality is {amount(known['quality'])} (1 best, 0 a random pick); it takes "
        f"{amount(known['person_hours'])} person-hours in forums.{_overload(runs)}"
    )


def _overload(runs: Runs) -> str:
    """That leaders cannot keep up, and what that means; '' where they can."""
    progress = float(runs.measures["progress"].mean())
    if not piles_up(progress, blocks_of([outcome.days["backlog"] for outcome in runs.outcomes])):
        return ""
    undone = f"{share(1 - progress)} of the work asked for is left undone"
    return (
        f" Leaders are overloaded: {undone}, more and more to the end of the run, and value does "
        "not count it."
    )


def compared(look: LiveData, lines: list[Curve]) -> list[dict[str, Any]]:
    """A pinned setting each: what it sets, the paired differences to it, and where value turns."""
    rows = []
    curves = {curve.runs.named.name: curve for curve in lines}
    now = look.settings[0]
    for runs in look.settings:
        named = runs.named
        entry = {
            "place": named.place,
            "name": theme.clean(named.name),
            "colour": theme.colour(named.place),
            "settings": settings(runs),
            "sentence": "",
        }
        if runs is not now:
            entry["sentence"] = against(now, runs, curves, look.worth)
        rows.append(entry)
    return rows


def settings(runs: Runs) -> str:
    """What a setting starts from and what it changes there."""
    meant = runs.named.meant
    changes = ", ".join(
        f"{theme.clip(key, 60)} {theme.clip(value, 40)}" for key, value in meant.changes.items()
    )
    return f"{theme.clip(meant.start, 60)}{f', with {changes}' if changes else ' as it stands'}"


def against(now: Runs, pinned: Runs, curves: dict[str, Curve], worth: str = WORTH) -> str:
    """The paired differences of the setting that is being turned to a pinned one, and where value
    turns."""
    if now.named.meant.key == pinned.named.meant.key:
        return "The same setting."
    parts = [
        f"{MEASURES[worth].short} {_gap(difference(now, pinned, worth))}",
        f"quality {_gap(difference(now, pinned, 'quality'))}",
        _slower(difference(now, pinned, "delay")),
    ]
    both = min(now.count, pinned.count)
    turn = _turn(curves.get(now.named.name), curves.get(pinned.named.name), pinned.named.name)
    return f"Against it, this setting: {', '.join(parts)}, over {both} paired replications.{turn}"


def _gap(gap: Interval) -> str:
    if math.isnan(gap.mean):
        return "not known"
    return f"{signed(gap)}{'' if gap.clear else ' (no clear difference)'}"


def _slower(gap: Interval) -> str:
    if math.isnan(gap.mean):
        return "delay not known"
    word = FASTER[0] if gap.mean > 0 else FASTER[1]
    low, high = sorted((abs(gap.low), abs(gap.high)))
    places = decimals_for(gap)
    if gap.mean == 0 and gap.low == gap.high:
        return "no slower or faster"
    if not gap.known:
        return f"{abs(gap.mean):.{places}f} days {word}"
    if not gap.clear:
        return f"neither clearly slower nor faster ({signed(gap)} days)"
    return f"{abs(gap.mean):.{places}f} [{low:.{places}f} to {high:.{places}f}] days {word}"


def _turn(now: Curve | None, pinned: Curve | None, name: str) -> str:
    if now is None or pinned is None:
        return ""
    text = sentence(renamed(turn_between(now, pinned), {THEN: theme.clip(name, 60)}))
    return f" {text[0].upper()}{text[1:]}"
