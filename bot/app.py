"""The composition root: the only place that wires rooms together; reads like the plan of the house.

`opened` prepares the data folder, `build` wires, `run` works until it is told to stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from telegram.error import InvalidToken

from bot.admin.announce import Announce
from bot.admin.guard import guarded
from bot.admin.orders import Orders as AdminOrders
from bot.admin.overview import Overview
from bot.admin.people import People
from bot.conversations.choose import Choose
from bot.conversations.dialogue import Scene, Turn
from bot.conversations.favourites import Favourites
from bot.conversations.fill import Fill
from bot.conversations.front import Front
from bot.conversations.history import History
from bot.conversations.inline import Inline
from bot.conversations.later import Later
from bot.conversations.link import Link
from bot.conversations.mass import Mass
from bot.conversations.orders import Orders
from bot.conversations.requests import Requests
from bot.conversations.router import Router
from bot.conversations.share import Share
from bot.conversations.telling import Telling
from bot.conversations.typed import Typed
from bot.conversations.wishes import Wishing
from bot.domain.batch import Batch, Tally
from bot.domain.event import Event, InlineQuery
from bot.domain.notice import Notice
from bot.domain.order import Order
from bot.domain.session import Session
from bot.providers.client import Calls, Timeouts
from bot.providers.port import Provider
from bot.providers.serva import ServaApi
from bot.providers.servya import ServyaApi
from bot.runtime.courier import (
    Blocked,
    ChatMoved,
    Courier,
    CourierError,
    Rejected,
    Undelivered,
)
from bot.runtime.inline import InlineMode
from bot.runtime.intake import POLL_SECONDS, Arrival, Intake, sign_in
from bot.runtime.jobs import Jobs, Queue, Worker
from bot.runtime.lanes import Lanes
from bot.runtime.profile import Said, keep_profile
from bot.runtime.transport import Call, Fetch, build_application, calls, files
from bot.runtime.turns import Stage, Turns, pause_of
from bot.runtime.web import CannotListen, Web
from bot.screens import admin as admin_screens
from bot.screens import main as main_screens
from bot.screens.places import Places
from bot.screens.screen import Offer
from bot.settings import Settings
from bot.texts.words import LANGUAGES, Texts, Words, language_of, mark
from bot.usecases.admit import Admit
from bot.usecases.ask_serva import AskServa
from bot.usecases.await_money import AwaitMoney
from bot.usecases.await_serva import AwaitServa
from bot.usecases.browse import Browse
from bot.usecases.check_balance import CheckBalance
from bot.usecases.deliver_notices import DeliverNotices, NotNow, Refused, Unreachable
from bot.usecases.favourites import KeepFavourites
from bot.usecases.find_id import FindId
from bot.usecases.follow import Follow
from bot.usecases.history import LookBack
from bot.usecases.keys import Keys
from bot.usecases.link_key import LinkKey
from bot.usecases.locks import NamedLocks
from bot.usecases.manage import Manage
from bot.usecases.mass import MassOrders
from bot.usecases.place_orders import PlaceOrders
from bot.usecases.queue_behind import QueueBehind
from bot.usecases.refresh_catalogues import RefreshCatalogues
from bot.usecases.restore import Restored, make_safe
from bot.usecases.settle_unknowns import SettleUnknowns
from bot.usecases.shelves import Shelves
from bot.usecases.track_orders import TrackOrders
from bot.usecases.watch_balance import WatchBalance
from bot.usecases.watch_health import WatchHealth
from bot.usecases.watch_prices import WatchPrices
from bot.usecases.watch_storage import WatchStorage
from bot.usecases.wish import Wish
from storage import batches, inbox, notices, snapshots
from storage.database import Database, DatabaseError, Tx
from storage.filesystem import require_local
from storage.lock import AlreadyRunning, ProcessLock
from storage.migrate import migrate
from storage.migrate import version as schema_version
from storage.people import Reader
from storage.settings import verify_or_set_canary
from storage.snapshots import SnapshotError
from storage.vault import Vault, VaultError, load_master_key, load_or_create_master_key

log = logging.getLogger(__name__)

DATABASE: Final = "bot.sqlite3"
LOCK: Final = "bot.lock"
RESTORING: Final = "bot.sqlite3.restoring"
"""Lies in the data folder while a restore is not finished: then no bot starts on what is there."""
BACKUPS: Final = "backups"
INBOX: Final = "inbox"
DAY: Final = 24 * 3_600_000
MONTH: Final = 30 * DAY
CANNOT_START: Final = (AlreadyRunning, VaultError, DatabaseError, InvalidToken, CannotListen)
"""What stops a start with a reason that the operator can read as it is."""
READ_TRIES: Final = 3
"""How often a call that costs nothing is sent before it has failed."""
SHUTDOWN_ADD: Final = 90.0
"""Seconds that a shutdown waits for an `add` on its way: longer than one may take."""
SHUTDOWN_REST: Final = 20.0
"""Seconds that a shutdown gives to what else is in progress, and to what is due to be told."""


def clock() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def monotonic() -> int:
    """Milliseconds of a clock that is never set back."""
    return time.monotonic_ns() // 1_000_000


async def sleep(ms: int) -> None:
    """Let others work for so many milliseconds."""
    await asyncio.sleep(ms / 1000)


def new_nonce() -> str:
    """Twelve characters that nobody guesses, for drafts and invitations."""
    return secrets.token_urlsafe(9)


@dataclass(frozen=True, slots=True)
class Nature:
    """Time and chance. The machine's own, but where a simulation replays what happened.

    `clock` and `monotonic` give milliseconds, `chance` a number from 0 up to 1.
    """

    clock: Callable[[], int] = clock
    monotonic: Callable[[], int] = monotonic
    chance: Callable[[], float] = random.random
    nonce: Callable[[], str] = new_nonce

    def jitter(self) -> int:
        """A number from 0 to 1000, as likely as any other."""
        return int(self.chance() * 1001)


MACHINE: Final = Nature()


@dataclass(slots=True)
class Wakes:
    """Lets a commit wake workers that are built after those who commit."""

    workers: dict[str, Worker] = field(default_factory=dict)

    def of(self, name: str) -> Callable[[], None]:
        """A function that wakes the worker of this name. Called in the event loop only."""

        def wake() -> None:
            worker = self.workers.get(name)
            if worker is not None:
                worker.wake()

        return wake


@dataclass(frozen=True, slots=True)
class Post:
    """Puts notices into chats: `deliver_notices` knows nothing of Telegram, this does."""

    telling: Telling
    courier: Courier

    async def card(self, reader: Reader, order: Order, silent: bool) -> int:
        """Show the card where it is, or send it anew; the message that is the card now."""
        screen = await self.telling.card(reader, order)
        with _delivery():
            if order.card_message and await self.courier.edit(
                reader.id, order.card_message, screen, background=order.delivery is not None
            ):
                return order.card_message
            return await self.courier.send(reader.id, screen, silent=silent)

    async def strip(self, reader: Reader, message: int) -> None:
        """Take the keys off a message that is no card any more."""
        await self.courier.strip(reader.id, message)

    async def message(
        self, reader: Reader, notice: Notice, order: Order | None, silent: bool
    ) -> None:
        """Send what rings, as a reply to the order's card where it has one."""
        screen = await self.telling.message(reader, notice, order)
        if screen is None:
            return
        mine = order is not None and order.owner == reader.id
        card = order.card_message if order is not None and mine else None
        with _delivery():
            await self.courier.send(
                reader.id, screen, reply_to=card or 0, silent=silent, background=True
            )

    async def batch_card(self, reader: Reader, batch: Batch, tally: Tally, silent: bool) -> int:
        """Show a mass order's card where it is, or send it anew."""
        screen = self.telling.batch_card(reader, batch, tally)
        with _delivery():
            if batch.card_message and await self.courier.edit(
                reader.id, batch.card_message, screen, background=not tally.waiting
            ):
                return batch.card_message
            return await self.courier.send(reader.id, screen, silent=silent)

    async def batch_news(self, reader: Reader, batch: Batch, tally: Tally, silent: bool) -> None:
        """Send what rings about a mass order, as a reply to its card."""
        screen = await self.telling.batch_news(reader, batch, tally)
        card = batch.card_message or 0
        with _delivery():
            await self.courier.send(
                reader.id, screen, reply_to=card, silent=silent, background=True
            )


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is wired, for `run` and for tests."""

    settings: Settings
    db: Database
    router: Router
    inline: Inline
    admit: Admit
    texts: Texts
    placing: PlaceOrders
    settling: SettleUnknowns
    tracking: TrackOrders
    asking: AskServa
    queue: QueueBehind
    money: AwaitMoney
    purses: WatchBalance
    awaiting: AwaitServa
    telling: Telling
    catalogues: RefreshCatalogues
    wakes: Wakes
    nature: Nature


def build(
    settings: Settings,
    db: Database,
    vault: Vault,
    username: str,
    api: Calls,
    wakes: Wakes,
    nature: Nature = MACHINE,
) -> House:
    """Wire use cases and dialogues; nothing runs yet."""
    clock, new_nonce = nature.clock, nature.nonce
    texts = Texts()
    operators = tuple(dict.fromkeys(settings.admin_ids))
    places = Places(
        key_url=settings.key_url,
        support_url=settings.support_url,
        top_up_url=settings.top_up_url,
        operator_name=settings.operator_name,
        operator_id=operators[0] if operators else 0,
    )
    wake_notices = wakes.of("deliver notices")
    wake_tracking = wakes.of("track orders")

    serva = ServaApi(api, settings.serva_api_url)
    servya = ServyaApi(api, settings.servya_api_url)
    keys = Keys(db, vault)
    credit_calls = NamedLocks()

    browse = Browse(db)
    balances = CheckBalance(db, keys, serva, servya, credit_calls, clock)
    catalogues = RefreshCatalogues(db, keys, serva, clock)
    keeping = KeepFavourites(db, browse, clock)
    follow = Follow(db, clock, wake_notices)
    wish = Wish(db, clock, wake_notices)
    manage = Manage(db, clock, wake_notices)
    admit = Admit(db, frozenset(operators), settings.access, clock, new_nonce, wake_notices)
    linking = LinkKey(
        db, keys, serva, servya, credit_calls, clock, sleep, wake_notices, wake_tracking
    )
    placing = PlaceOrders(
        db,
        keys,
        serva,
        browse,
        catalogues,
        NamedLocks(),
        operators,
        clock,
        wakes.of("place orders"),
        wake_notices,
        wake_tracking,
    )
    find_id = FindId(db, serva, settings.id_probe)
    settling = SettleUnknowns(db, keys, serva, clock, wake_notices, wake_tracking, find_id)
    tracking = TrackOrders(
        db,
        keys,
        serva,
        settings.tracking_interval * 1000,
        clock,
        nature.jitter,
        wake_notices,
        wakes.of("order queued"),
    )
    asking = AskServa(db, keys, serva, clock, wakes.of("ask Serva"), wake_notices, wake_tracking)
    queue = QueueBehind(
        db,
        keys,
        serva,
        browse,
        catalogues,
        manage,
        clock,
        wakes.of("order queued"),
        wakes.of("place orders"),
        wake_notices,
    )
    money = AwaitMoney(db, balances, clock, wake_notices)
    prices = WatchPrices(db, browse)
    purses = WatchBalance(db, browse, clock, wake_notices)

    awaiting = AwaitServa(db, serva, balances, clock, wake_notices)

    front = Front(texts, places, balances, browse, follow, wish)
    link = Link(places, keys, linking, front)
    shelves = Shelves(db)
    choose = Choose(places, browse, shelves, catalogues, follow, front)
    listing = MassOrders(db, clock, new_nonce, wake_notices)
    mass = Mass(places, browse, catalogues, balances, follow, listing, placing, manage, wish, front)
    typed = Typed(browse, shelves, follow, choose, front, new_nonce, mass)
    fill = Fill(
        places,
        browse,
        catalogues,
        balances,
        follow,
        placing,
        awaiting,
        manage,
        choose,
        mass,
        front,
        new_nonce,
        keeping,
        wish,
        queue,
        money,
        prices,
    )
    favourites = Favourites(keeping, follow, choose, fill, front)
    share = Share(places, browse, keeping, choose, fill, front, username)
    orders = Orders(follow, tracking, settling, wish, queue, front)
    later = Later(follow, queue, money, orders, fill, front)
    requests = Requests(follow, asking, orders, front)
    history = History(LookBack(db, clock), front)
    wishing = Wishing(wish, front)
    operator = (
        Overview(manage, admit, username, lambda name: api.held_back(Provider(name))),
        People(manage, admit),
        AdminOrders(manage),
        Announce(manage, new_nonce),
    )
    router = Router(
        dialogues=(
            front.table,
            link.table,
            choose.table,
            typed.table,
            fill.table,
            favourites.table,
            share.table,
            orders.table,
            mass.table,
            later.table,
            requests.table,
            history.table,
            wishing.table,
        ),
        operator=tuple(guarded(dialogue.table, admit.is_operator) for dialogue in operator),
        link=link,
        front=front,
        admit=admit,
        username=username,
    )
    return House(
        settings=settings,
        db=db,
        router=router,
        inline=Inline(admit, browse, shelves, username),
        admit=admit,
        texts=texts,
        placing=placing,
        settling=settling,
        tracking=tracking,
        awaiting=awaiting,
        asking=asking,
        queue=queue,
        money=money,
        purses=purses,
        telling=Telling(
            texts, places, follow, manage, awaiting, asking, queue, money, prices, purses
        ),
        catalogues=catalogues,
        wakes=wakes,
        nature=nature,
    )


def back_up(settings: Settings, target: Path | None = None) -> Path:
    """Copy the database of a running or stopped bot; where the copy is. Raises DatabaseError.

    Without `target` it goes to `backups` in the data folder, named by the time in UTC.
    """
    if target is None:
        folder = settings.data_dir / BACKUPS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / f"bot-{_stamp()}.sqlite3"
    snapshots.take(settings.data_dir / DATABASE, target)
    return target


async def restore(settings: Settings, source: Path) -> tuple[Restored, Path | None]:
    """Put a backup in the place of the database; what it was in the midst of, and the old one.

    Nothing is put there before it is whole, fits the master key, and is safe to run. Raises what
    is in `CANNOT_START`, and OSError.
    """
    database, restoring = settings.data_dir / DATABASE, settings.data_dir / RESTORING
    aside = settings.data_dir / f"{DATABASE}.before-{_stamp()}"
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ProcessLock(settings.data_dir / LOCK):
        vault = Vault([load_master_key(settings.master_key_path)])
        try:
            snapshots.copy(source, restoring)
            async with Database.open(restoring) as db:
                if not await schema_version(db):
                    raise SnapshotError(f"{source} is no database of this bot")
                await migrate(db)
                await verify_or_set_canary(db, vault)
                restored = await make_safe(db, clock())
        except BaseException:
            snapshots.remove(restoring)
            raise
        replaced = database.exists()
        snapshots.put_in_place(restoring, database, aside)
    return restored, aside if replaced else None


def _stamp() -> str:
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime())


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Vault]]:
    """Lock the data folder, open the database in it, and check the master key.

    Raises AlreadyRunning, MasterKeyUnusable, WrongMasterKey, SchemaError, StorageFailed.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ProcessLock(settings.data_dir / LOCK):
        path = settings.data_dir / DATABASE
        require_local(settings.data_dir)
        if (settings.data_dir / RESTORING).exists():
            raise SnapshotError("a restore was interrupted: run it again")
        if path.exists():
            # A new key would only hide that the right one is missing.
            secret, created = load_master_key(settings.master_key_path), False
        else:
            secret, created = load_or_create_master_key(settings.master_key_path)
        if created:
            log.warning(
                "a new master key was made in %s: keep a copy elsewhere, because without it nobody"
                " can read the stored keys",
                settings.master_key_path,
            )
        vault = Vault([secret])
        async with Database.open(path) as db:
            await migrate(db)
            await verify_or_set_canary(db, vault)
            yield db, vault


async def run(
    settings: Settings,
    stop: asyncio.Event,
    *,
    ready: Callable[[str], None] = lambda username: None,
    timeouts: Timeouts | None = None,
    poll_seconds: int = POLL_SECONDS,
    read_tries: int = READ_TRIES,
    nature: Nature = MACHINE,
) -> None:
    """Run the bot until `stop` is set; `ready` is told its user name once it takes updates.

    Raises what is in `CANNOT_START`, and OSError where the data folder cannot be used.
    """
    wakes = Wakes()
    async with opened(settings) as (db, vault), AsyncExitStack() as stack:
        application = build_application(
            settings.bot_token.get_secret_value(), settings.telegram_api_url
        )
        stack.push_async_callback(application.bot.shutdown)
        signing_in = asyncio.create_task(sign_in(application.bot, nature.monotonic))
        if not await _unless(stop, signing_in):
            return
        username = signing_in.result()

        health = WatchHealth(db, nature.clock, wakes.of("watch health"))
        api = await stack.enter_async_context(
            Calls(
                nature.monotonic,
                health.observe,
                timeouts=timeouts,
                tries=read_tries,
                chance=nature.jitter,
            )
        )
        house = build(settings, db, vault, username, api, wakes, nature)
        queue = application.job_queue
        assert queue is not None

        def started(username: str) -> None:
            # What is alive now lives as long as the process: the collector need not look at it
            # again.
            gc.collect()
            gc.freeze()
            ready(username)

        call, poll = calls(application.bot), calls(application.bot, poll_seconds + 15.0)
        fetch = files(application.bot)
        web = None
        if settings.listen:
            host, port = settings.address
            web = await stack.enter_async_context(
                Web(
                    host,
                    port,
                    db=db,
                    call=call,
                    hook=settings.webhook_url,
                    secret=settings.webhook_secret.get_secret_value(),
                    clock=nature.monotonic,
                )
            )
        await work(
            house,
            health,
            vault,
            call,
            poll,
            queue,
            stop,
            username,
            started,
            poll_seconds,
            web,
            fetch,
            inline=application.bot.supports_inline_queries,
        )


async def work(
    house: House,
    health: WatchHealth,
    vault: Vault,
    call: Call,
    poll: Call,
    queue: Queue,
    stop: asyncio.Event,
    username: str,
    ready: Callable[[str], None],
    poll_seconds: int = POLL_SECONDS,
    web: Web | None = None,
    fetch: Fetch | None = None,
    *,
    inline: bool = False,
) -> None:
    """Start intake, lanes and workers; on `stop`, end them in the order that loses nothing.

    `poll` is `call` with the patience of a long poll, `queue` ticks, `fetch` gets people's files.
    Updates are polled for unless `web` has a webhook; inline queries are among them where `inline`
    says that BotFather has that switched on.
    """
    db, clock, monotonic = house.db, house.nature.clock, house.nature.monotonic
    courier = Courier(call, monotonic, fetch=fetch)
    delivering = DeliverNotices(
        db, Post(house.telling, courier), clock, house.wakes.of("deliver notices")
    )
    turns = Turns(
        db=db,
        courier=courier,
        respond=_responder(house),
        language=language_of,
        sorry=lambda session: main_screens.sorry(
            _words(house.texts, session), bool(house.placing.operators)
        ),
        operators=house.placing.operators,
        clock=clock,
        wake_notices=house.wakes.of("deliver notices"),
    )
    lanes: Lanes[Arrival] = Lanes(turns.handle, turns.give_up, pause=pause_of)
    queries = InlineMode(db, courier, _offering(house), language_of, monotonic)
    intake = Intake(
        call=poll,
        db=db,
        seal=lambda update, raw: vault.seal(raw, owner=0, purpose=INBOX, row=str(update)),
        unseal=lambda update, raw: vault.open(raw, owner=0, purpose=INBOX, row=str(update)),
        hand=lanes.put,
        answer=courier.answer,
        bot_username=username,
        clock=clock,
        poll_seconds=poll_seconds,
        chance=house.nature.chance,
        ask=queries.put if inline else None,
    )
    storage = WatchStorage(db, house.placing.operators, _teller(house, courier), clock)
    workers = (
        Worker("place orders", house.placing.run_once, 2.0),
        Worker("deliver notices", delivering.run_once, 2.0),
        Worker("track orders", house.tracking.run_once, min(5.0, house.tracking.interval / 1000)),
        Worker("settle unknowns", house.settling.run_once, 2.0),
        Worker("ask Serva", house.asking.run_once, 2.0),
        Worker("order queued", house.queue.run_once, 2.0),
        Worker("await money", house.money.run_once, 2.0),
        Worker("watch balances", house.purses.run_once, 5.0),
        Worker("await Serva", house.awaiting.run_once, 2.0),
        Worker("refresh catalogues", house.catalogues.run_once, 60.0),
        Worker("watch health", health.run_once, 5.0),
        Worker("watch storage", storage.run_once, 5.0),
        Worker("tidy up", lambda: tidy_up(db, clock()), 3600.0),
    )
    house.wakes.workers.update({worker.name: worker for worker in workers})
    jobs = Jobs(workers)

    await house.admit.meet_operators()
    orphans = await house.placing.start()
    if orphans:
        log.warning(
            "%d orders were being sent when the bot stopped; their outcome is open", orphans
        )
    await house.asking.start()
    await delivering.start()
    await jobs.start(queue)
    hooked = web is not None and bool(web.hook)
    taking = asyncio.create_task(web.run(intake) if web and hooked else intake.run())
    said = profile(house.texts, house.placing.operators)
    aside = [asyncio.create_task(keep_profile(call, said))]
    if db.after_crash:
        aside.append(asyncio.create_task(storage.look_through()))
    log.info("@%s takes updates", username)
    ready(username)
    try:
        await _unless(stop, taking)
        if taking.done():
            taking.result()
    finally:
        if web and hooked:
            await web.stop()
            taking.cancel()  # it may still be telling Telegram the address
        else:
            await intake.stop()
        await queries.stop()
        for task in aside:
            task.cancel()
        await asyncio.gather(taking, *aside, return_exceptions=True)
        await lanes.drain(10.0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_ADD):
                await asyncio.gather(house.placing.drain(), house.asking.drain())
        await jobs.stop()
        await _finish(house, delivering)
        await health.run_once()


def _teller(house: House, courier: Courier) -> Callable[[Reader, str], Awaitable[None]]:
    """Tells an operator of trouble with the database, past the notices that it cannot keep."""

    async def tell(reader: Reader, reason: str) -> None:
        t = house.texts.of(reader.language, reader.native_digits)
        try:
            await courier.send(reader.id, admin_screens.storage_trouble(t, reason))
        except CourierError as error:
            log.warning("the operator could not be told: %s", type(error).__name__)

    return tell


async def _finish(house: House, delivering: DeliverNotices) -> None:
    """Let what is in progress end, and tell what is due; what takes too long is broken off."""
    reading = (house.tracking, house.settling, house.catalogues, house.queue, house.money)
    try:
        async with asyncio.timeout(SHUTDOWN_REST):
            await asyncio.gather(*(work.drain() for work in (*reading, delivering)))
            await delivering.run_once()
            await delivering.drain()
    except TimeoutError:
        log.warning("not everything was done before the stop; it is done after the next start")
    finally:
        await asyncio.gather(*(work.stop() for work in (*reading, delivering)))


async def tidy_up(db: Database, now: int) -> None:
    """Forget update ids and lists without a yes after a day, told notices after a month."""

    async def job(tx: Tx) -> None:
        await inbox.forget_old(tx, now - DAY)
        await batches.forget_drafts(tx, now - DAY)
        await notices.forget_told(tx, now - MONTH)

    await db.write(job)


COMMANDS: Final = {
    "start": mark("Home"),
    "order": mark("Order something"),
    "orders": mark("My orders"),
    "balance": mark("My balance"),
    "settings": mark("Language, notifications, key"),
    "help": mark("Help"),
    "privacy": mark("Privacy"),
}
OPERATOR_COMMANDS: Final = {"admin": mark("Operator")}


DESCRIPTION: Final = mark(
    "Order from Serva on your phone: type a word or paste a link, tap Order, and watch it arrive."
    "\n\nYou link your own Serva API key. It is stored encrypted, nothing is ordered before you tap"
    " Order, and nothing is ordered twice. This bot is not run by Serva."
)
SHORT_DESCRIPTION: Final = mark("Order from Serva, and watch your orders arrive. Not run by Serva.")


def profile(texts: Texts, operators: Sequence[int]) -> Iterator[Said]:
    """What the bot says of itself in every language; operators see their commands in their chat."""
    for chat in (0, *operators):
        for code in LANGUAGES:
            t, language = texts.of(code), "" if code == next(iter(LANGUAGES)) else code
            commands = COMMANDS | OPERATOR_COMMANDS if chat else COMMANDS
            menu = [(name, t(words)) for name, words in commands.items()]
            yield Said("commands", menu, language, chat)
            if not chat:
                yield Said("description", t(DESCRIPTION), language)
                yield Said("short_description", t(SHORT_DESCRIPTION), language)


def _responder(house: House) -> Callable[[Event, Session, Stage], Awaitable[Turn | None]]:
    async def respond(event: Event, session: Session, stage: Stage) -> Turn | None:
        scene = Scene(session, stage, _words(house.texts, session), house.nature.clock())
        return await house.router.handle(event, scene)

    return respond


def _offering(house: House) -> Callable[[InlineQuery, Session], Awaitable[Offer]]:
    async def offer(query: InlineQuery, session: Session) -> Offer:
        return await house.inline.offer(query, session, _words(house.texts, session))

    return offer


def _words(texts: Texts, session: Session) -> Words:
    return texts.of(session.language, session.native_digits)


async def _unless(stop: asyncio.Event, work: asyncio.Task[Any]) -> bool:
    """Wait for `work`, or until `stop` is set: then it is cancelled, and this is False."""
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
    return work.done()


@contextlib.contextmanager
def _delivery() -> Iterator[None]:
    """What the courier says, in the words of `deliver_notices`."""
    try:
        yield
    except Blocked as error:
        raise Unreachable from error
    except Rejected as error:
        raise Refused from error
    except Undelivered as error:
        raise NotNow(error.retry_after) from error
    except ChatMoved as error:  # people do not move, groups do
        raise Refused from error
