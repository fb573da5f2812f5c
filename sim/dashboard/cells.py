"""The report's tables as HTML: the numbers behind each figure. Everything untrusted goes through `text`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.cards import table as table
from sim.cards import text as text
from sim.comparison import JudgedClaim
from sim.comparison.claims import evidence, statement
from sim.comparison.headline import Cell, half_width, headline
from sim.comparison.turns import AHEAD
from sim.comparison.wording import plain
from sim.dashboard import theme
from sim.dashboard.figures.common import difference_text, interval_text
from sim.dashboard.figures.rows import CLOSED_TITLES
from sim.dashboard.measures import Policy, Reading
from sim.dashboard.value import Urgency, factor_text
from sim.measures import DELAY_PARTS, DIFFERENCES, MEASURES, shown_in


def headline_table(reading: Reading) -> str:
    """Every policy's headline measures, each mean with half its interval's width below, and a mark where it differs
    clearly from the base; see `sim.comparison.headline.notes`.
    """
    found = headline(reading.runs, reading.against)
    if found is None:
        return ""
    rows = [
        [_name(policy), *(_headline(cell, MEASURES[name].digits) for name, cell in row.cells.items())]
        for policy, row in zip(reading.policies, found.rows, strict=True)
    ]
    return table(["Policy", *(MEASURES[name].title for name in found.rows[0].cells)], rows)


def _headline(cell: Cell, digits: int) -> str:
    mark = f" {text(cell.mark)}" if cell.mark else ""
    return f"{theme.number(cell.mean, digits)}{mark}<small>{half_width(cell, digits)}</small>"


def settings_list(reading: Reading) -> str:
    """In what each policy differs from the base, setting by setting; empty when the manifest does not say."""
    base = reading.base.variant if reading.base else ""
    varied: dict[str, dict[str, Any]] = reading.manifest.get("varied") or {}
    items = []
    for policy in reading.policies:
        told = [
            f"{text(key, 60)} {text(_value(values.get(policy.variant)), 60)}"
            for key, values in varied.items()
            if policy.base or values.get(policy.variant) != values.get(base)
        ]
        items.append(f"<dt>{_name(policy)}</dt><dd>{', '.join(told) or 'as the base'}</dd>")
    return f'<dl class="settings">{"".join(items)}</dl>' if varied else ""


def _value(value: object) -> str:
    if value is None or value == "":
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def metric_table(reading: Reading, metrics: Sequence[str]) -> str:
    """Mean and interval of some metrics."""
    rows = [
        [_name(policy), *(interval_text(MEASURES[name], reading.get(policy, name)) for name in metrics)]
        for policy in reading.policies
    ]
    return table(["Policy", *(f"{MEASURES[name].title}<br>({MEASURES[name].unit_label})" for name in metrics)], rows)


def kind_table(reading: Reading, metrics: Sequence[str]) -> str:
    """Mean and interval of some metrics, kind by kind."""
    rows = [
        [
            f"{_name(policy)}, {text(kind.name, 40)}",
            *(interval_text(MEASURES[m], found[policy.variant, m]) for m in metrics),
        ]
        for kind in reading.kinds
        for policy in reading.policies
        if (policy.variant, metrics[0]) in (found := reading.kind_estimates[kind.name])
    ]
    return table(
        ["Policy, kind", *(f"{MEASURES[name].title}<br>({MEASURES[name].unit_label})" for name in metrics)], rows
    )


def difference_table(reading: Reading) -> str:
    """Paired difference to the base and interval of the metrics shown; empty with one policy."""
    rows = [
        [_name(policy), *(difference_text(MEASURES[name], reading.get(policy, name)) for name in shown_in(DIFFERENCES))]
        for policy in reading.policies
        if not policy.base
    ]
    return table(["Policy", *(MEASURES[name].title for name in shown_in(DIFFERENCES))], rows) if rows else ""


def parts_table(reading: Reading) -> str:
    """The mean delay and its parts, in working days."""
    rows = [
        [
            _name(policy),
            *(theme.number(reading.get(policy, name).mean, 3) for name in (*DELAY_PARTS, "delay")),
        ]
        for policy in reading.policies
    ]
    return table(["Policy", *(MEASURES[name].title for name in DELAY_PARTS), "Delay"], rows)


def turns_table(reading: Reading, found: Urgency) -> str:
    """Where the better of each policy and the base turns: as factors on half-lives and in working days kind by kind."""
    ahead = {policy.variant: _name(policy) for policy in reading.policies}
    rows = []
    for policy, turn in found.turns.items():
        points = [each for other, each in found.points if other is policy]
        if not points:
            told = f"nowhere: {ahead[turn.ahead]} ahead at every urgency" if turn.state == AHEAD and turn.ahead else ""
            told = told if told and turn.everywhere else "cannot be told"
            rows.append([_name(policy), told, "–", "–"])
        for each in points:
            lives = each.half_lives or {}
            days = "<br>".join(f"{text(kind, 40)} {plain(half)}" for kind, half in lives.items())
            rows.append([_name(policy), text(factor_text(each)), days, ahead[each.urgent or ""]])
    heads = ["Policy", "Turns at half-lives ×", "Half-life there, working days", "Ahead when more urgent"]
    return table(heads, rows)


def endings_table(reading: Reading) -> str:
    """How many issues ended in which way, over all replications; only ways that occurred."""
    rows = []
    for policy in reading.policies:
        mine = reading.endings.get(policy.variant, {})
        numbers = [mine.get(way, 0) for way in reading.ways]
        rows.append([_name(policy), *(f"{number:,}" for number in (*numbers, sum(numbers)))])
    return table(["Policy", *(CLOSED_TITLES[way] for way in reading.ways), "issues"], rows)


def claims_table(claims: Sequence[JudgedClaim]) -> str:
    """What the author claimed, each with its verdict and what the runs say; empty without claims."""
    rows = [
        [
            text(statement(claim)),
            f'<span style="white-space:nowrap">{text(claim.verdict, 20)}</span>',
            text(evidence(claim)),
        ]
        for claim in claims
    ]
    return table(["Claim", "Verdict", "Difference"], rows) if rows else ""


def _name(policy: Policy) -> str:
    dot = f'<span class="dot" style="background:{policy.colour}"></span>'
    return f"{dot}<bdi>{text(policy.name, 60)}</bdi>{' (base)' if policy.base else ''}"
