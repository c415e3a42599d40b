"""What comes from the queue, and what becomes of it."""
