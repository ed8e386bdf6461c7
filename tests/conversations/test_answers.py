from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.answers import one_link, take, what_is_wrong
from bot.domain.catalogue import Service
from bot.domain.draft import Asking, Filling, Inputs, questions
from bot.domain.fields import Field, FieldKind, Option, v2_fields
from bot.texts.words import Texts

T = Texts().of("en")

FOLLOWERS = Service(
    "1234", "Instagram Followers", "Instagram", "Default", Decimal("0.89"), 100, 100_000
)
EVERYTHING = replace(
    FOLLOWERS,
    fields=(
        Field("text", "Text", FieldKind.TEXT),
        Field("number", "Number", FieldKind.NUMBER),
        Field("choice", "Choice", FieldKind.CHOICE, options=(Option("a", "A"), Option("b", "B"))),
        Field("link", "Link", FieldKind.LINK),
        Field("note", "Note", FieldKind.TEXT, required=False),
    ),
)
LINES = replace(
    FOLLOWERS,
    minimum=2,
    maximum=3,
    fields=(Field("lines", "Lines", FieldKind.LINES),),
    asks_quantity=False,
    derives_quantity=True,
)
SUBSCRIPTION = replace(
    LINES,
    type="Subscriptions",
    minimum=20,
    maximum=500,
    fields=v2_fields("Subscriptions"),
    needs_link=False,
)
SERVICES = (FOLLOWERS, EVERYTHING, LINES, SUBSCRIPTION)

answers = st.text(max_size=60) | st.lists(
    st.sampled_from(["ann", "30", "0", "A", "b", "https://a.example/x", "1.000", "۵۰", ""]),
    max_size=6,
).map("\n".join)


def asked(service: Service, asking: Asking, field: str, inputs: Inputs) -> Filling:
    return Filling(1, "nonce", inputs, asking, field)


@given(st.sampled_from(SERVICES), st.lists(answers, max_size=8), st.data())
def test_no_answer_takes_another_away(
    service: Service, typed: list[str], data: st.DataObject
) -> None:
    """Whatever is typed at whatever question, only that question's answer may change or go."""
    step = asked(service, *questions(service)[0], Inputs())
    for text in typed:
        asking, key = data.draw(st.sampled_from([*questions(service), (Asking.COUPON, "")]))
        step = replace(step, asking=asking, field=key)
        after, _ = take(T, service, step, text)
        lost = dict(step.inputs.values).keys() - dict(after.inputs.values).keys()
        assert lost <= {after.field}
        for name in ("link", "quantity", "coupon"):
            if name != asking:
                assert getattr(after.inputs, name) == getattr(step.inputs, name)
        step = after


@given(st.sampled_from(SERVICES), answers, st.data())
def test_what_was_taken_is_not_wrong_afterwards(
    service: Service, text: str, data: st.DataObject
) -> None:
    asking, key = data.draw(st.sampled_from(questions(service)))
    after, problem = take(T, service, asked(service, asking, key, Inputs()), text)
    if not problem:
        assert what_is_wrong(T, service, after.inputs) is None


def test_of_several_answers_the_first_bad_one_is_asked_and_the_good_ones_stay() -> None:
    step = asked(EVERYTHING, Asking.FIELD, "text", Inputs())
    after, problem = take(T, EVERYTHING, step, "ann\nmany\nB\nno link")
    assert problem == "Number: That is not a number."
    assert after.field == "number"
    assert after.inputs.values == (("text", "ann"), ("choice", "b"))


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"min": "19"}, "Least per post: The least is 20."),
        ({"min": "501"}, "Least per post: The most is 500."),
        ({"min": "1.5"}, "Least per post: That is not a quantity. For example: 20"),
        ({"min": "50", "max": "49"}, "Most per post: The least is 50."),
        ({"min": "50", "max": "501"}, "Most per post: The most is 500."),
        ({"max": "60", "posts": "0"}, "Number of posts: That is not a quantity. For example: 1"),
        ({"max": "60", "posts": "10001"}, "Number of posts: The most is 10,000."),
    ],
)
def test_a_subscription_keeps_to_the_limits_of_each_post(
    values: dict[str, str], problem: str
) -> None:
    wrong = what_is_wrong(T, SUBSCRIPTION, Inputs(values=tuple(values.items())))
    assert wrong is not None
    assert wrong == ((Asking.FIELD, list(values)[-1]), problem)


def test_a_subscription_within_its_limits_is_fine() -> None:
    values = {"username": "ann", "min": "20", "max": "500", "posts": "10000", "delay": "0"}
    assert what_is_wrong(T, SUBSCRIPTION, Inputs(values=tuple(values.items()))) is None


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("see https://a.example/x!", "https://a.example/x"),
        ("https://a.example/x and https://b.example/y", None),
        ("no link", None),
    ],
)
def test_one_link_is_taken_out_of_the_words_around_it(text: str, link: str | None) -> None:
    found = one_link(text)
    assert (found.url if found else None) == link
