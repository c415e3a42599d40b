"""Every mail to look at, without sending one."""
