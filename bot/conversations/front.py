"""Home and what is reached from it: balance, credits, settings, help.

Ann   /start
Bot   Balance $25.50 · 1 active order    [Again] [Browse] [My orders] [Balance] [Settings]
Ann   taps Balance
Bot   Serva: $25.50, checked just now    [Refresh] [Top up] [Servya credits] [Home]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at, patiently
from bot.domain.draft import PastingKey, Resting, step_to_json
from bot.domain.event import Command, Tap
from bot.domain.money import Money
from bot.domain.session import Account, Session
from bot.screens import account as account_screens
from bot.screens import buttons as b
from bot.screens import help as help_screens
from bot.screens import main as screens
from bot.screens.places import Places
from bot.screens.screen import Screen
from bot.texts.words import LANGUAGES, Texts, Words, language_of
from bot.usecases.browse import Browse
from bot.usecases.check_balance import CallRefused, CheckBalance, ProviderError
from bot.usecases.follow import Follow
from bot.usecases.wish import Wish

RECENT = 60_000
PATIENCE = 800
"""Milliseconds that Home waits for a balance before it shows the last one."""


@dataclass(frozen=True, slots=True)
class Front:
    """The dialogue around Home."""

    texts: Texts
    places: Places
    balances: CheckBalance
    browse: Browse
    orders: Follow
    wish: Wish

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            commands={
                "balance": self.balance_command,
                "settings": self.settings_command,
                "help": self.help_command,
                "privacy": self.privacy_command,
            },
            taps={
                b.Home: self.home_tap,
                b.Balance: self.balance_tap,
                b.Credits: self.credits_tap,
                b.Settings: self.settings_tap,
                b.Languages: self.languages,
                b.Language: self.language,
                b.Digits: self.digits,
                b.Help: self.help_tap,
                b.Privacy: self.privacy_tap,
                b.Resume: self.resume,
            },
            again={Resting: self.rest},
        )

    async def home(self, scene: Scene, note: str = "") -> Turn:
        """Home, or the welcome of somebody without a key; whatever was open is dropped."""
        session = at(scene)
        if session.serva is None:
            return Turn(session, account_screens.welcome(scene.t, self.places, note))
        account = await self.balances.lately(session.serva, RECENT, PATIENCE)
        session = replace(session, serva=account)
        return Turn(session, await self._home_screen(scene.t, account, note))

    def refused(self, session: Session, t: Words, error: CallRefused) -> Turn:
        """Serva refuses the linked key: why, and the next message may be another key.

        Once that is linked, the session's step goes on where it was.
        """
        step = PastingKey("serva", replacing=True, before=step_to_json(session.step))
        screen = account_screens.key_problem(
            t, self.places, error.meaning, error.text, error.request_id
        )
        return Turn(replace(session, step=step), screen)

    async def home_tap(self, action: b.Home, event: Tap, scene: Scene) -> Turn:
        return await self.home(scene)

    async def rest(self, step: Resting, scene: Scene, note: str) -> Turn:
        return await self.home(scene, note)

    async def balance_command(self, event: Command, scene: Scene) -> Turn:
        return await self._balance(scene, fresh=True)

    async def balance_tap(self, action: b.Balance, event: Tap, scene: Scene) -> Turn:
        stale = scene.session.serva is None or scene.now - scene.session.serva.balance_at > RECENT
        return await self._balance(scene, fresh=bool(action.fresh) or stale)

    async def credits_tap(self, action: b.Credits, event: Tap, scene: Scene) -> Turn:
        """Servya's credits, or the question for its key."""
        session, t = scene.session, scene.t
        account = session.servya
        if account is None:
            return Turn(at(scene, PastingKey("servya")), screens.servya(t, None))
        problem = ""
        try:
            account = await patiently(scene, self.balances.now(account), screens.checking(t))
        except ProviderError as error:
            problem = _credits_problem(t, error)
        screen = screens.servya(t, account, _credits(t, account), problem)
        return Turn(replace(at(scene), servya=account), screen)

    async def settings_command(self, event: Command, scene: Scene) -> Turn:
        return await self._settings(at(scene), scene.t)

    async def settings_tap(self, action: b.Settings, event: Tap, scene: Scene) -> Turn:
        return await self._settings(at(scene), scene.t)

    async def languages(self, action: b.Languages, event: Tap, scene: Scene) -> Turn:
        """Which language to speak."""
        session = scene.session
        back: b.Action = b.Settings() if session.serva else b.Welcome()
        first = language_of(session.person.language_code)
        return Turn(session, screens.languages(scene.t, first, back))

    async def language(self, action: b.Language, event: Tap, scene: Scene) -> Turn:
        """Speak another language from here on."""
        code = action.code if action.code in LANGUAGES else scene.session.language
        session = replace(at(scene), language=code, language_chosen=True)
        t = self.texts.of(code, session.native_digits)
        if session.serva is None:
            return Turn(session, account_screens.welcome(t, self.places))
        return await self._settings(session, t)

    async def digits(self, action: b.Digits, event: Tap, scene: Scene) -> Turn:
        """Western digits or the language's own."""
        session = replace(at(scene), native_digits=bool(action.native))
        return await self._settings(session, self.texts.of(session.language, session.native_digits))

    async def help_command(self, event: Command, scene: Scene) -> Turn:
        """Help with the question that is open, else about everything."""
        session = scene.session
        if help_screens.asks(session.step):
            return Turn(session, help_screens.help_here(scene.t, session.step))
        return self._help(scene)

    async def help_tap(self, action: b.Help, event: Tap, scene: Scene) -> Turn:
        return self._help(scene)

    async def privacy_command(self, event: Command, scene: Scene) -> Turn:
        return self._privacy(scene)

    async def privacy_tap(self, action: b.Privacy, event: Tap, scene: Scene) -> Turn:
        return self._privacy(scene)

    async def resume(self, action: b.Resume, event: Tap, scene: Scene) -> Turn:
        """Back from help to the question that is open, or Home."""
        return Turn(scene.session, back=Back())

    async def _settings(self, session: Session, t: Words) -> Turn:
        wishes = await self.wish.of(session.owner)
        return Turn(session, screens.settings(t, session, wishes.level))

    def _help(self, scene: Scene) -> Turn:
        session = scene.session
        back: b.Action = b.Settings() if session.serva else b.Welcome()
        if help_screens.asks(session.step):
            back = b.Resume()
        return Turn(session, help_screens.help_screen(scene.t, self.places, back))

    def _privacy(self, scene: Scene) -> Turn:
        return Turn(scene.session, help_screens.privacy(scene.t, self.places))

    async def _balance(self, scene: Scene, fresh: bool) -> Turn:
        session, t = scene.session, scene.t
        if session.serva is None:
            return await self.home(scene)
        account, problem = session.serva, ""
        if fresh:
            try:
                account = await patiently(scene, self.balances.now(account), screens.checking(t))
            except CallRefused as error:
                if error.meaning.about_key:
                    return self.refused(at(scene), scene.t, error)
                problem = t("Serva says: {text}", text=error.text)
            except ProviderError:
                problem = t("Serva is not answering right now.")
        amount = _credits(t, session.servya) if session.servya else ""
        screen = screens.balance(t, self.places, account, amount, problem)
        return Turn(replace(at(scene), serva=account), screen)

    async def _home_screen(self, t: Words, account: Account, note: str) -> Screen:
        active = await self.orders.active_count(account.owner)
        return screens.home_screen(t, account, active, await self._again(t, account), note)

    async def _again(self, t: Words, account: Account) -> tuple[int, str, Money] | None:
        """The last order at today's price, where its service is still there."""
        latest = await self.orders.latest(account.owner)
        if latest is None:
            return None
        entry = await self.browse.entry(account, latest.service)
        if entry is None:
            return None
        quantity = latest.details.quantity
        quoted = await self.browse.quote(entry.service, quantity, latest.currency)
        name = entry.service.name_in(t.code)
        shown = name if quantity is None else f"{t.number(quantity)} {name}"
        return latest.id, shown, quoted.quote.total


def _credits(t: Words, account: Account) -> str:
    if account.balance is None:
        return ""
    amount: Decimal = account.balance.amount
    return screens.credits_words(t, t.number(amount))


def _credits_problem(t: Words, error: ProviderError) -> str:
    if isinstance(error, CallRefused):
        if error.meaning.about_key:
            return t("Servya refuses this key: {text}", text=error.text)
        return t("Servya says: {text}", text=error.text)
    return t("Servya is not answering right now.")
