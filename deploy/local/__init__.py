"""The stack behind `make run` and `make test`: private servers, a mailbox, and a watch over our processes."""
