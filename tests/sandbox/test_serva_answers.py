"""What the sandbox Serva answers to whom: the documented answers, keys, refusals, request ids."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from bot.sandbox.catalogue import Unit
from bot.sandbox.serva import Account, ErrorForm, LimitForm, Refusal, ServaServer
from tests.sandbox.serva_api import LINK, Client, client, shop


@pytest.fixture
async def ann() -> AsyncIterator[Client]:
    async with shop() as ann:
        yield ann


async def test_balance_is_a_decimal_in_a_string(ann: Client) -> None:
    assert await ann("balance") == {"balance": "25.5", "currency": "USD"}


async def test_the_documented_service_looks_as_documented(ann: Client) -> None:
    rows = {row["service"]: row for row in await ann("services")}
    assert rows["1234"] == {
        "service": "1234",
        "name": "Instagram Followers",
        "category": "Instagram",
        "type": "Default",
        "rate": "0.89",
        "min": 100,
        "max": 100000,
        "fields": [],
    }
    assert [field["key"] for field in rows["7788"]["fields"]] == ["player_id", "server_id"]


async def test_rates_are_those_of_the_account(ann: Client) -> None:
    async with client(ann.serva, ann.serva.account(discount="0.10")) as ben:
        theirs = {row["service"]: row["rate"] for row in await ben("services")}
        ours = {row["service"]: row["rate"] for row in await ann("services")}
    assert (ours["1234"], theirs["1234"]) == ("0.89", "0.801")


async def test_add_answers_with_order_charge_and_new_balance(ann: Client) -> None:
    assert await ann.add() == {
        "order": "ORD-100023",
        "charge": "0.89",
        "currency": "USD",
        "balance": "24.61",
    }


async def test_status_of_a_fresh_order(ann: Client) -> None:
    await ann.add()
    assert await ann("status", order="ORD-100023") == {
        "charge": "0.89",
        "start_count": None,
        "status": "Pending",
        "remains": 1000,
        "currency": "USD",
    }


async def test_limits_can_be_strings_as_in_the_family(ann: Client) -> None:
    await ann("services")
    ann.serva.forms.limits = LimitForm.STRING
    first = (await ann("services"))[0]
    assert (first["min"], first["max"]) == ("100", "100000")


KEY_PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "form": lambda key: {"data": {"action": "balance", "key": key}},
    "json": lambda key: {"json": {"action": "balance", "key": key}},
    "query": lambda key: {"params": {"action": "balance", "key": key}},
    "x-api-key": lambda key: {"data": {"action": "balance"}, "headers": {"x-api-key": key}},
    "bearer": lambda key: {
        "data": {"action": "balance"},
        "headers": {"Authorization": f"Bearer {key}"},
    },
}


@pytest.mark.parametrize("place", KEY_PLACES)
async def test_the_key_is_found_in_every_documented_place(ann: Client, place: str) -> None:
    request = KEY_PLACES[place](ann.account.key)
    async with ann.http.post(ann.serva.url, **request) as answer:
        assert await answer.json() == {"balance": "25.5", "currency": "USD"}


async def test_get_works_too(ann: Client) -> None:
    query = {"action": "balance", "key": ann.account.key}
    async with ann.http.get(ann.serva.url, params=query) as answer:
        assert await answer.json() == {"balance": "25.5", "currency": "USD"}


async def test_a_body_that_is_no_json_has_no_key(ann: Client) -> None:
    headers = {"Content-Type": "application/json"}
    async with ann.http.post(ann.serva.url, data=b"{", headers=headers) as answer:
        assert await answer.json() == {"error": "INVALID_API_KEY"}


async def test_every_answer_has_its_own_request_id(ann: Client) -> None:
    ids = [(await ann.raw("balance")).request_id, (await ann.raw("nonsense")).request_id]
    async with ann.http.get(f"{ann.serva.root}/nowhere") as answer:
        ids.append(answer.headers["x-serva-request-id"])
        assert answer.status == 404
    assert all(ids)
    assert len(set(ids)) == 3
    assert [call.request_id for call in ann.serva.calls] == ids[:2]


async def test_calls_are_recorded_without_the_key(ann: Client) -> None:
    await ann.add()
    [call] = ann.serva.calls
    assert call.params == {"service": "1234", "link": LINK, "quantity": "1000"}
    assert (call.action, call.account, call.outcome) == ("add", "account 1", "done")
    assert call.key == "…" + ann.account.key[-4:]
    assert call.order is ann.serva.orders[0]


async def test_equal_seeds_make_equal_keys() -> None:
    first, again, other = ServaServer(seed=7), ServaServer(seed=7), ServaServer(seed=8)
    keys = [[serva.account().key for _ in range(3)] for serva in (first, again, other)]
    assert keys[0] == keys[1]
    assert not set(keys[0]) & set(keys[2])
    assert len(set(keys[0])) == 3


async def test_two_accounts_cannot_have_one_key(ann: Client) -> None:
    with pytest.raises(ValueError, match="one key"):
        ann.serva.account(key=ann.account.key)


STANDINGS: dict[Refusal, Callable[[ServaServer, Account], object]] = {
    Refusal.API_KEY_REVOKED: lambda serva, account: serva.revoke(account),
    Refusal.API_KEY_INACTIVE: lambda serva, account: serva.deactivate(account),
    Refusal.API_ACCESS_NOT_ALLOWED: lambda serva, account: serva.disapprove(account),
    Refusal.ACCOUNT_BANNED: lambda serva, account: serva.ban(account),
}


@pytest.mark.parametrize("refusal", STANDINGS)
async def test_accounts_that_may_not_call_are_told_why(ann: Client, refusal: Refusal) -> None:
    STANDINGS[refusal](ann.serva, ann.account)
    assert await ann("balance") == {"error": refusal.value}
    ann.serva.restore(ann.account)
    assert await ann("balance") == {"balance": "25.5", "currency": "USD"}


async def test_an_unknown_key_is_invalid(ann: Client) -> None:
    assert await ann("balance", key="0" * 32) == {"error": "INVALID_API_KEY"}


async def test_a_new_key_revokes_the_old(ann: Client) -> None:
    old = ann.account.key
    new = ann.serva.new_key(ann.account)
    assert await ann("balance", key=old) == {"error": "API_KEY_REVOKED"}
    assert await ann("balance", key=new) == {"balance": "25.5", "currency": "USD"}


REFUSED_CALLS: dict[Refusal, dict[str, str]] = {
    Refusal.INVALID_ACTION: {"action": "orders"},
    Refusal.SERVICE_NOT_FOUND: {"action": "add", "service": "nope"},
    Refusal.SERVICE_NOT_FOUND_OR_INACTIVE: {"action": "add", "service": "1300"},
    Refusal.INVALID_LINK: {"action": "add", "service": "1234", "link": "instagram.com/x"},
    Refusal.INVALID_QUANTITY: {"action": "add", "quantity": "١٠٠٠"},
    Refusal.QUANTITY_TOO_LOW: {"action": "add", "quantity": "99"},
    Refusal.QUANTITY_TOO_HIGH: {"action": "add", "quantity": "100001"},
    Refusal.INSUFFICIENT_BALANCE: {"action": "add", "quantity": "100000"},
    Refusal.INVALID_COUPON: {"action": "add", "coupon": "SAVE99"},
    Refusal.COUPON_EXPIRED: {"action": "add", "coupon_code": "expired"},
    Refusal.COUPON_ALREADY_USED: {"action": "add", "coupon": "USED"},
    Refusal.MISSING_FIELD: {"action": "add", "service": "7788", "fields": '{"player_id": "1"}'},
    Refusal.INVALID_FIELD: {"action": "add", "service": "7788", "fields": "{"},
    Refusal.ORDER_NOT_FOUND: {"action": "status", "order": "ORD-1"},
    Refusal.REFILL_NOT_FOUND: {"action": "refill_status", "refill": "1"},
    Refusal.TOO_MANY_ORDERS: {"action": "status", "orders": ",".join(map(str, range(101)))},
}


@pytest.mark.parametrize("refusal", REFUSED_CALLS)
async def test_a_refused_call_says_why_and_costs_nothing(ann: Client, refusal: Refusal) -> None:
    ann.serva.remove("1300")
    params = {"service": "1234", "link": LINK, "quantity": "1000"} | REFUSED_CALLS[refusal]
    assert await ann(**params) == {"error": refusal.value}
    assert await ann("balance") == {"balance": "25.5", "currency": "USD"}
    assert ann.serva.orders == []
    assert ann.serva.calls[0].outcome == refusal.value


FORMS: dict[ErrorForm, tuple[int, dict[str, str]]] = {
    ErrorForm.CODE: (200, {"error": "INSUFFICIENT_BALANCE"}),
    ErrorForm.SENTENCE: (200, {"error": "Not enough funds on balance"}),
    ErrorForm.ERROR_CODE: (
        200,
        {"error": "Not enough funds on balance", "error_code": "INSUFFICIENT_BALANCE"},
    ),
    ErrorForm.SPACES: (200, {"error": "Insufficient balance"}),
    ErrorForm.HYPHENS: (200, {"error": "insufficient-balance"}),
    ErrorForm.HTTP: (402, {"error": "INSUFFICIENT_BALANCE"}),
}


@pytest.mark.parametrize("form", FORMS)
async def test_errors_come_in_every_form(ann: Client, form: ErrorForm) -> None:
    ann.serva.forms.error = form
    reply = await ann.raw("add", service="1234", link=LINK, quantity="100000")
    assert (reply.status, json.loads(reply.text)) == FORMS[form]


async def test_a_changed_price_shows_and_counts(ann: Client) -> None:
    await ann("services")
    ann.serva.reprice("1234", "2")
    rates = {row["service"]: row["rate"] for row in await ann("services")}
    assert rates["1234"] == "1.78"
    assert (await ann.add())["charge"] == "1.78"


async def test_a_removed_service_is_gone_until_it_is_put_back(ann: Client) -> None:
    await ann("services")
    ann.serva.remove("1234")
    assert "1234" not in {row["service"] for row in await ann("services")}
    assert await ann.add() == {"error": "SERVICE_NOT_FOUND_OR_INACTIVE"}
    ann.serva.put_back("1234")
    assert (await ann("services"))[0]["service"] == "1234"


@pytest.mark.parametrize(
    ("unit", "charge"), [(Unit.PER_1000, "0.089"), (Unit.PER_ITEM, "89"), (Unit.FLAT, "0.89")]
)
async def test_the_price_unit_can_be_another_than_it_seems(
    ann: Client, unit: Unit, charge: str
) -> None:
    ann.serva.top_up(ann.account, "100")
    ann.serva.price_unit("1234", unit)
    assert (await ann.add(quantity="100"))["charge"] == charge


async def test_latency_is_for_every_call(ann: Client) -> None:
    ann.serva.latency = 1
    late = aiohttp.ClientTimeout(total=0.05)
    form = {"action": "balance", "key": ann.account.key}
    with pytest.raises(TimeoutError):
        await ann.http.post(ann.serva.url, data=form, timeout=late)
