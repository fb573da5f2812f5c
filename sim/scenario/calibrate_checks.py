"""What must hold between the keys of a calibration: objectives that are measures, weights of
objectives, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf

from sim.errors import nearest
from sim.measures import MEASURES, measure_names
from sim.scenario.keys.calibrate import DOWN, OBJECTIVES, UP, Calibrate
from sim.scenario.keys.settings import Settings
from sim.scenario.validate import KeyProblem, Path
from sim.scenario.value_types import display

HERE: Path = ("calibrate",)


def objectives_of(calibrate: Calibrate) -> dict[str, str]:
    """The objectives in order, each with up or down."""
    return dict(calibrate.objectives) or dict(OBJECTIVES)


def wrong_calibration(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Everything wrong with a calibration but its searched keys, which are looked at once the
    policies are known.

    `sound` tells whether nothing at the paths it is given was left out for another mistake.
    """
    calibrate = settings.calibrate
    if calibrate is None:
        return
    yield from _objectives(calibrate.objectives)
    if sound((*HERE, "objectives")):
        yield from _weightings(calibrate.weightings, list(objectives_of(calibrate)))
    here: Path = (*HERE, "replications")
    count = calibrate.replications
    if sound(here) and count.min > count.max:
        yield KeyProblem(
            (*here, "min"), f"{count.min} is more than max, {count.max}", near=((*here, "max"),)
        )


def _objectives(given: Mapping[str, object]) -> Iterator[KeyProblem]:
    for name, direction in given.items():
        path: Path = (*HERE, "objectives", name)
        if name not in MEASURES:
            yield KeyProblem(
                path,
                f"is no measure of the runs table{nearest(name, measure_names())}",
                at_key=True,
            )
        elif direction not in (UP, DOWN):
            yield KeyProblem(path, f"{display(direction)} is not allowed: expected {UP} or {DOWN}")


def _weightings(given: Mapping[str, object], objectives: Sequence[str]) -> Iterator[KeyProblem]:
    for name, weights in given.items():
        path: Path = (*HERE, "weightings", name)
        if not isinstance(weights, Mapping) or not weights:
            message = (
                f"{display(weights)} is not allowed: expected a mapping of objectives to "
                f"weights, such as {{quality: 1}}"
            )
            yield KeyProblem(path, message)
            continue
        wrong = list(_weights(path, weights, objectives))
        yield from wrong
        if not wrong and not any(weights.values()):
            yield KeyProblem(path, "gives nothing any weight; give an objective a weight above 0")


def _weights(
    path: Path, weights: Mapping[str, object], objectives: Sequence[str]
) -> Iterator[KeyProblem]:
    for name, weight in weights.items():
        if name not in objectives:
            message = (
                f"is no objective; there are: {', '.join(objectives)}{nearest(name, objectives)}"
            )
            yield KeyProblem((*path, name), message, at_key=True)
        elif (
            isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight < inf
        ):
            yield KeyProblem(
                (*path, name), f"{display(weight)} is not allowed: expected a number from 0"
            )
