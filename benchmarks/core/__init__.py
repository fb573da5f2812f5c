"""The core scenario as others would program it: plain Mesa, AgentPy and C."""
