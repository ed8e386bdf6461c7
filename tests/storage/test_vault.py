"""What is sealed opens in its own place with a known key, and nowhere else."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import vault
from storage.vault import (
    MasterKeyMissing,
    MasterKeyUnusable,
    SealBroken,
    UnknownKey,
    Vault,
    VaultError,
    WrongMasterKey,
    load_master_key,
    load_or_create_master_key,
)

KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
VAULT = Vault([KEY])
OWNERS = st.integers(-(2**63), 2**63 - 1)


@st.composite
def places(draw: st.DrawFn) -> tuple[int, str, str]:
    return draw(OWNERS), draw(st.text(max_size=8)), draw(st.text(max_size=8))


def seal(plain: bytes, place: tuple[int, str, str] = (7, "key", "1")) -> bytes:
    owner, purpose, row = place
    return VAULT.seal(plain, owner=owner, purpose=purpose, row=row)


def unseal(sealed: bytes, place: tuple[int, str, str] = (7, "key", "1")) -> bytes:
    owner, purpose, row = place
    return VAULT.open(sealed, owner=owner, purpose=purpose, row=row)


# Sealing


@given(st.binary(max_size=500), places())
def test_any_bytes_come_back(plain: bytes, place: tuple[int, str, str]) -> None:
    assert unseal(seal(plain, place), place) == plain


@given(st.binary(max_size=60), st.data())
def test_any_flipped_bit_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(plain))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VaultError):
        unseal(bytes(sealed))


@given(st.binary(max_size=60), st.data())
def test_anything_cut_short_is_refused(plain: bytes, data: st.DataObject) -> None:
    sealed = seal(plain)
    with pytest.raises(SealBroken):
        unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))])


@given(st.binary(max_size=100))
def test_bytes_that_were_never_sealed_are_refused(junk: bytes) -> None:
    with pytest.raises(VaultError):
        unseal(junk)


@given(places(), places())
def test_another_place_is_refused(here: tuple[int, str, str], there: tuple[int, str, str]) -> None:
    if here == there:
        assert unseal(seal(b"plain", here), there) == b"plain"
    else:
        with pytest.raises(SealBroken):
            unseal(seal(b"plain", here), there)


@pytest.mark.parametrize(
    "elsewhere",
    [(8, "key", "1"), (7, "inbox", "1"), (7, "key", "2"), (7, "key1", ""), (-7, "key", "1")],
)
def test_owner_purpose_and_row_all_bind(elsewhere: tuple[int, str, str]) -> None:
    with pytest.raises(SealBroken):
        unseal(seal(b"plain"), elsewhere)


def test_a_seal_is_never_the_same_twice_and_shows_nothing() -> None:
    seals = {seal(b"the plain text") for _ in range(100)}
    assert len(seals) == 100
    assert not [sealed for sealed in seals if b"plain" in sealed]
    assert {len(sealed) for sealed in seals} == {len(b"the plain text") + 33}


# Several keys


def test_the_first_key_seals_and_any_key_opens() -> None:
    rotating, afterwards = Vault([OTHER, KEY]), Vault([OTHER])
    old, new = seal(b"old"), rotating.seal(b"new", owner=7, purpose="key", row="1")
    assert rotating.open(old, owner=7, purpose="key", row="1") == b"old"
    assert afterwards.open(new, owner=7, purpose="key", row="1") == b"new"
    with pytest.raises(UnknownKey):
        afterwards.open(old, owner=7, purpose="key", row="1")


def test_what_names_another_known_key_is_refused() -> None:
    both = Vault([KEY, OTHER])
    sealed = bytearray(both.seal(b"plain", owner=7, purpose="key", row="1"))
    sealed[1:5] = Vault([OTHER]).seal(b"", owner=7, purpose="key", row="1")[1:5]
    with pytest.raises(SealBroken):
        both.open(bytes(sealed), owner=7, purpose="key", row="1")


@pytest.mark.parametrize("keys", [[], [b"short"], [KEY + b"x"], [KEY, KEY]])
def test_a_vault_without_good_and_different_keys_is_refused(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        Vault(keys)


def test_nothing_printed_shows_a_key() -> None:
    shown = repr(VAULT) + str(VAULT.__dict__)
    assert not [form for form in (KEY.hex(), repr(KEY), str(KEY)) if form in shown]


# Fingerprint and canary


def test_a_fingerprint_is_stable_and_tells_key_provider_and_master_key_apart() -> None:
    fingerprint = VAULT.fingerprint("api-key", "serva")
    assert fingerprint == Vault([KEY]).fingerprint("api-key", "serva")
    others = {
        VAULT.fingerprint("api-kez", "serva"),
        VAULT.fingerprint("api-key", "servya"),
        VAULT.fingerprint("aapi-key", "serv"),
        Vault([OTHER]).fingerprint("api-key", "serva"),
    }
    assert (len(others), fingerprint in others, len(fingerprint)) == (4, False, 64)


def test_the_canary_knows_its_key_and_no_other() -> None:
    canary = VAULT.canary()
    Vault([OTHER, KEY]).verify_canary(canary)
    for wrong in (Vault([OTHER]), Vault([bytes(32)])):
        with pytest.raises(WrongMasterKey):
            wrong.verify_canary(canary)
    with pytest.raises(WrongMasterKey):
        VAULT.verify_canary("")


def test_every_use_has_a_derived_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    derive = vault._derive
    made: list[bytes] = []

    def record(secret: bytes, use: str) -> bytes:
        made.append(derive(secret, use))
        return made[-1]

    monkeypatch.setattr(vault, "_derive", record)
    canary = Vault([KEY]).canary()
    assert (len(made), len({*made, KEY}), bytes.fromhex(canary) in made) == (4, 5, True)


# The key file


def test_a_missing_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    made, created = load_or_create_master_key(path)
    assert (len(made), created) == (32, True)
    assert load_or_create_master_key(path) == (made, False)
    assert load_master_key(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


def test_two_made_keys_differ(tmp_path: Path) -> None:
    first, _ = load_or_create_master_key(tmp_path / "a")
    second, _ = load_or_create_master_key(tmp_path / "b")
    assert first != second


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY.hex()}",
        f"{KEY.hex()}\n",
        f"# a note\n\n  {KEY.hex().upper()}  \r\n# made by héctor\n",
    ],
)
def test_notes_and_white_space_are_allowed(tmp_path: Path, text: str) -> None:
    assert load_master_key(key_file(tmp_path, text.encode())) == KEY


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# only a note\n",
        KEY.hex()[:-2].encode(),
        KEY.hex().encode() + b"00",
        KEY.hex().replace("0", "x").encode(),
        f"{KEY.hex()}\n{OTHER.hex()}\n".encode(),
        f"{KEY.hex()[:32]} {KEY.hex()[32:]}".encode(),
        KEY,
        b"\xff\xfe\x00secret",
    ],
)
def test_a_file_without_exactly_one_key_is_named_and_not_quoted(
    tmp_path: Path, content: bytes
) -> None:
    path = key_file(tmp_path, content)
    with pytest.raises(MasterKeyUnusable) as refused:
        load_or_create_master_key(path)
    assert str(refused.value) == (
        f"{path} should hold one line of 64 hexadecimal digits, as `openssl rand -hex 32` makes"
    )
    assert path.read_bytes() == content


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = key_file(tmp_path, KEY.hex().encode())
    path.chmod(mode)
    with pytest.raises(MasterKeyUnusable, match=f"chmod 600 {path}"):
        load_master_key(path)


def test_a_secret_mounted_read_only_keeps_the_mode_it_came_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = key_file(tmp_path, KEY.hex().encode())
    path.chmod(0o444)
    monkeypatch.setattr(os, "fstatvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    assert load_master_key(path) == KEY


def test_what_cannot_be_read_or_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyMissing, match=str(tmp_path / "missing")):
        load_master_key(tmp_path / "missing")
    with pytest.raises(MasterKeyUnusable, match="cannot be read: Is a directory"):
        load_or_create_master_key(tmp_path)
    with pytest.raises(MasterKeyUnusable, match="cannot be made: No such file or directory"):
        load_or_create_master_key(tmp_path / "nowhere" / "master.key")


def test_a_key_that_could_not_be_written_whole_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MasterKeyUnusable, match="cannot be made: No space left on device"):
        load_or_create_master_key(tmp_path / "master.key")
    assert list(tmp_path.iterdir()) == []


def key_file(folder: Path, content: bytes) -> Path:
    path = folder / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    return path
