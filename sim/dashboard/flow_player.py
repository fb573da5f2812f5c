"""The map of the flow of ideas as a section of the page; `assets/flow.js` draws it from the data
that stand beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.comparison.desks import most, positions_of
from sim.comparison.flow import WAYS
from sim.comparison.flow_words import sentences
from sim.dashboard import _cells, document, theme
from sim.dashboard._flow_map import FlowMap, flow_map, numbers, short
from sim.dashboard._layout import Layout, labels
from sim.dashboard._tones import properties
from sim.dashboard.estimates import RunData

_LETTER = 13.0
_MOST_OPENED, _FEWER_OPENED, _MANY = 12, 3, 1000
"""A place that is opened lists so many desks at most, or so many where there are many leaders."""


def data(reading: RunData) -> dict[str, Any] | None:
    """All that the map needs; None where there is none."""
    found = reading.once(flow_map)
    if found is None:
        return None
    shown = found.any
    return {
        "what": shown.what,
        "folded": found.folded,
        "names": [theme.clip(name, 60) for name in shown.names],
        "positions": [theme.clip(name, 40) for name in shown.positions],
        "leaders": shown.leaders.astype(int).tolist(),
        "above": found.above,
        "wide": _shape(found.wide),
        "narrow": _shape(found.narrow),
        "ways": dict(WAYS),
        "policies": [_policy(reading, found, policy.variant) for policy in found.policies],
        "first": next((at for at, p in enumerate(found.policies) if p.base), 0),
        "desks": [theme.clip(name, 40) for name in _desk_names(found)],
    }


def _desk_names(found: FlowMap) -> list[str]:
    return next(iter(found.desks.values())).names if found.folded else []


def _shape(drawn: Layout) -> dict[str, Any]:
    frame = drawn.frame
    return {
        "width": frame.width,
        "height": frame.height,
        "down": frame.downward,
        "places": [[round(at, 1) for at in place] for place in drawn.places],
        "radius": drawn.radius,
        "shores": [[[round(at, 1) for at in point] for point in side] for side in drawn.shores],
        "bands": [list(label) for label in labels(drawn, _LETTER)],
    }


def _policy(reading: RunData, found: FlowMap, variant: str) -> dict[str, Any]:
    """The numbers of a policy, and what they say."""
    shown = numbers(found.flows[variant])
    told = sentences(reading.tables, reading.manifest, variant)
    known: dict[str, Any] = {
        name: [short(row) for row in getattr(shown, name)] for name in ("stopped", "rate", "forum")
    }
    known |= {name: short(getattr(shown, name)[0]) for name in ("reading", "power")}
    known["onward"] = [short(row) for row in shown.onward]
    known["hops"] = {
        way: [
            [place, *short(np.array([came[place], *shown.kept[way][:, place]]))]
            for place in np.flatnonzero(np.nan_to_num(came) > 0).tolist()
        ]
        for way, came in shown.came.items()
    }
    where = most(found.flows[variant].stopped_share)
    known["worst"] = [-1, False] if where is None else [where.first, where.clear]
    known["said"] = [theme.clean(text) for text in told]
    if found.folded:
        known["inside"] = _inside(found, variant)
    return known


def _inside(found: FlowMap, variant: str) -> list[list[list[float | None]]]:
    """By place, of the desks where most stop: which, how many stop, at what rate, and hours in
    forums."""
    desks = found.desks[variant]
    mine = numbers(desks)
    most = _FEWER_OPENED if desks.people > _MANY else _MOST_OPENED
    opened = []
    for inside in found.inside:
        ranked = sorted(inside, key=lambda desk: -mine.stopped[0, desk])[:most]
        table = [mine.stopped[0, ranked], mine.rate[0, ranked], mine.forum[0, ranked]]
        rows = zip(*(short(column) for column in table), strict=True)
        opened.append([[desk, *row] for desk, row in zip(ranked, rows, strict=True)])
    return opened


def html(reading: RunData) -> str:
    """The map's place in the page and its data, as safe HTML; '' where there is none."""
    value = data(reading)
    found = reading.once(flow_map)
    if value is None or found is None:
        return ""
    options = "".join(
        f'<option value="{at}"{" selected" if at == value["first"] else ""}>'
        f"{_cells.text(policy.name, 60)}</option>"
        for at, policy in enumerate(found.policies)
    )
    pick = f'<label>Policy <select class="flow-policy">{options}</select></label>'
    order = ", ".join(positions_of(reading.manifest, found.any))
    label = _cells.text(f"Where {found.any.what} flow and stop, from upstream down: {order}", 300)
    return (
        f"<style>{properties('.flow')}</style>"
        f'<div class="flow" id="flow-map"><div class="flow-picks">{pick}'
        f'<span class="flow-keys">{_keys(found)}</span></div><ul class="flow-said"></ul>'
        f'<div class="flow-both"><svg class="flow-picture" role="group" aria-label="{label}"></svg>'
        f'<div class="flow-panel" role="status"></div></div>{_legend(found)}</div>'
        f"{document.embedded('flow-map-data', value)}"
    )


def _keys(found: FlowMap) -> str:
    opens = " Click or Enter opens a unit, Esc closes it." if found.folded else ""
    return f"Point at a mark, or use the arrow keys.{opens}"


def _legend(found: FlowMap) -> str:
    what = found.any.what
    mark = "a unit at a position" if found.folded else "a leader"
    if not found.folded and found.any.leaders.max(initial=1) > 1:
        mark = "a group of leaders"
    items = (
        (
            '<path d="M1 8H23" class="kept" stroke-width="6"/>',
            f"{what} sent on upstream (across, at the top): the wider, the more",
        ),
        (
            '<path d="M1 8H12" class="lost" stroke-width="9"/>',
            "those that came to be sent on and were not",
        ),
        (
            '<circle cx="12" cy="8" r="6.5" class="desk" style="--stops:0%"/>',
            f"{mark}: the larger, the more hours in forums (of a leader)",
        ),
        (
            '<circle cx="12" cy="8" r="6.5" class="desk" style="--stops:85%"/>',
            f"the redder, the more of 100 {what} stop there",
        ),
        (
            '<circle cx="12" cy="8" r="6" class="desk worst" style="--stops:100%"/>',
            "where most stop, or one of those",
        ),
    )
    listed = "".join(
        f'<li><svg width="24" height="16" viewBox="0 0 24 16" aria-hidden="true">{drawn}</svg>'
        f"{text}</li>"
        for drawn, text in items
    )
    return f'<ul class="flow-legend">{listed}</ul>'
