"""`dnr-mailer preview` writes every mail to files, without a setting, a broker or a relay."""

import email
from email import policy

import pytest

from mailer_service.__main__ import main
from mailer_service.previewing.sample_mails import sample_mails
from shared.mail_facts import PasswordChanged


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch, tmp_path):
    """Without settings, and without a browser."""
    for name in ("PUBLIC_URL", "PRODUCT_NAME", "MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "to" / "look-at"


def test_every_mail_is_written_as_a_whole_and_in_its_parts(folder):
    assert main(["preview", "--out", str(folder)]) == 0

    names = {f"{sample.name}.{part}" for sample in sample_mails() for part in ("eml", "txt", "html")}
    assert {file.name for file in folder.iterdir()} == names | {"index.html"}


def test_the_mail_is_the_one_that_would_be_sent(folder):
    main(["preview", "password_changed", "--out", str(folder)])

    mail = email.message_from_bytes((folder / "password_changed.eml").read_bytes(), policy=policy.default)
    text, html = (
        (folder / f"password_changed.{part}").read_text(encoding="utf-8") for part in ("txt", "html")
    )
    assert mail["Subject"] == "Uw wachtwoord is gewijzigd"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n") == html


def test_one_page_shows_them_all(folder):
    main(["preview", "password_changed", "totp_enabled", "--out", str(folder)])

    index = (folder / "index.html").read_text(encoding="utf-8")
    for name in ("password_changed", "password_changed.elsewhere", "totp_enabled"):
        assert f'<iframe src="{name}.html"' in index
        assert f'<a href="{name}.eml">' in index


def test_only_the_kinds_that_are_named_are_written(folder):
    main(["preview", "password_changed", "--out", str(folder)])

    written = {file.stem for file in folder.glob("*.eml")}
    assert written == {sample.name for sample in sample_mails([PasswordChanged])}


def test_what_is_set_stands_in_the_mails(folder, monkeypatch):
    monkeypatch.setenv("PRODUCT_NAME", "Nachtboek")
    monkeypatch.setenv("MAIL_FROM", "post@nachtboek.example")
    monkeypatch.setenv("PUBLIC_URL", "https://inloggen.nachtboek.example")

    main(["preview", "password_changed", "--out", str(folder)])

    text = (folder / "password_changed.txt").read_text(encoding="utf-8")
    for words in ("Nachtboek", "post@nachtboek.example", "https://inloggen.nachtboek.example/inloggen"):
        assert words in text


def test_a_setting_that_is_wrong_is_named(folder, monkeypatch, capsys):
    monkeypatch.setenv("MAIL_FROM", "nobody")

    assert main(["preview", "--out", str(folder)]) == 2

    assert capsys.readouterr().err.startswith("MAIL_FROM is wrong")
    assert not folder.exists()


def test_a_kind_that_is_none_is_refused_with_those_that_are(folder, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["preview", "password_change", "--out", str(folder)])

    error = capsys.readouterr().err
    assert "no mail is called password_change;" in error
    assert "password_changed" in error


def test_without_a_browser_it_says_that_there_are_no_pictures(folder, capsys):
    assert main(["preview", "totp_enabled", "--out", str(folder)]) == 0

    assert "No pictures: this machine has none of chromium-headless-shell" in capsys.readouterr().out


def test_pictures_that_are_asked_for_and_can_not_be_taken_are_a_failure(folder, capsys):
    assert main(["preview", "totp_enabled", "--png", "--out", str(folder)]) == 1

    assert "No pictures" in capsys.readouterr().err


@pytest.mark.parametrize("program", ["#!/bin/sh\nexit 0\n", "no program"])
def test_a_browser_that_does_not_run_is_a_failure(folder, tmp_path, capsys, program):
    browser = tmp_path / "chromium"
    browser.write_text(program, encoding="ascii")
    browser.chmod(0o755)

    assert main(["preview", "totp_enabled", "--out", str(folder)]) == 1

    assert str(browser) in capsys.readouterr().err


def test_a_folder_that_can_not_be_made_is_a_failure(tmp_path, capsys):
    (tmp_path / "taken").write_bytes(b"")

    assert main(["preview", "--out", str(tmp_path / "taken")]) == 1

    assert "taken" in capsys.readouterr().err
