"""What theory says: closed forms that judge the simulator, computed without any of its code (numpy
only).

>>> from sim.theory import condorcet, pooled_quality
>>> round(condorcet(3, 0.6), 3)
0.648
>>> round(pooled_quality([2.0] * 5), 3)
0.909
"""

from sim.theory.deciding import (
    condorcet,
    hedge_regret_bound,
    screening,
    sequential_test,
    wald_mean_sample,
)
from sim.theory.evidence import mixed_quality, pooled_quality, retold_precision
from sim.theory.hours import expected_net_value, expected_rework
from sim.theory.opinions import (
    bounded_confidence,
    degroot,
    degroot_friedkin,
    degroot_limit,
    friedkin_johnsen,
    second_eigenvalue,
)
from sim.theory.people import (
    judged_error,
    known_competence_quality,
    mean_inverse_competence,
    unknown_competence_quality,
)
from sim.theory.rooms import (
    agreed_and_right,
    commitment,
    ideas_in_writing,
    ideas_on_record,
    leaning_error,
    overprecise_quality,
    room_quality,
)
from sim.theory.strategy import mean_half_distance, share_outdated
from sim.theory.time import (
    arrives_within,
    heard_in_time,
    mean_broadcast,
    mean_hop,
    mean_transit,
    mean_wait,
    tree_depth,
)
from sim.theory.turnover import expected_count, leaves_within

__all__ = [
    "agreed_and_right",
    "arrives_within",
    "bounded_confidence",
    "commitment",
    "condorcet",
    "degroot",
    "degroot_friedkin",
    "degroot_limit",
    "expected_count",
    "expected_net_value",
    "expected_rework",
    "friedkin_johnsen",
    "heard_in_time",
    "hedge_regret_bound",
    "ideas_in_writing",
    "ideas_on_record",
    "judged_error",
    "known_competence_quality",
    "leaning_error",
    "leaves_within",
    "mean_broadcast",
    "mean_half_distance",
    "mean_hop",
    "mean_inverse_competence",
    "mean_transit",
    "mean_wait",
    "mixed_quality",
    "overprecise_quality",
    "pooled_quality",
    "retold_precision",
    "room_quality",
    "screening",
    "second_eigenvalue",
    "sequential_test",
    "share_outdated",
    "tree_depth",
    "unknown_competence_quality",
    "wald_mean_sample",
]
