"""The writer commits jobs in groups and loses only what it never promised."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import database
from storage.database import (
    GROUP_LIMIT,
    Database,
    DatabaseClosed,
    JobWaited,
    NothingInserted,
    Queries,
    ReadOnly,
    StorageFailed,
    Tx,
    WriteJob,
)

PATIENCE = 10


class Gate:
    """A job that holds the writer's thread until it is let go, so that others queue behind it."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._opened = threading.Event()

    async def job(self, tx: Tx) -> None:
        await tx.insert("INSERT INTO notes (text) VALUES ('gate')")
        self._entered.set()
        assert self._opened.wait(PATIENCE)

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._entered.wait, PATIENCE)

    def open(self) -> None:
        self._opened.set()


@pytest.fixture
async def notes(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path / "notes.db") as opened:
        await opened.write(create_notes)
        yield opened


async def create_notes(tx: Tx) -> None:
    await tx.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT")
    await tx.execute("CREATE TABLE replies (note INTEGER NOT NULL REFERENCES notes (id)) STRICT")


def note(text: str) -> WriteJob[int]:
    async def job(tx: Tx) -> int:
        return await tx.insert("INSERT INTO notes (text) VALUES (?)", (text,))

    return job


def note_then_raise(text: str, error: BaseException) -> WriteJob[None]:
    async def job(tx: Tx) -> None:
        await tx.insert("INSERT INTO notes (text) VALUES (?)", (text,))
        raise error

    return job


async def texts(db: Queries) -> list[str]:
    return [row[0] for row in await db.all("SELECT text FROM notes ORDER BY id")]


async def behind_a_gate(db: Database, *jobs: WriteJob[Any]) -> list[Any]:
    """The outcomes of jobs that all wait in the queue while the writer is busy."""
    gate = Gate()
    first = asyncio.create_task(db.write(gate.job))
    await gate.entered()
    waiting = [asyncio.create_task(db.write(job)) for job in jobs]
    await asyncio.sleep(0)
    gate.open()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def threads_left() -> list[str]:
    """Connection threads that do not end; one that was told to may still be on its way out."""
    ours = [thread for thread in threading.enumerate() if "_connection_worker" in thread.name]
    for thread in ours:
        thread.join(PATIENCE)
    return [thread.name for thread in ours if thread.is_alive()]


# Writing


async def test_a_write_returns_its_result_and_readers_see_it_at_once(notes: Database) -> None:
    assert await notes.write(note("hello")) == 1
    assert await notes.one("SELECT id, text FROM notes") == (1, "hello")


async def test_a_job_that_raises_is_rolled_back_alone(notes: Database) -> None:
    oops = ValueError("oops")
    outcomes = await behind_a_gate(notes, note("a"), note_then_raise("b", oops), note("c"))
    assert outcomes == [2, oops, 3]
    assert await texts(notes) == ["gate", "a", "c"]


async def test_a_job_that_raises_a_cancellation_is_rolled_back_alone(notes: Database) -> None:
    jobs = (note("a"), note_then_raise("b", asyncio.CancelledError()), note("c"))
    outcomes = await behind_a_gate(notes, *jobs)
    assert [type(outcome) for outcome in outcomes] == [int, asyncio.CancelledError, int]
    assert await texts(notes) == ["gate", "a", "c"]


async def test_a_statement_that_breaks_a_rule_fails_its_job_alone(notes: Database) -> None:
    outcomes = await behind_a_gate(notes, note("a"), note("a"), note("b"))
    assert [type(outcome) for outcome in outcomes] == [int, sqlite3.IntegrityError, int]
    assert await texts(notes) == ["gate", "a", "b"]


async def test_a_job_may_catch_a_broken_rule_and_go_on(notes: Database) -> None:
    async def job(tx: Tx) -> None:
        await tx.insert("INSERT INTO notes (text) VALUES ('a')")
        with pytest.raises(sqlite3.IntegrityError):
            await tx.insert("INSERT INTO notes (text) VALUES ('a')")
        await tx.insert("INSERT INTO notes (text) VALUES ('b')")

    await notes.write(job)
    assert await texts(notes) == ["a", "b"]


async def test_a_job_that_awaits_anything_else_is_refused_and_rolled_back(notes: Database) -> None:
    async def job(tx: Tx) -> None:
        await tx.insert("INSERT INTO notes (text) VALUES ('a')")
        await asyncio.sleep(0)

    with pytest.raises(JobWaited):
        await notes.write(job)
    assert await texts(notes) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=40))
def test_exactly_the_jobs_that_returned_are_kept(
    tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[int, bool]]
) -> None:
    def job(number: int, rows: int, fails: bool) -> WriteJob[None]:
        async def write(tx: Tx) -> None:
            await tx.many(
                "INSERT INTO notes (text) VALUES (?)", [(f"{number}.{row}",) for row in range(rows)]
            )
            if fails:
                raise ValueError(number)

        return write

    async def run() -> list[str]:
        async with Database.open(tmp_path_factory.mktemp("plan") / "notes.db") as db:
            await db.write(create_notes)
            jobs = [job(number, *step) for number, step in enumerate(plan)]
            await asyncio.gather(*map(db.write, jobs), return_exceptions=True)
            return await texts(db)

    expected = [
        f"{number}.{row}"
        for number, (rows, fails) in enumerate(plan)
        for row in range(rows)
        if not fails
    ]
    assert asyncio.run(run()) == expected


# Groups


async def test_waiting_jobs_share_commits_up_to_the_limit(notes: Database) -> None:
    happened: list[str] = []

    async def job(tx: Tx) -> None:
        happened.append("run")
        tx.after_commit(lambda: happened.append("committed"))

    await behind_a_gate(notes, *[job] * (GROUP_LIMIT + 2))
    groups = ["run"] * GROUP_LIMIT + ["committed"] * GROUP_LIMIT + ["run"] * 2 + ["committed"] * 2
    assert happened == groups


async def test_a_commit_that_fails_fails_its_whole_group_and_the_writer_lives_on(
    notes: Database,
) -> None:
    called: list[str] = []

    async def orphan_found_at_commit(tx: Tx) -> None:
        await tx.execute("PRAGMA defer_foreign_keys = ON")
        await tx.insert("INSERT INTO replies (note) VALUES (404)")

    async def fine(tx: Tx) -> None:
        await tx.insert("INSERT INTO notes (text) VALUES ('fine')")
        tx.after_commit(lambda: called.append("fine"))

    outcomes = await behind_a_gate(notes, fine, orphan_found_at_commit, note("b"))
    assert [type(outcome) for outcome in outcomes] == [StorageFailed] * 3
    assert (await texts(notes), called) == (["gate"], [])
    assert await notes.write(note("later")) == 2


async def test_a_group_whose_transaction_is_gone_fails_as_a_whole(notes: Database) -> None:
    # SQLite itself ends a transaction like this at some disk errors.
    async def lose_it(tx: Tx) -> None:
        await tx.execute("ROLLBACK")

    outcomes = await behind_a_gate(notes, note("a"), lose_it, note("b"))
    assert [type(outcome) for outcome in outcomes] == [StorageFailed] * 3
    assert await texts(notes) == ["gate"]
    assert await notes.write(note("later")) == 2


async def test_a_job_cannot_write_outside_its_transaction(notes: Database) -> None:
    async def go_on_regardless(tx: Tx) -> None:
        await tx.execute("ROLLBACK")
        with pytest.raises(StorageFailed):
            await tx.insert("INSERT INTO notes (text) VALUES ('loose')")

    with pytest.raises(StorageFailed):
        await notes.write(go_on_regardless)
    assert await texts(notes) == []


async def test_a_locked_file_fails_the_job_and_the_writer_lives_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    async with Database.open(tmp_path / "notes.db") as db:
        await db.write(create_notes)
        other = sqlite3.connect(db.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageFailed, match="locked"):
            await db.write(note("a"))
        other.close()
        await db.write(note("b"))
        assert await texts(db) == ["b"]


# Cancelled callers


async def test_a_cancelled_caller_takes_back_a_job_that_waits(notes: Database) -> None:
    gate = Gate()
    busy = asyncio.create_task(notes.write(gate.job))
    await gate.entered()
    waiting = asyncio.create_task(notes.write(note("never")))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.open()
    await asyncio.gather(busy, waiting, return_exceptions=True)
    await notes.write(note("later"))
    assert (waiting.cancelled(), await texts(notes)) == (True, ["gate", "later"])


async def test_a_cancelled_caller_takes_back_a_job_of_the_running_group(notes: Database) -> None:
    gate = Gate()
    busy = asyncio.create_task(notes.write(gate.job))
    same_group = asyncio.create_task(notes.write(note("never")))
    await gate.entered()
    same_group.cancel()
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(busy, same_group, return_exceptions=True)
    assert (same_group.cancelled(), await texts(notes)) == (True, ["gate"])


async def test_a_job_that_has_begun_commits_without_its_caller(notes: Database) -> None:
    gate = Gate()
    begun = asyncio.create_task(notes.write(gate.job))
    await gate.entered()
    begun.cancel()
    await asyncio.gather(begun, return_exceptions=True)
    gate.open()
    await notes.write(note("later"))
    assert (begun.cancelled(), await texts(notes)) == (True, ["gate", "later"])


# After the commit


async def test_after_commit_runs_in_the_loop_when_the_job_is_on_the_disk(notes: Database) -> None:
    seen: list[tuple[int, int]] = []

    def look() -> None:
        raw = sqlite3.connect(notes.path)
        (count,) = raw.execute("SELECT count(*) FROM notes").fetchone()
        raw.close()
        seen.append((count, threading.get_ident()))

    async def job(tx: Tx) -> None:
        await tx.insert("INSERT INTO notes (text) VALUES ('a')")
        tx.after_commit(look)

    await notes.write(job)
    assert seen == [(1, threading.get_ident())]


async def test_after_commit_of_a_failed_job_never_runs(notes: Database) -> None:
    called: list[str] = []

    async def job(tx: Tx) -> None:
        tx.after_commit(lambda: called.append("wrong"))
        raise ValueError

    with pytest.raises(ValueError):
        await notes.write(job)
    assert called == []


async def test_a_failing_callback_is_logged_and_hurts_nobody(
    notes: Database, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []

    def fail() -> None:
        raise ValueError("oops")

    async def job(tx: Tx) -> str:
        tx.after_commit(fail)
        tx.after_commit(lambda: called.append("second"))
        return "done"

    assert await notes.write(job) == "done"
    assert called == ["second"]
    assert [record.getMessage() for record in caplog.records] == [
        "a callback after a commit failed"
    ]


# Statements and values


async def test_execute_and_many_count_the_rows_they_touch(notes: Database) -> None:
    async def job(tx: Tx) -> tuple[int, int, int]:
        many = await tx.many("INSERT INTO notes (text) VALUES (?)", [("a",), ("b",), ("c",)])
        updated = await tx.execute("UPDATE notes SET text = text || '!' WHERE id > ?", (1,))
        return many, updated, await tx.execute("DELETE FROM notes WHERE id = 99")

    assert await notes.write(job) == (3, 2, 0)


async def test_an_insert_that_skips_its_row_is_no_id(notes: Database) -> None:
    async def job(tx: Tx) -> None:
        await tx.insert("INSERT INTO notes (text) VALUES ('a')")
        await tx.insert("INSERT INTO notes (text) VALUES ('a') ON CONFLICT DO NOTHING")

    with pytest.raises(NothingInserted):
        await notes.write(job)


async def test_returning_writes_and_reads(notes: Database) -> None:
    async def job(tx: Tx) -> object:
        return await tx.one("INSERT INTO notes (text) VALUES ('a'), ('b') RETURNING id, text")

    assert await notes.write(job) == (1, "a")
    assert await texts(notes) == ["a", "b"]


async def test_a_job_reads_what_it_wrote(notes: Database) -> None:
    async def job(tx: Tx) -> list[str]:
        await tx.insert("INSERT INTO notes (text) VALUES ('a')")
        return await texts(tx)

    assert await notes.write(job) == ["a"]


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Colour.RED, "red"),
        (True, 1),
        (None, None),
        (b"\x00\xff", b"\x00\xff"),
        (-(2**63), -(2**63)),
        ("٣", "٣"),
    ],
)
async def test_values_come_back_as_plain_ones(notes: Database, value: Any, stored: object) -> None:
    (by_place,) = await notes.one("SELECT ?", (value,)) or ()
    (by_name,) = await notes.one("SELECT :value", {"value": value}) or ()
    assert [(back, type(back)) for back in (by_place, by_name)] == [(stored, type(stored))] * 2


@pytest.mark.parametrize("value", [Decimal("0.10"), 2**63, "\ud800"])
async def test_values_without_an_exact_form_are_refused(notes: Database, value: Any) -> None:
    with pytest.raises((sqlite3.Error, OverflowError, UnicodeEncodeError)):
        await notes.one("SELECT ?", (value,))


# Reading


async def test_one_without_a_row_is_none(notes: Database) -> None:
    assert await notes.one("SELECT id FROM notes") is None


async def test_readers_cannot_write(notes: Database) -> None:
    with pytest.raises(StorageFailed, match="readonly"):
        await notes.all("INSERT INTO notes (text) VALUES ('a')")


async def test_a_read_sees_one_moment(notes: Database) -> None:
    looked, written = threading.Event(), threading.Event()

    async def count_twice(q: Queries) -> tuple[list[str], list[str]]:
        before = await texts(q)
        looked.set()
        assert written.wait(PATIENCE)
        return before, await texts(q)

    reading = asyncio.create_task(notes.read(count_twice))
    assert await asyncio.to_thread(looked.wait, PATIENCE)
    await notes.write(note("a"))
    written.set()
    assert await reading == ([], [])
    assert await texts(notes) == ["a"]


async def test_a_read_that_fails_leaves_its_reader_usable(notes: Database) -> None:
    async def wait(q: Queries) -> None:
        await q.all("SELECT 1")
        await asyncio.sleep(0)

    async def mistyped(q: Queries) -> None:
        await q.all("SELEC 1")

    for _ in range(database.READERS + 1):
        with pytest.raises(JobWaited):
            await notes.read(wait)
        with pytest.raises(sqlite3.OperationalError):
            await notes.read(mistyped)
    await notes.write(note("a"))
    assert await texts(notes) == ["a"]


async def test_more_reads_than_readers_all_get_their_turn(notes: Database) -> None:
    rows = await asyncio.gather(*(notes.one("SELECT ?", (n,)) for n in range(20)))
    assert rows == [(n,) for n in range(20)]


# Opening and closing


async def test_close_commits_what_waits_and_leaves_one_file(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "notes.db")
    await db.write(create_notes)
    writes = [asyncio.create_task(db.write(note(str(n)))) for n in range(5)]
    await asyncio.sleep(0)
    await db.close()
    assert await asyncio.gather(*writes) == [1, 2, 3, 4, 5]
    assert [file.name for file in tmp_path.iterdir()] == ["notes.db"]
    assert threads_left() == []


async def test_close_moves_the_log_into_the_file_though_someone_still_looks(
    notes: Database,
) -> None:
    async with Database.open_readonly(notes.path) as beside:
        await notes.write(note("a"))
        await notes.close()
        assert notes.path.with_name("notes.db-wal").stat().st_size == 0
        assert await texts(beside) == ["a"]


async def test_closing_goes_on_when_the_closer_is_cancelled(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "notes.db")
    await db.write(create_notes)
    gate = Gate()
    writing = asyncio.create_task(db.write(gate.job))
    await gate.entered()
    closing = asyncio.create_task(db.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    gate.open()
    await db.close()
    await writing
    assert (closing.cancelled(), threads_left()) == (True, [])


async def test_a_loop_that_goes_down_leaves_nobody_waiting(notes: Database) -> None:
    gate = Gate()
    begun = asyncio.create_task(notes.write(gate.job))
    await gate.entered()
    waiting = asyncio.create_task(notes.write(note("never")))
    await asyncio.sleep(0)
    for task in asyncio.all_tasks() - {asyncio.current_task(), begun, waiting}:
        task.cancel()
    await asyncio.gather(begun, waiting, return_exceptions=True)
    with pytest.raises(DatabaseClosed):
        await notes.write(note("late"))
    gate.open()
    await notes.close()
    assert (begun.cancelled(), waiting.cancelled(), threads_left()) == (True, True, [])


async def test_what_a_job_carried_is_let_go_once_it_is_settled(notes: Database) -> None:
    class Secret:
        pass

    def carrying() -> tuple[weakref.ref[Secret], WriteJob[str]]:
        secret = Secret()

        async def job(tx: Tx) -> str:
            await tx.execute("SELECT 1")
            return type(secret).__name__

        return weakref.ref(secret), job

    secret, job = carrying()
    assert await notes.write(job) == "Secret"
    del job
    assert secret() is None


async def test_a_closed_database_says_so(tmp_path: Path) -> None:
    db = Database.open(tmp_path / "notes.db")
    uses: list[Callable[[], Any]] = [
        lambda: db.write(create_notes),
        lambda: db.read(texts),
        lambda: db.one("SELECT 1"),
        lambda: db.all("SELECT 1"),
    ]
    for use in uses:
        with pytest.raises(DatabaseClosed):
            await use()
    await db
    await db.close()
    await db.close()
    for use in [*uses, lambda: db]:
        with pytest.raises(DatabaseClosed):
            await use()


async def test_a_read_that_waits_for_a_reader_is_told_of_the_close(notes: Database) -> None:
    go = threading.Event()

    async def hold(q: Queries) -> None:
        await q.one("SELECT 1")
        assert go.wait(PATIENCE)

    holding = [asyncio.create_task(notes.read(hold)) for _ in range(database.READERS)]
    late = asyncio.create_task(notes.one("SELECT 1"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(notes.close())
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*holding, closing)
    with pytest.raises(DatabaseClosed):
        await late


async def test_a_file_that_cannot_be_opened_is_named_and_leaves_no_thread(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"not a database, " * 100)
    for opening in (
        Database.open(garbage),
        Database.open_readonly(garbage),
        Database.open(tmp_path / "nowhere" / "notes.db"),
        Database.open_readonly(tmp_path / "missing.db"),
    ):
        with pytest.raises(StorageFailed, match=str(opening.path)):
            await opening
    assert [file.name for file in tmp_path.iterdir()] == ["garbage.db"]
    assert threads_left() == []


async def test_a_name_with_signs_of_a_uri_is_just_a_name(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "a b?c#d%20.db") as db:
        await db.write(create_notes)
    assert [file.name for file in tmp_path.iterdir()] == ["a b?c#d%20.db"]


async def test_the_files_belong_to_their_owner_alone(notes: Database) -> None:
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in notes.path.parent.iterdir()}
    assert modes == {"notes.db": 0o600, "notes.db-wal": 0o600, "notes.db-shm": 0o600}


async def test_the_writer_is_set_up_to_lose_and_leak_nothing(notes: Database) -> None:
    async def look(tx: Tx) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return {name: (await tx.one(f"PRAGMA {name}") or ())[0] for name in names}

    full = 2
    assert await notes.write(look) == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


async def test_a_readonly_database_follows_a_running_writer_and_refuses_writes(
    notes: Database,
) -> None:
    async with Database.open_readonly(notes.path) as beside:
        await notes.write(note("a"))
        assert await texts(beside) == ["a"]
        with pytest.raises(ReadOnly):
            await beside.write(note("b"))
