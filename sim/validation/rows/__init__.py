"""The rows of theory, in the order in which they are shown."""

from sim.validation.rows.deciding import DECIDING
from sim.validation.rows.events import EVENTS
from sim.validation.rows.evidence import EVIDENCE
from sim.validation.rows.hours import HOURS
from sim.validation.rows.influence import INFLUENCE
from sim.validation.rows.opinions import OPINIONS
from sim.validation.rows.people import PEOPLE
from sim.validation.rows.rooms import ROOMS
from sim.validation.rows.strategy import STRATEGY
from sim.validation.rows.time import TIME

CHECKS = (
    *EVIDENCE,
    *DECIDING,
    *ROOMS,
    *PEOPLE,
    *OPINIONS,
    *INFLUENCE,
    *TIME,
    *HOURS,
    *STRATEGY,
    *EVENTS,
)
"""Every check of the shipped model."""

__all__ = ["CHECKS"]
