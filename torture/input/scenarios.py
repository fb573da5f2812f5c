"""Scenarios that are wrong: by hand, by mutation, and by every number in the place of every
number."""

from __future__ import annotations

import json
import random
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from torture.crash.stopping import called
from torture.input.fuzzing import mutated
from torture.input.samples import SHIPPED
from torture.program import within
from torture.rows import Came, row

SYNTAX = (
    "",
    "\x00",
    "[",
    "{",
    "name: [",
    "name: x\n\tseed: 1",
    "name: x\nname: y",
    "name: x\n seed: 1",
    "- name: x",
    "name",
    "3",
    "null",
    "name: !!python/object/apply:os.system [id]",
    "name: !x y",
    "name: x\n---\nname: y",
    "name: &a x\ntitle: *b",
    "name: &a [*a]",
    "name: x\n<<: {seed: 1}",
    "name: x\n1: 2",
    "name: x\n? [a]\n: b",
    "name: x\ntitle: 'a",
    "%YAML 9.9\n---\nname: x",
    "name: x\nseed: 0x10000000000000000",
    "name: x\ntitle: \ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "name: " + "[" * 5000,
    "name: " + "x" * 300_000,
    "extends: x.yaml\nname: x",
    "extends: ../../../etc/passwd\nname: x",
    "name: x\nstream: {people: none.csv}",
    "name: x\nsweep: {design: list, file: none.csv}",
)
WRONG: tuple[Any, ...] = (
    "no such word",
    -1e300,
    [],
    {"no_key": 1},
    None,
    [[[1]]],
    "\x1b[31m",
    True,
)
PLACED = re.compile(r".*:\d+:\d+: ")


def wrong_values() -> Iterator[str]:
    """A scenario for each key and each value that is wrong nearly everywhere; and for each key with
    a letter too many."""
    from sim.scenario.explain import keys

    for key in keys():
        names = {"stream.positions.NAME": "[]", "N": "[]"}
        if ".NAME" in key.replace("issues.NAME", "") or ".N." in key or key in names:
            continue
        path = key.replace("NAME", "task").split(".")
        if path[0] in ("extends", "title", "description", "label"):
            continue
        for value in WRONG:
            yield nested(path, value)
        yield nested([*path[:-1], f"{path[-1]}x"], 1)


def nested(path: list[str], value: Any) -> str:
    """A scenario with a value at a place; JSON is YAML."""
    inner: Any = value
    for name in reversed(path):
        inner = {name: inner}
    return json.dumps({"name": "x", **inner} if path[0] != "name" else inner)


@row(
    "input",
    "`check` of a scenario that is wrong: syntax, unknown keys, and wrong values of every key",
    "refused with the file, line and column of each problem, exit code 3, and no traceback",
    full=200,
    short=60,
)
def bad_scenarios(times: int, place: Path) -> Came:
    every = list(wrong_values())
    draws = random.Random(3)
    draws.shuffle(every)
    faults, count = [], 0
    with within(place):
        for text in (*SYNTAX, *every):
            if count == times:
                break
            Path("bad.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
            code, said = called("check", "bad.yaml")()
            if code == 0:
                continue  # the value is allowed there
            count += 1
            if code != 3 or "bad.yaml" not in said or "Traceback" in said:
                faults.append(f"exit code {code}: {said[:200]!r} for {text[:80]!r}")
            elif not PLACED.search(said) and len(text) < 200_000:
                faults.append(f"no place: {said[:200]!r} for {text[:80]!r}")
    return Came(f"{len(faults)} without a clear error", not faults, count, tuple(faults[:20]))


def judged(what: Callable[[], Any]) -> tuple[bool, str]:
    """Whether something is accepted, and the fault where it raises what is no clear error."""
    from sim.errors import LeaderstreamError

    try:
        what()
    except LeaderstreamError as error:
        return False, "" if str(error) else "an error without a word"
    except Exception as error:
        return False, f"{type(error).__name__}: {str(error)[:200]}"
    return True, ""


@row(
    "input",
    "the text of a shipped scenario mutated, loaded, and its parameters built",
    "loaded, or refused in plain words",
    full=5000,
    short=100,
)
def mutated_scenarios(times: int, place: Path) -> Came:
    from sim.parameters import parameters
    from sim.scenario import Scenario

    texts = [path.read_bytes() for path in SHIPPED]
    draws, faults, accepted = random.Random(5), [], 0
    for _ in range(times):
        which = draws.randrange(len(texts))
        path = SHIPPED[which].with_name(".mutated.yaml")
        text = mutated(texts[which], draws, texts).decode("utf-8", "replace")

        def build(text: str = text, folder: Path = path.parent) -> None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                scenario = Scenario.from_text(text, "mutated.yaml", folder)
                if sum(one.leaders or 0 for one in scenario.stream.positions or ()) < 500:
                    parameters(scenario)

        well, fault = judged(build)
        accepted += well
        if fault:
            faults.append(f"{SHIPPED[which].name}: {fault}")
    told = f"{len(faults)} without a clear error, {accepted:,} still sound"
    return Came(told, not faults, times, tuple(sorted(set(faults))[:20]))


NUMBERS = (
    *("0", "-0.0", "-1", "1", "0.5", "1.5", "100%", "-5%", "1e-320", "1e308", "1e400", ".nan"),
    *(".inf", "-.inf", "2147483648", "9223372036854775808", "0x7f", "1_000"),
)
"""Put in the place of every number. With them every key has what is below and above its range, no
number, too large for 32 and 64 bits, and written otherwise."""
NUMERIC = ("share", "number", "duration", "whole number", "rate", "limit", "parameters", "matrix")
UNITS = {"duration": "d", "rate": "/w", "limit": "d"}
LISTS = {
    "leaders": {"class": "none.py:None", "at": "top"},
    "events": {"at": "1d", "for": "1d", "times": {"issues.matter.rate": 2}},
    "claims": {"metric": "delay", "lower": "base", "than": "other"},
}
LARGE = re.compile(r"(leaders|rate|replications|horizon|max|min|points|attention|size|tick|day)$")


def placed(key: str, value: str) -> dict[str, str]:
    """What sets a key to a value in the plain scenario."""
    head, _, rest = key.partition(".")
    if head in LISTS and rest:
        entry = ", ".join(
            f"{name}: {json.dumps(one)}"
            for name, one in LISTS[head].items()
            if name != key.rpartition(".")[2]
        )
        return {head: f"[{{{entry}, {key.rpartition('.')[2]}: {value}}}]"}
    name = "ground" if key.startswith("stream.positions") else "matter"
    return {key.replace("NAME", name): value}


@row(
    "input",
    f"each numeric key of a scenario set to {len(NUMBERS)} values; what is accepted is played, "
    "where that is short",
    "accepted or refused in plain words; what is played gives no measure that is infinite",
    full=1000,
    short=12,
)
def every_number(most: int, place: Path) -> Came:
    import math

    from model.tiny import PLAIN

    from sim import kernel
    from sim.parameters import parameters
    from sim.scenario import Scenario
    from sim.scenario.explain import explain, keys

    plain = {**PLAIN, "clock": {**PLAIN["clock"], "horizon": "1w"}}
    plain["variants"] = {"other": {"power.sharing": 0.5}}
    numeric = [key for key in keys() if explain(key).type in NUMERIC]
    step = max(1, len(numeric) // most)
    faults, count, accepted, played = [], 0, 0, 0
    for key in numeric[::step]:
        kind = explain(key).type
        for number in NUMBERS:
            made: list[Any] = []
            value = f"{number}{UNITS.get(kind, '')}"
            value = f"{{x: {value}}}" if kind == "parameters" else value

            def build(key: str = key, value: str = value, made: list[Any] = made) -> None:
                scenario = Scenario.from_dict(plain, overrides=placed(key, value))
                if not key.endswith((".leaders", ".horizon", ".rate", "clock.tick")):
                    made.append(parameters(scenario))

            count += 1
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                well, fault = judged(build)
            accepted += well
            if fault:
                faults.append(f"{key}: {value}: {fault}")
            if made and not LARGE.search(key):
                played += 1
                outcome = kernel.simulate(made[0], 0)
                infinite = [name for name, one in outcome.run.items() if math.isinf(one)]
                if infinite:
                    faults.append(f"{key}: {value}: infinite {', '.join(infinite[:3])}")
    told = f"{len(faults)} wrong; {accepted:,} accepted, {played:,} played"
    return Came(told, not faults, count, tuple(faults[:20]))
