"""The draws: published vectors, distributions at a false alarm of 1e-8 a test, and compiled against
plain."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from scipy import stats

from sim import draws
from sim.compiler import entry_point

RARE = 1e-8
Z = float(stats.norm.isf(RARE / 2))
COUNT = 400_000
PURPOSES = {
    name: value for name, value in vars(draws).items() if name.isupper() and isinstance(value, int)
}
del PURPOSES["MASK"]

# kat_vectors of Random123 (Salmon et al. 2011): philox4x32, 10 rounds; counter, key, answer.
KNOWN = [
    ((0,) * 4, (0,) * 2, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def _philox_of_rows(counters, out):
    for i in range(len(counters)):
        row = counters[i]
        w0, w1, w2, w3 = draws.philox(row[0], row[1], row[2], row[3], row[4], row[5])
        out[i, 0] = w0
        out[i, 1] = w1
        out[i, 2] = w2
        out[i, 3] = w3


def _uniforms(k0, k1, out):
    for i in range(len(out)):
        out[i] = draws.uniform(k0, k1, draws.THETA, i, 1, 2, 3)


def _transformed(us, out):
    for i in range(len(us)):
        out[i, 0] = draws.normal(us[i])
        out[i, 1] = draws.exponential(us[i])
        out[i, 2] = draws.poisson(us[i], 3.7)
        out[i, 3] = draws.poisson(us[i], 0.02)


@pytest.fixture(scope="module")
def us():
    """Uniform draws of consecutive indices, as the simulation makes them."""
    out = np.empty(COUNT)
    entry_point(_uniforms)(2026, 7, out)
    return out


@pytest.fixture(scope="module")
def transformed(us):
    out = np.empty((COUNT, 4))
    entry_point(_transformed)(us, out)
    return out


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_the_published_vectors(counter, key, answer):
    assert draws.philox(*counter, *key) == answer


def test_the_published_vectors_compiled():
    rows = np.array([[*counter, *key] for counter, key, _ in KNOWN], dtype=np.int64)
    out = np.empty((len(rows), 4), dtype=np.int64)
    entry_point(_philox_of_rows)(rows, out)
    assert [tuple(row) for row in out.tolist()] == [answer for _, _, answer in KNOWN]


def test_compiled_and_plain_blocks_agree():
    draw = random.Random(3)
    rows = [[draw.getrandbits(32) for _ in range(6)] for _ in range(4000)]
    out = np.empty((len(rows), 4), dtype=np.int64)
    entry_point(_philox_of_rows)(np.array(rows, dtype=np.int64), out)
    assert [tuple(row) for row in out.tolist()] == [draws.philox(*row) for row in rows]


def test_compiled_and_plain_draws_agree_bit_for_bit(us, transformed):
    plain = np.empty(5000)
    _uniforms(2026, 7, plain)
    assert plain.tobytes() == us[:5000].tobytes()
    edges = [
        draws.unit_interval(0, 0),
        draws.unit_interval(draws.MASK, draws.MASK),
        0.075,
        0.925,
        0.5,
    ]
    inputs = np.concatenate((us[:5000], edges))
    slow, fast = np.empty((len(inputs), 4)), np.empty((len(inputs), 4))
    _transformed(inputs.tolist(), slow)
    entry_point(_transformed)(inputs, fast)
    assert slow.tobytes() == fast.tobytes()
    assert slow[:5000].tobytes() == transformed[:5000].tobytes()


def test_uniforms_never_touch_their_ends():
    low, high = draws.unit_interval(0, 0), draws.unit_interval(draws.MASK, draws.MASK)
    assert low == 2.0**-53
    assert high == 1.0 - 2.0**-53
    assert draws.unit_interval(0x80000000, 0) == 0.5 + 2.0**-53


def test_uniform_is_the_first_of_its_pair():
    place = (1, 2, draws.PASS, 9, 4, 5, 6)
    assert draws.uniform(*place) == draws.uniform_pair(*place)[0] != draws.uniform_pair(*place)[1]


def test_uniforms_fill_the_interval_evenly_also_in_consecutive_pairs(us):
    assert stats.kstest(us, "uniform").pvalue > RARE
    for power, variance in ((1, 1 / 12), (2, 4 / 45), (3, 9 / 112)):
        assert abs((us**power).mean() - 1 / (power + 1)) < Z * np.sqrt(variance / COUNT)
    cells = np.bincount(
        (us[:-1:2] * 16).astype(int) * 16 + (us[1::2] * 16).astype(int), minlength=256
    )
    assert stats.chisquare(cells).pvalue > RARE


def test_the_two_of_a_pair_are_uncorrelated():
    pairs = np.array([draws.uniform_pair(1, 2, draws.PASS, i, 3, 4, 5) for i in range(20_000)])
    correlation = np.corrcoef(pairs.T)[0, 1]
    assert abs(correlation) < Z / np.sqrt(len(pairs))


def test_normal_is_the_inverse_of_the_distribution_function():
    inside = np.linspace(1e-6, 1.0 - 1e-6, 2001)
    tails = np.array([2.0**-53, 1e-15, 1e-12, 1e-9, 1.4e-11, 1.3e-11, 0.075, 0.925, 0.5])
    for u in np.concatenate((inside, tails)).tolist():
        assert draws.normal(u) == pytest.approx(float(stats.norm.ppf(u)), rel=4e-15, abs=1e-15)


def test_normal_is_antisymmetric():
    for u in (0.03125, 0.25, 0.4375, 2.0**-40):
        assert draws.normal(u) == -draws.normal(1.0 - u)


def test_normal_draws(transformed):
    z = transformed[:, 0]
    assert stats.kstest(z, "norm").pvalue > RARE
    for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - mean) < Z * np.sqrt(variance / COUNT)


def test_exponential_draws(transformed):
    x = transformed[:, 1]
    assert stats.kstest(x, "expon").pvalue > RARE
    assert abs(x.mean() - 1.0) < Z / np.sqrt(COUNT)
    assert abs((x**2).mean() - 2.0) < Z * np.sqrt(20 / COUNT)


def poisson_p(counts, mean: float) -> float:
    """The chi-square p-value of counts against the Poisson distribution, cells of at least 20
    expected."""
    expected = stats.poisson.pmf(np.arange(200), mean) * len(counts)
    cells = np.flatnonzero(expected >= 20)
    low, high = cells[0], cells[-1]
    seen = np.bincount(np.clip(counts, low, high).astype(int), minlength=high + 1)[low:]
    want = expected[low : high + 1].copy()
    want[0] = stats.poisson.cdf(low, mean) * len(counts)
    want[-1] = stats.poisson.sf(high - 1, mean) * len(counts)
    return float(stats.chisquare(seen, want * seen.sum() / want.sum()).pvalue)


def test_poisson_draws(us, transformed):
    assert poisson_p(transformed[:, 2], 3.7) > RARE
    assert poisson_p(transformed[:, 3], 0.02) > RARE
    for mean in (30.0, 700.0):
        counts = np.array([draws.poisson(u, mean) for u in us[:4000].tolist()])
        assert abs(counts.mean() - mean) < Z * np.sqrt(mean / len(counts))
        # The variance of a sample variance, for a Poisson distribution.
        error = np.sqrt((mean + 2 * mean * mean) / len(counts))
        assert abs(counts.var(ddof=1) - mean) < Z * error


def test_poisson_by_hand():
    assert draws.poisson(0.999999, 0.0) == 0
    assert [draws.poisson(u, 1.0) for u in (0.36, 0.37, 0.73, 0.74, 0.9196, 0.92)] == [
        0,
        1,
        1,
        2,
        2,
        3,
    ]


def test_the_tests_would_notice_draws_that_are_off(us, transformed):
    x, z = transformed[:, 1], transformed[:, 0]
    assert abs((1.05 * x).mean() - 1.0) > Z / np.sqrt(COUNT)
    assert stats.kstest(1.05 * z, "norm").pvalue < RARE
    assert stats.kstest(us * 0.98, "uniform").pvalue < RARE
    assert poisson_p(transformed[:, 2], 3.7 * 1.05) < RARE
    assert poisson_p(transformed[:, 3], 0.02 * 1.2) < RARE


def test_purposes_are_distinct_bytes():
    assert len(PURPOSES) >= 19
    assert len(set(PURPOSES.values())) == len(PURPOSES)
    assert all(0 < value < 256 for value in PURPOSES.values())


def test_no_two_addresses_share_words():
    last = (1 << 24) - 1
    ends = (0, 1, draws.MASK)
    addresses = itertools.product(
        PURPOSES.values(), (0, 1, last), ends, (0, 1), (0, 1), (0, 1), (0, 1)
    )
    seen = set()
    count = 0
    for purpose, index, a, b, c, k0, k1 in addresses:
        seen.update(draws.uniform_pair(k0, k1, purpose, index, a, b, c))
        count += 2
    assert len(seen) == count


def test_streams_are_distinct_and_share_no_words_with_draws():
    places = list(itertools.product((0, 5), (0, 9), (draws.RUN, draws.ISSUE), range(12), range(12)))
    streams = {draws.stream_of(*place) for place in places}
    assert len(streams) == len(places)
    assert all(0 <= k0 <= draws.MASK and 0 <= k1 <= draws.MASK for k0, k1 in streams)
    used = {draws.philox(purpose << 24, a, b, 0, k0, k1)[:2] for k0, k1, purpose, a, b in places}
    assert not streams & used


def test_a_draw_does_not_depend_on_the_draws_before_it():
    alone = draws.uniform(3, 4, draws.SENSE, 5, 6, 7, 8)
    for i in range(10):
        draws.uniform(3, 4, draws.SENSE, i, 6, 7, 8)
    assert draws.uniform(3, 4, draws.SENSE, 5, 6, 7, 8) == alone
