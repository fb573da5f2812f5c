"""Names, links, texts, files and requests of people who mean harm: they stay data."""
