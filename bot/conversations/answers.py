"""Reading what was typed at a question of a draft, and saying what is wrong with it.

Asks nothing and stores nothing: it takes a step and gives one back, with a sentence where an answer
could not be taken. What was good of it is in the step all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.domain.catalogue import Service, deciding_field
from bot.domain.draft import Asking, Filling, Inputs, open_fields, quantity_of, questions, without
from bot.domain.fields import (
    Field,
    FieldProblem,
    accept,
    field_problem,
    single_line_required,
    split_values,
)
from bot.domain.links import Link, links_in, parse_link
from bot.domain.numbers import parse_quantity
from bot.domain.platforms import alike, profile_for
from bot.domain.pricing import QuantityProblem, quantity_problem
from bot.domain.text import clean
from bot.screens.draft import label
from bot.texts.words import Words, mark

COUPON = 64
"""Characters of the longest coupon that is taken for one."""
MAX_POSTS = 10_000
"""Posts of the longest subscription: nobody means more, and the total stays within Money."""

_PROBLEMS = {
    FieldProblem.EMPTY: mark("Nothing was given."),
    FieldProblem.SEVERAL_LINES: mark("One line only, please."),
    FieldProblem.TOO_LONG: mark("That is too long."),
    FieldProblem.NOT_A_NUMBER: mark("That is not a number."),
    FieldProblem.NOT_AN_OPTION: mark("That is not one of the options."),
    FieldProblem.NOT_A_LINK: mark(
        "That is not a link. A link looks like https://instagram.com/name"
    ),
}

Wrong: TypeAlias = tuple[tuple[Asking, str], str]
"""The question to ask again, and the sentence that says why."""


def take(t: Words, service: Service, step: Filling, text: str) -> tuple[Filling, str]:
    """The draft with the open question answered, and a sentence where it could not be."""
    inputs = step.inputs
    match step.asking:
        case Asking.LINK:
            return _take_link(t, service, step, text)
        case Asking.FIELD:
            return _take_fields(t, service, step, text)
        case Asking.QUANTITY:
            quantity = parse_quantity(text)
            if quantity is None:
                return step, _no_quantity(t, service.minimum)
            problem = quantity_problem(service, quantity)
            if problem is not None:
                return step, quantity_words(t, service, problem)
            return replace(step, inputs=replace(inputs, quantity=quantity)), ""
        case Asking.COUPON:
            coupon = clean(text, limit=COUPON)
            if not coupon or " " in coupon or coupon.endswith("…"):
                return step, t("A coupon is one short word, for example SAVE10")
            return replace(step, inputs=replace(inputs, coupon=coupon)), ""


def _take_link(t: Words, service: Service, step: Filling, text: str) -> tuple[Filling, str]:
    """The link, or several of one kind; a user name where that is as good as a link."""
    several = tuple(dict.fromkeys(links_in(text)))
    link = one_link(text) or profile_for(service, text)
    if len(several) > 1:
        if len(alike(several)) < len(several):
            return step, t("These links lead to different things. Send links of one kind only.")
        link = several[0]
    if link is None:
        return step, t(_PROBLEMS[FieldProblem.NOT_A_LINK])
    more = tuple(other.url for other in several[1:])
    return replace(step, inputs=replace(step.inputs, link=link.url, more=more)), ""


def what_is_wrong(t: Words, service: Service, inputs: Inputs) -> Wrong | None:
    """What of a complete draft its service does not take."""
    given = [entry for entry in service.fields if inputs.value(entry.key)]
    answers = [inputs.value(entry.key) or "" for entry in given]
    wrong = _wrong_answer(t, given, answers, True) or _wrong_amount(t, service, inputs)
    if wrong is None and service.asks_quantity and inputs.quantity is not None:
        problem = quantity_problem(service, inputs.quantity)
        if problem is not None:
            return (Asking.QUANTITY, ""), quantity_words(t, service, problem)
    return wrong


def one_link(text: str) -> Link | None:
    """The one link in a text, also with words around it; None where there are several."""
    found = links_in(text)
    return parse_link(text) or (found[0] if len(found) == 1 else None)


def place_of(service: Service, step: Filling) -> int:
    """Which of all that the service asks is open; 0 also where it is none of them."""
    asked = questions(service)
    here = (step.asking, step.field)
    return asked.index(here) if here in asked else 0


def field_of(service: Service, key: str) -> Field | None:
    """The field with this key, where the service still has it."""
    return next((entry for entry in service.fields if entry.key == key), None)


def quantity_words(t: Words, service: Service, problem: QuantityProblem) -> str:
    """The limit that a quantity is beyond."""
    if problem is QuantityProblem.TOO_SMALL:
        return t("The least is {minimum}.", minimum=service.minimum)
    return t("The most is {maximum}.", maximum=service.maximum)


def _take_fields(t: Words, service: Service, step: Filling, text: str) -> tuple[Filling, str]:
    """One field answered, or several pasted at once: what is good stays, what is not is asked."""
    field = field_of(service, step.field)
    if field is None:
        return step, ""
    remaining = open_fields(service, step.inputs)
    several = split_values(remaining, text)
    wanted = single_line_required(remaining) if several else (field,)
    inputs = step.inputs
    for entry, answer in zip(wanted, several or (text,), strict=True):
        if field_problem(entry, answer) is None:
            inputs = inputs.with_value(entry.key, accept(entry, answer))
    wrong = _wrong_answer(t, wanted, several or (text,), several is not None) or _wrong_amount(
        t, service, inputs
    )
    if wrong is None:
        return replace(step, inputs=inputs), ""
    question, sentence = wrong
    return replace(step, inputs=without(inputs, question), field=question[1]), sentence


def _wrong_answer(
    t: Words, asked: Sequence[Field], answers: Sequence[str], named: bool
) -> Wrong | None:
    """The first answer that its field does not take; `named` where it may be any of several."""
    for entry, answer in zip(asked, answers, strict=True):
        problem = field_problem(entry, answer)
        if problem is not None:
            sentence = t(_PROBLEMS[problem])
            question = (Asking.FIELD, entry.key)
            return question, f"{t.isolated(label(t, entry))}: {sentence}" if named else sentence
    return None


def _wrong_amount(t: Words, service: Service, inputs: Inputs) -> Wrong | None:
    """What is wrong with the quantity that the fields amount to, where they decide it."""
    if not service.derives_quantity:
        return None
    if service.subscription:
        return _wrong_subscription(t, service, inputs)
    quantity = quantity_of(service, inputs)
    problem = None if quantity is None else quantity_problem(service, quantity)
    if quantity is None or problem is None:
        return None
    counted = t.n("{count} line.", "{count} lines.", quantity)
    sentence = f"{counted} {quantity_words(t, service, problem)}"
    return (Asking.FIELD, deciding_field(service).key), sentence


def _wrong_subscription(t: Words, service: Service, inputs: Inputs) -> Wrong | None:
    """What a subscription does not take: its limits are those of each post."""
    counts: dict[str, int] = {}
    for entry in service.fields:
        text = inputs.value(entry.key)
        if text is None or entry.key not in ("min", "max", "posts"):
            continue
        count = parse_quantity(text)
        per_post = entry.key != "posts"
        sentence = ""
        if count is None:
            sentence = _no_quantity(t, service.minimum if per_post else 1)
        elif per_post and not service.minimum <= count <= service.maximum:
            small = count < service.minimum
            problem = QuantityProblem.TOO_SMALL if small else QuantityProblem.TOO_LARGE
            sentence = quantity_words(t, service, problem)
        elif entry.key == "max" and count < counts.get("min", 0):
            sentence = t("The least is {minimum}.", minimum=counts["min"])
        elif count > MAX_POSTS and not per_post:
            sentence = t("The most is {maximum}.", maximum=MAX_POSTS)
        if count is None or sentence:
            return (Asking.FIELD, entry.key), f"{t.isolated(label(t, entry))}: {sentence}"
        counts[entry.key] = count
    return None


def _no_quantity(t: Words, example: int) -> str:
    return t("That is not a quantity. For example: {example}", example=example)
