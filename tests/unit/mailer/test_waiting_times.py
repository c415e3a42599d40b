import pytest

from mailer_service.sending.waiting_times import LONGEST_WAIT_SECONDS, asked_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4.2.0 <a@b.example>: Recipient address rejected: Greylisted for 300 seconds", 300),
        ("4.7.1 Greylisted for 5 minutes (1)", 300),
        ("4.7.1 Greylisting in action, please come back in 00:04:30", 270),
        ("4.7.1 Please try again in 10 minutes", 600),
        ("Temporarily deferred, retry in 45s", 45),
        ("4.3.2 Please try again after 1 hour", 3_600),
        ("Greylisted, please try again in at least 900 secs.", 900),
        ("4.7.0 wait 2 min", 120),
        ("Try again in 100000 seconds", LONGEST_WAIT_SECONDS),
        # Nothing is asked.
        ("4.7.1 Try again later", 0),
        ("4.2.0 Greylisted, see http://postgrey.schweikert.ch/help/300-seconds.html", 0),
        ("4.4.2 timeout exceeded after 300 seconds", 0),
        ("4.7.0 Try again later, closing connection. 17-20020a50s99 - gsmtp", 0),
        ("", 0),
    ],
)
def test_the_time_asked_for_is_read_from_the_words_of_a_reply(text, seconds):
    assert asked_seconds(text) == seconds
