"""Every key of the scenario file: the one place where meaning, unit, default, range and source
stand."""
