"""What happens: one file per flow, with its own transactions; no HTTP, no broker, no Dutch."""
