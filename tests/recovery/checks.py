"""What must hold once the last bot has stopped: money, words, rows, updates, files, processes.

What left the bot is joined with the rows by the clock that both share: an `add` belongs to the
last claim of an order with its link that was written down before it left. What Serva made of it is
known from the answer that the proxy saw, whether or not the bot ever did.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.runtime.turns import OpenTooOften
from bot.sandbox.serva import Order as Bought
from tests.recovery.world import World

_NOTHING = (
    "Nothing was charged.",
    "Nothing was sent and nothing was charged.",
    "Serva did not take this order.",
)
_ENDINGS = {
    "completed": "Completed",
    "partial": "Partly delivered",
    "canceled": "Cancelled by Serva",
    "refunded": "Refunded by Serva",
    "failed": "Serva says it failed",
}
_SURPRISES = (" ERROR ", " CRITICAL ", "Traceback", "cannot start", "Fatal Python error")
# What is set aside is judged on its own. A dead bot's poll may come late, and end that of the next.
_EXPECTED = ("is set aside", "another process polls with this token")
_FREE = ("refused", "not_sent", "not_placed")


@dataclass(slots=True)
class Row:
    """An order as the bot keeps it, with what really became of it."""

    id: int
    owner: int
    nonce: str
    link: str
    placement: str
    decided_by: str
    was_unknown: bool
    provider_order: str
    delivery: str
    ended: bool
    charge: Decimal | None
    sent: int = 0
    bought: list[Bought] = field(default_factory=list)

    @property
    def paid(self) -> Decimal:
        """What Serva keeps for it by now."""
        return sum((order.charge for order in self.bought), Decimal(0))

    def __str__(self) -> str:
        ids = ", ".join(order.id for order in self.bought) or "nothing"
        by = f" by {self.decided_by}" if self.decided_by else ""
        return f"order {self.id} ({self.placement}{by}; Serva has {ids} for ${self.paid})"


@dataclass(slots=True)
class Verdict:
    """Everything that is wrong, and what became of the orders."""

    wrong: list[str]
    counts: Counter[str]


def judge(world: World) -> Verdict:
    """Look at everything that the run has left; the bot must have stopped."""
    with world.database() as db:
        rows = {row.id: row for row in _rows(db)}
        wrong = [
            *_adds_once(world, db, rows),
            *_words_are_true(world, rows),
            *_rows_are_true(world, rows),
            *_everything_told(world, db, rows),
            *_no_update_lost(world, db),
            *_files_whole(db),
        ]
        counts = _tally(world, db, rows)
    wrong += [*_no_secret_kept(world), *_money_adds_up(world), *_nobody_left(world)]
    wrong += _no_surprise(world)
    return Verdict(list(dict.fromkeys(wrong)), counts)


def _rows(db: sqlite3.Connection) -> Iterator[Row]:
    found = db.execute(
        "SELECT id, owner, nonce, json_extract(details, '$.link'), placement, evidence,"
        " provider_order, delivery, ended_at, charge FROM orders"
    )
    for (
        id_,
        owner,
        nonce,
        link,
        placement,
        evidence,
        provider,
        delivery,
        end,
        cost,
    ) in found:
        known: dict[str, Any] = json.loads(evidence)
        yield Row(
            id=id_,
            owner=owner,
            nonce=nonce,
            link=link,
            placement=placement,
            decided_by=known.get("decided_by", ""),
            was_unknown=bool(known.get("first_at")),
            provider_order=provider or "",
            delivery=delivery or "",
            ended=end is not None,
            charge=None if cost is None else Decimal(cost),
        )


def _adds_once(world: World, db: sqlite3.Connection, rows: dict[int, Row]) -> Iterator[str]:
    """At most one `add` left for each confirmed order, and each for one that somebody confirmed."""
    claims = db.execute(
        "SELECT json_extract(o.details, '$.link'), c.started_at, o.id FROM calls c"
        " JOIN orders o ON o.id = c.order_id ORDER BY c.started_at, c.id"
    ).fetchall()
    by_link: dict[str, list[tuple[int, int]]] = {}
    for link, at, order in claims:
        by_link.setdefault(link, []).append((at, order))
    bought = {order.id: order for order in world.serva.orders}
    for sent in world.sent:
        before = [order for at, order in by_link.get(sent.link, []) if at <= sent.at]
        if not before:
            yield f"an add for {sent.link} left, and no order was claimed"
            continue
        row = rows[before[-1]]
        row.sent += 1
        if sent.order:
            row.bought.append(bought.pop(sent.order))
    for order in bought.values():
        yield f"{order.id} is at Serva, and no add that left can have made it"
    for row in rows.values():
        if row.sent > 1:
            yield f"{row.sent} adds left for {row}"
        if len(row.bought) > 1:
            yield f"bought {len(row.bought)} times: {row}"
        if f"ok:{row.nonce}" not in world.tapped:
            yield f"nobody confirmed {row}"


def _words_are_true(world: World, rows: dict[int, Row]) -> Iterator[str]:
    """Nobody was told that nothing was charged for what was, or that something is placed that is
    not."""
    for (chat, number), texts in world.told.items():
        row = rows.get(number)
        if row is None:
            yield f"chat {chat} was told of order {number}, which is nowhere"
            continue
        for text in dict.fromkeys(texts):
            head = text.replace("\n", " / ")[:200]
            if row.paid and any(words in text for words in _NOTHING):
                yield f"told that nothing was charged: {row}: {head}"
            if not row.bought and "Your balance shows that Serva took" in text:
                yield f"told that Serva took it: {row}: {head}"
            if "Order id: " in text and "Send the order id" not in text:
                named = text.partition("Order id: ")[2].split()[0]
                if named not in {order.id for order in row.bought} and row.decided_by != "person":
                    yield f"told that it is {named}: {row}: {head}"


def _rows_are_true(world: World, rows: dict[int, Row]) -> Iterator[str]:
    """What the rows say is what Serva did; all of them have come to an end."""
    known = Counter(row.provider_order for row in rows.values() if row.provider_order)
    for name, count in known.items():
        if count > 1:
            yield f"{count} orders are {name}"
    for row in rows.values():
        by_person = row.decided_by == "person"
        ids = {order.id for order in row.bought}
        if row.placement in ("confirmed", "sending", "unknown"):
            yield f"still open: {row}"
        if row.placement == "placed":
            if row.provider_order not in ids and not by_person:
                yield f"placed as {row.provider_order}: {row}"
            if row.delivery and not row.ended:
                yield f"not followed to its end: {row}"
            if row.ended and not by_person and row.charge != row.paid:
                yield f"a charge of {row.charge} is shown: {row}"
        if row.placement == "charged" and not row.bought:
            yield f"charged for nothing: {row}"
        if row.placement in _FREE and row.paid and not by_person:
            yield f"charged, and called free: {row}"


def _everything_told(world: World, db: sqlite3.Connection, rows: dict[int, Row]) -> Iterator[str]:
    """Every notice was told, every end rang, and every order was shown as it is now."""
    owed = db.execute(
        "SELECT n.owner, n.kind, n.order_id FROM notices n JOIN people p ON p.id = n.owner"
        " WHERE n.told_version < n.version AND p.reachable = 1"
    )
    for owner, kind, order in owed:
        yield f"{owner} was never told the {kind} of order {order}"
    for row in rows.values():
        said = world.told.get((row.owner, row.id), [])
        ending = _ENDINGS.get(row.delivery, "")
        rang = any(ending in text and "Order id: " not in text for text in said)
        if row.ended and not rang:
            yield f"the end ({row.delivery}) never rang: {row}"
        if row.decided_by == "balance" and row.placement in ("charged", "not_placed"):
            words = "Serva took" if row.placement == "charged" else "Serva did not take"
            if sum(words in text for text in said) < 2:
                yield f"settled, and its person was not told: {row}"
        if not said:
            yield f"never shown: {row}"


def _no_update_lost(world: World, db: sqlite3.Connection) -> Iterator[str]:
    """Everything that people did has reached the inbox, and has come to its end there."""
    kept = dict(db.execute("SELECT update_id, handled_at FROM inbox"))
    for update in sorted(world.updates - kept.keys()):
        yield f"update {update} is nowhere"
    for update, handled in kept.items():
        if handled is None:
            yield f"update {update} is still open"
    for update, reason in db.execute(
        "SELECT update_id, set_aside FROM inbox WHERE set_aside <> ''"
    ):
        # A turn that six kills in a row have met is rightly under suspicion; never in silence.
        told = any("was set aside" in text and str(update) in text for text in world.shown)
        if reason != OpenTooOften.__name__ or not told:
            yield f"update {update} was set aside: {reason}"


def _files_whole(db: sqlite3.Connection) -> Iterator[str]:
    for (line,) in db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"integrity check: {line}"
    for found in db.execute("PRAGMA foreign_key_check"):
        yield f"a row refers to nothing: {found}"


def _no_secret_kept(world: World) -> Iterator[str]:
    """No key and no token lies in the files of the bot, or in what it wrote."""
    secrets = {account.key.encode() for account in world.serva.accounts}
    secrets.add(world.tg.token.encode())
    for path in [*(p for p in world.data.rglob("*") if p.is_file()), world.output]:
        held = path.read_bytes()
        if any(secret in held for secret in secrets):
            yield f"a raw secret lies in {path.name}"
    shown = [*world.shown, *(text for texts in world.told.values() for text in texts)]
    if any(secret.decode() in text for secret in secrets for text in shown):
        yield "a raw secret was shown in a chat"


def _money_adds_up(world: World) -> Iterator[str]:
    """What Serva took and gave back is what its accounts lack: the judge itself can count."""
    for account in world.serva.accounts:
        spent = sum((o.charge for o in world.serva.orders if o.account is account), Decimal(0))
        if world.funds - spent != account.balance:
            yield "the stand-in for Serva cannot count"


def _nobody_left(world: World) -> Iterator[str]:
    """No process works on the data any more, whichever of them it was."""
    for pid in world.pids:
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if f"DATA_DIR={world.data}".encode() in environment:
            yield f"process {pid} is left"


def _no_surprise(world: World) -> Iterator[str]:
    """The bots logged no error but those that are due."""
    for line in world.output.read_text(errors="replace").splitlines():
        surprise = any(word in line for word in _SURPRISES)
        if surprise and not any(words in line for words in _EXPECTED):
            yield f"logged: {re.sub('[0-9]+', '#', line)}"


def _tally(world: World, db: sqlite3.Connection, rows: dict[int, Row]) -> Counter[str]:
    counts = Counter[str]()
    counts["orders"] = len(rows)
    counts["adds that left the bot"] = len(world.sent)
    counts["orders at Serva"] = len(world.serva.orders)
    counts["updates"] = len(world.updates)
    counts["updates set aside after six kills, and told"] = db.execute(
        "SELECT count(*) FROM inbox WHERE set_aside <> ''"
    ).fetchone()[0]
    counts["texts about orders"] = sum(map(len, world.told.values()))
    for row in rows.values():
        counts[f"order: {row.placement}"] += 1
        counts["order ended and rang"] += row.ended
        if row.was_unknown:
            counts["unknown outcomes"] += 1
            by = row.decided_by if row.decided_by in ("balance", "person") else "nobody"
            counts[f"unknown: {row.placement}, settled by the {by}"] += 1
    return counts


def open_work(world: World) -> str:
    """What the running bot still has to do; empty once it is quiet."""
    if world.tg.world.updates.waiting:
        return "updates wait at Telegram"
    questions = {
        "updates are not handled": "SELECT count(*) FROM inbox WHERE handled_at IS NULL",
        "orders are open": "SELECT count(*) FROM orders WHERE placement IN"
        " ('confirmed', 'sending', 'unknown')",
        "orders run": "SELECT count(*) FROM orders WHERE placement = 'placed' AND ended_at IS NULL",
        "notices are owed": "SELECT count(*) FROM notices n JOIN people p ON p.id = n.owner"
        " WHERE n.told_version < n.version AND p.reachable = 1",
    }
    try:
        with world.database() as db:
            for what, question in questions.items():
                if count := db.execute(question).fetchone()[0]:
                    return f"{count} {what}"
    except sqlite3.Error as error:
        return f"the database cannot be read: {error}"
    return ""
