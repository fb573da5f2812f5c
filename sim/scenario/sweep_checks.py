"""What must hold between the keys of a sweep: options that fit the design, policies that there
are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.errors import nearest
from sim.scenario import examples
from sim.scenario.keys.replications import Replications
from sim.scenario.keys.settings import Settings
from sim.scenario.keys.sweep import SAMPLED, Sweep
from sim.scenario.validate import KeyProblem, Path

HERE: Path = ("sweep",)
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
    if sound((*HERE, "design")):
        yield from _design(settings, settings.sweep, sound)
    yield from _names(settings, sound)
    yield from _replications(settings.sweep.replications, (*HERE, "replications"), sound)
    yield from _paired(settings.sweep, sound)


def wrong_replications(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Everything wrong between the keys that say how often the scenario's policies run."""
    yield from _replications(settings.repeats, ("replications",), sound)


def _design(settings: Settings, sweep: Sweep, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    design = sweep.design
    for name, designs in GOES_WITH.items():
        if getattr(sweep, name) is not None and design not in designs:
            yield KeyProblem(
                (*HERE, name),
                f"goes with design {', '.join(designs)}, not with {design}; remove it",
            )
    if design == "list":
        if sweep.file is None and sound((*HERE, "file")):
            message = "is missing: design list needs a CSV file of points"
            yield KeyProblem((*HERE, "file"), message, near=((*HERE, "design"),))
        if sweep.vary:
            yield KeyProblem(
                (*HERE, "vary"),
                "does not go with design list, whose file says what varies; remove it",
            )
    elif not sweep.vary and sound((*HERE, "vary")):
        message = f"names no key to vary, such as {examples.vary(settings)}"
        yield KeyProblem((*HERE, "vary"), message)
    points = sweep.points
    if design == "sobol" and points is not None and points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        near = below if points - below <= 2 * below - points else 2 * below
        yield KeyProblem(
            (*HERE, "points"),
            f"design sobol takes a power of two of points, not {points} (nearest: {near})",
        )
    if sweep.levels is not None and sweep.levels % 2 and design == "morris":
        message = (
            f"must be an even number, so that each level is reached as often (nearest: "
            f"{sweep.levels + 1})"
        )
        yield KeyProblem((*HERE, "levels"), message)


def _names(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Policies that there are not, or that are named twice."""
    sweep = settings.sweep or Sweep()
    if not sound(("base",), ("variants",)):
        return
    there = [settings.base, *settings.variants]
    given: list[tuple[Path, str]] = [
        ((*HERE, "variants", i), name) for i, name in enumerate(sweep.variants)
    ]
    given += [((*HERE, "against"), sweep.against)] if sweep.against is not None else []
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
    here: Path = (*HERE, "replications")
    until = sweep.replications.until
    if not sound(here) or until is None or not until.paired:
        return
    if sweep.against is None and sound((*HERE, "against")):
        message = "needs sweep.against, the policy that the differences are paired to"
        yield KeyProblem((*here, "until", "paired"), message)
    elif sweep.variants == (sweep.against,):
        message = (
            f"pairs {sweep.against} with itself; name another policy in sweep.variants or "
            f"sweep.against"
        )
        yield KeyProblem((*here, "until", "paired"), message)
