"""What both services import: the message contract, broker plumbing, settings, logs, seals and the clock."""
