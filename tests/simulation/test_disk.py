"""The disk of the simulation does lose what was not synced, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import apsw
import pytest

from tests.simulation.disk import Connection, Disk


def cut(disk: Disk, connection: Connection, seed: int) -> Connection:
    """The power goes and comes back."""
    disk.on = False
    with suppress(apsw.Error):
        connection.close()
    disk.power_cut(Random(seed))
    return Connection(disk)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.mark.parametrize("seed", range(20))
def test_what_was_committed_survives(disk: Disk, seed: int) -> None:
    connection = Connection(disk, "wal_autocheckpoint = 3")
    connection.execute("CREATE TABLE t (n INTEGER, filling BLOB)")
    for number in range(20):
        connection.execute("INSERT INTO t VALUES (?, randomblob(3000))", (number,))
    connection = cut(disk, connection, seed)
    assert connection.execute("SELECT count(*) FROM t").fetchall() == [(20,)]
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_what_was_not_synced_may_be_lost(disk: Disk) -> None:
    left = set()
    for seed in range(20):
        connection = Connection(disk, "synchronous = NORMAL")
        connection.execute("DROP TABLE IF EXISTS t")
        connection.execute("CREATE TABLE t (n INTEGER)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO t VALUES (1)")
        connection = cut(disk, connection, seed)
        left.add(connection.execute("SELECT count(*) FROM t").fetchone()[0])
        connection.close()
    assert left == {0, 1}


@pytest.mark.parametrize("operations", range(0, 40, 3))
def test_a_cut_in_the_midst_of_a_commit_leaves_all_or_nothing(disk: Disk, operations: int) -> None:
    connection = Connection(disk, "wal_autocheckpoint = 2")
    connection.execute("CREATE TABLE t (n INTEGER, filling BLOB)")
    connection.execute("BEGIN")
    disk.cut_after = operations
    try:
        for number in range(10):
            connection.execute("INSERT INTO t VALUES (?, randomblob(3000))", (number,))
        connection.execute("COMMIT")
    except Exception:
        committed = False
    else:
        committed = True
    connection = cut(disk, connection, operations)
    count = connection.execute("SELECT count(*) FROM t").fetchone()[0]
    assert count in ((10,) if committed else (0, 10))
