"""What SpamAssassin, with all of its rules that need no network, thinks of every mail."""

import os
import re
import subprocess

HIGHEST = 1.0
STATUS = re.compile(r"^X-Spam-Status: \w+, score=(-?[\d.]+) required=\S+ tests=(\S*(?:\s+[A-Z_,\d]+)*)", re.M)
FROM_LINE = re.compile(rb"^(>*From )", re.M)


def as_mailbox(mails):
    """In one file, so that SpamAssassin reads its rules once."""
    lines = (FROM_LINE.sub(rb">\1", mail.arrived.replace(b"\r\n", b"\n")) for mail in mails)
    return b"".join(b"From relay Mon Nov 23 13:05:00 2026\n" + content + b"\n" for content in lines)


def test_no_mail_scores_more_than_one_point(tmp_path, mails):
    judged = subprocess.run(
        ["spamassassin", "--local", "--test-mode", "--mbox"],  # noqa: S607 - of this machine.
        input=as_mailbox(mails.values()),
        check=True,
        capture_output=True,
        # Preferences and what it learnt before are its user's own.
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"},
    ).stdout.decode("utf-8", "replace")

    scores = STATUS.findall(judged)
    assert len(scores) == len(mails)
    too_high = [
        (name, *score) for name, score in zip(mails, scores, strict=True) if float(score[0]) > HIGHEST
    ]
    assert too_high == []
