"""The promises of docs/reliability.md, each put to the test and counted: `make torture`."""
