"""Advice taken with egocentric discounting: one's own idea counts more than what others say.

Yaniv, I. & Kleinberger, E. (2000). Advice taking in decision making: egocentric discounting and
reputation formation. Organizational Behavior and Human Decision Processes 83(2), 260-281.
"""

from sim.extension import Parameter, rule


@rule(
    "assess",
    source="Yaniv & Kleinberger 2000",
    advice=Parameter(
        0.3,
        range=(0, 0.5),
        unit="weight of advice",
        source=(
            "Yaniv & Kleinberger 2000; people move 20 to 40 % toward advice: Bonaccio & "
            "Dalal 2006 (secondary)"
        ),
        meaning=(
            "how far one moves toward an advisor who knows as much as oneself; 0.5: all the "
            "way that is due"
        ),
    ),
)
def egocentric_discounting(own, advice):
    """Others' ideas count less than one's own, however much they know."""
    return 1.0 if own else advice / (1.0 - advice)
