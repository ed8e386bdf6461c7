import pytest

from bot.domain.refusal import Meaning
from bot.providers.client import Calls
from bot.providers.port import (
    CallFailed,
    CallRecord,
    CallRefused,
    CallResult,
    Credits,
    Provider,
    Servya,
)
from bot.providers.servya import ServyaApi
from tests.providers.raw_server import answering, http, keeping, serving

KEY = "servya-0123456789"


async def test_credits(calls: Calls, records: list[CallRecord]) -> None:
    async with serving(answering(http("200 OK", '{"credits": 23140}'))) as server:
        api: Servya = ServyaApi(calls, server.url)
        assert await api.credits(KEY) == Credits(23140)
        (request,) = server.requests
    assert request.body == b"apikey=servya-0123456789&job_type=check_balance"
    assert "x-api-key" not in request.headers
    assert records == [CallRecord(Provider.SERVYA, "check_balance", CallResult.OK, 7, "", "")]


async def test_no_connection_is_kept(calls: Calls) -> None:
    async with serving(keeping(http("200 OK", '{"credits": "5"}'))) as server:
        api = ServyaApi(calls, server.url)
        assert [await api.credits(KEY), await api.credits(KEY)] == [Credits(5)] * 2
        assert server.connections == 2


async def test_words_refuse_and_anything_else_fails(calls: Calls) -> None:
    async with serving(answering(http("200 OK", '{"message": "Invalid API key"}'))) as server:
        with pytest.raises(CallRefused) as refused:
            await ServyaApi(calls, server.url).credits(KEY)
    assert refused.value.meaning == Meaning.KEY_UNKNOWN

    async with serving(answering(http("503 Service Unavailable", "<html>"))) as server:
        with pytest.raises(CallFailed, match="HTTP 503"):
            await ServyaApi(calls, server.url).credits(KEY)
