"""A key leaves in the request and shows nowhere else: no value, error, record or log has it."""

import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator

import pytest

from bot.domain.request import Wanted
from bot.providers.client import Calls
from bot.providers.port import AddRequest, CallRecord
from bot.providers.serva import ServaApi
from bot.providers.servya import ServyaApi
from tests.providers.raw_server import Connection, Script, answering, http, serving

KEY = "sk_live/0123456789+abcdef"

Ask = Callable[[Calls, str], Awaitable[object]]

ASKS: dict[str, Ask] = {
    "balance": lambda calls, url: ServaApi(calls, url).balance(KEY),
    "services": lambda calls, url: ServaApi(calls, url).services(KEY),
    "statuses": lambda calls, url: ServaApi(calls, url).statuses(KEY, ["A"]),
    "cancel": lambda calls, url: ServaApi(calls, url).ask(KEY, Wanted.CANCEL, "A"),
    "refill": lambda calls, url: ServaApi(calls, url).ask(KEY, Wanted.REFILL, "A"),
    "refill_status": lambda calls, url: ServaApi(calls, url).refill_status(KEY, "1"),
    "add": lambda calls, url: ServaApi(calls, url).add(KEY, AddRequest("1")),
    "credits": lambda calls, url: ServyaApi(calls, url).credits(KEY),
}


async def hang_up_when_asked(connection: Connection) -> None:
    await connection.request()


async def never_answer(connection: Connection) -> None:
    await connection.request()
    await connection.reader.read()


QUOTED = json.dumps({"error": f"no such key: {KEY}", "order": "", "credits": KEY})
SCRIPTS: dict[str, Script] = {
    "a good answer": answering(
        http("200 OK", '{"balance": "1", "order": "A", "status": "Completed", "credits": 1}')
    ),
    "the key quoted in an error": answering(http("200 OK", QUOTED)),
    "the key quoted in an error with 401": answering(http("401 Unauthorized", QUOTED)),
    "the key quoted in a page": answering(http("200 OK", f"<html>{KEY}</html>")),
    "the key quoted for an order": answering(
        http("200 OK", json.dumps({"order": KEY, "status": KEY}))
    ),
    "hung up": hang_up_when_asked,
    "no answer": never_answer,
    "no HTTP": answering(b"nonsense"),
}


def spoken(thing: object) -> Iterator[str]:
    """Everything that a log line or a traceback might show of a value or an error."""
    yield repr(thing)
    yield str(thing)
    if isinstance(thing, BaseException):
        yield repr(thing.args) + repr(vars(thing))
        for link in (thing.__cause__, thing.__context__):
            if link is not None:
                yield from spoken(link)
                yield repr(getattr(getattr(link, "request", None), "headers", None))


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
async def test_a_key_is_shown_by_nothing(
    hasty: Calls,
    records: list[CallRecord],
    caplog: pytest.LogCaptureFixture,
    ask: Ask,
    script: Script,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(script) as server:
        said = [*spoken(await _ending(ask(hasty, server.url)))]
        # It did leave: otherwise there would be nothing to hide.
        assert b"sk_live%2F0123456789%2Babcdef" in server.requests[0].body
    said += [repr(records), repr(hasty), repr(vars(hasty)), caplog.text]
    said += [repr(vars(record)) for record in caplog.records]
    assert "httpcore" in {record.name.partition(".")[0] for record in caplog.records}
    assert [text for text in said if KEY in text or "sk_live" in text] == []


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
async def test_a_key_is_not_shown_when_nobody_listens(
    calls: Calls, records: list[CallRecord], caplog: pytest.LogCaptureFixture, ask: Ask
) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        said = [*spoken(await _ending(ask(calls, url))), repr(records), caplog.text]
    assert [text for text in said if "sk_live" in text] == []


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
async def test_a_key_that_cannot_travel_is_not_shown_either(
    calls: Calls, caplog: pytest.LogCaptureFixture, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(f"{__name__}.KEY", "sk_live_ة_0123456789")
    said = [*spoken(await _ending(ask(calls, "http://127.0.0.1:9/"))), caplog.text]
    assert [text for text in said if "sk_live" in text] == []


async def _ending(call: Awaitable[object]) -> object:
    try:
        return await call
    except Exception as error:
        return error
