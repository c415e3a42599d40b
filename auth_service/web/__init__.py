"""Who asks: pages for browsers; translation only, between HTTP with Dutch words and the flows."""
