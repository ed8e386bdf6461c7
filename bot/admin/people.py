"""People, as the operator sees them: find, ban, let in."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversations.dialogue import Dialogue, Scene, Turn, at
from bot.domain.draft import FindingPerson
from bot.domain.event import Tap, Text
from bot.domain.text import clean
from bot.screens import admin as screens
from bot.screens import buttons as b
from bot.screens.catalogue import PAGE
from bot.usecases.admit import Admit
from bot.usecases.manage import Known, Manage


@dataclass(frozen=True, slots=True)
class People:
    """The dialogue about people."""

    managing: Manage
    admit: Admit

    @property
    def table(self) -> Dialogue:
        """What leads where; typed text on the list finds somebody."""
        return Dialogue(
            taps={
                b.AdminPeople: self.people,
                b.AdminPerson: self.person,
                b.AdminBan: self.ban,
                b.AdminAdmit: self.let_in,
            },
            texts={FindingPerson: self.find},
            again={FindingPerson: self.again},
        )

    async def people(self, action: b.AdminPeople, event: Tap, scene: Scene) -> Turn:
        return await self._list(scene, _query(scene), action.page)

    async def find(self, step: FindingPerson, event: Text, scene: Scene) -> Turn:
        """A name, a username or an id."""
        return await self._list(scene, clean(event.text, limit=64), 0)

    async def again(self, step: FindingPerson, scene: Scene, note: str) -> Turn:
        return await self._list(scene, step.query, 0)

    async def person(self, action: b.AdminPerson, event: Tap, scene: Scene) -> Turn:
        return await self._person(scene, action.person)

    async def ban(self, action: b.AdminBan, event: Tap, scene: Scene) -> Turn:
        """Shut somebody out, or let them in again; operators cannot shut each other out."""
        if action.ban and self.admit.is_operator(action.person):
            return await self._person(
                scene, action.person, scene.t("An operator cannot be banned.")
            )
        await self.managing.ban(action.person, bool(action.ban))
        note = scene.t("Banned.") if action.ban else scene.t("Unbanned.")
        return await self._person(scene, action.person, note)

    async def let_in(self, action: b.AdminAdmit, event: Tap, scene: Scene) -> Turn:
        """Let somebody into a bot that is not open to all, or take that back."""
        await self.managing.admit(action.person, bool(action.admit))
        return await self._person(scene, action.person, scene.t("Saved."))

    async def _list(self, scene: Scene, query: str, page: int) -> Turn:
        # One more than a page tells whether there is another one.
        found = await self.managing.find(query, PAGE + 1, page * PAGE)
        total = page * PAGE + len(found)
        lines = [_line(known) for known in found[:PAGE]]
        screen = screens.people_list(scene.t, lines, page, total, query)
        return Turn(at(scene, FindingPerson(query)), screen)

    async def _person(self, scene: Scene, person: int, note: str = "") -> Turn:
        known = await self.managing.person(person)
        if known is None:
            return await self._list(scene, "", 0)
        closed = self.admit.access != "open"
        screen = screens.person(scene.t, _line(known), closed, note)
        return Turn(at(scene, FindingPerson(_query(scene))), screen)


def _query(scene: Scene) -> str:
    """What the list on the way here was searched for."""
    step = scene.session.step
    return step.query if isinstance(step, FindingPerson) else ""


def _line(known: Known) -> screens.PersonLine:
    return screens.PersonLine(
        id=known.id,
        name=clean(known.name, limit=128),
        username=known.username,
        banned=known.banned,
        reachable=known.reachable,
        orders=known.orders,
        tail=known.linked,
        language=known.language,
        seen_at=known.seen_at,
        admitted=known.admitted,
    )
