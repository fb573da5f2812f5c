"""What a rule or a kind of leader of a user's own must do to be trusted: contracts, as classes of
tests to inherit.

from sim.testing import RuleContract

class TestCautiousVote(RuleContract):
    rule = "my_rules.py:cautious_vote"

Run it with pytest. The file is looked for beside the file of the test. `given` makes the inputs
that the tests ask with, for tests of one's own.
"""

from sim.testing.given import given, settings
from sim.testing.leaders import LeaderContract
from sim.testing.rules import RuleContract

__all__ = ["LeaderContract", "RuleContract", "given", "settings"]
