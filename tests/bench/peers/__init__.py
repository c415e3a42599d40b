"""What others would build in an afternoon to mail from a queue, for comparison."""
