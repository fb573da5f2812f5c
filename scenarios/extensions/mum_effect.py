"""The mum effect: bad news is kept from those above, the more so the further above they are.

Rosen, S. & Tesser, A. (1970). On reluctance to communicate undesirable information: the MUM effect.
Sociometry 33(3), 253-263.
"""

from sim.extension import Parameter, rule

IDEA = 0


@rule(
    "flow",
    source="Rosen & Tesser 1970",
    mum=Parameter(
        0.5,
        range=(0, 1),
        unit="share withheld a level",
        source="convention; the paper gives the direction, no size",
        meaning=(
            "share of bad news withheld from who is one level above; again for each further level"
        ),
    ),
)
def mum_effect(openness, engagement, item, levels, news, mum):
    """An idea that bodes ill is passed upward less often, by rank distance; all else as usual."""
    passes = openness * engagement
    if item == IDEA and news < 0.0:
        for _ in range(levels):
            passes *= 1.0 - mum
    return passes
