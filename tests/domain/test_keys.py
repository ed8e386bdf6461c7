import random
import string
import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.keys import find_key, looks_like_key, redact

HEX = "d41d8cd98f00b204e9800998ecf8427e"
KEYS = [
    HEX,
    HEX.upper(),
    "abcdef0123456789",
    "sk_live_abcdef0123456789abcdef",
    "serva_9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "serva_test_key_1234567890",
    "servya-abcdefgh12345678",
    "9b2e4f6a-1c3d-4e5f-8a7b-6c5d4e3f2a1b",
    "serva_9b2e4f6a-1c3d-4e5f-8a7b-6c5d4e3f2a1b",
    "Xk29dLmQ0pZr8TtVw3Bn",
    "q7m2k9x4w1z8v5t3r6p0",
    "c2VydmE6MTIzNDU2Nzg5MGFiY2RlZg==",
    "aB3+dE/gH1jK4mN7pQ9sT2vW",
    "A1B2-C3D4-E5F6-G7H8-J9K0",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "QxVbRtLpZwKjHsGnMcDyFo",
]
OTHERS = [
    "",
    "hello",
    "Instagram followers",
    "متابعين انستغرام حقيقيين",
    "متابعين_انستغرام_حقيقيين_مضمونين",
    "#متابعين_انستغرام_حقيقيين",
    "#Summer2026SaleForEveryone1",
    "@a1b2c3d4e5f6g7h8i9j0k1",
    "ahmed_mohammed_1995_official",
    "internationalization",
    "best-10-instagram-growth-tips-2026",
    "InstagramFollowersRealHighQuality",
    "InstagramFollowers2026",
    "SAVE10",
    "SUMMER2026",
    "SUMMER-SALE-2026-SAVE10",
    "ORD-100023",
    "ORD-100023 ORD-100024",
    "ORD-100023/ORD-100024/ORD-100025",
    "ORD-100023,ORD-100024,ORD-100025",
    "1234567890123456",
    "51234567890123456789012345",
    "+962791234567",
    "00962-79-123-4567-0000-0000",
    "player_id:51234567890123456789",
    "2026-11-21T23:53:00.000Z",
    "IMG-20261121-WA0001.jpg",
    "Screenshot_2026-11-21-23-53-00_com.app.jpg",
    "ahmed.mohammed.ali1995@gmail.com",
    "/start",
    "----------------------------",
    "........................1a",
    "https://instagram.com/p/C1a2B3c4D5e6F7g8H9/?igsh=MWx0a2J3c4d5e6f7==",
    "https://a.com/d41d8cd98f00b204e9800998ecf8427e",
    "instagram.com/reel/C1a2B3c4D5e6F7g8H9",
    "link:instagram.com/reel/C1a2B3c4D5e6F7g8H9",
    "www.tiktok.com/@a/video/7301234567890123456?_t=8hAbC1dE2fG3h",
    "t.me/+AbCdEf1234567890AbCd",
    "tg://resolve?domain=a1b2c3d4e5f6a7b8c9d0e1f2",
    "شوفhttps://youtu.be/a1B2c3D4e5F6g7H8i9J0",
    "https://a.com/?resourcekey=0-a1B2c3D4e5F6g7H8i9J0",
]
SENTENCES = [
    "{}",
    " {}\n",
    "my key is {}.",
    "key: {}, thanks",
    "API_KEY={}",
    "apikey:{}",
    "Bearer {}",
    "مفتاحي {} شكرا",
    "مفتاحي:{}؟",
    "مفتاحي{}شكرا",
    '{{"key":"{}","action":"add"}}',
    "key={}&action=balance",
    "`{}`",
    "({})",
    "\u2068{}\u2069",
    "API key\n{}\nhttps://serva-s.com/profile/api/",
    "https://serva-s.com/api/v1?action=balance&key={}",
    "https://serva-s.com/api/v1?api_key={}&action=balance",
]

sentences = st.sampled_from(SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_found_wherever_it_stands(key: str, sentence: str) -> None:
    assert find_key(sentence.format(key), expected=False) == key
    assert find_key(sentence.format(key), expected=True) == key


@pytest.mark.parametrize("text", OTHERS)
def test_what_people_type_is_no_key(text: str) -> None:
    assert find_key(text, expected=False) is None
    assert redact(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Instagram followers",
        "متابعين_انستغرام_حقيقيين_مضمونين",
        "#Summer2026SaleForEveryone",
        "@somebody_with_a_long_name",
        "somebody.else@example.com",
        "/order_something_for_me",
        "/start@the_serva_ordering_bot",
        "https://instagram.com/somebody",
        "instagram.com/somebody",
        "www.somebody-somewhere.example",
        "instagramfollowers.com",
        "tg://resolve?domain=somebody",
        "ORD-100023",
        "abcdefghijklmno",
        "a" * 513,
    ],
)
def test_what_people_type_instead_of_the_key_is_no_key(text: str) -> None:
    assert not looks_like_key(text, expected=True)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("abcdefghijklmnop", "abcdefghijklmnop"),
        ("  abcdefghijklmnop\n", "abcdefghijklmnop"),
        ("`abcdefghijklmnop`", "abcdefghijklmnop"),
        ('"abcdefghijklmnop".', "abcdefghijklmnop"),
        ("\u200fabcdefgh\u200bijklmnop", "abcdefghijklmnop"),
        ("key=abcdefghijklmnop", "abcdefghijklmnop"),
        ("1234567890123456", "1234567890123456"),
        ("correct-horse-battery", "correct-horse-battery"),
        ("p@ss!w0rd#with$signs%", "p@ss!w0rd#with$signs%"),
        ("a" * 512, "a" * 512),
    ],
)
def test_where_a_key_is_expected_any_long_word_is_one(text: str, key: str) -> None:
    assert find_key(text, expected=True) == key
    assert find_key(text, expected=False) is None


def test_a_hidden_character_does_not_hide_a_key() -> None:
    assert find_key(f"{HEX[:9]}\u200b{HEX[9:]}", expected=False) == HEX


def test_a_hashtag_sign_does_not_hide_a_key() -> None:
    assert find_key(f"#{HEX}", expected=False) == HEX


@given(st.text("0123456789abcdef", min_size=16, max_size=64), sentences, st.booleans())
def test_hex_of_both_kinds_is_always_found(key: str, sentence: str, expected: bool) -> None:
    assume(any(char in "abcdef" for char in key) and any(char.isdigit() for char in key))
    assert find_key(sentence.format(key), expected=expected) == key


@given(st.uuids(version=4), sentences)
def test_a_uuid_is_always_found(key: uuid.UUID, sentence: str) -> None:
    assert find_key(sentence.format(key), expected=False) == str(key)


@pytest.mark.parametrize(
    ("alphabet", "length", "missed"),
    [
        (string.ascii_letters + string.digits, 20, 40),
        (string.ascii_letters + string.digits, 32, 2),
        (string.ascii_letters + string.digits + "+/", 43, 2),
        (string.ascii_letters + string.digits + "_", 43, 2),
        (string.ascii_lowercase + string.digits, 24, 10),
        (string.ascii_lowercase + string.digits, 40, 0),
    ],
)
def test_random_keys_are_hardly_ever_missed(alphabet: str, length: int, missed: int) -> None:
    chance = random.Random(20)
    keys = ["".join(chance.choices(alphabet, k=length)) for _ in range(2000)]
    assert sum(not looks_like_key(key, expected=False) for key in keys) <= missed


@given(st.integers(0, 10**40), st.sampled_from(["", "+", "ORD-", "#", "ID ", "id:", "شحن "]))
def test_a_plain_number_is_never_a_key_unless_expected(number: int, before: str) -> None:
    assert not looks_like_key(f"{before}{number}", expected=False)


@given(st.text(), st.booleans())
def test_any_text_is_looked_at_without_harm(text: str, expected: bool) -> None:
    key = find_key(text, expected=expected)
    assert key is None or (len(key) >= 16 and key.isascii())
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_of_a_key_only_its_end_is_left(key: str, sentence: str) -> None:
    assert redact(sentence.format(key)) == sentence.format(f"…{key[-4:]}")


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "POST https://api.telegram.org/bot123456789:AAEhBP0av28_abcdefghijklmnopqrstuvw-x/getMe",
            "POST https://api.telegram.org/bot[token]/getMe",
        ),
        ("123456789:AAEhBP0av28_abcdefghijklmnopqrstuvw-x", "[token]"),
        (f"two: {HEX} and {HEX}", "two: …427e and …427e"),
        (f"https://a.com/?key={HEX} {HEX}", "https://a.com/?key=…427e …427e"),
        (f"POST /api/v1?key={HEX}&action=add 200", "POST /api/v1?key=…427e&action=add 200"),
        ("12:30 ORD-100023 charged 2.14 USD", "12:30 ORD-100023 charged 2.14 USD"),
    ],
)
def test_a_line_for_the_log_keeps_no_secret(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize("piece", ["a", "a1", "a-", "=", "key=", "?key=", "#a", "0-", "/"])
def test_a_flood_is_looked_at_to_its_end(piece: str) -> None:
    assert redact(f"{piece * 3000} {HEX}").endswith(" …427e")
