"""Keys about leaders of another kind: custom leader classes, and who is of them."""

from __future__ import annotations

from typing import Annotated, Any

from sim.extension.files import REFERENCE, file_of, is_reference
from sim.extension.leaders import class_in
from sim.scenario.keys.facts import Section, key
from sim.scenario.keys.stream import ALL_SHARES
from sim.scenario.value_types import LABEL, ValueType, word
from sim.scenario.value_types import share as share_of


def leader_class() -> ValueType:
    """A custom leader class: FILE.py:NAME, or the name of an installed one."""

    def read(value: Any) -> str:
        if not is_reference(value):
            raise ValueError("")
        class_in(file_of(value), value)
        return str(value)

    allowed = "a custom leader class, FILE.py:NAME"
    return ValueType(
        "word",
        allowed,
        {"type": "string", "pattern": f"^({REFERENCE}|[A-Za-z0-9_-]{{1,64}})$"},
        read,
    )


class Leaders(Section):
    """Leaders of a custom class: which class, and who is of it."""

    single = True

    name: Annotated[str | None, word("a name of letters, digits, - and _", ("Leader",))] = key(
        None,
        "What these leaders are called, by other keys and in the table of leaders.",
        shown="the name of the class",
        title="Name of the class",
    )
    class_: Annotated[str | None, leader_class()] = key(
        None,
        (
            "A custom class that extends sim.agents.Leader: FILE.py:NAME, or the name of an "
            "installed one."
        ),
        alias="class",
        shown="none: the key is required",
        title="Class of leaders",
    )
    at: Annotated[str | None, word("the name of a position", pattern=LABEL)] = key(
        None,
        "The position whose leaders these are.",
        shown="every position",
        title="Position of leaders",
    )
    share: Annotated[float, share_of(ALL_SHARES)] = key(
        "100%",
        "Probability that a leader there is one of them, drawn once a replication and the "
        "same in every variant; a leader who is one at some share is one at any larger share. "
        "Shares add up to at "
        "most 1 at each position.",
        unit="probability",
        title="Share of leaders",
    )
