"""What a driver returns for one replication: plain arrays, in ticks and leader indices.

Both drivers fill the same fields with the same bytes; `sim.tables` turns them into what users read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.rules.closing import CLOSED_BY, FORUM, LAPSED

__all__ = ["CLOSED_BY", "DAY", "DECISION", "FORUM", "LAPSED", "LEADER", "RUN", "Outcome"]

DECISION = np.dtype(
    [
        ("issue", "i4"),
        ("kind", "i2"),
        ("raised", "i4"),
        ("origin", "i4"),
        ("accountable", "i4"),
        ("decider", "i4"),
        ("alternatives", "i2"),
        ("chosen", "i2"),
        ("best", "i2"),
        ("estimate", "f8"),
        ("truth", "f8"),
        ("quality", "f8"),
        ("correct", "f8"),
        ("ceiling", "f8"),
        ("regret", "f8"),
        ("delay", "i4"),
        ("gather", "i4"),
        ("scheduling", "i4"),
        ("deliberation", "i4"),
        ("escalation", "i4"),
        ("rollout", "i4"),
        ("rounds", "i4"),
        ("participants", "i4"),
        ("person_hours", "f8"),
        ("dissent", "f8"),
        ("unsaid", "f8"),
        ("closed_by", "i1"),
        ("coverage", "f8"),
        ("commitment", "f8"),
        ("value", "f8"),
        ("reading_hours", "f8"),
        ("rework_hours", "f8"),
        ("net_value", "f8"),
    ]
)
"""One row an issue of the cohort, in order of arising. Times in ticks; leaders by index.

decider: a leader, FORUM or LAPSED. chosen, best: alternatives, -1 for estimates (chosen also when
lapsed). estimate, truth: of an estimate, else NaN. quality, correct, regret: NaN when lapsed;
correct NaN for estimates. unsaid: NaN without a room, or where none decided. delay = gather +
scheduling + deliberation + escalation + rollout. net_value = value - work.worth x (person_hours +
reading_hours + rework_hours): person_hours has meetings and what is read in written rounds,
reading_hours the other messages about the issue, so that no hour is counted twice.
"""

LEADER = np.dtype(
    [
        (name, "f8")
        for name in (
            "forum_hours",
            "reading_hours",
            "work_hours",
            "away_hours",
            "backlog",
            "engagement",
            "context",
            "alignment",
            "influence",
            "heard",
            "power",
            "competence",
            "reputation",
            "context_hours",
            "messages_in",
            "messages_unread",
            "inbox_hours",
            "ideas_in",
            "ideas_own",
            "ideas_weighed",
            "ideas_passed",
            "ideas_stopped",
            "ideas_unread",
            "ideas_late",
            "ideas_right_own",
            "ideas_right_up",
            "ideas_right_up_passed",
            "ideas_right_down",
            "ideas_right_down_passed",
            "ideas_right_across",
            "ideas_right_across_passed",
            "ideas_right_here",
            "ideas_right_here_passed",
            "ideas_right_stopped",
            "ideas_right_late",
        )
    ]
)
"""One row a leader, in canonical order, over the measured window. Hours add up to the clock;
context_hours, reading news of the direction, are part of reading_hours. backlog (hours),
engagement, context, alignment and influence are means over its days; heard is the share of the
decided issues it witnessed whose evidence included its idea (NaN: none); power the sum of the
decision weights it held; competence, as a multiple of what the position gives, and reputation, the
competence that the record speaks for, are those at its end. Of the messages that came in the
window, inbox_hours is the mean time in it that one lay there (NaN: none came); messages_unread left
unread. The ideas are those of witnesses, on decided issues of the cohort: ideas_in came to the
desk, ideas_own of them by looking; ideas_weighed were weighed by those who decided; ideas_passed
went on from here. Summed over leaders, ideas_own = ideas_own x heard + ideas_stopped + ideas_late;
ideas_unread is part of ideas_stopped. Where several desks are as near to who answers for the issue,
the idea is shared out evenly. Of the ideas, ideas_right_... are those whose originator's look alone
speaks, by what truly matters, for the alternative that is best: of ideas_in those at a desk from
which the line to who answers for the issue begins up, down, across (at the top) or ends here, and
of these those that were passed on; ideas_right_own, _stopped and _late are part of ideas_own,
_stopped and _late."""

DAY = np.dtype(
    [
        ("day", "i4"),
        ("open", "i4"),
        ("backlog", "f8"),
        ("alignment", "f8"),
        ("engagement", "f8"),
        ("power_gini", "f8"),
        ("messages", "i4"),
        ("strategy_gap", "f8"),
    ]
)
"""One row a day of the measured window, at its end; means over leaders; power_gini of the power
held so far; strategy_gap NaN where no decisions set the direction."""

RUN = (
    "messages_sent",
    "messages_read",
    "messages_waiting",
    "messages_in_transit",
    "messages_expired",
    "messages",
    "replaced",
    "progress",
)
"""One number each a run: the ledger of messages over the whole run (sent = read + waiting + in
transit + expired); and in the measured window: messages sent, seats that another person took, and
work done / work asked."""


@dataclass(frozen=True)
class Outcome:
    """The result of one replication of one policy; see the dtypes above.

    more: further columns of the leaders, an entry each in the same order: the "class" of each, and
    the numbers that custom leader classes keep (NaN for leaders of other classes). Only the
    Mesa driver has such.
    """

    decisions: np.ndarray
    leaders: np.ndarray
    days: np.ndarray
    run: dict[str, float]
    more: Mapping[str, np.ndarray] = field(default_factory=dict)
