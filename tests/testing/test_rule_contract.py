from pathlib import Path
from sim.testing import RuleContract
HERE="/tmp/p6/"
class TestP(RuleContract): rule=HERE+"all_rules.py:tilted"
class TestC(RuleContract): rule=HERE+"all_rules.py:cautious"
class TestF(RuleContract): rule=HERE+"all_rules.py:mum"
class TestA(RuleContract): rule=HERE+"all_rules.py:egocentric"
class TestN(RuleContract): rule=HERE+"all_rules.py:near"
class TestI(RuleContract): rule=HERE+"all_rules.py:granted"
class TestE(RuleContract): rule=HERE+"all_rules.py:moved"
class TestM(RuleContract): rule=HERE+"my_rules.py:cautious_vote"
