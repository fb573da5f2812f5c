"""How often the intervals of fitted settings cover what logs were made with.

    python benchmarks/fit_coverage.py                          # 200 known settings, some minutes
    python benchmarks/fit_coverage.py --settings 200 --write   # and puts them into docs/model.md

Each setting is a small random organisation with its own calendar, delays, rates and policy, played
on the Mesa driver for some months. Its log is fitted three times: as `leaderstream export --log`
writes it; as mail and a log of decisions, which do not say what a message is, nor which thread is
about which case; and, of another organisation, mail that people answer and forward after
exponential times.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

if TYPE_CHECKING:
    from sim.fitting.fit import Fitted, Records

MODEL = ROOT / "docs" / "model.md"
RULES = ("shared", "autocratic", "delegated", "consultative", "vote", "chain", "contingent")
SHORTEST, LONGEST = 0.7, 6.0
"""Hours, of the delays."""
MAIL_PEOPLE, MAIL_THREADS = 30, 400


@dataclass(frozen=True)
class Known:
    """A scenario as a mapping, and what its log should tell: hours by direction, hours of a day,
    and issues a week of 5 days by kind."""

    scenario: Mapping[str, Any]
    delays: Mapping[str, float]
    day: float
    rates: Mapping[str, float]


@dataclass(frozen=True)
class Found:
    """Of one setting in one log: whether there was enough to fit it, and whether the interval
    covers it."""

    log: str
    setting: str
    fitted: bool
    covered: bool


def known(seed: int) -> Known:
    """A random organisation."""
    draw = random.Random(seed)
    delays = {way: round(draw.uniform(SHORTEST, LONGEST), 2) for way in ("up", "down", "across")}
    day = draw.choice((6, 7, 8, 10))
    rates = {"operational": draw.uniform(2, 6), "strategic": draw.uniform(1, 4) * 5 / 21}
    flow: dict[str, Any] = {
        way: {"open": round(draw.uniform(0.4, 0.95), 2), "delay": f"{delay}h"}
        for way, delay in delays.items()
    }
    flow |= {"routing": draw.choice(("both", "spread", "line")), "reach": draw.choice((1, 1, 2))}
    sizes = (draw.choice((1, 2, 3)), draw.choice((3, 4, 6)), draw.choice((8, 12, 18)))
    positions = [
        {"name": name, "leaders": size}
        for name, size in zip(("top", "mid", "low"), sizes, strict=True)
    ]
    issues = {
        "operational": {
            "rate": f"{rates['operational']:.4f}/w",
            "raised_at": "low",
            "decided_at": "mid",
            "witnesses": 6,
            "half_life": "5d",
            "affects": "team",
        },
        "strategic": {
            "rate": f"{rates['strategic']:.4f}/w",
            "raised_at": "any",
            "decided_at": "top",
            "witnesses": 8,
            "half_life": "2mo",
            "expiry": "6mo",
            "affects": "all",
            "stakes": 8,
        },
    }
    scenario = {
        "name": "known",
        "seed": seed,
        "clock": {"day": f"{day}h", "horizon": f"{draw.choice((60, 90, 120))}d", "warmup": "10d"},
        "stream": {"positions": positions},
        "issues": issues,
        "flow": flow,
        "power": {"rule": draw.choice(RULES), "gather": draw.choice(("0h", "4h", "1d"))},
    }
    return Known(scenario, delays, float(day), rates)


def records_of(setting: Known) -> Records:
    """What the log of a setting tells, as `export --log` writes it."""
    import numpy as np
    import pandas as pd

    from sim.exchange.log import play_log
    from sim.fitting.fit import Records
    from sim.parameters import parameters
    from sim.scenario import Scenario

    inputs = parameters(Scenario.from_dict(dict(setting.scenario)))
    log, structure = play_log(inputs), inputs.structure
    index = pd.Series({name: place for place, name in enumerate(structure.id)})
    messages = log.messages[["kind", "thread"]].assign(
        source=log.messages["source"].map(index),
        target=log.messages["target"].map(index),
        time=pd.to_datetime(log.messages["time"], utc=True, format="ISO8601"),
        offset=0.0,
    )
    steps = log.decisions.assign(
        time=pd.to_datetime(log.decisions["time"], utc=True, format="ISO8601"),
        line=np.arange(len(log.decisions)),
    )
    return Records(
        structure.id,
        np.asarray(structure.manager),
        np.asarray(structure.position),
        structure.positions,
        [structure.units[unit] for unit in structure.unit],
        messages,
        steps,
        index,
    )


def as_mail(records: Records) -> Records:
    """The same log without kinds of messages, and with threads that do not name their cases."""
    messages = records.messages.assign(
        kind="message", thread="thread " + records.messages["thread"]
    )
    return replace(records, messages=messages)


def answered_mail(seed: int) -> tuple[Records, dict[str, float]]:
    """A log of mail that people answer or pass on after exponential times of working hours, by
    direction; and those times.

    A thread begins at some time and goes on until somebody does neither.
    """
    import numpy as np
    import pandas as pd

    from sim.fitting.fit import Records

    draw = random.Random(seed)
    delays = {way: round(draw.uniform(SHORTEST, LONGEST), 2) for way in ("up", "down", "across")}
    position = np.array([0] + [1] * 5 + [2] * (MAIL_PEOPLE - 6))
    manager = np.array([-1] + [0] * 5 + [1 + place % 5 for place in range(MAIL_PEOPLE - 6)])
    rows = []
    for thread in range(MAIL_THREADS):
        at = draw.uniform(0.0, 720.0)
        source, target = draw.sample(range(MAIL_PEOPLE), 2)
        while at < 800.0:
            rows.append((source, target, "message", _moment(at), 0.0, f"thread {thread}"))
            if draw.random() < 0.3:
                break
            onward = source if draw.random() < 0.6 else draw.randrange(MAIL_PEOPLE)
            source, target = target, onward
            if source == target:
                break
            way = int(np.sign(position[target] - position[source]))
            at += draw.expovariate(1.0 / delays[{-1: "up", 1: "down", 0: "across"}[way]])
    names = ["source", "target", "kind", "time", "offset", "thread"]
    messages = pd.DataFrame(sorted(rows, key=lambda row: row[3]), columns=names)
    messages["time"] = pd.to_datetime(messages["time"], utc=True)
    ids = [f"person {place}" for place in range(MAIL_PEOPLE)]
    groups = [""] * MAIL_PEOPLE
    records = Records(ids, manager, position, ["top", "mid", "low"], groups, messages)
    return records, delays


def _moment(at: float) -> Any:
    """The time at so many working hours, from a Monday at 9:00 on, eight a day, five days a
    week."""
    import pandas as pd

    day, hour = divmod(at, 8.0)
    week, day_of_week = divmod(int(day), 5)
    passed = pd.Timedelta(days=7 * week + day_of_week, hours=9 + hour)
    return pd.Timestamp("2026-01-05", tz="UTC") + passed.floor("s")


def fits(seed: int) -> list[Found]:
    """All settings of one number, fitted from all three logs."""
    from sim.fitting.fit import fit_records
    from sim.fitting.settings import usual_attention

    reads = usual_attention()
    setting = known(seed)
    records = records_of(setting)
    mail, delays = answered_mail(seed)
    found = [
        *_judged("as exported", fit_records(records, reads), setting.delays, setting),
        *_judged(
            "as mail and decisions", fit_records(as_mail(records), reads), setting.delays, setting
        ),
        *_judged("answered mail", fit_records(mail, reads), delays, None),
    ]
    return found


def _judged(
    log: str, fitted: Fitted, delays: Mapping[str, float], setting: Known | None
) -> Iterator[Found]:
    for way, delay in fitted.delays.items():
        covers = delay.low <= delays[way] <= delay.high
        yield Found(log, f"flow.{way}.delay", delay.known, covers)
    if setting is None:
        return
    day = fitted.clock
    yield Found(log, "clock.day", not day.plain, day.day_low <= setting.day <= day.day_high)
    for kind in fitted.kinds:
        rate = kind.rate.times(setting.day * 5)
        covers = rate.low <= setting.rates[kind.kind] <= rate.high
        yield Found(log, f"issues.{kind.kind}.rate", rate.known, covers)


def table(found: Sequence[Found], settings: int) -> list[str]:
    """The lines of the table: for each log and setting how often it was fitted, and how often the
    interval covers it."""
    lines = [
        "| log | setting | fitted | interval covers |",
        "|---|---|---|---|",
    ]
    for log in dict.fromkeys(one.log for one in found):
        mine = [one for one in found if one.log == log]
        for setting in dict.fromkeys(one.setting for one in mine):
            fitted = [one for one in mine if one.setting == setting and one.fitted]
            covered = sum(one.covered for one in fitted)
            share = f"{covered / len(fitted):.1%}".replace("%", " %") if fitted else "–"
            lines.append(f"| {log} | `{setting}` | {len(fitted)} of {settings} | {share} |")
    return lines


def main() -> None:
    """Play, fit and print."""
    parser = argparse.ArgumentParser(description="Coverage of the intervals of fitted settings.")
    parser.add_argument("--settings", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--first", type=int, default=1, help="the first number (default 1)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument(
        "--write", action="store_true", help=f"also put the table into {MODEL.relative_to(ROOT)}"
    )
    arguments = parser.parse_args()
    numbers = range(arguments.first, arguments.first + arguments.settings)
    found: list[Found] = []
    with ProcessPoolExecutor(arguments.workers) as pool:
        for done, some in enumerate(pool.map(fits, numbers), start=1):
            found += some
            if done % 20 == 0:
                print(f"{done} of {len(numbers)}", file=sys.stderr)
    body = "\n".join(table(found, len(numbers)))
    print(body)
    if arguments.write:
        from generate import put

        text = put(MODEL.read_text(encoding="utf-8"), "fit-coverage", body)
        MODEL.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
