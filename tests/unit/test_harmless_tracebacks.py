"""What an error may say in the log."""

import sys

from shared.harmless_tracebacks import format_harmlessly


def formatted(error):
    try:
        raise error
    except type(error):
        return format_harmlessly(sys.exc_info())


def test_where_and_what_is_told():
    text = formatted(ValueError("no such thing"))

    assert "test_harmless_tracebacks.py" in text
    assert text.endswith("builtins.ValueError: no such thing")


def test_what_follows_the_first_line_is_data_and_left_out():
    text = formatted(ValueError("null value in column\nDETAIL:  Failing row contains (jan, $argon2id$...)."))

    assert text.endswith("builtins.ValueError: null value in column")


def test_an_address_is_masked():
    assert formatted(ValueError("jan@dezon.example is taken")).endswith("ja***@dezon.example is taken")


def test_causes_are_told_too():
    error = ValueError("second")
    error.__cause__ = KeyError("first")

    text = formatted(error)

    assert text.index("ValueError: second") < text.index("after:") < text.index("KeyError: 'first'")


def test_an_error_that_is_its_own_cause_comes_to_an_end():
    error = ValueError("round and round")
    error.__cause__ = error

    assert formatted(error).count("round and round") == 10
