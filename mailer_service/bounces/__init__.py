"""The way back: mails that the relay took and somebody behind it returned."""
