"""What a rule must not do is seen before it is asked, wherever it hides."""

from __future__ import annotations

import datetime
import math
import os
import random
import time
import uuid
from random import random as coin

import numpy as np
import pytest

from sim.extension.honest import offences

TABLE = {"a": 1}
FIXED = (1, 2)
_draws = np.random.default_rng(1)


def _helper(x):
    return x + time.monotonic()


def _fine_helper(x):
    return math.sqrt(x) * FIXED[0]


def _closure():
    generator = random.Random(1)
    return lambda support: generator.random() < support


def _imports(support):
    from random import random as toss

    return toss() < support


def _keeps(support):
    global _last
    _last = support
    return True


def _comprehends(power):
    return sum([p * random.random() for p in power])


def _recursive(rounds):
    return 1 if rounds <= 1 else rounds * _recursive(rounds - 1)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda support: random.random() < support, "draws by itself (random.random)"),
        (lambda support: coin() < support, "draws by itself (coin)"),
        (lambda support: np.random.random() < support, "draws by itself (np.random.random)"),
        (lambda support: _draws.random() < support, "draws by itself (_draws.random)"),
        (_closure(), "draws by itself (generator.random)"),
        (_imports, "draws by itself (import.random)"),
        (_comprehends, "draws by itself (random.random)"),
        (lambda support: uuid.uuid4().int > support, "draws by itself (uuid.uuid4"),
        (lambda support: time.time() > support, "reads the clock (time.time)"),
        (
            lambda support: datetime.datetime.now().hour > support,
            "reads the clock (datetime.datetime.now",
        ),
        (lambda support: _helper(support) > 1, "reads the clock (time.monotonic)"),
        (lambda support: os.getpid() > support, "reaches outside (os.getpid)"),
        (lambda support: bool(open), "reaches outside (open)"),
        (lambda support: eval("support"), "reaches outside (eval)"),
        (lambda support: id(support) > 7, "depends on the machine (id)"),
        (lambda support: hash("x") > support, "depends on the machine (hash)"),
        (
            lambda support: TABLE["a"] > support,
            "uses what can change from one call to the next; make it a tuple (TABLE)",
        ),
        (_keeps, "keeps something from one call to the next (global._last)"),
    ],
)
def test_what_a_rule_must_not_do_is_found_with_its_line(function, said):
    (offence, *_) = offences(function)
    assert said in offence
    assert offence.startswith("line ")


@pytest.mark.parametrize(
    "function",
    [
        lambda support, rounds: support >= 0.6**rounds,
        lambda support: _fine_helper(support) > FIXED[1],
        lambda power: np.zeros(len(power)).sum() + math.exp(1.0) + abs(-1),
        lambda power: max([p + 1 for p in power], default=0.0),
        _recursive,
    ],
)
def test_what_a_rule_may_do_is_no_offence(function):
    assert offences(function) == []
