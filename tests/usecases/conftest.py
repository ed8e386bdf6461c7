"""A shop with one customer, new for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.usecases.ordering import Shop, open_shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Ann has linked her key; nothing was ordered yet."""
    async with open_shop(tmp_path) as opened:
        yield opened
