"""Stores of a few made-up runs."""

from __future__ import annotations

import hashlib

import numpy as np

from sim.experiments.store import Store

COLUMNS = ("quality", "delay", "value")


def opened(folder, write=True, version="model", columns=COLUMNS):
    return Store.open(folder, columns, write=write, version=version)


def key(name):
    return hashlib.sha256(name.encode()).digest()


def numbers(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, len(COLUMNS)))


def bits(array):
    return np.ascontiguousarray(array, "<f8").tobytes()
