"""Updates that Telegram brings: committed before the 200, once each, and only with the secret."""

from __future__ import annotations

import io
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.runtime.web import SECRET_HEADER, CannotListen, Web
from bot.sandbox.telegram import Person
from storage import database
from storage.database import Database
from tests.e2e.conftest import Linked, link
from tests.e2e.shopping import place, to_confirm
from tests.e2e.world import World

SECRET = "a-secret-of-the-webhook"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def world(silent_world: World) -> World:
    """The bot with a webhook."""
    address = f"127.0.0.1:{free_port()}"
    silent_world.changes |= {
        "listen": address,
        "webhook_url": f"http://{address}/updates",
        "webhook_secret": SECRET,
    }
    await silent_world.start()
    await silent_world.tg.until(lambda: silent_world.tg.calls_of("setWebhook"))
    return silent_world


def root(world: World) -> str:
    return f"http://{world.changes['listen']}"


async def bring(world: World, body: object, secret: str = SECRET) -> int:
    """Post what Telegram might, or somebody else; the answer's status."""
    content = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{root(world)}/updates",
            headers={SECRET_HEADER: secret},
            **content,  # type: ignore[arg-type]
        ) as response,
    ):
        return response.status


async def seen(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_an_order_by_webhook(world: World, linked: Linked) -> None:
    await to_confirm(linked.person)
    await place(world, linked.person)
    assert len(world.serva.adds) == 1
    assert world.tg.calls_of("getUpdates") == []
    (call,) = world.tg.calls_of("setWebhook")
    assert call.params["secret_token"] == SECRET
    assert call.json("allowed_updates") == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "inline_query",
    ]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET[:-1]])
async def test_without_the_secret_nothing_is_taken_in(
    world: World, ann: Person, secret: str
) -> None:
    await ann.send("/start")
    await ann.sees("Paste your API key")
    update = world.tg.world.updates.log[-1] | {"update_id": 900_000_000}
    assert await bring(world, update, secret) == 401
    assert await bring(world, update) == 200


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'{"update_id": "x"}', b"\xff"])
async def test_junk_is_refused_and_harms_nothing(world: World, ann: Person, body: bytes) -> None:
    assert await bring(world, body) == 400
    await ann.send("/start")
    await ann.sees("Paste your API key")


async def test_a_body_beyond_measure_is_refused(world: World) -> None:
    assert await bring(world, b"[" * (2 * 1024 * 1024)) == 413


async def test_what_cannot_be_committed_is_brought_again(
    world: World, linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, refused = database._commit_group, 0

    def refuse_twice(group: Sequence[Any], connection: Any) -> None:
        nonlocal refused
        if refused < 2:
            refused += 1
            for job in group:
                job.fail(OSError("disk full"))
        else:
            commit(group, connection)

    monkeypatch.setattr(database, "_commit_group", refuse_twice)
    await linked.person.send("/help")
    await linked.person.sees("Nothing is ordered before you tap Order")
    assert refused == 2


async def test_an_update_that_comes_twice_is_handled_once(world: World, linked: Linked) -> None:
    ann = linked.person
    await ann.send("/help")
    await ann.sees("Nothing is ordered before you tap Order")
    before = len(ann.from_bot)
    world.tg.repeat_update()
    await ann.send("/balance")
    await ann.sees("$25.50")
    assert len(ann.from_bot) == before + 1


async def test_an_inline_query_by_webhook_is_answered(world: World, linked: Linked) -> None:
    asked = await linked.person.inline("likes")
    assert (await asked.answered(linked.person.patience)).button == "Open the chat"


async def test_its_health_can_be_asked_for(world: World, linked: Linked) -> None:
    assert await seen(f"{root(world)}/healthz") == (200, "ok\n")
    assert await seen(f"{root(world)}/readyz") == (200, "ok\n")
    assert (await seen(f"{root(world)}/updates"))[0] == 405
    assert (await seen(f"{root(world)}/anything"))[0] == 404


async def test_without_a_webhook_it_polls_and_tells_its_health(silent_world: World) -> None:
    silent_world.changes["listen"] = f"127.0.0.1:{free_port()}"
    await silent_world.start()
    await link(silent_world.tg.person("Ann"), silent_world.serva.account())
    assert await seen(f"{root(silent_world)}/readyz") == (200, "ok\n")
    assert silent_world.tg.calls_of("setWebhook") == []


async def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    async def call(method: str, params: dict[str, Any]) -> None:
        raise AssertionError("nobody is called before the port is had")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with Database.open(tmp_path / "bot.db") as db:
            with pytest.raises(CannotListen) as raised:
                async with Web("127.0.0.1", port, db=db, call=call, clock=lambda: 0):
                    pass
    assert str(raised.value) == f"LISTEN 127.0.0.1:{port} cannot be had: Address already in use"


async def test_what_came_while_the_bot_was_away_comes_with_its_return(
    world: World, linked: Linked
) -> None:
    await world.stop()
    await linked.person.send("/help")
    await world.start()
    await linked.person.sees("Nothing is ordered before you tap Order")


async def test_a_telegram_that_is_away_is_told_the_address_later(silent_world: World) -> None:
    address = f"127.0.0.1:{free_port()}"
    silent_world.changes |= {"listen": address, "webhook_url": f"http://{address}/"}
    silent_world.tg.bad_gateway("setWebhook", times=2)
    await silent_world.start()
    ann = silent_world.tg.person("Ann")
    await ann.send("/start")
    await ann.sees("Paste your API key")
    assert len(silent_world.tg.calls_of("setWebhook")) == 3
