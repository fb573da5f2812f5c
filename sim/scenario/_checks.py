"""What must hold between keys: references, shares, and settings that exclude each other; and the
list of all such checks (`check`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.errors import nearest
from sim.scenario._events import wrong_events
from sim.scenario._validate import Checked, KeyProblem, Path
from sim.scenario.clock_checks import wrong_times
from sim.scenario.custom_rules import without_effect, wrong_parameters
from sim.scenario.experiment_checks import (
    wrong_calibration,
    wrong_claims,
    wrong_replications,
    wrong_sweep,
)
from sim.scenario.keys.issues import IssueKind
from sim.scenario.keys.power import Consensus
from sim.scenario.keys.settings import Settings
from sim.scenario.keys.stream import LOCATED, NONE
from sim.scenario.nodes import Node, child
from sim.scenario.tree import declared, walk, without_variant
from sim.scenario.value_types import display, plainly
from sim.world.issues import MOST_WITNESSES

MOST_POSITIONS = 32


def check(checked: Checked) -> list[KeyProblem]:
    """Everything wrong between the keys."""
    findings = [*_stream(checked), *_references(checked), *_direction(checked)]
    findings += _issues(checked)
    findings += [
        *wrong_claims(checked.settings, checked.sound),
        *wrong_sweep(checked.settings, checked.sound),
    ]
    findings += wrong_replications(checked.settings, checked.sound)
    findings += wrong_calibration(checked.settings, checked.sound)
    findings += wrong_parameters(checked.settings, checked.sound)
    findings += _ownership(checked)
    findings += wrong_leaders(checked.settings, checked.root, checked.sound)
    findings += without_effect(checked.settings, checked.root, checked.sound)
    findings += wrong_times(checked)
    findings += wrong_events(checked)
    findings += _origin(checked)
    return findings


def _origin(checked: Checked) -> Iterator[KeyProblem]:
    """Marks of settings that do not exist, or that are no single values."""
    marks = checked.settings.origin
    for name in ("fitted", "searched"):
        for dotted, value in (getattr(marks, name, None) or {}).items():
            steps, here = without_variant(dotted).split("."), ("origin", name, dotted)
            if declared(steps) is None:
                known = [entry.path for entry in walk()]
                message = f"there is no such key{nearest('.'.join(steps), known)}"
                yield KeyProblem(here, message, at_key=True)
            elif not isinstance(value, str | int | float):
                yield KeyProblem(here, f"{display(value)} is not allowed: expected a single value")


def _stream(checked: Checked) -> Iterator[KeyProblem]:
    """A stream that is neither generated nor imported, or both."""
    stream, here = checked.settings.stream, ("stream", "positions")
    imported = stream.people is not None or child(checked.root, "stream", "people") is not None
    seen: set[str] = set()
    for i, position in enumerate(stream.positions):
        if not checked.sound((*here, i)):
            continue
        if position.name in seen:
            yield KeyProblem(
                (*here, i, "name"), f"a position named {position.name} stands above already"
            )
        seen.add(position.name)
        if imported and position.leaders is not None:
            yield KeyProblem(
                (*here, i, "leaders"),
                "goes with generated streams; with people the file says who leads",
            )
        if not imported and position.leaders is None:
            yield KeyProblem(
                (*here, i),
                f"position {position.name} needs leaders: a whole number from 1 to 10000",
            )
    if (
        checked.sound(here)
        and not 0 < len(stream.positions) + imported <= MOST_POSITIONS + imported
    ):
        yield KeyProblem(here, f"expected from 1 to {MOST_POSITIONS} positions, upstream first")
    if imported and stream.bridges:
        yield KeyProblem(
            ("stream", "bridges"), "goes with generated streams; list such ties in the ties file"
        )
    if not imported:
        for key in ("ties", "kinds"):
            if getattr(stream, key) is not None:
                yield KeyProblem(
                    ("stream", key), "goes with people, the file of leaders; there is none"
                )
    elif stream.kinds is not None and stream.ties is None:
        yield KeyProblem(("stream", "kinds"), "goes with ties, the file of ties; there is none")
    yield from _repeated_pairs(checked)


def _repeated_pairs(checked: Checked) -> Iterator[KeyProblem]:
    """Pairs that stand in stream.pairs twice, either way round."""
    first: dict[frozenset[str], int] = {}
    for i, pair in enumerate(checked.settings.stream.pairs or ()):
        here: Path = ("stream", "pairs", i)
        if checked.sound(here) and first.setdefault(frozenset(pair), i) != i:
            yield KeyProblem(here, f"stands already as pair {first[frozenset(pair)] + 1}")


def _references(checked: Checked) -> Iterator[KeyProblem]:
    """Positions that are named and do not exist, in the file or among the people."""
    settings = checked.settings
    imported = child(checked.root, "stream", "people") is not None
    if not checked.sound(("stream",)) or (imported and not checked.positions):
        return
    names = (
        [*checked.positions]
        if imported
        else [position.name for position in settings.stream.positions]
    )
    where: Path = ("stream", "people") if imported else ("stream", "positions")
    sources = [*names, "located"]
    given: list[tuple[Path, str, list[str]]] = [
        (("direction", "source"), settings.direction.source, sources)
    ]
    for name, kind in settings.issues.items():
        given.append((("issues", name, "raised_at"), kind.raised_at, [*names, "any"]))
        given.append((("issues", name, "decided_at"), kind.decided_at, [*names, "origin"]))
    for path, value, allowed in given:
        if value not in allowed and checked.sound(path):
            message = (
                f"there is no position {value}; there are: "
                f"{', '.join(allowed)}{nearest(value, allowed)}"
            )
            yield KeyProblem(path, message, near=(where,))
    for name, kind in settings.issues.items():
        paths = [("issues", name, "decided_at"), ("issues", name, "raised_at")]
        low, high = kind.raised_at, kind.decided_at
        if not {low, high} <= set(names) or not checked.sound(*paths):
            continue
        if names.index(high) > names.index(low):
            message = f"{high} is downstream of {low}, where it is raised; decide there or upstream"
            yield KeyProblem(paths[0], message, near=(paths[1],))


def _direction(checked: Checked) -> Iterator[KeyProblem]:
    """A direction set by decisions of a kind that there is not, or that also has a source."""
    settings, path = checked.settings, ("direction", "set_by")
    kind, source = settings.direction.set_by, ("direction", "source")
    if kind == NONE or not checked.sound(path, ("issues",)):
        return
    if kind not in settings.issues:
        allowed = [*settings.issues, NONE]
        yield KeyProblem(
            path,
            f"there is no kind of issue {kind}; there are: {', '.join(allowed)}"
            f"{nearest(kind, allowed)}",
            near=(("issues",),),
        )
    if settings.direction.source != LOCATED and checked.sound(source):
        yield KeyProblem(
            source,
            f"does not go with set_by, where decisions set the direction; remove one of the two "
            f"(nearest: {LOCATED})",
            near=(path,),
        )


def _issues(checked: Checked) -> Iterator[KeyProblem]:
    """Kinds of issue whose settings exclude each other."""
    settings = checked.settings
    if not settings.issues and checked.sound(("issues",)):
        yield KeyProblem(("issues",), "has no kind of issue: nothing would ever be decided")
    total = sum(position.leaders or 0 for position in settings.stream.positions)
    for name, kind in settings.issues.items():
        here: Path = ("issues", name)
        if (
            kind.witnesses == "all"
            and total > MOST_WITNESSES
            and checked.sound(("stream",), (*here, "witnesses"))
        ):
            message = (
                f"all is for at most {MOST_WITNESSES} leaders, there are {total} (nearest: "
                f"{MOST_WITNESSES})"
            )
            yield KeyProblem((*here, "witnesses"), message, near=(("stream", "positions"),))
        yield from _alternatives(kind, here, checked.sound)
        yield from _exclusions(kind, here, checked.sound)
    yield from _matrices(checked, total)


def _exclusions(kind: IssueKind, here: Path, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Settings of a kind that only some types of issue have, or that contradict one another."""
    choice, judged = kind.type == "choice", kind.accuracy is not None
    given = {
        "status_quo": kind.status_quo,
        "invent": kind.invent > 0.0,
        "gap": kind.gap is not None,
        "drift": kind.drift is not None,
        "study": kind.study > 0.0,
    }
    wrong = {
        "status_quo": ""
        if choice
        else "goes with type choice; approve always has one, an estimate none",
        "invent": "goes with type choice, where alternatives can be added"
        if not choice
        else "does not go with accuracy, which needs exactly two alternatives"
        if judged
        else "",
        "gap": "goes with alternatives; an estimate has none"
        if kind.type == "estimate"
        else "does not go with drift, which would not keep it"
        if kind.drift is not None
        else "",
        "drift": "does not go with accuracy, which judges without evidence" if judged else "",
        "study": "does not go with accuracy, which judges without evidence" if judged else "",
    }
    for name, message in wrong.items():
        if message and given[name] and sound((*here, "type"), (*here, name), (*here, "accuracy")):
            yield KeyProblem((*here, name), message)


def _ownership(checked: Checked) -> Iterator[KeyProblem]:
    """Parts of commitment that add up to more than the whole."""
    rollout, heard, say = checked.settings.rollout, ("rollout", "heard"), ("rollout", "say")
    if rollout.heard + rollout.say > 1.0 + WITHIN and checked.sound(heard, say):
        written = child(checked.root, *say) is not None
        left = max(1.0 - (rollout.heard if written else rollout.say), 0.0)
        message = (
            f"heard and say add up to {plainly(rollout.heard + rollout.say)}, more than 1 "
            f"(nearest: {plainly(left)})"
        )
        yield KeyProblem(say if written else heard, message, near=(heard,))


def _matrices(checked: Checked, leaders: int) -> Iterator[KeyProblem]:
    """Influence matrices whose size is not that of the (generated) organisation."""
    settings = checked.settings
    if not checked.sound(("stream",)) or child(checked.root, "stream", "people") is not None:
        return
    given: list[tuple[Path, Consensus]] = [(("consensus", "G"), settings.consensus)]
    given += [
        (("issues", name, "consensus", "G"), kind.consensus)
        for name, kind in settings.issues.items()
    ]
    for path, consensus in given:
        if consensus.G is not None and len(consensus.G) != leaders and checked.sound(path):
            yield KeyProblem(
                path, f"has {len(consensus.G)} rows; there are {leaders} leaders, who need one each"
            )


def _alternatives(kind: IssueKind, here: Path, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    if not sound((*here, "type"), (*here, "alternatives")):
        return
    if kind.type != "choice" and kind.alternatives is not None:
        subject = "a proposal against the status quo" if kind.type == "approve" else "a number"
        yield KeyProblem(
            (*here, "alternatives"),
            f"goes with type choice; {kind.type} is about {subject} (remove it, or set it to null)",
        )
    two = kind.type == "approve" or (kind.type == "choice" and kind.alternatives == 2)
    if kind.accuracy is not None and not two:
        yield KeyProblem(
            (*here, "accuracy"),
            "needs exactly two alternatives: type approve, or a choice with alternatives: 2",
        )


# Custom leader classes: names, positions, and shares that leave room for one another


WITHIN = 1e-9
"""By how much shares may add up to more than 1: thirds cannot be written exactly."""

Sound = Callable[[Path], bool]


def wrong_leaders(settings: Settings, root: Node, sound: Sound) -> Iterator[KeyProblem]:
    """Classes that are missing, names given twice, positions that there are not, shares of more
    than there are."""
    names: set[str | None] = {None}
    for i, entry in enumerate(settings.leaders):
        here: Path = ("leaders", i)
        if entry.class_ is None and sound((*here, "class")):
            yield KeyProblem((*here, "class"), "is missing")
        if entry.name in names - {None} and sound((*here, "name")):
            message = (
                f"leaders named {entry.name} stand above already; give these a name of their own"
            )
            yield KeyProblem((*here, "name"), message, near=((*here, "class"),))
        names.add(entry.name)
    yield from _leader_positions(settings, root, sound)
    yield from _leader_shares(settings, root, sound)


def _known(settings: Settings, root: Node) -> list[str]:
    """The names of a generated stream's positions; none for an imported one, whose are known when
    it is built."""
    imported = child(root, "stream", "people") is not None
    return [] if imported else [position.name for position in settings.stream.positions]


def _leader_positions(settings: Settings, root: Node, sound: Sound) -> Iterator[KeyProblem]:
    known = _known(settings, root)
    if not known or not sound(("stream",)):
        return
    for i, entry in enumerate(settings.leaders):
        path: Path = ("leaders", i, "at")
        if entry.at is not None and entry.at not in known and sound(path):
            message = (
                f"there is no position {entry.at}; there are: "
                f"{', '.join(known)}{nearest(entry.at, known)}"
            )
            yield KeyProblem(path, message, near=(("stream", "positions"),))


def _leader_shares(settings: Settings, root: Node, sound: Sound) -> Iterator[KeyProblem]:
    """The first entry that asks for more of a position than those above it leave."""
    given = [entry.at for entry in settings.leaders if entry.at is not None]
    places = list(dict.fromkeys([*_known(settings, root), *given])) or ["any position"]
    reported: set[int] = set()
    for place in places:
        total = 0.0
        for i, entry in enumerate(settings.leaders):
            if entry.at not in (None, place) or not sound(("leaders", i)):
                continue
            total += entry.share
            if total > 1.0 + WITHIN and i not in reported:
                reported.add(i)
                left = max(1.0 - (total - entry.share), 0.0)
                message = (
                    f"the shares at {place} add up to {plainly(total)}, more than 1 (nearest: "
                    f"{plainly(left)})"
                )
                yield KeyProblem(("leaders", i, "share"), message, near=(("leaders", i),))
                break
