"""Tables as HTML that several parts of the pages share. Everything untrusted goes through
`text`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sim.cards import table as table
from sim.cards import text as text
from sim.comparison import JudgedClaim
from sim.comparison.claims import evidence, statement
from sim.comparison.headline import Cell, half_width, headline
from sim.dashboard import theme
from sim.dashboard.drawing import colours
from sim.dashboard.estimates import Policy, RunData, interval_text
from sim.measures import MEASURES
from sim.scenario.titles import phrase_of

_INTERVAL = re.compile(r"^(\S+) ([\[±].*)$")  # a mean, and its interval or half of it
_OPTION = re.compile(r"(?<![^\s(])--[a-z]+(?:-[a-z]+)*")


def unbroken(html: str) -> str:
    """Safe HTML in which no line ends within the name of an option."""
    return _OPTION.sub(r'<span class="option">\g<0></span>', html)


def sentence(value: object, width: int = 400) -> str:
    """Untrusted sentences for HTML, as `text`, in which no line ends within the name of an
    option."""
    return unbroken(text(value, width))


def interval_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of plain texts, in which an interval behind a mean stands below it.

    A head that a terminal leaves empty, above the names of settings, is said here.
    """
    safe = [
        [_INTERVAL.sub(r"\1<small>\2</small>", text(cell, 200)) for cell in row] for row in rows
    ]
    return table([text(head or "Setting", 80) for head in heads], safe)


def headline_table(reading: RunData) -> str:
    """Every policy's headline measures, each mean with half its interval's width below, and a mark
    where it differs clearly from the base; see `sim.comparison.headline.notes`.
    """
    summary = headline(reading.runs, reading.against, reading.worth)
    if summary is None:
        return ""
    rows = [
        [
            policy_name(policy),
            *(_headline(cell, MEASURES[name].digits) for name, cell in row.cells.items()),
        ]
        for policy, row in zip(reading.policies, summary.rows, strict=True)
    ]
    return table(["Policy", *map(measure_head, summary.rows[0].cells)], rows)


def measure_head(name: str) -> str:
    """The head of a column: what the measure is called and its unit, as safe HTML."""
    if name not in MEASURES:
        return text(name, 60)
    return f"{MEASURES[name].title}<br>({MEASURES[name].unit_label})"


def _headline(cell: Cell, digits: int) -> str:
    mark = f" {text(cell.mark)}" if cell.mark else ""
    return f"{theme.number(cell.mean, digits)}{mark}<small>{half_width(cell, digits)}</small>"


def settings_list(reading: RunData) -> str:
    """In what each policy differs from the base, setting by setting; empty when the manifest does
    not say."""
    base = reading.base.variant if reading.base else ""
    varied: dict[str, dict[str, Any]] = reading.manifest.get("varied") or {}
    items = []
    for policy in reading.policies:
        changes = [
            f"{text(phrase_of(key), 60)} {text(_value(values.get(policy.variant)), 60)}"
            for key, values in varied.items()
            if policy.base or values.get(policy.variant) != values.get(base)
        ]
        said = ", ".join(changes) or "as the base"
        items.append(f"<dt>{policy_name(policy)}{_typed(policy)}</dt><dd>{said}</dd>")
    return f'<dl class="settings">{"".join(items)}</dl>' if varied else ""


def _value(value: object) -> str:
    if value is None or value == "":
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def metric_table(reading: RunData, metrics: Sequence[str]) -> str:
    """Mean and interval of some metrics."""
    rows = [
        [
            policy_name(policy),
            *(interval_text(MEASURES[name], reading.get(policy, name)) for name in metrics),
        ]
        for policy in reading.policies
    ]
    return table(
        [
            "Policy",
            *map(measure_head, metrics),
        ],
        rows,
    )


def claims_table(claims: Sequence[JudgedClaim]) -> str:
    """What the author claimed, each with its verdict and what the runs say; empty without
    claims."""
    rows = [
        [
            text(statement(claim)),
            f'<span style="white-space:nowrap">{text(claim.verdict, 20)}</span>',
            text(evidence(claim)),
        ]
        for claim in claims
    ]
    return table(["Claim", "Verdict", "Difference"], rows) if rows else ""


def _typed(policy: Policy) -> str:
    """The name that commands and files take, behind a label."""
    return f" <code>{text(policy.typed, 70)}</code>" if policy.label else ""


def policy_name(policy: Policy) -> str:
    """A policy's dot and name as a cell, and whether it is the base."""
    dot = f'<span class="dot" style="background:{colours.on_page(policy.colour)}"></span>'
    return f"{dot}<bdi>{text(policy.name, 60)}</bdi>{' (base)' if policy.base else ''}"
