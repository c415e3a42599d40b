"""One file per page, with its get and its post."""
