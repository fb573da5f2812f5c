"""Emergent leadership as claiming and granting: who claims to lead, and is granted it, leads more
the next time.

DeRue, D. S. & Ashford, S. J. (2010). Who will lead and who will follow? A social process of
leadership identity construction in organizations. Academy of Management Review 35(4), 627-647.
"""

from sim.extension import Parameter, rule


@rule(
    "influence",
    source="DeRue & Ashford 2010",
    rate=Parameter(
        0.3,
        range=(0, 1),
        unit="share of influence a decision",
        source="convention; the paper gives the process, no size",
        meaning="how much a claim that all grant, or none, moves influence; 0: nothing moves",
    ),
)
def claim_and_grant(influence, backing, engagement, rate):
    """A claim that others grant raises influence, one that they do not grant lowers it.

    A member claims as far as it is engaged and already sees itself as a leader (its influence,
    against the mean of 1); others grant by standing behind what it prefers.
    """
    claim = engagement * influence / (1.0 + influence)
    return influence * (1.0 + rate * claim * (2.0 * backing - 1.0))
