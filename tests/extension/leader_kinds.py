"""Classes of leaders for the tests: valid ones, and some invalid ones, each in another way."""

import math
from typing import ClassVar

from sim.agents import Leader


class Gatekeeper(Leader):
    """Passes nothing upward, and counts what it keeps."""

    columns: ClassVar = {"withheld": "messages this leader kept back"}

    def __init__(self, model, index):
        super().__init__(model, index)
        self.withheld = 0

    def passes_on(self, message):
        if message.way == 0:
            self.withheld += 1
            return 0.0
        return super().passes_on(message)


class Candid(Leader):
    """Passes everything upward."""

    columns: ClassVar = {"told": "messages this leader told upward"}
    told = 0

    def passes_on(self, message):
        if message.way != 0:
            return super().passes_on(message)
        self.told += 1
        return 1.0


class Same(Leader):
    """Overrides every step that is guarded, and does what leaders do."""

    def passes_on(self, message):
        return super().passes_on(message)

    def discloses(self, issue, originator, u):
        return super().discloses(issue, originator, u)

    def briefs(self, issue, turn, part):
        return super().briefs(issue, turn, part)

    def beliefs(self, issue):
        return super().beliefs(issue)

    def integrates(self, issue):
        return super().integrates(issue)

    def weighs(self, issue):
        return super().weighs(issue)

    def brings(self, issue):
        return super().brings(issue)

    def credence(self, idea):
        return super().credence(idea)

    def assess(self, issue):
        return super().assess(issue)

    def attend(self):
        super().attend()

    def take(self, message):
        super().take(message)


class TooSure(Leader):
    def passes_on(self, message):
        return 1.5


class Eager(Leader):
    """Is more engaged than anybody can be, and leaves everything else as it is."""

    def attend(self):
        self.engagement = 2.0
        super().attend()


class NoNumber(Leader):
    def assess(self, issue):
        return [math.nan] * issue.alternatives


class Crooked(Leader):
    def beliefs(self, issue):
        return [1.0] * self.model.numbers.facets


class Mute(Leader):
    """Answers as up to 0.3.0: yes or no, and the draw. Since then the draw is given."""

    def discloses(self, issue, originator, u):
        return False, u


class Vague(Leader):
    """Brings a word in place of an idea."""

    def brings(self, issue):
        return "something"


class Raising(Leader):
    def hear_idea(self, message):
        raise ValueError("no post today")


class Unborn(Leader):
    def __init__(self, model, index):
        raise RuntimeError("not made")


class Forgetful(Leader):
    columns: ClassVar = {"lost": "a number that it never keeps"}


def nobody():
    """Not a class."""
