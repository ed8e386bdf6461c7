"""One SQLite file: a writer that commits many jobs at once, and readers beside it; knows no table.

Errors::

    DatabaseError
    ├─ StorageFailed    the disk or a lock did not let it happen; nothing of the job was kept
    ├─ JobWaited        a job awaited something other than its transaction
    ├─ NothingInserted  `Tx.insert` met a conflict that skips the row
    ├─ ReadOnly         a write on a database that was opened read-only
    └─ DatabaseClosed   used before opening or after closing

What is wrong with a statement or its values (`sqlite3.IntegrityError`, a typing mistake in SQL)
stays an error of `sqlite3`: it belongs to the job, not to the storage.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, Protocol, Self, TypeAlias, TypeVar, cast

import aiosqlite

Row: TypeAlias = tuple[Any, ...]
Value: TypeAlias = int | str | bytes | None
Params: TypeAlias = Sequence[Value] | Mapping[str, Value]

T = TypeVar("T")

READERS: Final = 2
GROUP_LIMIT: Final = 256
BUSY_SECONDS: Final = 5
WAL_PAGES: Final = 1000
WAL_BYTES_KEPT: Final = 16 * 1024 * 1024
WRITER_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a commit that was acknowledged survives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",  # what is emptied is overwritten
    f"wal_autocheckpoint = {WAL_PAGES}",
    f"journal_size_limit = {WAL_BYTES_KEPT}",
)

_log = logging.getLogger(__name__)


class DatabaseError(Exception):
    """The root of everything that the storage itself can do wrong."""


class StorageFailed(DatabaseError):
    """The disk is full or broken, the file unusable or locked; the write is not kept.

    One exception that no database can help: when syncing the disk failed, a crash right after may
    yet bring the write back.
    """


class JobWaited(DatabaseError):
    """A job awaited something other than its transaction; it was rolled back."""


class NothingInserted(DatabaseError):
    """An insert skipped its row, so there is no id to return."""


class ReadOnly(DatabaseError):
    """The database was opened for reading only."""


class DatabaseClosed(DatabaseError):
    """The database is not open, or closing."""


class Queries(Protocol):
    """What reads need: a `Database`, a snapshot of `Database.read`, or a `Tx`.

    Values are bound as int (64 bits, else OverflowError; bool as 0 or 1), str (a StrEnum as its
    value), bytes or None. A Decimal is refused: money is stored as the text it came as. A float
    is a type error here and has no place in storage.
    """

    async def one(self, sql: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        ...

    async def all(self, sql: str, params: Params = ()) -> list[Row]:
        """Every row."""
        ...


class Tx(Queries, Protocol):
    """The transaction of one job; good only while the job runs.

    With a RETURNING clause, use `one` or `all`: they write just as well.
    """

    async def execute(self, sql: str, params: Params = ()) -> int:
        """Run one statement; how many rows an INSERT, UPDATE or DELETE touched, else -1."""
        ...

    async def insert(self, sql: str, params: Params = ()) -> int:
        """Insert one row; its rowid. Raises NothingInserted where a conflict skipped the row.

        Not for ON CONFLICT DO UPDATE, where SQLite reports an older id: use `one` and RETURNING.
        """
        ...

    async def many(self, sql: str, rows: Iterable[Params]) -> int:
        """Run one statement for each row of values; how many rows that touched in all."""
        ...

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have `callback` run in the event loop once the job is on the disk, and only then."""
        ...


ReadJob: TypeAlias = Callable[[Queries], Awaitable[T]]
WriteJob: TypeAlias = Callable[[Tx], Awaitable[T]]


class Database:
    """A SQLite file in WAL mode; `await Database.open(path)` or `async with Database.open(path)`.

    Of all connections to the file only the writer's writes and checkpoints: before SQLite 3.51.3
    two connections that do so can, rarely, corrupt it (https://www.sqlite.org/wal.html, "the
    WAL-reset bug").
    """

    def __init__(self, path: Path, *, writable: bool) -> None:
        self.path: Final = path
        self.trouble = ""
        """Why the last write was not kept; empty while writes are."""
        self.after_crash = False
        """Whether a log lay beside the file when it was opened: nobody had closed it."""
        self._writable = writable
        self._open = False
        self._writer: _Writer | None = None
        self._readers: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()
        self._connections = AsyncExitStack()
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """The database at `path`, made (0600) where there is none; its folder must exist.

        Awaiting or entering the result opens it; raises StorageFailed.
        """
        return cls(path, writable=True)

    @classmethod
    def open_readonly(cls, path: Path) -> Self:
        """An existing database for reading, also beside a running bot. Otherwise as `open`."""
        return cls(path, writable=False)

    async def write(self, job: WriteJob[T]) -> T:
        """Run `job` in a transaction; return its result once that is on the disk.

        A job awaits nothing but its `Tx`, so it never really waits, and the writer runs a whole
        group of jobs to their ends in the connection's thread: one thread hop and one disk sync
        for all of them. So a job must not touch the event loop (tasks, events, futures);
        `Tx.after_commit` is for that.

        What a job raises rolls back that job alone and is raised here. A caller that is
        cancelled takes its job back while it waits in the queue; once begun, the job commits.
        Raises StorageFailed, JobWaited, ReadOnly, DatabaseClosed.
        """
        self._require_open()
        if self._writer is None:
            raise ReadOnly(f"{self.path} was opened read-only")
        try:
            result = await self._writer.submit(job)
        except StorageFailed as error:
            self.trouble = str(error)
            raise
        self.trouble = ""
        return result

    async def read(self, job: ReadJob[T]) -> T:
        """Run several queries on one unchanging snapshot, in one thread hop.

        The job obeys the rules of `write`. Raises StorageFailed, JobWaited, DatabaseClosed.
        """
        return await self._with_reader(partial(_run_on_snapshot, job))

    async def one(self, sql: str, params: Params = ()) -> Row | None:
        """The first row of what is committed, or None. Raises StorageFailed, DatabaseClosed."""
        return await self._with_reader(partial(_fetch_one, sql=sql, params=params))

    async def all(self, sql: str, params: Params = ()) -> list[Row]:
        """Every row of what is committed. Raises StorageFailed, DatabaseClosed."""
        return await self._with_reader(partial(_fetch_all, sql=sql, params=params))

    async def close(self) -> None:
        """Commit what waits, move the log into the file, close, even if the caller is cancelled.

        May be called more than once. Whatever comes later raises DatabaseClosed.
        """
        self._open = False
        if self._closing is None:
            self._closing = asyncio.create_task(self._connections.aclose())
        await asyncio.shield(self._closing)

    def __await__(self) -> Generator[Any, None, Self]:
        return self._start().__await__()

    async def __aenter__(self) -> Self:
        return await self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _start(self) -> Self:
        if self._open:
            return self
        if self._closing:
            raise DatabaseClosed(f"{self.path} is closed")
        log = self.path.with_name(f"{self.path.name}-wal")
        self.after_crash = log.exists() and log.stat().st_size > 0
        try:
            # Last opened is first closed, each even if another fails: the last to leave may tidy
            # up the log, so that must be the writer.
            async with AsyncExitStack() as connections:
                if self._writable:
                    connection = _Connection(partial(_connect_writer, self.path))
                    await connections.enter_async_context(connection)
                    self._writer = _Writer(connection)
                    connections.push_async_callback(self._writer.stop)
                for _ in range(READERS):
                    reader = _Connection(partial(_connect_reader, self.path))
                    await connections.enter_async_context(reader)
                    self._readers.put_nowait(reader)
                self._connections = connections.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise StorageFailed(f"{self.path}: {error}") from error
        self._open = True
        return self

    async def _with_reader(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._require_open()
        reader = await self._readers.get()
        try:
            self._require_open()
            with _own_errors():
                return await reader.run(work)
        finally:
            self._readers.put_nowait(reader)

    def _require_open(self) -> None:
        if not self._open:
            raise DatabaseClosed(f"{self.path} is not open")


class _Connection(aiosqlite.Connection):
    """An aiosqlite connection that can also run a function of ours in its thread."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, iter_chunk_size=64)
        # A database that nobody closed must not keep a dying process alive. Nothing is lost by
        # leaving without a word: to SQLite it is one crash more.
        self._thread.daemon = True

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Call `work` with the plain connection, in the connection's thread."""
        return cast("T", await self._execute(work, self._conn))  # type: ignore[no-untyped-call]


class _Writer:
    """The queue of jobs, and the one task that commits them group by group."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._waiting: deque[_Job[Any]] = deque()
        self._wake = asyncio.Event()
        self._stopping = False
        self._task = asyncio.create_task(self._commit_groups())

    def submit(self, job: WriteJob[T]) -> asyncio.Future[T]:
        if self._stopping:
            raise DatabaseClosed("the writer has stopped")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Job(job, future))
        self._wake.set()
        return future

    async def stop(self) -> None:
        """Commit what waits, then move the log into the database file."""
        self._stopping = True
        self._wake.set()
        # Not awaited itself: had somebody cancelled it, that would be raised here.
        await asyncio.wait([self._task])
        # A failing disk may refuse this. Nothing is lost: the next start reads the log.
        with suppress(sqlite3.Error):
            await self._connection.run(_checkpoint)

    async def _commit_groups(self) -> None:
        group: list[_Job[Any]] = []
        try:
            while await self._has_work():
                group = [
                    self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_LIMIT))
                ]
                await self._connection.run(partial(_commit_group, group))
                _settle(group)
        finally:
            # Reached with jobs left only if this task is cancelled: the loop is going down.
            self._stopping = True
            for job in (*group, *self._waiting):
                job.future.cancel()

    async def _has_work(self) -> bool:
        while not self._waiting:
            if self._stopping:
                return False
            self._wake.clear()
            await self._wake.wait()
        return True


class _Job(Generic[T]):
    """One job in the queue: run in the writer's thread, settled in the event loop."""

    def __init__(self, job: WriteJob[T], future: asyncio.Future[T]) -> None:
        self.future = future
        self._job = job
        self._value: T | None = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[], None]] = []

    def run(self, connection: sqlite3.Connection) -> None:
        """Run the job inside the open transaction, in a savepoint of its own.

        Raises only when the transaction as a whole is lost.
        """
        connection.execute("SAVEPOINT job")
        tx = _Transaction(connection)
        try:
            with _own_errors():
                self._value = _finish(self._job(tx))
        except BaseException as error:
            # Some errors (disk full, out of memory) make SQLite roll back everything at once.
            if not connection.in_transaction:
                raise
            connection.execute("ROLLBACK TO job")
            self._error = error
        else:
            self._callbacks = tx.callbacks
        connection.execute("RELEASE job")

    def fail(self, error: BaseException) -> None:
        """Forget what the job did: its group was not kept."""
        self._error = StorageFailed(f"not kept: {error}")
        self._error.__cause__ = error
        self._callbacks = []

    def settle(self) -> None:
        """Tell the caller, if it still listens; then run the callbacks."""
        if not self.future.done():
            if self._error is None:
                self.future.set_result(cast("T", self._value))
            else:
                self.future.set_exception(self._error)
        for callback in self._callbacks:
            try:
                callback()
            except Exception:
                _log.exception("a callback after a commit failed")


def _commit_group(group: Sequence[_Job[Any]], connection: sqlite3.Connection) -> None:
    """Run and commit all jobs, or fail them all; never raises, so that the writer lives on."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in group:
            if not job.future.cancelled():
                job.run(connection)
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        for job in group:
            job.fail(error)


def _settle(group: list[_Job[Any]]) -> None:
    for job in group:
        job.settle()
    # The idle thread holds on to its last errand, but not to what the jobs of it carried.
    group.clear()


class _Snapshot:
    """`Queries` on a connection, to be used in that connection's thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def one(self, sql: str, params: Params = ()) -> Row | None:
        return _fetch_one(self._require_transaction(), sql, params)

    async def all(self, sql: str, params: Params = ()) -> list[Row]:
        return _fetch_all(self._require_transaction(), sql, params)

    def _require_transaction(self) -> sqlite3.Connection:
        # After an error that rolled everything back, a job that goes on regardless would write
        # outside any transaction.
        if not self._connection.in_transaction:
            raise StorageFailed("the transaction is no longer open")
        return self._connection


class _Transaction(_Snapshot):
    """`Tx` on the writer's connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.callbacks: list[Callable[[], None]] = []

    async def execute(self, sql: str, params: Params = ()) -> int:
        with closing(self._require_transaction().execute(sql, params)) as cursor:
            return cursor.rowcount

    async def insert(self, sql: str, params: Params = ()) -> int:
        with closing(self._require_transaction().execute(sql, params)) as cursor:
            if cursor.rowcount != 1 or cursor.lastrowid is None:
                raise NothingInserted("the row was skipped; use one() with RETURNING")
            return cursor.lastrowid

    async def many(self, sql: str, rows: Iterable[Params]) -> int:
        with closing(self._require_transaction().executemany(sql, rows)) as cursor:
            return cursor.rowcount

    def after_commit(self, callback: Callable[[], None]) -> None:
        self.callbacks.append(callback)


def _finish(job: Awaitable[T]) -> T:
    """The result of an awaitable that never really waits, without an event loop."""
    coroutine = _awaiting(job)
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    coroutine.close()
    raise JobWaited("a job may await nothing but its transaction")


async def _awaiting(job: Awaitable[T]) -> T:
    return await job


def _run_on_snapshot(job: ReadJob[T], connection: sqlite3.Connection) -> T:
    connection.execute("BEGIN")
    try:
        return _finish(job(_Snapshot(connection)))
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _fetch_one(connection: sqlite3.Connection, sql: str, params: Params) -> Row | None:
    # Closed at once: a statement left half read would hold its snapshot, and the log would grow.
    with closing(connection.execute(sql, params)) as cursor:
        return cast("Row | None", cursor.fetchone())


def _fetch_all(connection: sqlite3.Connection, sql: str, params: Params) -> list[Row]:
    with closing(connection.execute(sql, params)) as cursor:
        return cursor.fetchall()


def _connect_writer(path: Path) -> sqlite3.Connection:
    # SQLite gives its log and index files the mode of the database file.
    path.touch(mode=0o600)
    connection = _connect(path, "rw", *WRITER_PRAGMAS)
    # Where a file system cannot do it, SQLite says so and quietly goes on without.
    if _fetch_one(connection, "PRAGMA journal_mode", ()) != ("wal",):
        connection.close()
        raise OSError("this file system does not support SQLite's write-ahead log")
    return connection


def _connect_reader(path: Path) -> sqlite3.Connection:
    # Asking for the version reads the header: a file that is no database is refused at once.
    return _connect(path, "ro", "query_only = ON", "user_version")


def _connect(path: Path, mode: str, *pragmas: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _checkpoint(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# https://www.sqlite.org/rescode.html: errors of the disk, the file, the memory or a lock.
_TROUBLE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
    }
)


@contextmanager
def _own_errors() -> Iterator[None]:
    """What the storage did wrong becomes StorageFailed; what a statement did wrong stays."""
    try:
        yield
    except sqlite3.Error as error:
        # Errors that the sqlite3 module itself raises have no code.
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _TROUBLE:
            raise StorageFailed(str(error)) from error
        raise
