"""Where it is kept: the only SQL, translating rows to values and back."""
