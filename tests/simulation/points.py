"""Every crash point of some stories: the process is killed before and after each commit in turn.

`python -m tests.simulation.points` plays all of them and says how many there are. With `--power`
the power goes instead, before each single write and sync of the disk.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.screens import buttons as b
from bot.screens.buttons import pack
from tests.simulation.checks import check
from tests.simulation.schedule import come_to_rest
from tests.simulation.world import Violation, World

ANN, BOB = 7, 8
KEY, OTHER = "8f14e45fceea167a5a36dedd4bea9f01", "c9f0f895fb98ab9159f51fd0297e236d"
LINK = "https://instagram.com/ann"
STEP = 8.0
"""Seconds between two things that somebody does: a restart is over by then."""

Act = Callable[[World], None]


@dataclass(frozen=True)
class Story:
    """What people do, one thing after another, and what comes of it.

    `ends` reads what came of it: the first of `possible` where nothing dies, any of them otherwise.
    """

    name: str
    acts: tuple[Act, ...]
    ends: Callable[[World], object]
    possible: tuple[object, ...]


@dataclass(frozen=True)
class Point:
    """One moment at which the process dies: at a commit, or at an operation of the disk."""

    number: int
    after: bool = False
    power: bool = False

    def __str__(self) -> str:
        if self.power:
            return f"without power from operation {self.number}"
        return f"killed {'after' if self.after else 'before'} commit {self.number}"


def says(text: str, who: int = ANN) -> Act:
    """Somebody sends a message."""
    return lambda world: world.telegram.says(who, text)


def taps(prefix: str, who: int = ANN, times: int = 1, *, surely: bool = True) -> Act:
    """Somebody taps the newest button whose data begin so; not `surely` where it may be missing."""

    def act(world: World) -> None:
        for message in reversed(world.telegram.chat(who).messages.values()):
            for _, data in message.buttons:
                if data.startswith(prefix):
                    for _ in range(times):
                        world.telegram.taps(who, message.id, data)
                    return
        if surely:
            raise Violation(f"nothing to tap begins with {prefix}")

    return act


def presses(action: b.Action, who: int = ANN) -> Act:
    """Somebody taps a button that does this."""

    def act(world: World) -> None:
        last = world.telegram.chat(who).last
        assert last is not None
        world.telegram.taps(who, last.id, pack(action))

    return act


def waits(world: World) -> None:
    """Nobody does anything."""


def serva_loses(*plans: str) -> Act:
    """These become of the next `add`s."""

    def act(world: World) -> None:
        left = list(plans)
        careful = world.faults.for_serva

        def planned(action: str) -> str:
            return left.pop(0) if action == "add" and left else careful(action)

        world.faults.for_serva = planned  # type: ignore[method-assign]

    return act


def serva_is(plan: str) -> Act:
    """This becomes of every call to Serva from now on."""

    def act(world: World) -> None:
        world.faults.for_serva = lambda action: plan  # type: ignore[method-assign]

    return act


def later(seconds: float, act: Act) -> Act:
    """The same, a little later."""
    return lambda world: world.timeline.after(seconds, lambda: act(world))


def telegram_refuses(*plans: str) -> Act:
    """These become of the next calls to Telegram that are no polls."""

    def act(world: World) -> None:
        left = list(plans)
        world.faults.for_telegram = lambda: left.pop(0) if left else "fine"  # type: ignore[method-assign]

    return act


def blocks(blocked: bool) -> Act:
    """Ann shuts the bot out, or comes back."""
    return lambda world: world.telegram.blocks(ANN, blocked)


def both(*acts: Act) -> Act:
    """Several things at once."""

    def act(world: World) -> None:
        for one in acts:
            one(world)

    return act


def promised_and_kept(world: World) -> tuple[bool, ...]:
    """Whether Ann was promised word of Serva's answer, and whether she was sent it."""
    said = [told.text for told in world.telegram.told if told.chat == ANN]
    return tuple(any(words in text for text in said) for words in (PROMISE, KEPT))


def bought(world: World) -> tuple[int, int]:
    """How many orders Serva has, and how many `add`s left for them."""
    return len(world.serva.orders), sum(world.sent.values())


def linked(world: World) -> list[tuple[int, str]]:
    """Whose key is linked, by its last characters."""
    return world.connection.execute(
        "SELECT owner, tail FROM accounts WHERE unlinked_at IS NULL ORDER BY owner"
    ).fetchall()


def rows_of_ann(world: World) -> list[str]:
    """Tables in which something of Ann is left."""
    tables = ("people", "sessions", "accounts", "orders", "notices", "targets")
    column = {"people": "id"}
    return [
        table
        for table in tables
        if world.connection.execute(
            f"SELECT 1 FROM {table} WHERE {column.get(table, 'owner')} = ?", (ANN,)
        ).fetchone()
    ]


PROMISE, KEPT = "I tell you when Serva answers again.", "Your order is still here."
PLACED = ((1, 1), (0, 0))
"""One `add`; none where the process died between the claim and the call."""
LINKED = (says("/start"), says(KEY))
CHOSEN = (*LINKED, says(f"followers 500 {LINK}"), waits, taps("s:"))
ORDERED = (*CHOSEN, taps("ok:", times=2))
LIST = "\n".join(f"1234 | {LINK}.{number} | 100" for number in range(3))
LISTED = (*ORDERED, says(LIST))
"""The first order proves how its service is priced; lists are for such only."""
SOME_OF_FOUR = tuple((count, sent) for count in range(5) for sent in range(count, 5))

STORIES = (
    Story("placement", ORDERED, bought, PLACED),
    Story(
        "placement, the answer lost",
        (*CHOSEN, both(serva_loses("dropped after"), taps("ok:"))),
        bought,
        PLACED,
    ),
    Story(
        "placement, nothing arrived",
        (*CHOSEN, both(serva_loses("502 before"), taps("ok:"))),
        bought,
        ((0, 1), (0, 0)),
    ),
    Story(
        "placement, not sent at first",
        (*CHOSEN, both(serva_loses("not sent", "not sent"), taps("ok:")), waits, waits),
        bought,
        PLACED,
    ),
    Story(
        "refused while Serva is silent",
        (
            says("/start", BOB),
            says(OTHER, BOB),
            *CHOSEN,
            serva_is("not sent"),
            *[says("/balance", BOB)] * 6,
            both(says("/balance", BOB), later(4.0, taps("ok:"))),
            waits,
            serva_is("fine"),
            waits,
        ),
        promised_and_kept,
        # Whoever dies forgets how Serva was doing, and then promises nothing.
        ((True, True), (False, True), (False, False)),
    ),
    Story(
        "mass order", (*LISTED, taps("mk:", times=2, surely=False)), bought, ((4, 4), *SOME_OF_FOUR)
    ),
    Story(
        "mass order, an answer lost",
        (
            *LISTED,
            both(serva_loses("fine", "dropped after"), taps("mk:", surely=False)),
            waits,
            waits,
        ),
        bought,
        ((4, 4), *SOME_OF_FOUR),
    ),
    Story(
        "queued behind",
        (*ORDERED, says(f"followers 500 {LINK}"), taps("qo:", surely=False), *[waits] * 60),
        bought,
        ((2, 2), *SOME_OF_FOUR),
    ),
    Story("linking", LINKED, linked, ([(ANN, KEY[-4:])],)),
    Story(
        "linking another key",
        (*ORDERED, says(OTHER), taps("hk:key"), taps("hk:key")),
        linked,
        ([(ANN, OTHER[-4:])],),
    ),
    Story("unlinking", (*ORDERED, presses(b.Unlink("serva", 1))), linked, ([],)),
    Story(
        "unlinking and linking again",
        (*ORDERED, presses(b.Unlink("serva", 1)), says(KEY)),
        lambda world: (bought(world), linked(world)),
        tuple((placed, [(ANN, KEY[-4:])]) for placed in PLACED),
    ),
    Story("erasing", (*ORDERED, presses(b.Erase(1))), rows_of_ann, ([],)),
    Story(
        "erasing while an answer is lost",
        (*CHOSEN, both(serva_loses("lost after"), taps("ok:")), presses(b.Erase(1)), *[waits] * 14),
        rows_of_ann,
        ([],),
    ),
    Story(
        "inbox",
        (
            *LINKED,
            both(*(says(f"{word} {BOB}") for word in ("/orders", "followers", "/balance", "x"))),
            both(says("/start", BOB), says(KEY, BOB), says("/settings"), says("/help", BOB)),
        ),
        linked,
        ([(ANN, KEY[-4:]), (BOB, KEY[-4:])],),
    ),
    Story(
        "outbox",
        (
            *CHOSEN,
            taps("ok:"),
            telegram_refuses("429", "lost after", "5xx before", "not sent", "dropped after"),
            *[waits] * 10,
            blocks(True),
            *[waits] * 20,
            blocks(False),
        ),
        bought,
        PLACED,
    ),
)


def tell(story: Story, point: Point | None = None) -> World:
    """Play a story, with a death at `point`; raises Violation where its end is wrong."""
    power = point is not None and point.power
    world = World(11, power=power or point is None, keys=(KEY, OTHER), quiet_faults=True)
    world.faults.over = True
    world.serva.refuses_active_targets = False
    for holder in world.serva.accounts.values():
        holder.balance = holder.started = holder.balance * 0 + 1000
    with world.watched():
        world.start()
        if point is not None and point.power:
            world.fail_power_in(point.number)
        elif point is not None:
            world.die_at_commit(point.number, point.after)
        for act in story.acts:
            world.run(world.timeline.now + STEP)
            act(world)
        come_to_rest(world)
        check(world)
        possible = story.possible if point is not None else story.possible[:1]
        if (ended := story.ends(world)) not in possible:
            raise Violation(f"{story.name}: {ended}, not {possible}")
    return world


def points_of(story: Story, *, power: bool = False) -> Iterator[Point]:
    """All the points of a story; it is played once to count them."""
    whole = tell(story)
    if power:
        yield from (Point(number, power=True) for number in range(whole.disk.operations))
        return
    for number in range(1, whole.commits + 1):
        yield Point(number, after=False)
        yield Point(number, after=True)


def enumerate_all(stories: tuple[Story, ...], *, power: bool = False) -> Mapping[str, int]:
    """Play every point of these stories; how many each has. Raises Violation with the point."""
    counts = {}
    for story in stories:
        points = list(points_of(story, power=power))
        for point in points:
            try:
                tell(story, point)
            except Exception as error:
                raise Violation(f"{story.name}, {point}: {error}") from error
        counts[story.name] = len(points)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation.points", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--power", action="store_true", help="cut the power at every write")
    parser.add_argument("--story", help="only this one")
    parser.add_argument("--point", type=int, help="only this number, before and after")
    given = parser.parse_args()
    begun, total = time.monotonic(), 0
    for story in STORIES:
        if given.story not in (None, story.name):
            continue
        if given.point is not None:
            for after in (False, True):
                tell(story, Point(given.point, after, given.power))
            continue
        count = enumerate_all((story,), power=given.power)[story.name]
        total += count
        print(f"  {story.name:40} {count:>6} points", flush=True)
    print(f"{total} crash points in {time.monotonic() - begun:.0f} s, nothing is wrong")
    return 0


if __name__ == "__main__":
    sys.exit(main())
