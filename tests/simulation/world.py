"""One world: the real bot between a model Telegram and a model Serva, with deaths and restarts.

What is replaced are sockets, threads, the disk, the clock and chance. Everything that decides is
the house itself, wired by its own composition root.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, TypeVar
from unittest import mock
from urllib.parse import parse_qsl

import httpx
from telegram.error import NetworkError, TelegramError, TimedOut

from bot import app
from bot.providers.client import Calls
from bot.providers.port import Outcome, Provider, Unknown
from bot.providers.wire import Call, Lost, Reply, received
from bot.runtime.transport import NotSent, ServerError, SlowDown
from bot.settings import Settings
from bot.texts.words import Texts
from bot.usecases.watch_health import WatchHealth
from storage.database import DatabaseError, _commit_group, _Job
from storage.migrate import _statements as statements_of
from storage.migrate import migrate, migrations
from storage.settings import verify_or_set_canary
from storage.vault import Vault
from tests.simulation.faults import Faults
from tests.simulation.inline import InlineDatabase, in_memory, pauses
from tests.simulation.serva import Holder, ModelServa
from tests.simulation.telegram import ModelTelegram
from tests.simulation.timeline import ProcessLoop, Timeline

T = TypeVar("T")

OPERATOR = 99
TOKEN = "123456:simulated-token-abcdefghijklmnopqrstuvwxyz"


class Violation(AssertionError):
    """Something happened that must never happen."""


@dataclass(frozen=True)
class Policy:
    """A naive way of doing things, put in place of the house's own: it must be convicted."""

    name: str = "the house's own"
    retries_adds: bool = False
    pragmas: tuple[str, ...] = ()
    patches: Callable[[World], Sequence[Any]] = lambda world: ()


class World:
    """Everything of one seed. `power` says whether the disk can lose what was not synced."""

    def __init__(
        self,
        seed: int,
        *,
        power: bool = False,
        policy: Policy | None = None,
        keys: Sequence[str] = (),
        quiet_faults: bool = False,
        end: float = 0.0,
        verbose: bool = False,
    ) -> None:
        self.seed = seed
        self.chance = Random(f"schedule {seed}")
        self.policy = policy or Policy()
        self.verbose = verbose
        self.timeline = Timeline()
        self.happened: Counter[str] = Counter()
        self.trace: list[str] = []
        self.errors: list[str] = []
        self.telegram = ModelTelegram(self.timeline, self.chance, self.happened)
        self.telegram.arrived = self._update_arrived
        self.serva = ModelServa(self.timeline, self.chance, self.happened)
        self.faults = (
            Faults(self.timeline, self.chance, self.happened)
            if quiet_faults
            else Faults.drawn(self.timeline, self.chance, self.happened, end)
        )
        for key in keys:
            self.serva.accounts[key] = Holder(_money(self.chance))
        self.vault = Vault([b"m" * 32], self.chance.randbytes)
        self.settings = _settings(self.chance.choice((20, 60)), self.chance.choice((0, 0, 10)))
        self.slowness = self.chance.choices((1.0, 5.0, 10.0), (1, 4, 5))[0]
        self.nature = app.Nature(
            clock=self.timeline.clock,
            monotonic=self.timeline.clock,
            chance=self.chance.random,
            nonce=lambda: f"n{self.chance.getrandbits(60):015x}",
        )
        self.sent: Counter[int] = Counter()
        self.disk: Any = None
        self._checkpoint = self.chance.choice((2, 20, 1000))
        if power:
            from tests.simulation.disk import Disk, _Content

            self.disk = Disk()
            self.disk.files["bot.sqlite3"] = _Content(_template())
        self.connection = self._connect()
        self.loop: ProcessLoop | None = None
        self.db: InlineDatabase | None = None
        self.house: app.House | None = None
        self.commits = 0
        self.kill_at: tuple[int, bool] | None = None
        self._watched_orders: str | None = None
        self._die_in: int | None = None
        self._power_fails = False
        self._armed_content = ""
        self._main: asyncio.Task[None] | None = None
        self._stop: asyncio.Event | None = None
        self._polls: list[asyncio.Future[None]] = []
        self._ticking = True

    # ---- the process ----

    def start(self) -> None:
        """Start the bot on whatever the disk holds."""
        assert self.loop is None
        self.loop = loop = ProcessLoop(self.timeline)
        asyncio._set_running_loop(loop)
        self.db = InlineDatabase(self.connection, pauses(self.chance), self._commit)
        self._stop = asyncio.Event()
        self._main = loop.create_task(self._process(self.db, self._stop))
        self.note("the process starts")

    async def _process(self, db: Any, stop: asyncio.Event) -> None:
        await migrate(db)
        await verify_or_set_canary(db, self.vault)
        wakes = app.Wakes()
        health = WatchHealth(db, self.timeline.clock, wakes.of("watch health"))
        api = _Calls(self, health)
        self.house = app.build(self.settings, db, self.vault, "the_bot", api, wakes, self.nature)
        queue: Any = _Ticker(self)
        await app.work(
            self.house, health, self.vault, self._telegram, self._telegram, queue, stop, "the_bot",
            lambda username: None,
        )  # fmt: skip

    def stop(self) -> None:
        """Ask the process to end politely."""
        if self._stop is not None:
            self.note("the process is asked to stop")
            self.happened["polite stops"] += 1
            self._stop.set()

    def die_in(self, handles: int, *, power: bool = False) -> None:
        """Kill the process after so many more steps; with `power`, what is not synced is lost."""
        self._die_in, self._power_fails = handles, power

    def die_at_commit(self, number: int, after: bool) -> None:
        """Kill the process before or after its commit of this number."""
        self.kill_at = (number, after)

    def die_when_an_order_moves(self) -> None:
        """Kill the process right after the next commit that moves an order."""
        self._watched_orders = self._placements()

    def _placements(self) -> str:
        rows = self.connection.execute(
            "SELECT id, placement, settled_at, ended_at FROM orders ORDER BY id"
        ).fetchall()
        return str(rows)

    def fail_power_in(self, operations: int) -> None:
        """Let the power go in the midst of writing."""
        if self.disk is not None:
            self.disk.cut_after = operations
            self._armed_content = self.content()

    def bury(self) -> None:
        """The process is gone: what only its memory held is lost, what was committed is there."""
        loop, self.loop = self.loop, None
        assert loop is not None
        assert self.db is not None
        self.db.open = False
        # Before we let go of it: a task that nobody holds is ended by the collector, at some time.
        loop.kill()
        self._polls.clear()
        self.house = self._main = self._stop = None
        asyncio._set_running_loop(None)
        self._die_in = None
        off = self.disk is not None and not self.disk.on
        if self.disk is not None and (self._power_fails or off):
            self._cut_power(off)
        self._power_fails = False

    def _cut_power(self, within_commit: bool) -> None:
        before = self._armed_content if within_commit else self.content()
        self.disk.on = False
        with suppress(Exception):
            self.connection.close()
        lost = self.disk.power_cut(self.chance)
        self.happened["power cuts"] += 1
        self.happened["sectors lost"] += lost
        self.connection = self._connect()
        sound = self.connection.execute("PRAGMA integrity_check").fetchall()
        if sound != [("ok",)]:
            raise Violation(f"a power cut left a broken database: {sound}")
        after = self.content()
        if after != before and not within_commit:
            raise Violation("a power cut lost what was committed")
        self.note(f"the power was cut, {lost} sectors were lost")

    def content(self) -> str:
        """A digest of every row."""
        digest = hashlib.sha256()
        tables = self.connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        ).fetchall()
        for (table,) in tables:
            for row in self.connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall():
                digest.update(repr(row).encode())
        return digest.hexdigest()

    def _connect(self) -> Any:
        if self.disk is None:
            return in_memory(_template())
        from tests.simulation.disk import Connection

        # Checkpoints are what writes into the file itself: some worlds have many of them.
        checkpoint = f"wal_autocheckpoint = {self._checkpoint}"
        return Connection(self.disk, checkpoint, *self.policy.pragmas)

    def _commit(self, group: list[_Job[Any]]) -> bool:
        """One commit of the storage; False where the process dies over it."""
        if self.faults.for_commit():
            for job in group:
                job.fail(sqlite3.OperationalError("disk full"))
            return True
        before = self.connection.total_changes
        number = self.commits + 1
        if self.kill_at == (number, False) and self._changes(group):
            self._die_in, self.kill_at = 0, None
            return False
        if self.disk is not None and self.disk.cut_after is not None:
            self._armed_content = self.content()
        _commit_group(group, self.connection)
        if self.disk is not None and not self.disk.on:
            self._die_in = 0
            self.commits = number
            return False
        if self.connection.total_changes != before:
            self.commits = number
            moved = self._watched_orders not in (None, self._placements())
            if self.kill_at == (number, True) or moved:
                self._die_in, self.kill_at, self._watched_orders = 0, None, None
                return False
        return True

    def _changes(self, group: list[_Job[Any]]) -> bool:
        """Whether a group would change anything; it is taken back."""
        before = self.connection.total_changes
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            for job in group:
                if not job.future.cancelled():
                    job.run(self.connection)
            return bool(self.connection.total_changes != before)
        finally:
            self.connection.execute("ROLLBACK")

    # ---- time ----

    def run(self, until: float) -> None:
        """Let everything happen that happens before then."""
        line = self.timeline
        while True:
            if self.loop is None:
                if line.next is None or line.next > until:
                    break
                line.step()
                continue
            if self._die_in is not None:
                if self._die_in <= 0:
                    self._dies()
                    continue
                self._die_in -= 1
            if self._main is not None and self._main.done():
                self._ended()
                continue
            if not self.loop.step(until):
                break
        line.now = max(line.now, until)

    def ask(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of something that runs in the process."""
        assert self.loop is not None
        task = self.loop.create_task(work)
        while not task.done():
            assert self.loop.step(self.timeline.now + 60), "it waits for ever"
        return task.result()

    def _dies(self) -> None:
        self.happened["crashes"] += 1
        self.note("the process is killed")
        self.bury()
        self._return_later()

    def _ended(self) -> None:
        assert self._main is not None
        error = self._main.exception()
        if error is not None and not isinstance(error, DatabaseError | TelegramError):
            raise Violation(f"the process ended with {error!r}") from error
        self.note(f"the process ended ({type(error).__name__})")
        self.happened["starts that failed" if error else "polite ends"] += 1
        self.bury()
        self._return_later()

    def _return_later(self) -> None:
        # No start is as quick as the last call of the dead process, which is still on its way.
        pause = 0.5 if self.faults.over else self.chance.choice((0.5, 1.0, 5.0, 40.0, 150.0))
        self.timeline.after(pause, self.start)

    def close(self) -> None:
        """Leave nothing behind."""
        if self.loop is not None:
            self._power_fails = False
            if self.disk is not None:
                self.disk.on = True
            self.bury()
        with suppress(Exception):
            self.connection.close()
        if self.disk is not None:
            self.disk.unregister()

    # ---- the network ----

    async def exchange(self, call: Call, deadline_ms: int) -> Reply:
        """One call to a provider: what travels, what arrives, and what comes back."""
        form = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
        plan = self.faults.for_serva(call.action)
        confirmation = self._confirmation(form) if call.action == "add" else 0
        self.note(f"serva {call.action} {form.get('link', '')} #{confirmation}: {plan}")
        latency = self.chance.choice((0.02, 0.05, 0.2, 0.2, 1.5))
        if plan == "not sent":
            await asyncio.sleep(latency)
            return Lost("ConnectError", sent=False)
        if call.action == "add":
            self.sent[confirmation] += 1
            self.happened["adds sent"] += 1
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Reply] = loop.create_future()

        def reply(status: int, body: bytes) -> None:
            if not loop.is_closed() and not answer.done():
                answer.set_result(received(call, status, {"x-serva-request-id": "req"}, body))

        def arrive() -> None:
            if plan.endswith("before"):
                status, body = 0, b""
            elif call.provider is Provider.SERVYA:
                status, body = 200, b'{"error": "Invalid API key"}'
            else:
                status, body = self.serva.answer(form, confirmation)
            match plan.split()[0]:
                case "lost":
                    return
                case "dropped":
                    if not loop.is_closed() and not answer.done():
                        answer.set_result(Lost("RemoteProtocolError"))
                    return
                case "502":
                    status, body = 502, b"<html>Bad gateway</html>"
                case "page":
                    status, body = 200, b"<html>Just a moment</html>"
                case "cut":
                    body = body[: len(body) // 2]
            self.timeline.after(latency, lambda: reply(status, body))

        late = self.chance.uniform(5, 110) if plan == "late" else latency
        self.timeline.after(late, arrive)
        try:
            async with asyncio.timeout(deadline_ms / 1000):
                return await answer
        except TimeoutError:
            return Lost("TimeoutError")

    def _confirmation(self, form: dict[str, str]) -> int:
        """The order that an `add` is for: the one of its key that is claimed."""
        fingerprint = self.vault.fingerprint(form["key"], "serva")
        rows = self.connection.execute(
            "SELECT o.id FROM orders o JOIN accounts a ON a.id = o.account"
            " WHERE o.placement = 'sending' AND a.fingerprint = ?",
            (fingerprint,),
        ).fetchall()
        if len(rows) != 1:
            raise Violation(f"an add left for {len(rows)} claimed orders")
        return int(rows[0][0])

    async def _telegram(self, method: str, params: dict[str, Any]) -> Any:
        """One Bot API call, and what may go wrong with it."""
        plan = self.faults.for_telegram()
        latency = self.chance.choice((0.02, 0.05, 0.05, 0.3))
        if method != "getUpdates" or plan != "fine":
            self.note(f"telegram {method} {_short(params)}: {plan}")
        match plan:
            case "not sent":
                await asyncio.sleep(latency)
                raise NotSent("Telegram was not reached")
            case "lost before":
                await asyncio.sleep(20)
                raise TimedOut("Telegram did not answer in time")
            case "5xx before":
                await asyncio.sleep(latency)
                raise ServerError("Telegram answered 502")
            case "429":
                await asyncio.sleep(latency)
                raise SlowDown(1000 * self.chance.choice((1, 2, 5, 35)))
        result = await self._applied(method, params, latency)
        match plan:
            case "lost after":
                await asyncio.sleep(20)
                raise TimedOut("Telegram did not answer in time")
            case "dropped after":
                raise NetworkError("the connection to Telegram broke")
            case "5xx after":
                raise ServerError("Telegram answered 502")
            case "page":
                raise TelegramError("Invalid server response")
        return result

    async def _applied(self, method: str, params: dict[str, Any], latency: float) -> Any:
        """Let a call reach Telegram, which it does also when the process dies meanwhile."""
        loop = asyncio.get_running_loop()
        if method == "getUpdates":
            await asyncio.sleep(latency)
            return await self._poll(loop, params)
        if method.startswith(("getMy", "setMy")) or method == "answerCallbackQuery":
            await asyncio.sleep(latency)
            return True
        answer: asyncio.Future[Any] = loop.create_future()

        def arrive() -> None:
            try:
                result = self.telegram.apply(method, params)
            except TelegramError as error:
                if not loop.is_closed() and not answer.done():
                    answer.set_exception(error)
            else:
                if not loop.is_closed() and not answer.done():
                    answer.set_result(result)

        self.timeline.after(latency, arrive)
        return await answer

    async def _poll(self, loop: asyncio.AbstractEventLoop, params: dict[str, Any]) -> Any:
        batch = self.telegram.updates(params.get("offset", 0), params["limit"])
        if not batch:
            came = loop.create_future()
            self._polls.append(came)
            with suppress(TimeoutError):
                async with asyncio.timeout(params["timeout"]):
                    await came
            batch = self.telegram.updates(0, params["limit"])
        return [dict(update) for update in batch]

    def _update_arrived(self) -> None:
        polls, self._polls = self._polls, []
        for came in polls:
            if not came.done():
                came.set_result(None)

    # ---- what is known of it ----

    def note(self, what: str) -> None:
        """Keep what happened, for the comparison of two runs and for whoever looks."""
        line = f"{self.timeline.now:10.3f} {what}"
        self.trace.append(line)
        if self.verbose:
            print(line)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep what the house logs as an error, and put the policy in place."""
        handler = _Recorder(self)
        loggers = [logging.getLogger(name) for name in ("bot", "storage", "asyncio")]
        kept = [(logger, logger.propagate, logger.level) for logger in loggers]
        with ExitStack() as stack:
            # Reading the languages takes longer than a schedule, and they never change.
            stack.enter_context(mock.patch.object(app, "Texts", _texts))
            for patch in self.policy.patches(self):
                stack.enter_context(patch)
            for logger in loggers:
                logger.addHandler(handler)
                logger.propagate = False
                logger.setLevel(logging.INFO if self.verbose else logging.ERROR)
            try:
                yield
            finally:
                self.close()
                for logger, propagate, level in kept:
                    logger.removeHandler(handler)
                    logger.propagate = propagate
                    logger.setLevel(level)


@dataclass
class _Ticker:
    """The job queue: ticks that come late, and stop with the process."""

    world: World
    jobs: list[tuple[Any, float]] = field(default_factory=list)

    def run_repeating(
        self, tick: Any, *, interval: float, name: str, job_kwargs: dict[str, Any]
    ) -> None:
        self.jobs.append((tick, interval))

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        for tick, interval in self.jobs:
            self._next(loop, tick, interval)

    async def stop(self) -> None:
        self.jobs.clear()

    def _next(self, loop: asyncio.AbstractEventLoop, tick: Any, interval: float) -> None:
        def due() -> None:
            if self.jobs:
                # All that a tick does is wake its worker.
                with suppress(StopIteration):
                    tick(None).send(None)
                self._next(loop, tick, interval)

        slow = 10.0 if self.world.faults.over else self.world.slowness
        loop.call_later(interval * slow * (0.9 + 0.2 * self.world.chance.random()), due)


class _Calls(Calls):
    """The real calls on a network that is not there."""

    def __init__(self, world: World, health: WatchHealth) -> None:
        super().__init__(world.timeline.clock, health.observe, tls=_tls())
        self._world = world

    async def _exchange(  # type: ignore[override]
        self, client: httpx.AsyncClient, call: Call, deadline_ms: int
    ) -> Reply:
        return await self._world.exchange(call, deadline_ms)

    async def add(self, call: Call) -> Outcome:
        outcome = await super().add(call)
        if self._world.policy.retries_adds and isinstance(outcome, Unknown):
            outcome = await super().add(call)
        return outcome


class _Recorder(logging.Handler):
    """Takes note of what the house calls an error."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        world = self._world
        if record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else None
            world.errors.append(f"{record.getMessage()} ({error!r})")
            world.happened["errors logged"] += 1
            if world.verbose and error is not None:
                import traceback

                traceback.print_exception(error)
        if world.verbose:
            world.note(f"{record.levelname} {record.getMessage()}")


@cache
def _texts() -> Texts:
    return Texts()


@cache
def _tls() -> Any:
    return httpx.create_ssl_context(trust_env=False)


@cache
def _settings(interval: int, probe: int) -> Settings:
    given: Any = {
        "id_probe": probe,
        "bot_token": TOKEN,
        "admin_ids": str(OPERATOR),
        "tracking_interval": interval,
        "key_url": "https://serva.test/profile/api/",
    }
    return Settings(_env_file=None, **given)


@cache
def _template() -> bytes:
    """The newest schema, as the migrations make it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for migration in migrations():
        for statement in statements_of(migration):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {migration.version}")
    data = connection.serialize()
    connection.close()
    return data


def _money(chance: Random) -> Any:
    from decimal import Decimal

    return Decimal(chance.choice((500, 2550, 100_000))) / 100


def _short(params: dict[str, Any]) -> str:
    text = str(params.get("text", "")).split("\n")[0][:60]
    return f"{params.get('chat_id', '')} {params.get('message_id', '')} {text}".strip()
