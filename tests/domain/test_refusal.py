import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.refusal import MAX_TEXT, Meaning, Stated, meaning_of, stated_error
from bot.domain.text import utf16_length

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["error", "errors", "message", "error_code", "code", "status"])
            | st.text(max_size=8),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("INVALID_API_KEY", Meaning.KEY_UNKNOWN),
        ("API_KEY_REVOKED", Meaning.KEY_REVOKED),
        ("API_KEY_INACTIVE", Meaning.KEY_REVOKED),
        ("API_ACCESS_NOT_ALLOWED", Meaning.NOT_APPROVED),
        ("ACCOUNT_BANNED", Meaning.BANNED),
        ("SERVICE_NOT_FOUND", Meaning.SERVICE_GONE),
        ("SERVICE_NOT_FOUND_OR_INACTIVE", Meaning.SERVICE_GONE),
        ("INSUFFICIENT_BALANCE", Meaning.BALANCE_TOO_LOW),
        ("DUPLICATE_ORDER", Meaning.DUPLICATE_TARGET),
        ("DUPLICATE_ORDER_COOLDOWN", Meaning.DUPLICATE_TARGET),
        ("ACTIVE_ORDER_EXISTS", Meaning.TARGET_BUSY),
        ("ACTIVE_TARGET_ORDER_EXISTS", Meaning.TARGET_BUSY),
    ],
)
def test_a_code_is_read_however_it_is_spelled(code: str, meaning: Meaning) -> None:
    spellings = [code, code.lower(), code.replace("_", " "), code.replace("_", "-"), f" {code}. "]
    assert [meaning_of(spelling) for spelling in spellings] == [meaning] * 5
    assert meaning_of("Something in Arabic or new", code) == meaning
    assert meaning_of(f"{code}: see the documentation") == meaning


@pytest.mark.parametrize(
    ("sentence", "meaning"),
    [
        # the meanings of the documentation, in its own words
        (
            "The key does not exist or the key payload is invalid.",
            Meaning.KEY_UNKNOWN,
        ),
        ("The key exists, but has already been revoked.", Meaning.KEY_REVOKED),
        (
            "The user account is not currently approved for API usage.",
            Meaning.NOT_APPROVED,
        ),
        (
            "The account linked to this API key is banned and cannot use the API.",
            Meaning.BANNED,
        ),
        (
            "The service ID is unknown or not active anymore.",
            Meaning.SERVICE_GONE,
        ),
        (
            "The order cost is higher than the account balance.",
            Meaning.BALANCE_TOO_LOW,
        ),
        (
            "A duplicate target was blocked by the purchase guard.",
            Meaning.DUPLICATE_TARGET,
        ),
        (
            "An active order already exists for the same target in the secured pipeline.",
            Meaning.TARGET_BUSY,
        ),
        # the wider family
        ("Invalid API key", Meaning.KEY_UNKNOWN),
        ("Incorrect API key", Meaning.KEY_UNKNOWN),
        ("API key not found", Meaning.KEY_UNKNOWN),
        ("Your API key is disabled", Meaning.KEY_REVOKED),
        ("User suspended", Meaning.BANNED),
        ("Not enough funds on balance", Meaning.BALANCE_TOO_LOW),
        ("neworder.error.not_enough_funds", Meaning.BALANCE_TOO_LOW),
        ("Insufficient credits", Meaning.BALANCE_TOO_LOW),
        (
            "You have active order with this link. Please wait until order being completed.",
            Meaning.TARGET_BUSY,
        ),
        ("neworder.error.link_duplicate", Meaning.DUPLICATE_TARGET),
        ("neworder.error.min_quantity", Meaning.QUANTITY),
        ("neworder.error.max_quantity", Meaning.QUANTITY),
        ("Quantity less than minimal 100", Meaning.QUANTITY),
        ("Quantity more than maximum 10000", Meaning.QUANTITY),
        ("Minimum order is 100", Meaning.QUANTITY),
        ("Invalid order quantity", Meaning.QUANTITY),
        ("neworder.error.link", Meaning.LINK),
        ("Bad link", Meaning.LINK),
        ("Link is required", Meaning.LINK),
        ("Invalid target URL", Meaning.LINK),
        ("Incorrect service ID", Meaning.SERVICE_GONE),
        ("error.incorrect_service_id", Meaning.SERVICE_GONE),
        ("Disabled service ID", Meaning.SERVICE_GONE),
        ("Service is inactive", Meaning.SERVICE_GONE),
        ("Incorrect order ID", Meaning.ORDER_UNKNOWN),
        ("Order not found", Meaning.ORDER_UNKNOWN),
        ("Order ID 123 does not exist", Meaning.ORDER_UNKNOWN),
        ("Invalid coupon code", Meaning.COUPON),
        ("COUPON_EXPIRED", Meaning.COUPON),
        ("This promo code needs a minimum order of $5", Meaning.COUPON),
        ("Comments are required", Meaning.FIELDS),
        ("Missing field: player_id", Meaning.FIELDS),
        ("Keywords field is empty", Meaning.FIELDS),
    ],
)
def test_a_sentence_of_the_family_is_read(sentence: str, meaning: Meaning) -> None:
    assert meaning_of(sentence) == meaning
    assert meaning_of(sentence.upper()) == meaning


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "...",
        "Something odd",
        "حدث خطأ ما",
        "Incorrect request",
        # a whole site says so of itself; no service of the catalogue is meant
        "Service unavailable",
        "Service Temporarily Unavailable",
        # somebody's trouble, but not this person's key
        "Unauthorized",
        "Forbidden",
        "Too many requests",
        "Provider error: Invalid API key",
        "Upstream: not enough funds",
        "keywords",
    ],
)
def test_what_says_too_little_is_other(sentence: str) -> None:
    assert meaning_of(sentence) == Meaning.OTHER


def test_a_code_beside_a_sentence_decides() -> None:
    assert meaning_of("Invalid API key", "ACCOUNT_BANNED") == Meaning.BANNED
    assert meaning_of("Invalid API key", "E_17") == Meaning.KEY_UNKNOWN


@pytest.mark.parametrize(
    ("answer", "stated"),
    [
        ({"error": "Bad link"}, Stated("Bad link", "")),
        ({"error": " Bad\u202e  link\n"}, Stated("Bad link", "")),
        ({"error": "Odd", "error_code": "ACCOUNT_BANNED"}, Stated("Odd", "ACCOUNT_BANNED")),
        ({"error_code": "ACCOUNT_BANNED"}, Stated("ACCOUNT_BANNED", "ACCOUNT_BANNED")),
        ({"error": {"code": "X1", "message": "Bad link"}}, Stated("Bad link", "X1")),
        ({"error": {"link": ["is invalid"]}}, Stated("is invalid", "")),
        ({"errors": ["", "Bad link", "Bad day"]}, Stated("Bad link", "")),
        ({"errors": {"link": ["is invalid"]}}, Stated("is invalid", "")),
        ({"error": True, "message": "Bad link"}, Stated("Bad link", "")),
        ({"success": False, "message": "Bad link"}, Stated("Bad link", "")),
        ({"status": "error", "msg": "Bad link"}, Stated("Bad link", "")),
        ({"status": "FAIL", "message": "Bad link"}, Stated("Bad link", "")),
    ],
)
def test_an_error_is_found_in_every_form(answer: dict[str, object], stated: Stated) -> None:
    assert stated_error(answer) == stated


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"error": None},
        {"error": ""},
        {"error": " \u200b "},
        {"error": False, "message": "Order placed"},
        {"error": []},
        {"error": {}},
        {"error": 17},
        {"errors": []},
        {"error_code": 0},
        {"message": "Order placed"},
        {"status": "failed", "message": "the order, not the call"},
        {"status": "Completed", "code": "A1"},
    ],
)
def test_where_nothing_is_stated_there_is_no_error(answer: dict[str, object]) -> None:
    assert stated_error(answer) is None


@pytest.mark.parametrize("answer", [{"error": True}, {"success": False}, {"status": "error"}])
def test_a_flag_without_a_word_states_nothing(answer: dict[str, object]) -> None:
    assert stated_error(answer) is None
    assert stated_error(answer, denied=True) is None


def test_a_bare_message_counts_only_where_the_status_already_said_no() -> None:
    answer = {"message": "Unauthenticated."}
    assert stated_error(answer) is None
    assert stated_error(answer, denied=True) == Stated("Unauthenticated.", "")


@given(JSON, st.booleans())
def test_any_object_states_a_short_error_or_none(answer: object, denied: bool) -> None:
    stated = stated_error(answer if isinstance(answer, dict) else {"error": answer}, denied=denied)
    assert stated is None or 1 <= utf16_length(stated.text) <= MAX_TEXT
    assert stated is None or stated.meaning in Meaning


@given(st.text(max_size=2000), st.text(max_size=100))
def test_any_words_have_a_meaning(error: str, code: str) -> None:
    assert meaning_of(error, code) in Meaning
