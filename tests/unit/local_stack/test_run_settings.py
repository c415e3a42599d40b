"""The keys that `make run` draws: once, and each for whom it is meant."""

from auth_service.signing_keys import read_signing_keys
from deploy.local.run_settings import OF_AUTH_WEB, kept_keys, settings_of


def test_keys_are_drawn_once_and_kept(tmp_path):
    drawn = kept_keys(tmp_path / "keys.env")

    assert kept_keys(tmp_path / "keys.env") == drawn
    assert len(read_signing_keys(drawn["GATEWAY_SIGNING_KEY"])) == 1


def test_a_key_that_came_later_is_added(tmp_path):
    file = tmp_path / "keys.env"
    before = kept_keys(file)
    file.write_text(
        "".join(f"{name}={key}\n" for name, key in before.items() if name != "GATEWAY_SIGNING_KEY")
    )

    after = kept_keys(file)

    assert after["GATEWAY_SIGNING_KEY"] != before["GATEWAY_SIGNING_KEY"]
    assert {**after, "GATEWAY_SIGNING_KEY": ""} == {**before, "GATEWAY_SIGNING_KEY": ""}


def test_the_worker_and_the_mailer_see_no_key_of_auth_web(tmp_path):
    keys = kept_keys(tmp_path / "keys.env")

    assert settings_of("auth-web", keys) == keys
    for process in ("auth-worker", "mailer"):
        assert set(settings_of(process, keys)) == set(keys) - set(OF_AUTH_WEB)
