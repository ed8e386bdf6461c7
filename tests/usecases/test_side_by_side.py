"""Side by side: one task a name, so many at once, and nothing left behind whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bot.usecases.side_by_side import SideBySide


def waits_for(gate: asyncio.Event) -> Callable[[], Coroutine[Any, Any, object]]:
    return gate.wait


async def fails() -> None:
    raise RuntimeError("a bug")


async def test_a_name_is_worked_on_once_at_a_time() -> None:
    work, gate = SideBySide[str]("testing"), asyncio.Event()
    assert work.start("a", waits_for(gate))
    assert not work.start("a", waits_for(gate))
    assert work.start("b", waits_for(gate))
    assert list(work) == ["a", "b"]
    gate.set()
    await work.drain()
    assert list(work) == []
    assert work.start("a", waits_for(gate))
    await work.drain()


async def test_an_error_is_logged_and_frees_the_name_without_a_wake(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work, woken = SideBySide[str]("testing"), []
    work.start("a", fails, lambda: woken.append("a"))
    work.start("b", asyncio.Event().wait, lambda: woken.append("b"))
    while "a" in work:
        await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records] == ["testing failed"]
    await work.stop()
    assert (len(work), woken) == (0, [])


async def test_the_name_is_free_when_its_end_is_told() -> None:
    work, left = SideBySide[int]("testing"), []
    work.start(1, lambda: asyncio.sleep(0), lambda: left.append(len(work)))
    await work.drain()
    assert left == [0]


async def test_no_more_than_so_many_at_once() -> None:
    work, gate, begun = SideBySide[int]("testing", 2), asyncio.Event(), []

    async def begin(name: int) -> None:
        begun.append(name)
        await gate.wait()

    for name in range(5):
        work.start(name, lambda name=name: begin(name))  # type: ignore[misc]
    await asyncio.sleep(0.01)
    assert begun == [0, 1]
    gate.set()
    await work.drain()
    assert begun == [0, 1, 2, 3, 4]
