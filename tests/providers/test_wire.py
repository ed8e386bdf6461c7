import gzip
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery, Missing, Report
from bot.providers import wire
from bot.providers.port import (
    Accepted,
    Balance,
    CallFailed,
    CallRefused,
    Credits,
    NotSent,
    Outcome,
    ProviderError,
    Refused,
    ServicesAnswer,
    Unknown,
)
from bot.providers.wire import MAX_BODY, Answer, Call, Lost

KEY = "sk/live+0123456789=abcdef"
CALL = wire.serva_call("https://serva.test/api/v1", "balance", KEY)

ROW = {
    "service": "1234",
    "name": "Instagram Followers",
    "category": "Instagram",
    "type": "Default",
    "rate": "0.89",
    "min": 100,
    "max": 100000,
    "fields": [],
}

READERS: list[Callable[[wire.Reply], object]] = [
    wire.balance,
    wire.catalogue,
    wire.credits_left,
    lambda reply: wire.statuses(reply, ["1"]),
    lambda reply: wire.statuses(reply, ["1", "ORD-2"]),
]

NAMES = st.sampled_from(
    ["order", "error", "charge", "currency", "balance", "status", "message", "credits", "1"]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["ORD-2", "1", "2.14", "Completed", "USD", "error", "1e99"])
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=6)
    ),
    max_leaves=20,
)
STATUS = st.sampled_from([100, 200, 204, 302, 400, 401, 404, 408, 429, 499, 500, 502, 999])


def ok(payload: object, status: int = 200, request_id: str = "r1") -> Answer:
    return Answer(status, request_id, json.dumps(payload).encode())


def failing(read: Callable[[wire.Reply], object], reply: wire.Reply) -> tuple[object, ...]:
    with pytest.raises(ProviderError) as raised:
        read(reply)
    error = raised.value
    if isinstance(error, CallRefused):
        return CallRefused, error.meaning, error.text, error.request_id
    assert isinstance(error, CallFailed)
    return CallFailed, error.reason, error.request_id


# What is sent


def test_the_key_travels_in_header_and_body_and_not_in_the_url() -> None:
    call = wire.serva_call("https://serva.test/api/v1", "balance", "plain-key")
    assert (call.url, call.body, call.headers["x-api-key"]) == (
        "https://serva.test/api/v1",
        b"action=balance&key=plain-key",
        "plain-key",
    )


def test_servya_gets_its_key_in_the_body_only_and_no_kept_connection() -> None:
    call = wire.servya_call("https://servya.test/process_job.php", "plain-key")
    assert call.body == b"apikey=plain-key&job_type=check_balance"
    assert call.headers["connection"] == "close"
    assert "plain-key" not in str(call.headers)


def test_one_order_is_asked_by_order_and_several_by_orders() -> None:
    one, several = wire.status_call("u", KEY, ["A"]), wire.status_call("u", KEY, ["A", "B"])
    assert one.body.startswith(b"order=A&action=status")
    assert several.body.startswith(b"orders=A%2CB&action=status")


@pytest.mark.parametrize(
    ("ids", "batches"),
    [
        ([], []),
        (["A"], [("A",)]),
        (["A", "B", "A"], [("A", "B")]),
        (["A", "B,C", "D"], [("A", "D"), ("B,C",)]),
        (["A,B"], [("A,B",)]),
    ],
)
def test_an_id_with_a_comma_travels_alone(ids: list[str], batches: list[tuple[str, ...]]) -> None:
    assert wire.status_batches(ids) == batches


@pytest.mark.parametrize("ids", [["A", ""], [str(n) for n in range(101)]])
def test_more_than_a_hundred_ids_or_an_empty_one_are_an_error(ids: list[str]) -> None:
    with pytest.raises(ValueError, match="100 order ids"):
        wire.status_batches(ids)


# What is received


def test_a_catalogue_may_be_large_and_nothing_else() -> None:
    limits = [
        wire.serva_call("u", KEY, KEY).max_body,
        wire.serva_call("u", "services", KEY).max_body,
    ]
    assert limits == [1024 * 1024, 32 * 1024 * 1024]


@pytest.mark.parametrize(
    ("raw", "headers", "expected"),
    [
        (b"{}", {}, Answer(200, "", b"{}")),
        (b"{}", {"content-encoding": "identity"}, Answer(200, "", b"{}")),
        (gzip.compress(b"{}", mtime=0), {"content-encoding": "GZIP"}, Answer(200, "", b"{}")),
        (b"{}", {"x-serva-request-id": " r\u202e1 "}, Answer(200, "r1", b"{}")),
        (b" " * MAX_BODY, {}, Answer(200, "", b" " * MAX_BODY)),
        (
            gzip.compress(b" " * MAX_BODY, mtime=0),
            {"content-encoding": "gzip"},
            Answer(200, "", b" " * MAX_BODY),
        ),
    ],
)
def test_an_answer_is_unpacked(raw: bytes, headers: Mapping[str, str], expected: Answer) -> None:
    assert wire.received(CALL, 200, headers, raw) == expected


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b" " * (MAX_BODY + 1), ""),
        (gzip.compress(b" " * (MAX_BODY + 1)), "gzip"),
        (gzip.compress(b"{}", mtime=0)[:-1], "gzip"),
        (b"{}", "gzip"),
        (b"", "gzip"),
        (b"{}", "br"),
        (b"{}", "gzip, gzip"),
    ],
)
def test_what_is_too_large_or_cannot_be_unpacked_is_lost(raw: bytes, encoding: str) -> None:
    headers = {"content-encoding": encoding, "x-serva-request-id": "r1"}
    assert wire.received(CALL, 200, headers, raw) == Lost(
        "HTTP 200, body too large or not unpackable", "r1"
    )


@pytest.mark.parametrize(
    "quoted",
    [
        KEY,
        KEY.replace("/", "\\/"),  # as PHP writes it in JSON
        KEY.replace("+", "\\u002B"),  # as .NET does
        "sk%2Flive%2B0123456789%3Dabcdef",  # as it stood in the form
    ],
)
def test_a_quoted_key_is_blotted_out_before_anything_reads_it(quoted: str) -> None:
    raw = b'{"error": "Invalid API key: ' + quoted.encode() + b'"}'
    reply = wire.received(CALL, 200, {"x-serva-request-id": f"for-{KEY}"}, raw)
    assert failing(wire.balance, reply) == (
        CallRefused,
        Meaning.KEY_UNKNOWN,
        "Invalid API key: [key]",
        "for-[key]",
    )


def test_a_long_request_id_is_shortened() -> None:
    reply = wire.received(CALL, 200, {"x-serva-request-id": "r" * 500}, b"{}")
    assert len(reply.request_id) == 128


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "br"]), st.text(max_size=20), STATUS)
def test_any_answer_is_received(raw: bytes, encoding: str, request_id: str, status: int) -> None:
    headers = {"content-encoding": encoding, "x-serva-request-id": request_id}
    assert isinstance(wire.received(CALL, status, headers, raw), Answer | Lost)


# add


@pytest.mark.parametrize(
    ("order", "read"),
    [
        ("ORD-100023", "ORD-100023"),
        (" ORD-100023 ", "ORD-100023"),
        (100023, "100023"),
        ("a,b", "a,b"),
        ("x" * 128, "x" * 128),
        (None, ""),
        ("", ""),
        ("  ", ""),
        (0, ""),
        (-5, ""),
        ("0", ""),
        ("null", ""),
        (True, ""),
        (1.5, ""),
        (["ORD-1"], ""),
        ({"id": "ORD-1"}, ""),
        ("x" * 129, ""),
        ("ORD\u202e-1", ""),
        ("ORD\n-1", ""),
        ("\ud800", ""),
    ],
)
def test_an_add_is_accepted_only_with_an_order_id_that_can_be_sent_back(
    order: object, read: str
) -> None:
    expected: Outcome = Unknown("HTTP 200 without an order id", "r1")
    if read:
        expected = Accepted(read, None, None, "r1")
    assert wire.outcome(ok({"order": order})) == expected


@pytest.mark.parametrize(
    ("money", "charge", "balance"),
    [
        (
            {"charge": "2.14", "balance": "23.36", "currency": "USD"},
            Money(Decimal("2.14")),
            Money(Decimal("23.36")),
        ),
        ({"charge": 2, "balance": "-1"}, Money(Decimal(2)), Money(Decimal(-1))),
        ({"charge": 0.1, "currency": "eur"}, Money(Decimal("0.1"), "EUR"), None),
        ({"charge": "free", "balance": None}, None, None),
        ({"charge": "2.14", "balance": "23.36", "currency": "dollars"}, None, None),
        ({"charge": 1e300, "balance": [1]}, None, None),
    ],
)
def test_unreadable_money_does_not_undo_an_order(
    money: dict[str, object], charge: Money | None, balance: Money | None
) -> None:
    assert wire.outcome(ok({"order": "A"} | money)) == Accepted("A", charge, balance, "r1")


@pytest.mark.parametrize(
    ("answer", "status", "expected"),
    [
        ({"order": "A", "error": None}, 200, Accepted("A", None, None, "r1")),
        ({"order": "A", "error": "Odd"}, 200, Accepted("A", None, None, "r1")),
        (
            {"order": "A", "error": "ACTIVE_ORDER_EXISTS"},
            200,
            Unknown("HTTP 200, an order id beside a refusal", "r1"),
        ),
        (
            {"order": "A", "error": "Duplicate order"},
            200,
            Unknown("HTTP 200, an order id beside a refusal", "r1"),
        ),
        (
            {"order": "A", "error": "Odd"},
            400,
            Unknown("HTTP 400, an order id beside a refusal", "r1"),
        ),
        ({"order": "A"}, 409, Unknown("HTTP 409, an order id beside a refusal", "r1")),
        ({"order": "", "error": "Odd"}, 200, Refused(Meaning.OTHER, "Odd", "r1")),
        ({"error": True}, 200, Unknown("HTTP 200 without an order id", "r1")),
        ({"error": 17}, 400, Unknown("HTTP 400 without an order id", "r1")),
        ({"message": "Placed"}, 200, Unknown("HTTP 200 without an order id", "r1")),
        ({"status": "failed", "message": "?"}, 200, Unknown("HTTP 200 without an order id", "r1")),
    ],
)
def test_an_answer_with_an_order_id_is_never_a_refusal(
    answer: dict[str, object], status: int, expected: Outcome
) -> None:
    assert wire.outcome(ok(answer, status)) == expected


def test_a_lost_answer_is_unknown_unless_nothing_left() -> None:
    assert wire.outcome(Lost("ReadTimeout", "r1")) == Unknown("ReadTimeout", "r1")
    assert wire.outcome(Lost("ConnectError", sent=False)) == NotSent("ConnectError")


@given(JSON, STATUS)
def test_any_json_has_an_outcome(answer: object, status: int) -> None:
    outcome = wire.outcome(ok(answer, status))
    # Whatever the words are, certainty needs a status that can carry it.
    if status // 100 not in {2, 4}:
        assert outcome == Unknown(f"HTTP {status}", "r1")
    assert isinstance(outcome, Accepted | Refused | Unknown)
    assert not (isinstance(outcome, Accepted) and status >= 400)


@given(st.binary(max_size=200), STATUS)
def test_any_bytes_have_an_outcome(body: bytes, status: int) -> None:
    assert isinstance(wire.outcome(Answer(status, "", body)), Accepted | Refused | Unknown)


# Reads


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Lost("ReadTimeout", "r1"), (CallFailed, "ReadTimeout", "r1")),
        (ok({"error": "Invalid API key"}, 500), (CallFailed, "HTTP 500", "r1")),
        (ok({"error": "Invalid API key"}, 302), (CallFailed, "HTTP 302", "r1")),
        (ok({"error": "Too many requests"}, 429), (CallFailed, "HTTP 429", "r1")),
        (ok({"error": "Timed out"}, 408), (CallFailed, "HTTP 408", "r1")),
        (
            Answer(401, "r1", b"<html>"),
            (CallFailed, "HTTP 401, an HTML page", "r1"),
        ),
        (
            Answer(403, "r1", b" \n<!doctype html>"),
            (CallFailed, "HTTP 403, an HTML page", "r1"),
        ),
        (Answer(200, "r1", b""), (CallFailed, "HTTP 200, no JSON", "r1")),
        (Answer(200, "r1", b"\xff\xfe"), (CallFailed, "HTTP 200, no JSON", "r1")),
        (Answer(200, "r1", b"[" * 100_000), (CallFailed, "HTTP 200, no JSON", "r1")),
        (Answer(200, "r1", b"9" * 5_000), (CallFailed, "HTTP 200, no JSON", "r1")),
        (Answer(200, "r1", b'{"balance": NaN}'), (CallFailed, "HTTP 200, no JSON", "r1")),
        (Answer(200, "r1", b'{"balance": -Infinity}'), (CallFailed, "HTTP 200, no JSON", "r1")),
        (ok({}, 404), (CallFailed, "HTTP 404, a JSON object", "r1")),
        (
            ok({"error": "Invalid API key"}, 403),
            (CallRefused, Meaning.KEY_UNKNOWN, "Invalid API key", "r1"),
        ),
        (
            ok({"message": "Unauthenticated."}, 401),
            (CallRefused, Meaning.OTHER, "Unauthenticated.", "r1"),
        ),
        (
            ok({"error": "Key", "error_code": "API_KEY_REVOKED"}),
            (CallRefused, Meaning.KEY_REVOKED, "Key", "r1"),
        ),
    ],
)
def test_a_read_fails_in_one_of_two_ways(
    read: Callable[[wire.Reply], object], reply: wire.Reply, expected: tuple[object, ...]
) -> None:
    assert failing(read, reply) == expected


@pytest.mark.parametrize("read", READERS)
def test_any_reply_is_read_or_fails_in_one_of_two_ways(
    read: Callable[[wire.Reply], object],
) -> None:
    @given(JSON.map(lambda payload: json.dumps(payload).encode()) | st.binary(max_size=100), STATUS)
    def check(body: bytes, status: int) -> None:
        try:
            value = read(Answer(status, "", body))
        except (CallRefused, CallFailed):
            return
        assert isinstance(value, Balance | ServicesAnswer | Credits | dict)

    check()


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        (b'{"balance": "25.5", "currency": "USD"}', "25.5"),
        (b'{"balance": 0.1}', "0.1"),
        (b'{"balance": 0.100000000001}', "0.100000000001"),
        (b'\xef\xbb\xbf{"balance": "-3"}', "-3"),
    ],
)
def test_a_balance_is_exact(body: bytes, amount: str) -> None:
    assert wire.balance(Answer(200, "", body)) == Balance(Money(Decimal(amount)))


@pytest.mark.parametrize(
    "answer", [{}, [], {"balance": "lots"}, {"balance": None}, {"balance": "1", "currency": "$"}]
)
def test_an_unreadable_balance_fails(answer: object) -> None:
    assert failing(wire.balance, ok(answer)) == (CallFailed, "no readable balance", "r1")


def test_rotten_and_repeated_services_are_left_out_and_counted() -> None:
    again = ROW | {"name": "Another name"}
    reply = ok(
        [ROW, None, "x", {}, ROW | {"service": "9", "rate": "free"}, again, ROW | {"service": "5"}]
    )
    answer = wire.catalogue(reply)
    assert answer is not None
    assert [(service.code, service.name) for service in answer.services] == [
        ("1234", "Instagram Followers"),
        ("5", "Instagram Followers"),
    ]
    assert (answer.skipped, answer.request_id) == (5, "r1")
    assert answer.digest == sha256(reply.body).hexdigest()


def test_an_unchanged_catalogue_is_not_read_again() -> None:
    reply = ok([ROW])
    digest = sha256(reply.body).hexdigest()
    assert wire.catalogue(reply, unless=digest) is None
    assert wire.catalogue(reply, unless="another") is not None


def test_an_empty_catalogue_is_a_catalogue() -> None:
    assert wire.catalogue(ok([])) == ServicesAnswer((), 0, sha256(b"[]").hexdigest(), "r1")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([None, {}], "none of 2 services readable"),
        ({"1": ROW}, "no list of services, a JSON object"),
        ("none", "no list of services, a JSON value"),
    ],
)
def test_an_unreadable_catalogue_replaces_none(answer: object, reason: str) -> None:
    assert failing(wire.catalogue, ok(answer)) == (CallFailed, reason, "r1")


DONE = {"status": "Completed", "charge": "1"}
COMPLETED = Report(Delivery.COMPLETED, "Completed", Decimal(1))


@pytest.mark.parametrize(
    "answer",
    [
        DONE,
        DONE | {"order": "A"},
        {"A": DONE},
        {"A": DONE, "Z": DONE},
        [DONE],
        [DONE | {"order": "A"}],
        [DONE | {"order": "A"}, DONE | {"order": "Z"}],
    ],
)
def test_one_order_is_found_in_every_shape(answer: object) -> None:
    assert wire.statuses(ok(answer), ["A"]) == {"A": COMPLETED}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"A": DONE, "7": DONE}, {"A": COMPLETED, "7": COMPLETED}),
        ([DONE | {"order": "A"}, DONE | {"order": 7}], {"A": COMPLETED, "7": COMPLETED}),
        (
            {"A": DONE, "7": {"error": "Incorrect order ID"}},
            {"A": COMPLETED, "7": Missing("Incorrect order ID")},
        ),
        (
            {"A": DONE, "7": "Incorrect order ID"},
            {"A": COMPLETED, "7": Missing("Incorrect order ID")},
        ),
        ({"A": DONE, "7": None}, {"A": COMPLETED, "7": Missing()}),
        ({"A": DONE}, {"A": COMPLETED, "7": Missing()}),
        ({"A": DONE, "999": DONE}, {"A": COMPLETED, "7": Missing()}),
        ([DONE | {"order": "A"}, None, 5, DONE], {"A": COMPLETED, "7": Missing()}),
        ({}, {"A": Missing(), "7": Missing()}),
        ([], {"A": Missing(), "7": Missing()}),
    ],
)
def test_a_rotten_entry_is_about_its_own_order(
    answer: object, expected: dict[str, Report | Missing]
) -> None:
    assert wire.statuses(ok(answer), ["A", "7"]) == expected


@pytest.mark.parametrize("status", [200, 404])
def test_an_unknown_order_asked_alone_is_missing(status: int) -> None:
    reply = ok({"error": "Incorrect order ID"}, status)
    assert wire.statuses(reply, ["A"]) == {"A": Missing("Incorrect order ID")}


def test_an_error_about_a_whole_batch_refuses_the_call() -> None:
    assert failing(
        lambda reply: wire.statuses(reply, ["A", "B"]), ok({"error": "Incorrect order ID"})
    ) == (
        CallRefused,
        Meaning.ORDER_UNKNOWN,
        "Incorrect order ID",
        "r1",
    )
    assert failing(lambda reply: wire.statuses(reply, ["A"]), ok({"error": "API_KEY_REVOKED"})) == (
        CallRefused,
        Meaning.KEY_REVOKED,
        "API_KEY_REVOKED",
        "r1",
    )


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        ({"Z": DONE}, "a JSON object"),
        ({"message": "maintenance"}, "a JSON object"),
        (DONE, "a JSON object"),
        ([DONE, DONE], "a JSON list"),
        (None, "a JSON value"),
        (0, "a JSON value"),
    ],
)
def test_an_answer_about_something_else_calls_no_order_missing(answer: object, shape: str) -> None:
    assert failing(lambda reply: wire.statuses(reply, ["A", "B"]), ok(answer)) == (
        CallFailed,
        f"no status of these orders, {shape}",
        "r1",
    )


def test_an_answer_that_names_another_order_is_not_taken_for_ours() -> None:
    assert failing(lambda reply: wire.statuses(reply, ["A"]), ok(DONE | {"order": "Z"})) == (
        CallFailed,
        "no status of these orders, a JSON object",
        "r1",
    )


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (23140, 23140),
        ("23140", 23140),
        (" 23140.0 ", 23140),
        (0, 0),
        ("12.5", Decimal("12.5")),
        (12.5, Decimal("12.5")),
    ],
)
def test_credits_are_a_number_or_a_numeric_string(value: object, amount: int | Decimal) -> None:
    assert wire.credits_left(ok({"credits": value, "message": "fine"})) == Credits(amount)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"error": "Invalid API key"}, (CallRefused, Meaning.KEY_UNKNOWN, "Invalid API key", "r1")),
        ({"message": "Bad day"}, (CallRefused, Meaning.OTHER, "Bad day", "r1")),
        ({"error": "x", "credits": 5}, (CallRefused, Meaning.OTHER, "x", "r1")),
        ({}, (CallFailed, "no readable credits", "r1")),
        ({"credits": None}, (CallFailed, "no readable credits", "r1")),
        ({"credits": "many"}, (CallFailed, "no readable credits", "r1")),
        ({"credits": True}, (CallFailed, "no readable credits", "r1")),
        ([5], (CallFailed, "no readable credits", "r1")),
        (5, (CallFailed, "no readable credits", "r1")),
    ],
)
def test_without_credits_servya_refuses_in_words_or_fails(
    answer: object, expected: tuple[object, ...]
) -> None:
    assert failing(wire.credits_left, ok(answer)) == expected


def test_nothing_that_holds_a_key_shows_it() -> None:
    calls: list[Call] = [CALL, wire.servya_call("u", KEY), wire.status_call("u", KEY, ["A"])]
    assert not any(KEY in repr(call) for call in calls)
