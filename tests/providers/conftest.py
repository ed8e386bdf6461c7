import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from itertools import count

import pytest

from bot.providers.client import Calls, Timeouts
from bot.providers.port import CallRecord


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Both loops: the bot runs on uvloop where there is one, and sockets fail differently there."""
    factories = {"asyncio": asyncio.new_event_loop}
    if find_spec("uvloop"):
        factories["uvloop"] = import_module("uvloop").new_event_loop
    return factories


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
def clock() -> Callable[[], int]:
    """Seven milliseconds pass between any two looks at it."""
    return count(1_000, 7).__next__


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """What is trusted by default, read from disk once."""
    return ssl.create_default_context()


@pytest.fixture
async def calls(
    clock: Callable[[], int], records: list[CallRecord], tls: ssl.SSLContext
) -> AsyncIterator[Calls]:
    async with Calls(clock, records.append, tls=tls) as calls:
        yield calls


@pytest.fixture
async def hasty(
    clock: Callable[[], int], records: list[CallRecord], tls: ssl.SSLContext
) -> AsyncIterator[Calls]:
    """Connects as long as it takes, also on a busy machine; waits a second for an answer."""
    timeouts = Timeouts(connect_ms=10_000, read_ms=1_000, add_ms=1_000)
    async with Calls(clock, records.append, timeouts=timeouts, tls=tls) as calls:
        yield calls


@pytest.fixture
async def impatient(
    clock: Callable[[], int], records: list[CallRecord], tls: ssl.SSLContext
) -> AsyncIterator[Calls]:
    timeouts = Timeouts(connect_ms=250, read_ms=250, add_ms=250)
    async with Calls(clock, records.append, timeouts=timeouts, tls=tls) as calls:
        yield calls
