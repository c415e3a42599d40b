import pytest

from mailer_service.sending.relay_address import Encryption, read_smtp_url


@pytest.mark.parametrize(
    ("url", "encryption", "port"),
    [
        ("smtp://relay.example", Encryption.NONE, 25),
        ("smtp+starttls://relay.example", Encryption.STARTTLS, 587),
        ("smtps://relay.example/", Encryption.TLS, 465),
        ("smtps://relay.example:2465", Encryption.TLS, 2465),
    ],
)
def test_the_scheme_says_how_it_is_encrypted_and_the_usual_port(url, encryption, port):
    relay = read_smtp_url(url)

    assert (relay.host, relay.encryption, relay.port) == ("relay.example", encryption, port)
    assert (relay.user, relay.password) == (None, None)


def test_user_and_password_may_be_percent_encoded():
    relay = read_smtp_url("smtps://dnr%40zeedorp:p%2Fa%3As%23s@[::1]:465")

    assert (relay.user, relay.password, relay.host) == ("dnr@zeedorp", "p/a:s#s", "::1")


def test_a_relay_never_shows_its_password():
    relay = read_smtp_url("smtps://dnr:geheim@relay.example")

    assert "geheim" not in repr(relay) + str(relay)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_password_may_be_sent_in_clear_to_this_machine_alone(host):
    with pytest.raises(ValueError, match="smtps://"):
        read_smtp_url("smtp://dnr:geheim@relay.example")

    assert read_smtp_url(f"smtp://dnr:geheim@{host}").password == "geheim"


@pytest.mark.parametrize(
    "url",
    [
        "relay.example",
        "http://relay.example",
        "smtp://",
        "smtp://dnr@relay.example",
        "smtp://dnr:geheim/x@relay.example",
        "smtp://relay..example",
        "smtp://relay.example:0",
        "smtp://relay.example:99999",
        "smtp://relay.example:abc",
        "smtp://relay.example/pad",
        "",
    ],
)
def test_anything_else_is_refused_without_quoting_it(url):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - any sentence will do.
        read_smtp_url(url)

    assert "geheim" not in str(refusal.value)
