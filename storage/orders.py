"""Orders: every change of placement is a compare-and-set along the edges that the domain allows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from bot.domain.catalogue import service_from_json, service_to_json
from bot.domain.draft import quote_from_plain, quote_to_plain
from bot.domain.evidence import NOTICED_LATE, Beside, Sums, possible_charges
from bot.domain.money import Money
from bot.domain.order import ALLOWED, Details, Evidence, Order, Placement, Reason, Value
from bot.domain.tracking import Delivery, Report
from storage.database import Queries, Row, Tx

COLUMNS = (
    "id, owner, account, nonce, service, details, target, confirmed_at, placement, attempts,"
    " claimed_at, balance_before, settled_at, reason, evidence, provider_order, charge, currency,"
    " delivery, word, start_count, remains, misses, checked_at, next_check_at, ended_at,"
    " card_message, first_charge, muted, batch"
)
_PAID_BACK_LATE = 30 * 24 * 3_600_000
"""Milliseconds for which an order that nobody can follow may still be paid back."""
_ACTIVE = (
    "(placement IN ('confirmed', 'sending', 'unknown', 'charged')"
    " OR (placement = 'placed' AND ended_at IS NULL))"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A confirmed order whose turn to be placed has come."""

    id: int
    owner: int
    account: int
    fingerprint: str
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An account with at least one order whose status should be asked for now."""

    account: int
    owner: int
    fingerprint: str


async def insert(
    tx: Tx,
    *,
    owner: int,
    account: int,
    nonce: str,
    service: int,
    details: Details,
    target: str,
    card_message: int | None,
    now: int,
) -> int:
    """Keep a confirmed order; its nonce makes a second one of the same draft impossible."""
    return await tx.insert(
        "INSERT INTO orders (owner, account, nonce, service, details, target, confirmed_at,"
        " placement, next_attempt_at, currency, card_message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'confirmed', ?, ?, ?)",
        (
            owner,
            account,
            nonce,
            service,
            details_to_json(details),
            target,
            now,
            now,
            details.quote.total.currency,
            card_message,
        ),
    )


async def order(q: Queries, owner: int, order_id: int) -> Order | None:
    """One order of this person."""
    row = await q.one(f"SELECT {COLUMNS} FROM orders WHERE id = ? AND owner = ?", (order_id, owner))
    return None if row is None else order_of(row)


async def for_operator(q: Queries, order_id: int) -> Order | None:
    """Any order, for the operator's eyes and for workers that hold its id."""
    row = await q.one(f"SELECT {COLUMNS} FROM orders WHERE id = ?", (order_id,))
    return None if row is None else order_of(row)


async def in_doubt(q: Queries) -> list[Order]:
    """Every order that is confirmed and not sent, being sent, or of unknown outcome."""
    rows = await q.all(
        f"SELECT {COLUMNS} FROM orders WHERE placement IN ('confirmed', 'sending', 'unknown')"
        " ORDER BY id"
    )
    return [order_of(row) for row in rows]


async def by_nonce(q: Queries, owner: int, nonce: str) -> Order | None:
    """The order that a draft became."""
    row = await q.one(f"SELECT {COLUMNS} FROM orders WHERE owner = ? AND nonce = ?", (owner, nonce))
    return None if row is None else order_of(row)


async def by_ids(q: Queries, owner: int, ours: Sequence[int], theirs: Sequence[str]) -> list[Order]:
    """A person's orders with these ids of ours, or these ids at Serva, newest first."""
    rows = await q.all(
        f"SELECT {COLUMNS} FROM orders WHERE owner = ?1 AND id IN ("
        " SELECT value FROM json_each(?2) UNION SELECT id FROM orders"
        " WHERE account IN (SELECT id FROM accounts WHERE owner = ?1)"
        " AND provider_order IN (SELECT value FROM json_each(?3))) ORDER BY id DESC",
        (owner, json.dumps(ours), json.dumps(theirs)),
    )
    return [order_of(row) for row in rows]


async def is_taken(q: Queries, fingerprint: str, provider_order: str) -> bool:
    """Whether any order of this key, whoever's, has that id at Serva already."""
    row = await q.one(
        "SELECT 1 FROM orders o JOIN accounts a ON a.id = o.account"
        " WHERE a.fingerprint = ? AND o.provider_order = ? COLLATE NOCASE LIMIT 1",
        (fingerprint, provider_order),
    )
    return row is not None


async def is_known(q: Queries, provider_order: str) -> bool:
    """Whether any order here has that id at Serva."""
    row = await q.one(
        "SELECT 1 FROM orders WHERE provider_order = ? COLLATE NOCASE LIMIT 1", (provider_order,)
    )
    return row is not None


async def last_id(q: Queries, before: int, fingerprint: str | None = None) -> str | None:
    """Serva's id of the last order that was sent before that time; with one key, if named."""
    row = await q.one(
        "SELECT o.provider_order FROM orders o JOIN accounts a ON a.id = o.account"
        " WHERE o.provider_order IS NOT NULL AND o.claimed_at < ?1"
        " AND (?2 IS NULL OR a.fingerprint = ?2) ORDER BY o.claimed_at DESC LIMIT 1",
        (before, fingerprint),
    )
    return None if row is None else str(row[0])


async def listing(
    q: Queries, owner: int, active: bool, limit: int, offset: int
) -> tuple[list[Order], int]:
    """One page of a person's active or finished orders, newest first, and how many there are.

    A batch is in it once, by its first order, and is active while one of them is.
    """
    single = _ACTIVE if active else f"NOT {_ACTIVE}"
    together = (
        "id = (SELECT min(f.id) FROM orders f WHERE f.batch = orders.batch)"
        f" AND {'' if active else 'NOT '}EXISTS"
        " (SELECT 1 FROM orders l INDEXED BY orders_open_in_batch"
        f" WHERE l.batch = orders.batch AND {_ACTIVE})"
    )
    rows = await q.all(
        # Counted by their ids: whole rows are read only of the page.
        f"SELECT {COLUMNS}, total FROM orders JOIN ("
        "SELECT id AS found, count(*) OVER () AS total FROM orders WHERE owner = ?"
        f" AND CASE WHEN batch IS NULL THEN {single} ELSE {together} END"
        " ORDER BY id DESC LIMIT ? OFFSET ?) ON found = id ORDER BY id DESC",
        (owner, limit, offset),
    )
    return [order_of(row) for row in rows], rows[0][-1] if rows else 0


async def active_count(q: Queries, owner: int) -> int:
    """How many of a person's orders may still change."""
    row = await q.one(f"SELECT count(*) FROM orders WHERE owner = ? AND {_ACTIVE}", (owner,))
    return 0 if row is None else int(row[0])


async def latest(q: Queries, owner: int) -> Order | None:
    """The newest order that reached Serva: what `Again` offers."""
    row = await q.one(
        f"SELECT {COLUMNS} FROM orders WHERE owner = ? AND placement = 'placed'"
        " ORDER BY id DESC LIMIT 1",
        (owner,),
    )
    return None if row is None else order_of(row)


async def recent_services(q: Queries, owner: int, limit: int) -> list[int]:
    """Our integers of the services ordered lately, the latest first, each once."""
    rows = await q.all(
        "SELECT service FROM (SELECT service, id FROM orders WHERE owner = ?"
        " AND placement = 'placed' ORDER BY id DESC LIMIT 500)"
        " GROUP BY service ORDER BY max(id) DESC LIMIT ?",
        (owner, limit),
    )
    return [row[0] for row in rows]


async def most_used(q: Queries, owner: int, limit: int) -> list[int]:
    """Our integers of the services that a person ordered most lately, the most ordered first."""
    rows = await q.all(
        "SELECT service FROM (SELECT service, id FROM orders WHERE owner = ?"
        " AND placement = 'placed' ORDER BY id DESC LIMIT 500)"
        " GROUP BY service ORDER BY count(*) DESC, max(id) DESC LIMIT ?",
        (owner, limit),
    )
    return [row[0] for row in rows]


async def recent_links(q: Queries, owner: int, limit: int) -> list[tuple[int, str, int | None]]:
    """The latest orders for a link: our integer of the service, the link, the quantity."""
    rows = await q.all(
        "SELECT service, json_extract(details, '$.link'), json_extract(details, '$.quantity')"
        " FROM orders WHERE owner = ? AND placement = 'placed'"
        " AND json_extract(details, '$.link') <> '' ORDER BY id DESC LIMIT ?",
        (owner, limit),
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def in_the_way(q: Queries, owner: int, target: str, service: int) -> Order | None:
    """What blocks a target: an order for it of unknown outcome, or the same one on its way."""
    row = await q.one(
        f"SELECT {COLUMNS} FROM orders WHERE owner = ? AND target = ?"
        " AND (placement = 'unknown' OR (placement IN ('confirmed', 'sending') AND service = ?))"
        " ORDER BY id DESC LIMIT 1",
        (owner, target, service),
    )
    return None if row is None else order_of(row)


async def earlier_for_target(q: Queries, owner: int, target: str, not_this: int) -> Order | None:
    """The newest active order for a target, else the newest at all: what Serva refused for."""
    row = await q.one(
        f"SELECT {COLUMNS} FROM orders WHERE owner = ? AND target = ? AND id <> ?"
        " AND placement IN ('placed', 'unknown', 'charged')"
        " ORDER BY ended_at IS NOT NULL, id DESC LIMIT 1",
        (owner, target, not_this),
    )
    return None if row is None else order_of(row)


async def waiting(q: Queries, now: int) -> list[Waiting]:
    """Confirmed orders that may be placed now, oldest first.

    Of a batch it is one at a time: what puts off the first puts off all behind it, and an order
    that was confirmed by itself has to wait for one of them only.
    """
    rows = await q.all(
        "WITH next (id) AS (SELECT id FROM orders WHERE placement = 'confirmed' AND batch IS NULL"
        " UNION ALL SELECT min(id) FROM orders INDEXED BY orders_waiting"
        " WHERE placement = 'confirmed' AND batch IS NOT NULL GROUP BY batch)"
        " SELECT o.id, o.owner, o.account, a.fingerprint, o.batch FROM next"
        " JOIN orders o ON o.id = next.id JOIN accounts a ON a.id = o.account"
        " WHERE o.next_attempt_at <= ? ORDER BY o.id",
        (now,),
    )
    return [Waiting(*row) for row in rows]


async def claim(
    tx: Tx,
    order_id: int,
    *,
    digest: str,
    balance_before: Decimal | None,
    rate: Decimal | None = None,
    now: int,
) -> int | None:
    """Take a confirmed order for sending; the id of its call record, or None if it was not free.

    Nor is it where its key was unlinked since it was read. `rate` is Serva's right before.

    Committed before a byte leaves: from here on the order may cost money.
    """
    changed = await tx.execute(
        "UPDATE orders SET placement = 'sending', attempts = attempts + 1, claimed_at = ?,"
        " digest = ?, balance_before = ?, evidence = json_set(evidence, '$.rate', ?)"
        " WHERE id = ? AND placement = 'confirmed'"
        " AND EXISTS (SELECT 1 FROM accounts a WHERE a.id = account AND a.unlinked_at IS NULL)",
        (now, digest, _text(balance_before), _text(rate) or "", order_id),
    )
    if changed != 1:
        return None
    return await tx.insert(
        "INSERT INTO calls (order_id, attempt, started_at)"
        " SELECT id, attempts, ? FROM orders WHERE id = ?",
        (now, order_id),
    )


async def close_call(
    tx: Tx, call: int, outcome: str, request_id: str, detail: str, now: int
) -> None:
    """Write down how one `add` ended."""
    await tx.execute(
        "UPDATE calls SET ended_at = ?, outcome = ?, request_id = ?, detail = ? WHERE id = ?",
        (now, outcome, request_id, detail, call),
    )


async def close_open_calls(
    tx: Tx, order_id: int, outcome: str, request_id: str, detail: str, now: int
) -> None:
    """Write down what is known of calls whose end nobody saw."""
    await tx.execute(
        "UPDATE calls SET ended_at = ?, outcome = ?, request_id = ?, detail = ?"
        " WHERE order_id = ? AND outcome = 'open'",
        (now, outcome, request_id, detail, order_id),
    )


async def move(
    tx: Tx,
    order_id: int,
    source: Placement,
    to: Placement,
    now: int,
    *,
    reason: Reason | None = None,
    evidence: Evidence | None = None,
    provider_order: str | None = None,
    charge: Decimal | None = None,
    next_attempt_at: int | None = None,
    next_check_at: int | None = None,
    next_evidence_at: int | None = None,
) -> bool:
    """Move an order along one allowed edge; False where it is no longer at `source`."""
    if to not in ALLOWED[source]:
        raise ValueError(f"no edge from {source} to {to}")
    changes: dict[str, Any] = {"placement": to.value, "next_evidence_at": next_evidence_at}
    if to not in (Placement.SENDING, Placement.CONFIRMED):
        changes["settled_at"] = now
    if reason is not None:
        changes["reason"] = json.dumps(asdict(reason), ensure_ascii=False)
    if evidence is not None:
        changes["evidence"] = json.dumps(asdict(evidence))
    if provider_order is not None:
        changes["provider_order"] = provider_order
    if charge is not None:
        changes["charge"] = changes["first_charge"] = str(charge)
    if next_attempt_at is not None:
        changes["next_attempt_at"] = next_attempt_at
    if next_check_at is not None:
        changes["next_check_at"] = next_check_at
    assignments = ", ".join(f"{name} = ?" for name in changes)
    return (
        await tx.execute(
            f"UPDATE orders SET {assignments} WHERE id = ? AND placement = ?",
            (*changes.values(), order_id, source.value),
        )
        == 1
    )


async def sending(q: Queries) -> list[int]:
    """Orders that are claimed; at start-up all of them are orphans."""
    return [row[0] for row in await q.all("SELECT id FROM orders WHERE placement = 'sending'")]


async def unsettled(q: Queries, now: int) -> list[tuple[Order, str]]:
    """Unknown orders whose balance should be looked at now, with their key's fingerprint."""
    columns = ", ".join(f"o.{name.strip()}" for name in COLUMNS.split(","))
    rows = await q.all(
        f"SELECT {columns}, a.fingerprint FROM orders o INDEXED BY orders_unknown"
        " JOIN accounts a ON a.id = o.account"
        " WHERE o.placement = 'unknown' AND o.next_evidence_at <= ? ORDER BY o.id",
        (now,),
    )
    return [(order_of(row), row[-1]) for row in rows]


async def keep_evidence(
    tx: Tx, order_id: int, evidence: Evidence, next_evidence_at: int | None
) -> None:
    """Keep what the balance showed while it settles nothing yet."""
    await tx.execute(
        "UPDATE orders SET evidence = ?, next_evidence_at = ?"
        " WHERE id = ? AND placement = 'unknown'",
        (json.dumps(asdict(evidence)), next_evidence_at, order_id),
    )


async def beside(q: Queries, fingerprint: str, since: int, not_this: int) -> list[Beside]:
    """The key's other orders that may have moved its balance since one moment.

    Where an older one was in doubt then, also those that may have moved it since that was sent.
    What nobody knows the charge of may have cost any rate that its service is known to have had:
    it may have changed between the last look at it and the order's arrival.
    """
    rows = await q.all(
        "WITH of_key AS (SELECT o.* FROM orders o JOIN accounts a ON a.id = o.account"
        " WHERE a.fingerprint = ?1 AND o.claimed_at IS NOT NULL"
        " AND o.placement NOT IN ('confirmed', 'refused', 'not_sent')),"
        " since AS (SELECT min(?3, coalesce(min(claimed_at), ?3)) AS at FROM of_key"
        " WHERE placement IN ('sending', 'unknown') OR settled_at >= ?3)"
        " SELECT id, placement, claimed_at, settled_at, balance_before, details, currency,"
        " first_charge, charge, delivery, ended_at, checked_at, evidence FROM of_key, since"
        " WHERE placement IN ('sending', 'unknown') OR settled_at >= since.at"
        " OR ended_at >= since.at - ?4 OR (placement = 'placed' AND ended_at IS NULL)"
        " OR (placement IN ('charged', 'not_placed') AND settled_at >= ?3 - ?5)",
        (fingerprint, not_this, since, NOTICED_LATE, _PAID_BACK_LATE),
    )
    every = [(row, details_from_json(row[5]), Evidence(**json.loads(row[12]))) for row in rows]
    rates: dict[str, dict[Decimal, None]] = {}
    for row, details, evidence in every:
        if row[1] != Placement.PLACED:
            known = rates.setdefault(details.service.code, {})
            known[details.service.rate] = None
            if evidence.rate:
                known[Decimal(evidence.rate)] = None
    return [
        _beside(
            row,
            possible_charges(details, row[6], rates.get(details.service.code, ())),
            evidence,
        )
        for row, details, evidence in every
        if row[0] != not_this
    ]


async def hasten(tx: Tx, fingerprint: str, now: int) -> bool:
    """Ask about all followed orders of a key soon; False where there are none."""
    return (
        await tx.execute(
            "UPDATE orders SET next_check_at = min(next_check_at, ?2)"
            " WHERE next_check_at IS NOT NULL"
            " AND account IN (SELECT id FROM accounts WHERE fingerprint = ?1)",
            (fingerprint, now),
        )
        > 0
    )


async def check_soon(tx: Tx, order_id: int, now: int) -> None:
    """Ask about a followed order soon."""
    await tx.execute(
        "UPDATE orders SET next_check_at = min(next_check_at, ?2)"
        " WHERE id = ?1 AND next_check_at IS NOT NULL",
        (order_id, now),
    )


async def due_accounts(q: Queries, now: int, limit: int) -> list[Due]:
    """At most `limit` accounts with an order to ask about, the longest overdue first."""
    rows = await q.all(
        "SELECT o.account, a.owner, a.fingerprint FROM orders o JOIN accounts a ON a.id = o.account"
        " WHERE o.next_check_at <= ? AND a.unlinked_at IS NULL AND a.paused IS NULL"
        " GROUP BY o.account ORDER BY min(o.next_check_at) LIMIT ?",
        (now, limit),
    )
    return [Due(*row) for row in rows]


async def followed(q: Queries, account: int, limit: int) -> list[Order]:
    """The orders of an account that ride along on its next status call, most overdue first."""
    rows = await q.all(
        f"SELECT {COLUMNS} FROM orders WHERE account = ? AND next_check_at IS NOT NULL"
        " ORDER BY next_check_at LIMIT ?",
        (account, limit),
    )
    return [order_of(row) for row in rows]


async def keep_report(
    tx: Tx, order_id: int, report: Report, now: int, next_check_at: int | None
) -> None:
    """Store what Serva says of an order; an ended one is not asked about again."""
    await tx.execute(
        "INSERT OR REPLACE INTO statuses (order_id, at, delivery, word)"
        " SELECT id, ?1, ?2, ?3 FROM orders WHERE id = ?4 AND (delivery, word) IS NOT (?2, ?3)",
        (now, report.delivery.value, report.word, order_id),
    )
    ended = report.delivery.ended
    charge = _text(report.charge)
    await tx.execute(
        "UPDATE orders SET delivery = ?1, word = ?2, start_count = coalesce(?3, start_count),"
        " remains = coalesce(?4, remains), misses = 0,"
        # A charge in another currency is no charge of this order: the old one stays.
        " charge = CASE WHEN coalesce(?6, currency) = currency THEN coalesce(?5, charge)"
        " ELSE charge END,"
        " checked_at = ?7, next_check_at = ?8, ended_at = ?9 WHERE id = ?10",
        (
            report.delivery.value,
            report.word,
            _stored(report.start_count),
            _stored(report.remains),
            charge,
            report.currency,
            now,
            None if ended else next_check_at,
            now if ended else None,
            order_id,
        ),
    )


async def keep_miss(tx: Tx, order_id: int, next_check_at: int) -> int:
    """Count that Serva did not know a running order this time; how often in a row by now.

    Nothing else is concluded, so that the time of the last check stays as it was.
    """
    row = await tx.one(
        "UPDATE orders SET misses = misses + 1, next_check_at = ?"
        " WHERE id = ? AND ended_at IS NULL AND next_check_at IS NOT NULL RETURNING misses",
        (next_check_at, order_id),
    )
    return 0 if row is None else int(row[0])


async def postpone(tx: Tx, orders: Iterable[tuple[int, int]]) -> None:
    """Move checks: pairs of order id and the next time, after a call that said nothing."""
    await tx.many(
        "UPDATE orders SET next_check_at = ?2 WHERE id = ?1 AND next_check_at IS NOT NULL",
        list(orders),
    )


async def mute(tx: Tx, owner: int, order_id: int, muted: bool) -> bool:
    """Let nothing ring about an order any more, or again; False where it is not this person's."""
    sql = "UPDATE orders SET muted = ? WHERE id = ? AND owner = ?"
    return await tx.execute(sql, (int(muted), order_id, owner)) == 1


async def spent_since(q: Queries, owner: int, currency: str, since: int) -> Money:
    """What the orders that were confirmed since then have cost, or may have, at the most."""
    rows = await q.all(
        "SELECT coalesce(first_charge, nullif(json_extract(evidence, '$.charged'), '')),"
        " json_extract(details, '$.quote.total') FROM orders"
        " WHERE owner = ? AND confirmed_at >= ? AND currency = ?"
        " AND placement NOT IN ('refused', 'not_sent', 'not_placed')",
        (owner, since, currency),
    )
    spent = Money(Decimal(0), currency)
    for charge, total in rows:
        # Not what Serva shows now: a part that it gave back was spent today all the same.
        spent += Money(Decimal(total if charge is None else charge), currency).at_most()
    return spent


async def set_card(tx: Tx, owner: int, order_id: int, message: int | None) -> None:
    """Say which message is the order's card; None for one that is still to be sent."""
    await tx.execute(
        # Of a batch's orders, few have cards of their own.
        "UPDATE orders SET card_message = coalesce(?, CASE WHEN batch IS NULL THEN NULL ELSE 0 END)"
        " WHERE id = ? AND owner = ?",
        (message, order_id, owner),
    )


async def shown_at(q: Queries, owner: int, message: int) -> int | None:
    """The order of this person whose card that message is; 0 for the card of a batch."""
    row = await q.one(
        "SELECT id FROM orders WHERE owner = ?1 AND card_message = ?2 AND card_message > 0"
        " UNION ALL SELECT 0 FROM batches WHERE owner = ?1 AND card_message = ?2"
        " ORDER BY id DESC LIMIT 1",
        (owner, message),
    )
    return None if row is None else int(row[0])


async def numbers(q: Queries) -> tuple[int, int, int]:
    """How many orders there are, how many are active, how many are unknown."""
    row = await q.one(
        f"SELECT count(*), coalesce(sum({_ACTIVE}), 0),"
        " coalesce(sum(placement IN ('unknown', 'charged')), 0) FROM orders"
    )
    return (0, 0, 0) if row is None else (row[0], row[1], row[2])


async def everybodys(
    q: Queries, placements: Sequence[Placement], limit: int, offset: int
) -> tuple[list[Order], int]:
    """Orders of all people in these placements (all where empty), newest first, for operators."""
    marks = ", ".join("?" for _ in placements)
    clause = f"WHERE placement IN ({marks})" if placements else ""
    rows = await q.all(
        f"SELECT {COLUMNS}, count(*) OVER () FROM orders {clause}"
        " ORDER BY id DESC LIMIT ? OFFSET ?",
        (*(placement.value for placement in placements), limit, offset),
    )
    return [order_of(row) for row in rows], rows[0][-1] if rows else 0


async def unsettled_of(q: Queries, owner: int, account: int | None = None) -> tuple[int, int, int]:
    """How many of a person's orders go on at Serva, wait to be sent, and are being sent.

    Those being sent are among those that go on. With `account`, only that account's.
    """
    row = await q.one(
        f"SELECT coalesce(sum({_ACTIVE} AND placement <> 'confirmed'), 0),"
        " coalesce(sum(placement = 'confirmed'), 0), coalesce(sum(placement = 'sending'), 0)"
        " FROM orders WHERE owner = ?1 AND (?2 IS NULL OR account = ?2)",
        (owner, account),
    )
    return (0, 0, 0) if row is None else (row[0], row[1], row[2])


async def unknown_of(q: Queries, owner: int, account: int | None = None) -> list[int]:
    """A person's orders whose outcome nobody knows; with `account`, only that account's."""
    rows = await q.all(
        "SELECT id FROM orders WHERE owner = ?1 AND (?2 IS NULL OR account = ?2)"
        " AND placement = 'unknown' ORDER BY id",
        (owner, account),
    )
    return [row[0] for row in rows]


async def running(q: Queries, owner: int) -> list[int]:
    """A person's orders that Serva has and that have not ended, followed or not."""
    rows = await q.all(
        "SELECT id FROM orders WHERE owner = ? AND placement = 'placed' AND ended_at IS NULL",
        (owner,),
    )
    return [row[0] for row in rows]


async def left_alone(q: Queries, account: int) -> list[int]:
    """Orders of an account that go on at the provider while nobody asks about them."""
    rows = await q.all(
        "SELECT id FROM orders WHERE account = ? AND placement = 'placed' AND ended_at IS NULL"
        " AND next_check_at IS NULL",
        (account,),
    )
    return [row[0] for row in rows]


async def next_look(q: Queries, fingerprint: str) -> int | None:
    """When a key's unknown orders that nobody has looked for yet will be looked for, if any are."""
    row = await q.one(
        "SELECT min(o.next_evidence_at) FROM orders o JOIN accounts a ON a.id = o.account"
        " WHERE a.fingerprint = ? AND o.placement = 'unknown'"
        " AND coalesce(json_extract(o.evidence, '$.checks'), 0) = 0",
        (fingerprint,),
    )
    return None if row is None else row[0]


async def wait_until(tx: Tx, order_id: int, at: int) -> None:
    """Let a confirmed order wait, without counting that as a try."""
    await tx.execute(
        "UPDATE orders SET next_attempt_at = ? WHERE id = ? AND placement = 'confirmed'",
        (at, order_id),
    )


async def put_off(tx: Tx, order_id: int, next_attempt_at: int) -> int:
    """Count a try of a confirmed order that got nowhere; how many tries that makes."""
    row = await tx.one(
        "UPDATE orders SET attempts = attempts + 1, next_attempt_at = ?"
        " WHERE id = ? AND placement = 'confirmed' RETURNING attempts",
        (next_attempt_at, order_id),
    )
    return 0 if row is None else int(row[0])


async def cancel_confirmed(
    tx: Tx, owner: int, reason: Reason, now: int, *, but_of: int = 0
) -> list[int]:
    """Give up a person's orders that were not sent yet, but those of one account; their ids."""
    rows = await tx.all(
        "SELECT id FROM orders WHERE owner = ? AND placement = 'confirmed' AND account <> ?",
        (owner, but_of),
    )
    for (order_id,) in rows:
        await move(tx, order_id, Placement.CONFIRMED, Placement.NOT_SENT, now, reason=reason)
    return [row[0] for row in rows]


def details_to_json(details: Details) -> str:
    """What was agreed to, as JSON; amounts stay text."""
    return json.dumps(
        {
            "service": json.loads(service_to_json(details.service)),
            "quantity": details.quantity,
            "sends_quantity": details.sends_quantity,
            "quote": quote_to_plain(details.quote),
            "link": details.link,
            "values": [
                [value.key, value.label, value.text, value.top_level] for value in details.values
            ],
            "coupon": details.coupon,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def details_from_json(text: str) -> Details:
    """What `details_to_json` wrote."""
    body = json.loads(text)
    return Details(
        service=service_from_json(json.dumps(body["service"])),
        quantity=body["quantity"],
        sends_quantity=body["sends_quantity"],
        quote=quote_from_plain(body["quote"]),
        link=body["link"],
        values=tuple(Value(*value) for value in body["values"]),
        coupon=body["coupon"],
    )


def order_of(row: Row) -> Order:
    """The order in a row of `COLUMNS`; what a query selects beside them comes behind."""
    return Order(
        id=row[0],
        owner=row[1],
        account=row[2],
        nonce=row[3],
        service=row[4],
        details=details_from_json(row[5]),
        target=row[6],
        confirmed_at=row[7],
        placement=Placement(row[8]),
        attempts=row[9],
        claimed_at=row[10],
        balance_before=_money(row[11]),
        settled_at=row[12],
        reason=Reason(**json.loads(row[13])),
        evidence=Evidence(**json.loads(row[14])),
        provider_order=row[15] or "",
        charge=_money(row[16]),
        currency=row[17],
        delivery=None if row[18] is None else Delivery(row[18]),
        word=row[19],
        start_count=row[20],
        remains=row[21],
        misses=row[22],
        checked_at=row[23],
        next_check_at=row[24],
        ended_at=row[25],
        card_message=row[26],
        first_charge=_money(row[27]),
        muted=bool(row[28]),
        batch=row[29],
    )


def _beside(row: Row, prices: Sums, evidence: Evidence) -> Beside:
    return Beside(
        placement=Placement(row[1]),
        claimed_at=row[2],
        settled_at=row[3] or 0,
        balance_before=_money(row[4]),
        prices=prices,
        first_charge=_money(row[7]),
        charge=_money(row[8]),
        proved=_money(evidence.charged or None),
        delivery=None if row[9] is None else Delivery(row[9]),
        ended_at=row[10],
        checked_at=row[11],
        by_person=evidence.decided_by == "person",
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _stored(number: int | None) -> int | None:
    """SQLite's integers have 64 bits; a provider's need not."""
    return None if number is None or abs(number) >= 2**63 else number
