"""Keys: linking, replacing, unlinking, and deleting everything.

    Ann   /start
    Bot   Paste your API key to begin.       [Get a key] [How it is protected] [العربية]
    Ann   8f14e45f…a91f                      (deleted at once)
    Bot   Checking your key with Serva…
    Bot   Key …a91f linked. Balance $25.50.  (Home)

A key that comes where none was asked for is taken out of the chat, sealed, and asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversations.dialogue import Back, Dialogue, Scene, Turn, at
from bot.conversations.front import Front
from bot.domain.draft import (
    HoldingKey,
    Opening,
    PastingKey,
    Resting,
    Searching,
    Step,
    step_from_json,
    step_to_json,
)
from bot.domain.event import Tap, Text
from bot.domain.keys import find_key
from bot.domain.session import Session
from bot.screens import account as screens
from bot.screens import buttons as b
from bot.screens import main as main_screens
from bot.screens.places import Places
from bot.usecases.keys import Keys, tail_of
from bot.usecases.link_key import KeyRefused, Linked, LinkKey, NotChecked, SameAsServa

PATIENCE = 100_000
"""Milliseconds that deleting waits for an order on its way: longer than an `add` may take."""


@dataclass(frozen=True, slots=True)
class Link:
    """The dialogue about keys."""

    places: Places
    keys: Keys
    linking: LinkKey
    front: Front

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.Welcome: self.welcome,
                b.Protected: self.protected,
                b.ReplaceKey: self.replace_key,
                b.HeldKey: self.held_key,
                b.Unlink: self.unlink,
                b.Erase: self.erase,
            },
            texts={PastingKey: self.not_a_key, HoldingKey: self.say_first},
            again={PastingKey: self.ask_key, HoldingKey: self.ask_held},
        )

    async def key_came(self, event: Text, scene: Scene, key: str) -> Turn:
        """Key-shaped text, wherever it came: out of the chat first, then what it is for."""
        deleted = await scene.chat.delete(event.message_id)
        session = scene.session
        if session.step == PastingKey("servya"):
            return await self._link_servya(scene, key, deleted)
        expected = expects_key(session)
        if self._is_linked(session, key) or (expected and session.serva is None):
            return await self._link(scene, key, deleted)
        return await self._hold(scene, key, event.whole, deleted, replacing=expected)

    async def welcome(self, action: b.Welcome, event: Tap, scene: Scene) -> Turn:
        return await self.front.home(scene)

    async def protected(self, action: b.Protected, event: Tap, scene: Scene) -> Turn:
        return Turn(scene.session, screens.protected(scene.t, self.places))

    async def replace_key(self, action: b.ReplaceKey, event: Tap, scene: Scene) -> Turn:
        """Ask for a key of a provider."""
        if action.provider == "servya":
            return Turn(at(scene, PastingKey("servya")), main_screens.servya(scene.t, None))
        replacing = scene.session.serva is not None
        return Turn(
            at(scene, PastingKey("serva", replacing)),
            screens.paste_key(scene.t, self.places, replacing),
        )

    async def not_a_key(self, step: PastingKey, event: Text, scene: Scene) -> Turn:
        """Text that is no key, where a key is asked for."""
        return await self.ask_key(step, scene, scene.t("That does not look like an API key."))

    async def ask_key(self, step: PastingKey, scene: Scene, note: str) -> Turn:
        if step.provider == "servya":
            return Turn(scene.session, main_screens.servya(scene.t, None, problem=note))
        return Turn(scene.session, screens.paste_key(scene.t, self.places, step.replacing, note))

    async def say_first(self, step: HoldingKey, event: Text, scene: Scene) -> Turn:
        """Other text came while a held key waits for its answer: ask once more."""
        return await self.ask_held(step, scene, "")

    async def ask_held(self, step: HoldingKey, scene: Scene, note: str) -> Turn:
        session, t = scene.session, scene.t
        if not step.replacing:
            return Turn(session, screens.is_it_a_key(t, step.tail, step.deleted, note))
        if session.serva is None:
            return Turn(session, screens.key_not_checked(t, step.tail, step.deleted, note=note))
        return await self._ask_replace(scene, step, note)

    async def held_key(self, action: b.HeldKey, event: Tap, scene: Scene) -> Turn:
        """The person says what the held text was."""
        session, t = scene.session, scene.t
        step = session.step
        if not isinstance(step, HoldingKey):
            return Turn(session, back=Back(t("That question is out of date.")))
        before = step_from_json(step.before)
        back = replace(session, step=before)
        held = self.keys.held(step.sealed, session.owner)
        if held is None:
            return Turn(back, back=Back(t("Paste the key again, please.")))
        key, message = held
        match action.answer:
            case "key" if step.replacing or session.serva is None or self._is_linked(session, key):
                return await self._link(scene, key, step.deleted)
            case "key":
                return await self._ask_replace(scene, replace(step, replacing=True))
            case "text" if open_question(before) == before:
                return Turn(back, back=Back(answer=message))
            case "text":
                return Turn(back, back=Back(t("Not a key, then. I did nothing with it.")))
            case "keep":
                return Turn(back, back=Back())
            case _:
                return await self.ask_held(step, scene, "")

    async def unlink(self, action: b.Unlink, event: Tap, scene: Scene) -> Turn:
        """Forget a key, after a question."""
        session, t = scene.session, scene.t
        provider = "servya" if action.provider == "servya" else "serva"
        account = session.servya if provider == "servya" else session.serva
        if account is None:
            return await self.front.home(scene)
        flight = await self.linking.in_flight(session.owner, account.id)
        if not action.sure:
            moving = screens.moving(t, flight.active, flight.waiting, flight.unknown)
            return Turn(at(scene), screens.ask_unlink(t, provider, account.tail, moving))
        await self.linking.unlink(session, provider)
        note = t("Key …{tail} unlinked.", tail=account.tail)
        if left := screens.left_behind(t, flight.active):
            note += " " + left
        if provider == "servya":
            session = replace(session, servya=None)
            return await self.front.home(replace_session(scene, session), note)
        session = replace(session, serva=None)
        return await self.front.home(replace_session(scene, session), note)

    async def erase(self, action: b.Erase, event: Tap, scene: Scene) -> Turn:
        """Delete everything, after a question."""
        session, t = scene.session, scene.t
        flight = await self.linking.in_flight(session.owner)
        if not action.sure:
            moving = screens.moving(t, flight.active, flight.waiting, flight.unknown)
            return Turn(at(scene), screens.ask_erase(t, moving))
        if flight.sending:
            await scene.chat.show(screens.waiting_to_erase(t))
        active = await self.linking.erase(session, PATIENCE)
        if active is None:
            return Turn(at(scene), screens.erase_later(t))
        return Turn(session, screens.erased(t, active), forget=True)

    def _is_linked(self, session: Session, key: str) -> bool:
        """Whether this is the key that is linked to Serva now."""
        linked = session.serva
        return linked is not None and linked.fingerprint == self.keys.fingerprint(key, "serva")

    async def _hold(
        self, scene: Scene, key: str, message: str, deleted: bool, *, replacing: bool
    ) -> Turn:
        """Keep the key sealed, and ask: replace the linked one, or no key at all?"""
        session = scene.session
        step = session.step
        held = HoldingKey(
            sealed=self.keys.hold(key, message, session.owner),
            tail=tail_of(key),
            replacing=replacing,
            before=step.before if isinstance(step, HoldingKey) else step_to_json(step),
            deleted=deleted,
        )
        return await self.ask_held(held, replace_session(scene, at(scene, held)), "")

    async def _ask_replace(self, scene: Scene, step: HoldingKey, note: str = "") -> Turn:
        session, t = scene.session, scene.t
        assert session.serva is not None
        flight = await self.linking.in_flight(session.owner, session.serva.id)
        moving = screens.moving(t, flight.active, flight.waiting, flight.unknown)
        screen = screens.replace_key(t, session.serva.tail, step.tail, moving, step.deleted, note)
        return Turn(at(scene, step), screen)

    async def _link(self, scene: Scene, key: str, deleted: bool) -> Turn:
        """Try the key; then back to what was open before it came, or Home."""
        session, t = scene.session, scene.t
        question = open_question(session.step)
        await scene.chat.show(screens.checking_key(t))
        result = await self.linking.link(session, key)
        if isinstance(result, Linked):
            account = result.account
            assert account.balance is not None
            note = screens.linked_note(t, account.tail, t.money(account.balance), deleted)
            linked = replace(session, serva=account)
            if question is not None:
                return Turn(replace(linked, step=question), back=Back(note))
            return await self.front.home(replace_session(scene, linked), note)
        before = "" if question is None else step_to_json(question)
        if isinstance(result, KeyRefused):
            screen = screens.key_problem(
                t, self.places, result.meaning, result.text, result.request_id, deleted
            )
            return Turn(at(scene, PastingKey("serva", session.serva is not None, before)), screen)
        assert isinstance(result, NotChecked)
        held = HoldingKey(
            sealed=self.keys.hold(key, key, session.owner),
            tail=tail_of(key),
            replacing=True,
            before=before,
            deleted=deleted,
        )
        screen = screens.key_not_checked(t, held.tail, deleted, result.request_id, result.text)
        return Turn(at(scene, held), screen)

    async def _link_servya(self, scene: Scene, key: str, deleted: bool) -> Turn:
        session, t = scene.session, scene.t
        await scene.chat.show(screens.checking_credits_key(t))
        result = await self.linking.link_servya(session, key)
        note = "" if deleted else screens.not_deleted(t)
        if isinstance(result, Linked):
            account = result.account
            assert account.balance is not None
            amount = main_screens.credits_words(t, t.number(account.balance.amount))
            screen = main_screens.servya(t, account, amount, note)
            return Turn(replace(at(scene), servya=account), screen)
        if isinstance(result, SameAsServa):
            problem = t("That is your Serva key. It was not sent to Servya.")
        elif isinstance(result, KeyRefused):
            problem = t("Servya refuses this key: {text}", text=result.text)
        elif result.text:
            problem = t("Servya says: {text}", text=result.text)
        else:
            problem = t("Servya is not answering right now.")
        return Turn(
            at(scene, PastingKey("servya")),
            main_screens.servya(t, None, problem=f"{problem} {note}".strip()),
        )


def key_in(text: str, session: Session) -> str | None:
    """The key in a text, as strictly as the moment allows."""
    return find_key(text, expected=expects_key(session))


def expects_key(session: Session) -> bool:
    """Whether a key is what comes next, so that any long word is taken for one."""
    match session.step:
        case PastingKey():
            return True
        case HoldingKey(replacing=sure):
            return sure
        case Resting() | Searching() | Opening():
            return session.serva is None
        case _:
            return False


def open_question(step: Step) -> Step | None:
    """The question that was open before a key came between, or None where none was."""
    while isinstance(step, HoldingKey | PastingKey):
        step = step_from_json(step.before)
    return None if isinstance(step, Resting | Searching) else step


def replace_session(scene: Scene, session: Session) -> Scene:
    """The scene with another session."""
    return replace(scene, session=session)
