"""What must hold once a world has come to rest: money, words, rows, updates and keys."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bot.domain.order import Order, Placement, Why
from bot.domain.pricing import rounds_to
from bot.runtime.payload import Looks, text_of
from storage import batches, orders
from storage.people import reader
from tests.simulation.serva import Bought
from tests.simulation.telegram import Told, plain
from tests.simulation.world import TOKEN, Violation, World

NUMBER = re.compile(r"Order #(\d+) ·")
NOTHING = (
    "Nothing was charged.",
    "Nothing was sent and nothing was charged.",
    "Serva did not take this order.",
)
TAKEN = "Your balance shows that Serva took"
ENDINGS = {
    "completed": "Completed",
    "partial": "Partly delivered",
    "canceled": "Cancelled by Serva",
    "refunded": "Refunded by Serva",
    "failed": "Serva says it failed",
}
_ID = re.compile(r"Order id: (\S+)")
_PASSING = (
    "Last check:",
    "Balance:",
    # What can be done about a target that was busy; a tap on it looks anew.
    "I can order this when that one ends.",
    "Wait until it ends, then order again.",
)
_HARMLESS = ("StorageFailed", "DatabaseClosed", "Undelivered", "Telegram refuses")


def check(world: World) -> None:
    """Raises Violation with everything that is wrong."""
    wrong = list(_all(world))
    if wrong:
        raise Violation("\n".join(dict.fromkeys(wrong)))


def _all(world: World) -> Iterator[str]:
    assert world.db is not None
    found = {order.id: order for order in _orders(world)}
    taken = {bought.confirmation: bought for bought in world.serva.orders.values()}
    yield from adds_once(world)
    yield from words_are_true(world, found, taken)
    yield from everything_told(world, found)
    yield from cards_show(world, found)
    yield from mass_orders_told(world, found)
    yield from money_and_rows(world, found, taken)
    yield from no_update_lost(world)
    yield from no_secret_kept(world)
    yield from no_surprise(world)


def _orders(world: World) -> list[Order]:
    assert world.db is not None

    async def read() -> list[Order]:
        assert world.db is not None
        return (await orders.everybodys(world.db, (), 1000, 0))[0]

    return world.ask(read())


def adds_once(world: World) -> Iterator[str]:
    """At most one `add` left for each confirmation, and at most one order came of it."""
    for confirmation, count in world.sent.items():
        if count > 1:
            yield f"order {confirmation}: {count} adds left for one confirmation"
    bought = Counter(order.confirmation for order in world.serva.orders.values())
    for confirmation, count in bought.items():
        if count > 1:
            yield f"order {confirmation}: bought {count} times"


def words_are_true(
    world: World, found: dict[int, Order], taken: dict[int, Bought]
) -> Iterator[str]:
    """Nobody was ever told that nothing was charged for what was, or that something is placed
    that is not."""
    keys = {str(key) for key in world.serva.accounts}
    for told in world.telegram.told:
        for key in keys:
            if key in told.text:
                yield f"a key was shown in chat {told.chat}"
        number = NUMBER.search(told.text)
        if number is None:
            continue
        yield from _true(world, told, found.get(int(number[1])), taken.get(int(number[1])))


def _true(world: World, told: Told, order: Order | None, bought: Bought | None) -> Iterator[str]:
    text = told.text
    head = text.replace("\n", " / ")[:160]
    if any(words in text for words in NOTHING) and bought is not None:
        if bought.returned_at is None or bought.returned_at > told.at:
            yield f"told at {told.at:.0f} s that nothing was charged, but {bought}: {head}"
        else:
            world.happened["told nothing was charged, after all of it was paid back"] += 1
    if TAKEN in text and bought is None:
        yield f"told that Serva took it, but it did not: {head}"
    by_person = order is not None and order.evidence.decided_by == "person"
    if (ids := _ID.findall(text)) and "Send the order id" not in text:
        named = world.serva.orders.get(ids[0])
        if named is None:
            yield f"told of an order that Serva does not have: {head}"
        elif order is not None and not by_person and (bought is None or bought.id != ids[0]):
            yield f"told the id of another order: {head}"


def everything_told(world: World, found: dict[int, Order]) -> Iterator[str]:
    """Whoever can be told has been told everything, and how each order ended at least once."""
    rows = world.connection.execute(
        "SELECT n.owner, n.kind, n.order_id FROM notices n JOIN people p ON p.id = n.owner"
        " WHERE n.told_version < n.version AND p.reachable = 1"
    ).fetchall()
    for owner, kind, order in rows:
        yield f"{owner} was never told the {kind} of order {order}"
    reachable = dict(world.connection.execute("SELECT id, reachable FROM people").fetchall())
    texts: dict[tuple[int, int], list[str]] = {}
    for told in world.telegram.told:
        if number := NUMBER.search(told.text):
            texts.setdefault((told.chat, int(number[1])), []).append(told.text)
    for order in found.values():
        if not reachable.get(order.owner) or world.telegram.chat(order.owner).blocked:
            continue
        said = texts.get((order.owner, order.id), [])
        if order.batch is not None and order.card_message is None:
            continue
        if not said:
            yield f"order {order.id} ({order.placement}) was never shown"
            continue
        if order.batch is not None:
            continue  # what rings about it is its mass order's
        if order.ended_at is not None:
            ending = ENDINGS[str(order.delivery)]
            if not any("Order id" not in text and ending in text for text in said):
                yield f"the end of order {order.id} ({order.delivery}) never rang"
        by = order.evidence.decided_by
        if by == "balance" and order.placement in (Placement.CHARGED, Placement.NOT_PLACED):
            words = (
                TAKEN if order.placement is Placement.CHARGED else "Serva did not take this order."
            )
            if sum(words in text for text in said) < 2:
                yield f"order {order.id} was settled and its person not told"


def cards_show(world: World, found: dict[int, Order]) -> Iterator[str]:
    """Every card shows its order as it is now."""
    house = world.house
    assert house is not None

    async def card(order: Order) -> str | None:
        assert world.house is not None
        person = await reader(world.db, order.owner)  # type: ignore[arg-type]
        if person is None or not person.reachable:
            return None
        return str(text_of(await world.house.telling.card(person, order), Looks())["text"])

    for order in found.values():
        if order.batch is not None and order.card_message is None:
            continue
        chat = world.telegram.chat(order.owner)
        text = world.ask(card(order))
        if text is None or chat.blocked:
            continue
        message = chat.messages.get(order.card_message or 0)
        shown = plain(message.text) if message else "nothing"
        if _lasting(shown) != _lasting(plain(text)):
            yield f"the card of order {order.id} shows {shown!r} instead of {plain(text)!r}"


def mass_orders_told(world: World, found: dict[int, Order]) -> Iterator[str]:
    """The card of every mass order shows it as it is now, and whoever did not end it heard its
    end."""
    lines: dict[tuple[int, int], list[Order]] = {}
    for order in found.values():
        if order.batch is not None:
            lines.setdefault((order.owner, order.batch), []).append(order)
    for (owner, number), of_batch in lines.items():
        world.happened["mass orders"] += 1
        chat = world.telegram.chat(owner)
        seen = world.ask(_batch_card(world, owner, number))
        if seen is None or chat.blocked:
            continue
        text, card_message = seen
        message = chat.messages.get(card_message or 0)
        shown = plain(message.text) if message else "nothing"
        if _lasting(shown) != _lasting(plain(text)):
            yield f"the card of mass order {number} shows {shown!r} instead of {plain(text)!r}"
        over = all(one.placement.free or one.ended_at is not None for one in of_batch)
        theirs = all(one.reason.meaning in (Why.STOPPED, Why.UNLINKED) for one in of_batch)
        if over and not theirs:
            title = f"Mass order #{number} "
            told = [t.text for t in world.telegram.told if t.chat == owner and title in t.text]
            if not any("All of it is over." in text for text in told):
                yield f"the end of mass order {number} never rang"


async def _batch_card(world: World, owner: int, number: int) -> tuple[str, int | None] | None:
    assert world.db is not None and world.house is not None
    person = await reader(world.db, owner)
    batch = await batches.batch(world.db, owner, number)
    if person is None or not person.reachable or batch is None:
        return None
    tally = await batches.tally(world.db, batch)
    screen = world.house.telling.batch_card(person, batch, tally)
    return str(text_of(screen, Looks())["text"]), batch.card_message


def _lasting(text: str) -> list[str]:
    """A card without what changes although nothing has happened to its order."""
    lines = text.split("\n")
    return [line for line in lines if not line.startswith(_PASSING)]


def money_and_rows(
    world: World, found: dict[int, Order], taken: dict[int, Bought]
) -> Iterator[str]:
    """What the rows say was charged is what Serva took."""
    known: Counter[str] = Counter()
    for order in found.values():
        if order.placement in (Placement.CONFIRMED, Placement.SENDING):
            yield f"order {order.id} is still {order.placement}"
        bought = world.serva.orders.get(order.provider_order) if order.provider_order else None
        if order.placement is Placement.PLACED:
            known[order.provider_order] += 1
            if bought is None:
                yield f"order {order.id} is placed as {order.provider_order}, which Serva has not"
            elif order.followed or order.ended_at is not None:
                if bought.ended and order.ended_at is None and order.followed:
                    yield f"order {order.id} ended at Serva and is still followed"
                if order.ended_at is not None and order.charge != bought.net:
                    yield f"order {order.id}: charge {order.charge}, really {bought.net}"
        answered = order.first_charge is not None and not order.evidence.decided_by
        if answered and bought is not None and order.first_charge != bought.charged:
            yield f"order {order.id}: first charge {order.first_charge}, {bought.charged}"
        if order.placement.free and order.evidence.decided_by != "person":
            mine = taken.get(order.id)
            if mine is not None and mine.net:
                yield f"order {order.id} is {order.placement}, but {mine}"
        if order.placement is Placement.CHARGED and order.id not in taken:
            yield f"order {order.id} is charged, but Serva never had it"
    for provider_order, count in known.items():
        if count > 1:
            yield f"{count} orders are {provider_order}"
    yield from _balances(world)
    if broken := world.connection.execute("PRAGMA foreign_key_check").fetchall():
        yield f"rows refer to nothing: {broken}"


def _balances(world: World) -> Iterator[str]:
    """What Serva has taken and given back is what its accounts lack: the model itself is sound."""
    for key, holder in world.serva.accounts.items():
        spent = sum((o.net for o in world.serva.orders.values() if o.key == key), Decimal(0))
        if holder.started - spent + holder.elsewhere != holder.balance:
            yield "the model of Serva cannot count"


def no_update_lost(world: World) -> Iterator[str]:
    """What Telegram was told has arrived is in the inbox, and all of it is handled or set aside."""
    rows = dict(world.connection.execute("SELECT update_id, handled_at FROM inbox").fetchall())
    for update in sorted(world.telegram.acknowledged - rows.keys()):
        yield f"update {update} was acknowledged and is nowhere"
    for update, handled in rows.items():
        if handled is None:
            yield f"update {update} still waits"
    if world.telegram.pending:
        left = [u["update_id"] for u in world.telegram.pending if u["update_id"] not in rows]
        if left:
            yield f"updates {left} were never taken in"


def no_secret_kept(world: World) -> Iterator[str]:
    """No key and no token is anywhere in the database, also not in what was overwritten."""
    if world.disk is not None:
        held = b"".join(bytes(content.seen) for content in world.disk.files.values())
    else:
        held = world.connection.serialize()
    secrets = [*world.serva.accounts, TOKEN]
    if any(secret.encode() in held for secret in secrets):
        yield "a raw key is in the database"
    if any(secret in error for secret in secrets for error in world.errors):
        yield "a raw key is in the log"


def no_surprise(world: World) -> Iterator[str]:
    """The house logs no error but those of a disk and a Telegram that refuse."""
    for error in world.errors:
        if not any(word in error for word in _HARMLESS):
            yield f"an error was logged: {error}"


def tally(world: World) -> None:
    """Count what became of the orders, above all of those whose outcome was unknown."""
    for order in _orders(world):
        world.happened["orders"] += 1
        world.happened[f"order: {order.placement}"] += 1
        if order.evidence.first_at:
            world.happened["unknowns"] += 1
            world.happened[f"unknown: {_settled_by(world, order)}"] += 1


def _settled_by(world: World, order: Order) -> str:
    by = order.evidence.decided_by
    if by in ("balance", "person", "probe"):
        return f"settled by the {by}"
    return "left to the person, " + _why_not(world, order)


def _why_not(world: World, order: Order) -> str:
    """Why the balance could not tell, as far as the rows say; empty of excuses else."""
    row: Any = world.connection.execute(
        "SELECT unlinked_at, paused, fingerprint FROM accounts WHERE id = ?", (order.account,)
    ).fetchone()
    if row is None or row[0] is not None:
        return "key unlinked"
    key = next(k for k in world.serva.accounts if world.vault.fingerprint(k, "serva") == row[2])
    if row[1] is not None or world.serva.accounts[key].revoked:
        return "key refused"
    if order.details.coupon:
        return "coupon"
    if order.evidence.tainted:
        return "another owner erased"
    if world.serva.accounts[key].elsewhere:
        return "balance moved elsewhere"
    evidence = json.loads(
        world.connection.execute(
            "SELECT evidence FROM orders WHERE id = ?", (order.id,)
        ).fetchone()[0]
    )
    if not evidence.get("checks"):
        return "never looked"
    others = world.connection.execute(
        "SELECT o.placement, o.delivery, o.ended_at, o.next_check_at,"
        " json_extract(o.evidence, '$.decided_by') FROM orders o"
        " JOIN accounts a ON a.id = o.account WHERE a.fingerprint = ? AND o.id <> ?"
        " AND o.claimed_at IS NOT NULL",
        (row[2], order.id),
    ).fetchall()
    if any(placement in ("unknown", "charged", "not_placed") for placement, *_ in others):
        return "beside another unknown"
    if any(delivery in ("canceled", "partial") for _, delivery, *_ in others):
        return "beside an order paid back"
    if any(
        placement == "placed" and ended is None and follows is None
        for placement, _, ended, follows, _ in others
    ):
        return "beside an order that nobody follows"
    if any(by == "person" for *_, by in others):
        return "beside an order that a person identified"
    mine = next((o for o in world.serva.orders.values() if o.confirmation == order.id), None)
    if mine is not None and mine.refunded:
        return "paid back itself"
    if mine is not None and not rounds_to(order.details.quote.total.amount, mine.charged):
        return "charged otherwise than quoted"
    return "though the balance could tell"
