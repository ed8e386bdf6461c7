"""One schedule: what a seed says will happen, played to its end, and checked."""

from __future__ import annotations

import hashlib
import traceback
from collections import Counter
from dataclasses import dataclass, field

from bot.screens import buttons as b
from bot.screens.buttons import pack
from tests.simulation.checks import check, tally
from tests.simulation.people import Person
from tests.simulation.world import OPERATOR, Policy, Violation, World

LONGEST_REST = 3 * 3600.0
"""Virtual seconds after which a world that is left alone has to be quiet."""


@dataclass
class Result:
    """What a seed brought: `wrong` is empty where nothing was."""

    seed: int
    wrong: str
    happened: Counter[str]
    trace: str
    lines: list[str] = field(default_factory=list)


def play(
    seed: int, *, policy: Policy | None = None, power: bool | None = None, verbose: bool = False
) -> Result:
    """Play one seed from an empty database to a world at rest."""
    end = 900.0 if seed % 25 == 3 else 60.0 + seed * 37 % 120
    power = seed % 8 == 0 or bool(policy and policy.pragmas) if power is None else power
    keys = [
        f"8f14e45fceea167a5a36dedd4bea{seed % 65536:04x}",
        f"sk-live-4Zk9{seed % 1000:03}Qq7Lr2Vx8",
    ]
    world = World(seed, power=power, policy=policy, keys=keys, end=end, verbose=verbose)
    wrong = ""
    with world.watched():
        try:
            people = _plan(world, keys, end)
            world.start()
            world.run(end)
            come_to_rest(world)
            check(world)
            tally(world)
            _decide_afterwards(world, people)
        except Violation as violation:
            wrong = str(violation)
        except Exception:
            wrong = traceback.format_exc()
    digest = hashlib.sha256("\n".join(world.trace).encode()).hexdigest()
    return Result(seed, wrong, world.happened, digest, world.trace if verbose else [])


def come_to_rest(world: World) -> None:
    """No more trouble: let everything come to its end. Raises Violation where it does not."""
    line = world.timeline
    world.faults.over = True
    if world.disk is not None:
        world.disk.cut_after = None
    for person in list(world.telegram.chats.values()):
        if person.blocked:
            world.telegram.blocks(person.id, False)
    longest = line.now + LONGEST_REST
    while line.now < longest:
        world.run(line.now + 60)
        if world.loop is not None and _quiet(world):
            return
    raise Violation(f"not quiet after {LONGEST_REST} s: {_unquiet(world)}")


def _decide_afterwards(world: World, people: list[Person]) -> None:
    """Some say what became of the orders that they were asked about; then all must hold again."""
    rows = world.connection.execute("SELECT 1 FROM orders WHERE placement = 'unknown'").fetchall()
    if not rows or world.chance.random() < 0.3:
        return
    world.happened["schedules in which people decided at the end"] += 1
    for _ in range(4):
        for person in people:
            person.decide()
        world.run(world.timeline.now + 10)
    come_to_rest(world)
    check(world)


def _quiet(world: World) -> bool:
    return not _unquiet(world)


def _unquiet(world: World) -> str:
    """What still goes on."""
    if world.telegram.pending:
        waiting = {u["update_id"] for u in world.telegram.pending}
        rows = world.connection.execute("SELECT update_id FROM inbox").fetchall()
        if waiting - {row[0] for row in rows}:
            return "updates wait at Telegram"
    for what, sql in _GOING_ON.items():
        if world.connection.execute(sql).fetchone():
            return what
    rows = world.connection.execute(
        "SELECT provider_order FROM orders WHERE placement = 'placed' AND ended_at IS NULL"
        " AND next_check_at IS NOT NULL"
    ).fetchall()
    for (provider_order,) in rows:
        bought = world.serva.orders.get(provider_order)
        if bought is not None and (bought.ended or not bought.endless):
            return f"{provider_order} is followed"
    return ""


_GOING_ON = {
    "updates in the inbox": "SELECT 1 FROM inbox WHERE handled_at IS NULL",
    "notices to tell": "SELECT 1 FROM notices n JOIN people p ON p.id = n.owner"
    " WHERE n.told_version < n.version AND p.reachable = 1",
    "orders to place": "SELECT 1 FROM orders WHERE placement IN ('confirmed', 'sending')",
    "unknown orders": "SELECT 1 FROM orders WHERE placement = 'unknown'"
    " AND next_evidence_at IS NOT NULL",
}


def _plan(world: World, keys: list[str], end: float) -> list[Person]:
    """Who is there, and what befalls them: all drawn from the seed."""
    chance, line, serva = world.chance, world.timeline, world.serva
    count = chance.choices((1, 2, 3), (60, 30, 10))[0]
    shared = chance.random() < 0.3
    people = [
        Person(
            world,
            7 + number,
            keys if shared or number == 0 else list(reversed(keys)),
            wishes=chance.choice((2, 3, 4, 6)),
            truthful=chance.choice((1.0, 0.8, 0.3)),
            wild=chance.choice((0.0, 0.1, 0.25)),
            hasty=chance.choice((0.0, 0.05, 0.3)),
        )
        for number in range(count)
    ]
    for person in people:
        person.begin(end)

    def at(share: float, likely: float, what: object) -> None:
        if chance.random() < likely:
            line.after(end * chance.uniform(share, 1.0), what)  # type: ignore[arg-type]

    at(0.1, 0.35, serva.change_price)
    at(0.1, 0.1, serva.change_shelf)
    at(0.2, 0.06, lambda: serva.move_elsewhere(keys[0]))
    at(0.3, 0.05, lambda: _revoke(world, keys[0]))
    serva.rotten = chance.choice((0.0, 0.0, 0.1))
    if chance.random() < 0.1:
        line.after(chance.uniform(0, end), lambda: _maintenance(world, "on"))
        line.after(chance.uniform(0, end), lambda: _maintenance(world, "off"))
    for _ in range(chance.choices((0, 1, 2, 4), (30, 35, 20, 15))[0]):
        line.after(chance.uniform(0, end), lambda: _death(world))
    return people


def _revoke(world: World, key: str) -> None:
    world.note("a key is revoked")
    world.happened["keys revoked"] += 1
    world.serva.accounts[key].revoked = True


def _maintenance(world: World, what: str) -> None:
    telegram = world.telegram
    if telegram.chat(OPERATOR).last is None:
        telegram.says(OPERATOR, "/admin")
    telegram.taps(OPERATOR, 1, pack(b.AdminMaintenance(what)))
    world.happened["maintenance"] += 1


def _death(world: World) -> None:
    """The process ends somehow: politely, at any step, or around a commit, perhaps powerless."""
    if world.loop is None:
        return
    chance = world.chance
    kinds = ("stop", "step", "commit", "order", "writing")
    kind = chance.choices(kinds, (15, 25, 25, 25, 10))[0]
    power = world.disk is not None and chance.random() < 0.7
    if kind == "stop":
        world.stop()
        if chance.random() < 0.4:
            world.die_in(chance.randint(1, 200))
    elif kind == "writing" and world.disk is not None:
        world.fail_power_in(chance.randint(0, 12))
    elif kind == "order":
        world.die_when_an_order_moves()
    elif kind == "step":
        world.die_in(chance.randint(0, 60), power=power)
    else:
        world.die_at_commit(world.commits + chance.randint(1, 6), chance.random() < 0.5)
