"""Raw keys on their way between the vault and a call; the only place that opens or seals one."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from bot.domain.session import Account
from storage import accounts
from storage.database import Database
from storage.vault import Vault, VaultError

_ACCOUNT = "account"
_HELD = "held key"
TAIL = 4
"""How many characters of a key are ever shown."""


def tail_of(key: str) -> str:
    """The end of a key, all that is shown of it."""
    return key[-TAIL:]


@dataclass(frozen=True, slots=True)
class Keys:
    """Seals keys for their row, and opens them for the one call they are needed for."""

    db: Database
    vault: Vault

    async def of(self, account: Account) -> str | None:
        """The raw key of a linked account, or None once it was unlinked."""
        sealed = await accounts.sealed_key(self.db, account.owner, account.id)
        if sealed is None:
            return None
        purpose = _purpose(account.provider)
        return self.vault.open(
            sealed, owner=account.owner, purpose=purpose, row=str(account.id)
        ).decode()

    def seal(self, key: str, *, owner: int, provider: str, account: int) -> bytes:
        """A key, sealed for the one row that it belongs to."""
        return self.vault.seal(
            key.encode(), owner=owner, purpose=_purpose(provider), row=str(account)
        )

    def hold(self, key: str, message: str, owner: int) -> str:
        """A key and the message it came in, sealed as text while its person says what it is."""
        both = json.dumps([key, message]).encode()
        sealed = self.vault.seal(both, owner=owner, purpose=_HELD, row="session")
        return base64.b64encode(sealed).decode()

    def held(self, sealed: str, owner: int) -> tuple[str, str] | None:
        """The key and message that `hold` sealed, or None where they cannot be opened any more."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            opened = self.vault.open(raw, owner=owner, purpose=_HELD, row="session")
        except (binascii.Error, VaultError):
            return None
        key, message = json.loads(opened)
        return key, message

    def fingerprint(self, key: str, provider: str) -> str:
        """What finds the same key again without the key."""
        return self.vault.fingerprint(key, provider)


def _purpose(provider: str) -> str:
    return f"{_ACCOUNT} {provider}"
