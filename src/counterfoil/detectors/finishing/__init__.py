"""What turns core findings into findings: the one Python step that all engines share."""
