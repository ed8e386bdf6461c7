"""Home, the balance, Servya's credits, settings and help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.money import Money
from bot.domain.refusal import SHUT
from bot.domain.session import Account, Session
from bot.domain.wishes import Level
from bot.screens import buttons as b
from bot.screens.account import copy_request_id, traced
from bot.screens.buttons import tap
from bot.screens.layout import (
    Html,
    bold,
    browse,
    chosen,
    cut,
    fenced_lines,
    home,
    html,
    join,
    moment,
    screen,
)
from bot.screens.places import Places
from bot.screens.screen import Button, Screen
from bot.screens.wishes import level_line
from bot.texts.words import LANGUAGES, Words


def home_screen(
    t: Words,
    account: Account,
    active: int,
    again: tuple[int, str, Money] | None,
    note: str = "",
) -> Screen:
    """Home. `again` is the last order: its id, its name with quantity, and today's price."""
    return screen(
        t,
        [
            *([html(note), ""] if note else []),
            balance_line(t, account),
            t.n("{count} active order.", "{count} active orders.", active)
            if active
            else t("No active orders."),
            following_line(t, account),
            "",
            t("Type a word, or paste a link."),
        ],
        [
            [_paused(t, account.paused)] if account.paused else [],
            [_again(t, *again)] if again else [],
            [browse(t), tap(t("My orders"), b.Orders())],
            [tap(t("Favourites"), b.Favourites()), tap(t("Balance"), b.Balance())],
            [tap(t("Settings"), b.Settings())],
        ],
    )


def choose(t: Words, recent: Sequence[Button]) -> Screen:
    """The same choice without the balance: what was ordered lately, and the catalogue."""
    return screen(
        t,
        [bold(t("What would you like to order?")), t("Type a word, or paste a link.")],
        [
            *[[button] for button in recent],
            [tap(t("Mass order"), b.MassOrder())],
            [browse(t), home(t)],
        ],
    )


def balance_line(t: Words, account: Account) -> Html:
    """The balance in one line."""
    if account.balance is None:
        return html(t("Balance: not known yet."))
    return bold(t("Balance {balance}", balance=account.balance))


def following_line(t: Words, account: Account) -> str | None:
    """Says that a refused key is no longer followed."""
    return t("Serva refuses your key, so your orders are not followed.") if account.paused else None


def checking(t: Words) -> Screen:
    """While something slow is looked up."""
    return screen(t, [t("Checking…")])


def balance(
    t: Words, places: Places, account: Account, credits_text: str, problem: str = ""
) -> Screen:
    """Serva's balance, when it was checked, and Servya's credits where its key is linked."""
    return screen(
        t,
        [
            *([bold(problem), ""] if problem else []),
            bold(t("Serva")),
            balance_line(t, account),
            join(t("Currency: {currency}", currency=account.balance.currency))
            if account.balance
            else None,
            join(t("Checked"), " ", moment(t, account.balance_at)) if account.balance_at else None,
            *(["", bold(t("Servya")), credits_text] if credits_text else []),
        ],
        [
            [tap(t("Refresh"), b.Balance(1)), *places.top_up(t)],
            [tap(t("Servya credits"), b.Credits())],
            [home(t)],
        ],
    )


def credits_words(t: Words, amount: str) -> str:
    """How many credits, in words."""
    return t("Credits: {amount}", amount=amount)


def servya(t: Words, account: Account | None, text: str = "", problem: str = "") -> Screen:
    """Servya's credits, or how to link its key."""
    different = t("Servya is a different company.")
    if account is None:
        return screen(
            t,
            [
                *([bold(problem), ""] if problem else []),
                bold(different),
                t("To see its credits here, paste your Servya API key."),
            ],
            [[tap(t("Back"), b.Balance()), home(t)]],
        )
    return screen(
        t,
        [
            *([bold(problem), ""] if problem else []),
            different,
            bold(text) if text else None,
            t("Key …{tail}", tail=account.tail),
            join(t("Checked"), " ", moment(t, account.balance_at)) if account.balance_at else None,
        ],
        [
            [tap(t("Refresh"), b.Credits(1)), tap(t("Unlink"), b.Unlink("servya"), "danger")],
            [tap(t("Back"), b.Balance()), home(t)],
        ],
    )


def settings(t: Words, session: Session, level: Level | None, note: str = "") -> Screen:
    """Language, notifications, limits, key, data; `level` is what the person chose to hear."""
    account = session.serva
    rows: list[list[Button]] = [
        [tap(t("Language"), b.Languages()), tap(t("Notifications"), b.Notifications())],
        [tap(t("Spending limits"), b.Limits())] if account else [],
    ]
    if t.code == "ar":
        rows.append(
            [
                tap(t("Digits: 123"), b.Digits(1))
                if not session.native_digits
                else tap(t("Digits: ١٢٣"), b.Digits(0))
            ]
        )
    rows.append(
        [
            tap(t("Replace key"), b.ReplaceKey("serva")),
            tap(t("Unlink"), b.Unlink("serva"), "danger"),
        ]
        if account
        else [tap(t("Link a key"), b.ReplaceKey("serva"))]
    )
    rows.append([tap(t("Delete my data"), b.Erase(), "danger")])
    rows.append([tap(t("Help"), b.Help()), home(t)])
    return screen(
        t,
        [
            *([bold(note), ""] if note else []),
            bold(t("Settings")),
            t("Language: {language}", language=LANGUAGES[t.code]),
            level_line(t, level),
            t("Key …{tail}", tail=account.tail) if account else t("No key is linked."),
        ],
        rows,
    )


def languages(t: Words, first: str, back: b.Action) -> Screen:
    """Every language by its own name, the one of the person's Telegram first."""
    keys = [
        tap(chosen(LANGUAGES[code]) if code == t.code else LANGUAGES[code], b.Language(code))
        for code in sorted(LANGUAGES, key=lambda code: code != first)
    ]
    return screen(
        t,
        [bold(t("Which language shall I speak?"))],
        [*(keys[at : at + 2] for at in range(0, len(keys), 2)), [tap(t("Back"), back), home(t)]],
    )


def not_answering(t: Words, retry: b.Action, request_id: str = "", says: str = "") -> Screen:
    """Serva gave no usable answer to something that was only read, or an error of its own."""
    return screen(
        t,
        [
            bold(t("Serva says: {text}", text=says))
            if says
            else bold(t("Serva is not answering right now.")),
            t("Nothing was ordered and nothing was lost. Try again in a moment."),
            *traced(t, request_id),
        ],
        [[tap(t("Try again"), retry)], *copy_request_id(t, request_id), [home(t)]],
    )


def note(t: Words, sentence: str, rows: Sequence[Sequence[Button]] = ()) -> Screen:
    """One sentence and the way on."""
    return screen(t, [bold(sentence)], [*rows, [home(t)]])


def sorry(t: Words, told: bool) -> Screen:
    """Something failed on our side, for good; `told` where there is an operator who knows."""
    return screen(
        t,
        [
            bold(t("Something went wrong on my side.")),
            t("If you were ordering, look at My orders before you try again."),
            t("The operator has been told.") if told else None,
        ],
        [[tap(t("My orders"), b.Orders()), home(t)]],
    )


def banned(t: Words) -> Screen:
    """For somebody whom the operator shut out."""
    return screen(
        t,
        [
            bold(t("The operator has closed this bot for you.")),
            t("Orders that are already at Serva go on, and you are still told how they end."),
        ],
    )


def not_invited(t: Words, person: int) -> Screen:
    """For somebody who is not on the list of a closed bot."""
    return screen(
        t,
        [
            bold(t("This bot is for invited people only.")),
            t("Ask its operator to let you in. Your Telegram id: {id}", id=str(person)),
        ],
    )


def maintenance(t: Words, words: str, nonce: str) -> Screen:
    """While the operator has closed ordering; the draft of this nonce waits."""
    return screen(
        t,
        [
            bold(t("Ordering is closed for maintenance.")),
            *(fenced_lines(t, words) if words else []),
            t("Nothing was ordered, and your order is kept here. Try again in a moment."),
            t("Your orders at Serva go on."),
        ],
        [
            [tap(t("Try again"), b.ShowDraft(nonce))],
            [tap(t("My orders"), b.Orders())],
            [tap(t("Cancel"), b.CancelDraft(nonce)), home(t)],
        ],
    )


def in_private(t: Words, username: str) -> Screen:
    """In a group: balances, keys and orders are shown in private only."""
    return screen(
        t,
        [t("I work in private chats only, because this is about your money.")],
        [[Button(t("Open the chat"), url=f"https://t.me/{username}?start=group")]],
    )


def _paused(t: Words, meaning: str) -> Button:
    """What may help a refused key: another one, or asking again once Serva has opened the account.

    Its balance is the question that a key answers for itself.
    """
    if meaning in SHUT:
        return tap(t("Try again"), b.Balance(1))
    return tap(t("Replace key"), b.ReplaceKey("serva"))


def _again(t: Words, order: int, name: str, price: Money) -> Button:
    amount = t.money(price.at_most())
    label = t("Again: {name} · {price}", name=cut(name, 44 - len(amount)), price=amount)
    return tap(label, b.Again(order))
