"""Asking custom rules: what each family is given (`sim.extension.FAMILIES`), and what
becomes of its answer.

A rule that answers what it may not is noted, and the run ends after the tick.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic

from sim.compiler import compiled_only
from sim.extension.families import FAMILIES, NAMES
from sim.kernel.pools import concern_of
from sim.kernel.state import INVALID, TICK
from sim.linking import cgutils
from sim.linking import llvm_ir as ir
from sim.rules.custom_inputs import backing
from sim.rules.engagement import effect_of

POWER, CONSENSUS, FLOW, ASSESS, PERSUADE, INFLUENCE, ENGAGEMENT = (
    NAMES.index(name)
    for name in (*("power", "consensus", "flow", "assess", "persuade", "influence", "engagement"),)
)
"""The places of the families in the arrays about custom rules."""
NEWS = 1 << list(FAMILIES["flow"].inputs).index("news")
"""The bit in `Numbers.custom_wants` of a flow rule that wants the news: working it out is slow."""


@compiled_only
def has_rule(n: Any, family: int, kind: int) -> bool:
    """Whether a family has a custom rule, for a kind of issue."""
    return n.custom[family, kind] != 0


@compiled_only
def reads_news(n: Any, kind: int) -> bool:
    """Whether the flow rule for a kind of issue, if any, asks how good what an idea says is."""
    return n.custom_wants[FLOW, kind] & NEWS != 0


@compiled_only
def _note(s: Any, status: int) -> None:
    if status != 0:
        s.count[INVALID] = 1


@compiled_only
def _take_influences(s: Any, slot: int) -> None:
    """Note the influence of each member of a room."""
    for seat in range(s.issues[slot].seats):
        s.influences[seat] = s.influence[s.room[slot, seat]]


@compiled_only
def scored(n: Any, k: Any, s: Any, slot: int, counted: Any, scores: Any) -> None:
    """Write what a power rule makes of each alternative into `scores`."""
    issue = s.issues[slot]
    kind, seats, count = issue.kind, issue.seats, issue.alternatives
    _take_influences(s, slot)
    given = (
        s.positions[slot, : seats * count],
        count,
        counted,
        s.preferred[slot, :seats],
        s.power[slot, :seats],
        s.influences[:seats],
        s.open[slot, :count],
        s.concerns[concern_of(s, slot, issue.head)].seat,
        issue.rounds,
        k.half_life[kind] / n.day,
        k.stakes[kind],
        n.custom_values[POWER, kind],
        scores,
    )
    _note(s, call(n.custom[POWER, kind], given))


@compiled_only
def agreed(n: Any, k: Any, s: Any, slot: int, counted: Any, share: float, against: float) -> bool:
    """Whether a room agrees, by a consensus rule."""
    issue = s.issues[slot]
    kind, seats, count = issue.kind, issue.seats, issue.alternatives
    _take_influences(s, slot)
    given = (
        s.positions[slot, : seats * count],
        count,
        counted,
        s.preferred[slot, :seats],
        s.agreeing[slot, :seats],
        s.power[slot, :seats],
        s.influences[:seats],
        share,
        against,
        issue.last_choice,
        issue.last_number,
        issue.rounds,
        (s.count[TICK] - issue.first_start) / n.day,
        k.half_life[kind] / n.day,
        k.stakes[kind],
        n.custom_values[CONSENSUS, kind],
        s.answer,
    )
    _note(s, call(n.custom[CONSENSUS, kind], given))
    return s.answer[0] != 0.0


@compiled_only
def passing(n: Any, s: Any, kind: int, message: Any, hops: int) -> float:
    """The probability that a message is passed on, by a flow rule; the variance of its retelling is
    s.answer[1]."""
    s.answer[1] = n.distortion[message.way]
    given = (
        n.openness[message.way],
        n.distortion[message.way],
        effect_of(s.engagement[message.source], n.engagement),
        message.what,
        message.way,
        n.depth[message.source] - n.depth[message.target],
        message.news,
        hops,
        message.attempt,
        n.custom_values[FLOW, kind],
        s.answer,
    )
    _note(s, call(n.custom[FLOW, kind], given))
    return s.answer[0]


@compiled_only
def credence(n: Any, s: Any, slot: int, leader: int, copy: int) -> float:
    """How much of its precision a leader grants an idea, by an assess rule."""
    kind, idea = s.issues[slot].kind, s.copies[copy]
    by = idea.originator
    given = (
        1 if by == leader else 0,
        idea.hops,
        idea.variance,
        n.depth[leader] - n.depth[by],
        s.influence[by],
        effect_of(s.engagement[leader], n.engagement),
        n.custom_values[ASSESS, kind],
        s.answer,
    )
    _note(s, call(n.custom[ASSESS, kind], given))
    return s.answer[0]


@compiled_only
def trusted(
    n: Any,
    k: Any,
    s: Any,
    slot: int,
    seat: int,
    shown: Any,
    heeded: Any,
    self_weight: float,
    row: Any,
) -> None:
    """Write how much a member trusts each, by a persuade rule, into `row`; s.joined says with whom
    it has channels."""
    issue = s.issues[slot]
    kind, seats = issue.kind, issue.seats
    _take_influences(s, slot)
    given = (
        seat,
        shown,
        issue.alternatives,
        heeded,
        s.joined[:seats],
        s.power[slot, :seats],
        s.influences[:seats],
        self_weight,
        k.stranger[kind],
        issue.rounds,
        n.custom_values[PERSUADE, kind],
        row,
    )
    _note(s, call(n.custom[PERSUADE, kind], given))


@compiled_only
def influence_after(
    n: Any, k: Any, s: Any, slot: int, seat: int, loss: float, chosen: int
) -> float:
    """A member's influence after a decision, by an influence rule."""
    issue = s.issues[slot]
    kind, seats, leader = issue.kind, issue.seats, s.room[slot, seat]
    given = (
        s.influence[leader],
        loss,
        backing(seat, s.preferred[slot, :seats], s.voiced[slot, :seats]),
        chosen,
        s.power[slot, seat],
        seats,
        s.engagement[leader],
        k.stakes[kind],
        n.custom_values[INFLUENCE, kind],
        s.answer,
    )
    _note(s, call(n.custom[INFLUENCE, kind], given))
    return s.answer[0]


@compiled_only
def engagement_after(
    n: Any, s: Any, leader: int, ends_day: int, heard: int, backlog: float
) -> float:
    """A leader's engagement after a decision or a day, by an engagement rule."""
    given = (
        s.engagement[leader],
        n.engagement,
        ends_day,
        heard,
        backlog,
        n.custom_values[ENGAGEMENT, 0],
        s.answer,
    )
    _note(s, call(n.custom[ENGAGEMENT, 0], given))
    return s.answer[0]


# Calling a function by its address from compiled code: how the kernel asks a custom rule


@intrinsic
def call(_typing: Any, address: Any, arguments: Any) -> Any:
    """Call the function at an address with a tuple of whole numbers, floats and arrays of one
    dimension."""

    def code(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        parts = []
        for place, kind in enumerate(arguments.types):
            value = builder.extract_value(values[1], place)
            if isinstance(kind, types.Array):
                array = context.make_array(kind)(context, builder, value)
                parts.append(builder.bitcast(array.data, cgutils.voidptr_t))
                parts.append(builder.extract_value(array.shape, 0))
            elif isinstance(kind, types.Float):
                parts.append(context.cast(builder, value, kind, types.float64))
            else:
                parts.append(context.cast(builder, value, kind, types.int64))
        of = ir.FunctionType(ir.IntType(64), [part.type for part in parts])
        return builder.call(builder.inttoptr(values[0], of.as_pointer()), parts)

    return types.int64(types.int64, arguments), code
