"""Declaring the rules that a scenario can name: what a family of rules is, and what a rule of it.

A family stands where its functions stand (`sim/rules/power.py` declares `POWER`), and each built-in
rule of it is declared there once: `SHARED = POWER.rule(3, "shared", ...)` gives both the code that
compiled code compares and the entry that the reader, `rules`, `explain`, the docs, the stories and
`sim.scenario.reads` read. `sim.rules.catalog` puts the families in order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

CUSTOM = -1
"""The code of a custom rule, in every family: built-in rules have codes from 0."""
CUSTOM_NAME = "custom"
"""What a custom rule is called where a rule is named by its code."""

ONE_VOICE, ROOM, LEVELS, ROUTED = "one voice", "room", "levels", "routed"
"""Whose word a decision is under a power rule: one leader's; that of those who meet (also where a
chair among them has the last word); that of every level it passes; or that of whichever of these
rules the situation asks for."""

NUMBER, WHOLE, NUMBERS, WHOLES, TABLE = "number", "whole", "numbers", "wholes", "table"
"""The forms of an input: a float, an int, an array of either, a table [members, alternatives] of
floats."""

TRUTH, VALUE, PASSING, SCORES, ROW = "truth", "value", "passing", "scores", "row"
"""The forms of an answer: True or False; one float; a probability, alone or with a variance; an
array of scores; an array of shares that sum to 1."""


class Input(NamedTuple):
    """What a custom rule of a family may ask for, by this name."""

    form: str
    meaning: str


POSITIONS = Input(
    TABLE,
    "positions shown, members x alternatives, -1e30 where a member has not heard of one; "
    "an estimate has one column",
)
COUNTED = Input(WHOLES, "by member, 1 for who is there and has a position")
PREFERRED = Input(WHOLES, "by member, the alternative they prefer; -1 for none")
WEIGHTS = Input(NUMBERS, "by member, their decision weight; all sum to 1")
INFLUENCES = Input(NUMBERS, "by member, their emergent influence; 1 on average over all leaders")
ROUNDS = Input(WHOLE, "which round this is, from 1")
HALF_LIFE = Input(NUMBER, "working days in which the issue's value halves")
STAKES = Input(NUMBER, "what a perfect decision at once is worth")


class RuleInfo(NamedTuple):
    """A built-in rule as users see it.

    name: in YAML. summary: what it does, in a line. source: a study, `standard` or `convention`.
    decides: of a power rule, whose word a decision is. code: the number by which both drivers know
    it; it never changes. reads: the keys that are read where this rule is in force, of those that
    not every rule of the family reads. phrase: what a story says of it. Of a power rule, a
    few words, where they are needed; of a consensus rule, how far a proposal carries, with the
    names of values in braces (`sim.story.agreement` gives them).
    """

    name: str
    summary: str
    source: str
    decides: str
    code: int
    reads: frozenset[str]
    phrase: str


@dataclass(frozen=True)
class Family:
    """A family of rules: what they decide and, where a custom rule is possible, what it is given.

    name: as the command `rules` has it. key: the key that names a rule of it. rules: the built-in
    ones by name, in the order in which they are listed. Of families that take custom rules too:
    summary: what a rule decides. by_kind: whether a kind of issue may have its own. answer: the
    form of its answer ('' where no custom rule is possible), low and high its bounds. inputs: what
    it may ask for. decides: whose word a decision may be, the default first. custom_reads: as
    `RuleInfo.reads`, for custom rules.
    """

    name: str
    key: str
    summary: str = ""
    by_kind: bool = False
    answer: str = ""
    low: float = 0.0
    high: float = 1.0
    inputs: Mapping[str, Input] = field(default_factory=dict)
    decides: tuple[str, ...] = ()
    custom_reads: frozenset[str] = frozenset()
    rules: dict[str, RuleInfo] = field(default_factory=dict, compare=False, repr=False)

    @property
    def section(self) -> str:
        """The section of a scenario whose keys `rule` and `with` name a rule and its parameters."""
        return self.key.partition(".")[0]

    def rule(
        self,
        code: int,
        name: str,
        summary: str,
        source: str,
        *,
        decides: str = "",
        reads: Collection[str] = (),
        phrase: str = "",
    ) -> int:
        """Declare a built-in rule (see `RuleInfo`), and return its code.

        ValueError for a name or a code that another rule of the family has, or a code below 0.
        """
        if code < 0 or name in self.rules or code in {known.code for known in self.rules.values()}:
            raise ValueError(
                f"{self.name} rule {name}: its name and its code {code} must be its own"
            )
        keys = frozenset(reads)
        self.rules[name] = RuleInfo(name, summary, source, decides, code, keys, phrase)
        return code
