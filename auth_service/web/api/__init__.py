"""JSON for other systems, below /v1: the flows of the pages, and a document that says how to call them."""
