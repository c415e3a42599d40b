"""The messages as a document for other systems."""
