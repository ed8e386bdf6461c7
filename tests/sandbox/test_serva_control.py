"""The sandbox Serva's levers over HTTP, and its form as a process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.sandbox.serva import build_app, demo_accounts
from tests.sandbox.serva_api import Client, shop


@pytest.fixture
async def ann() -> AsyncIterator[Client]:
    async with shop() as ann:
        yield ann


async def pull(ann: Client, lever: str, **body: Any) -> tuple[int, Any]:
    async with ann.http.post(f"{ann.serva.root}/sandbox/{lever}", json=body) as answer:
        return answer.status, await answer.json()


async def test_the_whole_state_can_be_read(ann: Client) -> None:
    order = await ann.order()
    async with ann.http.get(f"{ann.serva.root}/sandbox/state") as answer:
        state = await answer.json()
    assert state["clock"] == {"now": ann.serva.clock(), "speed": 1}
    assert state["accounts"][0]["balance"] == "24.61"
    assert state["orders"][0]["id"] == order.id
    assert state["calls"][0]["order"] == order.id
    assert ann.account.key not in str(state["calls"])


async def test_accounts_are_opened_and_changed(ann: Client) -> None:
    status, ben = await pull(ann, "accounts", balance="3", discount="0.5", label="ben")
    assert status == 200
    assert await ann("balance", key=ben["key"]) == {"balance": "3", "currency": "USD"}
    await pull(ann, "accounts/ben", top_up="1.25", do="ban")
    assert await ann("balance", key=ben["key"]) == {"error": "ACCOUNT_BANNED"}
    _, shown = await pull(ann, "accounts/ben", do="restore")
    assert (shown["balance"], shown["standing"]) == ("4.25", "good")


async def test_a_label_names_one_account(ann: Client) -> None:
    status, _ = await pull(ann, "accounts", label="account 3")
    again, said = await pull(ann, "accounts", label="account 3")
    assert (status, again) == (200, 400)
    assert "two accounts cannot have one label" in str(said)
    with pytest.raises(ValueError, match="one label"):
        ann.serva.account(label="account 3")
    labels = [(await pull(ann, "accounts"))[1]["label"] for _ in range(2)]
    assert labels == ["account 4", "account 5"]


async def test_orders_are_finished_and_held(ann: Client) -> None:
    order = await ann.order()
    await pull(ann, f"orders/{order.id}/hold", status="processing")
    assert order.status == "processing"
    _, shown = await pull(ann, f"orders/{order.id}/finish", status="partial", remains=500)
    assert (shown["status"], shown["charge"]) == ("partial", "0.445")


async def test_services_change(ann: Client) -> None:
    await pull(ann, "services/1234", factor="2", unit="flat")
    assert (await ann.add())["charge"] == "1.78"
    await pull(ann, "services/1234", gone=True)
    assert await ann.add() == {"error": "SERVICE_NOT_FOUND_OR_INACTIVE"}
    await pull(ann, "services/1234", gone=False)
    assert "order" in await ann.add()


async def test_services_are_found_by_their_words(ann: Client) -> None:
    await pull(ann, "services/1234", factor="1.50", gone=True)
    assert await listed(ann, find="instagram FOLLOWERS 1234", last="5") == [
        {
            "service": "1234",
            "name": "Instagram Followers",
            "category": "Instagram",
            "rate": "1.335",
            "min": 100,
            "max": 100_000,
            "gone": True,
            "factor": "1.5",
        }
    ]
    assert await listed(ann, find="no such words") == []
    assert len(await listed(ann)) == 20
    assert (await listed(ann, last="some"))["error"]


async def listed(ann: Client, **query: str) -> Any:
    async with ann.http.get(f"{ann.serva.root}/sandbox/services", params=query) as answer:
        return await answer.json()


async def test_faults_are_hung_up_and_cleared(ann: Client) -> None:
    _, shown = await pull(ann, "fault", kind="html_502", action="balance", times=None)
    assert shown == {"kind": "html_502", "action": "balance", "times": None, "struck": 0}
    assert (await ann.raw("balance")).status == 502
    await pull(ann, "fault/clear")
    assert (await ann.raw("balance")).status == 200


async def test_rotten_entries_over_http(ann: Client) -> None:
    order = await ann.order()
    await pull(ann, "fault", kind="rotten", action="status", ids=[order.id], entry="?")
    assert await ann("status", orders=order.id) == {order.id: "?"}


async def test_the_clock_is_turned(ann: Client) -> None:
    before = ann.serva.clock()
    assert await pull(ann, "clock", advance=90) == (200, {"now": before + 90_000, "speed": 1})
    assert await pull(ann, "clock", speed=0) == (200, {"now": before + 90_000, "speed": 0})


async def test_settings_change_together_or_not_at_all(ann: Client) -> None:
    await pull(ann, "settings", guard=True, cooldown=5, error="sentence", batch="list")
    forms = ann.serva.forms
    assert (ann.serva.guard.on, ann.serva.guard.cooldown) == (True, 5)
    assert (forms.error, forms.batch) == ("sentence", "list")
    status, _ = await pull(ann, "settings", guard=False, latency="soon")
    assert (status, ann.serva.guard.on) == (400, True)


@pytest.mark.parametrize(
    ("lever", "body", "status"),
    [
        ("fault", {"kind": "earthquake"}, 400),
        ("fault", {"kind": "slow", "times": "2"}, 400),
        ("fault", {"kind": "slow", "seconds": -1}, 400),
        ("accounts", {"balance": "much"}, 400),
        ("accounts", {"balance": "NaN"}, 400),
        ("accounts/nobody", {"do": "ban"}, 404),
        ("orders/ORD-1/finish", {}, 404),
        ("services/nope", {"gone": True}, 404),
        ("settings", {"colour": "red"}, 404),
        ("clock", {"advance": -1}, 400),
    ],
)
async def test_mistakes_are_told(
    ann: Client, lever: str, body: dict[str, Any], status: int
) -> None:
    answered, answer = await pull(ann, lever, **body)
    assert answered == status
    assert answer["error"]


async def test_a_process_has_accounts_for_every_case() -> None:
    app = build_app(seed=3)
    accounts = demo_accounts(app)
    assert accounts == demo_accounts(build_app(seed=4))
    async with TestClient(TestServer(app)) as http:
        answers = {label: await balance(http, key) for label, key in accounts}
    assert answers == {
        "regular": {"balance": "25.5", "currency": "USD"},
        "discounted": {"balance": "140", "currency": "USD"},
        "poor": {"balance": "0.4", "currency": "USD"},
        "not approved": {"error": "API_ACCESS_NOT_ALLOWED"},
        "banned": {"error": "ACCOUNT_BANNED"},
        "revoked key": {"error": "API_KEY_REVOKED"},
    }


async def balance(http: TestClient[Any, Any], key: str) -> Any:
    async with http.post("/api/v1", data={"action": "balance", "key": key}) as answer:
        return await answer.json()


async def test_a_process_can_have_a_large_catalogue() -> None:
    app = build_app(seed=1, size=5000)
    _, key = demo_accounts(app)[0]
    async with TestClient(TestServer(app)) as http:
        form = aiohttp.FormData({"action": "services", "key": key})
        async with http.post("/api/v1", data=form) as answer:
            assert len(await answer.json()) == 5000
