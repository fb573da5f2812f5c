"""Results written for other programs: spreadsheets, network analysis, process mining."""
