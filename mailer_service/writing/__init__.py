"""From a fact to the bytes of a Dutch mail."""
