"""Declaring a rule: a function, its family, and its parameters."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from sim.errors import UsageError, nearest
from sim.extension.families import FAMILIES, MOST_PARAMETERS, NAMES, Family

F = TypeVar("F", bound=Callable[..., Any])

_MARK = "__leaderstream_rule__"

DECIDES = {name: family.decides for name, family in FAMILIES.items() if family.decides}
"""Whose word a decision may be under a custom rule, by family, the default first: a forum is called
for a custom power rule, so that all in the room have a say unless the rule says that it heeds one
voice alone."""


class Parameter:
    """A parameter of a rule: what it is unless a scenario says otherwise, and what it may be.

    range: the least and the greatest it may be. unit, source: for people; the source of a default
    is a study, or the word convention. meaning: what it does, in a line.
    """

    def __init__(
        self,
        default: float,
        *,
        range: tuple[float, float] = (-math.inf, math.inf),
        unit: str = "",
        source: str = "convention",
        meaning: str = "",
    ) -> None:
        self.default = float(default)
        self.low, self.high = float(range[0]), float(range[1])
        self.unit, self.source, self.meaning = unit, source, meaning
        if not self.low <= self.default <= self.high or not math.isfinite(self.default):
            raise UsageError(
                f"a parameter's default {default:g} is not within its range {self.low:g} to "
                f"{self.high:g}"
            )

    @property
    def is_share(self) -> bool:
        """Whether it may be written as a percentage."""
        return self.low >= 0.0 and self.high <= 1.0


class Rule(NamedTuple):
    """A custom rule: what a scenario may name, and both drivers may ask. decides: see
    `DECIDES`."""

    name: str
    family: str
    function: Callable[..., Any]
    parameters: dict[str, Parameter]
    summary: str
    source: str
    decides: str = ""

    @property
    def of(self) -> Family:
        """Its family."""
        return FAMILIES[self.family]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of its arguments: inputs of its family, and its parameters."""
        return tuple(inspect.signature(self.function).parameters)


def rule(
    family: str, /, *, source: str = "", decides: str = "", **parameters: Parameter
) -> Callable[[F], F]:
    """Declare the function that follows as a rule of a family.

        @rule("consensus", source="Wald 1945", patience=Parameter(0.6, range=(0, 1), unit="share"))
        def cautious_vote(support, rounds, patience):
            \"\"\"A forum asks for less support the longer it has met.\"\"\"
            return support >= patience**rounds

    family: one of power, consensus, flow, assess, persuade, influence, engagement
    (`sim.extension.FAMILIES` says what each is given and answers). source: the study that it comes
    from. decides: of a power rule, whose word a decision is: "room" (the default: who meets has a
    say) or "one voice" (a forum meets, but one leader's word alone counts). The first line of the
    docstring says what it does. The function stays what it was: it can be called and tested as any
    other.

    Raises UsageError for an unknown family, an argument that is neither given nor declared, a
    parameter that no argument takes, or a `decides` that the family does not have.
    """
    if family not in FAMILIES:
        raise UsageError(
            f"there is no family of rules {family!r}; there are: "
            f"{', '.join(NAMES)}{nearest(family, NAMES)}"
        )
    how = _decides(family, decides)

    def declare(function: F) -> F:
        _check(function, family, parameters)
        summary = (inspect.getdoc(function) or "").partition("\n")[0].strip()
        made = Rule(
            function.__name__,
            family,
            function,
            dict(parameters),
            summary or "no description",
            source,
            how,
        )
        setattr(function, _MARK, made)
        return function

    return declare


def _decides(family: str, given: str) -> str:
    """Whose word a decision is under a rule of a family, as declared or by default; '' where that
    is no question."""
    allowed = DECIDES.get(family, ())
    if given and not allowed:
        raise UsageError(
            f"decides={given!r}: only a power rule says who decides, not a {family} rule"
        )
    if given and given not in allowed:
        problem = f"decides={given!r} is not known{nearest(given, allowed)}"
        raise UsageError(f"{problem}; a {family} rule may say: {', '.join(allowed)}")
    return given or (allowed[0] if allowed else "")


def declared(thing: Any) -> Rule | None:
    """The rule that a function was declared to be; None for anything else."""
    mark = getattr(thing, _MARK, None)
    return mark if isinstance(mark, Rule) else None


def _check(function: Callable[..., Any], family: str, parameters: dict[str, Parameter]) -> None:
    where, given = f"rule {function.__name__}", FAMILIES[family].inputs
    wrong: list[str] = []
    arguments = inspect.signature(function).parameters
    for name, argument in arguments.items():
        if argument.kind not in (argument.POSITIONAL_OR_KEYWORD, argument.KEYWORD_ONLY):
            wrong.append(f"argument {name} must be a plain name")
        elif name not in given and name not in parameters:
            known = [*given, *parameters]
            problem = (
                f"argument {name} is neither given to a {family} rule nor a declared parameter"
            )
            wrong.append(f"{problem}{nearest(name, known)}; given are: {', '.join(given)}")
    wrong += [f"parameter {name} has the name of an input" for name in parameters if name in given]
    wrong += [
        f"parameter {name} is no argument of the function"
        for name in parameters
        if name not in arguments
    ]
    wrong += [
        f"parameter {name} must be a Parameter"
        for name, one in parameters.items()
        if not _is_parameter(one)
    ]
    if len(parameters) > MOST_PARAMETERS:
        wrong.append(f"has {len(parameters)} parameters; at most {MOST_PARAMETERS} can be")
    if wrong:
        raise UsageError("\n".join(f"{where}: {problem}" for problem in wrong))


def _is_parameter(thing: Any) -> bool:
    return isinstance(thing, Parameter)


def settings(rule: Rule, given: dict[str, float] | None) -> tuple[float, ...]:
    """The values of a rule's parameters, in the order in which they were declared."""
    return tuple(
        float((given or {}).get(name, one.default)) for name, one in rule.parameters.items()
    )


def named(rules: Sequence[Rule]) -> dict[str, Rule]:
    """Rules by their names."""
    return {rule.name: rule for rule in rules}
