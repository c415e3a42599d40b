"""Turns facts of the login into Dutch mails, delivers them, and reports what happened."""
