"""However it is run, the same bytes."""
