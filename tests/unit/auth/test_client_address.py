"""Who is believed about where a request comes from."""

from ipaddress import ip_network

import pytest

from auth_service.web.client_address import client_network, is_trusted

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        # Nobody else is believed, whatever he writes.
        ("198.51.100.7", ["192.0.2.1"], "198.51.100.7"),
        ("10.0.0.5", [], "10.0.0.5"),
        ("10.0.0.5", ["192.0.2.1"], "192.0.2.1"),
        # What the client invented stands on the left.
        ("10.0.0.5", ["203.0.113.9, 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.5", ["203.0.113.9", "192.0.2.1"], "192.0.2.1"),
        ("10.0.0.5", ["203.0.113.9, 192.0.2.1, 10.0.0.7"], "192.0.2.1"),
        ("10.0.0.5", ["10.0.0.9, 10.0.0.7"], "10.0.0.9"),
        # Further left than nonsense nothing is read.
        ("10.0.0.5", ["192.0.2.1, unknown"], "10.0.0.5"),
        ("10.0.0.5", ["192.0.2.1, unknown, 10.0.0.7"], "10.0.0.7"),
        ("10.0.0.5", [""], "10.0.0.5"),
        ("10.0.0.5", ["192.0.2.1:4711"], "192.0.2.1"),
        # One network of a customer is one client.
        ("fd00::1", ["2001:db8:1:2:aaaa::1"], "2001:db8:1::/48"),
        ("fd00::1", ["[2001:db8:1:2:bbbb::1]:443"], "2001:db8:1::/48"),
        ("fe80::1%eth0", [], "fe80::/48"),
        # IPv4 on a socket for both families.
        ("::ffff:10.0.0.5", ["192.0.2.1"], "192.0.2.1"),
        ("::ffff:198.51.100.7", [], "198.51.100.7"),
        ("", ["192.0.2.1"], ""),
        ("10.0.0.5", ["192.0.2.1" + " " * 80], "10.0.0.5"),
    ],
)
def test_the_client_is_the_first_that_no_proxy_of_ours_stands_for(peer, headers, client):
    assert client_network(peer, headers, PROXIES) == client


def test_without_trusted_proxies_a_header_changes_nothing():
    assert client_network("10.0.0.5", ["192.0.2.1"], []) == "10.0.0.5"
    assert not is_trusted("10.0.0.5", [])
