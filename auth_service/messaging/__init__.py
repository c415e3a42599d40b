"""What leaves and comes back: the outbox to the broker, the mailer's reports to the mail trail."""
