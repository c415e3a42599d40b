"""The development mailbox: takes every mail, keeps it in memory, and shows it as its reader would see it."""
