"""One person with two devices against a plain model of what may come of what they tap."""

from __future__ import annotations

from contextlib import ExitStack

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.conversations.fill import QUOTE_LIFE
from bot.screens import buttons as b
from bot.screens.buttons import pack
from tests.simulation.checks import adds_once, check, words_are_true
from tests.simulation.faults import ADD_PLANS
from tests.simulation.people import NEVER
from tests.simulation.points import ANN, KEY, OTHER, says, serva_loses
from tests.simulation.schedule import come_to_rest
from tests.simulation.world import World

PLANS = st.sampled_from([plan for plan, _ in ADD_PLANS])


class TwoDevices(RuleBasedStateMachine):
    """The phone sees the chat as it is, the tablet as it was when it was last looked at.

    The model: an order exists for each confirmation that was tapped while it was the open one
    and no older than a quarter of an hour, and for nothing else; the key is linked or not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.world = World(5, keys=(KEY, OTHER), quiet_faults=True)
        self.world.faults.over = True
        self._closing = ExitStack()
        self._closing.enter_context(self.world.watched())
        self.tablet: list[tuple[int, str]] = []
        self.open: tuple[int, str] | None = None
        self.opened_at = 0.0
        self.confirmed: set[str] = set()
        self.linked = True
        self.links = 0

    @initialize()
    def a_linked_person(self) -> None:
        self.world.start()
        self.does("/start")
        self.does(KEY)

    # ---- what they do ----

    @rule(quantity=st.sampled_from((100, 500, 1000)))
    @precondition(lambda self: self.linked)
    def choose(self, quantity: int) -> None:
        """A draft up to its confirmation."""
        self.links += 1
        self.does(f"followers {quantity} https://instagram.com/p{self.links}")
        service = self.button("s:")
        if service:
            self.tap(*service)
        self.opens(self.button("ok:"))

    @rule(times=st.integers(1, 3), plan=st.one_of(st.none(), PLANS))
    @precondition(lambda self: self.open)
    def confirm(self, times: int, plan: str | None) -> None:
        """Order, perhaps with more than one tap, and perhaps the answer gets lost."""
        assert self.open is not None
        if plan is not None:
            serva_loses(plan)(self.world)
        for _ in range(times):
            self.world.telegram.taps(ANN, *self.open)
        self.orders(self.open[1])
        self.passes(5)
        self.opens(self.button("ok:"))

    @rule()
    def look_at_the_tablet(self) -> None:
        """It shows what the chat shows, and will go on showing it."""
        chat = self.world.telegram.chat(ANN)
        self.tablet = [(m.id, data) for m in chat.messages.values() for _, data in m.buttons]

    @rule(number=st.integers(0, 50))
    @precondition(lambda self: self.tablet)
    def tap_on_the_tablet(self, number: int) -> None:
        """Whatever it still shows; only the confirmation that is open now orders anything."""
        message, data = self.tablet[number % len(self.tablet)]
        if data.startswith(("er:1", *NEVER)):
            return
        if data.startswith("ok:"):
            self.orders(data)
        self.tap(message, data)
        self.opens(self.button("ok:"))
        self.linked = self.is_linked()

    @rule()
    def unlink(self) -> None:
        self.tap(self.last(), pack(b.Unlink("serva", 1)))
        self.linked, self.open = False, None

    @rule(key=st.sampled_from((KEY, OTHER)))
    @precondition(lambda self: not self.linked)
    def link(self, key: str) -> None:
        self.does("/start")
        self.does(key)
        self.linked, self.open = True, None

    @rule(handles=st.integers(0, 30))
    def crash(self, handles: int) -> None:
        self.world.die_in(handles)
        self.passes(2)

    @rule(minutes=st.sampled_from((1, 4, 12)))
    def time_passes(self, minutes: int) -> None:
        self.passes(60 * minutes)

    # ---- what must hold ----

    @invariant()
    def the_orders_are_those_that_were_confirmed(self) -> None:
        rows = self.world.connection.execute("SELECT nonce FROM orders").fetchall()
        assert sorted(f"ok:{nonce}" for (nonce,) in rows) == sorted(self.confirmed)

    @invariant()
    def nothing_was_sent_twice(self) -> None:
        assert list(adds_once(self.world)) == []

    @invariant()
    def nothing_untrue_was_said(self) -> None:
        taken = {bought.confirmation: bought for bought in self.world.serva.orders.values()}
        assert list(words_are_true(self.world, {}, taken)) == []

    @invariant()
    def the_key_is_linked_or_not(self) -> None:
        if self.world.loop is not None:
            assert self.is_linked() == self.linked

    def teardown(self) -> None:
        with self._closing:
            come_to_rest(self.world)
            check(self.world)

    # ---- the model ----

    def orders(self, data: str) -> None:
        """A tap that orders, if its confirmation is the open one, and not too old."""
        fresh = self.world.timeline.now - self.opened_at <= QUOTE_LIFE / 1000
        if fresh and self.open is not None and data == self.open[1]:
            self.confirmed.add(data)
        self.open = None

    def opens(self, found: tuple[int, str] | None) -> None:
        """What the newest screen asks to confirm."""
        if found is None or found[1] in self.confirmed:
            self.open = None
        elif self.open is None or found[1] != self.open[1]:
            self.open, self.opened_at = found, self.world.timeline.now

    # ---- fingers ----

    def does(self, text: str) -> None:
        says(text)(self.world)
        self.passes(5)

    def tap(self, message: int, data: str) -> None:
        self.world.telegram.taps(ANN, message, data)
        self.passes(5)

    def passes(self, seconds: float) -> None:
        self.world.run(self.world.timeline.now + seconds)

    def last(self) -> int:
        message = self.world.telegram.chat(ANN).last
        assert message is not None
        return message.id

    def button(self, prefix: str) -> tuple[int, str] | None:
        """A button of the newest screen."""
        message = self.world.telegram.chat(ANN).last
        assert message is not None
        found = [data for _, data in message.buttons if data.startswith(prefix)]
        return (message.id, found[0]) if found else None

    def is_linked(self) -> bool:
        return bool(
            self.world.connection.execute(
                "SELECT 1 FROM accounts WHERE owner = ? AND unlinked_at IS NULL", (ANN,)
            ).fetchone()
        )


TwoDevices.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_two_devices = TwoDevices.TestCase


def test_a_double_tap_on_a_confirmation_of_long_ago_orders_nothing() -> None:
    """The first tap shows the price anew; the second was no answer to that."""
    two = TwoDevices()
    two.a_linked_person()
    two.choose(quantity=500)
    two.time_passes(minutes=12)
    two.time_passes(minutes=4)
    two.confirm(times=2, plan=None)
    two.the_orders_are_those_that_were_confirmed()
    assert two.confirmed == set()
    assert two.open is not None
    two.confirm(times=2, plan=None)
    two.the_orders_are_those_that_were_confirmed()
    assert len(two.confirmed) == 1
    two.teardown()
