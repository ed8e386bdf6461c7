"""Screens about keys: welcome, linking, what went wrong with a key, unlinking, erasing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.refusal import Meaning
from bot.screens import buttons as b
from bot.screens.buttons import tap
from bot.screens.layout import bold, copyable, home, screen
from bot.screens.places import Places
from bot.screens.screen import Button, Screen
from bot.texts.words import LANGUAGES, Words, mark

_NAMED = 8  # orders that a sentence names


def welcome(t: Words, places: Places, note: str = "") -> Screen:
    """The first screen of somebody without a key."""
    run_by = (
        t("Order from Serva here. Run by {operator}, not by Serva.", operator=places.operator_name)
        if places.operator_name
        else t("Order from Serva here. This bot is not run by Serva.")
    )
    return screen(
        t,
        [
            *_noted(note),
            bold(run_by),
            "",
            t(
                "Your key can spend your Serva balance: it is stored encrypted, and I spend only"
                " when you tap Order. Unlink here or revoke it on Serva at any time."
            ),
            "",
            bold(t("Paste your API key to begin.")),
        ],
        [
            [places.get_a_key(t)],
            [tap(t("How it is protected"), b.Protected())],
            *_other_languages(t),
        ],
    )


def protected(t: Words, places: Places) -> Screen:
    """How the key is protected, in plain words."""
    return screen(
        t,
        [
            bold(t("How your key is protected")),
            "",
            t(
                "I delete the message with your key from this chat as soon as I have read it, or"
                " tell you that I could not."
            ),
            t(
                "The key is encrypted before it is stored. Only its last four characters are ever"
                " shown."
            ),
            t("It is used for nothing but your balance, your catalogue and your orders."),
            t(
                "The operator of this bot could technically use it. Link it only if you trust"
                " them, and revoke it on Serva whenever you want."
            ),
        ],
        [[places.get_a_key(t)], [tap(t("Back"), b.Welcome()), home(t)]],
    )


def checking_key(t: Words) -> Screen:
    """While the key is tried."""
    return screen(t, [t("Checking your key with Serva…")])


def checking_credits_key(t: Words) -> Screen:
    """While a Servya key is tried."""
    return screen(t, [t("Checking your key with Servya…")])


def paste_key(t: Words, places: Places, replacing: bool, note: str = "") -> Screen:
    """Waiting for a Serva key."""
    return screen(
        t,
        [
            *_noted(note),
            t("Paste your Serva API key here."),
            *(
                [
                    t("Your linked key stays until Serva accepts the new one."),
                    t("Serva allows one key; a new one may stop your other tools."),
                ]
                if replacing
                else []
            ),
        ],
        [[places.get_a_key(t)], [tap(t("Back"), b.Settings()), home(t)]],
    )


def key_problem(
    t: Words,
    places: Places,
    meaning: Meaning,
    text: str = "",
    request_id: str = "",
    deleted: bool = True,
) -> Screen:
    """Why Serva refuses a key: a sentence and a next step for each reason."""
    sentence, step, rows = _key_words(t, places, meaning, text)
    return screen(
        t,
        [
            bold(sentence),
            not_deleted(t) if not deleted else None,
            step,
            *traced(t, request_id),
        ],
        [*rows, *copy_request_id(t, request_id), [home(t)]],
    )


def key_not_checked(
    t: Words, tail: str, deleted: bool, request_id: str = "", says: str = "", note: str = ""
) -> Screen:
    """Serva gave no balance, or an error about something else: the key is never blamed for it."""
    return screen(
        t,
        [
            *_noted(note),
            bold(t("Serva says: {text}", text=says))
            if says
            else bold(t("Serva is not answering right now.")),
            t(
                "Your key …{tail} was not checked and not stored. This is not about your key.",
                tail=tail,
            ),
            not_deleted(t) if not deleted else None,
            t("Paste the key again in a minute, or tap Try again."),
            *traced(t, request_id),
        ],
        [[tap(t("Try again"), b.HeldKey("key"))], *copy_request_id(t, request_id), [home(t)]],
    )


def linked_note(t: Words, tail: str, balance: str, deleted: bool) -> str:
    """The line above Home after a key was linked."""
    line = t("Key …{tail} linked. Balance {balance}.", tail=tail, balance=balance)
    return line if deleted else line + "\n" + not_deleted(t)


def not_deleted(t: Words) -> str:
    """The message with the key is still in the chat."""
    return t("I could not delete your message with the key: please delete it yourself.")


def is_it_a_key(t: Words, tail: str, deleted: bool, note: str = "") -> Screen:
    """Key-shaped text was seen where no key was asked for."""
    return screen(
        t,
        [
            *_noted(note),
            bold(
                t("That looks like an API key (…{tail}), so I took it out of the chat.", tail=tail)
            )
            if deleted
            else bold(t("That looks like an API key (…{tail}).", tail=tail)),
            not_deleted(t) if not deleted else None,
            t("Is it a Serva key that you want to link?"),
        ],
        [
            [tap(t("Link this key"), b.HeldKey("key"))],
            [tap(t("It is not a key"), b.HeldKey("text"))],
            [home(t)],
        ],
    )


def replace_key(
    t: Words, old: str, new: str, moving: Sequence[str], deleted: bool, note: str = ""
) -> Screen:
    """A key is linked already: the new one replaces it after a yes."""
    return screen(
        t,
        [
            *_noted(note),
            bold(t("Replace key …{old} with …{new}?", old=old, new=new)),
            not_deleted(t) if not deleted else None,
            *moving,
        ],
        [[tap(t("Replace key"), b.HeldKey("key"))], [tap(t("Back"), b.HeldKey("keep")), home(t)]],
    )


def revoke_now(t: Words, deleted: bool) -> Screen:
    """A key was posted in a group."""
    return screen(
        t,
        [
            bold(t("Somebody posted an API key here.")),
            t("I deleted the message, but others may have seen it.")
            if deleted
            else t("I could not delete the message: please delete it."),
            bold(t("Revoke this key now on Serva and make a new one.")),
        ],
    )


def ask_unlink(t: Words, provider: str, tail: str, moving: Sequence[str]) -> Screen:
    """Before a key is forgotten."""
    back: b.Action = b.Settings() if provider == "serva" else b.Credits()
    return screen(
        t,
        [
            bold(t("Unlink key …{tail}?", tail=tail)),
            t("I delete the stored key. Link it again, and I follow its orders again.")
            if provider == "serva"
            else t("I delete the stored key."),
            *moving,
        ],
        [
            [tap(t("Unlink"), b.Unlink(provider, 1), "danger")],
            [tap(t("Back"), back), home(t)],
        ],
    )


def ask_erase(t: Words, moving: Sequence[str]) -> Screen:
    """Before everything about a person is deleted."""
    return screen(
        t,
        [
            bold(t("Delete everything I know about you?")),
            t(
                "Your keys, orders, settings, favourites and saved links here are deleted. This"
                " cannot be undone."
            ),
            t("Serva keeps its own records."),
            *moving,
        ],
        [
            [tap(t("Delete my data"), b.Erase(1), "danger")],
            [tap(t("Back"), b.Settings()), home(t)],
        ],
    )


def waiting_to_erase(t: Words) -> Screen:
    """An order is on its way to Serva; its outcome has to be known first."""
    return screen(t, [t("An order is being sent to Serva. I wait for its answer, then delete…")])


def erase_later(t: Words) -> Screen:
    """An order is still on its way; deleting now could lose its outcome."""
    return screen(
        t,
        [
            bold(t("Nothing is deleted yet.")),
            t("An order is still being sent to Serva. Try again in two minutes."),
        ],
        [[tap(t("Try again"), b.Erase(0))], [home(t)]],
    )


def erased(t: Words, active: int) -> Screen:
    """Everything is gone."""
    return screen(
        t,
        [
            bold(t("Your data is deleted.")),
            left_behind(t, active),
            t("Send {command} if you want to begin again.", command="/start"),
        ],
    )


def moving(t: Words, active: int, waiting: int, unknown: Sequence[int]) -> list[str]:
    """What becomes of orders in flight: `active` and `unknown` at Serva, `waiting` not sent yet."""
    lines = [
        left_behind(t, active),
        t.n(
            "{count} order is not sent yet: it will not be sent.",
            "{count} orders are not sent yet: they will not be sent.",
            waiting,
        )
        if waiting
        else None,
        unknown_ones(t, unknown),
    ]
    return [line for line in lines if line]


def left_behind(t: Words, active: int) -> str | None:
    """What goes on at Serva without us, or None where nothing does."""
    if not active:
        return None
    return t.n(
        "{count} order goes on at Serva; I will stop telling you.",
        "{count} orders go on at Serva; I will stop telling you.",
        active,
    )


def unknown_ones(t: Words, orders: Sequence[int]) -> str | None:
    """Names the orders whose outcome nobody knows yet."""
    if not orders:
        return None
    named = [t("#{order}", order=str(order)) for order in orders[:_NAMED]]
    if len(orders) > _NAMED:
        named.append("…")
    return t.n(
        "Serva has not confirmed order {orders}: it may have been charged. Look there first.",
        "Serva has not confirmed orders {orders}: they may have been charged. Look there first.",
        len(orders),
        orders=t(mark(", ")).join(named),
    )


def traced(t: Words, request_id: str) -> list[str]:
    """The line by which Serva's support finds the call."""
    return [copyable(t, t("Request id:"), request_id)] if request_id else []


def copy_request_id(t: Words, request_id: str) -> list[list[Button]]:
    """The key that copies the request id, where there is one."""
    return [[Button(t("Copy request id"), copy=request_id)]] if request_id else []


def _noted(note: str) -> list[str]:
    return [bold(note), ""] if note else []


def _other_languages(t: Words) -> list[list[Button]]:
    """One at a tap, and the way to the rest: by their own names, which their readers know."""
    other, *rest = (code for code in LANGUAGES if code != t.code)
    names = " · ".join(t.isolated(LANGUAGES[code]) for code in rest)
    return [[tap(LANGUAGES[other], b.Language(other))], [tap(names, b.Languages())]]


def _key_words(
    t: Words, places: Places, meaning: Meaning, text: str
) -> tuple[str, str, list[list[Button]]]:
    get = [places.get_a_key(t)]
    match meaning:
        case Meaning.KEY_UNKNOWN:
            return (
                t("Serva does not know this key."),
                t("Copy the whole key from your Serva dashboard and paste it here again."),
                [get],
            )
        case Meaning.KEY_REVOKED:
            return (
                t("This key was revoked."),
                t(
                    "Make a new key on Serva and paste it here. Serva allows one key; a new one may"
                    " stop your other tools."
                ),
                [get],
            )
        case Meaning.NOT_APPROVED:
            return (
                t("Your Serva account is not approved for API use yet."),
                t("Ask Serva's support to switch it on, then paste the key again."),
                [[places.ask_serva(t)]],
            )
        case Meaning.BANNED:
            return (
                t("Serva has banned this account."),
                t("Only Serva's support can tell why and lift it."),
                [[places.ask_serva(t)]],
            )
        case _:
            return (
                t("Serva refused this key."),
                t("Serva says: {text}", text=text) if text else t("Serva gave no reason."),
                [list(places.message_serva(t)), get],
            )
