"""A shop for tests of placing and following: real storage, a Serva that does as it is told."""

from __future__ import annotations

import asyncio
import itertools
import json
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from bot.domain.catalogue import Service, service_from
from bot.domain.draft import Resting
from bot.domain.event import Person
from bot.domain.money import Money
from bot.domain.notice import NoticeKind
from bot.domain.order import Details, Order, Quote
from bot.domain.pricing import Unit, assumed_unit, price
from bot.domain.request import Wanted
from bot.domain.session import Account, Session
from bot.domain.tracking import Missing, Report, report_from
from bot.providers.port import (
    Accepted,
    AddRequest,
    AskOutcome,
    Balance,
    Credits,
    NotSent,
    Outcome,
    ProviderError,
    ServicesAnswer,
    Taken,
)
from bot.usecases.ask_serva import AskServa
from bot.usecases.await_money import AwaitMoney
from bot.usecases.browse import Browse
from bot.usecases.check_balance import CheckBalance
from bot.usecases.find_id import FindId
from bot.usecases.keys import Keys
from bot.usecases.locks import NamedLocks
from bot.usecases.manage import Manage
from bot.usecases.place_orders import Confirmation, PlaceOrders
from bot.usecases.queue_behind import QueueBehind
from bot.usecases.refresh_catalogues import RefreshCatalogues
from bot.usecases.settle_unknowns import SettleUnknowns
from bot.usecases.track_orders import TrackOrders
from bot.usecases.watch_balance import WatchBalance
from bot.usecases.watch_prices import WatchPrices
from storage import accounts, orders, people, sessions
from storage.database import Database
from storage.migrate import migrate
from storage.orders import Waiting
from storage.vault import Vault

ANN, BOB, OPERATOR = 7, 8, 99
KEY = "k-one-0123456789abcdef"
OTHER_KEY = "k-two-0123456789abcdef"
INTERVAL = 20_000
BALANCE = Money(Decimal("25.50"))

FOLLOWERS = service_from(
    {"service": "1234", "name": "Followers", "rate": "0.89", "min": 100, "max": 100_000}
)
DIAMONDS = service_from(
    {
        "service": "7788",
        "name": "86 Diamonds",
        "rate": "1.45",
        "min": 1,
        "max": 1,
        "fields": [{"key": "player", "label": "Player"}],
    }
)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: int = 1_700_000_000_000) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def accepted(
    order: str = "ORD-1", charge: str | None = "0.89", balance: str | None = "24.61"
) -> Accepted:
    """Serva's usual answer to an `add`."""
    return Accepted(
        order,
        None if charge is None else Money(Decimal(charge)),
        None if balance is None else Money(Decimal(balance)),
        "req-add",
    )


@dataclass
class FakeServa:
    """Answers what it was told to; what is an exception is raised.

    `on_balance` happens once, while a balance is on its way back.

    `outcomes` are used up one `add` each; then ids are counted up. While `gate` is closed, an
    `add` that has arrived waits.
    """

    money: Money | ProviderError = BALANCE
    rows: tuple[Service, ...] | ProviderError = (FOLLOWERS, DIAMONDS)
    outcomes: deque[Outcome | Exception] = field(default_factory=deque)
    reports: dict[str, object] = field(default_factory=dict)
    status_error: Callable[[Sequence[str]], ProviderError | None] = lambda ids: None
    adds: list[AddRequest] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    balances: int = 0
    unsent: int = 0
    sending: int = 0
    most_sending: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    on_balance: Callable[[], Awaitable[None]] | None = None
    answers: deque[AskOutcome | Exception] = field(default_factory=deque)
    requests: list[tuple[Wanted, str]] = field(default_factory=list)
    refills: dict[str, str | ProviderError] = field(default_factory=dict)
    unasked: int = 0
    closed: bool = False
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(100_023))

    def __post_init__(self) -> None:
        self.gate.set()

    def held_back(self) -> bool:
        return self.closed

    async def balance(self, key: str) -> Balance:
        self.balances += 1
        if isinstance(self.money, ProviderError):
            raise self.money
        money, meanwhile, self.on_balance = self.money, self.on_balance, None
        if meanwhile is not None:
            await meanwhile()
        return Balance(money)

    async def services(self, key: str, unless: str = "") -> ServicesAnswer | None:
        if isinstance(self.rows, ProviderError):
            raise self.rows
        digest = str(hash(self.rows))
        return None if digest == unless else ServicesAnswer(self.rows, 0, digest)

    async def add(self, key: str, request: AddRequest) -> Outcome:
        self.adds.append(request)
        self.sending += 1
        self.most_sending = max(self.most_sending, self.sending)
        try:
            await self.gate.wait()
        finally:
            self.sending -= 1
        outcome = self.outcomes.popleft() if self.outcomes else accepted(f"ORD-{next(self._ids)}")
        self.unsent += isinstance(outcome, NotSent)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def ask(self, key: str, wanted: Wanted, order: str) -> AskOutcome:
        self.requests.append((wanted, order))
        await self.gate.wait()
        outcome = (
            self.answers.popleft() if self.answers else Taken("1" if wanted == "refill" else "")
        )
        self.unasked += isinstance(outcome, NotSent)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def refill_status(self, key: str, refill: str) -> str:
        said = self.refills.get(refill, "Pending")
        if isinstance(said, ProviderError):
            raise said
        return said

    @property
    def may_have_cost(self) -> int:
        """How many `add`s may have been carried out, also those whose caller died."""
        return len(self.adds) - self.unsent

    async def statuses(self, key: str, ids: Sequence[str]) -> dict[str, Report | Missing]:
        self.asked.append(tuple(ids))
        if error := self.status_error(ids):
            raise error
        return {id_: report_from(self.reports.get(id_)) for id_ in ids}


class NoServya:
    """Nobody here asks for credits."""

    async def credits(self, key: str) -> Credits:
        raise NotImplementedError


@dataclass
class Shop:
    """Everything that an order passes through, and what was woken."""

    db: Database
    clock: Clock
    serva: FakeServa
    keys: Keys
    browse: Browse
    catalogues: RefreshCatalogues
    placing: PlaceOrders
    settling: SettleUnknowns
    tracking: TrackOrders
    asking: AskServa
    queue: QueueBehind
    money: AwaitMoney
    prices: WatchPrices
    purses: WatchBalance
    woken: Counter[str]
    pauses: list[int]

    async def customer(self, owner: int = ANN, key: str = KEY) -> Session:
        """Somebody with a linked key and a catalogue."""
        person, now = Person(owner, f"person {owner}"), self.clock()
        await self.db.write(lambda tx: people.meet(tx, person, "en", now))
        await self.link(owner, key)
        session = await self.session(owner)
        assert session.serva is not None
        await self.catalogues.fetch(session.serva)
        return await self.session(owner)

    async def link(self, owner: int, key: str = KEY) -> Account:
        """Link a key, or link it again."""
        fingerprint, now = self.keys.fingerprint(key, "serva"), self.clock()
        account = await self.db.write(
            lambda tx: accounts.reserve(tx, owner, "serva", fingerprint, key[-4:], now)
        )
        sealed = self.keys.seal(key, owner=owner, provider="serva", account=account)
        money = Money(Decimal("25.50"))
        return await self.db.write(lambda tx: accounts.link(tx, owner, account, sealed, money, now))

    async def unlink(self, owner: int = ANN) -> None:
        now = self.clock()
        await self.db.write(lambda tx: accounts.unlink(tx, owner, "serva", now))

    async def session(self, owner: int = ANN) -> Session:
        return await sessions.load(self.db, Person(owner, f"person {owner}"), "en")

    async def operator(self) -> None:
        """The operator writes to the bot for the first time."""
        person, now = Person(OPERATOR, "Olga"), self.clock()
        await self.db.write(lambda tx: people.meet(tx, person, "en", now))

    async def confirm(
        self,
        owner: int = ANN,
        nonce: str = "nonce",
        details: Details | None = None,
        target: str = "instagram.com/ann",
    ) -> Order:
        """Agree to an order, as the last tap does."""
        session, details = await self.session(owner), details or agreed()
        row = await self.db.one("SELECT id FROM services WHERE code = ?", (details.service.code,))
        assert row is not None
        after = Session(session.person, step=Resting(), version=session.version)
        confirmed = await self.placing.confirm(
            session, after, Confirmation(nonce, row[0], details, target, 500)
        )
        assert isinstance(confirmed, Order)
        return confirmed

    async def place(self) -> None:
        """One round of the worker, and everything that it begins."""
        await self.placing.run_once()
        await self.quiet()

    async def quiet(self) -> None:
        """Wait for what is being placed."""
        await self.placing._busy.drain()

    async def follow(self) -> int:
        """One round of the tracker, and everything that it begins; how many keys were due."""
        due = await self.tracking.run_once()
        await self.tracking.drain()
        return due

    async def look(self) -> None:
        """One round of looking for unknown orders, and everything that it begins."""
        await self.settling.run_once()
        await self.settling.drain()

    async def ask_serva(self) -> None:
        """One round of requests and refills, and everything that it begins."""
        await self.asking.run_once()
        await self.asking._busy.drain()

    async def take_up(self) -> int:
        """One round of what waited for another order; how much was due."""
        due = await self.queue.run_once()
        await self.queue.drain()
        return due

    async def look_for_money(self) -> int:
        """One round of drafts that wait for money; how many were due."""
        due = await self.money.run_once()
        await self.money.drain()
        return due

    async def bodies(self, kind: NoticeKind, owner: int = ANN) -> list[dict[str, str]]:
        """What the notices of a kind that a person is owed are about."""
        rows = await self.db.all(
            "SELECT body FROM notices WHERE owner = ? AND kind = ? AND told_version < version"
            " ORDER BY id",
            (owner, kind),
        )
        return [json.loads(body) for (body,) in rows]

    async def sent(self, count: int = 1) -> None:
        """Wait until so many `add`s have arrived."""
        while len(self.serva.adds) < count:
            await asyncio.sleep(0.001)

    async def placed(self, nonce: str = "nonce", details: Details | None = None) -> Order:
        """Confirm and place an order, whatever comes of it."""
        confirmed = await self.confirm(
            nonce=nonce, details=details, target=f"instagram.com/{nonce}"
        )
        await self.place()
        return await self.order(confirmed)

    async def order(self, order: Order | int) -> Order:
        found = await orders.for_operator(self.db, order if isinstance(order, int) else order.id)
        assert found is not None
        return found

    async def owed(self, owner: int = ANN) -> list[NoticeKind]:
        """The kinds of what a person has not been told yet, oldest first."""
        rows = await self.db.all(
            "SELECT kind FROM notices WHERE owner = ? AND told_version < version ORDER BY id",
            (owner,),
        )
        return [NoticeKind(kind) for (kind,) in rows]

    async def all_told(self) -> None:
        await self.db.write(lambda tx: tx.execute("UPDATE notices SET told_version = version"))

    async def calls(self, order: Order) -> list[tuple[int, str, str, str]]:
        """An order's calls: attempt, outcome, request id, detail."""
        return await self.db.all(
            "SELECT attempt, outcome, request_id, detail FROM calls WHERE order_id = ? ORDER BY id",
            (order.id,),
        )

    async def waiting(self) -> list[Waiting]:
        return await orders.waiting(self.db, self.clock())

    def restarted(self) -> Shop:
        """The same data after a crash: nothing in memory is left."""
        return shop_on(self.db, self.serva, self.clock)


def shop_on(db: Database, serva: FakeServa, clock: Clock, id_probe: int = 0) -> Shop:
    """Wire a shop as the composition root does."""
    woken: Counter[str] = Counter()
    pauses: list[int] = []

    def wake(name: str) -> Callable[[], None]:
        return lambda: woken.update([name])

    async def sleep(ms: int) -> None:
        pauses.append(ms)
        await asyncio.sleep(0)

    keys, browse = Keys(db, Vault([b"m" * 32])), Browse(db)
    catalogues = RefreshCatalogues(db, keys, serva, clock)
    placing = PlaceOrders(
        db,
        keys,
        serva,
        browse,
        catalogues,
        NamedLocks(),
        (OPERATOR,),
        clock,
        wake("placing"),
        wake("notices"),
        wake("tracking"),
        sleep,
    )
    find_id = FindId(db, serva, id_probe)
    settling = SettleUnknowns(db, keys, serva, clock, wake("notices"), wake("tracking"), find_id)
    tracking = TrackOrders(
        db, keys, serva, INTERVAL, clock, lambda: 500, wake("notices"), wake("queue")
    )
    asking = AskServa(
        db, keys, serva, clock, wake("asking"), wake("notices"), wake("tracking"), sleep
    )
    queue = QueueBehind(
        db,
        keys,
        serva,
        browse,
        catalogues,
        Manage(db, clock, wake("notices")),
        clock,
        wake("queue"),
        wake("placing"),
        wake("notices"),
    )
    balances = CheckBalance(db, keys, serva, NoServya(), NamedLocks(), clock)
    return Shop(
        db,
        clock,
        serva,
        keys,
        browse,
        catalogues,
        placing,
        settling,
        tracking,
        asking,
        queue,
        AwaitMoney(db, balances, clock, wake("notices")),
        WatchPrices(db, browse),
        WatchBalance(db, browse, clock, wake("notices")),
        woken,
        pauses,
    )


@asynccontextmanager
async def open_shop(path: Path) -> AsyncIterator[Shop]:
    """A new shop with one customer, Ann."""
    async with Database.open(path / "bot.db") as db:
        await migrate(db)
        shop = shop_on(db, FakeServa(), Clock())
        await shop.customer()
        shop.woken.clear()
        yield shop


@asynccontextmanager
async def opened() -> AsyncIterator[Shop]:
    """A shop in a folder of its own, for properties: they play more than once in one test."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_shop(Path(folder)) as shop:
            yield shop


def quote_of(service: Service, quantity: int | None, unit: Unit | None = None) -> Quote:
    """What a screen says that it costs."""
    unit = unit or assumed_unit(service)
    return Quote(price(service, unit, quantity, "USD"), service.rate, unit, proven=False)


def agreed(quantity: int = 1000, coupon: str = "", service: Service = FOLLOWERS) -> Details:
    """What a person agreed to: followers for a link."""
    return Details(
        service=service,
        quantity=quantity,
        sends_quantity=True,
        quote=quote_of(service, quantity),
        link="https://instagram.com/ann",
        coupon=coupon,
    )
