"""The parts of `make bench` beside the comparison with other programs."""
