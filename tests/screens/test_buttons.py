"""Buttons: what fits into 64 bytes comes back as it was, and nothing else comes back at all."""

from __future__ import annotations

import typing
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.screens import buttons as b

KINDS: tuple[type[b.Action], ...] = typing.get_args(b.Action)

# What is in people's chats already: a line may be added, and none of these may ever change. An
# action that needs another field gets another code, and the old one keeps meaning what it meant.
FROZEN = {
    "h": "Home()",
    "lg": "Language(code: str)",
    "ll": "Languages()",
    "pr": "Protected()",
    "w": "Welcome()",
    "hk": "HeldKey(answer: str)",
    "ch": "Choose()",
    "b": "Browse(page: int)",
    "c": "OpenCategory(category: int, page: int)",
    "r": "Results(page: int)",
    "cs": "Categories(page: int)",
    "cx": "SortCategory(category: int, sorting: str, page: int)",
    "pl": "Platform(platform: str, page: int)",
    "sf": "Shelf(platform: str, aim: str, sorting: str, page: int)",
    "pp": "Popular()",
    "pn": "PageNumbers(of: str, page: int, last: int)",
    "li": "LinkIs(thing: str)",
    "la": "LinkAim(aim: str)",
    "lq": "LinkQuantity(quantity: int)",
    "op": "OnPlatform(platform: str)",
    "ot": "OtherServices(nonce: str)",
    "ut": "UseTyped(nonce: str, what: str)",
    "s": "OpenService(service: int)",
    "pt": "PickTarget(nonce: str, place: int, target: int)",
    "po": "PickOption(nonce: str, place: int, index: int)",
    "sk": "SkipField(nonce: str, place: int)",
    "q": "PickQuantity(nonce: str, quantity: int)",
    "bk": "StepBack(nonce: str, place: int)",
    "ed": "Edit(nonce: str, what: str)",
    "cp": "Coupon(nonce: str, what: str)",
    "ok": "Confirm(nonce: str)",
    "o2": "ConfirmTwice(nonce: str)",
    "x": "CancelDraft(nonce: str)",
    "sd": "ShowDraft(nonce: str)",
    "os": "Orders(which: str, page: int)",
    "Hf": "FindOrders()",
    "Hp": "FoundOrders(month: int, page: int)",
    "Hm": "OrderMonths()",
    "He": "ExportOrders(month: int)",
    "Hs": "Spending(month: int)",
    "Ht": "SpendingMonths()",
    "Hc": "SpendingChart(month: int, currency: str)",
    "Hd": "OrderDetails(order: int)",
    "Hr": "Receipt(order: int, price: int)",
    "o": "OpenOrder(order: int)",
    "ro": "RefreshOrder(order: int)",
    "ag": "Again(order: int)",
    "aw": "AgainWithout(order: int)",
    "af": "AgainFewer(order: int, quantity: int)",
    "si": "Similar(order: int)",
    "cn": "CheckNow(order: int)",
    "st": "SeenThere(order: int)",
    "nt": "NotThere(order: int, sure: int)",
    "rq": "AskFor(order: int, what: str)",
    "rx": "AskServa(order: int, what: str)",
    "qo": "ConfirmQueued(nonce: str, ahead: int, sure: int)",
    "qx": "DropQueued(queued: int)",
    "qt": "TakeQueued(queued: int)",
    "fu": "TakeUnfunded(draft: int)",
    "ml": "MassOrder()",
    "mp": "MassPage(nonce: str, page: int)",
    "mk": "MassConfirm(nonce: str, twice: int)",
    "mw": "MassShow(nonce: str)",
    "mx": "MassCancel(nonce: str)",
    "ob": "OpenBatch(batch: int)",
    "bo": "BatchOrders(batch: int, which: str, page: int)",
    "bm": "BatchSummary(batch: int)",
    "bs": "BatchStop(batch: int)",
    "br": "BatchRest(batch: int)",
    "bl": "Balance(fresh: int)",
    "cr": "Credits(fresh: int)",
    "se": "Settings()",
    "no": "Notify(what: str)",
    "nf": "Notifications()",
    "nk": "NotifyKind(kind: str, on: int)",
    "ni": "Night(on: int)",
    "az": "AskZone(zone: int)",
    "zo": "Zone(zone: int)",
    "mu": "Mute(order: int, on: int)",
    "lm": "Limits()",
    "al": "AskLimit(guard: str)",
    "sl": "SetLimit(guard: str, hundredths: int, sure: int)",
    "di": "Digits(native: int)",
    "rk": "ReplaceKey(provider: str)",
    "ul": "Unlink(provider: str, sure: int)",
    "er": "Erase(sure: int)",
    "he": "Help()",
    "fv": "Favourites(page: int, edit: int)",
    "fo": "OpenFavourite(favourite: int)",
    "fs": "ShowFavourite(favourite: int)",
    "fn": "NameFavourite(favourite: int)",
    "fp": "PlainName(favourite: int)",
    "fl": "LeaveName(favourite: int)",
    "fx": "RemoveFavourite(favourite: int)",
    "fd": "KeepDraft(nonce: str, what: str)",
    "fk": "KeepOrder(order: int)",
    "tg": "Targets(page: int)",
    "tx": "RemoveTarget(target: int, page: int)",
    "sh": "Share(what: str, number: int)",
    "pv": "Privacy()",
    "rs": "Resume()",
    "ms": "MessageServa(order: int)",
    "A": "Admin()",
    "Ap": "AdminPeople(page: int)",
    "Aq": "AdminPerson(person: int)",
    "Ab": "AdminBan(person: int, ban: int)",
    "Aa": "AdminAdmit(person: int, admit: int)",
    "Ao": "AdminOrders(which: str, page: int)",
    "A1": "AdminOrder(order: int)",
    "Ah": "AdminProviders()",
    "Au": "AdminUnit(unit: str)",
    "As": "AdminServiceUnit(service: int, unit: str)",
    "Aw": "AdminBroadcast()",
    "Ag": "AdminSend(nonce: str)",
    "Am": "AdminMaintenance(what: str)",
}

# As wide as they get: ids of Telegram have 52 bits, quantities end at 10**12, nonces are ours.
NUMBERS = st.integers(0, 2**52)
WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-", min_size=1, max_size=16)


def example(kind: type[b.Action], number: int = 7, word: str = "word") -> b.Action:
    return kind(*(number if entry.type == "int" else word for entry in fields(kind)))  # type: ignore[arg-type]


def actions() -> st.SearchStrategy[b.Action]:
    def of(kind: type[b.Action]) -> st.SearchStrategy[b.Action]:
        given = [NUMBERS if entry.type == "int" else WORDS for entry in fields(kind)]
        return st.builds(kind, *given)

    return st.one_of(*map(of, KINDS))


def test_no_code_is_ever_given_to_another_action() -> None:
    table = {}
    for kind in KINDS:
        shape = ", ".join(f"{entry.name}: {entry.type}" for entry in fields(kind))
        table[b.pack(example(kind)).split(":")[0]] = f"{kind.__name__}({shape})"
    assert table == FROZEN


@given(actions())
def test_an_action_fits_a_button_and_comes_back(action: b.Action) -> None:
    data = b.pack(action)
    assert 1 <= len(data.encode()) <= b.MAX_BYTES
    assert b.unpack(data) == action


@given(st.one_of(st.text(max_size=80), st.text("ohb:0123456789A-_ \u0660", max_size=20)))
def test_junk_means_nothing_or_exactly_what_it_says(data: str) -> None:
    action = b.unpack(data)
    assert action is None or b.pack(action) == data


@given(actions(), st.integers(0, 63), st.characters())
def test_a_changed_button_never_packs_to_something_else(
    action: b.Action, at: int, character: str
) -> None:
    data = b.pack(action)
    forged = data[:at] + character + data[at + 1 :]
    read = b.unpack(forged)
    assert read is None or b.pack(read) == forged


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "h:",
        "h:1",
        "zz",
        "o",
        "o:",
        "o:x",
        "o:-1",
        "o:+1",
        "o:01",
        "o:1_0",
        "o:١",
        "o:1:2",
        "o: 1",
        "o:1\n",
        "o:" + "9" * 19,
        "sd:" + "n" * 33,
        "sd:a b",
        "sd:é",
        "os:active",
        "os:active:0" + ":" * 60,
        "H",
    ],
)
def test_what_was_never_written_is_not_read(data: str) -> None:
    assert b.unpack(data) is None


@pytest.mark.parametrize(
    "action",
    [
        b.OpenOrder(-1),
        b.OpenOrder(10**18),
        b.ShowDraft(""),
        b.ShowDraft("a:b"),
        b.ShowDraft("n" * 33),
        b.ShowDraft("متابعين"),
        b.PickTarget("n" * 32, 10**17, 10**17),
    ],
)
def test_what_does_not_fit_is_refused_when_the_screen_is_made(action: b.Action) -> None:
    with pytest.raises(ValueError, match=type(action).__name__):
        b.pack(action)


def test_a_key_of_ours_carries_its_action_and_its_style() -> None:
    key = b.tap("Unlink", b.Unlink("serva"), "danger")
    assert (key.label, key.data, key.style) == ("Unlink", "ul:serva:0", "danger")
