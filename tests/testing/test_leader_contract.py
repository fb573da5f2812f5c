from sim.agents.leader import Leader
from sim.testing import LeaderContract
class Quiet(Leader):
    """x"""
    def passes_on(self, message): return 0.5*super().passes_on(message)
class TestL(LeaderContract): leader=Quiet
class TestB(LeaderContract): leader=Leader
