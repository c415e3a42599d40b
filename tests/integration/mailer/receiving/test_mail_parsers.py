"""What parsers that aren't ours find in every mail."""

import email
from email import policy

import mailparser


def test_mail_parser_finds_no_defect_and_both_texts(mails):
    for name, mail in mails.items():
        parsed = mailparser.parse_from_bytes(mail.arrived)

        assert not parsed.has_defects, (name, parsed.defects)
        assert len(parsed.text_plain) == 1
        assert len(parsed.text_html) == 1
        assert not parsed.attachments
        assert parsed.message_id.endswith("@nachregister.example>")
        assert "Met vriendelijke groet," in parsed.text_plain[0]


def test_the_standard_library_finds_no_defect(mails):
    for name, mail in mails.items():
        message = email.message_from_bytes(mail.arrived, policy=policy.default)

        assert [part.defects for part in message.walk() if part.defects] == [], name
        assert [header.defects for header in message.values() if header.defects] == [], name
