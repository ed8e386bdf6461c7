"""Serva's reads over a real socket; `add` has a file of its own."""

import json
from decimal import Decimal

import httpx
import pytest

from bot.domain.money import Money
from bot.domain.refusal import Meaning
from bot.domain.tracking import Delivery, Missing, Report
from bot.providers.client import Calls
from bot.providers.port import Balance, CallFailed, CallRefused, Serva
from bot.providers.serva import ServaApi
from tests.providers.raw_server import (
    Connection,
    RawServer,
    answering,
    http,
    keeping,
    serving,
)

KEY = "sk_live_0123456789abcdef"
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


def forms(server: RawServer) -> list[dict[str, str]]:
    return [dict(httpx.QueryParams(request.body.decode())) for request in server.requests]


async def test_balance(calls: Calls) -> None:
    async with serving(
        answering(http("200 OK", '{"balance": "25.5", "currency": "USD"}'))
    ) as server:
        api: Serva = ServaApi(calls, server.url)
        assert await api.balance(KEY) == Balance(Money(Decimal("25.5")))
        assert forms(server) == [{"action": "balance", "key": KEY}]


async def test_services_and_no_news_of_them(calls: Calls) -> None:
    async with serving(keeping(http("200 OK", json.dumps([ROW])))) as server:
        api = ServaApi(calls, server.url)
        first = await api.services(KEY)
        assert first is not None
        assert [service.rate for service in first.services] == [Decimal("0.89")]
        assert await api.services(KEY, unless=first.digest) is None
        assert forms(server) == [{"action": "services", "key": KEY}] * 2


async def test_a_catalogue_of_ten_thousand(calls: Calls) -> None:
    rows = json.dumps([ROW | {"service": str(n), "description": "x" * 200} for n in range(10_000)])
    async with serving(answering(http("200 OK", rows))) as server:
        answer = await ServaApi(calls, server.url).services(KEY)
    assert answer is not None
    assert (len(answer.services), answer.skipped) == (10_000, 0)


async def test_statuses_ask_once_for_many_and_alone_for_an_id_with_a_comma(calls: Calls) -> None:
    async def script(connection: Connection) -> None:
        while True:
            request = await connection.request()
            alone = b"order=" in request.body
            entry = {"status": "Completed"}
            await connection.send(http("200 OK", json.dumps(entry if alone else {"A": entry})))

    completed = Report(Delivery.COMPLETED, "Completed")
    async with serving(script) as server:
        found = await ServaApi(calls, server.url).statuses(KEY, ["A", "B,C", "D"])
        assert found == {"A": completed, "D": Missing(), "B,C": completed}
        assert forms(server) == [
            {"action": "status", "key": KEY, "orders": "A,D"},
            {"action": "status", "key": KEY, "order": "B,C"},
        ]


async def test_no_ids_make_no_call(calls: Calls) -> None:
    async with serving(answering(b"")) as server:
        assert await ServaApi(calls, server.url).statuses(KEY, []) == {}
        assert server.connections == 0


async def test_a_refusal_and_a_failure_are_told_apart(calls: Calls) -> None:
    refusal = http("401 Unauthorized", '{"error": "Invalid API key"}', "x-serva-request-id: r7")
    async with serving(answering(refusal)) as server:
        with pytest.raises(CallRefused) as refused:
            await ServaApi(calls, server.url).balance(KEY)
    assert (refused.value.meaning, refused.value.request_id) == (Meaning.KEY_UNKNOWN, "r7")

    async with serving(answering(http("401 Unauthorized", "<html>"))) as server:
        with pytest.raises(CallFailed, match="HTTP 401, an HTML page"):
            await ServaApi(calls, server.url).balance(KEY)


async def test_a_key_that_cannot_travel_is_refused_without_a_call(calls: Calls) -> None:
    async with serving(answering(b"")) as server:
        with pytest.raises(CallRefused) as refused:
            await ServaApi(calls, server.url).balance("مفتاح-مفتاح-مفتاح")
        assert refused.value.meaning == Meaning.KEY_UNKNOWN
        assert server.connections == 0
