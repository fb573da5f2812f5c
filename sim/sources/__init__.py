"""Files of other programs: people, ties and message logs read, matched, cleaned and reported on."""
