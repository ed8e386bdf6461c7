"""Seals secrets for one owner, purpose and row, and keeps the master key file; stores nothing else.

A sealed value::

    1 byte   version, 1
    4 bytes  id of the master key, so that old and new keys work side by side while keys rotate
    12 bytes nonce, random
    rest     AES-256-GCM ciphertext and its 16-byte tag

All that says where it belongs (header, owner, purpose, row) is authenticated with it, so a sealed
value that is moved to another row or person does not open. Nonces being random, one master key is
good for 2**32 seals (NIST SP 800-38D, 8.3): at ten a second, thirteen years.

Errors::

    VaultError
    ├─ SealBroken         altered, cut short, or sealed for another owner, purpose or row
    ├─ UnknownKey         sealed with a master key that is not at hand
    ├─ WrongMasterKey     the master key is not the one of this database
    └─ MasterKeyUnusable  the key file cannot be read, or holds no key
       └─ MasterKeyMissing
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES: Final = 32

_VERSION: Final = b"\x01"
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_HEADER_BYTES: Final = len(_VERSION) + _ID_BYTES


class VaultError(Exception):
    """The root of everything that sealing and opening can do wrong; never quotes a secret."""


class SealBroken(VaultError):
    """The value was altered, cut short, or sealed for another owner, purpose or row."""


class UnknownKey(VaultError):
    """The value was sealed with a master key that is not at hand."""


class WrongMasterKey(VaultError):
    """The master key is not the one that this database was sealed with."""


class MasterKeyUnusable(VaultError):
    """The master key file cannot be read or made, is open to others, or holds no key."""


class MasterKeyMissing(MasterKeyUnusable):
    """There is no master key file."""


class Vault:
    """Seals with the first of its master keys and opens with any of them."""

    def __init__(
        self, keys: Sequence[bytes], random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        """`keys` are 32 bytes each, the newest first. Raises ValueError for none or a wrong one.

        `random` gives so many bytes that nobody foresees.
        """
        if not keys:
            raise ValueError("a vault needs a master key")
        derived = [_MasterKey(key) for key in keys]
        self._first = derived[0]
        self._random = random
        self._by_id = {key.id: key for key in derived}
        if len(self._by_id) != len(derived):
            raise ValueError("two master keys are the same")

    def __repr__(self) -> str:
        return f"Vault({', '.join(key_id.hex() for key_id in self._by_id)})"

    def seal(self, plain: bytes, *, owner: int, purpose: str, row: str) -> bytes:
        """Seal `plain` for exactly this place; 33 bytes longer, and never the same twice.

        `owner` fits in 64 bits (OverflowError), `purpose` names the column, `row` its row.
        """
        header = _VERSION + self._first.id
        nonce = self._random(_NONCE_BYTES)
        place = _place(header, owner, purpose, row)
        return header + nonce + self._first.cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, *, owner: int, purpose: str, row: str) -> bytes:
        """What was sealed for exactly this place. Raises SealBroken, UnknownKey."""
        if len(sealed) < _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES or sealed[:1] != _VERSION:
            raise SealBroken("not a sealed value")
        header, rest = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
        key = self._by_id.get(header[1:])
        if key is None:
            raise UnknownKey(f"sealed with the master key {header[1:].hex()}, which is not at hand")
        nonce, encrypted = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        try:
            return key.cipher.decrypt(nonce, encrypted, _place(header, owner, purpose, row))
        except InvalidTag:
            raise SealBroken("altered, or sealed for another place") from None

    def fingerprint(self, key: str, provider: str) -> str:
        """64 hexadecimal digits that are equal for equal API keys and tell nothing about them.

        Made with the first master key: whoever rotates keys writes the fingerprints anew as well.
        """
        message = _framed(provider) + _framed(key)
        return hmac.digest(self._first.fingerprinting, message, "sha256").hex()

    def canary(self) -> str:
        """64 hexadecimal digits by which `verify_canary` knows the first master key again."""
        return self._first.canary

    def verify_canary(self, canary: str) -> None:
        """Raises WrongMasterKey unless one of the keys made `canary`."""
        if not any(hmac.compare_digest(key.canary, canary) for key in self._by_id.values()):
            raise WrongMasterKey(
                "this database was sealed with another master key: put that one back"
            )


class _MasterKey:
    """The keys derived from one master key, one for each use, which itself is not kept."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, not {len(secret)}")
        self.id = _derive(secret, "id")[:_ID_BYTES]
        self.cipher = AESGCM(_derive(secret, "seal"))
        self.fingerprinting = _derive(secret, "fingerprint")
        self.canary = _derive(secret, "canary").hex()


def load_or_create_master_key(path: Path) -> tuple[bytes, bool]:
    """The master key in the file `path`, and whether it was made just now.

    A new file gets the mode 0600 and is on the disk when this returns; its folder must exist.
    Raises MasterKeyUnusable.
    """
    try:
        return load_master_key(path), False
    except MasterKeyMissing:
        return _create_master_key(path), True


def load_master_key(path: Path) -> bytes:
    """The master key in the file `path`: a line of 64 hexadecimal digits; lines with # are notes.

    A file that others may read or change is refused, unless it is mounted read-only: secrets that
    a service manager mounts come with modes of its own and cannot be changed from inside.
    Raises MasterKeyMissing, MasterKeyUnusable.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            mounted = os.fstatvfs(file.fileno()).f_flag & os.ST_RDONLY
            text = file.read(4096).decode("utf-8", "replace")
    except FileNotFoundError:
        raise MasterKeyMissing(f"there is no master key file {path}") from None
    except OSError as error:
        raise MasterKeyUnusable(f"{path} cannot be read: {error.strerror}") from error
    if mode & 0o077 and not mounted:
        raise MasterKeyUnusable(f"others may open the master key file: chmod 600 {path}")
    return _key_in(text, path)


def _key_in(text: str, path: Path) -> bytes:
    lines = [line.strip() for line in text.splitlines()]
    held = [line for line in lines if line and not line.startswith("#")]
    if len(held) != 1 or not re.fullmatch(r"[0-9a-fA-F]{64}", held[0]):
        raise MasterKeyUnusable(
            f"{path} should hold one line of 64 hexadecimal digits, as `openssl rand -hex 32` makes"
        )
    return bytes.fromhex(held[0])


def _create_master_key(path: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    try:
        # Exclusive: a key that is already there is never written over.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(
                    "# The master key. Without it no linked account can be read: keep a copy in"
                    f" another place.\n{key.hex()}\n"
                )
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            path.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise MasterKeyUnusable(f"{path} cannot be made: {error.strerror}") from error
    return key


def _sync_folder(folder: Path) -> None:
    # Without this a power cut may forget the name of a file whose bytes are safe.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _derive(secret: bytes, use: str) -> bytes:
    info = f"serva-bot vault 1: {use}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def _place(header: bytes, owner: int, purpose: str, row: str) -> bytes:
    return header + owner.to_bytes(8, "big", signed=True) + _framed(purpose) + _framed(row)


def _framed(text: str) -> bytes:
    # The length in front keeps ("ab", "c") and ("a", "bc") apart.
    data = text.encode()
    return len(data).to_bytes(4, "big") + data
