"""What a tap means: typed actions that pack into the 64 bytes Telegram gives a button.

Integers are ours and never used again, so an old button can be out of date but never mean
something else. Text in an action is a nonce or a fixed word, never what somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

from bot.screens.screen import Button, Style

MAX_BYTES = 64
"""Telegram's limit for `callback_data`."""


@dataclass(frozen=True, slots=True)
class Home:
    """Go home."""


@dataclass(frozen=True, slots=True)
class Language:
    """Speak this language from now on."""

    code: str


@dataclass(frozen=True, slots=True)
class Protected:
    """How the key is protected."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """Back to the first screen of somebody without a key."""


@dataclass(frozen=True, slots=True)
class HeldKey:
    """What key-shaped text was: `answer` is 'key' or 'text'."""

    answer: str


@dataclass(frozen=True, slots=True)
class Choose:
    """The choice without the balance: what /order shows."""


@dataclass(frozen=True, slots=True)
class Browse:
    """A page of categories."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenCategory:
    """A page of a category's services."""

    category: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what the last typed word found."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenService:
    """Begin a draft of this service."""

    service: int


@dataclass(frozen=True, slots=True)
class PickTarget:
    """Answer the question at this place with a saved target.

    The place keeps a second tap from answering the question that the first one led to.
    """

    nonce: str
    place: int
    target: int


@dataclass(frozen=True, slots=True)
class PickOption:
    """Answer the field that is asked at `place` with its option number `index`."""

    nonce: str
    place: int
    index: int


@dataclass(frozen=True, slots=True)
class SkipField:
    """Leave the optional field that is asked at this place empty."""

    nonce: str
    place: int


@dataclass(frozen=True, slots=True)
class PickQuantity:
    """Answer the open quantity."""

    nonce: str
    quantity: int


@dataclass(frozen=True, slots=True)
class StepBack:
    """From the question at this place one back in the draft."""

    nonce: str
    place: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Ask again: `what` is 'details' or 'quantity'."""

    nonce: str
    what: str


@dataclass(frozen=True, slots=True)
class Coupon:
    """Ask for a coupon, or take it away: `what` is 'add' or 'remove'."""

    nonce: str
    what: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Order what the screen shows."""

    nonce: str


@dataclass(frozen=True, slots=True)
class CancelDraft:
    """Drop the draft."""

    nonce: str


@dataclass(frozen=True, slots=True)
class ShowDraft:
    """Build the open draft's screen again: after a top-up, or when Serva did not answer."""

    nonce: str


@dataclass(frozen=True, slots=True)
class Orders:
    """A page of my orders: `which` is 'active' or 'finished'."""

    which: str = "active"
    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Show an order's card here."""

    order: int


@dataclass(frozen=True, slots=True)
class RefreshOrder:
    """Ask Serva about an order now."""

    order: int


@dataclass(frozen=True, slots=True)
class Again:
    """Order the same once more, at today's price."""

    order: int


@dataclass(frozen=True, slots=True)
class AgainWithout:
    """Order the same once more without its coupon."""

    order: int


@dataclass(frozen=True, slots=True)
class AgainFewer:
    """Order the same once more with this quantity."""

    order: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Similar:
    """Services like the one that an order was refused for."""

    order: int


@dataclass(frozen=True, slots=True)
class CheckNow:
    """Look at the balance for evidence about an unknown order."""

    order: int


@dataclass(frozen=True, slots=True)
class SeenThere:
    """The person sees an unknown order at Serva, and will type its id."""

    order: int


@dataclass(frozen=True, slots=True)
class NotThere:
    """The person says that an unknown order is not at Serva. `sure` is 1 after the question."""

    order: int
    sure: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance; `fresh` 1 asks Serva now."""

    fresh: int = 0


@dataclass(frozen=True, slots=True)
class Credits:
    """Servya's credits; `fresh` 1 asks Servya now."""

    fresh: int = 0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Notifications: `what` is 'important' or 'none'."""

    what: str


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits: 1 for the language's own, 0 for western ones."""

    native: int


@dataclass(frozen=True, slots=True)
class ReplaceKey:
    """Ask for a new key of 'serva' or 'servya'."""

    provider: str


@dataclass(frozen=True, slots=True)
class Unlink:
    """Forget a key: asks first (`sure` 0), then does it (1)."""

    provider: str
    sure: int = 0


@dataclass(frozen=True, slots=True)
class Erase:
    """Delete my data: asks first (`sure` 0), then does it (1)."""

    sure: int = 0


@dataclass(frozen=True, slots=True)
class Help:
    """Help."""


@dataclass(frozen=True, slots=True)
class Admin:
    """The operator's overview."""


@dataclass(frozen=True, slots=True)
class AdminPeople:
    """A page of people, the latest seen first."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class AdminPerson:
    """One person."""

    person: int


@dataclass(frozen=True, slots=True)
class AdminBan:
    """Ban (1) or unban (0) a person."""

    person: int
    ban: int


@dataclass(frozen=True, slots=True)
class AdminAdmit:
    """Let a person in (1), or take that back (0), where the bot is not open to all."""

    person: int
    admit: int


@dataclass(frozen=True, slots=True)
class AdminOrders:
    """A page of everybody's orders: `which` is 'all' or 'unknown'."""

    which: str = "all"
    page: int = 0


@dataclass(frozen=True, slots=True)
class AdminOrder:
    """One order, with its calls and evidence."""

    order: int


@dataclass(frozen=True, slots=True)
class AdminProviders:
    """How the providers answer."""


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """Say the price unit of all services: a unit's name, or 'assumed' to take it back."""

    unit: str


@dataclass(frozen=True, slots=True)
class AdminServiceUnit:
    """Say the price unit of one service: a unit's name, or 'assumed' to take it back."""

    service: int
    unit: str


@dataclass(frozen=True, slots=True)
class AdminBroadcast:
    """Write a broadcast."""


@dataclass(frozen=True, slots=True)
class AdminSend:
    """Send the previewed broadcast."""

    nonce: str


@dataclass(frozen=True, slots=True)
class AdminMaintenance:
    """Maintenance: `what` is 'show', 'on', 'off' or 'words'."""

    what: str = "show"


Action: TypeAlias = (
    Home
    | Language
    | Protected
    | Welcome
    | HeldKey
    | Choose
    | Browse
    | OpenCategory
    | Results
    | OpenService
    | PickTarget
    | PickOption
    | SkipField
    | PickQuantity
    | StepBack
    | Edit
    | Coupon
    | Confirm
    | CancelDraft
    | ShowDraft
    | Orders
    | OpenOrder
    | RefreshOrder
    | Again
    | AgainWithout
    | AgainFewer
    | Similar
    | CheckNow
    | SeenThere
    | NotThere
    | Balance
    | Credits
    | Settings
    | Notify
    | Digits
    | ReplaceKey
    | Unlink
    | Erase
    | Help
    | Admin
    | AdminPeople
    | AdminPerson
    | AdminBan
    | AdminAdmit
    | AdminOrders
    | AdminOrder
    | AdminProviders
    | AdminUnit
    | AdminServiceUnit
    | AdminBroadcast
    | AdminSend
    | AdminMaintenance
)

# A code is never given to another action: buttons of years ago are still in people's chats.
_ACTIONS: Mapping[str, type[Action]] = {
    "h": Home,
    "lg": Language,
    "pr": Protected,
    "w": Welcome,
    "hk": HeldKey,
    "ch": Choose,
    "b": Browse,
    "c": OpenCategory,
    "r": Results,
    "s": OpenService,
    "pt": PickTarget,
    "po": PickOption,
    "sk": SkipField,
    "q": PickQuantity,
    "bk": StepBack,
    "ed": Edit,
    "cp": Coupon,
    "ok": Confirm,
    "x": CancelDraft,
    "sd": ShowDraft,
    "os": Orders,
    "o": OpenOrder,
    "ro": RefreshOrder,
    "ag": Again,
    "aw": AgainWithout,
    "af": AgainFewer,
    "si": Similar,
    "cn": CheckNow,
    "st": SeenThere,
    "nt": NotThere,
    "bl": Balance,
    "cr": Credits,
    "se": Settings,
    "no": Notify,
    "di": Digits,
    "rk": ReplaceKey,
    "ul": Unlink,
    "er": Erase,
    "he": Help,
    "A": Admin,
    "Ap": AdminPeople,
    "Aq": AdminPerson,
    "Ab": AdminBan,
    "Aa": AdminAdmit,
    "Ao": AdminOrders,
    "A1": AdminOrder,
    "Ah": AdminProviders,
    "Au": AdminUnit,
    "As": AdminServiceUnit,
    "Aw": AdminBroadcast,
    "Ag": AdminSend,
    "Am": AdminMaintenance,
}
_CODES: Mapping[type[Action], str] = {kind: code for code, kind in _ACTIONS.items()}
_WORD = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


def pack(action: Action) -> str:
    """The callback data of an action: 1 to 64 ASCII characters; ValueError where it cannot be."""
    parts = [_CODES[type(action)]]
    for entry in fields(action):
        value = getattr(action, entry.name)
        text = str(value)
        if not (_NUMBER if isinstance(value, int) else _WORD).fullmatch(text):
            raise ValueError(f"{type(action).__name__}.{entry.name} does not fit a button")
        parts.append(text)
    data = ":".join(parts)
    if len(data) > MAX_BYTES:
        raise ValueError(f"{type(action).__name__} is longer than {MAX_BYTES} bytes")
    return data


def unpack(data: str) -> Action | None:
    """The action of a button, or None for anything that `pack` never wrote."""
    code, *parts = data.split(":")
    kind = _ACTIONS.get(code)
    if kind is None or len(data) > MAX_BYTES:
        return None
    entries = fields(kind)
    if len(parts) != len(entries):
        return None
    values: list[int | str] = []
    for entry, part in zip(entries, parts, strict=True):
        if entry.type == "int":
            if not _NUMBER.fullmatch(part):
                return None
            values.append(int(part))
        elif _WORD.fullmatch(part):
            values.append(part)
        else:
            return None
    return kind(*values)  # type: ignore[arg-type]


def tap(label: str, action: Action, style: Style = "") -> Button:
    """A key that does something of ours."""
    return Button(label, data=pack(action), style=style)
