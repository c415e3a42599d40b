"""The refusal of a message that no waiting will turn into a mail."""


class Unmailable(Exception):
    """Parked with `reason`, a word to filter by, and `detail`, a sentence without codes or addresses."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
