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
class Languages:
    """Every language by its own name."""


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
class Categories:
    """A page of all categories, where Browse begins with the platforms."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class SortCategory:
    """A page of a category's services in another order: 'serva', 'price' or 'mine'."""

    category: int
    sorting: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Platform:
    """What there is for a platform; for the rest, a page of categories."""

    platform: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of what a platform has of one aim, or of 'all', in an order."""

    platform: str
    aim: str
    sorting: str = "serva"
    page: int = 0


@dataclass(frozen=True, slots=True)
class Popular:
    """What people here order most."""


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """The numbers of a list's pages around one of them; `of` is the action that shows a page."""

    of: str
    page: int
    last: int


@dataclass(frozen=True, slots=True)
class LinkIs:
    """What the pasted link leads to: a profile, a post, a video …"""

    thing: str


@dataclass(frozen=True, slots=True)
class LinkAim:
    """Show only what brings the pasted link this: followers, likes …, or 'all'."""

    aim: str


@dataclass(frozen=True, slots=True)
class LinkQuantity:
    """The typed number is how many are wanted."""

    quantity: int


@dataclass(frozen=True, slots=True)
class OnPlatform:
    """The typed user name is one of this platform."""

    platform: str


@dataclass(frozen=True, slots=True)
class OtherServices:
    """Other services for the link of a draft that was suggested."""

    nonce: str


@dataclass(frozen=True, slots=True)
class UseTyped:
    """What was typed at a draft is something else: 'search' for it, or it is a 'coupon'."""

    nonce: str
    what: str


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
class ConfirmTwice:
    """Order what the screen shows, having been asked twice."""

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
class FindOrders:
    """Look for a word among all of one's orders."""


@dataclass(frozen=True, slots=True)
class FoundOrders:
    """A page of what the word that was typed finds in a month (YYYYMM), or in all of them (0)."""

    month: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class OrderMonths:
    """Choose the month to look in."""


@dataclass(frozen=True, slots=True)
class ExportOrders:
    """The orders that were found, or those of a month, as a file."""

    month: int = 0


@dataclass(frozen=True, slots=True)
class Spending:
    """What a month (YYYYMM) cost; 0 is the present one."""

    month: int = 0


@dataclass(frozen=True, slots=True)
class SpendingMonths:
    """What the last months cost."""


@dataclass(frozen=True, slots=True)
class SpendingChart:
    """A picture of what a month cost, or of the last months (0), in one currency."""

    month: int
    currency: str


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """What happened to an order, step by step."""

    order: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message about an order to hand on, with (1) or without (0) what it cost."""

    order: int
    price: int


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
class AskFor:
    """Whether Serva shall really be asked to 'refill' or 'cancel' an order."""

    order: int
    what: str


@dataclass(frozen=True, slots=True)
class AskServa:
    """Ask Serva to 'refill' or 'cancel' an order."""

    order: int
    what: str


@dataclass(frozen=True, slots=True)
class ConfirmQueued:
    """Order what the screen shows once this order has ended. `sure` is 1 after a question."""

    nonce: str
    ahead: int
    sure: int = 0


@dataclass(frozen=True, slots=True)
class DropQueued:
    """Do not order what was to be ordered once another order has ended."""

    queued: int


@dataclass(frozen=True, slots=True)
class TakeQueued:
    """Order what was to be ordered once another had ended, at today's price."""

    queued: int


@dataclass(frozen=True, slots=True)
class TakeUnfunded:
    """Go on with the draft that waited for money, at today's price."""

    draft: int


@dataclass(frozen=True, slots=True)
class MassOrder:
    """Ask for a list of orders."""


@dataclass(frozen=True, slots=True)
class MassPage:
    """A page of the lines of a list that cannot be ordered."""

    nonce: str
    page: int


@dataclass(frozen=True, slots=True)
class MassConfirm:
    """Order what the list shows; `twice` is 1 for the second yes to a large sum."""

    nonce: str
    twice: int = 0


@dataclass(frozen=True, slots=True)
class MassShow:
    """Look through the list anew: after a top-up, or when Serva did not answer."""

    nonce: str


@dataclass(frozen=True, slots=True)
class MassCancel:
    """Drop the list."""

    nonce: str


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """Show the card of a mass order here."""

    batch: int


@dataclass(frozen=True, slots=True)
class BatchOrders:
    """A page of a mass order's orders: `which` is 'all' or 'missed'."""

    batch: int
    which: str = "all"
    page: int = 0


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A file that says what became of every order of a mass order."""

    batch: int


@dataclass(frozen=True, slots=True)
class BatchStop:
    """Send nothing more of a mass order."""

    batch: int


@dataclass(frozen=True, slots=True)
class BatchRest:
    """Look at what was not sent of a mass order, as a list to go on with."""

    batch: int


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
    """What rings: `what` is 'all', 'important' or 'none'."""

    what: str


@dataclass(frozen=True, slots=True)
class Notifications:
    """What rings, kind by kind, and when it makes no sound."""


@dataclass(frozen=True, slots=True)
class NotifyKind:
    """Let one kind of notices ring (1), or not (0)."""

    kind: str
    on: int


@dataclass(frozen=True, slots=True)
class Night:
    """Silent at night (1), or not (0)."""

    on: int


@dataclass(frozen=True, slots=True)
class AskZone:
    """Ask for the person's time; guesses are around `zone`, in minutes ahead of UTC-12."""

    zone: int


@dataclass(frozen=True, slots=True)
class Zone:
    """The person's clock is so many minutes ahead of UTC-12."""

    zone: int


@dataclass(frozen=True, slots=True)
class Mute:
    """Let nothing ring about an order (1), or again (0)."""

    order: int
    on: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The spending limits."""


@dataclass(frozen=True, slots=True)
class AskLimit:
    """Ask for the limit 'daily' or 'twice'."""

    guard: str


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Set a limit, in hundredths, or lift it (0): raising it asks first (`sure` 0)."""

    guard: str
    hundredths: int
    sure: int = 0


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
class Privacy:
    """What is kept about a person, and how long."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Back to the question that is open."""


@dataclass(frozen=True, slots=True)
class MessageServa:
    """What to tell Serva's support about an order."""

    order: int


@dataclass(frozen=True, slots=True)
class Favourites:
    """A page of favourites; `edit` 1 to look at one, 0 to order it."""

    page: int = 0
    edit: int = 0


@dataclass(frozen=True, slots=True)
class OpenFavourite:
    """Begin a draft of a favourite."""

    favourite: int


@dataclass(frozen=True, slots=True)
class ShowFavourite:
    """A favourite, and what can be done with it."""

    favourite: int


@dataclass(frozen=True, slots=True)
class NameFavourite:
    """Ask for a favourite's name."""

    favourite: int


@dataclass(frozen=True, slots=True)
class PlainName:
    """Call a favourite what its service is called."""

    favourite: int


@dataclass(frozen=True, slots=True)
class LeaveName:
    """Leave a favourite's name as it is."""

    favourite: int


@dataclass(frozen=True, slots=True)
class RemoveFavourite:
    """Keep a favourite no longer."""

    favourite: int


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """Keep what the open draft is about among the favourites, or no longer: 'add' or 'remove'."""

    nonce: str
    what: str


@dataclass(frozen=True, slots=True)
class KeepOrder:
    """Keep what an order was about among the favourites."""

    order: int


@dataclass(frozen=True, slots=True)
class Targets:
    """A page of saved targets."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class RemoveTarget:
    """Offer a saved target no longer, and show the page again."""

    target: int
    page: int


@dataclass(frozen=True, slots=True)
class Share:
    """The link to a 'service', a 'category' or a 'favourite'."""

    what: str
    number: int


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
    | Languages
    | Protected
    | Welcome
    | HeldKey
    | Choose
    | Browse
    | OpenCategory
    | Results
    | Categories
    | SortCategory
    | Platform
    | Shelf
    | Popular
    | PageNumbers
    | LinkIs
    | LinkAim
    | LinkQuantity
    | OnPlatform
    | OtherServices
    | UseTyped
    | OpenService
    | PickTarget
    | PickOption
    | SkipField
    | PickQuantity
    | StepBack
    | Edit
    | Coupon
    | Confirm
    | ConfirmTwice
    | CancelDraft
    | ShowDraft
    | Orders
    | FindOrders
    | FoundOrders
    | OrderMonths
    | ExportOrders
    | Spending
    | SpendingMonths
    | SpendingChart
    | OrderDetails
    | Receipt
    | OpenOrder
    | RefreshOrder
    | Again
    | AgainWithout
    | AgainFewer
    | Similar
    | CheckNow
    | SeenThere
    | NotThere
    | AskFor
    | AskServa
    | ConfirmQueued
    | DropQueued
    | TakeQueued
    | TakeUnfunded
    | MassOrder
    | MassPage
    | MassConfirm
    | MassShow
    | MassCancel
    | OpenBatch
    | BatchOrders
    | BatchSummary
    | BatchStop
    | BatchRest
    | Balance
    | Credits
    | Settings
    | Notify
    | Notifications
    | NotifyKind
    | Night
    | AskZone
    | Zone
    | Mute
    | Limits
    | AskLimit
    | SetLimit
    | Digits
    | ReplaceKey
    | Unlink
    | Erase
    | Help
    | Privacy
    | Resume
    | MessageServa
    | Favourites
    | OpenFavourite
    | ShowFavourite
    | NameFavourite
    | PlainName
    | LeaveName
    | RemoveFavourite
    | KeepDraft
    | KeepOrder
    | Targets
    | RemoveTarget
    | Share
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
    "ll": Languages,
    "pr": Protected,
    "w": Welcome,
    "hk": HeldKey,
    "ch": Choose,
    "b": Browse,
    "c": OpenCategory,
    "r": Results,
    "cs": Categories,
    "cx": SortCategory,
    "pl": Platform,
    "sf": Shelf,
    "pp": Popular,
    "pn": PageNumbers,
    "li": LinkIs,
    "la": LinkAim,
    "lq": LinkQuantity,
    "op": OnPlatform,
    "ot": OtherServices,
    "ut": UseTyped,
    "s": OpenService,
    "pt": PickTarget,
    "po": PickOption,
    "sk": SkipField,
    "q": PickQuantity,
    "bk": StepBack,
    "ed": Edit,
    "cp": Coupon,
    "ok": Confirm,
    "o2": ConfirmTwice,
    "x": CancelDraft,
    "sd": ShowDraft,
    "os": Orders,
    "Hf": FindOrders,
    "Hp": FoundOrders,
    "Hm": OrderMonths,
    "He": ExportOrders,
    "Hs": Spending,
    "Ht": SpendingMonths,
    "Hc": SpendingChart,
    "Hd": OrderDetails,
    "Hr": Receipt,
    "o": OpenOrder,
    "ro": RefreshOrder,
    "ag": Again,
    "aw": AgainWithout,
    "af": AgainFewer,
    "si": Similar,
    "cn": CheckNow,
    "st": SeenThere,
    "nt": NotThere,
    "rq": AskFor,
    "rx": AskServa,
    "qo": ConfirmQueued,
    "qx": DropQueued,
    "qt": TakeQueued,
    "fu": TakeUnfunded,
    "ml": MassOrder,
    "mp": MassPage,
    "mk": MassConfirm,
    "mw": MassShow,
    "mx": MassCancel,
    "ob": OpenBatch,
    "bo": BatchOrders,
    "bm": BatchSummary,
    "bs": BatchStop,
    "br": BatchRest,
    "bl": Balance,
    "cr": Credits,
    "se": Settings,
    "no": Notify,
    "nf": Notifications,
    "nk": NotifyKind,
    "ni": Night,
    "az": AskZone,
    "zo": Zone,
    "mu": Mute,
    "lm": Limits,
    "al": AskLimit,
    "sl": SetLimit,
    "di": Digits,
    "rk": ReplaceKey,
    "ul": Unlink,
    "er": Erase,
    "he": Help,
    "pv": Privacy,
    "rs": Resume,
    "ms": MessageServa,
    "fv": Favourites,
    "fo": OpenFavourite,
    "fs": ShowFavourite,
    "fn": NameFavourite,
    "fp": PlainName,
    "fl": LeaveName,
    "fx": RemoveFavourite,
    "fd": KeepDraft,
    "fk": KeepOrder,
    "tg": Targets,
    "tx": RemoveTarget,
    "sh": Share,
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


def page_numbers(action: Action, last: int) -> PageNumbers:
    """The way to the pages, up to `last`, of the list that an action shows a page of."""
    of, _, page = pack(action).rpartition(":")
    return PageNumbers(of.replace(":", "-"), int(page), last)


def at_page(numbers: PageNumbers, page: int) -> Action | None:
    """The action that shows another page of that list; None where nothing is shown in pages so."""
    action = unpack(f"{numbers.of.replace('-', ':')}:{page}")
    paged = action is not None and [entry.name for entry in fields(action)][-1:] == ["page"]
    return action if paged else None


def tap(label: str, action: Action, style: Style = "") -> Button:
    """A key that does something of ours."""
    return Button(label, data=pack(action), style=style)
