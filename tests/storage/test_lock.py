"""One process at a time holds the lock, and its death is enough to free it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage.lock import AlreadyRunning, ProcessLock

BYSTANDER = """
import sys

print("up", flush=True)
sys.stdin.read()
"""

HOLDER = """
import sys
from pathlib import Path
from storage.lock import ProcessLock

with ProcessLock(Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.read()
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """A program that is up when this returns and stays so until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        close_fds=False,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def test_the_lock_says_who_holds_it_and_is_free_again_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with ProcessLock(path):
        assert path.read_text() == f"{os.getpid()}\n"
        with pytest.raises(AlreadyRunning) as refused, ProcessLock(path):
            pass
        assert refused.value.pid == os.getpid()
    with ProcessLock(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_process_is_named_and_its_sudden_death_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with start(HOLDER, path) as holder:
        with pytest.raises(AlreadyRunning) as refused, ProcessLock(path):
            pass
        holder.kill()
    assert (refused.value.pid, str(refused.value)) == (
        holder.pid,
        f"already running as process {holder.pid}",
    )
    with ProcessLock(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_a_longer_pid_left_by_someone_dead_does_not_show_through(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text("12345678901234567890\n")
    with ProcessLock(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_a_program_started_while_locked_does_not_keep_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with ProcessLock(path):
        child = start(BYSTANDER)
    with child:
        with ProcessLock(path):
            pass
        child.kill()


def test_the_lock_is_freed_when_what_it_guards_fails(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(ValueError, match="oops"), ProcessLock(path):
        raise ValueError("oops")
    with ProcessLock(path):
        pass
