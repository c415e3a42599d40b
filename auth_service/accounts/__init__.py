"""What is true: the rules and values of accounts, without I/O; the time arrives as an argument."""
