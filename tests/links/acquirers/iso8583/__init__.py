"""The link to card hosts, in its parts."""
