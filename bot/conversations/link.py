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

from bot.conversations.dialogue import Dialogue, Scene, Turn, at
from bot.conversations.front import Front
from bot.domain.draft import HoldingKey, PastingKey, step_from_json, step_to_json
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
        step = session.step
        if isinstance(step, PastingKey):
            if step.provider == "servya":
                return await self._link_servya(scene, key, deleted)
            if session.serva is None or step.replacing:
                return await self._link(scene, key, deleted)
        if session.serva is None and not isinstance(step, HoldingKey):
            return await self._link(scene, key, deleted)
        return await self._hold(scene, key, deleted)

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
        session = scene.session
        if step.replacing and session.serva is not None:
            flight = await self.linking.in_flight(session)
            screen = screens.replace_key(
                scene.t, session.serva.tail, step.tail, flight.active, True
            )
        else:
            screen = screens.is_it_a_key(scene.t, step.tail, True)
        return Turn(session, screen)

    async def held_key(self, action: b.HeldKey, event: Tap, scene: Scene) -> Turn:
        """The person says what the held text was."""
        step = scene.session.step
        if not isinstance(step, HoldingKey):
            return await self.front.home(scene, scene.t("That question is out of date."))
        if action.answer == "key":
            key = self.keys.held(step.sealed, scene.session.owner)
            if key is None:
                return await self.front.home(scene, scene.t("Paste the key again, please."))
            if not step.replacing and scene.session.serva is not None:
                return await self._ask_replace(scene, step)
            return await self._link(scene, key, deleted=True)
        back = replace(scene.session, step=step_from_json(step.before))
        if action.answer == "text":
            note = scene.t(
                "Then send it again with a word beside it, so that I do not take it for a key."
            )
            return Turn(back, main_screens.note(scene.t, note))
        return await self.front.home(replace_session(scene, back))

    async def unlink(self, action: b.Unlink, event: Tap, scene: Scene) -> Turn:
        """Forget a key, after a question."""
        session, t = scene.session, scene.t
        provider = "servya" if action.provider == "servya" else "serva"
        account = session.servya if provider == "servya" else session.serva
        if account is None:
            return await self.front.home(scene)
        flight = await self.linking.in_flight(session)
        active = flight.active if provider == "serva" else 0
        if not action.sure:
            unknown = flight.unknown if provider == "serva" else ()
            return Turn(at(scene), screens.ask_unlink(t, provider, account.tail, active, unknown))
        await self.linking.unlink(session, provider)
        note = t("Key …{tail} unlinked.", tail=account.tail)
        if left := screens.left_behind(t, active):
            note += " " + left
        if provider == "servya":
            session = replace(session, servya=None)
            return await self.front.home(replace_session(scene, session), note)
        session = replace(session, serva=None)
        return await self.front.home(replace_session(scene, session), note)

    async def erase(self, action: b.Erase, event: Tap, scene: Scene) -> Turn:
        """Delete everything, after a question."""
        session, t = scene.session, scene.t
        flight = await self.linking.in_flight(session)
        if not action.sure:
            return Turn(at(scene), screens.ask_erase(t, flight.active, flight.unknown))
        if flight.sending:
            await scene.chat.show(screens.waiting_to_erase(t))
        if not await self.linking.erase(session, PATIENCE):
            return Turn(at(scene), screens.erase_later(t))
        return Turn(session, screens.erased(t, flight.active), forget=True)

    async def _hold(self, scene: Scene, key: str, deleted: bool) -> Turn:
        """Keep the key sealed, and ask: replace the linked one, or no key at all?"""
        session, t = scene.session, scene.t
        replacing = isinstance(session.step, PastingKey)
        before = (
            session.step.before
            if isinstance(session.step, HoldingKey)
            else step_to_json(session.step)
        )
        step = HoldingKey(
            sealed=self.keys.hold(key, session.owner),
            tail=tail_of(key),
            replacing=replacing,
            before=before,
        )
        if replacing:
            return await self._ask_replace(scene, step, deleted)
        return Turn(at(scene, step), screens.is_it_a_key(t, step.tail, deleted))

    async def _ask_replace(self, scene: Scene, step: HoldingKey, deleted: bool = True) -> Turn:
        session = scene.session
        assert session.serva is not None
        flight = await self.linking.in_flight(session)
        return Turn(
            at(scene, replace(step, replacing=True)),
            screens.replace_key(scene.t, session.serva.tail, step.tail, flight.active, deleted),
        )

    async def _link(self, scene: Scene, key: str, deleted: bool) -> Turn:
        session, t = scene.session, scene.t
        if (
            session.serva is not None
            and isinstance(session.step, PastingKey)
            and self.keys.fingerprint(key, "serva") != session.serva.fingerprint
        ):
            return await self._hold(scene, key, deleted)
        await scene.chat.show(screens.checking_key(t))
        result = await self.linking.link(session, key)
        if isinstance(result, Linked):
            account = result.account
            assert account.balance is not None
            note = screens.linked_note(t, account.tail, t.money(account.balance), deleted)
            return await self.front.home(
                replace_session(scene, replace(session, serva=account)), note
            )
        if isinstance(result, KeyRefused):
            screen = screens.key_problem(
                t, self.places, result.meaning, result.text, result.request_id
            )
            return Turn(at(scene, PastingKey("serva", session.serva is not None)), screen)
        assert isinstance(result, NotChecked)
        step = HoldingKey(
            sealed=self.keys.hold(key, session.owner),
            tail=tail_of(key),
            replacing=session.serva is not None,
            before=step_to_json(at(scene).step),
        )
        screen = screens.key_not_checked(t, step.tail, deleted, result.request_id)
        return Turn(at(scene, step), screen)

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
        else:
            problem = t("Servya is not answering right now.")
        return Turn(
            at(scene, PastingKey("servya")),
            main_screens.servya(t, None, problem=f"{problem} {note}".strip()),
        )


def key_in(text: str, scene: Scene) -> str | None:
    """The key in a text, as strictly as the moment allows."""
    session = scene.session
    expected = session.serva is None or isinstance(session.step, PastingKey)
    return find_key(text, expected=expected) or (
        find_key(text, expected=False) if expected else None
    )


def replace_session(scene: Scene, session: Session) -> Scene:
    """The scene with another session."""
    return replace(scene, session=session)
