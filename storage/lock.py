"""A lock on a file, so that one process at a time owns the data; knows nothing of the data."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self


class AlreadyRunning(Exception):
    """Another process holds the lock; `pid` is its id, or None where it left none."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"already running as process {pid}" if pid else "already running")
        self.pid = pid


class ProcessLock:
    """`with ProcessLock(path):` holds the lock; the system frees it when the process dies.

    The folder of `path` must exist. Entering raises AlreadyRunning, or OSError where the file
    cannot be made. The file stays behind: removing it would let two processes lock two files of
    the same name. On a network file system the lock is only as good as that system's.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> Self:
        # Closed on exec, so that no program we start inherits the lock.
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            pid = _pid_in(file)
            os.close(file)
            raise AlreadyRunning(pid) from None
        except BaseException:
            os.close(file)
            raise
        self._file = file
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _pid_in(file: int) -> int | None:
    text = os.pread(file, 32, 0).strip()
    return int(text) if text.isdigit() else None
