"""What `dnr-mailer bounces` refuses before it asks any broker."""

import io
import os
import sys

import pytest

from mailer_service.__main__ import main


@pytest.fixture
def settings(monkeypatch):
    given = {
        "AMQP_URL": "amqp://guest:guest@127.0.0.1/",
        "MAIL_BOUNCE_DOMAIN": "bounce.nachregister.example",
        "MAIL_BOUNCE_KEY": "0123456789abcdef" * 2,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def test_with_a_wrong_setting_the_relay_is_asked_to_keep_the_mail(settings, monkeypatch, capsys):
    monkeypatch.setenv("MAIL_BOUNCE_KEY", "short")
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(b"To: b+x@bounce.nachregister.example\n\n"))
    )

    status = main(["bounces"])

    assert status == os.EX_TEMPFAIL
    sentence = "MAIL_BOUNCE_KEY is wrong: must have 32 characters at least, drawn at random.\n"
    assert capsys.readouterr().err == sentence


def test_following_needs_a_maildir(settings, capsys):
    assert main(["bounces", "--follow", "5"]) == 2
    assert capsys.readouterr().err == "--follow needs --maildir.\n"


def test_a_folder_that_is_no_maildir_is_named(settings, tmp_path, capsys):
    assert main(["bounces", "--maildir", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == f"--maildir is wrong: {tmp_path}/none has no folders new and cur.\n"


@pytest.mark.parametrize("pause", ["0", "-1", "soon", "nan", "100000"])
def test_a_pause_that_is_none_is_refused(pause, capsys):
    with pytest.raises(SystemExit):
        main(["bounces", "--maildir", ".", f"--follow={pause}"])

    assert "invalid seconds value" in capsys.readouterr().err
