"""What somebody is told of a device: names that we chose, whatever the browser calls itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_service.accounts.visitors import Device
from auth_service.web.devices import (
    BROWSERS,
    LONGEST_LOOKED_AT,
    PROGRAM,
    SYSTEMS,
    read_device,
    told_of_device,
)

SEEN = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0": "Firefox op Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
    " Safari/537.36": "Chrome op Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
    " Safari/537.36 Edg/142.0.0.0": "Edge op Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0"
    " Safari/537.36 OPR/122.0.0.0": "Opera op Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
    " Safari/605.1.15": "Safari op Mac",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.6 Mobile/15E148 Safari/604.1": "Safari op iPhone",
    "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0"
    " Mobile/15E148 Safari/604.1": "Chrome op iPad",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " FxiOS/145.0 Mobile/15E148 Safari/604.1": "Firefox op iPhone",
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0"
    " Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet op Android",
    "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0": "Firefox op Android",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
    " Safari/537.36": "Chrome op ChromeOS",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox op Linux",
    "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko": "Onbekende browser op Windows",
    "Firefox/1": "Firefox",
    "curl/7.88.1": "Onbekend apparaat",
    "": "Onbekend apparaat",
}


@pytest.mark.parametrize("user_agent", SEEN)
def test_a_device_is_told_as_people_call_it(user_agent):
    assert told_of_device(read_device(user_agent)) == SEEN[user_agent]


def test_a_program_is_no_unknown_device():
    assert told_of_device(PROGRAM) == "Programma (API)"


@given(st.text(max_size=2 * LONGEST_LOOKED_AT) | st.sampled_from(sorted(SEEN)).map(lambda text: text[::-1]))
def test_whatever_a_browser_sends_only_names_of_ours_come_of_it(user_agent):
    device = read_device(user_agent)

    assert device.browser in {None, *BROWSERS.values()}
    assert device.system in {None, *SYSTEMS.values()}


def test_what_stands_far_behind_is_not_looked_at():
    assert read_device("x" * LONGEST_LOOKED_AT + "Firefox/145.0 Windows") == Device()
