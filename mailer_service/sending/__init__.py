"""The mail server that takes our mails: sessions with it, and what its answers mean."""
