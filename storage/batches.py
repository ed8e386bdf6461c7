"""Mass orders: lists that wait for their yes, and the orders that one yes confirmed together."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import takewhile
from operator import itemgetter

from bot.domain.batch import Batch, Standing, Tally, Told, is_rest, tally_of
from bot.domain.mass import Entry, Line, Mistake, Ready, Wrong
from bot.domain.money import Money
from bot.domain.order import Order, Placement, Reason
from bot.domain.pricing import Unit
from bot.domain.tracking import Delivery
from storage.database import Queries, Row, Tx
from storage.orders import COLUMNS, details_to_json, order_of

_BATCH = (
    "b.id, b.owner, b.account, b.nonce, b.confirmed_at, b.size, b.total, b.currency,"
    " b.card_message, b.told, b.rest_of, (SELECT r.id FROM batches r WHERE r.rest_of = b.id)"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A list that waits for its yes.

    `shown` is the price of each service on the screen: rate and unit by its id at Serva.
    `left_out` are the lines that the screen does not order.
    """

    nonce: str
    entries: tuple[Entry, ...]
    shown: Mapping[str, tuple[Decimal, Unit]]
    left_out: tuple[int, ...] = ()
    rest_of: int | None = None


async def keep_draft(tx: Tx, owner: int, draft: Draft, now: int) -> None:
    """Keep a person's list in the place of the one before."""
    entries = [
        [entry.number, entry.service, entry.link, entry.quantity]
        if isinstance(entry, Line)
        else [entry.number, entry.text, entry.wrong.value]
        for entry in draft.entries
    ]
    prices = {code: [str(rate), unit.value] for code, (rate, unit) in draft.shown.items()}
    shown = {"prices": prices, "left_out": draft.left_out}
    await tx.execute(
        "INSERT INTO mass_drafts (owner, nonce, entries, shown, rest_of, kept_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (owner) DO UPDATE SET nonce = excluded.nonce,"
        " entries = excluded.entries, shown = excluded.shown, rest_of = excluded.rest_of,"
        " kept_at = excluded.kept_at",
        (
            owner,
            draft.nonce,
            json.dumps(entries, ensure_ascii=False),
            json.dumps(shown, ensure_ascii=False),
            draft.rest_of,
            now,
        ),
    )


async def draft(q: Queries, owner: int, nonce: str) -> Draft | None:
    """The list that a preview shows, or None where another has taken its place."""
    row = await q.one(
        "SELECT entries, shown, rest_of FROM mass_drafts WHERE owner = ? AND nonce = ?",
        (owner, nonce),
    )
    if row is None:
        return None
    entries = tuple(
        Line(*entry) if len(entry) == 4 else Mistake(entry[0], Wrong(entry[2]), entry[1])
        for entry in json.loads(row[0])
    )
    shown = json.loads(row[1])
    prices = {code: (Decimal(rate), Unit(unit)) for code, (rate, unit) in shown["prices"].items()}
    return Draft(nonce, entries, prices, tuple(shown["left_out"]), row[2])


async def drop_draft(tx: Tx, owner: int) -> None:
    """Forget a person's list."""
    await tx.execute("DELETE FROM mass_drafts WHERE owner = ?", (owner,))


async def forget_drafts(tx: Tx, before: int) -> None:
    """Forget lists that nobody said yes to."""
    await tx.execute("DELETE FROM mass_drafts WHERE kept_at < ?", (before,))


async def insert(
    tx: Tx,
    *,
    owner: int,
    account: int,
    nonce: str,
    ready: Sequence[Ready],
    total: Money,
    rest_of: int | None,
    card_message: int | None,
    now: int,
) -> int:
    """Keep a confirmed batch with an order for each line.

    The nonces of both make second ones impossible; those of the orders follow from the batch's.
    """
    batch = await tx.insert(
        "INSERT INTO batches (owner, account, nonce, confirmed_at, size, total, currency, rest_of,"
        " card_message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner,
            account,
            nonce,
            now,
            len(ready),
            str(total.amount),
            total.currency,
            rest_of,
            card_message,
        ),
    )
    await tx.many(
        "INSERT INTO orders (owner, account, nonce, service, details, target, confirmed_at,"
        " placement, next_attempt_at, currency, batch, line)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'confirmed', ?, ?, ?, ?)",
        [
            (
                owner,
                account,
                f"{nonce}.{one.line}",
                one.service,
                details_to_json(one.details),
                one.target,
                now,
                now,
                total.currency,
                batch,
                one.line,
            )
            for one in ready
        ],
    )
    return batch


async def batch(q: Queries, owner: int, batch_id: int) -> Batch | None:
    """One mass order of this person."""
    row = await q.one(
        f"SELECT {_BATCH} FROM batches b WHERE b.id = ? AND b.owner = ?", (batch_id, owner)
    )
    return None if row is None else _batch(row)


async def by_nonce(q: Queries, owner: int, nonce: str) -> Batch | None:
    """The mass order that a preview became."""
    row = await q.one(
        f"SELECT {_BATCH} FROM batches b WHERE b.owner = ? AND b.nonce = ?", (owner, nonce)
    )
    return None if row is None else _batch(row)


async def some(q: Queries, owner: int, batches: Collection[int]) -> dict[int, Batch]:
    """These mass orders of this person by their ids."""
    rows = await q.all(
        f"SELECT {_BATCH} FROM batches b WHERE b.owner = ?"
        " AND b.id IN (SELECT value FROM json_each(?))",
        (owner, json.dumps(sorted(batches))),
    )
    return {row[0]: _batch(row) for row in rows}


async def tally(q: Queries, batch: Batch) -> Tally:
    """How the orders of a batch stand."""
    rows = await q.all(
        "SELECT id, placement, delivery, ended_at IS NOT NULL, next_check_at IS NOT NULL,"
        " json_extract(reason, '$.meaning'),"
        " coalesce(json_extract(evidence, '$.decided_by'), '') = 'asked', charge, currency"
        " FROM orders WHERE batch = ? ORDER BY id",
        (batch.id,),
    )
    standings = (
        Standing(
            order=row[0],
            placement=Placement(row[1]),
            delivery=None if row[2] is None else Delivery(row[2]),
            ended=bool(row[3]),
            followed=bool(row[4]),
            why=row[5] or "",
            asked=bool(row[6]),
            charge=None if row[7] is None or row[8] != batch.total.currency else Decimal(row[7]),
        )
        for row in rows
    )
    return tally_of(standings, batch.total.currency)


async def orders_of(
    q: Queries, batch_id: int, placements: Collection[Placement], limit: int, offset: int
) -> tuple[list[Order], int]:
    """One page of a batch's orders in the list's order, in these placements (all where empty)."""
    marks = ", ".join("?" for _ in placements)
    clause = f" AND placement IN ({marks})" if placements else ""
    rows = await q.all(
        f"SELECT {COLUMNS}, count(*) OVER () FROM orders WHERE batch = ?{clause}"
        " ORDER BY id LIMIT ? OFFSET ?",
        (batch_id, *(placement.value for placement in placements), limit, offset),
    )
    return [order_of(row) for row in rows], rows[0][-1] if rows else 0


async def rest(q: Queries, batch_id: int) -> list[Line]:
    """What of a batch can be gone on with, as lines of a list."""
    rows = await q.all(
        "SELECT o.line, s.code, json_extract(o.details, '$.link'),"
        " json_extract(o.details, '$.quantity'), o.placement,"
        " coalesce(json_extract(o.reason, '$.meaning'), '')"
        " FROM orders o JOIN services s ON s.id = o.service"
        " WHERE o.batch = ? AND o.placement IN ('not_sent', 'not_placed', 'refused') ORDER BY o.id",
        (batch_id,),
    )
    return [Line(*row[:4]) for row in rows if is_rest(Placement(row[4]), row[5])]


async def lines(q: Queries, batch_id: int) -> list[tuple[int, Order]]:
    """Every order of a batch with its number in the list."""
    rows = await q.all(
        f"SELECT {COLUMNS}, line FROM orders WHERE batch = ? ORDER BY id", (batch_id,)
    )
    return [(row[-1], order_of(row)) for row in rows]


async def give_up_rest(tx: Tx, batch_id: int, reason: Reason, now: int) -> list[int]:
    """Move what was not sent yet of a batch to `not_sent`; those of it with a card of their own."""
    rows = await tx.all(
        "UPDATE orders SET placement = 'not_sent', settled_at = ?, reason = ?"
        " WHERE batch = ? AND placement = 'confirmed' RETURNING id, card_message",
        (now, json.dumps(asdict(reason), ensure_ascii=False), batch_id),
    )
    return [order_id for order_id, card in rows if card is not None]


async def next_look(q: Queries, fingerprint: str) -> int | None:
    """When a key's orders of unknown outcome will be looked for the next time, if any will be."""
    row = await q.one(
        "SELECT min(o.next_evidence_at) FROM orders o JOIN accounts a ON a.id = o.account"
        " WHERE a.fingerprint = ? AND o.placement = 'unknown'",
        (fingerprint,),
    )
    return None if row is None else row[0]


async def lost(q: Queries, batch_id: int) -> int:
    """How many answers of a batch were lost, whatever became of the orders since."""
    row = await q.one(
        "SELECT count(*) FROM orders WHERE batch = ?"
        " AND json_extract(reason, '$.meaning') = 'unknown'",
        (batch_id,),
    )
    return 0 if row is None else int(row[0])


async def ended_alike(q: Queries, batch_id: int, order: int, reason: Reason) -> int:
    """How many orders of a batch up to this one came to nothing in a row, in the same words."""
    rows = await q.all(
        "SELECT placement IN ('refused', 'not_sent')"
        " AND json_extract(reason, '$.meaning') = ? AND json_extract(reason, '$.text') = ?"
        " FROM orders WHERE batch = ? AND id <= ? ORDER BY id DESC",
        (reason.meaning, reason.text, batch_id, order),
    )
    return sum(1 for _ in takewhile(itemgetter(0), rows))


async def blocked_targets(
    q: Queries, owner: int
) -> dict[tuple[str, int | None], tuple[Wrong, int]]:
    """What is in the way of new orders: by target, and the service where only that is blocked.

    The same rule as `orders.in_the_way`, for many targets at once; and what a single order could
    wait for, because Serva refuses a second one for a target that it still works on.
    """
    rows = await q.all(
        "SELECT target, CASE WHEN placement = 'unknown' THEN NULL ELSE service END,"
        " placement <> 'placed', max(id) FROM orders WHERE owner = ? AND target <> ''"
        " AND (placement IN ('confirmed', 'sending', 'unknown') OR (placement = 'placed'"
        " AND ended_at IS NULL AND next_check_at IS NOT NULL)) GROUP BY 1, 2, 3 ORDER BY 3",
        (owner,),
    )
    # What is not settled comes last, and so is what counts.
    return {(row[0], row[1]): (Wrong.BLOCKED if row[2] else Wrong.RUNNING, row[3]) for row in rows}


async def owed(q: Queries, account: int, currency: str) -> Money:
    """What an account's orders may cost at the most that are still to be sent."""
    rows = await q.all(
        "SELECT json_extract(details, '$.quote.total') FROM orders"
        " WHERE placement = 'confirmed' AND account = ? AND currency = ?",
        (account, currency),
    )
    owed = Money(Decimal(0), currency)
    for (total,) in rows:
        owed += Money(Decimal(total), currency).at_most()
    return owed


async def set_card(tx: Tx, owner: int, batch_id: int, message: int | None) -> None:
    """Say which message is the batch's card."""
    await tx.execute(
        "UPDATE batches SET card_message = ? WHERE id = ? AND owner = ?",
        (message, batch_id, owner),
    )


async def card_sent(tx: Tx, batch: Batch, message: int) -> None:
    """The card was sent anew; whoever moved it meanwhile looks at it there."""
    await tx.execute(
        "UPDATE batches SET card_message = ? WHERE id = ? AND card_message IS ?",
        (message, batch.id, batch.card_message),
    )


async def keep_told(tx: Tx, batch_id: int, told: Told) -> None:
    """Keep what a batch's person has heard of it."""
    await tx.execute(
        "UPDATE batches SET told = ? WHERE id = ?", (json.dumps(asdict(told)), batch_id)
    )


def _batch(row: Row) -> Batch:
    return Batch(
        id=row[0],
        owner=row[1],
        account=row[2],
        nonce=row[3],
        confirmed_at=row[4],
        size=row[5],
        total=Money(Decimal(row[6]), row[7]),
        card_message=row[8],
        told=Told(**json.loads(row[9])),
        rest_of=row[10],
        rest=row[11],
    )
