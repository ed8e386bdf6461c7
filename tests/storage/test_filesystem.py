"""Which folders are refused because another machine may write there."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.filesystem import OnNetwork, require_local

MOUNTS = r"""
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 22 0:25 / /proc rw,nosuid - proc proc rw
41 22 0:40 /export /srv/net rw,relatime shared:2 - nfs4 server:/export rw,vers=4.2
42 41 0:41 / /srv/net/local rw,relatime shared:3 master:1 - xfs /dev/vdb rw
43 22 0:42 / /mnt/two\040words rw - cifs //nas/share rw
44 22 0:43 / /mnt/over rw - nfs server:/x rw
45 22 0:44 / /mnt/over rw - ext4 /dev/vdc rw
junk
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/net", "nfs4"),
        ("/srv/net/data/deep", "nfs4"),
        ("/mnt/two words/data", "cifs"),
    ],
)
def test_a_network_file_system_is_refused(mounts: Path, folder: str, kind: str) -> None:
    with pytest.raises(OnNetwork, match=rf"\({kind}\)"):
        require_local(Path(folder), mounts)


@pytest.mark.parametrize(
    "folder", ["/", "/home/bot/data", "/srv/netlike", "/srv/net/local/data", "/mnt/over/data"]
)
def test_a_local_disk_is_not(mounts: Path, folder: str) -> None:
    require_local(Path(folder), mounts)


def test_where_nothing_is_known_nothing_is_refused(tmp_path: Path) -> None:
    require_local(tmp_path, tmp_path / "missing")


def test_this_machines_own_folders_can_be_told(tmp_path: Path) -> None:
    require_local(tmp_path)
