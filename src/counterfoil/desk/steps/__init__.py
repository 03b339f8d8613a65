"""The steps of the playbooks that a button takes: each asks the counter's own verbs, and writes into the case."""
