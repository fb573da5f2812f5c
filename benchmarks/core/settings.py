"""The core scenario as plain numbers, which is all that the other programs get of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("core.yaml")
SIZES = {39: "12w", 390: "6w", 3_900: "3w"}
"""How many leaders, and the horizon played with them; the first two weeks are not counted."""


@dataclass(frozen=True)
class Settings:
    """What a program that plays the core needs to know; durations in ticks.

    manager: of each leader, -1 for the three, thirty or three hundred at the top, where issues are
    decided. position: 0 at the top, 2 where issues are raised. precision: of each position on each
    facet. The entries of openness, delay and distortion are for a hop up, down and across.
    """

    warmup: int
    horizon: int
    rate: float  # issues a tick
    manager: tuple[int, ...]
    position: tuple[int, ...]
    precision: tuple[tuple[float, ...], ...]
    openness: tuple[float, ...]
    delay: tuple[float, ...]
    distortion: tuple[float, ...]
    attention: int  # messages a tick
    alternatives: int
    witnesses: int
    span: int
    gather: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def inputs_of(leaders: int, horizon: str = "") -> Any:
    """The parameters of our drivers for a size: 39, 390 or 3,900 leaders, each with as many issues
    a leader. horizon: another one than `SIZES` has."""
    from sim import Scenario
    from sim.parameters import parameters

    sizes = zip(("upstream", "midstream", "downstream"), (3, 9, 27), strict=True)
    changes = {
        f"stream.positions.{name}.leaders": str(count * leaders // 39) for name, count in sizes
    }
    changes["clock.horizon"] = horizon or SIZES[leaders]
    return parameters(Scenario.load(FILE, changes))


def settings_of(inputs: Any) -> Settings:
    """What the other programs get of them."""
    n, kind = inputs.numbers, {name: column[0] for name, column in inputs.kinds._asdict().items()}
    at = {int(place): leader for leader, place in enumerate(n.position)}
    return Settings(
        warmup=n.warmup,
        horizon=n.horizon,
        rate=float(kind["rate"]),
        manager=tuple(map(int, n.manager)),
        position=tuple(map(int, n.position)),
        precision=tuple(tuple(map(float, n.precision[at[place]])) for place in range(n.positions)),
        openness=tuple(map(float, n.openness)),
        delay=tuple(map(float, n.delay)),
        distortion=tuple(map(float, n.distortion)),
        attention=int(n.attention[0]),
        alternatives=int(kind["alternatives"]),
        witnesses=int(kind["witnesses"]),
        span=n.span,
        gather=int(kind["gather"]),
    )
