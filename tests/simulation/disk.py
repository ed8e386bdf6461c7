"""A disk whose power can be cut: what was not synced may be lost or torn, what was synced stays.

A file system in memory below SQLite (apsw brings a newer one than Python's own), for one
connection: with an exclusive lock SQLite keeps the index of its log in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import count
from random import Random
from typing import Any

import apsw

from storage.database import WRITER_PRAGMAS

SECTOR = 512
_numbers = count()


class _Content:
    """A file: what is certain, what is seen, and the writes in between."""

    def __init__(self, data: bytes = b"") -> None:
        self.certain = bytearray(data)
        self.seen = bytearray(data)
        self.pending: list[tuple[int, bytes | None]] = []

    def write(self, offset: int, data: bytes) -> None:
        _put(self.seen, offset, data)
        self.pending.append((offset, data))

    def truncate(self, size: int) -> None:
        del self.seen[size:]
        self.pending.append((size, None))

    def sync(self) -> None:
        for offset, data in self.pending:
            _apply(self.certain, offset, data)
        self.pending.clear()

    def cut(self, chance: Random, kept: float) -> int:
        """Lose what was not synced, sector by sector; how many sectors were lost."""
        lost = 0
        for offset, data in self.pending:
            if data is None:
                if chance.random() < kept:
                    del self.certain[offset:]
                continue
            start = offset
            while start < offset + len(data):
                end = min(offset + len(data), (start // SECTOR + 1) * SECTOR)
                if chance.random() < kept:
                    _put(self.certain, start, data[start - offset : end - offset])
                else:
                    lost += 1
                start = end
        self.pending.clear()
        self.seen = bytearray(self.certain)
        return lost


def _put(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
    else:
        _put(content, offset, data)


class Disk(apsw.VFS):
    """The files, by name; `cut_after` writes or syncs more the power goes by itself."""

    def __init__(self) -> None:
        self.name = f"disk{next(_numbers)}"
        self.files: dict[str, _Content] = {}
        self.on = True
        self.cut_after: int | None = None
        self.operations = 0
        super().__init__(self.name, base="")

    def spend(self) -> None:
        """One write or sync is about to happen, if there is power for it."""
        self.operations += 1
        if self.cut_after is not None:
            self.cut_after -= 1
            if self.cut_after < 0:
                self.on = False
        if not self.on:
            raise apsw.IOError("the power is off")

    def power_cut(self, chance: Random) -> int:
        """The power goes and comes back; how many sectors were lost."""
        kept = chance.choice((0.0, 0.5, 0.9, 1.0))
        lost = sum(content.cut(chance, kept) for content in self.files.values())
        self.on, self.cut_after = True, None
        return lost

    def xOpen(self, name: Any, flags: Any) -> Any:  # noqa: N802
        path = (
            name if isinstance(name, str) else name.filename() if name else f"temporary{id(self)}"
        )
        return _File(self, self.files.setdefault(path, _Content()), flags)

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        return pathname in self.files

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.spend()
        self.files.pop(filename, None)

    def xRandomness(self, numbytes: int) -> bytes:  # noqa: N802
        return bytes(numbytes)

    def xCurrentTime(self) -> float:  # noqa: N802
        return 2_460_000.5

    def xSleep(self, microseconds: int) -> int:  # noqa: N802
        return microseconds


class _File:
    """One open file."""

    def __init__(self, disk: Disk, content: _Content, flags: Any) -> None:
        self._disk = disk
        self._content = content
        self.flags = flags

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        return bytes(self._content.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.spend()
        self._content.write(offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.spend()
        self._content.truncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.spend()
        self._content.sync()

    def xFileSize(self) -> int:  # noqa: N802
        return len(self._content.seen)

    def xSectorSize(self) -> int:  # noqa: N802
        return SECTOR

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        return False

    def xLock(self, level: int) -> None:  # noqa: N802
        pass

    def xUnlock(self, level: int) -> None:  # noqa: N802
        pass

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xClose(self) -> None:  # noqa: N802
        pass


class Connection:
    """An apsw connection with what the storage uses of one of `sqlite3`."""

    def __init__(self, disk: Disk, *pragmas: str) -> None:
        """`pragmas` come after those of the house."""
        self.raw = apsw.Connection("bot.sqlite3", vfs=disk.name)
        for pragma in ("locking_mode = EXCLUSIVE", *WRITER_PRAGMAS, *pragmas):
            self.raw.execute(f"PRAGMA {pragma}").fetchall()

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction

    @property
    def total_changes(self) -> int:
        return self.raw.total_changes()

    def execute(self, sql: str, params: Any = ()) -> _Cursor:
        try:
            rows = self.raw.execute(sql, params).fetchall()
        except apsw.Error as error:
            raise _as_sqlite3(error) from None
        return _Cursor(rows, self.raw.changes(), self.raw.last_insert_rowid())

    def executemany(self, sql: str, rows: Iterable[Any]) -> _Cursor:
        before = self.raw.total_changes()
        try:
            self.raw.executemany(sql, rows).fetchall()
        except apsw.Error as error:
            raise _as_sqlite3(error) from None
        return _Cursor([], self.raw.total_changes() - before, 0)

    def close(self) -> None:
        self.raw.close(True)


class _Cursor:
    """What a statement brought."""

    def __init__(self, rows: list[Any], rowcount: int, lastrowid: int) -> None:
        self._rows = rows
        self.rowcount = rowcount
        self.lastrowid = lastrowid

    def fetchone(self) -> Any:
        return self._rows[0] if self._rows else None

    def fetchall(self) -> list[Any]:
        return self._rows

    def close(self) -> None:
        pass


def _as_sqlite3(error: apsw.Error) -> sqlite3.Error:
    kind = (
        sqlite3.IntegrityError
        if isinstance(error, apsw.ConstraintError)
        else sqlite3.OperationalError
    )
    ours = kind(str(error))
    broken = isinstance(error, apsw.IOError)
    ours.sqlite_errorcode = sqlite3.SQLITE_IOERR if broken else sqlite3.SQLITE_ERROR
    return ours
