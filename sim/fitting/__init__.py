"""Settings estimated from what an organisation's systems record: who wrote to whom, and when."""
