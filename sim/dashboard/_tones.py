"""The colours of the picture of the stream: of alternatives, messages and water."""

from __future__ import annotations

from sim.dashboard import theme

ALTERNATIVE_COLOURS = (
    ("#005fa8", "#4a9fe0"),
    ("#c75300", "#ff8f3f"),
    ("#12352c", "#c9f2dd"),
    ("#c56e65", "#fa2772"),
    ("#4713a6", "#bb9fbc"),
)
"""The colours of alternatives A, B, ... on light and on dark ground, apart also for those who
confuse colours; further ones are grey."""
TONES = {
    "idea": ("#6b7680", "#a9b4bd"),
    "context": ("#3f4a56", "#dfe6ec"),
    "decision": (theme.MESSAGE_COLOURS["decision"], "#d990bd"),
    "river": (theme.RIVER, "#1b3443"),
    "light": (theme.LIGHT, "#4d4313"),
    "beam": ("#e0b62e", "#b8931c"),
    "loss": ("#9e2a2b", "#e5797a"),
    "stage": ("#fbfcfd", "#14191e"),
    "leader": ("#ffffff", "#232c34"),
    "button": ("#0072b2", "#0072b2"),
    "pressed": ("#005785", "#005785"),
    "rim": ("#7f97a6", "#8ba3b2"),
    "channel": ("#9db4c2", "#5f7786"),
    "flow": ("#2f86b8", "#4a9fe0"),
}
"""The other colours of the picture, on light and on dark ground."""


def of_alternative(place: int, dark: bool = False) -> str:
    """The colour of what speaks for an alternative; grey for none, and beyond those with one."""
    if 0 <= place < len(ALTERNATIVE_COLOURS):
        return ALTERNATIVE_COLOURS[place][dark]
    return TONES["idea"][dark]


def properties(place: str = ".stream") -> str:
    """All colours as CSS properties of a place (a selector), that follow whether the page is light
    or dark."""
    named = {f"alternative-{place}": pair for place, pair in enumerate(ALTERNATIVE_COLOURS)} | TONES
    light = "".join(f"--{name}:{pair[0]};" for name, pair in named.items())
    either = "".join(f"--{name}:light-dark({pair[0]},{pair[1]});" for name, pair in named.items())
    return f"{place}{{{light}}}@supports (color:light-dark(#fff,#000)){{{place}{{{either}}}}}"
