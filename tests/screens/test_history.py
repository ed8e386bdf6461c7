"""What is handed out of the history: captions that fit, tables that are whole, honest receipts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.history import Share, Spending, TimeLine
from bot.domain.money import Money
from bot.domain.order import Placement
from bot.domain.text import utf16_length
from bot.domain.tracking import Delivery
from bot.gallery.values import AT, ORDINARY, Values
from bot.sandbox.telegram.html import parse_html
from bot.screens import history
from bot.texts.words import LANGUAGES, Texts
from bot.usecases.history import CATEGORIES, MONTHS
from tests.screens.hostile import ALL

TEXTS = Texts()
CAPTION = 1024
EN = TEXTS.of("en")


@pytest.mark.parametrize("worst", ALL, ids=lambda values: values.name)
@pytest.mark.parametrize("code", list(LANGUAGES))
def test_no_caption_is_ever_cut(code: str, worst: Values) -> None:
    t = TEXTS.of(code)
    name = worst.worst or worst.service.category
    by_category = [Share(name, worst.balance, 10**6)] * (CATEGORIES - 1) + [
        Share(None, worst.balance, 10**6)
    ]
    by_month = [Share(202609, worst.balance, 10**6)] * MONTHS
    for month, shares in ((202609, by_category), (0, by_month)):
        told = Spending(worst.balance, 10**6, tuple(shares), worst.balance, 10**6)
        text, _ = parse_html(history.chart_caption(t, month, told).text)
        assert utf16_length(text) <= CAPTION
    text, _ = parse_html(history.table_caption(t, 202609, 10**6, 10**6).text)
    assert utf16_length(text) <= CAPTION


@pytest.mark.parametrize("code", list(LANGUAGES))
def test_a_table_names_each_of_its_columns_once(code: str) -> None:
    t = TEXTS.of(code)
    head = history.table_head(t)
    (row,) = history.table_rows(t, [ORDINARY.placed(Delivery.COMPLETED)])
    assert len(head) == len(row) == len(set(head))


def test_amounts_and_times_in_a_table_are_exact() -> None:
    order = ORDINARY.placed(
        Delivery.PARTIAL, remains=450, charge=Decimal("0.48950"), ended_at=AT, currency="EUR"
    )
    (row,) = history.table_rows(EN, [order])
    told = dict(zip(history.table_head(EN), row, strict=True))
    assert told["Charge"] == Decimal("0.48950")
    assert (told["Currency"], told["Ended"]) == ("EUR", "2026-05-17T14:05:00Z")
    assert told["Remaining"] == 450
    assert told["Agreed price"] == order.details.quote.agreed.amount


def test_a_word_of_servas_own_has_no_marks_of_direction_in_a_table() -> None:
    (row,) = history.table_rows(TEXTS.of("ar"), [ORDINARY.placed(Delivery.OTHER)])
    assert "تقول Serva: Awaiting review" in row


def test_a_receipt_has_what_was_agreed_to_until_serva_shows_a_charge() -> None:
    open_still = ORDINARY.placed(None, charge=None, first_charge=None)
    agreed = EN.money(open_still.details.quote.agreed)
    assert f"Agreed price: {agreed} at most" in history.receipt(EN, open_still, True).text
    assert agreed not in history.receipt(EN, open_still, False).text
    charged = replace(open_still, charge=Decimal("0.10"))
    assert "Charge: $0.10" in history.receipt(EN, charged, True).text
    assert not history.receipt(EN, charged, True).rows


def test_no_receipt_is_offered_for_what_may_not_be_there() -> None:
    for placement in Placement:
        order = ORDINARY.order(placement)
        line = history.time_line(EN, order, TimeLine((), ()))
        labels = {key.label for row in line.rows for key in row}
        assert ("Receipt" in labels) == (placement is Placement.PLACED)


def test_one_chart_for_each_currency_that_was_charged() -> None:
    def told(currency: str, orders: int) -> Spending:
        money = Money(Decimal(1), currency)
        return Spending(money, orders, (Share("a", money, orders),), money, 1)

    def labels(*spendings: Spending) -> list[str]:
        shown = history.spending(EN, 202605, spendings, None, None, False)
        return [key.label for key in shown.rows[0] if "Chart" in key.label]

    assert labels(told("USD", 2)) == ["Chart"]
    assert labels(told("USD", 2), told("EUR", 0)) == ["Chart"]
    assert labels(told("EUR", 1), told("USD", 2)) == ["Chart EUR", "Chart USD"]
    assert labels(told("USD", 0)) == []
