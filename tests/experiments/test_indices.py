"""Indices and their intervals: SALib's numbers, known responses, chance taken out, and how often
intervals cover."""

from __future__ import annotations

import math

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol

from sim.experiments import _indices
from sim.experiments._indices import CHANCE, CONSTANT, effects, morris, sobol
from sim.experiments._samplers import rows, sample

FIRST = np.array([0.313905, 0.442411, 0.0])
TOTAL = np.array([0.557589, 0.442411, 0.243684])
"""Of Ishigami's function with a = 7, b = 0.1 (Ishigami & Homma 1990)."""


def ishigami(cube):
    x, y, z = np.moveaxis(math.pi * (2 * cube - 1), -1, 0)
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def cube_of(design, points, axes=3, seed=0, levels=4):
    row = sample(design, points, axes, seed, levels)
    drawn = [[float(u) for u in row(index)] for index in range(rows(design, points, axes))]
    return np.array(drawn).reshape(points, -1, axes)


def independent(draws, groups):
    """A base sample of independent points, which the bootstrap takes it to be."""
    a, b = draws.random((2, groups, 3))
    mixed = [np.where(np.arange(3) == axis, b, a) for axis in range(3)]
    return np.stack([a, *mixed, b], axis=1)


def numbers(found, name):
    return np.array([tuple(index) for index in found.indices[name]])


def problem():
    return {"num_vars": 3, "names": list("xyz"), "bounds": [[0.0, 1.0]] * 3}


def test_without_chance_the_indices_are_those_of_salib():
    response = 1e-7 * ishigami(cube_of("saltelli", 64))
    theirs = salib_sobol.analyze(problem(), response.ravel(), calc_second_order=False, seed=1)
    for copies in (1, 3):
        found = sobol(np.repeat(response[None], copies, axis=0))
        assert numbers(found, "first")[:, 0] == pytest.approx(theirs["S1"], abs=1e-8)
        assert numbers(found, "total")[:, 0] == pytest.approx(theirs["ST"], abs=1e-8)
        # SALib takes the bootstrap's standard deviation times the normal quantile; here quantiles
        # are taken.
        half = (numbers(found, "total")[:, 2] - numbers(found, "total")[:, 1]) / 2
        assert half == pytest.approx(theirs["ST_conf"], rel=0.35)


def test_the_effects_are_those_of_salib():
    cube = cube_of("morris", 12)
    response = ishigami(cube)
    theirs = salib_morris.analyze(
        problem(), cube.reshape(-1, 3), response.ravel(), num_levels=4, seed=1
    )
    found = morris(response[None], cube, 4)
    for name in ("mu", "mu_star", "sigma"):
        assert numbers(found, name)[:, 0] == pytest.approx(
            np.asarray(theirs[name], float), rel=1e-8
        )
    mine = effects(response[None], cube)[0]
    assert mine.mean(axis=0) == pytest.approx(np.asarray(theirs["mu"], float))
    assert np.abs(mine).mean(axis=0) == pytest.approx(np.asarray(theirs["mu_star"], float))
    half = (numbers(found, "mu_star")[:, 2] - numbers(found, "mu_star")[:, 1]) / 2
    assert half == pytest.approx(np.asarray(theirs["mu_star_conf"], float), rel=0.35, abs=1e-9)


def test_effects_are_per_whole_range_and_signed():
    cube = cube_of("morris", 5)
    found = effects((3 * cube[..., 0] - 2 * cube[..., 1])[None], cube)
    assert np.broadcast_to([3, -2, 0], (1, 5, 3)) == pytest.approx(found)


def test_ishigamis_indices_lie_in_their_intervals():
    found = sobol(ishigami(cube_of("saltelli", 512))[None], confidence=0.999)
    for name, exact in (("first", FIRST), ("total", TOTAL)):
        estimates, low, high = numbers(found, name).T
        assert ((low <= exact) & (exact <= high)).all(), name
        assert np.abs(estimates - exact).max() < 0.1
    assert found.apart[0][2].low > 0 and found.apart[0][0] == (0, 0, 0)


def test_chance_in_the_responses_is_taken_out():
    draws = np.random.default_rng(4)
    mine, plain, repeats = [], [], 80
    for _ in range(repeats):
        cube = independent(draws, 64)
        # A world is better or worse as a whole, and has its chance at every point.
        world = 5 * draws.standard_normal((8, 1, 1))
        response = ishigami(cube) + world + 5 * draws.standard_normal((8, *cube.shape[:2]))
        centred = response - response.mean(axis=(1, 2), keepdims=True)
        weights = np.ones((1, 8))
        parts = _indices._sobol(centred, np.arange(64)[None], weights)[0]
        mine.append([*parts["first"][0], *parts["total"][0]])
        theirs = salib_sobol.analyze(
            problem(), response.mean(axis=0).ravel(), calc_second_order=False, num_resamples=2
        )
        plain.append([*theirs["S1"], *theirs["ST"]])
    exact = np.array([*FIRST, *TOTAL])
    error = np.std(mine, axis=0, ddof=1) / math.sqrt(repeats)
    # A ratio of two estimates is biased by a share of its variance, which a hundredth allows for.
    assert (np.abs(np.mean(mine, axis=0) - exact) < 4 * error + 0.01).all()
    assert (np.mean(plain, axis=0) - exact)[3:].min() > 0.08


@pytest.mark.slow
@pytest.mark.parametrize(
    ("replications", "groups", "noise", "repeats"), [(1, 128, 0.0, 200), (6, 64, 3.0, 100)]
)
def test_intervals_cover_about_as_often_as_they_say(
    monkeypatch, replications, groups, noise, repeats
):
    monkeypatch.setattr(_indices, "RESAMPLES", 200)
    draws = np.random.default_rng(6)
    covered = np.zeros((2, 3))
    for number in range(repeats):
        cube = independent(draws, groups)
        response = ishigami(cube) + noise * draws.standard_normal((replications, *cube.shape[:2]))
        found = sobol(response, 0.9, number)
        for row, (name, exact) in enumerate((("first", FIRST), ("total", TOTAL))):
            _, low, high = numbers(found, name).T
            covered[row] += (low <= exact) & (exact <= high)
    error = math.sqrt(0.9 * 0.1 / repeats)
    # Quantiles of so few groups fall short by some hundredths; where chance is strong, intervals
    # are too wide.
    assert covered.min() / repeats > 0.9 - 0.03 - 3 * error
    if noise == 0:
        assert covered.max() / repeats < 0.9 + 0.03 + 3 * error


def test_replications_make_intervals_wider_by_their_own_chance():
    cube, draws = cube_of("saltelli", 64), np.random.default_rng(7)
    slope = draws.standard_normal((6, 1, 1))
    # In each world another key matters more or less: no number of points tells what matters in all
    # worlds.
    found = sobol(ishigami(cube) + 20 * slope * (cube[..., 2] - 0.5))
    for axis in range(3):
        assert found.by_groups["total"][axis] < found.indices["total"][axis].half_width * 1.1
    assert found.by_groups["total"][2] < 0.8 * found.indices["total"][2].half_width


def test_intervals_become_narrower_with_the_square_root_of_groups():
    few, many = (
        sobol(ishigami(cube_of("saltelli", groups))[None]).indices["total"]
        for groups in (256, 1024)
    )
    for before, after in zip(few, many, strict=True):
        assert before.half_width / after.half_width == pytest.approx(2, rel=0.3)


def test_what_does_not_vary_is_said_in_words():
    world = np.random.default_rng(8).random((5, 1, 1))
    constant = sobol(np.full((5, 16, 5), 0.1) + world)
    assert constant.unknown == CONSTANT and not constant.indices
    assert sobol(np.zeros((1, 16, 5))).unknown == CONSTANT
    assert morris(np.full((5, 16, 4), 0.1) + world, cube_of("morris", 16), 4).unknown == CONSTANT


def test_what_varies_by_chance_alone_is_said_in_words():
    draws = np.random.default_rng(9)
    assert sobol(draws.standard_normal((6, 64, 5))).unknown == CHANCE
    assert morris(draws.standard_normal((6, 32, 4)), cube_of("morris", 32), 4).unknown == CHANCE


def test_how_large_chance_makes_an_effect_is_said():
    cube, draws = cube_of("morris", 200), np.random.default_rng(10)
    noise = 0.3
    response = 8 * cube[..., 0] + noise * draws.standard_normal((16, *cube.shape[:2]))
    found = morris(response, cube, 4)
    # The difference of two means of 16 over a step of 2/3.
    error = noise * math.sqrt(2 / 16) / (2 / 3)
    assert found.chance == pytest.approx([error * math.sqrt(2 / math.pi)] * 3, rel=0.1)
    inert = found.indices["mu_star"][2].estimate
    assert inert == pytest.approx(error * math.sqrt(2 / math.pi), rel=0.2)
    assert found.indices["mu_star"][0].estimate == pytest.approx(8, rel=0.01)


def test_the_same_response_gives_the_same_numbers():
    response = ishigami(cube_of("saltelli", 16)) + np.random.default_rng(11).standard_normal(
        (3, 16, 5)
    )
    assert sobol(response) == sobol(response.copy())
    assert sobol(response).indices != sobol(response, seed=1).indices
