"""The colours of alternatives are told apart, also by those who confuse colours, and seen on the
water."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.dashboard import theme
from sim.dashboard._tones import ALTERNATIVE_COLOURS, TONES, of_alternative
from sim.dashboard.drawing.colours import DARK

# Machado, Oliveira & Fernandes 2009: what is seen without one sort of cones, in linear light.
SEEN = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def linear(colour):
    parts = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light):
    xyz = np.array(TO_XYZ) @ np.clip(light, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("eyes", SEEN)
def test_alternatives_are_told_apart(eyes, dark):
    seen = [lab(np.array(SEEN[eyes]) @ linear(pair[dark])) for pair in ALTERNATIVE_COLOURS]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20


@pytest.mark.parametrize("dark", [False, True])
def test_alternatives_are_seen_on_the_water(dark):
    water = linear(TONES["river"][dark]) @ np.array(TO_XYZ)[1]
    for pair in ALTERNATIVE_COLOURS:
        light = linear(pair[dark]) @ np.array(TO_XYZ)[1]
        assert (max(light, water) + 0.05) / (min(light, water) + 0.05) >= 3.0


def test_policies_are_told_apart_and_seen_on_dark_pages():
    """As well as on light ones: the least distance there is 16."""
    colours = [DARK.get(colour.lower(), colour.lower()) for colour in theme.PALETTE]
    for eyes in SEEN.values():
        seen = [lab(np.array(eyes) @ linear(colour)) for colour in colours]
        assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 16
    page = linear(DARK["#ffffff"]) @ np.array(TO_XYZ)[1]
    lights = [linear(colour) @ np.array(TO_XYZ)[1] for colour in colours]
    assert all((light + 0.05) / (page + 0.05) >= 4.0 for light in lights)
    assert not {theme.ON_CELLS, theme.AROUND_ON_CELLS} & set(DARK)


def test_what_speaks_for_no_alternative_is_grey():
    assert of_alternative(-1) == of_alternative(99) == TONES["idea"][0]
    assert of_alternative(1, dark=True) == ALTERNATIVE_COLOURS[1][1]
