"""One Chromium and one demo for all the tests of a worker; every test begins with the demo anew.

Without Chromium they are skipped, or fail where BROWSER_TESTS is "required".
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import chromium
from tests.browser.demo import Demo, running
from tests.browser.visitor import Visitor

REQUIRED = os.environ.get("BROWSER_TESTS") == "required"

Visit: TypeAlias = Callable[..., Awaitable[Visitor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser lives in one event loop, so the tests here share theirs."""
    for item in items:
        if "browser" in item.path.parts and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The Chromium of this machine."""
    if chromium.find() is None:
        (pytest.fail if REQUIRED else pytest.skip)(chromium.MISSING)
    async with chromium.launched() as launched:
        yield launched


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def started() -> AsyncIterator[Demo]:
    """A demo that runs as long as this worker."""
    async with running() as demo:
        yield demo


@pytest_asyncio.fixture(loop_scope="session")
async def demo(started: Demo) -> Demo:
    """The demo, in which nobody has done anything yet."""
    await started.renew()
    return started


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, demo: Demo) -> AsyncIterator[Visit]:
    """Lets somebody open the page; at the end nobody has a complaint."""
    visitors: list[Visitor] = []

    async def comes(path: str = "/", **how: Any) -> Visitor:
        visitors.append(await Visitor.comes(browser, demo.url + path, **how))
        return visitors[-1]

    yield comes
    for visitor in visitors:
        await visitor.leaves()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
