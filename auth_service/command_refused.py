"""What a command of an operator can't do, told in one sentence."""


class CommandRefused(Exception):
    """What the operator gave can't be used: one sentence, and nothing is changed."""
