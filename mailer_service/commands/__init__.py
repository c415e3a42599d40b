"""What an operator types: one file per command of `dnr-mailer`."""
