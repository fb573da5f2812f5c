"""An audit in words: the answer in a few sentences, one table, and what stands below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.cards import count
from sim.comparison.claims import FAILS, about, percent
from sim.comparison.headline import decimal
from sim.comparison.statistics import CONFIDENCE, Interval
from sim.comparison.wording import listed, signed
from sim.experiments.audit._verdicts import (
    ERROR,
    FLIPS,
    NOT_KNOWN,
    STANDS,
    UNCHANGED,
    WEAKENS,
    Cell,
)
from sim.measures import MEASURES

if TYPE_CHECKING:
    from sim.experiments.audit.audit import Audit
    from sim.experiments.audit.findings import Finding

MARKS = {STANDS: " ", WEAKENS: "?", FLIPS: "X", UNCHANGED: "=", NOT_KNOWN: "-"}
"""What stands behind, or in place of, a number in the table."""
SMALLER = "~"
"""What stands behind a number that is less than half of the file's."""
OWN = "as the file says"
_MOST_NAMED = 4


def facts(audit: Audit) -> list[str]:
    """What was run, in a few plain texts."""
    done = [audit.scenario.name, f"{audit.replications:,} replications", f"{audit.done:,} runs"]
    return [*done, *([f"{count(len(audit.failures), 'run')} failed"] if audit.failures else [])]


def in_short(audit: Audit) -> list[str]:
    """The answer: how many findings stand under how many alternatives; then each that does not
    stand under all, and those that were not audited."""
    found = [finding for finding in audit.findings if finding.found]
    if not found:
        return [
            f"There is nothing to audit: {_none_decided(audit)} by {audit.replications} "
            f"replications of the file itself.",
            *_undecided(audit),
        ]
    sentences = [_headline(audit, len(found))]
    for place, finding in enumerate(audit.findings):
        mine = [cell for cell in audit.cells if cell.finding == place]
        kinds = {
            "flips": [cell for cell in mine if cell.verdict == FLIPS],
            "weakens": [cell for cell in mine if cell.verdict == WEAKENS],
            "keeps less than half of its size": [cell for cell in mine if cell.small],
        }
        told = [f"{verb} with {_under(audit, some)}" for verb, some in kinds.items() if some]
        if told:
            sentences.append(f"'{finding.label}' {', '.join(told)}.")
    return [*sentences, *_undecided(audit)]


def _headline(audit: Audit, found: int) -> str:
    """How many findings stand under how many alternatives."""
    by_alternative = {
        one.name: {cell.verdict for cell in audit.cells if cell.alternative == one.name}
        for one in audit.applied
    }
    every, all_of = len(by_alternative), count(len(by_alternative), "alternative")
    if not every:
        return f"{count(found, 'finding')}, but no alternative says anything of this scenario."
    firm = sum(verdicts <= {STANDS, UNCHANGED} for verdicts in by_alternative.values())
    who = {1: "The one finding stands", 2: "Both findings stand"}.get(
        found, f"All {found} findings stand"
    )
    among = f"all {every} alternatives" if firm == every > 1 else f"{firm} of {all_of}"
    among += " of the model"
    text = f"{who} under {among}"
    flipping = sum(FLIPS in verdicts for verdicts in by_alternative.values())
    if not flipping:
        return f"{text}; none flips." if found > 1 else f"{text}; it never flips."
    return f"{text}; under {flipping} at least one flips." if found > 1 else f"{text}."


def _none_decided(audit: Audit) -> str:
    total = len(audit.findings)
    return "the one finding is not decided" if total == 1 else f"none of {total} is decided"


def _under(audit: Audit, some: Sequence[Cell]) -> str:
    """The alternatives of some cells, each with the difference that it gives."""
    texts = {one.name: one.text for one in audit.applied}
    named = [f"{texts[cell.alternative]} ({_given(cell)})" for cell in some[:_MOST_NAMED]]
    more = len(some) - len(named)
    return listed([*named, *([f"{more} more"] if more else [])])


def _given(cell: Cell) -> str:
    """The difference under an alternative, with its bounds where the finding flips."""
    judged = cell.judged
    if cell.verdict != FLIPS or judged.difference is None or judged.low is None:
        return difference_of(cell)
    assert judged.high is not None
    return signed(Interval(judged.difference, judged.low, judged.high))


def _undecided(audit: Audit) -> list[str]:
    """Which findings the file's own runs do not decide; none where there are none."""
    some = [finding for finding in audit.findings if not finding.found]
    if not some:
        return []
    named = [f"'{finding.label}'{_needed(finding)}" for finding in some[:_MOST_NAMED]]
    more = len(some) - len(named)
    text = listed([*named, *([f"{more} more"] if more else [])])
    return [f"Not decided in the file itself, so not audited: {text}."]


def _needed(finding: Finding) -> str:
    needed = finding.judged.needed
    if finding.judged.difference == 0 and finding.judged.verdict == FAILS:
        return " (the two never differ)"
    return f" (about {about(needed)} replications would decide)" if needed else ""


def difference_of(cell: Cell) -> str:
    """The difference under an alternative with its sign: '+0.126'."""
    return _number(cell.judged.metric, cell.judged.difference)


def _number(metric: str, difference: float | None) -> str:
    measure = MEASURES[metric]
    return decimal(float("nan") if difference is None else difference, measure.digits, signed=True)


def found_lines(audit: Audit) -> list[str]:
    """The findings that were audited, numbered as the columns of the table, each with the
    difference that the file itself gives."""
    lines = []
    for number, finding in enumerate(_audited(audit), start=1):
        judged = finding.judged
        assert judged.difference is not None and judged.low is not None and judged.high is not None
        given = signed(Interval(judged.difference, judged.low, judged.high))
        against = " (against the claim)" if _against(finding) else ""
        sure = f" at {percent(judged.confidence)}" if finding.claimed else ""
        lines.append(f"{number}  {finding.label}{against}: {given}{sure}")
    return lines


def found_title(audit: Audit) -> str:
    """What stands above `found_lines`."""
    if any(finding.claimed for finding in audit.findings):
        return "Findings, with one-sided bounds at the confidence of their claims"
    return f"Findings, with {percent(CONFIDENCE)} intervals"


def _against(finding: Finding) -> bool:
    return finding.claimed and finding.direction != finding.judged.direction


def _audited(audit: Audit) -> list[Finding]:
    return [finding for finding in audit.findings if finding.found]


class Table(NamedTuple):
    """A row an alternative, a column a finding that was audited. marked: whether cells hold marks
    alone, as numbers do not fit."""

    heads: list[str]
    rows: list[list[str]]
    marked: bool


def table(audit: Audit, width: int = 80) -> Table:
    """The one table, in lines of at most `width` letters where that can be."""
    places = [place for place, finding in enumerate(audit.findings) if finding.found]
    by_place = {(cell.alternative, cell.finding): cell for cell in audit.cells}
    cells = [[by_place[one.name, place] for place in places] for one in audit.applied]
    own = [audit.findings[place].judged for place in places]
    names = [one.text for one in audit.applied]
    numbers = [
        [OWN, *(f"{_number(judged.metric, judged.difference)}  " for judged in own)],
        *([name, *map(_with_number, row)] for name, row in zip(names, cells, strict=True)),
    ]
    heads = [str(number) for number in range(1, len(places) + 1)]
    if sum(max(map(len, column)) + 2 for column in zip(*numbers, strict=True)) - 2 <= width:
        return Table(["", *(f"{head}  " for head in heads)], numbers, False)
    marks = [[name, *map(_mark_alone, row)] for name, row in zip(names, cells, strict=True)]
    return Table(["", *heads], marks, True)


def _with_number(cell: Cell) -> str:
    if cell.verdict in (UNCHANGED, NOT_KNOWN):
        return f"{MARKS[cell.verdict]}  "
    return f"{difference_of(cell)} {SMALLER if cell.small else MARKS[cell.verdict]}"


def _mark_alone(cell: Cell) -> str:
    stands = SMALLER if cell.small else "+"
    return stands if cell.verdict == STANDS else MARKS[cell.verdict]


def notes(audit: Audit, width: int = 80) -> list[str]:
    """What the marks mean, what is promised, and which alternatives were left out."""
    if not audit.cells:
        return []
    verdicts = {cell.verdict for cell in audit.cells}
    verdicts |= {SMALLER} if any(cell.small for cell in audit.cells) else set()
    means = {
        SMALLER: "~ stands, at less than half of its size",
        WEAKENS: "? weakens: it can no longer be told from 0",
        FLIPS: "X flips: it lies on the other side",
        UNCHANGED: "= neither policy reads what is otherwise",
        NOT_KNOWN: "- too few values",
    }
    marks = [text for verdict, text in means.items() if verdict in verdicts]
    if table(audit, width).marked:
        marks = ["+ stands", *marks]
    texts = [f"{'; '.join(marks)}." if marks else ""]
    return [*filter(None, [*texts, *_left_out(audit), promise(audit), *_chance(audit)])]


def promise(audit: Audit) -> str:
    """What the verdicts are worth."""
    tested = sum(cell.verdict != UNCHANGED for cell in audit.cells)
    return (
        f"Differences are means over {audit.replications} replications, paired under the same "
        f"seeds. A finding stands where its difference is on the same side at its own confidence, "
        f"each by itself. With a probability of at least {percent(1 - ERROR)} nothing of all that "
        f"was tested ({tested}) is said to flip that does not (Holm 1979)."
    )


def _chance(audit: Audit) -> list[str]:
    """What to say of findings on the other side that are not said to flip."""
    if not audit.unsettled:
        return []
    return [
        f"{len(audit.unsettled)} of what weakens is on the other side at its own confidence, as "
        f"chance may bring about among so many: more replications (--replications) would tell."
    ]


def _left_out(audit: Audit) -> list[str]:
    """The alternatives that were not run, by their reasons."""
    by_reason: dict[str, list[str]] = {}
    for one in audit.left_out:
        by_reason.setdefault(one.reason, []).append(one.alternative.text)
    refused = {one.reason for one in audit.left_out if one.refused}
    told = {False: "Left out", True: "Cannot be applied"}
    return [
        f"{told[reason in refused]}: {listed(by_reason[reason])} ({reason})."
        for reason in sorted(by_reason, key=lambda reason: reason in refused)
    ]
