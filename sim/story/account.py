"""How a story ends: what the decision was worth, and an account of its delay that adds up."""

from __future__ import annotations

from sim.story import words
from sim.story.facts import Facts

PARTS = {
    "gather": "Gathering, before anybody could decide",
    "scheduling": "Waiting for an hour when the whole room was free",
    "deliberation": "Deliberating",
    "escalation": "Going up a level",
    "rollout": "Carrying the decision to those it affects",
}
"""The parts of a delay in the order in which they pass, and how the account calls them."""

_COLUMN = 60


def worth(facts: Facts) -> str:
    """Its quality against what was possible, and its value taken apart."""
    row = facts.decision
    if facts.decided is None:
        lost = f"It was never decided, so it brought nothing of the {float(facts.kind.stakes):g} at stake."
        return words.paragraph(lost, _ceiling(facts))
    if facts.estimate:
        truth = f"The number was {words.number(row['estimate'])}, in truth it was {words.number(row['truth'])}."
    elif row["chosen"] == row["best"]:
        truth = f"{words.capital(facts.option(row['chosen']))} was in truth the best there was."
    else:
        truth = f"In truth {facts.option(row['best'])} was best, not {facts.option(row['chosen'])}."
    scale = "1 is exact, 0 as good as knowing nothing" if facts.estimate else "1 is the best, 0 a random pick"
    quality = f"Quality: {words.number(row['quality'])} ({scale})."
    return "\n".join([words.paragraph(truth, quality, _ceiling(facts)), words.paragraph(_value(facts))])


def _ceiling(facts: Facts) -> str:
    value = words.number(facts.decision["ceiling"])
    return f"All that was seen of it, pooled at once and undistorted, would have reached {value}."


def _value(facts: Facts) -> str:
    row = facts.decision
    stakes, quality, value = float(facts.kind.stakes), row["quality"], words.number(row["value"])
    if quality < 0:
        return f"A bad decision costs, whenever it comes: {stakes:g} at stake x quality = {value}."
    left = 2.0 ** (-row["delay"] / facts.calendar.ticks(facts.kind.half_life))
    return (
        f"Value: {stakes:g} at stake x {words.number(quality)} quality x {words.number(row['commitment'])}"
        f" commitment x {words.number(left)} of its worth left after {facts.span(row['delay'])} = {value}."
    )


def time(facts: Facts) -> str:
    """Every part of the delay with what it consists of; parts add up to the whole, details to their part."""
    delay = facts.decision["delay"]
    lines = []
    for part, title in PARTS.items():
        ticks = facts.decision[part]
        if ticks:
            lines.append(_line(facts, title, ticks, f"{words.share(ticks / delay):>7}"))
            lines += [_line(facts, f"  {text}", spent) for text, spent in _details(facts, part, ticks)]
    ending = "until it lapsed" if facts.decided is None else "from question to effect"
    lines.append(_line(facts, f"Altogether, {ending}", delay, f"{words.share(1):>7}" if delay else ""))
    day = float(facts.calendar.day)
    lines.append(f"  ({facts.span(delay)}; a day has {day:g} working hours)")
    return "\n".join(lines)


def _line(facts: Facts, text: str, ticks: int, share: str = "") -> str:
    return f"  {text:<{_COLUMN}}{words.hours(facts.calendar, ticks):>9}{share}".rstrip()


def _details(facts: Facts, part: str, ticks: int) -> list[tuple[str, int]]:
    """What a part of the delay consists of, when there is more to say; the entries sum to `ticks` exactly."""
    if part == "gather":
        found = _gathering(facts, ticks)
    elif part == "scheduling":
        found = _waiting(facts)
    elif part == "deliberation":
        found = _deliberating(facts, ticks)
    else:
        found = []
    # Details that do not account for the whole part would mislead: then the part stands alone.
    return found if len(found) > 1 and sum(spent for _, spent in found) == ticks else []


def _gathering(facts: Facts, ticks: int) -> list[tuple[str, int]]:
    accountable = facts.decision["accountable"]
    heard = facts.first("notice", lambda event: event.data["target"] == accountable)
    mandate = facts.last("mandate")
    known = 0 if heard is None else heard.tick - facts.raised
    handed = 0 if mandate is None else mandate.tick - facts.raised - known
    found = [
        (f"until {facts.name(accountable)} was asked", known),
        (f"until {facts.name(facts.room[0])} had the mandate", handed),
        ("until the time for gathering what others had seen was over", ticks - known - handed),
    ]
    return [(text, spent) for text, spent in found if spent]


def _waiting(facts: Facts) -> list[tuple[str, int]]:
    waits = [(event.data["round"], event.data["start"] - event.data["ready"]) for event in facts.all("book")]
    return [(f"before round {number}", int(wait)) for number, wait in waits if wait]


def _deliberating(facts: Facts, ticks: int) -> list[tuple[str, int]]:
    held = {event.data["round"] for event in facts.all("round")}
    rounds = [event.data for event in facts.all("book") if event.data["round"] in held]
    meeting = int(sum(data["end"] - data["start"] for data in rounds))
    found = [
        (f"in {words.many(len(rounds), 'round')}", meeting),
        ("in pauses between rounds", ticks - meeting),
    ]
    return [(text, spent) for text, spent in found if spent]
