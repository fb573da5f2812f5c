"""What must hold between the keys of the sections about all policies: how often they run, the
sweep, the calibration and the claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf

from sim.errors import nearest
from sim.measures import MEASURES, measure_names
from sim.scenario import examples
from sim.scenario._validate import KeyProblem, Path
from sim.scenario.keys.calibrate import DOWN, OBJECTIVES, UP, Calibrate
from sim.scenario.keys.replications import Replications
from sim.scenario.keys.settings import Settings
from sim.scenario.keys.sweep import SAMPLED, Sweep
from sim.scenario.value_types import display

SWEEP: Path = ("sweep",)
GOES_WITH = {
    "points": SAMPLED,
    "seed": SAMPLED,
    "levels": ("morris",),
    "file": ("list",),
}
"""The designs that each of these keys says something to."""


def policies_of(settings: Settings) -> tuple[str, ...]:
    """The names of the policies that run at every point: those of sweep.variants (or the base),
    then `against`."""
    sweep = settings.sweep or Sweep()
    names = sweep.variants or (settings.base,)
    return names if sweep.against is None or sweep.against in names else (*names, sweep.against)


def wrong_sweep(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Everything wrong with a sweep but its varied keys, which are looked at once the policies are
    known.

    `sound` tells whether nothing at the paths it is given was left out for another mistake.
    """
    if settings.sweep is None:
        return
    if sound((*SWEEP, "design")):
        yield from _design(settings, settings.sweep, sound)
    yield from _names(settings, sound)
    yield from _replications(settings.sweep.replications, (*SWEEP, "replications"), sound)
    yield from _paired(settings.sweep, sound)


def wrong_replications(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Everything wrong between the keys that say how often the scenario's policies run."""
    yield from _replications(settings.repeats, ("replications",), sound)


def _design(settings: Settings, sweep: Sweep, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    design = sweep.design
    for name, designs in GOES_WITH.items():
        if getattr(sweep, name) is not None and design not in designs:
            yield KeyProblem(
                (*SWEEP, name),
                f"goes with design {', '.join(designs)}, not with {design}; remove it",
            )
    if design == "list":
        if sweep.file is None and sound((*SWEEP, "file")):
            message = "is missing: design list needs a CSV file of points"
            yield KeyProblem((*SWEEP, "file"), message, near=((*SWEEP, "design"),))
        if sweep.vary:
            yield KeyProblem(
                (*SWEEP, "vary"),
                "does not go with design list, whose file says what varies; remove it",
            )
    elif not sweep.vary and sound((*SWEEP, "vary")):
        message = f"names no key to vary, such as {examples.vary(settings)}"
        yield KeyProblem((*SWEEP, "vary"), message)
    points = sweep.points
    if design == "sobol" and points is not None and points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        near = below if points - below <= 2 * below - points else 2 * below
        yield KeyProblem(
            (*SWEEP, "points"),
            f"design sobol takes a power of two of points, not {points} (nearest: {near})",
        )
    if sweep.levels is not None and sweep.levels % 2 and design == "morris":
        message = (
            f"must be an even number, so that each level is reached as often (nearest: "
            f"{sweep.levels + 1})"
        )
        yield KeyProblem((*SWEEP, "levels"), message)


def _names(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Policies that there are not, or that are named twice."""
    sweep = settings.sweep or Sweep()
    if not sound(("base",), ("variants",)):
        return
    there = [settings.base, *settings.variants]
    given: list[tuple[Path, str]] = [
        ((*SWEEP, "variants", i), name) for i, name in enumerate(sweep.variants)
    ]
    given += [((*SWEEP, "against"), sweep.against)] if sweep.against is not None else []
    for place, (path, name) in enumerate(given):
        if not sound(path):
            continue
        if name not in there:
            message = (
                f"there is no variant {name}; there are: {', '.join(there)}{nearest(name, there)}"
            )
            yield KeyProblem(path, message)
        elif path[1] == "variants" and name in sweep.variants[:place]:
            yield KeyProblem(path, f"{name} is in the list twice")


def _replications(
    count: Replications, here: Path, sound: Callable[..., bool]
) -> Iterator[KeyProblem]:
    if not sound(here):
        return
    if count.until is None and count.min is not None:
        message = (
            "goes with until, which says when it has run often enough; without it, "
            "everything runs max times"
        )
        yield KeyProblem((*here, "min"), message)
    elif count.min is not None and count.max is not None and count.min > count.max:
        yield KeyProblem(
            (*here, "min"), f"{count.min} is more than max, {count.max}", near=((*here, "max"),)
        )


def _paired(sweep: Sweep, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    here: Path = (*SWEEP, "replications")
    until = sweep.replications.until
    if not sound(here) or until is None or not until.paired:
        return
    if sweep.against is None and sound((*SWEEP, "against")):
        message = "needs sweep.against, the policy that the differences are paired to"
        yield KeyProblem((*here, "until", "paired"), message)
    elif sweep.variants == (sweep.against,):
        message = (
            f"pairs {sweep.against} with itself; name another policy in sweep.variants or "
            f"sweep.against"
        )
        yield KeyProblem((*here, "until", "paired"), message)


# The calibration: objectives that are measures, weights of objectives, counts


CALIBRATE: Path = ("calibrate",)


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
    if sound((*CALIBRATE, "objectives")):
        yield from _weightings(calibrate.weightings, list(objectives_of(calibrate)))
    here: Path = (*CALIBRATE, "replications")
    count = calibrate.replications
    if sound(here) and count.min > count.max:
        yield KeyProblem(
            (*here, "min"), f"{count.min} is more than max, {count.max}", near=((*here, "max"),)
        )


def _objectives(given: Mapping[str, object]) -> Iterator[KeyProblem]:
    for name, direction in given.items():
        path: Path = (*CALIBRATE, "objectives", name)
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
        path: Path = (*CALIBRATE, "weightings", name)
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


# The claims: one direction, and two policies that there are


def wrong_claims(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Claims with no direction or two, of policies that there are not, or of one policy against
    itself.

    `sound` tells whether nothing at the paths it is given was left out for another mistake.
    """
    names = [settings.base, *settings.variants]
    known = sound(("base",), ("variants",))
    for i, claim in enumerate(settings.claims):
        here: Path = ("claims", i)
        given = {"higher": claim.higher, "lower": claim.lower, "than": claim.than}
        written = {
            key: name for key, name in given.items() if name is not None and sound((*here, key))
        }
        for key, name in written.items():
            if known and name not in names:
                message = (
                    f"there is no variant {name}; there are: "
                    f"{', '.join(names)}{nearest(name, names)}"
                )
                yield KeyProblem((*here, key), message)
        if not sound((*here, "higher"), (*here, "lower")):
            continue
        if "higher" in written and "lower" in written:
            yield KeyProblem(here, "has both higher and lower; keep one of them")
        elif claim.policy == "":
            yield KeyProblem(
                here, "has no direction: expected higher or lower, with the name of a policy"
            )
        elif claim.policy == claim.than:
            yield KeyProblem(
                (*here, "than"), f"compares {claim.than} with itself; name another policy"
            )
