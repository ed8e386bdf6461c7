import json
from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import draft
from bot.domain.catalogue import Service
from bot.domain.draft import (
    Asking,
    Confirming,
    Filling,
    Inputs,
    Resting,
    Step,
    details_of,
    next_question,
    open_fields,
    quantity_of,
    questions,
    sends_quantity,
    step_from_json,
    step_to_json,
    without,
)
from bot.domain.fields import Field, FieldKind, v2_fields
from bot.domain.money import MAX_AMOUNT, MAX_DECIMALS, Money
from bot.domain.order import Quote, Value
from bot.domain.pricing import Unit

LINK, QUANTITY, COUPON = (Asking.LINK, ""), (Asking.QUANTITY, ""), (Asking.COUPON, "")

FOLLOWERS = Service(
    "1234", "Instagram Followers", "Instagram", "Default", Decimal("0.89"), 100, 100_000
)
FIXED = replace(FOLLOWERS, minimum=1000, maximum=1000, asks_quantity=False)
PACKAGE = replace(FOLLOWERS, type="Package", minimum=1, maximum=1, asks_quantity=False)
POLL = replace(FOLLOWERS, type="Poll", fields=v2_fields("Poll"))
COMMENTS = replace(
    FOLLOWERS,
    type="Custom Comments",
    minimum=5,
    maximum=5000,
    fields=v2_fields("Custom Comments"),
    asks_quantity=False,
    derives_quantity=True,
)
SUBSCRIPTION = replace(
    COMMENTS, type="Subscriptions", fields=v2_fields("Subscriptions"), needs_link=False
)
PLAYER = Field("player_id", "Player ID", FieldKind.TEXT)
SERVER = Field("server_id", "Server ID", FieldKind.TEXT)
NOTES = Field("notes", "Notes", FieldKind.TEXT, required=False)
DIAMONDS = replace(
    FOLLOWERS,
    code="7788",
    minimum=1,
    maximum=1,
    fields=(PLAYER, SERVER, NOTES),
    needs_link=False,
    asks_quantity=False,
)
CODES = replace(DIAMONDS, fields=(PLAYER,), maximum=10, asks_quantity=True)
REVIEWS = replace(CODES, needs_link=True)
BULK = replace(
    DIAMONDS,
    fields=(Field("usernames", "Usernames", FieldKind.LINES), NOTES),
    minimum=5,
    maximum=1000,
    derives_quantity=True,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
amounts = st.decimals(0, MAX_AMOUNT, allow_nan=False, places=MAX_DECIMALS // 2)
inputs = st.builds(
    Inputs,
    link=texts,
    values=st.dictionaries(texts, texts, max_size=4).map(lambda given: tuple(given.items())),
    quantity=st.none() | st.integers(1, 10**12),
    coupon=texts,
    seen_rate=amounts.map(str) | st.just(""),
    seen_unit=st.sampled_from([*Unit, ""]).map(str),
    again=st.booleans(),
)
quotes = st.builds(
    Quote,
    total=st.builds(Money, amounts, st.sampled_from(["USD", "SAR"])),
    rate=amounts,
    unit=st.sampled_from(Unit),
    proven=st.booleans(),
)
integers = st.integers(0, 2**62)
STEPS: dict[type[Step], st.SearchStrategy[Step]] = {
    draft.Resting: st.just(draft.Resting()),
    draft.Searching: st.builds(
        draft.Searching,
        texts,
        texts,
        st.none() | integers,
        texts,
        texts,
        st.lists(texts, max_size=3).map(tuple),
    ),
    draft.FindingName: st.builds(draft.FindingName, texts, texts, st.none() | integers),
    draft.PastingKey: st.builds(draft.PastingKey, texts, st.booleans(), texts),
    draft.HoldingKey: st.builds(draft.HoldingKey, texts, texts, st.booleans(), texts),
    draft.Filling: st.builds(
        Filling, integers, texts, inputs, st.sampled_from(Asking), texts, st.none() | inputs, texts
    ),
    draft.Confirming: st.builds(Confirming, integers, texts, inputs, quotes, texts),
    draft.TellingTime: st.just(draft.TellingTime()),
    draft.SettingLimit: st.builds(draft.SettingLimit, texts, texts),
    draft.FindingOrder: st.builds(draft.FindingOrder, texts, integers),
    draft.Opening: st.builds(draft.Opening, texts),
    draft.NamingFavourite: st.builds(draft.NamingFavourite, integers, texts),
    draft.AskingServa: st.builds(draft.AskingServa, integers, texts, integers),
    draft.ListingOrders: st.just(draft.ListingOrders()),
    draft.ConfirmingMass: st.builds(draft.ConfirmingMass, texts, integers),
    draft.GivingOrderId: st.builds(draft.GivingOrderId, integers),
    draft.FindingPerson: st.just(draft.FindingPerson()),
    draft.WritingBroadcast: st.just(draft.WritingBroadcast()),
    draft.PreviewingBroadcast: st.builds(draft.PreviewingBroadcast, texts, texts),
    draft.WritingMaintenance: st.just(draft.WritingMaintenance()),
}
steps = st.one_of(*STEPS.values())
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


def test_the_round_trip_is_tried_with_every_step_there_is() -> None:
    assert set(STEPS) == set(get_args(Step))


@given(steps)
def test_a_step_reads_back_as_it_was_written(step: Step) -> None:
    assert step_from_json(step_to_json(step)) == step


@given(inputs, quotes)
def test_amounts_survive_storage_to_the_last_digit(given_inputs: Inputs, quote: Quote) -> None:
    read = step_from_json(step_to_json(Confirming(1, "n", given_inputs, quote)))
    assert isinstance(read, Confirming)
    assert str(read.quote.total.amount) == str(quote.total.amount)
    assert str(read.quote.rate) == str(quote.rate)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"": "Teleporting"}',
        '{"": "Filling"}',
        '{"": "Filling", "service": 1, "nonce": "n", "inputs": 5, "asking": "link"}',
        '{"": "Searching", "query": "x", "link": "", "of another version": 1}',
        '{"": "Confirming", "service": 1, "nonce": "n", "inputs": {"values": []}, "quote": {}}',
    ],
)
def test_what_no_longer_reads_is_a_fresh_start(text: str) -> None:
    assert step_from_json(text) == Resting()


@given(steps, texts, json_values)
def test_a_step_with_a_strange_member_still_reads_as_some_step(
    step: Step, name: str, value: object
) -> None:
    body = json.loads(step_to_json(step))
    body[name] = value
    assert isinstance(step_from_json(json.dumps(body)), Step)


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        (FOLLOWERS, (LINK, QUANTITY)),
        (FIXED, (LINK,)),
        (PACKAGE, (LINK,)),
        (POLL, (LINK, (Asking.FIELD, "answer_number"), QUANTITY)),
        (COMMENTS, (LINK, (Asking.FIELD, "comments"))),
        (DIAMONDS, tuple((Asking.FIELD, key) for key in ("player_id", "server_id", "notes"))),
        (REVIEWS, (LINK, (Asking.FIELD, "player_id"), QUANTITY)),
        (replace(DIAMONDS, fields=()), ()),
    ],
)
def test_a_service_asks_for_its_link_then_its_fields_then_how_many(
    service: Service, asked: tuple[tuple[Asking, str], ...]
) -> None:
    assert questions(service) == asked


def answered(given_inputs: Inputs, question: tuple[Asking, str]) -> Inputs:
    asking, key = question
    if asking is Asking.LINK:
        return replace(given_inputs, link="https://example.com/a")
    if asking is Asking.QUANTITY:
        return replace(given_inputs, quantity=500)
    return given_inputs.with_value(key, "x")


@pytest.mark.parametrize("service", [FOLLOWERS, PACKAGE, POLL, DIAMONDS, REVIEWS, SUBSCRIPTION])
def test_answering_each_question_in_turn_leads_through_all_of_them(service: Service) -> None:
    given_inputs, asked = Inputs(), []
    while (question := next_question(service, given_inputs)) is not None:
        asked.append(question)
        given_inputs = answered(given_inputs, question)
    assert tuple(asked) == questions(service)


@given(st.sampled_from([FOLLOWERS, POLL, DIAMONDS, REVIEWS, SUBSCRIPTION]), st.data())
def test_a_question_taken_back_is_the_one_that_is_asked_again(
    service: Service, data: st.DataObject
) -> None:
    complete = Inputs()
    for question in questions(service):
        complete = answered(complete, question)
    taken_back = data.draw(st.sampled_from(questions(service)))
    assert next_question(service, without(complete, taken_back)) == taken_back


def test_what_was_answered_out_of_turn_is_not_asked() -> None:
    given_inputs = replace(Inputs().with_value("player_id", "1"), quantity=3)
    assert next_question(REVIEWS, given_inputs) == LINK
    assert next_question(REVIEWS, replace(given_inputs, link="https://example.com/a")) is None


def test_a_skipped_field_counts_as_answered() -> None:
    given_inputs = Inputs().with_value("player_id", "1").with_value("server_id", "2")
    assert next_question(DIAMONDS, given_inputs) == (Asking.FIELD, "notes")
    skipped = given_inputs.with_value("notes", "")
    assert next_question(DIAMONDS, skipped) is None
    assert open_fields(DIAMONDS, skipped) == ()


def test_open_fields_come_in_the_order_in_which_they_are_asked() -> None:
    assert open_fields(DIAMONDS, Inputs().with_value("server_id", "2")) == (PLAYER, NOTES)


@given(inputs)
def test_taking_a_coupon_question_back_changes_nothing(given_inputs: Inputs) -> None:
    assert without(given_inputs, COUPON) == given_inputs


def test_answering_a_field_again_replaces_its_answer() -> None:
    once = Inputs().with_value("player_id", "1").with_value("server_id", "2")
    assert once.with_value("player_id", "3").values == (("player_id", "3"), ("server_id", "2"))


def values(**given_values: str) -> Inputs:
    return Inputs(values=tuple(given_values.items()))


@pytest.mark.parametrize(
    ("service", "given_inputs", "quantity"),
    [
        (FOLLOWERS, Inputs(), None),
        (FOLLOWERS, Inputs(quantity=700), 700),
        (FIXED, Inputs(quantity=5), 1000),
        (PACKAGE, Inputs(), 1),
        (DIAMONDS, Inputs(), 1),
        (replace(FOLLOWERS, asks_quantity=False), Inputs(quantity=5), None),
        (BULK, Inputs(), None),
        (BULK, values(usernames="a\n\n b \nc"), 3),
        (SUBSCRIPTION, values(username="ann", max="200", posts="3"), 600),
    ],
)
def test_how_many_will_be_ordered(
    service: Service, given_inputs: Inputs, quantity: int | None
) -> None:
    assert quantity_of(service, given_inputs) == quantity


@pytest.mark.parametrize(
    ("service", "sent"),
    [
        (FOLLOWERS, True),
        (POLL, True),
        (CODES, True),
        (REVIEWS, True),
        (FIXED, True),
        (PACKAGE, False),
        (COMMENTS, False),
        (SUBSCRIPTION, False),
        (BULK, False),
        (DIAMONDS, False),
        (replace(DIAMONDS, minimum=3, maximum=3), True),
    ],
)
def test_a_quantity_is_sent_where_the_person_or_the_service_says_how_many(
    service: Service, sent: bool
) -> None:
    assert sends_quantity(service) is sent


QUOTE = Quote(Money(Decimal("1.45")), Decimal("1.45"), Unit.FLAT, False)


def test_the_details_hold_the_answers_in_the_services_order_without_what_was_skipped() -> None:
    given_inputs = values(notes="", server_id="55", player_id="123456789")
    details = details_of(DIAMONDS, replace(given_inputs, coupon="SAVE10"), QUOTE)
    assert details.values == (
        Value("player_id", "Player ID", "123456789"),
        Value("server_id", "Server ID", "55"),
    )
    assert (details.quantity, details.sends_quantity) == (1, False)
    assert (details.coupon, details.quote, details.link) == ("SAVE10", QUOTE, "")


def test_a_link_that_the_service_has_no_use_for_is_left_out() -> None:
    given_inputs = replace(values(player_id="1", server_id="2"), link="https://example.com/a")
    assert details_of(DIAMONDS, given_inputs, QUOTE).link == ""
    assert details_of(FOLLOWERS, given_inputs, QUOTE).link == "https://example.com/a"


def test_inputs_of_the_v2_family_are_known_as_top_level() -> None:
    details = details_of(POLL, values(answer_number="2"), QUOTE)
    assert details.values == (Value("answer_number", "Answer number", "2", top_level=True),)
