"""Accounts, mailed codes and sessions of the Digitaal Nachregister."""
