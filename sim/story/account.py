"""How a story ends: what the decision was worth, and an account of its delay that adds up."""

from __future__ import annotations

from sim.measures import PARTS
from sim.story import course, words
from sim.story.ending import without_decision
from sim.story.facts import Facts


def worth(facts: Facts) -> str:
    """Its quality against what was possible, and its value taken apart."""
    row = facts.decision
    if facts.decided is None:
        stakes = f"{float(facts.kind.stakes):g}"
        lost = f"It was never decided, so it brought nothing of the {stakes} at stake."
        return words.paragraph(lost, _moved(facts), _ceiling(facts))
    if facts.estimate:
        number, truth = words.number(row["estimate"]), words.number(row["truth"])
        truth = f"The number was {number}, in truth it was {truth}."
    elif row["chosen"] == row["best"]:
        truth = f"{words.capital(facts.option(row['chosen']))} was in truth the best there was."
    else:
        truth = f"In truth {facts.option(row['best'])} was best, not {facts.option(row['chosen'])}."
    scale = (
        "1 is exact, 0 as good as knowing nothing"
        if facts.estimate
        else "1 is the best, 0 a random pick"
    )
    quality = f"Quality: {words.number(row['quality'])} ({scale})."
    return "\n".join(
        [
            words.paragraph(truth, _moved(facts), quality, _ceiling(facts)),
            words.paragraph(_value(facts)),
        ]
    )


def _moved(facts: Facts) -> str:
    """How what is true changed between the question and its effect, where it moves."""
    arisen, effect = facts.first("arise"), facts.first("effect")
    if facts.kind.drift is None or arisen is None or effect is None:
        return ""
    if facts.estimate:
        return f"When it arose it was {words.number(arisen.data['worths'][0])}; it moved meanwhile."
    before, after = int(arisen.data["best"]), int(effect.data["best"])
    if before == after:
        return ""
    decided = facts.first("decide")
    turned = "by the time it took effect"
    if decided is not None and int(decided.data["best"]) == after:
        turned = "before it was decided"
    return f"When it arose, {facts.option(before)} was best; what is true changed {turned}."


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
        f"Value: {stakes:g} at stake x {words.number(quality)} quality x "
        f"{words.number(row['commitment'])} commitment x {words.number(left)} of its worth left "
        f"after {facts.span(row['delay'])} = {value}."
    )


def time(facts: Facts) -> str:
    """Every part of the delay with what it consists of; parts add up to the whole, details to their
    part."""
    delay = facts.decision["delay"]
    lines = []
    for part, about in PARTS.items():
        ticks = facts.decision[part]
        if ticks:
            lines.append(_line(facts, about.account, ticks, f"{words.share(ticks / delay):>7}"))
            lines += [
                _line(facts, f"  {text}", spent) for text, spent in _details(facts, part, ticks)
            ]
    ending = (
        f"until {without_decision(facts)}" if facts.decided is None else "from question to effect"
    )
    lines.append(
        _line(facts, f"Altogether, {ending}", delay, f"{words.share(1):>7}" if delay else "")
    )
    day = float(facts.calendar.day)
    lines.append(words.paragraph(f"({facts.span(delay)}; a day has {day:g} working hours)"))
    return "\n".join(lines)


def _line(facts: Facts, text: str, ticks: int, share: str = "") -> str:
    return words.columns(text, f"{words.hours(facts.calendar, ticks):>9}{share or ' ' * 7}")


def _details(facts: Facts, part: str, ticks: int) -> list[tuple[str, int]]:
    """What a part of the delay consists of, when there is more to say; the entries sum to `ticks`
    exactly."""
    pieces = [(text, spent) for text, spent in _pieces(facts, part, ticks) if spent]
    # Details that do not account for the whole part would mislead: then the part stands alone.
    return pieces if len(pieces) > 1 and sum(spent for _, spent in pieces) == ticks else []


def _pieces(facts: Facts, part: str, ticks: int) -> list[tuple[str, int]]:
    match part:
        case "gather":
            return _gathering(facts, ticks)
        case "scheduling":
            return _waiting(facts, ticks)
        case "deliberation":
            return _deliberating(facts, ticks)
        case "escalation":
            return _climbing(facts, ticks)
    return []


def _gathering(facts: Facts, ticks: int) -> list[tuple[str, int]]:
    accountable, hops = facts.decision["accountable"], course.mandates(facts)
    heard = facts.first("notice", lambda event: event.data["target"] == accountable)
    known = 0 if heard is None else heard.tick - facts.raised
    handed = hops[-1].tick - facts.raised - known if hops else 0
    whom = facts.name(hops[-1].data["target"]) if hops else ""
    back = _until_back(facts, ticks - known - handed)
    return [
        (f"until {facts.name(accountable)} was asked", known),
        (f"until {whom} had the mandate", handed),
        (
            "until the time for gathering what others had seen was over",
            ticks - known - handed - back,
        ),
        (f"until {facts.name(facts.room[0])} was back", back),
    ]


def _until_back(facts: Facts, ticks: int) -> int:
    """For how much of the last wait before one voice could speak its leader was away."""
    first = facts.first("judge") or facts.first("decide")
    if first is None or facts.all("assemble") or not first.data.get("away"):
        return 0
    gather = facts.calendar.ticks(facts.kind.power.gather)
    if facts.rule == "delegated":
        # Gathering runs from the notice on, while the mandate travels.
        noticed = facts.last("notice")
        start = facts.raised if noticed is None else noticed.tick
        gather = max(0, start + gather - (first.tick - ticks))
    return max(0, ticks - gather)


def _waiting(facts: Facts, ticks: int) -> list[tuple[str, int]]:
    waits = [
        (event.data["round"], event.data["start"] - event.data["ready"])
        for event in facts.all("book")
    ]
    return [(f"before round {number}", int(wait)) for number, wait in waits]


def _deliberating(facts: Facts, ticks: int) -> list[tuple[str, int]]:
    held = {event.data["round"] for event in facts.all("round")}
    rounds = [event.data for event in facts.all("book") if event.data["round"] in held]
    meeting = int(sum(data["end"] - data["start"] for data in rounds))
    return [
        (f"in {words.many(len(rounds), 'round')}", meeting),
        ("in pauses between rounds", ticks - meeting),
    ]


def _climbing(facts: Facts, ticks: int) -> list[tuple[str, int]]:
    """Level by level: until the next one had it, and until it had judged; or until it had joined
    the room."""
    parts: list[tuple[str, int]] = []
    since: int | None = None
    for event in facts.trace.events:
        if event.what in ("judge", "join") and since is not None:
            who, did = (
                facts.name(event.data["leader"]),
                "had judged it" if event.what == "judge" else "had joined",
            )
            parts.append((f"until {who} {did}", event.tick - since))
        elif event.what == "mandate" and facts.climbs and since is not None:
            parts.append((f"until {facts.name(event.data['target'])} had it", event.tick - since))
        if event.what in ("judge", "escalate") or (
            event.what == "mandate" and since is not None and facts.climbs
        ):
            since = event.tick
        elif event.what == "join":
            since = None
    spent = sum(ticks_of for _, ticks_of in parts)
    return [*parts, ("until time was up", ticks - spent)]
