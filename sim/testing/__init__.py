"""What a custom rule or leader class must do to be trusted: contracts, as test classes to inherit.

from sim.testing import RuleContract

class TestCautiousVote(RuleContract):
    rule = "my_rules.py:cautious_vote"

Run it with pytest. The file is looked for beside the file of the test. `given` makes the inputs
of these tests, for further tests.
"""

from sim.testing.given import given, settings
from sim.testing.leaders import LeaderContract
from sim.testing.rules import RuleContract

__all__ = ["LeaderContract", "RuleContract", "given", "settings"]
