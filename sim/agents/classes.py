"""Which class each leader is of, where a scenario mixes custom leader classes among the
leaders."""

from __future__ import annotations

import functools
import inspect
import math
import multiprocessing
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents.issue import Issue
from sim.agents.messages import Idea, Message
from sim.draws import CLASS, uniform
from sim.errors import UsageError, nearest
from sim.extension import FAMILIES, InvalidRule
from sim.extension.families import SUM_WITHIN
from sim.extension.leaders import columns_of
from sim.outcome import LEADER

if TYPE_CHECKING:
    from sim.agents.leader import Leader
    from sim.agents.organization import Organization

PLAIN = "Leader"
"""What leaders of no custom class are called in the table of leaders."""


class Classes:
    """The classes of a policy's leaders; a part of `Organization`.

    names: by leader, the entry of the scenario's `leaders` that they are of; PLAIN for everybody
    else.
    """

    def __init__(self, model: Organization, usual: type[Leader]) -> None:
        self.model, self.usual = model, usual
        self.entries = model.scenario.leaders
        self._classes: dict[str, Any] = model.scenario.leader_classes()
        self.names = [self._drawn(index) for index in range(model.numbers.leaders)]

    def _drawn(self, index: int) -> str:
        """One draw a leader decides: shares take their parts of it one after another, so that
        larger ones hold smaller.

        Keyed by the replication and the leader alone: the same in every variant.
        """
        n, structure = self.model.numbers, self.model.structure
        here, taken = structure.positions[n.position[index]], 0.0
        u = uniform(*self.model.stream, CLASS, 0, n.key[index], 0, 0)
        for entry in self.entries:
            if entry.at in (None, here):
                taken += entry.share
                if u < taken:
                    return str(entry.name)
        return PLAIN

    def of(self, index: int) -> type[Leader]:
        """The class of a leader."""
        leader_class: type[Leader] = self._classes.get(self.names[index], self.usual)
        return leader_class

    def class_label(self, leader: Leader) -> str:
        """A leader's class as its user knows it: as the scenario names it, or by its name in
        Python."""
        named = {entry.name: entry.class_ for entry in self.entries}
        return named.get(self.names[leader.index]) or type(leader).__qualname__

    def columns(self) -> dict[str, np.ndarray]:
        """What the table of leaders gets besides: the class of each, where there are any, and what
        classes declare.

        A leader whose class does not declare a column has NaN there. InvalidRule for a value that
        is no number.
        """
        leaders = self.model.leaders
        columns: dict[str, np.ndarray] = {"class": np.array(self.names)} if self.entries else {}
        names = dict.fromkeys(
            name for kind in (*self._classes.values(), self.usual) for name in columns_of(kind)
        )
        for name in names:
            columns[name] = np.array([self._state(leader, name) for leader in leaders])
        return columns

    def _state(self, leader: Leader, name: str) -> float:
        if name not in columns_of(type(leader)):
            return math.nan
        try:
            value = getattr(leader, name)
        except Exception as error:
            raise self._invalid(
                leader, f"declares the column {name}, but {type(error).__name__}: {error}"
            ) from error
        if isinstance(value, int | float | np.integer | np.floating | np.bool_) and not math.isinf(
            value
        ):
            return float(value)
        raise self._invalid(
            leader, f"holds {value!r:.60} in its column {name}, where a number is expected"
        )

    def _invalid(self, leader: Leader, what: str) -> InvalidRule:
        return InvalidRule(
            f"the leader class {self.class_label(leader)} {what} (leader {leader.id}, tick "
            f"{self.model.tick})"
        )


# Guarding the steps that a custom leader class overrides: what fails, or answers what no leader
# may, is named


Step = Callable[..., Any]

TAKEN = (
    "scenario",
    "variant",
    "point",
    "replication",
    "leader",
    "position",
    "unit",
    "class",
    "leaders",
    *(LEADER.names or ()),
)
"""The columns that the table of leaders has already."""


class _Unfit(Exception):
    """An answer that no leader may give; the message says what is wrong with it."""


def guard(kind: type[Leader], first: type[Leader]) -> None:
    """Guard every step of `first` that a class overrides, in place. UsageError for columns that
    cannot be.

    Steps whose answers are checked are guarded even where the class leaves them: they go by what it
    does to itself.
    """
    _check_columns(kind)
    _warn_of_steps_of_no_use(kind, first)
    for name, thing in list(vars(kind).items()):
        if inspect.isfunction(thing) and (
            name == "__init__" or (hasattr(first, name) and not name.startswith("__"))
        ):
            setattr(kind, name, _guarded(name, thing))
    for name in [name for name in _ANSWERS if name not in vars(kind)]:
        setattr(kind, name, _guarded(name, _inherited(kind, name)))


def _warn_of_steps_of_no_use(kind: type[Leader], first: type[Leader]) -> None:
    """A Python warning for each public method that overrides nothing and that the class itself does
    not call."""
    # Processes that do runs read the file again; one warning is enough.
    if multiprocessing.parent_process() is not None:
        return
    custom = [
        base
        for base in kind.__mro__
        if issubclass(base, first) and not base.__module__.startswith("sim.")
    ]
    called = {name for base in custom for thing in vars(base).values() for name in _names_in(thing)}
    steps = [
        name for name, thing in inspect.getmembers(first, callable) if not name.startswith("_")
    ]
    for name, thing in vars(kind).items():
        # Mesa's own step is never called: leaders are asked to attend instead.
        known = name in steps and name != "step"
        if name.startswith("_") or not inspect.isfunction(thing) or known or name in called:
            continue
        close = nearest(name, [step for step in steps if step != "step"])
        where = f"{kind.__qualname__}.{name} (line {thing.__code__.co_firstlineno})"
        unused = f"{where} overrides no step of a leader, so nothing calls it{close}"
        warnings.warn(f"{unused}; begin the names of further methods with _", stacklevel=4)


def _names_in(thing: Any) -> set[str]:
    """The names that a function, or one that stands in it or is wrapped by it, speaks of."""
    code = getattr(
        inspect.unwrap(thing) if callable(thing) else getattr(thing, "fget", None), "__code__", None
    )
    names: set[str] = set()
    waiting = [] if code is None else [code]
    while waiting:
        code = waiting.pop()
        names.update(code.co_names)
        waiting += [constant for constant in code.co_consts if inspect.iscode(constant)]
    return names


def _inherited(kind: type[Leader], name: str) -> Step:
    """A step as a class has it from those it extends, whichever these are for the class of the
    leader."""

    def step(self: Leader, *args: Any, **kwargs: Any) -> Any:
        return getattr(super(kind, self), name)(*args, **kwargs)

    return functools.wraps(getattr(kind, name))(step)


def _guarded(name: str, method: Step) -> Step:
    check = _ANSWERS.get(name)

    @functools.wraps(method)
    def step(self: Leader, *args: Any, **kwargs: Any) -> Any:
        try:
            answer = method(self, *args, **kwargs)
            return answer if check is None else check(self, answer, *args)
        except InvalidRule:
            raise
        except _Unfit as error:
            raise _invalid(self, f"{error} from {name}", args) from None
        except Exception as error:
            raise _invalid(
                self, f"raises in {name}: {type(error).__name__}: {error}", args
            ) from error

    return step


def _invalid(leader: Leader, what: str, args: tuple[Any, ...]) -> InvalidRule:
    """What a leader did, and where: of its class, itself, the issue where one is known, and the
    tick."""
    model = getattr(leader, "model", None) or args[0]
    index = leader.__dict__.get("index", args[1] if len(args) > 1 else None)
    where = [f"leader {model.structure.id[index]}"] if isinstance(index, int) else []
    issue = next(
        (
            argument if isinstance(argument, Issue) else argument.issue
            for argument in args
            if _tells(argument)
        ),
        None,
    )
    if issue is not None:
        kind = list(model.scenario.issues)[issue.kind_index]
        where.append(f"issue {issue.number or 'of the warm-up'} ({kind})")
    known = "index" in leader.__dict__
    named = model.classes.class_label(leader) if known else type(leader).__qualname__
    return InvalidRule(
        f"the leader class {named} {what} ({', '.join([*where, f'tick {model.tick}'])})"
    )


def _tells(thing: Any) -> bool:
    return isinstance(thing, Issue | Idea | Message)


def _check_columns(kind: type[Leader]) -> None:
    columns = vars(kind).get("columns", {})
    if not isinstance(columns, dict) or not all(
        isinstance(text, str) for pair in columns.items() for text in pair
    ):
        expected = (
            'columns are names with their meanings, such as {"withheld": "messages kept back"}'
        )
        raise UsageError(f"class {kind.__name__}: {expected}")
    for name in columns:
        if not name.isidentifier() or not name.isascii() or name.startswith("_"):
            raise UsageError(
                f"class {kind.__name__}: {name!r} cannot be a column: expected the name of an "
                f"attribute"
            )
        if name in TAKEN:
            raise UsageError(
                f"class {kind.__name__}: the table of leaders has a column {name} already; choose "
                f"another"
            )


def _number(answer: Any, low: float, high: float) -> float:
    if isinstance(answer, bool | np.bool_) or not isinstance(
        answer, int | float | np.integer | np.floating
    ):
        raise _Unfit(f"answers {answer!r:.60}, where a number is expected,")
    if not low <= answer <= high or math.isinf(answer):
        raise _Unfit(
            f"answers {float(answer):g}, where a number from {low:g} to {high:g} is expected,"
        )
    return float(answer)


def _numbers(answer: Any, length: int, low: float = -math.inf) -> list[float]:
    """An answer as a list of numbers, however it comes."""
    if not isinstance(answer, list | tuple | np.ndarray) or len(answer) != length:
        raise _Unfit(f"answers {answer!r:.60}, where {length} numbers are expected,")
    return [_number(one, low, math.inf) for one in answer]


def _truth(answer: Any) -> bool:
    if not isinstance(answer, bool | np.bool_):
        raise _Unfit(f"answers {answer!r:.60}, where True or False is expected,")
    return bool(answer)


def _probability(leader: Leader, answer: Any, *_: Any) -> float:
    return _number(answer, 0.0, 1.0)


def _granted(leader: Leader, answer: Any, *_: Any) -> float:
    family = FAMILIES["assess"]
    return _number(answer, family.low, family.high)


def _yes(leader: Leader, answer: Any, *_: Any) -> bool:
    return _truth(answer)


def _weights(leader: Leader, answer: Any, *_: Any) -> list[float]:
    weights = _numbers(answer, leader.model.numbers.facets, 0.0)
    if abs(math.fsum(weights) - 1.0) > SUM_WITHIN:
        raise _Unfit(f"answers weights that sum to {math.fsum(weights):.12g}, not to 1,")
    return weights


def _ideas(leader: Leader, answer: Any, *_: Any) -> list[Idea]:
    if not isinstance(answer, list | tuple) or not all(isinstance(idea, Idea) for idea in answer):
        raise _Unfit(f"answers {answer!r:.60}, where a list of ideas is expected,")
    return list(answer)


def _idea_or_nothing(leader: Leader, answer: Any, *_: Any) -> Idea | None:
    if answer is not None and not isinstance(answer, Idea):
        raise _Unfit(f"answers {answer!r:.60}, where an idea or None is expected,")
    return answer


def _engaged(leader: Leader, answer: Any, *_: Any) -> Any:
    """Whatever a leader has read, it is as engaged as one can be: what engagement does is capped,
    so that nothing else would tell."""
    if not 0.0 <= leader.engagement <= 1.0:
        raise _Unfit(
            f"has the engagement {leader.engagement:g}, where a number from 0 to 1 is expected,"
        )
    return answer


def _assessment(leader: Leader, answer: Any, issue: Issue, *_: Any) -> list[float] | None:
    return None if answer is None else _numbers(answer, issue.alternatives)


_ANSWERS: dict[str, Step] = {
    "passes_on": _probability,
    "credence": _granted,
    "discloses": _yes,
    "briefs": _yes,
    "beliefs": _weights,
    "integrates": _ideas,
    "weighs": _ideas,
    "brings": _idea_or_nothing,
    "assess": _assessment,
    "attend": _engaged,
}
"""What the answer of a step must be; it is given back as plain numbers."""
