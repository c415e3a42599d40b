"""What a mail server or a stranger wrote, made fit for reports, logs and an operator's screen."""

import re

LONGEST = 500
# Of the 48 hexadecimal characters, in whatever case they are quoted, the greater part of what is left
# where a server wraps them over two lines, or cuts them off.
CODE = re.compile(r"[0-9a-fA-F]{24,}")


def one_line(words: str) -> str:
    """One printable line of bounded length, without the code that a server quotes of the mail it refuses."""
    printable = "".join(char if char.isprintable() else " " for char in words)
    return CODE.sub("…", " ".join(printable.split()))[:LONGEST]
