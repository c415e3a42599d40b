import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer_service.writing.harmless_text import LONGEST, harmless_text

# Pieces that spammers build with, mixed with anything at all.
PIECES = st.sampled_from(
    [
        "http", "HTTPS", "://", "//", "www", "WWW.", ".", "。", "．", "com", "nl", "evil", "@", ":",
        "mailto:", "\\\\", "/", " ", "\n", "\u200b", "\u202e", "ｗｗｗ", "ｈｔｔｐ",
        "t.me/x", "B.V.", "é", "x" * 30,
    ]
)  # fmt: skip
NAMES = st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=14).map("".join)


@given(NAMES)
def test_nothing_survives_that_a_mail_program_makes_a_link_of(name):
    shown = harmless_text(name)

    assert "http" not in shown.lower()
    assert not re.search(r"www[.。]", shown, re.IGNORECASE)
    assert not re.search(r"//|\\|\S@\S|:[^\s…]", shown)
    assert not re.search(r"[.。][^\s.。…]{2}", shown)


@given(NAMES)
def test_what_is_left_is_one_line_of_at_most_sixty_visible_characters(name):
    shown = harmless_text(name)

    assert len(shown) <= LONGEST
    assert shown == " ".join(shown.split())
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs", "Co", "Cn"}


@pytest.mark.parametrize(
    "name",
    [
        "Pension De Zon",
        "Hotel 't Wapen van Zeedorp B.V.",
        "Bed & Breakfast Café Ljouwert – kamers 1/2",
        "Camping: De Duinen",
        "St. Joris (v.o.f.)",
    ],
)
def test_ordinary_names_stay_as_they_are(name):
    assert harmless_text(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Vakantiehuis.nl", "Vakantiehuis. nl"),
        ("Win: https://evil.example/x", "Win: evil. example/x"),
        ("mail info@evil.example", "mail info @ evil. example"),
        ("hthttptp://evil.example", "evil. example"),
        ("ｗｗｗ．evil．example", "evil. example"),
        ("De\u200b Zon\r\nBcc: x", "De Zon Bcc: x"),
    ],
)
def test_links_fall_apart(name, shown):
    assert harmless_text(name).lstrip(" .") == shown
