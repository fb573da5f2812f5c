"""An agenda-setting chair: the accountable leader puts forward what it likes best of what will
pass.

Romer, T. & Rosenthal, H. (1978). Political resource allocation, controlled agendas, and the status
quo. Public Choice 33(4), 27-43.
"""

import numpy as np

from sim.extension import Parameter, rule


@rule(
    "power",
    source="Romer & Rosenthal 1978",
    quota=Parameter(
        0.5,
        range=(0, 1),
        unit="share of decision weight",
        source="Romer & Rosenthal 1978: a majority",
        meaning=(
            "how much of the room must like a proposal at least as well as leaving things as "
            "they are"
        ),
    ),
)
def agenda_setter(positions, counted, power, head, quota):
    """The chair proposes what it likes best of what enough of the room likes no less than the first
    alternative.

    The first alternative is what happens otherwise: the status quo, where the issue has one. A
    chair without a position proposes that; for an estimate it proposes its own number.
    """
    alternatives = positions.shape[1]
    scores = np.zeros(alternatives)
    if not counted[head]:
        scores[0] = 1.0
        return scores
    if alternatives == 1:
        scores[0] = positions[head, 0]
        return scores
    total = 0.0
    for member in range(len(counted)):
        total += power[member] * counted[member]
    for choice in range(alternatives):
        behind = 0.0
        for member in range(len(counted)):
            if counted[member] and positions[member, choice] >= positions[member, 0]:
                behind += power[member]
        passes = choice == 0 or behind >= quota * total - 1e-12
        scores[choice] = positions[head, choice] if passes else -1e20
    return scores
