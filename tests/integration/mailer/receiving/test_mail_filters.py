"""What the filters of Debian's mail servers say of every mail: OpenDKIM, OpenDMARC."""

import os
import re
import subprocess

import pytest

from tests.integration.mailer.checking.domain import DMARC_NAME, DOMAIN, SELECTOR
from tests.integration.mailer.receiving.received_mails import RECEIVER

# Where Debian keeps them is not on everybody's PATH.
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"
DMARC_RECORD = "v=DMARC1; p=reject"
VERIFIED = re.compile(r"opendkim: (\S+): verification \(s=(\S+), d=(\S+), 2048-bit key\) succeeded")
DECIDED = re.compile(r"opendmarc: (\S+): mlfi_eom\(\) returned SMFIS_(\w+)")


def run(*command, **environment):
    """What it says."""
    return subprocess.run(  # noqa: S603 - programs of this machine.
        command,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PATH": PATH, **environment},
    ).stdout


@pytest.fixture
def resolver_file(tmp_path, dns_port):
    """For libunbound: where all questions go."""
    path = tmp_path / "unbound.conf"
    path.write_text(
        "server:\n  do-not-query-localhost: no\n"
        f'forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@{dns_port}\n'
    )
    return path


@pytest.fixture
def dmarc_file(tmp_path):
    """Faked answers, since OpenDMARC knows no other name server than the machine's."""
    path = tmp_path / "hosts"
    # The library leaves out the length with which a string begins in DNS, so the value begins with it.
    path.write_text(f"TXT {DMARC_NAME} {chr(len(DMARC_RECORD))}{DMARC_RECORD}\n")
    return path


def written(folder, mails):
    """The mails as files, by name."""
    paths = {name: folder / f"{name}.eml" for name in mails}
    for name, content in mails.items():
        paths[name].write_bytes(content)
    return paths


def test_opendkim_verifies_every_mail(tmp_path, resolver_file, mails):
    paths = written(tmp_path, {name: mail.arrived for name, mail in mails.items()})
    settings = tmp_path / "opendkim.conf"
    settings.write_text(f"Mode v\nResolverConfiguration {resolver_file}\nTemporaryDirectory {tmp_path}\n")

    told = run("opendkim", "-x", str(settings), "-t", ",".join(map(str, paths.values())))

    assert VERIFIED.findall(told) == [(str(path), SELECTOR, DOMAIN) for path in paths.values()]


def test_opendkim_finds_that_the_published_key_is_that_of_the_private_one(
    tmp_path, resolver_file, private_key
):
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_text(private_key)
    settings = tmp_path / "opendkim.conf"
    settings.write_text(f"ResolverConfiguration {resolver_file}\n")

    told = run("opendkim-testkey", "-d", DOMAIN, "-s", SELECTOR, "-k", str(key), "-x", str(settings), "-vvv")

    assert "key OK" in told


# By its signature alone: in its test mode OpenDMARC knows no envelope, to which SPF would have to belong.
@pytest.mark.parametrize(("signed_by", "decision"), [(DOMAIN, "ACCEPT"), ("anders.example", "REJECT")])
def test_opendmarc_takes_every_mail_that_we_signed_and_no_other(
    tmp_path, dmarc_file, mails, signed_by, decision
):
    judged = (
        f"Authentication-Results: {RECEIVER}; dkim=pass header.d={signed_by} header.s={SELECTOR}\r\n".encode()
    )
    paths = written(tmp_path, {name: judged + mail.arrived for name, mail in mails.items()})
    settings = tmp_path / "opendmarc.conf"
    settings.write_text(f"AuthservID {RECEIVER}\nTrustedAuthservIDs {RECEIVER}\nRejectFailures true\n")

    told = run(
        "opendmarc",
        *("-c", str(settings), "-v", "-t", ",".join(map(str, paths.values()))),
        LD_PRELOAD="libresolv_wrapper.so",
        RESOLV_WRAPPER_HOSTS=str(dmarc_file),
    )

    assert DECIDED.findall(told) == [(str(path), decision) for path in paths.values()]
