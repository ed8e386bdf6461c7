"""A balance settles an order only where every way to explain its movement agrees."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import SOON, Beside, Finding, Movements, Weighed, movements, weigh
from bot.domain.money import Money
from bot.domain.order import Evidence, Order, Placement
from bot.domain.tracking import Delivery
from tests.usecases.ordering import ANN, agreed

SENT = 1_000_000
LONG = 3_600_000
NOTHING_ELSE = Movements()


def usd(amount: str | Decimal) -> Money:
    return Money(Decimal(amount))


def unknown(before: str | None = "25.50", coupon: str = "", quantity: int = 1000) -> Order:
    """An order of unknown outcome, as `weigh` sees it; agreed to for $0.89 at 1,000."""
    return Order(
        id=1,
        owner=ANN,
        account=1,
        nonce="n",
        service=1,
        details=agreed(quantity, coupon),
        target="t",
        confirmed_at=0,
        placement=Placement.UNKNOWN,
        claimed_at=SENT,
        balance_before=None if before is None else Decimal(before),
    )


# ---- what a balance says ----


@pytest.mark.parametrize(
    ("order", "balance", "others", "finding", "moved"),
    [
        pytest.param(unknown(), "25.50", NOTHING_ELSE, "untouched", "0", id="it stands"),
        pytest.param(unknown(), "24.61", NOTHING_ELSE, "taken", "0.89", id="the price is gone"),
        pytest.param(unknown(), "24.610", NOTHING_ELSE, "taken", "0.89", id="more decimals"),
        pytest.param(
            unknown(quantity=101), "25.41", NOTHING_ELSE, "taken", "0.09", id="rounded up"
        ),
        pytest.param(
            unknown(quantity=101), "25.42", NOTHING_ELSE, "taken", "0.08", id="rounded down"
        ),
        pytest.param(
            unknown("1000"), "110", NOTHING_ELSE, "taken", "890", id="priced per item after all"
        ),
        pytest.param(unknown(), "24.60", NOTHING_ELSE, "unclear", "0.90", id="a cent more"),
        pytest.param(unknown(), "23.72", NOTHING_ELSE, "unclear", "1.78", id="twice the price"),
        pytest.param(unknown(), "26.00", NOTHING_ELSE, "unclear", "-0.50", id="a top-up"),
        pytest.param(
            unknown(coupon="SAVE10"),
            "24.61",
            NOTHING_ELSE,
            "unclear",
            "0.89",
            id="with a coupon no price is certain",
        ),
        pytest.param(
            unknown(coupon="SAVE10"), "25.50", NOTHING_ELSE, "unclear", "0", id="it may be free"
        ),
        pytest.param(unknown(None), "25.50", NOTHING_ELSE, "unclear", "", id="no balance before"),
        pytest.param(
            unknown(),
            "23.72",
            Movements(Decimal("0.89")),
            "taken",
            "0.89",
            id="another order beside it",
        ),
        pytest.param(
            unknown(),
            "24.61",
            Movements(Decimal("0.89")),
            "untouched",
            "0",
            id="only another order",
        ),
        pytest.param(
            unknown(),
            "25.50",
            Movements(uncertain=True),
            "unclear",
            "0",
            id="something unknown may hide it",
        ),
        pytest.param(
            unknown(),
            "24.61",
            Movements(uncertain=True),
            "unclear",
            "0.89",
            id="or explain it",
        ),
    ],
)
def test_what_a_balance_says(
    order: Order, balance: str, others: Movements, finding: str, moved: str
) -> None:
    weighed = weigh(order, usd(balance), others, SENT + LONG)
    expected = Decimal(moved) if moved else None
    assert (weighed.finding, weighed.moved) == (finding, expected)
    assert (weighed.charged is not None) == (weighed.finding is Finding.TAKEN)


def test_a_balance_in_another_currency_says_nothing() -> None:
    euros = Money(Decimal("25.50"), "EUR")
    assert weigh(unknown(), euros, NOTHING_ELSE, SENT) == Weighed(Finding.UNCLEAR)


CENTS = st.integers(0, 10_000_000).map(lambda n: Decimal(n).scaleb(-4))


@given(before=CENTS, now=CENTS, charged=CENTS, uncertain=st.booleans())
def test_only_nothing_and_exactly_the_price_ever_settle(
    before: Decimal, now: Decimal, charged: Decimal, uncertain: bool
) -> None:
    order = replace(unknown(), balance_before=before)
    weighed = weigh(order, usd(now), Movements(charged, uncertain=uncertain), SENT)
    finding, moved = weighed.finding, weighed.moved
    assert moved == before - now - charged
    if uncertain:
        assert finding is Finding.UNCLEAR
    elif finding is Finding.UNTOUCHED:
        assert moved == 0
    elif finding is Finding.TAKEN:
        assert moved in (Decimal("0.89"), Decimal(890))
    else:
        assert moved not in (Decimal(0), Decimal("0.89"), Decimal(890))


def test_what_may_have_been_free_is_not_called_untouched() -> None:
    free = unknown()
    quote = replace(free.details.quote, total=usd("0"), rate=Decimal(0))
    service = replace(free.details.service, rate=Decimal(0))
    free = replace(free, details=replace(free.details, service=service, quote=quote))
    assert weigh(free, usd("25.50"), NOTHING_ELSE, SENT) == Weighed(Finding.UNCLEAR, Decimal(0))


def test_evidence_that_somebody_erased_settles_nothing() -> None:
    tainted = replace(unknown(), evidence=Evidence(tainted=True))
    assert weigh(tainted, usd("24.61"), NOTHING_ELSE, SENT).finding is Finding.UNCLEAR
    assert weigh(tainted, usd("25.50"), NOTHING_ELSE, SENT).finding is Finding.UNCLEAR


# ---- what the other orders of the key did ----

SINCE, UNTIL = SENT, SENT + 100
EARLIER, MEANWHILE, AFTERWARDS = SENT - 10_000, SENT + 50, SENT + 150
BEFORE = Decimal("25.50")
PRICE = Decimal("0.89")
NONE = Movements()
P = Placement


def beside(placement: Placement, claimed_at: int, settled_at: int, **more: Any) -> Beside:
    """Another order of the key, sent at a balance of $25.50, for $0.89."""
    return Beside(
        placement, claimed_at, settled_at, more.pop("balance_before", BEFORE), (PRICE,), **more
    )


def placed(claimed_at: int, settled_at: int, **more: Any) -> Beside:
    """One with an id, charged as it was priced unless something else is said."""
    charged = {"first_charge": PRICE, "charge": PRICE}
    return beside(P.PLACED, claimed_at, settled_at, **charged | more)


ENDED = {"ended_at": MEANWHILE, "delivery": Delivery.COMPLETED}
CANCELED = {"delivery": Delivery.CANCELED}
EARLY, IN_WINDOW = (EARLIER, EARLIER), (MEANWHILE, MEANWHILE)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(
            beside(P.SENDING, MEANWHILE, 0), Movements(doubts=((PRICE,),)), id="on its way"
        ),
        pytest.param(
            beside(P.UNKNOWN, *IN_WINDOW), Movements(doubts=((PRICE,),)), id="lost as well"
        ),
        pytest.param(
            beside(P.UNKNOWN, *EARLY),
            Movements(doubts=((PRICE,),)),
            id="lost before, and not taken by then",
        ),
        pytest.param(
            beside(P.UNKNOWN, *EARLY, balance_before=Decimal("26.39")),
            Movements(doubts=((PRICE,),), hidden=True),
            id="lost before, and perhaps taken by then: it may come back",
        ),
        pytest.param(
            Beside(P.UNKNOWN, *IN_WINDOW, BEFORE, ()),
            Movements(uncertain=True),
            id="lost, at a price that nobody knows",
        ),
        pytest.param(
            beside(P.CHARGED, *IN_WINDOW, proved=Decimal("0.90")),
            Movements(Decimal("0.90"), hidden=True),
            id="the balance proved what it cost",
        ),
        pytest.param(
            beside(P.CHARGED, EARLIER, MEANWHILE, proved=PRICE),
            Movements(doubts=((PRICE,),), hidden=True),
            id="lost before, proved since: nobody knows when it was taken",
        ),
        pytest.param(
            beside(P.CHARGED, MEANWHILE, AFTERWARDS, proved=PRICE),
            Movements(doubts=((PRICE,),), hidden=True),
            id="proved while the balance was read",
        ),
        pytest.param(
            beside(P.CHARGED, *EARLY, proved=PRICE),
            Movements(hidden=True),
            id="charged before, and nobody can follow it",
        ),
        pytest.param(beside(P.NOT_PLACED, *IN_WINDOW), NONE, id="not there, as the balance showed"),
        pytest.param(
            beside(P.NOT_PLACED, *EARLY), NONE, id="not there before, as the balance showed"
        ),
        pytest.param(
            beside(P.NOT_PLACED, EARLIER, MEANWHILE),
            NONE,
            id="lost before, not there since, and not taken by then",
        ),
        pytest.param(
            beside(P.NOT_PLACED, EARLIER, MEANWHILE, balance_before=Decimal("26.39")),
            Movements(hidden=True),
            id="lost before, not there since: what it cost came back",
        ),
        pytest.param(
            beside(P.NOT_PLACED, *IN_WINDOW, by_person=True),
            Movements(doubts=((PRICE,),), hidden=True),
            id="not there, by somebody's word",
        ),
        pytest.param(
            beside(P.NOT_PLACED, *EARLY, by_person=True),
            Movements(hidden=True),
            id="not there before, by somebody's word",
        ),
        pytest.param(placed(*IN_WINDOW, **ENDED), Movements(PRICE), id="placed and completed"),
        pytest.param(
            placed(*IN_WINDOW, checked_at=AFTERWARDS),
            Movements(PRICE, checked_at=AFTERWARDS),
            id="placed, still running",
        ),
        pytest.param(placed(*IN_WINDOW), Movements(PRICE, checked_at=0), id="never checked"),
        pytest.param(
            placed(MEANWHILE, AFTERWARDS, **ENDED),
            Movements(doubts=((PRICE,),)),
            id="placed while the balance was read",
        ),
        pytest.param(
            placed(EARLIER, MEANWHILE, **ENDED),
            Movements(doubts=((PRICE,),)),
            id="lost before, found since",
        ),
        pytest.param(
            placed(*IN_WINDOW, by_person=True, **ENDED),
            Movements(uncertain=True),
            id="by an id that somebody gave",
        ),
        pytest.param(
            placed(*IN_WINDOW, first_charge=None, charge=None, **ENDED),
            Movements(uncertain=True),
            id="at an unknown charge",
        ),
        pytest.param(placed(*EARLY, **ENDED), NONE, id="completed since"),
        pytest.param(
            placed(*EARLY, ended_at=MEANWHILE, **CANCELED),
            Movements(doubts=((-PRICE,),)),
            id="cancelled since, its charge not changed yet",
        ),
        pytest.param(
            placed(*EARLY, ended_at=EARLIER, **CANCELED),
            Movements(doubts=((-PRICE,),)),
            id="cancelled a moment before",
        ),
        pytest.param(
            placed(*EARLY, ended_at=SENT - LONG, **CANCELED), NONE, id="cancelled long before"
        ),
        pytest.param(
            placed(*EARLY, ended_at=MEANWHILE, delivery=Delivery.PARTIAL),
            Movements(uncertain=True),
            id="partly delivered, and nobody says what came back",
        ),
        pytest.param(
            placed(*EARLY, checked_at=AFTERWARDS, charge=Decimal("0.40")),
            Movements(doubts=((Decimal("-0.49"),),), checked_at=AFTERWARDS),
            id="running, part of it paid back",
        ),
        pytest.param(
            placed(*EARLY, checked_at=AFTERWARDS, charge=Decimal("0.95")),
            Movements(uncertain=True, checked_at=AFTERWARDS),
            id="running, and dearer than it was",
        ),
        pytest.param(
            placed(*EARLY, checked_at=AFTERWARDS, charge=Decimal("0.8900")),
            Movements(checked_at=AFTERWARDS),
            id="running, the same charge in other digits",
        ),
    ],
)
def test_what_another_order_did_to_the_balance(row: Beside, expected: Movements) -> None:
    assert movements([row], SINCE, UNTIL, BEFORE) == expected


def test_what_came_back_of_an_ended_order_is_what_serva_says_or_all_of_it() -> None:
    row = placed(*EARLY, charge=Decimal("0.40"), ended_at=MEANWHILE, delivery=Delivery.PARTIAL)
    found = movements([row], SINCE, UNTIL, BEFORE)
    assert [sorted(doubt) for doubt in found.doubts] == [[-PRICE, Decimal("-0.49")]]


def test_movements_add_up() -> None:
    rows = [
        placed(*IN_WINDOW, checked_at=5),
        placed(*IN_WINDOW, checked_at=3, first_charge=Decimal("1.45"), charge=Decimal("1.45")),
    ]
    assert movements(rows, SINCE, UNTIL, BEFORE) == Movements(Decimal("2.34"), checked_at=3)


def test_an_earlier_lost_order_was_untouched_where_all_else_explains_the_balance() -> None:
    lost = beside(P.UNKNOWN, SENT - 30, SENT - 29, balance_before=Decimal("26.39"))
    between = placed(SENT - 20, SENT - 10, **ENDED)
    assert not movements([lost, between], SINCE, UNTIL, BEFORE).hidden
    came_back = replace(between, delivery=Delivery.CANCELED, charge=Decimal(0))
    assert movements([lost, came_back], SINCE, UNTIL, BEFORE).hidden


# ---- several lost orders of one key ----

OTHER = Decimal("1.45")


def look(balance: str, *others: Beside, soon: bool = True) -> Weighed:
    """What a balance says of an order for $0.89 that was sent at $25.50."""
    found = movements(others, SENT, SENT + 90, BEFORE)
    return weigh(unknown(), usd(balance), found, SENT + (90 if soon else SOON + 1))


def lost_too(price: Decimal = OTHER, at: int = MEANWHILE) -> Beside:
    return Beside(P.UNKNOWN, at, at, BEFORE, (price,))


def test_a_balance_that_stands_clears_all_of_them() -> None:
    assert look("25.50", lost_too(), lost_too(), soon=False).finding is Finding.UNTOUCHED


def test_different_prices_tell_which_one_was_taken() -> None:
    assert look("24.61", lost_too()) == Weighed(Finding.TAKEN, PRICE, PRICE)
    assert look("24.05", lost_too()).finding is Finding.UNCLEAR, "the other: not yet over"


def test_the_sum_of_all_was_all_of_them() -> None:
    assert look("23.16", lost_too()) == Weighed(Finding.TAKEN, PRICE + OTHER, PRICE)


def test_equal_prices_tell_nothing() -> None:
    assert look("24.61", lost_too(PRICE)).finding is Finding.UNCLEAR
    assert look("23.72", lost_too(PRICE)).finding is Finding.TAKEN


def test_after_a_while_part_of_another_may_have_come_back() -> None:
    assert look("24.61", lost_too(), soon=False).finding is Finding.UNCLEAR


def test_once_the_other_is_proved_the_rest_is_this_one() -> None:
    proved = Beside(P.CHARGED, MEANWHILE, MEANWHILE + 1, BEFORE, (OTHER,), proved=OTHER)
    assert look("23.16", proved, soon=False) == Weighed(Finding.TAKEN, PRICE, PRICE)
    assert look("24.05", proved, soon=False).finding is Finding.UNCLEAR, "it may be paid back"


def test_money_that_came_back_is_told_from_money_that_was_taken() -> None:
    back = placed(*EARLY, first_charge=OTHER, charge=Decimal(0), ended_at=MEANWHILE, **CANCELED)
    assert look("26.06", back, soon=False) == Weighed(Finding.TAKEN, PRICE - OTHER, PRICE)
    assert look("26.95", back, soon=False).finding is Finding.UNTOUCHED
    same = replace(back, first_charge=PRICE)
    assert look("25.50", same, soon=False).finding is Finding.UNCLEAR


def test_part_of_an_order_that_came_back_beside_that_of_others_does_not_clear_it() -> None:
    """Taken for $0.89, of which $0.49 came back, beside $0.20 and $0.40 of two others."""
    backs = [
        placed(*EARLY, first_charge=Decimal(one), charge=Decimal(0), ended_at=MEANWHILE, **CANCELED)
        for one in ("0.20", "0.40")
    ]
    assert look("25.70", *backs, soon=False).finding is Finding.UNCLEAR
    assert look("26.10", *backs, soon=False).finding is Finding.UNTOUCHED


def test_too_many_ways_are_not_looked_through() -> None:
    many = [replace(lost_too(), prices=tuple(Decimal(n) for n in range(1, 30))) for _ in range(4)]
    assert look("25.50", *many).finding is Finding.UNCLEAR


@given(
    prices=st.lists(st.integers(1, 400).map(lambda n: Decimal(n).scaleb(-2)), max_size=4),
    taken=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_no_mixture_of_lost_orders_is_ever_taken_for_another(
    prices: list[Decimal], taken: list[bool]
) -> None:
    own, *others = taken
    spent = sum((one for one, yes in zip(prices, others, strict=False) if yes), Decimal(0))
    balance = BEFORE - spent - (PRICE if own else 0)
    found = look(str(balance), *(lost_too(price) for price in prices)).finding
    assert found is Finding.UNCLEAR or (found is Finding.TAKEN) == own
