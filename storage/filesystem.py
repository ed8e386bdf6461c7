"""Where the data folder lies: SQLite's log needs memory that is shared, so a local disk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from storage.database import DatabaseError

MOUNTS: Final = Path("/proc/self/mountinfo")
_NETWORK: Final = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "fuse.glusterfs",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb3",
        "smbfs",
    }
)
# A mount's line: id, parent, device, root, mount point, options, tags up to " - ", then the type
# (proc_pid_mountinfo(5)); spaces and the like in a path are written in octal.
_LINE: Final = re.compile(r"\S+ \S+ \S+ \S+ (?P<point>\S+) .*? - (?P<kind>\S+) ")


class OnNetwork(DatabaseError):
    """The folder is on a network file system, where the database could be corrupted."""


def require_local(folder: Path, mounts: Path = MOUNTS) -> None:
    """Raise OnNetwork for a folder on a network file system, as far as this machine can tell.

    https://www.sqlite.org/wal.html: "WAL does not work over a network filesystem". Where there is
    no such list of mounts (it is Linux's), nothing is refused.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    here, kind = folder.resolve(), ""
    deepest = -1
    for match in filter(None, map(_LINE.match, lines)):
        point = Path(re.sub(r"\\([0-7]{3})", _from_octal, match["point"]))
        # Of two mounts on one point the later one is seen.
        if here.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), match["kind"]
    if kind in _NETWORK:
        raise OnNetwork(f"{folder} is on a network file system ({kind}): use a local disk")


def _from_octal(match: re.Match[str]) -> str:
    return chr(int(match[1], 8))
