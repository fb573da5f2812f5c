"""Stand-ins for a resolved scenario: what the structure reads of one, and nothing else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace


def scenario(
    stream: SimpleNamespace, *, folder=None, issues=None, source=None, seed=2026
) -> SimpleNamespace:
    return SimpleNamespace(
        name="stand-in",
        seed=seed,
        folder=folder,
        stream=stream,
        perspective=SimpleNamespace(acuity=2.0),
        attention=4,
        issues=issues or {},
        direction=SimpleNamespace(source=source) if source else None,
    )


def position(
    name: str, leaders: int, authority: float = 1.0, attention=None, acuity=None
) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, leaders=leaders, authority=authority, attention=attention, acuity=acuity
    )


def generated(
    *leaders: int, peers: str = "unit", bridges: float = 0.0, seed: int = 2026, further=None, **more
):
    """A scenario with positions p0, p1, ... of so many leaders each."""
    positions = [position(f"p{i}", n, authority=float(i + 1)) for i, n in enumerate(leaders)]
    stream = SimpleNamespace(positions=positions, peers=peers, bridges=bridges, pairs=further)
    return scenario(stream, seed=seed, **more)


def imported(folder: Path, people: str, ties: str | None = None, **more):
    """A scenario on people.csv and ties.csv with these contents."""
    (folder / "people.csv").write_text(people, encoding="utf-8")
    if ties is not None:
        (folder / "ties.csv").write_text(ties, encoding="utf-8")
    stream = {"people": "people.csv", "ties": "ties.csv" if ties is not None else None}
    stream |= {key: more.pop(key, None) for key in ("kinds", "pairs", "peers", "positions")}
    return scenario(SimpleNamespace(**stream), folder=folder, **more)


def issue(raised_at: str, decided_at: str) -> SimpleNamespace:
    return SimpleNamespace(raised_at=raised_at, decided_at=decided_at)


def pairs(structure) -> set[tuple[str, str]]:
    """The joined pairs by id, each once, in order of id."""
    joined = zip(structure.channel_source.tolist(), structure.channel_target.tolist(), strict=True)
    return {tuple(sorted((structure.id[i], structure.id[j]))) for i, j in joined}
