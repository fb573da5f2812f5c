"""What must hold of the claims of a scenario: one direction, and two policies that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.errors import nearest
from sim.scenario.keys.settings import Settings
from sim.scenario.validate import KeyProblem, Path


def wrong_claims(settings: Settings, sound: Callable[..., bool]) -> Iterator[KeyProblem]:
    """Claims with no direction or two, of policies that there are not, or of one policy against
    itself.

    `sound` tells whether nothing at the paths it is given was left out for another mistake.
    """
    names = [settings.base, *settings.variants]
    known = sound(("base",), ("variants",))
    for i, claim in enumerate(settings.claims):
        here: Path = ("claims", i)
        given = {"higher": claim.higher, "lower": claim.lower, "than": claim.than}
        written = {
            key: name for key, name in given.items() if name is not None and sound((*here, key))
        }
        for key, name in written.items():
            if known and name not in names:
                message = (
                    f"there is no variant {name}; there are: "
                    f"{', '.join(names)}{nearest(name, names)}"
                )
                yield KeyProblem((*here, key), message)
        if not sound((*here, "higher"), (*here, "lower")):
            continue
        if "higher" in written and "lower" in written:
            yield KeyProblem(here, "has both higher and lower; keep one of them")
        elif claim.policy == "":
            yield KeyProblem(
                here, "has no direction: expected higher or lower, with the name of a policy"
            )
        elif claim.policy == claim.than:
            yield KeyProblem(
                (*here, "than"), f"compares {claim.than} with itself; name another policy"
            )
