"""What the operator tells everybody: a broadcast after a preview, and maintenance.

Operator   taps Broadcast
Bot        Send the message for everybody.
Operator   Prices change tomorrow.
Bot        This goes to 12 people: …       [Send] [Write it again] [Back]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversations.dialogue import Dialogue, Scene, Turn, at
from bot.domain.draft import PreviewingBroadcast, WritingBroadcast, WritingMaintenance
from bot.domain.event import Tap, Text
from bot.domain.text import clean
from bot.screens import admin as screens
from bot.screens import buttons as b
from bot.screens.main import note as note_screen
from bot.usecases.manage import Manage

LONGEST = 3500
"""Characters of a broadcast: what fits a message with its heading."""


@dataclass(frozen=True, slots=True)
class Announce:
    """The dialogue of broadcasts and maintenance."""

    managing: Manage
    new_nonce: Callable[[], str]

    @property
    def table(self) -> Dialogue:
        """What leads where."""
        return Dialogue(
            taps={
                b.AdminBroadcast: self.write,
                b.AdminSend: self.send,
                b.AdminMaintenance: self.maintenance,
            },
            texts={
                WritingBroadcast: self.written,
                PreviewingBroadcast: self.written,
                WritingMaintenance: self.words_written,
            },
            again={
                WritingBroadcast: self.write_again,
                PreviewingBroadcast: self.preview_again,
                WritingMaintenance: self.words_again,
            },
        )

    async def write(self, action: b.AdminBroadcast, event: Tap, scene: Scene) -> Turn:
        return Turn(at(scene, WritingBroadcast()), screens.write_broadcast(scene.t))

    async def written(
        self, step: WritingBroadcast | PreviewingBroadcast, event: Text, scene: Scene
    ) -> Turn:
        """The text of a broadcast, or a better one."""
        text = clean(event.text, limit=LONGEST, lines=True)
        if not text:
            return await self.write_again(WritingBroadcast(), scene, "")
        return await self._preview(scene, PreviewingBroadcast(self.new_nonce(), text))

    async def write_again(self, step: WritingBroadcast, scene: Scene, note: str) -> Turn:
        return Turn(at(scene, WritingBroadcast()), screens.write_broadcast(scene.t, note))

    async def preview_again(self, step: PreviewingBroadcast, scene: Scene, note: str) -> Turn:
        return await self._preview(scene, step)

    async def send(self, action: b.AdminSend, event: Tap, scene: Scene) -> Turn:
        """Send what was previewed, once."""
        step, t = scene.session.step, scene.t
        if not isinstance(step, PreviewingBroadcast) or step.nonce != action.nonce:
            return Turn(at(scene), note_screen(t, t("That screen is out of date.")))
        count = await self.managing.broadcast(scene.session.owner, step.nonce, step.text)
        sentence = t.n("On its way to {count} person.", "On its way to {count} people.", count)
        return Turn(at(scene), note_screen(t, sentence))

    async def maintenance(self, action: b.AdminMaintenance, event: Tap, scene: Scene) -> Turn:
        """Close or open ordering, or change what people are told meanwhile."""
        if action.what == "words":
            return Turn(at(scene, WritingMaintenance()), screens.write_maintenance(scene.t))
        if action.what in ("on", "off"):
            await self.managing.set_maintenance(action.what == "on")
        return await self._maintenance(scene)

    async def words_written(self, step: WritingMaintenance, event: Text, scene: Scene) -> Turn:
        await self.managing.set_maintenance_words(clean(event.text, limit=500, lines=True))
        return await self._maintenance(scene, scene.t("Saved."))

    async def words_again(self, step: WritingMaintenance, scene: Scene, note: str) -> Turn:
        return Turn(scene.session, screens.write_maintenance(scene.t))

    async def _preview(self, scene: Scene, step: PreviewingBroadcast) -> Turn:
        people = await self.managing.audience()
        screen = screens.preview_broadcast(scene.t, step.text, people, step.nonce)
        return Turn(at(scene, step), screen)

    async def _maintenance(self, scene: Scene, note: str = "") -> Turn:
        on, words = await self.managing.maintenance()
        return Turn(at(scene), screens.maintenance(scene.t, on, words, note))
