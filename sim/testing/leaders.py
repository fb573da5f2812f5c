class LeaderContract: pass
