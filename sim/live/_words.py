"""The answer in words: is the setting worth it here, at what price, when, and how sure that is.

Every sentence on a difference goes by the interval that it shows, and every sentence on urgency by
the same intervals at other half-lives, so no two of them can disagree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.comparison.judged import in_net_value
from sim.comparison.overload import blocks_of, piles_up, share
from sim.comparison.questions import CAME
from sim.comparison.statistics import Interval, interval
from sim.comparison.turns import renamed, sentence
from sim.comparison.wording import amount, decimals_for, negligible, signed
from sim.dashboard import theme
from sim.live._curve import THEN, Curve, curve_of, turn_between
from sim.live._dials import Dial, at
from sim.live._look import LiveData, Runs, difference
from sim.live._pair import PairData
from sim.measures import HEADLINE, MEASURES, WORTH, possible, shown_in

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
    """How the setting that is being turned does, in a sentence, and whether leaders keep up."""
    return f"{measured(look)}{_overload(look.settings[0])}"


def measured(look: LiveData) -> str:
    """How the setting that is being turned does, in a sentence."""
    runs = look.settings[0]
    shown = shown_in(HEADLINE, look.worth)
    known = {name: interval(runs.measures[name]).within(possible(name)) for name in shown}
    if math.isnan(known["delay"].mean):
        return "No issue arose in the measured time."
    text = (
        f"A decision takes {amount(known['delay'])} working days to take effect and is worth "
        f"{amount(known[look.worth])}{in_net_value(look.worth)}"
    )
    if math.isnan(known["quality"].mean):
        return f"{text}. None was resolved."
    return (
        f"{text}. Its quality is {amount(known['quality'])} (1 best, 0 a random pick); it takes "
        f"{amount(known['person_hours'])} person-hours in forums."
    )


def headline(look: LiveData, pair: PairData | None) -> dict[str, Any]:
    """Whether the setting is worth it here, against the first pinned one, and the further questions
    of the report's first screen. Without a pinned one, how the setting does.

    question; said: its answer; brief: the same in a line; sign: of the setting that is changed,
    'more', 'less', 'unclear', or '' where nothing is compared; answers: the further questions,
    {question, text} each; gain: what the figure of gains shows.
    """
    if len(look.settings) < 2:
        return _plainly(f"{finding(look)} Pin this policy, then change a dial to compare.")
    now, pinned = look.settings[0], look.first_pin
    if now.named.meant.key == pinned.named.meant.key:
        name = theme.clip(pinned.shown, 60)
        return _plainly(f"This setting is {name} itself. Change a dial of the policy to compare.")
    found = pair.answers if pair is not None else []
    if not found:
        return _plainly("No issue arose, so nothing can be compared.")
    gap = difference(now, pinned, look.worth)
    sign = ("more" if gap.mean > 0 else "less") if gap.clear else "unclear"
    first, *others = found
    return {
        "question": first.question,
        "said": f"{first.text}{_overload(now)}",
        "brief": f"Against {theme.clip(pinned.shown, 40)}: {_gap(gap)} a decision"
        f"{in_net_value(look.worth)}.",
        "sign": sign,
        "answers": [answer._asdict() for answer in others],
        "gain": pair.shown if pair is not None else "",
    }


def _plainly(text: str) -> dict[str, Any]:
    brief = text.partition(". ")[0]
    return {"question": CAME, "said": text, "brief": brief, "sign": "", "answers": [], "gain": ""}


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
    """How the setting does, and of each pinned setting what it sets and the paired differences to
    it; the first pinned one is the headline's."""
    rows = []
    now = look.settings[0]
    for runs in look.settings:
        named = runs.named
        entry = {
            "place": named.place,
            "name": theme.clean(runs.shown),
            "colour": theme.colour(named.place),
            "settings": settings(runs),
            "sentence": "",
        }
        if runs is now:
            entry["sentence"] = measured(look) if len(look.settings) > 1 else ""
        elif runs is look.first_pin and runs.named.meant.key != now.named.meant.key:
            entry["sentence"] = by_kind(now, runs, look.worth).strip()
        else:
            entry["sentence"] = against(now, runs, lines, look.worth)
        rows.append(entry)
    return rows


def by_kind(now: Runs, pinned: Runs, worth: str = WORTH) -> str:
    """The paired difference in worth kind by kind, those with most at stake first; '' where there
    are not several."""
    both = min(now.count, pinned.count)
    kinds = [name for name in now.by_kind if name in pinned.by_kind]
    if len(kinds) < 2:
        return ""
    parts = [
        f"{theme.clip(name, 30)} "
        f"{_gap(interval(now.by_kind[name][:both] - pinned.by_kind[name][:both]))}"
        for name in kinds[:_NAMED]
    ]
    more = f" and {len(kinds) - _NAMED} more" if len(kinds) > _NAMED else ""
    short = MEASURES[worth].short
    return f" Against it, this setting's {short} a decision by kind: {', '.join(parts)}{more}."


def settings(runs: Runs) -> str:
    """What a setting starts from and what it changes there."""
    meant = runs.named.meant
    changes = ", ".join(
        f"{theme.clip(key, 60)} {theme.clip(value, 40)}" for key, value in meant.turned.items()
    )
    return (
        f"{theme.clip(meant.start_shown, 60)}{f', with {changes}' if changes else ' as it stands'}"
    )


def against(now: Runs, pinned: Runs, lines: Sequence[Curve], worth: str = WORTH) -> str:
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
    turn = _turn(curve_of(now, lines), curve_of(pinned, lines), pinned.shown)
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
    if negligible("delay", gap):
        return f"no slower or faster by more than {MEASURES['delay'].least:g} days"
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
